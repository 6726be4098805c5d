"""Servers on this machine that follow a script, and are as faulty as it says."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

SELF_SIGNED = (
    ("CERTIFICATE", """
MIIBkTCCATagAwIBAgIUJY+4wZg70WuFTktU0Yawlfp7IWUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNDE2MjQ0MFoYDzIxMjYxMDMx
MTYyNDQwWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQtLImNF/3+X7K0coO/CUQX36JguPCVl8L7a10rVp6xaTFuutwHszN1
lmYQkqN2ArgfwJLEadqiOy0PrJY//m/Ro2QwYjAdBgNVHQ4EFgQUtn/1MgIp0egh
CUQy5wQPPGkyReswHwYDVR0jBBgwFoAUtn/1MgIp0eghCUQy5wQPPGkyReswDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC
IQCybA88AzSAgeOFgYYDUfGsg4yJQp6Tj27fJjwz5CV40QIhALO5rqJb3A+Ynclm
b3Qg8DWBdz5iXjPGFxCasrUuvErl
"""),
    ("PRIVATE KEY", """
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgc3e0NrSbUDG3PSVa
+AYvOtYMMIG7q7AKyqxPP3/yZ7+hRANCAAQtLImNF/3+X7K0coO/CUQX36JguPCV
l8L7a10rVp6xaTFuutwHszN1lmYQkqN2ArgfwJLEadqiOy0PrJY//m/R
"""),
)  # fmt: skip
"""A certificate for 127.0.0.1 until the year 2126 that nobody vouches for, and its key."""


def write_certificate(path: Path) -> Path:
    """Write the certificate and its key into one file."""
    pem = [f"-----BEGIN {kind}-----{text}-----END {kind}-----\n" for kind, text in SELF_SIGNED]
    path.write_text("".join(pem), encoding="ascii")
    return path


@contextlib.contextmanager
def deaf_port(*, waits: bool) -> Iterator[int]:
    """Hold a port of this machine that refuses every connection, or lets every one wait."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))  # bound, so that nobody else gets the port
        if waits:
            listener.listen(0)
            for _ in range(3):  # the queue of connections to accept is full after one or two
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@dataclass(frozen=True)
class Request:
    """A request that the server read to its end."""

    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    connection: int = 1
    """Which connection it came over, counted from 1."""

    def json(self) -> Any:
        return json.loads(self.body)


def answer(body: bytes = b"", status: int | str = 200, **headers: str) -> bytes:
    """Return a response; ``content_length`` overrides the true one, and ``""`` omits a header."""
    fields = {"content-length": str(len(body)), "connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(status, int):
        status = f"{status} {HTTPStatus(status).phrase if status in {*HTTPStatus} else 'Whatever'}"
    head = [f"HTTP/1.1 {status}", *(f"{k}: {v}" for k, v in fields.items() if v)]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


class Peer:
    """The server's end of one connection."""

    def __init__(self, server: Server, sock: socket.socket, number: int) -> None:
        self.server = server
        self.sock = sock
        self._number = number
        self._buffer = b""
        self.gone = False
        self.request = Request("", "", {})
        """The last request."""

    def arrives(self) -> bool:
        """Wait for the first byte of a request, without reading it; False where none comes."""
        return bool(self._buffer or self.sock.recv(1, socket.MSG_PEEK))

    def _more(self) -> None:
        chunk = self.sock.recv(1 << 16)
        if chunk[:1] == b"\x16" and not self._buffer:  # the first byte of TLS
            self.send(answer(status=400))
        elif chunk:
            self._buffer += chunk
            return
        raise ConnectionResetError("the client left, or it doesn't speak HTTP")

    def read(self) -> Request:
        """Read one request in full, and count it."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        while len(rest) < length:
            self._more()
            rest = self._buffer.partition(b"\r\n\r\n")[2]
        self._buffer = rest[length:]
        self.request = Request(method, target, headers, rest[:length], self._number)
        self.server.note(self.request)
        return self.request

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reply(self, status: int, body: Any = b"", **headers: str) -> None:
        """Send an answer and keep the connection; ``{other}`` is the other server's address."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {
            name: value.replace("{other}", self.server.other) for name, value in headers.items()
        }
        named = {"content_type": "application/json", "connection": "", **named}
        self.send(answer(content, status, **named))

    def answer(self, status: int, body: Any = b"", **headers: str) -> None:
        """Read a request and answer it."""
        self.read()
        self.reply(status, body, **headers)

    def secure(self) -> None:
        """Offer TLS with a certificate that the client has no reason to trust."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            context.load_cert_chain(write_certificate(Path(folder) / "pem"))
        self.sock = context.wrap_socket(self.sock, server_side=True)

    def drip(self, data: bytes, every: float) -> None:
        """Send one byte after the other for as long as the client listens."""
        for byte in data:
            self.send(bytes([byte]))
            if self.server.stopped.wait(every):
                return

    def hold(self) -> None:
        """Say nothing until the client has left."""
        with contextlib.suppress(OSError):
            while self.sock.recv(1 << 16):
                pass
        self.close()

    def reset(self) -> None:
        """Drop the connection with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def finish(self) -> None:
        """No more data from here; what the client still sends is thrown away, uncounted."""
        self.sock.shutdown(socket.SHUT_WR)
        self.hold()

    def close(self) -> None:
        self.gone = True
        self.sock.close()


