"""The asynchronous client over aiohttp."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport
from pinterest_audiences.errors import TransportError

from tests.client.conftest import Caller
from tests.client.shapes import Shape, do
from tests.support.generated_case import Case
from tests.support.sockets import Peer, Server, Step, answered
from tests.works_with import calls
from tests.works_with.page import UserProject, shown_files

Serve = Callable[..., Server]


@pytest.mark.slow
def test_aiohttp(project: UserProject, staging: Server) -> None:
    project.show("safe_aiohttp.py", "over_aiohttp.py")
    done = project.python("-W", "error", "over_aiohttp.py", PINTEREST_STAGING=staging.base_url)
    assert (done.out, done.err) == ("7\n", "")
    (request,) = staging.requests
    assert request.headers["authorization"] == "Bearer token"


@pytest.fixture(scope="module")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], httpx.AsyncBaseTransport]:
    """Return the class of the page."""
    path = tmp_path_factory.mktemp("page") / "safe_aiohttp.py"
    path.write_text(shown_files()["safe_aiohttp.py"], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("safe_aiohttp", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[], httpx.AsyncBaseTransport] = module.SafeAiohttpTransport
    return found


Make = Callable[[], httpx.AsyncBaseTransport]


@pytest.mark.parametrize("shape", calls.WIRE, ids=lambda shape: shape.name)
def test_aiohttp_sends_every_shape(shape: Shape, case: Case, serve: Serve, safe: Make) -> None:
    """The request has the same target, body and media type as over httpx."""
    server = serve(partial(calls.step, shape))
    for transport in (safe(), None):
        settings: dict[str, Any] = {"transport": transport, "base_url": server.location}
        result, _ = do(shape, case, "async", shape.answer, **settings)
        assert result == shape.result
    over_aiohttp, over_httpx = server.requests
    assert calls.on_the_wire(over_aiohttp) == calls.on_the_wire(over_httpx)


def read_and_close(peer: Peer) -> None:
    peer.read()
    peer.close()


def read_and_reset(peer: Peer) -> None:
    peer.read()
    peer.reset()


def send(data: bytes, peer: Peer) -> None:
    peer.read()
    peer.send(data)
    peer.close()


LOST: dict[str, Step] = {
    "closed": read_and_close,
    "reset": read_and_reset,
    "no HTTP": partial(send, b"garbage\r\n\r\n"),
    "cut": partial(send, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
    "silent": lambda peer: peer.hold(),
}


@pytest.mark.parametrize("fault", LOST)
def test_faults_of_aiohttp(fault: str, serve: Serve, safe: Make) -> None:
    """A POST whose connection is lost is sent once."""
    server = serve(LOST[fault])
    with pytest.raises(TransportError) as caught:
        Caller("async").create(server.base_url, transport=safe(), timeout=0.3)
    assert caught.value.may_have_reached_server
    assert server.connections == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://shop.invalid"])
def test_aiohttp_makes_no_connection(url: str, safe: Make) -> None:
    with pytest.raises(TransportError) as caught:
        Caller("async").create(url, transport=safe())
    assert not caught.value.may_have_reached_server


def test_the_subclass_for_aiohttp_is_needed(serve: Serve) -> None:
    """If this fails, httpx-aiohttp has changed: look whether the page needs the subclass."""
    server = serve(read_and_close)
    with pytest.raises(TransportError) as caught:
        Caller("async").create(server.base_url, transport=AiohttpTransport())
    assert not caught.value.may_have_reached_server
    assert server.posts == 3


def test_aiohttp_unpacks_once(serve: Serve, safe: Make) -> None:
    packed = gzip.compress(b'{"id": "9"}')
    server = serve(
        answered(429, b"{}", retry_after="0"), answered(200, packed, content_encoding="gzip")
    )
    assert Caller("async").create(server.base_url, transport=safe()).id == "9"
    assert server.posts == 2
