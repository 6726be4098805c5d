"""The findings of ``speclock check``."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import Outcome


def names(found: Outcome, path: str, kind: str, fix: str = "To fix: ") -> bool:
    """Return whether a check names a file, its fault, and a remedy."""
    return (
        found.code == 1 and f"{kind}: {Path('generated', path)}\n" in found.err and fix in found.err
    )
