"""Write the lines that install speclock into ``README.md`` and the pages in ``docs/``.

Run it with ``python -m tests.house.write_install_lines``.
"""

from __future__ import annotations

import re
from pathlib import Path

from generator.version import RELEASED
from tests.house.install_lines import LINES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = "python -m tests.house.write_install_lines"


def page(text: str, *, released: bool = RELEASED) -> str:
    """Return a page with the lines of a state."""
    for line, later in LINES.items():
        old, new = (line, later) if released else (later, line)
        text = re.sub(rf"^{re.escape(old)}$", new, text, flags=re.MULTILINE)
    return text


if __name__ == "__main__":
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        path.write_text(page(text), encoding="utf-8", newline="\n")
