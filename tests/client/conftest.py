"""Calls of this repository's client, and the fixtures of tests over sockets."""

from __future__ import annotations

import functools
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pinterest_audiences
import pytest
from pinterest_audiences import Options, Retry
from pinterest_audiences.models import Audience, AudienceCreateRequest, AudienceRule
from pydantic import BaseModel, ValidationError

from generator.project.services.comparison.recording import template
from tests.support.answers import Answer
from tests.support.clients import connect
from tests.support.sockets import Server, Step, answered

TOKEN = "pina_s3cr3t-t0ken"
"""In no message, repr, log or traceback may this be found."""
OFF = Retry(attempts=1)
BASE_URL = "https://api.example.com/v5"
HOME = str(Path(pinterest_audiences.__file__).parents[1])
"""The folder where another process finds the package."""
GOOD: dict[str, Any] = {"audience_type": "VISITOR", "name": "x", "rule": {"pin_id": ["1"]}}
"""The members of a request."""
AUDIENCE: dict[str, Any] = {"id": "2542620333444", "name": "Recent visitors", "type": "audience"}


@dataclass
class Caller:
    """A maker of clients of one kind, with settings that suit tests: short times, short pauses."""

    mode: str
    settings: dict[str, Any] = field(
        default_factory=lambda: {
            "timeout": 2.0,
            "deadline": 4.0,
            "retry": Retry(base=0.01, longest=5.0),
        }
    )

    def client(self, server: Answer | Server | str, token: Any = TOKEN, **settings: Any) -> Any:
        """Return a client of a server, or of the address of one."""
        if isinstance(server, Server | str):
            base_url = server if isinstance(server, str) else server.base_url
            settings = {"base_url": base_url, **settings}
        else:
            settings = {
                "base_url": BASE_URL, "transport": httpx.MockTransport(server), **settings
            }  # fmt: skip
        settings = {**self.settings, **settings}
        return connect(pinterest_audiences, self.mode, None, token, **settings)

    def create(
        self,
        server: Answer | Server | str,
        body: Any = None,
        *,
        account: Any = "1",
        options: Options | None = None,
        **settings: Any,
    ) -> Audience:
        """Create an audience with a client of its own."""
        content = make_body() if body is None else body
        with self.client(server, **settings) as client:
            result: Audience = client.audiences.create(account, content, options=options)
        return result


def make_body(**changes: Any) -> AudienceCreateRequest:
    """A request that the API would take."""
    fields: dict[str, Any] = {
        "audience_type": "VISITOR",
        "name": "Recent visitors",
        "rule": AudienceRule(visitor_source_id="2614009876543", retention_days=90),
        **changes,
    }
    return AudienceCreateRequest(**fields)


@pytest.fixture
def caller(mode: str) -> Caller:
    return Caller(mode)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts scripted servers; they are stopped after the test."""
    servers: list[Server] = []

    def start(*script: Step, **settings: Any) -> Server:
        servers.append(Server(*(script or (answered(200, AUDIENCE),)), **settings))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


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


def wire(model: BaseModel) -> Any:
    """Return the JSON that a model is sent as."""
    return model.model_dump(mode="json", exclude_unset=True)


def refusal(make: Callable[[], object]) -> dict[str, str]:
    """Return the places of what a constructor refuses, each with the type of its error."""
    with pytest.raises(ValidationError) as caught:
        make()
    return {".".join(map(str, e["loc"])): e["type"] for e in caught.value.errors()}


@pytest.fixture(scope="module")
def dates() -> None:
    """Register the formats of dates, which the package of this repository doesn't need."""
    for name in ("exact_texts", "formats"):
        template(name, f"pinterest_audiences._runtime.{name}")
