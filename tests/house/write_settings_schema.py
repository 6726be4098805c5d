"""Write ``docs/speclock.schema.json`` from the dataclasses of the settings.

Run it with ``python -m tests.house.write_settings_schema``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from generator.settings_schema import tool_schema

FILE = Path(__file__).parents[2] / "docs" / "speclock.schema.json"
COMMAND = "python -m tests.house.write_settings_schema"


def text() -> str:
    """Return the whole file."""
    return json.dumps(tool_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{FILE.name}: {len(text().splitlines())} lines\n")
