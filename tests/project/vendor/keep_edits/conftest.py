"""The maker's project and a farm with an edited copy, in git."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Outcome
from tests.support.project import Farm, commit, replace

QUINCE = ("FIG]", "FIG, QUINCE]")
LIMIT = ("maximum: 100", "maximum: 50")
AGE = ("maximum: 500", "maximum: 600")
"""Changes of the description."""


class Both(Farm):
    """Both projects, with commands on the copy."""

    @property
    def models(self) -> Path:
        return self.copy / "models.py"

    def upgrade(self, *options: str, code: int = 0) -> Outcome:
        return self.maker.run("upgrade", self.copy, "--yes", *options, code=code)

    def keep(self, *options: str, code: int = 0) -> Outcome:
        return self.upgrade("--keep-edits", *options, code=code)

    def verify(self, code: int = 0) -> Outcome:
        return self.maker.run("verify", self.copy, code=code)

    def rejects(self, *options: str) -> str:
        """Upgrade with the edits, which must be refused; nothing may change. Return the error."""
        before = self.files()
        error = self.keep(*options, code=2).err
        assert self.files() == before
        return error

    def line_of(self, text: str, path: Path | None = None) -> int:
        """The number of the only line that contains a text."""
        lines = (path or self.models).read_text(encoding="utf-8").split("\n")
        (number,) = (i for i, line in enumerate(lines, 1) if text in line)
        return number


METHOD = "\n    @property\n    def is_old(self) -> bool:\n        return (self.age or 0) > 100\n"
NOTE = "    note: str | None = None\n"
CLASS = "class BasketsResource(Resource):\n"
COMMENT = CLASS + "    # Ours.\n"
ID = "    id: Opt[str] = None\n"
DEFAULT = '    id: str | None = "new"\n'
AGE_LINE = "    age: Opt[Annotated[int, Field(le=500)]] = None\n"
MINE = "    age: Opt[Annotated[int, Field(le=400)]] = None\n"
THEIRS = "    age: Opt[Annotated[int, Field(le=600)]] = None\n"


def edit_all(both: Both) -> None:
    replace(both.models, (NOTE, NOTE + METHOD))
    replace(both.copy / "resources" / "baskets.py", (CLASS, COMMENT))
    replace(both.models, (ID, DEFAULT))
    replace(both.copy / "_runtime/retry.py", ("attempts: int = 3", "attempts: int = 9"))
    replace(both.copied_tests / "conftest.py", ("import asyncio\n", "import asyncio  # ours\n"))


USE = """\
from fruit.models import Kind, Planted, Tree
print(Tree(kind=Kind.FIG, age=101).is_old, Planted().id)
"""


@pytest.fixture
def plain(farm: Farm) -> Both:
    return Both(farm.root)


@pytest.fixture
def both(plain: Both) -> Both:
    """Both, committed as they were generated."""
    commit(plain.maker.root)
    commit(plain.root)
    return plain
