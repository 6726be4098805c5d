"""A server on this machine that gives one answer and keeps what it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """A request: its path, its parameters and its body."""

    path: str
    query: dict[str, list[str]]
    body: Any


class Server:
    """The answer, which a program sets, and the requests."""

    def __init__(self) -> None:
        self.status = 200
        self.answer: Any = None
        self.requests: list[Request] = []

    @contextmanager
    def running(self) -> Generator[str]:
        """Yield its URL."""
        own = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply()

            def do_POST(self) -> None:
                self.reply()

            def reply(self) -> None:
                target = urlsplit(self.path)
                data = self.rfile.read(int(self.headers.get("content-length", 0)))
                query = parse_qs(target.query, keep_blank_values=True)
                own.requests.append(Request(target.path, query, json.loads(data or b"null")))
                content = json.dumps(own.answer).encode()
                self.send_response(own.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v5"
        finally:
            server.shutdown()
            server.server_close()
