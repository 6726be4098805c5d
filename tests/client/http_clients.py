"""HTTP clients that a caller gives, and servers that answer late."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pinterest_audiences import Pinterest, Retry
from pinterest_audiences._http import httpx
from pinterest_audiences.models import AudienceCreateRequest

if TYPE_CHECKING:
    from tests.support.answers import Peer


OFF = Retry(attempts=1)


def http_client(mode: str, **settings: Any) -> Any:
    """One that keeps no connection, so that it can be closed from another event loop."""
    kind: Any = httpx.AsyncClient if mode == "async" else httpx.Client
    return kind(limits=httpx.Limits(max_keepalive_connections=0), **settings)


def close(client: Any) -> None:
    """Close an HTTP client of either kind."""
    if isinstance(client, httpx.Client):
        client.close()
    else:
        asyncio.run(client.aclose())


def silent(peer: Peer) -> None:
    peer.read()
    peer.hold()


def create_once(client: Any) -> Any:
    """One call; of an asynchronous client, in an event loop of its own."""
    made = client.audiences.create("1", AudienceCreateRequest.model_validate(MINIMAL))
    return made if isinstance(client, Pinterest) else asyncio.run(made)


MINIMAL = {"audience_type": "VISITOR", "name": "x", "rule": {}}
