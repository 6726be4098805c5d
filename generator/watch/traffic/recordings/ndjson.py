"""Lines of the recorder in a generated client; docs/traffic.schema.json describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from ..exchange import Message, RecordedExchange, RecordingPlace
from .flaws import Malformed
from .values import (
    as_body,
    as_headers,
    as_list,
    as_mapping,
    as_method,
    as_status,
    as_text,
    optional_text,
)

VERSION = "speclock_recording"
"""The member whose value is the version of the format."""


def exchange_of_line(entry: object, place: RecordingPlace) -> RecordedExchange:
    """Return the exchange of a line; raises :class:`Malformed`."""
    members = as_mapping(entry, "the line")
    if members.get(VERSION) != 1:
        raise Malformed(f"the line isn't in version 1 of the format (its {VERSION} isn't 1)")
    request = as_mapping(members.get("request"), "its request")
    response = as_mapping(members.get("response"), "its response")
    return RecordedExchange(
        place,
        as_method(request.get("method")),
        as_text(request.get("url"), "the URL"),
        _message(request),
        as_status(response.get("status")),
        _received(_message(response)),
        optional_text(members.get("time")),
        optional_text(members.get("operation")),
    )


def _message(message: Mapping[str, object]) -> Message:
    listed = as_list(message.get("headers"), "a list of headers")
    headers = as_headers([_pair(header) for header in listed])
    is_cut = message.get("truncated") is True
    body, unreadable = None, ""
    if message.get("body") is not None:
        body, unreadable = as_body(message["body"], is_base64=message.get("base64") is True)
    return Message(headers, body, unreadable, is_cut)


def _received(message: Message) -> Message:
    """Return a response; null means an empty body, unless it has a length or was cut off."""
    is_known = message.body is not None or bool(message.unreadable)
    if is_known or message.is_cut or message.header("content-length") not in ("", "0"):
        return message
    return replace(message, body=b"")


def _pair(header: object) -> tuple[object, object]:
    pair = cast(list[object], header) if isinstance(header, list) else []
    if len(pair) != 2:
        raise Malformed("a header isn't a pair of a name and a value")
    return pair[0], pair[1]
