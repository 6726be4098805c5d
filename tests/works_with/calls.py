"""Calls whose requests and responses are more than JSON: files, streams, pages."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from tests.client.shapes import SHAPES, Shape
from tests.support.sockets import Peer, Request

_WIRE = {
    "multipart", "a file", "bytes", "a stream of lines", "a stream of events", "a stream of bytes",
}  # fmt: skip
WIRE = [shape for shape in SHAPES if shape.name in _WIRE]
PAGES: list[dict[str, Any]] = [
    {"pets": [{"id": "a"}], "meta": {"next": "n"}},
    {"pets": [{"id": "b"}]},
]
PETS = "https://api.example.com/v1/pets"


def step(shape: Shape, peer: Peer) -> None:
    """Answer as a shape does, on a server of this machine."""
    peer.answer(shape.status, shape.content, content_type=shape.media_type)


def on_the_wire(request: Request) -> tuple[str, str, str, bytes]:
    """Return what a server gets of a request; a multipart body has another boundary each time."""
    media_type, _, boundary = request.headers.get("content-type", "").partition("; boundary=")
    body = request.body.replace(boundary.encode(), b"") if boundary else request.body
    return request.method, request.target, media_type, body


def create(package: ModuleType, client: Any) -> Any:
    """Create an audience with a client of this repository's description."""
    models = importlib.import_module(f"{package.__name__}.models")
    rule = models.AudienceRule(visitor_source_id="1", retention_days=90)
    return client.audiences.create(
        "1", models.AudienceCreateRequest(audience_type="VISITOR", name="x", rule=rule)
    )
