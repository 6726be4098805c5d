"""docs/works-with.md: the files that it shows, a project with them, and its tables."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.support.command import Outcome, python
from tests.support.project import Project

PAGE = Path(__file__).parents[2] / "docs" / "works-with.md"
SETTINGS = """\
[project]
name = "shop"
version = "1"
requires-python = ">=3.11"

[tool.pytest.ini_options]
pythonpath = [".", "generated"]
filterwarnings = ["error"]
asyncio_default_fixture_loop_scope = "function"
"""
_FILE = re.compile(r"^```\w+\n(?:#|//) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown_files() -> dict[str, str]:
    """Return the code blocks by the file name in their first line."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def subjects() -> list[str]:
    """Return the first cells of the rows of all tables, without their heads."""
    found = re.findall(r"^\|---.*\n((?:\| .*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [row[2:].partition(" | ")[0] for table in found for row in table.splitlines()]


class UserProject(Project):
    """A project of a user: the generated package with its tests, and files of the page."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, "pinterest_audiences")
        generated = PAGE.parents[1] / "generated"
        shutil.copytree(generated, self.output, ignore=shutil.ignore_patterns("__pycache__"))
        self.write_settings("")
        self.show("shop.py")

    def write_settings(self, more: str) -> None:
        """Write the settings, with lines of the page after them."""
        self.write("pyproject.toml", f"{SETTINGS}\n{more}")

    def show(self, *names: str) -> None:
        """Write files as the page shows them."""
        for name in names:
            self.write(name, shown_files()[name])

    def python(self, *arguments: str, code: int | None = None, **variables: str) -> Outcome:
        """Run Python in the project, with the packages of this environment."""
        path = variables.pop("PYTHONPATH", None)
        found = [path] if path else [self.root, self.output]
        return python(self.root, *arguments, code=code, path=found, **variables)

    def pytest(self, *arguments: str, **variables: str) -> str:
        """Run pytest, which must pass; return its last line."""
        words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)
        return self.python(*words, code=0, **variables).out.rstrip().rpartition("\n")[2]
