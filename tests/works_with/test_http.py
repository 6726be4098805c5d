"""Other HTTP libraries below the client, and the tracing of its calls."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest
from httpx_aiohttp import AiohttpTransport
from opentelemetry.instrumentation import httpx as instrumentation
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pinterest_audiences.errors import TransportError

from tests.client.conftest import Caller
from tests.client.scripted_server import Peer, Server, Step, answered
from tests.client.shapes import Shape, do
from tests.support.command_line import speclock
from tests.support.generated_case import Case
from tests.support.loopback import calls as call_all
from tests.works_with import calls
from tests.works_with.conftest import SPEC
from tests.works_with.page import shown_files
from tests.works_with.user_project import Project

Serve = Callable[..., Server]


# ── aiohttp ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_aiohttp(project: Project, staging: Server) -> None:
    project.show("safe_aiohttp.py", "over_aiohttp.py")
    done = project.run("-W", "error", "over_aiohttp.py", PINTEREST_STAGING=staging.base_url)
    assert (done.stdout, done.stderr) == ("7\n", "")
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


# ── OpenTelemetry ────────────────────────────────────────────────────────────────────────────────


TRACED = """
import asyncio, os
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pinterest_audiences import AsyncPinterest, Pinterest
from shop import create, create_async

spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(provider)
url = os.environ["PINTEREST_STAGING"]

async def main():
    async with AsyncPinterest("s3cr3t", base_url=url) as pinterest:
        await create_async(pinterest)

with Pinterest("s3cr3t", base_url=url) as before, Pinterest("s3cr3t", base_url=url) as unused:
    create(before)
    import {module}
    create(before)
    create(unused)
    with Pinterest("s3cr3t", base_url=url) as after:
        create(after)
asyncio.run(main())
finished = spans.get_finished_spans()
assert not any("s3cr3t" in span.to_json() for span in finished)
print(*(span.name for span in finished))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("module", "http"), [("tracing", "httpx"), ("tracing_httpx2", "httpx2")])
def test_opentelemetry(module: str, http: str, project: Project, serve: Serve) -> None:
    """Each call after the lines of the page is traced, in clients that exist or are new."""
    server = serve(answered(429, b"{}", retry_after="0"), answered(200, {"id": "7"}), life=120.0)
    project.show(f"{module}.py")
    if http == "httpx2":
        outcome = speclock(
            project.root, "generate", "-q", "--spec", str(SPEC), "--package", "pinterest_audiences",
            "--client", "Pinterest", "--output", "generated", "--http", http,
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
    program = TRACED.replace("{module}", module)
    done = project.run("-W", "error", "-c", program, PINTEREST_STAGING=server.base_url)
    assert (done.stdout, done.stderr) == ("POST POST POST POST\n", "")
    traced = ["traceparent" in request.headers for request in server.requests]
    assert traced == [False, False, True, True, True, True]


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """Where the spans of a test are."""
    return InMemorySpanExporter()


@pytest.fixture
def provider(spans: InMemorySpanExporter) -> TracerProvider:
    """What makes the spans."""
    found = TracerProvider()
    found.add_span_processor(SimpleSpanProcessor(spans))
    return found


WAYS: dict[str, tuple[Any, str, str]] = {
    "httpx": (httpx, "HTTPXClientInstrumentor", ""),
    "httpx2": (httpx2, "HTTPX2ClientInstrumentor", "Httpx2"),
}


@pytest.mark.parametrize("way", ["http_client", "wrapped", "transport"])
@pytest.mark.parametrize("library", WAYS)
def test_what_is_traced(
    library: str,
    way: str,
    mode: str,
    over: Callable[[str], ModuleType],
    provider: TracerProvider,
    spans: InMemorySpanExporter,
    staging: Server,
) -> None:
    """A client, a wrapped transport; not a transport that isn't the library's own."""
    http, instrumentor_name, suffix = WAYS[library]
    instrumentor = getattr(instrumentation, instrumentor_name)()
    prefix = "Async" if mode == "async" else ""
    settings: dict[str, Any] = {}
    if way == "http_client":
        limits = http.Limits(max_keepalive_connections=0)  # nothing is left open
        settings["http_client"] = getattr(http, f"{prefix}Client")(limits=limits)
        instrumentor.instrument_client(settings["http_client"], tracer_provider=provider)
    elif way == "wrapped":
        name = f"{prefix or 'Sync'}OpenTelemetryTransport{suffix}"
        below = getattr(http, f"{prefix}HTTPTransport")()
        settings["transport"] = getattr(instrumentation, name)(below, tracer_provider=provider)
    else:
        instrumentor.instrument(tracer_provider=provider)
        settings["transport"] = http.MockTransport(lambda _: http.Response(200, json={"id": "7"}))
    package = over(library)
    try:
        call = [calls.create(package)]
        (audience,) = call_all(package, mode, call, "token", base_url=staging.base_url, **settings)
    finally:
        if way == "transport":
            instrumentor.uninstrument()
    assert audience.id == "7"
    assert len(spans.get_finished_spans()) == (0 if way == "transport" else 1)
    assert all("traceparent" in request.headers for request in staging.requests)


def test_a_wrapper_of_httpx_is_not_for_httpx2(over: Callable[[str], ModuleType]) -> None:
    wrapped = instrumentation.SyncOpenTelemetryTransport(httpx.HTTPTransport())
    with pytest.raises(TypeError, match=r"httpx\.BaseTransport; this client is made for httpx2"):
        over("httpx2").Sample("token", transport=wrapped)
