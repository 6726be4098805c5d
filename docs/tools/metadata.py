"""The metadata of the distributions that depend on the repository: hatchling runs this file.

https://hatch.pypa.io/latest/plugins/metadata-hook/custom/
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

PLACEHOLDER = "OWNER/"
_LINK = re.compile(r"\]\((?![a-z]+:|#)")
"""The start of a relative link in Markdown."""


def long_description(text: str, repository: str, version: str) -> str:
    """Return the README with links to the repository's files, as they are in that version."""
    return _LINK.sub(f"](https://github.com/{repository}/blob/v{version}/", text)


def urls(repository: str, site: str) -> dict[str, str]:
    """Return the project's URLs, by the labels that package indexes know."""
    source = f"https://github.com/{repository}"
    return {
        "Homepage": site,
        "Documentation": f"{site}getting-started.html",
        "Source": source,
        "Changelog": f"{site}changelog.html",
        "Issues": f"{source}/issues",
    }


class CustomMetadataHook(MetadataHookInterface):
    """The long description and the URLs; without an owner there are no URLs."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add them to the metadata of ``pyproject.toml``."""
        root = Path(self.root)
        values = runpy.run_path(str(root / "generator" / "base" / "version.py"))
        repository, version = values["REPOSITORY"], values["__version__"]
        text = (root / "README.md").read_text(encoding="utf-8")
        metadata["urls"] = {}
        if not repository.startswith(PLACEHOLDER):
            text = long_description(text, repository, version)
            metadata["urls"] = urls(repository, values["SITE"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
