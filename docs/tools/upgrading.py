"""The table of former templates in ``docs/upgrading.md``."""

from __future__ import annotations

from generator.codegen.former_templates import FORMER_TEMPLATES

from .pages import DOCS, with_part

PATHS = (DOCS / "upgrading.md",)


def successors_table() -> str:
    """Return the table of former templates whose code has another name than theirs."""
    rows = ["| template | its code is in |", "|---|---|"]
    for name, templates in FORMER_TEMPLATES.items():
        names = ", ".join(f"`{template}`" for template in templates)
        rows.append(f"| `{name}` | {names} |")
    rows.append("| other `client/_NAME.py`, `client/_NAME.py.jinja` | `client/_runtime/NAME.py` |")
    return "\n".join(rows)


def written(text: str) -> str:
    """Return the page with its generated table replaced."""
    return with_part(text, "templates", f"{successors_table()}\n")
