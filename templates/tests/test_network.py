"""What only a network shows: connections, the deadline, cookies; over a socket on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import socketserver
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

import pytest

OK = b"HTTP/1.1 500 Later\r\nset-cookie: a=b; path=/\r\ncontent-length: 0\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nx-filler: "


class Connection(socketserver.StreamRequestHandler):
    """One connection: reads a request, answers it by the server's function, reads the next."""

    server: Any

    def handle(self) -> None:
        """Until the client leaves."""
        self.server.connections += 1
        with contextlib.suppress(OSError):
            while self.server.respond is not None and self.read():
                self.server.respond(self.wfile.write)

    def read(self) -> bool:
        """Read one request; false where there is none."""
        head: list[bytes] = []
        while (line := self.rfile.readline()) not in (b"", b"\r\n"):
            head.append(line.strip().lower())
        if not line:
            return False
        lengths = [int(one.split(b":")[1]) for one in head if one.startswith(b"content-length:")]
        self.rfile.read(sum(lengths))
        self.server.heads.append(head)
        return True


class Loopback(socketserver.ThreadingTCPServer):
    """A server on this machine that counts its connections and keeps the heads of requests."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, respond: Callable[[Callable[[bytes], Any]], Any] | None) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.respond = respond
        self.connections = 0
        self.heads: list[list[bytes]] = []
        self.address = f"127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def serving(
    respond: Callable[[Callable[[bytes], Any]], Any] | None,
) -> Generator[Loopback, None, None]:
    """A server that runs until the end of the block; without a function, it hangs up at once."""
    with Loopback(respond) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment isn't asked for this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def failures(api: Any, mode: str, case: dict[str, Any], times: int, **settings: Any) -> list[Any]:
    """The errors of some calls in a row, by one client and in one event loop."""
    client = api.client(mode, None, transport=None, **settings)
    method = client
    for name in case["call"].split("."):
        method = getattr(method, name)
    arguments = api.arguments(method, case)
    found: list[Any] = []
    kinds = (api.errors.ApiError, api.errors.TransportError)
    if mode == "sync":
        with client:
            for _ in range(times):
                with pytest.raises(kinds) as caught:
                    method(**arguments)
                found.append(caught.value)
        return found

    async def run() -> None:
        async with client:
            for _ in range(times):
                with pytest.raises(kinds) as caught:
                    await method(**arguments)
                found.append(caught.value)

    asyncio.run(run())
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_calls_share_a_connection(
    api: Any, mode: str, any_case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing else: a cookie that the server sets doesn't come back."""
    kind: Any = api.httpx.AsyncClient if mode == "async" else api.httpx.Client
    initialise: Any = kind.__init__
    made: list[Any] = []

    def noted(self: Any, **settings: Any) -> None:
        made.append(self)
        initialise(self, **settings)

    monkeypatch.setattr(kind, "__init__", noted)
    with serving(lambda write: write(OK)) as server:
        base_url = f"http://{server.address}/base"
        found = failures(api, mode, any_case, 3, base_url=base_url)

    assert [error.status_code for error in found] == [500, 500, 500]
    assert server.connections == 1
    assert len(made) == 1
    assert len(server.heads) == 3
    for head in server.heads:
        assert f"host: {server.address}".encode() in head
        assert not any(line.startswith(b"cookie:") and b"a=b" in line for line in head)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_dripping_headers_end_at_the_deadline(api: Any, any_case: dict[str, Any]) -> None:
    """Each letter is in time, and yet an asynchronous call ends: it is cancelled."""

    def drip(write: Callable[[bytes], Any]) -> None:
        write(HEAD)
        for _ in range(60):
            write(b"a")
            time.sleep(0.05)

    with serving(drip) as server:
        began = time.monotonic()
        base_url = f"http://{server.address}"
        (error,) = failures(api, "async", any_case, 1, base_url=base_url, timeout=9, deadline=0.2)

    assert isinstance(error, api.errors.TransportError)
    assert error.may_have_reached_server
    assert "ReadTimeout" in str(error)
    assert time.monotonic() - began < 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_deadline_that_has_passed(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """Whatever step it meets, it is a time-out."""
    with serving(lambda write: write(OK)) as server:
        base_url = f"http://{server.address}"
        found = failures(api, mode, any_case, 3, base_url=base_url, deadline=1e-9)

    assert all("Timeout" in str(error) for error in found)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_with_who_doesn_t_speak_it(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """Nothing was sent then, and the error says so."""
    with serving(None) as server:
        (error,) = failures(api, mode, any_case, 1, base_url=f"https://{server.address}")

    assert isinstance(error, api.errors.TransportError)
    assert not error.may_have_reached_server


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_injected_transport_is_held_to_the_deadline(api: Any, any_case: dict[str, Any]) -> None:
    """One that never answers is cancelled, where that can be: in the asynchronous client."""

    class Never(api.httpx.AsyncBaseTransport):  # type: ignore[misc]
        async def handle_async_request(self, request: Any) -> Any:  # noqa: ARG002
            await asyncio.sleep(9)

    for injected in ("transport", "http_client"):
        never: Any = Never()
        given = {"transport": never, "http_client": api.httpx.AsyncClient(transport=never)}
        began = time.monotonic()
        with pytest.raises(api.errors.TransportError, match="the deadline") as caught:
            api.call("async", any_case, None, **{injected: given[injected]}, deadline=0.1)
        assert caught.value.may_have_reached_server
        assert time.monotonic() - began < 2
