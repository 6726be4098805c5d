"""A project of a user: the generated package with its tests, and files of the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.works_with.page import shown_files

GENERATED = Path(__file__).parents[2] / "generated"
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


class Project:
    """A folder as a user has it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.generated = root / "generated"
        shutil.copytree(GENERATED, self.generated, ignore=shutil.ignore_patterns("__pycache__"))
        self.configure("")
        self.show("shop.py")

    def write(self, name: str, text: str) -> None:
        """Write a file of the user."""
        (self.root / name).write_text(text, encoding="utf-8", newline="\n")

    def configure(self, more: str) -> None:
        """Write the settings, with lines of the page after them."""
        self.write("pyproject.toml", f"{SETTINGS}\n{more}")

    def tree(self) -> dict[str, bytes]:
        """Return the generated Python files."""
        return {
            path.relative_to(self.generated).as_posix(): path.read_bytes()
            for path in self.generated.rglob("*.py")
        }

    def show(self, *names: str) -> None:
        """Write files as the page shows them."""
        shown = shown_files()
        for name in names:
            self.write(name, shown[name])

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the project, with the packages of this environment."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST_", "PYTHON")) and not name.lower().endswith("_proxy")
        }
        paths = os.pathsep.join([str(self.root), str(self.generated)])
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root, env={**kept, "PYTHONPATH": paths, **variables},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def pytest(self, *arguments: str, **variables: str) -> str:
        """Run pytest, which must pass; return its last line."""
        done = self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, **variables)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout.rstrip().rpartition("\n")[2]
