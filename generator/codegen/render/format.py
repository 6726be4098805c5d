"""Formatting by ruff, one run for all files."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruff import find_ruff_bin  # pyright: ignore[reportMissingTypeStubs]

from ...errors import SpeclockError

_SORTED = ("--config", "lint.isort.split-on-trailing-comma=false")
_COMMON = ("--isolated", "--no-cache", "--quiet", "--target-version=py311", "--line-length=100")


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files with their Python sorted and laid out by ruff, line ends LF.

    Raises :class:`SpeclockError` where a file isn't valid Python: then nothing may be written. What
    it holds is asked by :func:`.fence.fence`.
    """
    sources = {name: text for name, text in files.items() if name.endswith(".py")}
    with tempfile.TemporaryDirectory(prefix="speclock-") as scratch:
        folder = Path(scratch)
        paths = {name: folder / f"{index}.py" for index, name in enumerate(sources)}
        for name, text in sources.items():
            paths[name].write_text(text, encoding="utf-8", newline="\n")
        _ruff("check", "--fix", "--exit-zero", "--select=I,F401", *_SORTED, scratch)
        _ruff("format", "--config", "format.skip-magic-trailing-comma=true", scratch)
        return {
            name: paths[name].read_text(encoding="utf-8") if name in paths else text
            for name, text in files.items()
        }


def _ruff(command: str, *arguments: str) -> None:
    done = subprocess.run(
        [find_ruff_bin(), command, *_COMMON, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise SpeclockError(
            f"ruff {command} failed: {done.stderr.strip()[:500]}; nothing was written. This is a "
            "defect of speclock: please report it with the description."
        )
