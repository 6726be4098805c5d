"""The generated client over httpx2, which continues httpx: one setting, the same tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.generated_case import GeneratedCases, load_over

pytestmark = pytest.mark.slow

CALL = """
import asyncio, httpx2, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from over_httpx2 import AsyncSample, Sample, Retry
from over_httpx2.errors import TransportError
from over_httpx2.models import AudienceCreateRequest, AudienceRule

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "10")
        self.end_headers()
        self.wfile.write(b'{"id":"1"}')
    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Handler)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/v5"
body = AudienceCreateRequest(audience_type="VISITOR", name="x", rule=AudienceRule())
with Sample("token", base_url=url) as client:
    assert isinstance(client._sender.connections.current(), httpx2.Client)
    assert client.audiences.create("1", body).id == "1"

async def run():
    async with AsyncSample("token", base_url=url) as client:
        return (await client.audiences.create("1", body)).id

assert asyncio.run(run()) == "1"
server.shutdown()
server.server_close()
try:
    Sample("token", base_url=url, retry=Retry(attempts=1)).audiences.create("1", body)
except TransportError as error:
    assert not error.may_have_reached_server
else:
    raise AssertionError("no error")
assert "httpx" not in sys.modules, "httpx was imported"
"""


def test_the_client_runs_on_httpx2(cases: GeneratedCases) -> None:
    """Its generated tests pass, and calls over a real socket work and fail alike."""
    name = load_over(cases, "httpx2").package.__name__
    program = CALL.replace("over_httpx2", name)
    tests = f"tests/{name}"
    for command in (
        ["-m", "pytest", "-q", "-W", "error", "-pno:cacheprovider", "-pno:asyncio", tests],
        ["-W", "error", "-c", program],
    ):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=cases.folder,
            env={"PYTHONPATH": str(cases.folder), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
