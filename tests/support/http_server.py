"""A server on this machine that answers each path with what a test says, in bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = bytes | Callable[["Request", socket.socket], None]


@dataclass(frozen=True)
class Request:
    """What came in."""

    line: str
    headers: dict[str, str]
    """By name in lower case."""

    @property
    def path(self) -> str:
        return self.line.split()[1]


@dataclass
class Server:
    """The server's address, its answers by path, and what it was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str = "/api.yaml") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; ``content_length`` overrides the true one, and ``""`` takes a header out."""
    fields = {"Content-Length": str(len(body)), "Connection": "close"}
    fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


@contextmanager
def serving() -> Iterator[Server]:
    """A server until the block ends; unknown paths get 404."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=serve, args=(sock,))
            thread.start()
            threads.append(thread)

    def serve(sock: socket.socket) -> None:
        with sock, suppress(OSError):
            sock.settimeout(10)
            text = b""
            while b"\r\n\r\n" not in text:
                more = sock.recv(65536)
                if not more:
                    return
                if more[:1] == b"\x16":  # the first byte of TLS
                    sock.sendall(answer(status="400 Bad Request"))
                    return
                text += more
            line, *fields = text.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            pairs = (one.partition(": ") for one in fields)
            request = Request(line, {name.lower(): value for name, _, value in pairs})
            server.requests.append(request)
            found = server.answers.get(request.path, answer(status="404 Not Found"))
            if callable(found):
                found(request, sock)
            else:
                sock.sendall(found)

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for thread in threads:
            thread.join()
