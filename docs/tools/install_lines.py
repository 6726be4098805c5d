"""The lines of the pages that install speclock: by its path, or after a release by its name."""

from __future__ import annotations

from generator.base.version import RELEASED

from .pages import DOCS, ROOT

PATHS = (ROOT / "README.md", *sorted(DOCS.glob("*.md")))
LINES = {
    "uvx --from path/to/speclock speclock ": "uvx speclock ",
    "uv tool install path/to/speclock": "uv tool install speclock",
    "pip install path/to/speclock": "pip install speclock",
    "pipx install path/to/speclock": "pipx install speclock",
    "`path/to/speclock` is a clone or a wheel: there is no release yet.": (
        "speclock is on [the package index](https://pypi.org/project/speclock/)."
    ),
}
"""The words of the pages until the first release, and those after it."""


def written(text: str, *, released: bool = RELEASED) -> str:
    """Return a page with the words of a state."""
    for path, name in LINES.items():
        text = text.replace(path, name) if released else text.replace(name, path)
    return text
