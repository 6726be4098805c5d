"""Write the index of ``docs/decisions.md`` from its headings.

Run it with ``python -m tests.house.write_decisions_index``.
"""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "decisions.md"
COMMAND = "python -m tests.house.write_decisions_index"
_INDEX = re.compile(r"(?<=<!-- index -->\n).*?(?=<!-- end of index -->)", re.DOTALL)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def index(text: str) -> str:
    """Return the index of a page: a list of the sections, each with its headings."""
    lines: list[str] = []
    for marks, heading in re.findall(r"^(##|###) (.+)$", text, re.MULTILINE):
        lines.append(f"{'  ' * (len(marks) - 2)}- [{heading}](#{anchor(heading)})\n")
    return "".join(lines)


def page(text: str) -> str:
    """Return the page with its index replaced."""
    return _INDEX.sub(lambda _: index(text), text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
