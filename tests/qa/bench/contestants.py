"""The clients that are measured, each as a function that makes one call of create-audience.

Imports are inside the functions: a fresh process then pays for one contestant alone. Runs in the
peers' environment, with ``generated/`` and the peer's client on the path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.qa.bench.payloads import ACCOUNT, BASE_URL, REQUEST, RESPONSE, TOKEN

if TYPE_CHECKING:
    import httpx

Call = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]
Transport = Callable[[], "httpx.MockTransport | None"]
"""Makes what replaces the network; None for the network itself."""


def mock() -> httpx.MockTransport:
    """A server in the same process."""
    import httpx

    headers = {"content-type": "application/json", "x-pinterest-rid": "1234567890"}
    return httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=RESPONSE))


def no_mock() -> None:
    """The network."""


def raw(base_url: str = BASE_URL, transport: Transport = mock) -> Call:
    """httpx alone: a shared client, an absolute URL, and dictionaries."""
    import httpx

    http = httpx.Client(transport=transport(), timeout=30.0)
    url = f"{base_url}/ad_accounts/{ACCOUNT}/audiences"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return lambda: http.post(url, json=REQUEST, headers=headers).json()


def ours(base_url: str = BASE_URL, transport: Transport = mock) -> Call:
    """The generated client."""
    from pinterest_audiences import Pinterest
    from pinterest_audiences.models import AudienceCreateRequest

    client = Pinterest(TOKEN, base_url=base_url, transport=transport())
    body = AudienceCreateRequest(**REQUEST)
    return lambda: client.audiences.create(ACCOUNT, body)


def ours_with_body(base_url: str = BASE_URL, transport: Transport = mock) -> Call:
    """The generated client, with a new body for each call."""
    from pinterest_audiences import Pinterest
    from pinterest_audiences.models import AudienceCreateRequest

    client = Pinterest(TOKEN, base_url=base_url, transport=transport())
    return lambda: client.audiences.create(ACCOUNT, AudienceCreateRequest(**REQUEST))


def handwritten(base_url: str = BASE_URL, transport: Transport = mock) -> Call:
    """httpx and pydantic by hand."""
    from tests.qa.bench.handwritten import AudienceCreateRequest, Client

    client = Client(TOKEN, base_url=base_url, transport=transport())
    body = AudienceCreateRequest(**REQUEST)
    return lambda: client.create_audience(ACCOUNT, body)


def peer(base_url: str = BASE_URL, transport: Transport = mock) -> Call:
    """The client that openapi-python-client generates."""
    from importlib import import_module

    models = import_module("pinterest_peer.models")
    create: Any = import_module("pinterest_peer.api.audiences.audiencescreate").sync
    settings = {"transport": given} if (given := transport()) else {}
    client = import_module("pinterest_peer.client").AuthenticatedClient(
        base_url=base_url, token=TOKEN, httpx_args=settings
    )
    body = models.AudienceCreateRequest.from_dict(REQUEST)
    return lambda: create(ACCOUNT, client=client, body=body)


SYNC: Mapping[str, Callable[[str, Transport], Call]] = {
    "raw httpx": raw,
    "ours": ours,
    "ours, body built for each call": ours_with_body,
    "hand-written httpx + pydantic": handwritten,
    "openapi-python-client's": peer,
}


def raw_async(base_url: str, transport: Transport) -> AsyncCall:
    """httpx alone, asynchronous."""
    import httpx

    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    http = httpx.AsyncClient(transport=transport(), timeout=30.0, limits=limits)
    url = f"{base_url}/ad_accounts/{ACCOUNT}/audiences"
    headers = {"Authorization": f"Bearer {TOKEN}"}

    async def call() -> object:
        return (await http.post(url, json=REQUEST, headers=headers)).json()

    return call


def ours_async(base_url: str, transport: Callable[[], Any]) -> AsyncCall:
    """The generated asynchronous client."""
    from pinterest_audiences import AsyncPinterest
    from pinterest_audiences.models import AudienceCreateRequest

    client = AsyncPinterest(TOKEN, base_url=base_url, transport=transport())
    body = AudienceCreateRequest(**REQUEST)
    return lambda: client.audiences.create(ACCOUNT, body)


ASYNC: Mapping[str, Callable[[str, Transport], AsyncCall]] = {
    "raw httpx, async": raw_async,
    "ours, async": ours_async,
}
