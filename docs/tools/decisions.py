"""The index of ``docs/decisions.md``, from its headings."""

from __future__ import annotations

import re

from .pages import DOCS, with_part

PATHS = (DOCS / "decisions.md",)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def index(text: str) -> str:
    """Return the index of a page: a list of the sections, each with its headings."""
    lines: list[str] = []
    for marks, heading in re.findall(r"^(##|###) (.+)$", text, re.MULTILINE):
        lines.append(f"{'  ' * (len(marks) - 2)}- [{heading}](#{anchor(heading)})\n")
    return "".join(lines)


def written(text: str) -> str:
    """Return the page with its index replaced."""
    return with_part(text, "index", index(text))
