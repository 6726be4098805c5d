"""Lines of the recorder in a generated client; docs/traffic.schema.json describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ..exchange import Message, RecordedExchange, RecordingPlace
from . import values
from .flaws import Malformed

VERSION = "speclock_recording"
"""The member whose value is the version of the format."""


def exchange_of(entry: object, place: RecordingPlace) -> RecordedExchange:
    """Return the exchange of a line; raises :class:`Malformed`."""
    members = values.mapping(entry, "the line")
    if members.get(VERSION) != 1:
        raise Malformed(f"the line isn't in version 1 of the format (its {VERSION} isn't 1)")
    request = values.mapping(members.get("request"), "its request")
    response = values.mapping(members.get("response"), "its response")
    return RecordedExchange(
        place,
        values.method(request.get("method")),
        values.text(request.get("url"), "the URL"),
        _message(request),
        values.status(response.get("status")),
        _message(response),
        values.optional_text(members.get("time")),
        values.optional_text(members.get("operation")),
    )


def _message(message: Mapping[str, object]) -> Message:
    listed = values.sequence(message.get("headers"), "a list of headers")
    headers = values.headers([_pair(header) for header in listed])
    is_cut = message.get("truncated") is True
    body, unreadable = message.get("body"), ""
    if body is not None:
        body = values.text(body, "the body")
        if message.get("base64") is True:
            body, unreadable = values.from_base64(body)
        else:
            body = values.as_bytes(body)
    return Message(headers, body, unreadable, is_cut)


def _pair(header: object) -> tuple[object, object]:
    pair = cast(list[object], header) if isinstance(header, list) else []
    if len(pair) != 2:
        raise Malformed("a header isn't a pair of a name and a value")
    return pair[0], pair[1]
