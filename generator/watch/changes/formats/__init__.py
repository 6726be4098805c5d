"""The formats of a report. Each is a module, imported when it is used, so that a check is quick."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from ..change import Report


class Format(Protocol):
    """A function that writes a report.

    ``level`` is the lowest level to list, by default that of :func:`.summary.listing`. Formats for
    programs, and HTML, always have all changes.
    """

    def __call__(self, report: Report, level: str = "") -> str:
        """Return the report as text."""
        ...


def _write(name: str, report: Report, level: str = "") -> str:
    match name:
        case "json":
            from .json import as_json

            return as_json(report)
        case "sarif":
            from .sarif import as_sarif

            return as_sarif(report)
        case "html":
            from .html import as_html

            return as_html(report)
        case "markdown":
            from .markdown import as_markdown

            return as_markdown(report, level=level)
        case "github":
            from .github import as_commands

            return as_commands(report, level)
        case _:
            from .text import text

            return text(report, level=level)


FORMATS: Mapping[str, Format] = {
    name: partial(_write, name) for name in ("text", "json", "markdown", "github", "sarif", "html")
}
"""Format to the function that writes it."""
