"""What the tests of the generated client share: a scripted server, and calls of either client.

The server speaks raw HTTP/1.1 over loopback, so that it can also speak it badly. It counts the
POSTs that it read in full, which is what "sent twice" is measured by.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import socket
import ssl
import struct
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from pinterest_audiences import AsyncPinterest, Options, Pinterest, Retry
from pinterest_audiences.models import Audience, AudienceCreateRequest, AudienceRule

TOKEN = "pina_s3cr3t-t0ken"
"""In no message, repr, log or traceback may this be found."""

AUDIENCE: dict[str, Any] = {"id": "2542620333444", "name": "Recent visitors", "type": "audience"}

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


def pem(kind: str, text: str) -> str:
    return f"-----BEGIN {kind}-----{text}-----END {kind}-----\n"


Step = Callable[["Peer"], None]
"""What the server does with one request; the last step of a script is also for all that follow."""


@dataclass(frozen=True)
class Request:
    """A request that the server read to its end."""

    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    connection: int
    """Which connection it came over, counted from 1."""

    def json(self) -> Any:
        return json.loads(self.body)


def message(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A response as bytes; a header given as ``""`` is left out."""
    phrase = HTTPStatus(status).phrase if status in {*HTTPStatus} else "Whatever"
    lines = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    head = [f"HTTP/1.1 {status} {phrase}", *(f"{k}: {v}" for k, v in lines.items() if v)]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


