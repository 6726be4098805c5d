"""A report in each of the formats: functions from a :class:`~..changes.Report` to text."""

from __future__ import annotations

from collections.abc import Callable

from ..changes import Report
from .github import as_commands
from .machine import as_json
from .markdown import as_markdown
from .page import as_html
from .sarif import as_sarif
from .text import ansi, plain, text
from .words import verdict

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text,
    "json": as_json,
    "markdown": as_markdown,
    "github": as_commands,
    "sarif": as_sarif,
    "html": as_html,
}
"""Format → its function; ``text`` takes a painter and ``verbose`` besides."""

__all__ = [
    "FORMATS",
    "ansi",
    "as_commands",
    "as_html",
    "as_json",
    "as_markdown",
    "as_sarif",
    "plain",
    "text",
    "verdict",
]
