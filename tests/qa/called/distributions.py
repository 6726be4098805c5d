"""Distributions of the package index, and the descriptions of the APIs that they call."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("distributions.toml")


class IndexUnreachable(Exception):
    """An index of packages that cannot be reached, or that doesn't have a package."""


@dataclass(frozen=True)
class Package:
    """A package of npm with a description."""

    name: str
    version: str
    sha256: str
    file: str


@dataclass(frozen=True)
class Distribution:
    """A distribution whose program calls an API by hand."""

    name: str
    version: str
    sha256: str
    description: Path | Package
    """A file, or a package of npm that has it."""
    labelled: str
    """``first`` or ``last``: before or after the code was changed for what the first ones show."""

    def fetch(self, work: Path) -> Path:
        """Download the distribution, and return the folder of its files."""
        folder = work / f"{self.name}-{self.version}"
        if folder.is_dir():
            return folder
        archives = work / "archives" / self.name
        archives.mkdir(parents=True, exist_ok=True)
        pinned = archives / "requirements.txt"
        pinned.write_text(f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n", "utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        options = ["--no-deps", "--no-build-isolation", "--ignore-requires-python"]
        place = ["--dest", str(archives), "--require-hashes", "--requirement", str(pinned)]
        _run([*pip, *options, *place])
        (archive,) = (path for path in archives.iterdir() if path != pinned)
        _extract(archive, folder)
        return folder

    def fetch_description(self, work: Path) -> Path | None:
        """Return the file of the description; None if it isn't there."""
        if isinstance(self.description, Path):
            return self.description if self.description.is_file() else None
        package = self.description
        folder = work / package.name.replace("/", "-") / package.version
        if not folder.is_dir():
            npm = shutil.which("npm")
            if npm is None:
                return None
            archives = work / "archives" / "npm"
            archives.mkdir(parents=True, exist_ok=True)
            spec = f"{package.name}@{package.version}"
            _run([npm, "pack", "--silent", "--pack-destination", str(archives), spec])
            for archive in archives.glob(f"*-{package.version}.tgz"):
                digest = hashlib.sha256(archive.read_bytes()).hexdigest()
                if digest == package.sha256:
                    _extract(archive, folder)
        path = folder / package.file
        return path if path.is_file() else None


def _run(command: Sequence[str]) -> None:
    try:
        result = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise IndexUnreachable(f"{command[0]} isn't installed") from error
    if result.returncode:
        lines = result.stderr.strip().splitlines() or ["no message"]
        raise IndexUnreachable(f"{command[-1]}: {lines[-1]}")


def _extract(archive: Path, folder: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
        return
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")


def read_distributions(descriptions: Path, names: Sequence[str]) -> Iterator[Distribution]:
    """Yield the distributions of the list, or those with one of the names."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    packages = {row["name"]: Package(**row) for row in listed["package"]}
    for row in listed["distribution"]:
        if not names or row["name"] in names:
            source = row.pop("description")
            description = packages.get(source) or descriptions / source
            yield Distribution(description=description, **row)
