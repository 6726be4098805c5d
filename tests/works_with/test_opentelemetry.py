"""The tracing of calls, over httpx and httpx2."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest
from opentelemetry.instrumentation import httpx as instrumentation
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.support.clients import connect
from tests.support.command import speclock
from tests.support.sockets import Server, answered
from tests.works_with import calls
from tests.works_with.conftest import SPEC
from tests.works_with.page import UserProject

Serve = Callable[..., Server]


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
def test_opentelemetry(module: str, http: str, project: UserProject, serve: Serve) -> None:
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
    done = project.python("-W", "error", "-c", program, PINTEREST_STAGING=server.base_url)
    assert (done.out, done.err) == ("POST POST POST POST\n", "")
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
        with connect(package, mode, staging, "token", **settings) as client:
            audience = calls.create(package, client)
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
