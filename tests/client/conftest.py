"""What the tests of the generated client share: a scripted server, and calls of either client.

The server speaks raw HTTP/1.1 over loopback, so that it can also speak it badly. It counts the
POSTs that it read in full, which is what "sent twice" is measured by.
"""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pinterest_audiences import AsyncPinterest, Options, Pinterest, Retry
from pinterest_audiences.models import Audience, AudienceCreateRequest, AudienceRule

from tests.support.answers import Server, Step, answered

TOKEN = "pina_s3cr3t-t0ken"
"""In no message, repr, log or traceback may this be found."""


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
