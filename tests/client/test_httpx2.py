"""The generated client over httpx2, which continues httpx: one setting, the same tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli import main

pytestmark = pytest.mark.slow

SPEC = Path(__file__).parents[2] / "spec" / "pinterest-audiences.yaml"
CALL = """
import asyncio, httpx2, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from over_httpx2 import AsyncPinterest, Pinterest, Retry
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
with Pinterest("token", base_url=url) as client:
    assert isinstance(client._sender.connections.current(), httpx2.Client)
    assert client.audiences.create("1", body).id == "1"

async def run():
    async with AsyncPinterest("token", base_url=url) as client:
        return (await client.audiences.create("1", body)).id

assert asyncio.run(run()) == "1"
server.shutdown()
server.server_close()
try:
    Pinterest("token", base_url=url, retry=Retry(attempts=1)).audiences.create("1", body)
except TransportError as error:
    assert not error.may_have_reached_server
else:
    raise AssertionError("no error")
assert "httpx" not in sys.modules, "httpx was imported"
"""


def test_the_client_runs_on_httpx2(tmp_path: Path) -> None:
    """Its generated tests pass, and calls over a real socket work and fail alike."""
    arguments = ["--spec", str(SPEC), "--package", "over_httpx2", "--client", "Pinterest"]
    code = main(["generate", "-q", *arguments, "--output", str(tmp_path), "--http", "httpx2"])
    assert code == 0
    for command in (
        ["-m", "pytest", "-q", "-W", "error", "-pno:cacheprovider", "-pno:asyncio", "tests"],
        ["-W", "error", "-c", CALL],
    ):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
