"""The fake over HTTP beside a server by hand: the processor's time for one request."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.qa.bench import peers
from tests.qa.bench.client import RESPONSE
from tests.qa.bench.measure import MICROSECONDS, Row, interleaved, table
from tests.support.command import start

AIM = 10.0
CONNECTIONS, ROUNDS = 8, 60
BODY = json.dumps(
    {"audience_type": "VISITOR", "name": "x", "rule": {"visitor_source_id": "1"}}
).encode()
REQUEST = (
    b"POST /v5/ad_accounts/1/audiences HTTP/1.1\r\nhost: a\r\nauthorization: Bearer t\r\n"
    b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)
)
BY_HAND = """
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_POST(self):
        json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_):
        pass

ANSWER = sys.argv[1].encode()
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
"""


def bench(rounds: int) -> bool:
    """Measure and print; is the aim met?"""
    if not sys.platform.startswith("linux"):
        print("\nThe fake over HTTP: skipped, the time of a process is read from /proc.")
        return True
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="speclock-bench-")))
        line = [sys.executable, "-m", "generator", "generate", "--quiet", "--spec", str(peers.SPEC)]
        line += ["--package", peers.PACKAGE, "--feature", "testing", "--output", str(folder)]
        peers.timed(line)
        fake = ("-m", f"{peers.PACKAGE}.testing", "--port", "0")
        trials = {
            "http.server, the same answer each time": _trial(
                stack, folder, ("-c", BY_HAND, RESPONSE.decode())
            ),
            "the fake, which checks the request": _trial(stack, folder, fake),
        }
        samples = interleaved("the fake over HTTP", rounds, trials)
    (by_hand, ours), title = samples.items(), "One audiences.create served over HTTP, CPU"
    return table(title, MICROSECONDS, [Row(*by_hand), Row(*ours, AIM)])


def _trial(stack: contextlib.ExitStack, folder: Path, words: Sequence[str]) -> Callable[[], float]:
    """Start a server and return what measures the seconds of CPU that a request takes it."""
    process = stack.enter_context(_serving(folder, words))
    assert process.stdout is not None
    port = int(process.stdout.readline().rpartition(":")[2])
    peers = [
        stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        for _ in range(CONNECTIONS)
    ]

    def trial() -> float:
        before = _cpu(process.pid)
        for _ in range(ROUNDS):
            for peer in peers:
                peer.sendall(REQUEST)
            for peer in peers:
                assert peer.recv(1 << 16).startswith(b"HTTP/1.1 200 OK")
        return (_cpu(process.pid) - before) / (ROUNDS * CONNECTIONS)

    trial()  # what is imported and compiled at the first request
    return trial


@contextlib.contextmanager
def _serving(folder: Path, words: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    process = start(folder, *words, path=[folder])
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
