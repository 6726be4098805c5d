"""Short ways to write exchanges with the servers of ``specs/``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tests.watch.traffic.exchanges import Exchange

SPECS: Final = {
    **{path.stem: path for path in sorted((Path(__file__).parent / "specs").glob("*.yaml"))},
    "audiences": Path(__file__).resolve().parents[3] / "spec" / "pinterest-audiences.yaml",
}
"""The descriptions by their short names."""
URLS: Final = {
    "shop": "https://shop.example.com/v1",
    "files": "https://files.example.com",
    "zoo": "https://eu.zoo.example.com:443/api",
    "queries": "https://queries.example.com",
    "measures": "http://measures.example.com",
    "audiences": "https://api.pinterest.com/v5",
}
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
CAT: Final = {"kind": "cat", "lives": 9}
UUID: Final = "3f2b8c1e-7a59-4c36-9d10-5e8f6a7b8c9d"


def call(spec: str, target: str, status: int = 200, body: Any = None, **more: Any) -> Exchange:
    """Return an exchange; ``target`` is the method and what follows the server's URL.

    A body that is neither text nor bytes is written as JSON; ``kind`` is its media type, and
    ``headers`` are the other headers of the response.
    """
    method, _, path = target.partition(" ")
    kind = more.pop("kind", None)
    if kind is None and body is not None:
        kind = JSON
    headers = {**({"Content-Type": kind} if kind else {}), **more.pop("headers", {})}
    url = path if "://" in path.partition("?")[0] else URLS[spec] + path
    return Exchange(method, url, status, _bytes(body) or b"", headers, **more)


def send(made: Exchange, body: Any, kind: str = JSON, **headers: str) -> Exchange:
    sent_headers = {**({"Content-Type": kind} if kind else {}), **headers, **made.sent_headers}
    return replace(made, sent=_bytes(body), sent_headers=sent_headers)


def form(*pairs: tuple[str, object]) -> str:
    return urlencode(pairs)


def parts(*made: tuple[str, str | bytes] | tuple[str, str | bytes, str]) -> bytes:
    """Return a multipart body with the boundary ``b``: name, content and media type of each part.

    A part of bytes is a file.
    """
    out = b""
    for name, content, *kind in made:
        is_file = isinstance(content, bytes)
        out += f'--b\r\nContent-Disposition: form-data; name="{name}"'.encode()
        out += b'; filename="a.bin"' if is_file else b""
        if kind or is_file:
            out += f"\r\nContent-Type: {(kind or ['application/octet-stream'])[0]}".encode()
        out += b"\r\n\r\n" + (content if isinstance(content, bytes) else content.encode()) + b"\r\n"
    return out + b"--b--\r\n"


MULTIPART: Final = "multipart/form-data; boundary=b"


def _bytes(body: Any) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()
