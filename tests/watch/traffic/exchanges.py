"""Exchanges as plain values, and as a HAR file, a cassette of vcrpy and a recording of our own."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import yaml

TIME: Final = "2026-05-04T03:02:01Z"


@dataclass(frozen=True, slots=True)
class Exchange:
    method: str
    url: str
    status: int
    body: bytes | None = b""
    """The response's; None if it wasn't recorded."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    sent: bytes | None = None
    sent_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    is_cut: bool = False
    """Only our own format can tell."""
    time: str = TIME


def har(exchanges: Sequence[Exchange]) -> bytes:
    entries = [
        {
            "startedDateTime": one.time,
            "time": 1,
            "request": {
                "method": one.method, "url": one.url, "httpVersion": "HTTP/1.1", "cookies": [],
                "headers": _named(one.sent_headers), "queryString": [],
                **({} if one.sent is None else {"postData": _text(one.sent, one.sent_headers)}),
            },
            "response": {
                "status": one.status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
                "headers": _named(one.headers), "redirectURL": "",
                "content": _content(one),
            },
            "cache": {}, "timings": {},
        }
        for one in exchanges
    ]  # fmt: skip
    log = {"version": "1.2", "creator": {"name": "tests", "version": "1"}, "entries": entries}
    return json.dumps({"log": log}).encode()


def _content(one: Exchange) -> dict[str, Any]:
    if one.body is None:
        return {"size": -1, "mimeType": one.headers.get("Content-Type", "")}
    return {"size": 0, **_text(one.body, one.headers)}


def _named(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _text(body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    kind = {"mimeType": headers.get("Content-Type", "")}
    try:
        return {**kind, "text": body.decode()}
    except UnicodeDecodeError:
        return {**kind, "text": base64.b64encode(body).decode(), "encoding": "base64"}


def yaml_cassette(exchanges: Sequence[Exchange]) -> bytes:
    interactions = [_interaction(one, lambda body: {"string": body}) for one in exchanges]
    return yaml.safe_dump({"interactions": interactions, "version": 1}).encode()


def json_cassette(exchanges: Sequence[Exchange]) -> bytes:
    interactions = [_interaction(one, _string) for one in exchanges]
    return json.dumps({"version": 1, "interactions": interactions}, indent=4).encode()


def gzip_cassette(exchanges: Sequence[Exchange]) -> bytes:
    interactions = []
    for one in exchanges:
        made = _interaction(one, lambda body: {"string": body and gzip.compress(body, mtime=0)})
        if one.body:
            made["response"]["headers"]["Content-Encoding"] = ["gzip"]
        interactions.append(made)
    return gzip.compress(
        yaml.safe_dump({"interactions": interactions, "version": 1}).encode(), mtime=0
    )


def _interaction(one: Exchange, string: Callable[[bytes], dict[str, Any]]) -> dict[str, Any]:
    sent: Any = one.sent
    if sent is not None:
        sent = string(sent) if "base64_string" in string(sent) else _plain(sent)
    reason = HTTPStatus(one.status).phrase if one.status else ""
    return {
        "request": {
            "method": one.method, "uri": one.url, "body": sent,
            "headers": {name: [value] for name, value in one.sent_headers.items()},
        },
        "response": {
            "status": {"code": one.status, "message": reason},
            "headers": {name: [value] for name, value in one.headers.items()},
            "body": {} if one.body is None else string(one.body),
        },
        "recorded_at": one.time,
    }  # fmt: skip


def _plain(body: bytes) -> str | bytes:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body


def _string(body: bytes) -> dict[str, Any]:
    plain = _plain(body)
    if isinstance(plain, str):
        return {"string": plain}
    return {"base64_string": base64.b64encode(body).decode()}


def ndjson(exchanges: Sequence[Exchange]) -> bytes:
    """Return a recording as ``testing.Recorder`` writes it."""
    lines = [
        {
            "speclock_recording": 1,
            "time": one.time,
            "request": {"method": one.method, "url": one.url, **_part(one.sent_headers, one.sent)},
            "response": {
                "status": one.status,
                **_part(one.headers, one.body),
                **({"truncated": True} if one.is_cut or one.body is None else {}),
            },
        }
        for one in exchanges
    ]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _part(headers: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
    pairs = [[name, value] for name, value in headers.items()]
    if body is None:
        return {"headers": pairs, "body": None}
    plain = _plain(body)
    if isinstance(plain, str):
        return {"headers": pairs, "body": plain}
    return {"headers": pairs, "body": base64.b64encode(body).decode(), "base64": True}


FORMATS: Final[Mapping[str, Callable[[Sequence[Exchange]], bytes]]] = {
    "har": har,
    "yaml": yaml_cassette,
    "json": json_cassette,
    "gzip": gzip_cassette,
    "ndjson": ndjson,
}
"""The writers by a short name."""
