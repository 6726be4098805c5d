"""Readers of responses by status and Content-Type; no I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Any, Protocol

from .budget import limits_of
from .content import bare_type, stated_value
from .deviations import Report


class ResponseReader(Protocol):
    """Reads the body of a response in one media type, or in a range."""

    @property
    def media_type(self) -> str:
        """The media type as described; empty where there is none."""
        ...

    def takes(self, value: object) -> bool:
        """Return whether a value is one of those that it reads."""
        ...

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Report deviations from the description; raises ``ValueError`` for what can't be read."""
        ...


UNTOLD = "application/octet-stream"
"""The media type of a body without one (RFC 9110 §8.3)."""


class Nothing:
    """No body."""

    media_type = ""

    def takes(self, value: object) -> bool:
        """Return whether a value is None."""
        return value is None

    def read(self, content: bytes, _content_type: str, report: Report, /) -> Any:
        """Return None; a body is reported."""
        if content:
            report("response/body/media-type/added")


class Undescribed(Nothing):
    """A body that isn't described."""

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return JSON's value, or else text or bytes as the Content-Type states; None without a
        body.

        Some servers label JSON as text.
        """
        super().read(content, content_type, report)
        kind = bare_type(content_type)
        is_json = not kind or "json" in kind or content.lstrip()[:1] in (b"{", b"[", b'"')
        if is_json and content:
            limits_of(report).budget(content)
            with suppress(ValueError, RecursionError):
                return json.loads(content)
        if "json" in kind:
            content_type = ""
        return stated_value(content, content_type) if content else None


def find_reader(answers: Mapping[str, ResponseReader], status: int) -> ResponseReader | None:
    """Return the reader of a status: its own, its range's or the default's (OpenAPI 3.1.1
    §4.8.16); None if it isn't documented.
    """
    return answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("default")


def each_of(reader: ResponseReader) -> Sequence[ResponseReader]:
    """Return the readers of the media types of a response."""
    several: Sequence[ResponseReader] = getattr(reader, "readers", (reader,))
    return several


def fits(reader: ResponseReader, content_type: str) -> bool:
    """Return whether a Content-Type is of a reader's media type, or of its range (RFC 9110 §8.3).

    A body without one has that of bytes. Lines of JSON may be labelled as JSON.
    """
    kind, described = bare_type(content_type or UNTOLD), bare_type(reader.media_type)
    if kind == described or fnmatchcase(kind, described):
        return True
    return kind == "application/json" and getattr(reader, "is_lines", False)


def select(
    reader: ResponseReader, content_type: str, accept: str, report: Report
) -> ResponseReader:
    """Return what reads a Content-Type: the reader, or one of several that it has.

    Another media type than the described ones is reported.
    """
    if bare_type(content_type) == reader.media_type:
        return reader
    several = getattr(reader, "select", None)
    if several is not None:
        selected: ResponseReader = several(content_type, accept, report)
        return selected
    if not fits(reader, content_type):
        report("response/body/media-type/added")
    return reader
