"""The only room that opens a socket: one upstream document, with limits and a cache.

    fetched = fetch("https://example.com/openapi.yaml", cache=cache_folder())

Sources: RFC 9110 (conditional requests §13, redirects §15.4), RFC 9112 (framing), RFC 3986.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import Unreachable
from ..folders import cache_folder
from ..hashing import sha256_of
from . import cache as caching
from .dial import Clock
from .urls import Url, is_url, parse_url, without_secrets
from .wire import Answer, get

__all__ = ["Fetched", "Limits", "cache_folder", "fetch", "is_url", "without_secrets"]

MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
Progress = Callable[[int, int | None], None]
"""Told the bytes received so far and, where the server said so, how many there will be."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take, redirects included."""

    size: int = 64 * 1024 * 1024
    """Bytes of the document, on the wire and unpacked."""
    seconds: float = 60.0
    """From the start to the last byte, however slowly a server drips."""
    connect: float = 10.0
    """Seconds for a name to be looked up, and for each address to answer."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One document as the server has it now."""

    data: bytes
    url: str
    """Where it came from, after redirects; without a user, a password or a query's values."""
    etag: str
    """The server's ETag as it was sent (RFC 9110 §8.8.3), or ``""``."""
    sha256: str
    """Hexadecimal, of ``data`` with its line ends as LF, as :func:`..hashing.sha256_of` has it."""
    from_cache: bool
    """The server said that its document is still the one in the cache."""


def fetch(
    url: str,
    *,
    cache: Path,
    limits: Limits = Limits(),
    insecure: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Fetched:
    """The document at ``url``, over https, or over http too if ``insecure``.

    ``cache`` is a folder, made when needed; a broken or unwritable one only costs time. Redirects
    are followed within the origin (scheme, host and port), at most five. A user and password in the
    URL go out as basic authentication, and nowhere else.

    Raises :class:`UsageError` for what is no such URL, :class:`Unreachable` for whatever kept the
    document from being had: the network, TLS, a time-out, a status, a redirect, or its size.
    """
    asked = parse_url(url, insecure=insecure)
    clock = Clock.starting(limits.seconds, limits.connect)
    known = caching.read(cache, asked)
    at = asked
    for _ in range(MAX_REDIRECTS + 1):
        usable = known if known is not None and known.final == caching.digest_of(at) else None
        answer = get(at, clock, limits.size, progress, usable.validators if usable else {})
        if answer.status == 304 and usable is not None:
            return _fetched(usable.data, at, usable.etag, from_cache=True)
        if answer.status == 200:
            caching.write(cache, asked, at, answer)
            return _fetched(answer.data, at, answer.etag, from_cache=False)
        if answer.status not in _REDIRECTS:
            raise _refused(at, answer.status)
        at = _followed(at, answer, asked)
    raise Unreachable(
        asked.shown,
        f"more than {MAX_REDIRECTS} redirects",
        "Name the address that the document has in the end.",
    )


def _fetched(data: bytes, at: Url, etag: str, *, from_cache: bool) -> Fetched:
    digest = sha256_of(data)
    return Fetched(data, at.shown, etag, digest, from_cache)


def _followed(at: Url, answer: Answer, asked: Url) -> Url:
    """Where a redirect leads, if it stays within the origin."""
    if not answer.location:
        raise Unreachable(
            at.shown,
            f"a redirect ({answer.status}) to nowhere",
            "Name the address that the document has in the end.",
        )
    target = at.joined(answer.location)
    if target is None or target.origin != asked.origin:
        where = without_secrets(answer.location) if target is None else target.shown
        raise Unreachable(
            at.shown,
            f"it redirects to another origin, {where}",
            "Name that address if you trust it; only redirects within an origin are followed.",
        )
    return target


_STATUSES = {
    304: ("says that nothing changed since a document that was never fetched", "Try again."),
    401: ("asks for credentials (401)", "Put a user and password, or a token, into the URL."),
    403: ("isn't for you (403)", "Check the URL, and the credentials in it."),
    404: ("doesn't exist there (404)", "Check the URL."),
    410: ("isn't there any more (410)", "Find out where the document has moved to."),
    429: ("is held back by the server, which got too many requests (429)", "Try again later."),
}


def _refused(at: Url, status: int) -> Unreachable:
    if status in _STATUSES:
        fact, remedy = _STATUSES[status]
    elif status >= 500:
        fact, remedy = f"failed at the server ({status})", "Try again later."
    else:
        fact, remedy = f"was answered with status {status}, not 200", "Check the URL."
    return Unreachable(at.shown, f"the document {fact}", remedy)
