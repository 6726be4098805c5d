"""The lines of the pages that install speclock: from a clone, or after a release by its name."""

from __future__ import annotations

import re

from generator.version import RELEASED

from .pages import DOCS, ROOT

PATHS = (ROOT / "README.md", *sorted(DOCS.glob("*.md")))
_CLONE = "pip install path/to/speclock"
LINES = {
    f"{_CLONE} httpx pydantic   # a clone: speclock is not on the package index yet": (
        "pip install speclock httpx pydantic"
    ),
    f"{_CLONE} httpx pydantic   # a clone or a wheel, and what the client needs": (
        "pip install speclock httpx pydantic   # speclock, and what the client needs"
    ),
    f"{_CLONE}   # a clone of the repository, or a wheel": "pip install speclock",
}
"""The lines of the pages until the first release, and those after it."""


def written(text: str, *, released: bool = RELEASED) -> str:
    """Return a page with the lines of a state."""
    for line, later in LINES.items():
        old, new = (line, later) if released else (later, line)
        text = re.sub(rf"^{re.escape(old)}$", new, text, flags=re.MULTILINE)
    return text
