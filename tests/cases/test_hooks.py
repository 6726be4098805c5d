"""The name of the operation in a request: for hooks, transports and OpenTelemetry, as the page has
it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.conftest import serve  # noqa: F401 - a fixture
from tests.support.sockets import Server
from tests.works_with.conftest import staging  # noqa: F401 - a fixture
from tests.works_with.page import UserProject

pytestmark = pytest.mark.slow

SPANS = """
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
import operation_spans
import httpx

url = os.environ["PINTEREST_STAGING"]

async def main():
    async with AsyncPinterest("token", base_url=url) as pinterest:
        await create_async(pinterest)

with Pinterest("token", base_url=url) as pinterest:
    create(pinterest)
asyncio.run(main())
httpx.get(url)
print(*(span.name for span in spans.get_finished_spans()))
"""
COUNTS = """
import httpx
from pinterest_audiences import Pinterest
from pinterest_audiences.testing import Fake
from operation_counts import counts, hooks
from shop import create

with httpx.Client(transport=Fake(), event_hooks=hooks) as http:
    create(Pinterest("token", http_client=http))
    create(Pinterest("token", http_client=http))
print(dict(counts))
"""
LIMIT = """
import time
from pinterest_audiences import Pinterest
from pinterest_audiences.testing import Fake
from rate_limit import LimitedTransport
from shop import create

def seconds(**pauses):
    began = time.monotonic()
    names = {name.replace("_", "."): pause for name, pause in pauses.items()}
    with Pinterest("token", transport=LimitedTransport(Fake(), names)) as pinterest:
        for _ in range(3):
            create(pinterest)
    return time.monotonic() - began

assert 0.6 <= seconds(audiences_create=0.3) < 5
assert seconds(audiences_delete=60) < 5
print("waited")
"""
PROGRAMS = {
    "operation_spans": (SPANS, "audiences.create audiences.create GET"),
    "operation_counts": (COUNTS, "{'audiences.create': 2}"),
    "rate_limit": (LIMIT, "waited"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_code_of_the_page(name: str, tmp_path: Path, staging: Server) -> None:  # noqa: F811
    project = UserProject(tmp_path)
    project.show(f"{name}.py")
    program, expected = PROGRAMS[name]
    done = project.python("-W", "error", "-c", program, PINTEREST_STAGING=staging.base_url)
    assert (done.out, done.err) == (f"{expected}\n", "")
