"""Formatting of generated files by ruff, in one run."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

# Before version 0.16 it is there alone.
from ruff.__main__ import find_ruff_bin  # pyright: ignore[reportMissingTypeStubs]

from ....base.errors import InternalError
from .imports import without_unread_names

_ISORT = ("--config", "lint.isort.split-on-trailing-comma=false")
_COMMON = ("--isolated", "--no-cache", "--quiet", "--target-version=py311")
LINE = 100
"""The columns of a line of generated code."""
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block of Python in Markdown; not every version of ruff lays these out."""


def format_files(
    files: Mapping[str, str], width: int = LINE, first_party: str = ""
) -> dict[str, str]:
    """Return the files with the imports of their Python sorted and its layout by ruff.

    ``width`` is the columns of a line, up to 320; ``first_party`` is a package of the project.
    In Markdown, only the blocks of Python are laid out. Raises :class:`InternalError` if a file
    isn't valid Python; then nothing may be written.
    """
    with tempfile.TemporaryDirectory(prefix="speclock-") as folder:
        modules, blocks = _Scratch(Path(folder, "modules")), _Scratch(Path(folder, "blocks"))
        for name, text in files.items():
            if name.endswith(".py"):
                modules.add(without_unread_names(text))
            elif name.endswith(".md"):
                for block in _BLOCK.finditer(text):
                    blocks.add(block[1])
        if not modules.texts and not blocks.texts:
            return dict(files)
        line = f"--line-length={width}"
        own = f"--config=lint.isort.known-first-party=[{first_party!r}]"
        fix = "check", "--fix", "--exit-zero", "--select=I,F401"
        run_ruff(*fix, *_ISORT, *([own] if first_party else []), line, str(modules.folder))
        run_ruff("format", "--config", "format.skip-magic-trailing-comma=true", line, folder)

        def laid_out_block(_block: re.Match[str]) -> str:
            return f"```python\n{blocks.next()}```"

        laid_out: dict[str, str] = {}
        for name, text in files.items():
            laid_out[name] = text
            if name.endswith(".py"):
                laid_out[name] = modules.next()
            elif name.endswith(".md"):
                laid_out[name] = _BLOCK.sub(laid_out_block, text)
        return laid_out


class _Scratch:
    """Files in a folder, which are read in the order in which they were added."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts = 0
        """The number of files that were added."""
        self._read = 0
        folder.mkdir()

    def add(self, text: str) -> None:
        """Write one more file."""
        self._path(self.texts).write_text(text, encoding="utf-8", newline="\n")
        self.texts += 1

    def next(self) -> str:
        """Return the content of the next file."""
        text = self._path(self._read).read_text(encoding="utf-8")
        self._read += 1
        return text

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.py"


def run_ruff(command: str, *arguments: str) -> str:
    """Run a command of ruff over the folder that is the last argument, and return its output.

    Raises :class:`InternalError` if it fails.
    """
    completed = subprocess.run(
        [find_ruff_bin(), command, *_COMMON, *arguments],
        cwd=arguments[-1],  # elsewhere, packages that are there are sorted as the project's own
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if completed.returncode:
        raise InternalError(f"ruff {command} failed: {completed.stderr.strip()[:500]}")
    return completed.stdout
