"""Formatting of generated files by ruff, in one run."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruff import find_ruff_bin  # pyright: ignore[reportMissingTypeStubs]

from ....errors import InternalError

_SUFFIXES = (".py", ".md")
_ISORT = ("--config", "lint.isort.split-on-trailing-comma=false")
_COMMON = ("--isolated", "--no-cache", "--quiet", "--target-version=py311")
LINE = 100
"""The columns of a line of generated code."""


def format_files(
    files: Mapping[str, str], width: int = LINE, first_party: str = ""
) -> dict[str, str]:
    """Return the files with the imports of their Python sorted and its layout by ruff.

    ``width`` is the columns of a line, up to 320; ``first_party`` is a package of the project.
    In Markdown, only the blocks of Python are laid out. Raises :class:`InternalError` if a file
    isn't valid Python; then nothing may be written.
    """
    sources = {name: text for name, text in files.items() if name.endswith(_SUFFIXES)}
    if not sources:
        return dict(files)
    line = f"--line-length={width}"
    with tempfile.TemporaryDirectory(prefix="speclock-") as scratch:
        folder = Path(scratch)
        paths = {name: folder / f"{index}{Path(name).suffix}" for index, name in enumerate(sources)}
        for name, text in sources.items():
            paths[name].write_text(text, encoding="utf-8", newline="\n")
        own = f"--config=lint.isort.known-first-party=[{first_party!r}]"
        fix = "check", "--fix", "--exit-zero", "--select=I,F401"
        run_ruff(*fix, *_ISORT, *([own] if first_party else []), line, scratch)
        run_ruff("format", "--config", "format.skip-magic-trailing-comma=true", line, scratch)
        return {
            name: paths[name].read_text(encoding="utf-8") if name in paths else text
            for name, text in files.items()
        }


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
