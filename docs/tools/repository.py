"""The owner of the repository, in the pages that have its URL or show its action."""

from __future__ import annotations

import re

from generator.base.version import REPOSITORY

from .pages import DOCS, ROOT

PATHS = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted(DOCS.glob("*.md")),
    ROOT / ".github" / "CONTRIBUTING.md",
    ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml",
)
OWNERS = re.compile(
    r"(?<=://github\.com/)[\w-]+(?=/speclock\b)"
    r"|\b[\w-]+(?=/speclock(?:@|/\.github/))"
    r"|(?<=://)[\w-]+(?=\.github\.io/speclock/)"
)
"""The owner in a URL of the repository, in the name of its action or workflow, and of the site."""


def written(text: str, *, repository: str = REPOSITORY) -> str:
    """Return a page with the owner of the repository."""
    return OWNERS.sub(repository.partition("/")[0], text)
