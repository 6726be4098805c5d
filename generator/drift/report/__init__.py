"""The formats of a report. Each is a module, imported when it is used, so that a check is quick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ..changes import Report


def _write(name: str, report: Report) -> str:
    match name:
        case "json":
            from .json import as_json as write
        case "markdown":
            from .markdown import as_markdown as write
        case "github":
            from .github import as_commands as write
        case "sarif":
            from .sarif import as_sarif as write
        case "html":
            from .html import as_html as write
        case _:
            from .text import text as write
    return write(report)


FORMATS: Mapping[str, Callable[[Report], str]] = {
    name: partial(_write, name) for name in ("text", "json", "markdown", "github", "sarif", "html")
}
"""Format to the function that writes it."""
