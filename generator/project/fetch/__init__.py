"""HTTP GET of one document by httpx, with limits and a cache.

    fetched = fetch("https://example.com/openapi.yaml", cache=folder)
    fetched.keep()

Sources: RFC 9110 (conditional requests §13, redirects §15.4), RFC 1952 (gzip).
"""

from __future__ import annotations

import asyncio
import base64
import ssl
import zlib
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import field
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx

from ...base.immutable import immutable
from ...base.version import __version__
from .cache import CacheEntry, read_entry, write_entry
from .errors import status_error, transport_error, unreachable
from .urls import origin_of, parse_url, without_secrets

MAX_REDIRECTS = 5
Progress = Callable[[int, int | None], None]
"""Called with the bytes received and, where the server sent a length, their total."""
T = TypeVar("T")


@immutable
class Limits:
    """Limits of one fetch, redirects included."""

    size: int = 64 * 1024 * 1024
    """Bytes of the document, compressed and decompressed."""
    seconds: float = 60.0
    """Total time until the last byte."""
    connect: float = 10.0
    """Seconds for the name look-up and the connection, and again for the TLS handshake."""


_LIMITS = Limits()


@immutable
class Fetched:
    """A document as the server has it now."""

    data: bytes
    url: str
    """Its URL after redirects, without user, password and the values in the query."""
    etag: str
    """The ``ETag`` header as sent (RFC 9110 §8.8.3), or ``""``."""
    from_cache: bool
    """True if the server answered that the document in the cache hasn't changed."""
    _cache: Path = field(repr=False)
    _key: str = field(repr=False)

    def keep(self) -> None:
        """Store the document in the cache, for conditional requests, if it has an ``ETag``.

        To be called for a document that is what was asked for, and no page of a login.
        """
        if not self.from_cache:
            write_entry(self._cache, self._key, CacheEntry(self.data, self.etag))


