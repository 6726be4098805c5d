"""The files of the documentation, and the parts of them that are written by a program."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent


def written_by(name: str, source: str) -> str:
    """Return the comment of a page that is written as a whole."""
    return f"<!-- Written by `python -m docs.tools {name}` from {source}. -->"


def with_part(text: str, name: str, part: str) -> str:
    """Replace the lines between ``<!-- name -->`` and ``<!-- end of name -->`` of a page."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}{part}{end}{rest.partition(end)[2]}"
