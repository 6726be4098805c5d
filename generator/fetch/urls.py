"""The URL of a document: what may be fetched, what counts as one origin, what may be shown.

Sources: RFC 3986, RFC 6454 §4 (origin).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from ..errors import UsageError
from ..printable import on_one_line

_PORTS = {"https": 443, "http": 80}
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_KEPT = "/%:@!$&'()*+,;=~-._?"  # what stays as it is in a path or a query


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute http or https URL in its parts."""

    scheme: str
    host: str
    """In ASCII; an IPv6 address without its brackets."""
    port: int
    target: str
    """Path and query as they go into the request line."""
    authorization: str = ""
    """The value of an ``Authorization`` header, from the URL's user and password."""

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a redirect may not leave."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """Host, and the port where it isn't the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def key(self) -> str:
        """The URL whole, without its user and password: what tells it from others."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def shown(self) -> str:
        """The URL for a message: a query may hold a token, so its values are left out."""
        return _hidden(self.key)

    def joined(self, location: str) -> Url | None:
        """Where a redirect from here leads (RFC 3986 §5); None where it is no http or https URL."""
        try:
            found = _parts(urlsplit(urljoin(self.key, location)))
        except (ValueError, UnicodeError):
            return None
        if found is None:
            return None
        same = found.origin == self.origin
        return Url(*found.origin, found.target, self.authorization if same else "")


def is_url(text: str) -> bool:
    """Whether ``text`` is meant as a URL rather than as a file's path."""
    return bool(_SCHEME.match(text))


def without_secrets(url: str) -> str:
    """``url`` without a user, a password or the values in its query, for a message or a record.

    A file's path stays as it is.
    """
    if not is_url(url):
        return url
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return on_one_line(_hidden(f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"))


def _hidden(url: str) -> str:
    """``url`` with its query's values as dots."""
    base, mark, query = url.partition("#")[0].partition("?")
    pairs = (pair.partition("=") for pair in query.split("&"))
    return base + mark + "&".join(f"{name}=…" if sign else "…" for name, sign, _ in pairs if mark)


def parse_url(url: str, *, insecure: bool) -> Url:
    """The parts of ``url``; :class:`UsageError` for what can't or may not be fetched."""
    shown = without_secrets(url)
    try:
        found = _parts(urlsplit(url)) if url.isprintable() and " " not in url else None
    except (ValueError, UnicodeError):
        found = None
    if found is None:
        raise UsageError(
            f"{shown!r} is no URL of a document. Write https://HOST/PATH, or the path of a file."
        )
    if found.scheme == "http" and not insecure:
        raise UsageError(
            f"{shown} isn't https, so anybody on the way could change it. "
            "Use https, or allow http with --insecure."
        )
    return found


def _parts(split: SplitResult) -> Url | None:
    host = split.hostname
    if split.scheme not in _PORTS or not host:
        return None
    if not host.isascii():
        host = host.encode("idna").decode()
    port = split.port or _PORTS[split.scheme]
    target = quote(split.path or "/", safe=_KEPT)
    if split.query:
        target += f"?{quote(split.query, safe=_KEPT)}"
    authorization = ""
    if split.username is not None:
        pair = f"{unquote(split.username)}:{unquote(split.password or '')}"
        authorization = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return Url(split.scheme, host, port, target, authorization)
