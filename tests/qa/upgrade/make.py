"""Write a project's files as another commit's speclock writes them.

::

    python -m tests.qa.upgrade.make 262790d f884a88c

The description, settings, programs and templates of a project are in ``projects/COMMIT/NAME``. What
the tool of that commit writes there goes into ``COMMIT.txt``, which ``archive`` reads. The tool
runs with this environment's libraries.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.qa.upgrade import archive
from tests.support.command import ROOT, clean_environment
from tests.support.project import replace, tree

HERE = Path(__file__).parent
COMMITS = ("262790d", "f884a88c")
"""The commits whose projects are tested."""
NAMES = ("bookshop", "harbour", "signage")
COPIES = ("vendored/pristine/books", "vendored/edited/books")
"""The copies of the bookshop's client."""
EDIT = ("    attempts: int = 3\n", "    attempts: int = 6\n")
"""An edit by hand of a copy, in the module of retries."""
RETRY = {"262790d": "_retry.py", "f884a88c": "_runtime/retry.py"}
"""The module of retries in a package of each commit."""


def sources(commit: str, name: str) -> Path:
    """Return the folder with what the author of a project has written."""
    return HERE / "projects" / commit / name


def archive_of(commit: str) -> Path:
    """Return the file with what the tool of a commit has written."""
    return HERE / f"{commit}.txt"


def restore(commit: str, name: str, folder: Path) -> None:
    """Write a project into a new folder, as the tool of the commit left it."""
    shutil.copytree(sources(commit, name), folder)
    for path, content in archive.read(archive_of(commit)).items():
        project, _, below = path.partition("/")
        if project == name:
            target = folder / below
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8", newline="\n")


def export(commit: str, folder: Path) -> None:
    """Write the files of a commit of this repository into a folder."""
    packed = subprocess.run(
        ["git", "archive", commit, "generator", "templates"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")


def make_project(commit: str, name: str, tool: Path, folder: Path) -> None:
    """Generate a project's clients, and copies of the bookshop's, with the tool in a folder."""
    shutil.copytree(sources(commit, name), folder)
    _run(tool, folder, "generate", "--quiet")
    if name == "bookshop":
        _run(tool, folder, "update", "--yes", "--replace", "--quiet")  # writes the lock
        for copy in COPIES:
            tests = f"{Path(copy).parent.as_posix()}/tests"
            _run(tool, folder, "vendor", copy, "--tests", tests, "--quiet")
        replace(folder / COPIES[1] / RETRY[commit], EDIT)


def _run(tool: Path, folder: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "generator", *words],
        cwd=folder, env=clean_environment([tool]), check=True,
    )  # fmt: skip


def written_files(commit: str) -> dict[str, str]:
    """Return the files that the tool of a commit writes into the projects."""
    files: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as place:
        tool = Path(place, "tool")
        export(commit, tool)
        for name in NAMES:
            folder = Path(place, name)
            make_project(commit, name, tool, folder)
            own = tree(sources(commit, name))
            for path, content in tree(folder).items():
                if own.get(path) != content:
                    files[f"{name}/{path}"] = content.decode()
    return files


def main() -> None:
    """Write the archives of the commits that the arguments name."""
    parser = argparse.ArgumentParser(description="Write projects as other commits write them.")
    parser.add_argument("commit", nargs="+", choices=COMMITS)
    for commit in parser.parse_args().commit:
        archive.write(archive_of(commit), written_files(commit))


if __name__ == "__main__":
    main()
