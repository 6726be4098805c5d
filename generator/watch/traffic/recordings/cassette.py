"""Interactions of the cassettes of vcrpy, VCR and Schemathesis, in JSON or YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from ..exchange import Message, RecordedExchange, RecordingPlace
from ..header_fields import moment_of
from .bodies import BodyDecoder
from .values import as_body, as_headers, as_mapping, as_method, as_status, as_text, optional_text

_PORTS = {"http": "80", "https": "443"}


def exchange_of_interaction(
    decoder: BodyDecoder, entry: object, place: RecordingPlace
) -> RecordedExchange:
    """Return the exchange of an interaction; raises :class:`~.flaws.Malformed`."""
    members = as_mapping(entry, "the interaction")
    request = as_mapping(members.get("request"), "its request")
    received = members.get("response", {})  # Schemathesis has null without an answer
    response = as_mapping(
        {"status": {"code": "0"}} if received is None else received, "its response"
    )
    if "status_code" in response:  # httpx before vcrpy 6
        response = {**response, "status": {"code": response["status_code"]}}
        response["body"] = {"string": response.get("content")}
    status = as_mapping(response.get("status"), "its status")
    recorded_at = optional_text(members.get("recorded_at"))
    moment = moment_of(recorded_at)  # VCR has an HTTP date
    return RecordedExchange(
        place,
        as_method(request.get("method")),
        _url(request),
        _message(decoder, request),
        as_status(status.get("code")),
        _message(decoder, response),
        moment.isoformat() if moment else recorded_at,
    )


def _url(request: Mapping[str, object]) -> str:
    """Return the URL, which the oldest cassettes have in parts."""
    if "uri" in request or "host" not in request:
        return as_text(request.get("uri"), "the URI")
    protocol, host = (as_text(request.get(name), f"the {name}") for name in ("protocol", "host"))
    port, path = request.get("port"), as_text(request.get("path") or "", "the path")
    number = f"{port:.0f}" if isinstance(port, float) else optional_text(port)
    shown = f":{number}" if number and number != _PORTS.get(protocol) else ""
    return f"{protocol}://{host}{shown}{path}"


def _message(decoder: BodyDecoder, message: Mapping[str, object]) -> Message:
    headers = as_headers(_pairs(message.get("headers") or {}))
    body, unreadable = _body(message.get("body"))
    codings = headers.get("content-encoding")
    if body and codings:
        body, unreadable = decoder.decoded(body, codings)
    return Message(headers, body, unreadable, is_cut="truncated_from" in message)


def _pairs(headers: object) -> Iterator[tuple[object, object]]:
    """Yield each header; the oldest cassettes have a list of lines."""
    if isinstance(headers, list):
        for line in cast(list[object], headers):
            key, _, rest = as_text(line, "a header").partition(":")
            yield key.strip(), rest.strip()
        return
    for name, value in as_mapping(headers, "the object of headers").items():
        if isinstance(value, list):
            for item in cast(list[object], value):
                yield name, item
        else:
            yield name, value


def _body(value: object) -> tuple[bytes | None, str]:
    if isinstance(value, dict):
        members = cast(Mapping[str, object], value)
        if members.get("base64_string") is not None:
            return as_body(members["base64_string"], is_base64=True)
        value = members.get("string")
    if value is None or isinstance(value, bytes):
        return value, ""
    return as_body(value, is_base64=False)
