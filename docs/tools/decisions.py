"""The index of ``docs/decisions.md``, from its sections."""

from __future__ import annotations

import re

from .pages import DOCS, with_part

PATHS = (DOCS / "decisions.md",)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def index(text: str) -> str:
    """Return the index of a page: a list of its sections."""
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    return "".join(f"- [{heading}](#{anchor(heading)})\n" for heading in headings)


def written(text: str) -> str:
    """Return the page with its index replaced."""
    return with_part(text, "index", index(text))
