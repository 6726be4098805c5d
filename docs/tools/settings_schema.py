"""``docs/speclock.schema.json``, from the dataclasses of the settings."""

from __future__ import annotations

import json

from generator.project.settings_schema import tool_schema

from .pages import DOCS

PATHS = (DOCS / "speclock.schema.json",)


def written(_text: str) -> str:
    """Return the whole file."""
    return json.dumps(tool_schema(), indent=2, ensure_ascii=False) + "\n"
