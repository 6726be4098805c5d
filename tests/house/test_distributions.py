"""The wheel and the sdist: their contents, and that the same source gives the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from generator.base.version import __version__
from generator.project.services.project.provenance import build_hash
from tests.house.workflow_files import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this isn't a repository"),
]

NAME = f"speclock-{__version__}"
SDIST, WHEEL = f"{NAME}.tar.gz", f"{NAME}-py3-none-any.whl"
EPOCH = "1800000000"
HOUSES = ("base", "reading", "codegen", "watch", "project")
LICENSES = {"LICENSE", "generator/reading/document/meta_schemas/LICENSE"}
TOP = {"CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml", ".gitignore"}


def tracked(*paths: str) -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *paths],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}


def copied(folder: Path) -> Path:
    for name in tracked("generator", "templates", "docs", *TOP):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    for name in ("generator/__pycache__/x.pyc", "tests/test_x.py", "templates/.pytest_cache/x"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    return folder


def build(source: Path, *arguments: str, umask: int = 0o022) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", "dist", *arguments],
        cwd=source, check=True, capture_output=True, umask=umask,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
    )  # fmt: skip


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(tmp_path_factory.mktemp("first"))
    build(folder)
    return folder


def archive(source: Path, name: str) -> dict[str, bytes]:
    path = source / "dist" / name
    if name.endswith(".whl"):
        with zipfile.ZipFile(path) as wheel:
            return {one: wheel.read(one) for one in wheel.namelist()}
    with tarfile.open(path) as sdist:
        found = {one.name: sdist.extractfile(one) for one in sdist if one.isfile()}
        return {one: file.read() for one, file in found.items() if file}


def test_the_same_source_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    """In another folder, with another umask, other times and another order of the files."""
    before = os.umask(0o077)
    try:
        other = copied(tmp_path / "another folder")
    finally:
        os.umask(before)
    for index, path in enumerate(sorted(other.rglob("*"), reverse=True)):
        os.utime(path, (1_000_000_000 + index, 1_000_000_000 + index))
    build(other, umask=0o077)
    for name in (WHEEL, SDIST):
        assert (other / "dist" / name).read_bytes() == (source / "dist" / name).read_bytes(), name


def test_the_wheel_of_the_sdist_is_the_wheel(source: Path, tmp_path: Path) -> None:
    with tarfile.open(source / "dist" / SDIST) as sdist:
        sdist.extractall(tmp_path, filter="data")
    build(tmp_path / NAME, "--target", "wheel")
    assert (tmp_path / NAME / "dist" / WHEEL).read_bytes() == (source / "dist" / WHEEL).read_bytes()


def test_the_wheel_has_the_package_and_the_templates(source: Path) -> None:
    pages = {f"generator/{house}/README.md" for house in HOUSES}  # for contributors
    package = tracked("generator") - LICENSES - pages
    files = {
        *(name.replace("generator/", "speclock/", 1) for name in package),
        *(f"speclock/{name}" for name in tracked("templates")),
    }
    metadata = {f"licenses/{name}" for name in LICENSES} | {
        "METADATA", "RECORD", "WHEEL", "entry_points.txt",
    }  # fmt: skip
    assert set(archive(source, WHEEL)) == files | {f"{NAME}.dist-info/{one}" for one in metadata}


def test_the_wheel_is_the_same_build_as_the_clone(source: Path, tmp_path: Path) -> None:
    """A client of one is up to date for the other."""
    with zipfile.ZipFile(source / "dist" / WHEEL) as wheel:
        wheel.extractall(tmp_path)
    code = (
        "from speclock.project.services.project.provenance import build_hash; print(build_hash())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == build_hash()


def test_the_wheel_has_a_skill_where_agents_look_for_it(source: Path) -> None:
    """https://tiangolo.com/ideas/library-agent-skills: in the package that is imported."""
    skill = archive(source, WHEEL)["speclock/.agents/skills/speclock/SKILL.md"]
    assert skill.startswith(b"---\nname: speclock\ndescription: ")


def test_the_wheel_starts_the_example(source: Path, tmp_path: Path) -> None:
    """Without the clone: the program of the wheel, and the files that it has."""
    with zipfile.ZipFile(source / "dist" / WHEEL) as wheel:
        wheel.extractall(tmp_path / "site")
    words = ["init", "--example", "bookshop", "--operation", "orders/place"]
    subprocess.run(
        [sys.executable, "-c", "from speclock.project.cli import main; main()", *words],
        cwd=tmp_path, check=True, env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )  # fmt: skip
    assert (tmp_path / "bookshop.yaml").is_file()
    assert (tmp_path / "generated" / "bookshop" / "client.py").is_file()


def test_the_sdist_has_the_changelog_and_the_pages_too(source: Path) -> None:
    files = tracked("generator", "templates", "docs") | TOP | {"PKG-INFO"}
    assert set(archive(source, SDIST)) == {f"{NAME}/{name}" for name in files}


def test_the_metadata(source: Path) -> None:
    text = archive(source, WHEEL)[f"{NAME}.dist-info/METADATA"].decode()
    lines = text.partition("\n\n")[0].splitlines()
    for line in (
        f"Version: {__version__}",
        "License-Expression: MIT AND Apache-2.0",
        "Requires-Python: >=3.11",
        *(f"Classifier: Programming Language :: Python :: 3.{minor}" for minor in range(11, 15)),
        "Classifier: Typing :: Typed",
    ):
        assert line in lines
    assert not [line for line in lines if "OWNER" in line or line.startswith("Project-URL")]
    assert not [line for line in lines if line.startswith("Classifier: License")]  # PEP 639


def test_with_an_owner_the_metadata_leads_to_the_repository(tmp_path: Path) -> None:
    """Each link of the long description is absolute, and leads to a file of that version."""
    source = copied(tmp_path)
    place = source / "generator" / "base" / "version.py"
    text = place.read_text(encoding="utf-8")
    place.write_text(re.sub('"[^"]+/speclock"', '"Maker/speclock"', text), encoding="utf-8")
    build(source, "--target", "wheel")
    metadata = archive(source, WHEEL)[f"{NAME}.dist-info/METADATA"].decode()
    head, _, description = metadata.partition("\n\n")
    urls = dict(re.findall(r"^Project-URL: (\w+), (\S+)$", head, re.MULTILINE))
    assert urls.keys() == {"Homepage", "Documentation", "Source", "Changelog", "Issues"}
    assert urls["Homepage"] == "https://maker.github.io/speclock/"
    assert urls["Source"] == "https://github.com/Maker/speclock"
    files = f"{urls['Source']}/blob/v{__version__}/"
    links = re.findall(r"\]\(([^)]+)\)", description)
    inside = [link.partition("#")[0] for link in links if link.startswith(files)]
    assert len(inside) >= 5
    assert all((ROOT / link.removeprefix(files)).exists() for link in inside)
    assert all(link.startswith("https://") for link in links)