class Peer:
    """The server's end of one connection."""

    def __init__(self, server: Server, sock: socket.socket, number: int) -> None:
        self.server = server
        self._sock = sock
        self._number = number
        self._buffer = b""
        self.gone = False

    def arrives(self) -> bool:
        """Wait for the first byte of a request, without reading it; False where none comes."""
        return bool(self._buffer or self._sock.recv(1, socket.MSG_PEEK))

    def _more(self) -> None:
        chunk = self._sock.recv(1 << 16)
        if not chunk:
            raise ConnectionResetError("the client left in the middle of a request")
        self._buffer += chunk

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
        request = Request(method, target, headers, rest[:length], self._number)
        self.server.note(request)
        return request

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def reply(self, status: int, body: Any = b"", **headers: str) -> None:
        """Send an answer; in headers ``_`` is ``-``, and ``{other}`` the other server's address."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {
            name.replace("_", "-"): value.replace("{other}", self.server.other)
            for name, value in headers.items()
        }
        self.send(message(status, content, named))

    def answer(self, status: int, body: Any = b"", **headers: str) -> None:
        """Read a request and answer it."""
        self.read()
        self.reply(status, body, **headers)

    def secure(self) -> None:
        """Offer TLS with a certificate that the client has no reason to trust."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pem"
            pem = [
                f"-----BEGIN {kind}-----{text}-----END {kind}-----" for kind, text in SELF_SIGNED
            ]
            path.write_text("\n".join([*pem, ""]), encoding="ascii")
            context.load_cert_chain(path)
        self._sock = context.wrap_socket(self._sock, server_side=True)

    def drip(self, data: bytes, every: float) -> None:
        """Send one byte after the other for as long as the client listens."""
        for byte in data:
            self.send(bytes([byte]))
            if self.server.stopped.wait(every):
                return

    def hold(self) -> None:
        """Say nothing until the client has left."""
        with contextlib.suppress(OSError):
            while self._sock.recv(1 << 16):
                pass
        self.close()

    def reset(self) -> None:
        """Drop the connection with a TCP reset."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def finish(self) -> None:
        """No more data from here; what the client still sends is thrown away, uncounted."""
        self._sock.shutdown(socket.SHUT_WR)
        self.hold()

    def close(self) -> None:
        self.gone = True
        self._sock.close()


class Server:
    """A server on 127.0.0.1 that follows a script, one step for each request that arrives."""

    def __init__(self, *script: Step, eager: bool = False, life: float = 8.0) -> None:
        """``eager`` starts a step as soon as a connection is there, before anything arrives on it;
        after ``life`` seconds all connections are closed, so that no test can hang on this server.
        """
        self._script = list(script)
        self._eager = eager
        self._end = time.monotonic() + life
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self.other = ""
        self.requests: list[Request] = []
        self.connections = 0
        self.read_one = threading.Event()
        self.stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.location = f"http://127.0.0.1:{self.port}"
        self.base_url = f"{self.location}/v5"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

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


def answered(status: int = 200, body: Any = None, **headers: str) -> Step:
    """The step that answers; by default with an audience."""
    content = AUDIENCE if body is None and status == 200 else b"" if body is None else body
    return lambda peer: peer.answer(status, content, **headers)


@dataclass
class Caller:
    """``audiences.create`` by the synchronous or the asynchronous client."""

    mode: str
    settings: dict[str, Any] = field(
        default_factory=lambda: {
            "timeout": 2.0,
            "deadline": 4.0,
            "retry": Retry(base=0.01, longest=5.0),
        }
    )

    def client(self, base_url: str, token: Any = TOKEN, **settings: Any) -> Any:
        """A client with settings that suit tests: short times, short pauses."""
        kind: Any = AsyncPinterest if self.mode == "async" else Pinterest
        return kind(token, base_url=base_url, **{**self.settings, **settings})

    def create(
        self,
        base_url: str,
        body: Any = None,
        *,
        account: Any = "1",
        token: Any = TOKEN,
        options: Options | None = None,
        **settings: Any,
    ) -> Audience:
        """One call of a client of its own."""
        client = self.client(base_url, token, **settings)
        content = make_body() if body is None else body
        if self.mode == "sync":
            with client:
                result: Audience = client.audiences.create(account, content, options=options)
                return result

        async def run() -> Audience:
            async with client:
                result: Audience = await client.audiences.create(account, content, options=options)
                return result

        return asyncio.run(run())

    def run(self, client: Any, work: Callable[[Callable[..., Any]], Any]) -> Any:
        """Run ``work`` with a ``create`` that can be called plainly, whichever client is used.

        All of it is within one event loop, so connections are kept between the calls.
        """
        if self.mode == "sync":
            with client:
                return work(client.audiences.create)

        async def run() -> Any:
            async with client:
                loop = asyncio.get_running_loop()

                def create(*args: Any, **kwargs: Any) -> Any:
                    made: Awaitable[Any] = client.audiences.create(*args, **kwargs)
                    return asyncio.run_coroutine_threadsafe(_wait(made), loop).result(10)

                return await asyncio.to_thread(work, create)

        return asyncio.run(run())


async def _wait(made: Awaitable[Any]) -> Any:
    return await made


def make_body(**changes: Any) -> AudienceCreateRequest:
    """A request that the API would take."""
    fields: dict[str, Any] = {
        "audience_type": "VISITOR",
        "name": "Recent visitors",
        "rule": AudienceRule(visitor_source_id="2614009876543", retention_days=90),
        **changes,
    }
    return AudienceCreateRequest(**fields)


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    """Every test that asks for a mode runs over both clients."""
    return str(request.param)


@pytest.fixture
def caller(mode: str) -> Caller:
    return Caller(mode)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts scripted servers; they are stopped after the test."""
    servers: list[Server] = []

    def start(*script: Step, **settings: Any) -> Server:
        servers.append(Server(*(script or (answered(),)), **settings))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(name="answered")
def answered_fixture() -> Callable[..., Step]:
    """See :func:`answered`."""
    return answered


@pytest.fixture
def body() -> Callable[..., AudienceCreateRequest]:
    """See :func:`make_body`."""
    return make_body


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture(autouse=True)
def _no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names under ``.invalid`` don't exist (RFC 6761 §6.4); don't ask a network to learn that."""
    real = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name.endswith(".invalid"):
            name.encode("idna")  # as the real one does, which refuses some names already here
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment names as a proxy isn't asked for loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True, scope="module")
def _certificates_read_once() -> Iterator[None]:
    """Every client reads all certificates of the trust store; most of the time would go there.

    Once for each module, so that no other test meets a context that isn't its own.
    """
    real = ssl.create_default_context
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.lru_cache(real))
        yield
