"""The maker's project and a farm with an edited copy, in git."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.command_line import Outcome
from tests.support.orchard_project import Maker
from tests.support.orchard_project import tree as all_files

FIG = ("PLUM]", "PLUM, FIG]")
QUINCE = ("FIG]", "FIG, QUINCE]")
LIMIT = ("maximum: 100", "maximum: 50")
AGE = ("maximum: 500", "maximum: 600")
SHRUBS = (
    "operationId: baskets/list\n      tags: [baskets]",
    "operationId: shrubs/list\n      tags: [shrubs]",
)
"""Changes of the description; the last one removes ``resources/baskets.py``."""
ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but git's and caches."""
    return {name: data for name, data in all_files(folder).items() if "/.git/" not in f"/{name}"}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", *arguments],
        cwd=folder, env={**os.environ, **ENVIRONMENT}, check=True, capture_output=True,
    )  # fmt: skip


def commit(folder: Path) -> None:
    """Commit everything in a folder, which becomes a repository."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change", "--allow-empty")


@dataclass(frozen=True, slots=True)
class Both:
    """The maker's project, and the farm's copy with tests."""

    maker: Maker
    farm: Path

    @property
    def copy(self) -> Path:
        return self.farm / "fruit"

    @property
    def models(self) -> Path:
        return self.copy / "models.py"

    def upgrade(self, *options: str, code: int = 0) -> Outcome:
        """Upgrade the copy; it must end with ``code``."""
        found = self.maker.run("upgrade", self.copy, "--yes", *options)
        assert found.code == code, found.out + found.err
        return found

    def keep(self, *options: str, code: int = 0) -> Outcome:
        return self.upgrade("--keep-edits", *options, code=code)

    def verify(self, code: int = 0) -> Outcome:
        found = self.maker.run("verify", self.copy)
        assert found.code == code, found.out + found.err
        return found

    def refuses(self, *options: str) -> str:
        """Upgrade with the edits, which must be refused; nothing may change. Return the error."""
        before = tree(self.farm)
        error = self.keep(*options, code=2).err
        assert tree(self.farm) == before
        return error

    def line_of(self, text: str, path: Path | None = None) -> int:
        """The number of the only line that contains a text."""
        lines = (path or self.models).read_text(encoding="utf-8").split("\n")
        (number,) = (i for i, line in enumerate(lines, 1) if text in line)
        return number


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that a file contains once."""
    text = path.read_bytes().decode()
    assert text.count(old) == 1, (text.count(old), old)
    path.write_bytes(text.replace(old, new).encode())


METHOD = "\n    @property\n    def is_old(self) -> bool:\n        return (self.age or 0) > 100\n"
NOTE = "    note: str | None = None\n"
CLASS = "class Baskets:\n"
COMMENT = CLASS + "    # Ours.\n"
ID = "    id: str | None = None\n"
DEFAULT = '    id: str | None = "new"\n'
AGE_LINE = "    age: Annotated[int | None, Field(le=500)] = None\n"
MINE = "    age: Annotated[int | None, Field(le=400)] = None\n"
THEIRS = "    age: Annotated[int | None, Field(le=600)] = None\n"


def edit_all(both: Both) -> None:
    """Add a method, add a comment amid a class, change a default, and edit a test."""
    edit(both.models, NOTE, NOTE + METHOD)
    edit(both.copy / "resources" / "baskets.py", CLASS, COMMENT)
    edit(both.models, ID, DEFAULT)
    edit(both.copy / "_retry.py", "attempts: int = 3", "attempts: int = 9")
    edit(both.farm / "tests" / "fruit" / "conftest.py", "import json\n", "import json  # ours\n")


USE = """\
from fruit.models import Kind, Planted, Tree
print(Tree(kind=Kind.FIG, age=101).is_old, Planted().id)
"""
