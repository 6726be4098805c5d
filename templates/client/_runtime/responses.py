"""Readers of responses by status and Content-Type; no I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

from .budget import limits_of
from .content_types import bare_type, stated_value
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


_UNTOLD = "application/octet-stream"
"""The media type of a body without one (RFC 9110 §8.3)."""
ResponseReaders: TypeAlias = ResponseReader | tuple[ResponseReader, ...]
"""The reader of a status, or one for each of its media types, the default first."""


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


def each_of(answers: ResponseReaders) -> tuple[ResponseReader, ...]:
    """Return the readers of a status."""
    return answers if isinstance(answers, tuple) else (answers,)


def readers(answers: Mapping[str, ResponseReaders], status: int) -> tuple[ResponseReader, ...]:
    """Return the readers of a status: its own, its range's or the default's (OpenAPI 3.1.1
    §4.8.16); none if it isn't documented.
    """
    found = answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("default")
    return each_of(found or ())


def select(
    answers: Sequence[ResponseReader], content_type: str, accept: str, report: Report
) -> ResponseReader:
    """Return the reader of a Content-Type (RFC 9110 §8.3): of its media type, or else its range.

    Of equal media types it is the one with most of the parameters. Another media type is reported:
    the reader of the one that the call accepts reads it, or the first. A body without one has that
    of bytes. Lines of JSON may be labelled as JSON.
    """
    kind, sent = _parts(content_type or _UNTOLD)
    if len(answers) == 1 and answers[0].media_type == kind:
        return answers[0]
    fitting: list[tuple[tuple[bool, int, int], ResponseReader]] = []
    for answer in answers:
        name, parameters = _parts(answer.media_type)
        is_lines = kind == "application/json" and getattr(answer, "is_lines", False)
        if is_lines or fnmatchcase(kind, name):
            common = len(parameters) if parameters <= sent else -1
            fitting.append(((name == kind, len(name), common), answer))
    if not fitting:
        report("response/body/media-type/added")
        return next((each for each in answers if each.media_type == accept), answers[0])
    return max(fitting, key=lambda one: one[0])[1]


@lru_cache(maxsize=128)
def _parts(media_type: str) -> tuple[str, frozenset[str]]:
    """Return a media type and its parameters, in lower case (RFC 9110 §5.6.6 and §8.3.1)."""
    kind, *parameters = media_type.lower().replace('"', "").split(";")
    return kind.strip(), frozenset("".join(parameter.split()) for parameter in parameters)