def fetch(
    url: str,
    *,
    cache: Path,
    limits: Limits = _LIMITS,
    insecure: bool = False,
    progress: Progress = lambda _done, _total: None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Fetched:
    """Return the document at ``url``.

    ``cache`` is a folder, which :meth:`Fetched.keep` creates; errors in reading or writing it are
    ignored.
    Redirects are followed within the origin (scheme, host and port). User and password in the URL
    are sent as basic authentication, ``headers`` as they are. ``progress`` is called in another
    thread.

    Raises :class:`UsageError` unless ``url`` is an https URL, or http if ``insecure``, and
    :class:`Unreachable` for an error of the network, TLS or the server, and beyond a limit.
    """
    start = parse_url(url, insecure=insecure)
    return run(_Fetch(cache, limits, progress, headers).follow(start))


def run(work: Coroutine[object, object, T]) -> T:
    """Run ``work`` in an event loop of its own.

    The thread lets callers have a running event loop, and Ctrl-C return at once.
    """
    result: Future[T] = Future()

    async def settle() -> None:
        task = asyncio.ensure_future(work)
        await asyncio.wait([task])
        if (error := task.exception()) is not None:
            result.set_exception(error)
        else:
            result.set_result(task.result())

    Thread(target=asyncio.run, args=[settle()], daemon=True).start()
    return result.result()


@immutable
class _Fetch:
    cache: Path
    limits: Limits
    progress: Progress
    headers: Mapping[str, str]

    async def follow(self, url: httpx.URL) -> Fetched:
        """Return the document at ``url`` or where it redirects to, within the total time."""
        target = url
        try:
            async with asyncio.timeout(self.limits.seconds), network(url) as transport:
                for _ in range(MAX_REDIRECTS + 1):
                    answer = await self.get(transport, target)
                    if isinstance(answer, Fetched):
                        return answer
                    target = answer
        except TimeoutError:
            fact = f"no complete answer within {self.limits.seconds:g} seconds"
            raise unreachable(url, fact, "Try again later.") from None
        fact = f"more than {MAX_REDIRECTS} redirects"
        raise unreachable(url, fact, "Use the document's final address.")

    async def get(self, transport: httpx.AsyncHTTPTransport, url: httpx.URL) -> Fetched | httpx.URL:
        """Send one request; return the document, or the target of a redirect."""
        known = read_entry(self.cache, str(url))
        headers = httpx.Headers(
            {
                "Accept": "application/yaml, application/json, */*;q=0.8",
                "Accept-Encoding": "gzip",
                "User-Agent": f"speclock/{__version__}",
                **({"If-None-Match": known.etag} if known else {}),
            }
        )
        if url.userinfo:
            pair = f"{url.username}:{url.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        headers.update(self.headers)
        timeout = httpx.Timeout(None, connect=self.limits.connect).as_dict()
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": timeout})
        shown = without_secrets(str(url))
        try:
            async with aclosing(await transport.handle_async_request(request)) as response:
                if response.status_code == 304 and known is not None:
                    return Fetched(known.data, shown, known.etag, True, self.cache, str(url))
                if response.has_redirect_location:
                    return _redirected(url, _header(response, "Location"))
                if response.status_code != 200:
                    raise status_error(url, response.status_code)
                data = await self.body(url, response)
        except httpx.TransportError as error:
            raise transport_error(url, error, self.limits.connect) from None
        return Fetched(data, shown, _header(response, "ETag"), False, self.cache, str(url))

    async def body(self, url: httpx.URL, response: httpx.Response) -> bytes:
        """Return the complete document, decompressed."""
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip"):
            raise unreachable(url, f"the answer is encoded as {coding!r}", "Only gzip is read.")
        gunzip = _Gunzip() if "gzip" in coding else None
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
        data = bytearray()
        received, limit = 0, self.limits.size
        try:
            async for chunk in response.aiter_raw():
                received += len(chunk)
                self.progress(received, total)
                data += gunzip.decompress(chunk, limit + 1 - len(data)) if gunzip else chunk
                if max(received, len(data), total or 0) > limit:
                    fact = f"the document has more than {limit:,} bytes"
                    raise unreachable(url, fact, "Check the URL: is it a description?")
        except zlib.error:
            raise unreachable(url, "the answer isn't valid gzip", "Try again.") from None
        except httpx.RemoteProtocolError:
            raise unreachable(url, "the document is incomplete", "Try again.") from None
        if gunzip is not None and not gunzip.complete:
            raise unreachable(url, "the document is incomplete", "Try again.")
        return bytes(data)


def network(url: httpx.URL) -> httpx.AsyncHTTPTransport:
    """Return a transport with the system's certificates, over the proxy that is set for ``url``.

    Proxies are those of :func:`urllib.request.getproxies`.
    """
    context = ssl.create_default_context()
    scheme, host, _ = origin_of(url)
    proxy = "" if proxy_bypass(host) else getproxies().get(scheme, "")
    if not proxy:
        return httpx.AsyncHTTPTransport(verify=context)
    address = parse_url(proxy if "://" in proxy else f"http://{proxy}", insecure=True)
    own = context if address.scheme == "https" else None
    return httpx.AsyncHTTPTransport(verify=context, proxy=httpx.Proxy(address, ssl_context=own))


def _header(response: httpx.Response, name: str) -> str:
    """Return a header's value; ``""`` for one that cannot be sent back or shown."""
    value = response.headers.get(name, "")
    return value if value.isascii() and value.isprintable() else ""


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    """Return the target of a redirect; it has the origin and the credentials of ``url``."""
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError):
        target = httpx.URL()
    if origin_of(target) != origin_of(url):
        fact = f"it redirects to another origin, {without_secrets(location)}"
        remedy = "Use that address if you trust it; redirects are followed within an origin only."
        raise unreachable(url, fact, remedy)
    return target.copy_with(userinfo=url.userinfo, fragment=None)


class _Gunzip:
    """Decompressor of gzip in any number of members.

    httpx's own has no limit, reads the first member only and accepts half of it.
    """

    def __init__(self) -> None:
        self.complete = False
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def decompress(self, chunk: bytes, limit: int) -> bytes:
        """Return what ``chunk`` adds, at most ``limit`` bytes of it."""
        data = bytearray()
        while chunk and len(data) < limit:
            data += self._member.decompress(chunk, limit - len(data))
            self.complete = self._member.eof
            chunk = self._member.unconsumed_tail
            if self.complete:
                chunk = self._member.unused_data
                self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return bytes(data)