Step = Callable[["Peer"], None]
"""What the server does with one request; the last step of a script is also for all that follow."""


def answered(status: int = 200, body: Any = b"", **headers: str) -> Step:
    """Return the step that reads a request and answers it, by default with JSON."""
    return lambda peer: peer.answer(status, body, **headers)


def by_target(peer: Peer) -> None:
    """Answer a request by its target as the server's ``answers`` say, once for a connection."""
    found = peer.server.answers.get(peer.read().target, answer(status=404))
    if isinstance(found, bytes):
        peer.send(found)
    else:
        found(peer)
    peer.close()


class Server:
    """A server on 127.0.0.1 that follows a script, one step for each request that arrives.

    Without a script it answers by target.
    """

    def __init__(self, *script: Step, eager: bool = False, life: float = 600.0) -> None:
        """``eager`` starts a step as soon as a connection is there, before anything arrives on it;
        after ``life`` seconds all connections are closed.
        """
        self._script = [*(script or [by_target])]
        self._eager = eager
        self._end = time.monotonic() + life
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self.answers: dict[str, bytes | Step] = {}
        """Responses, or what is done after a request was read, by the target."""
        self.other = ""
        self.requests: list[Request] = []
        self.connections = 0
        self.read_one = threading.Event()
        self.stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.location = self.url("")
        self.base_url = self.url("/v5")
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def url(self, target: str = "/api.yaml") -> str:
        return f"http://127.0.0.1:{self.port}{target}"

    @property
    def posts(self) -> int:
        """How many POSTs were read in full."""
        return sum(request.method == "POST" for request in self.requests)

    def note(self, request: Request) -> None:
        with self._lock:
            self.requests.append(request)
        self.read_one.set()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            self._listener.settimeout(max(0.01, self._end - time.monotonic()))
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                self.stopped.set()
                break
            if self.stopped.is_set():
                sock.close()
                break
            with self._lock:
                self.connections += 1
                self._sockets.append(sock)
                thread = threading.Thread(
                    target=self._serve, args=(sock, self.connections), daemon=True
                )
                self._threads.append(thread)
            thread.start()
        self._drop()
        self._listener.close()

    def _drop(self) -> None:
        with self._lock:
            for sock in self._sockets:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def _serve(self, sock: socket.socket, number: int) -> None:
        peer = Peer(self, sock, number)
        with contextlib.suppress(OSError, ValueError), sock:  # what it read may make no sense
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not peer.gone and (self._eager or peer.arrives()):
                with self._lock:
                    step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
                step(peer)

    def close(self) -> None:
        """Stop, and wait until everything that was under way has been counted."""
        if not self.stopped.is_set():
            self.stopped.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join(5)
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()
