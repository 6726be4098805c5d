"""Generating without ruff's layout, which takes longer than everything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from generator.codegen.render import format as layout

_RUFF = layout._ruff


def _sorted_only(command: str, *arguments: str) -> None:
    if command == "check":
        _RUFF(command, *arguments)


@contextmanager
def without_layout() -> Iterator[None]:
    """Of ruff's two runs only the one that sorts imports and takes unused ones away."""
    with patch.object(layout, "_ruff", _sorted_only):
        yield
