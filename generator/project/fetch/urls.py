"""URLs: which may be fetched, and how a message shows them.

Source: RFC 3986.
"""

from __future__ import annotations

import re

import httpx

from ...base.errors import UsageError
from ...base.printable import on_one_line

_PORTS = {"https": 443, "http": 80}
_PARTS = re.compile(
    r"""([a-zA-Z][a-zA-Z0-9+.-]*://)  # scheme
        (?:[^/?#]*@)?                 # user and password
        ([^?#]*)                      # host and path
        (?:\?([^#]*))?                # query
    """,
    re.VERBOSE,
)


def without_secrets(url: str) -> str:
    """Return ``url`` without user, password, fragment and the values in its query.

    The path of a file is returned as it is.
    """
    parts = _PARTS.match(url)
    if parts is None:
        return url
    scheme, path, query = parts.groups()
    if query is None:
        return on_one_line(scheme + path)
    pairs = (pair.partition("=") for pair in query.split("&"))
    values = "&".join(f"{name}=…" if sign else "…" for name, sign, _ in pairs)
    return on_one_line(f"{scheme}{path}?{values}")


def parse_url(text: str, *, insecure: bool) -> httpx.URL:
    """Return the URL in ``text``, without its fragment.

    Raises :class:`UsageError` unless it is an absolute https URL, or http if ``insecure``.
    """
    shown = without_secrets(text)
    try:
        url = httpx.URL(text) if text.isprintable() and " " not in text else httpx.URL()
        host = url.host
    except (httpx.InvalidURL, UnicodeError):  # UnicodeError: a host that isn't valid IDNA
        url, host = httpx.URL(), ""
    if url.scheme not in _PORTS or not host or not 0 < origin_of(url)[2] < 65536:
        raise UsageError(
            f"{shown!r} isn't an https URL. Write https://HOST/PATH, or the path of a file."
        )
    if url.scheme == "http" and not insecure:
        raise UsageError(
            f"{shown} isn't https, so anybody on the way could change it. "
            "Use https, or allow http with --insecure; for the upstream of a client, with "
            "`insecure = true` in its settings."
        )
    return url.copy_with(fragment=None)


def server_of(url: httpx.URL) -> str:
    """Return how a user names the server of an absolute URL: ``HOST[:PORT]``, with https.

    The host is in ASCII, so that no letter looks like another one.
    """
    server = url.netloc.decode()
    return server if url.scheme == "https" else f"{url.scheme}://{server}"


def origin_of(url: httpx.URL) -> tuple[str, str, int]:
    """Return scheme, host in ASCII, and port of an absolute URL (RFC 6454 §4)."""
    return url.scheme, url.raw_host.decode(), url.port or _PORTS.get(url.scheme, 0)
