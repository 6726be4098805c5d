"""The formats of a report. Each is a module, imported when it is used, so that a check is quick."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..changes import Report


def _text(report: Report) -> str:
    from .text import text

    return text(report)


def _json(report: Report) -> str:
    from .json import as_json

    return as_json(report)


def _markdown(report: Report) -> str:
    from .markdown import as_markdown

    return as_markdown(report)


def _github(report: Report) -> str:
    from .github import as_commands

    return as_commands(report)


def _sarif(report: Report) -> str:
    from .sarif import as_sarif

    return as_sarif(report)


def _html(report: Report) -> str:
    from .html import as_html

    return as_html(report)


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "github": _github,
    "sarif": _sarif,
    "html": _html,
}
"""Format to the function that writes it."""
