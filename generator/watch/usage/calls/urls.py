"""The parts of a URL that isn't known as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....base.immutable import immutable
from ...traffic.shown import split_url
from .joints import SCHEMES, flattened
from .texts import Hole, Part, Text, is_wide

HOLE = "\x01"
"""In a URL, a part that isn't known."""
NO_HOST = "relative"
"""Tells the host of a relative URL, below no base URL, from others."""
_FIELD = re.compile(r"\{[^{}/]*\}|%(?:\(\w+\))?[sd]")
"""A part of a literal that is filled in later."""
_PORTS = re.compile(rf"{HOLE}|:\d*")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_QUERY = re.compile(r"[?&]")
"""Begins a query; a program may append ``&`` and a parameter where ``?`` is missing."""
_SLASHES = re.compile(r"/{2,}")


@immutable
class PartialUrl:
    """A URL with :data:`HOLE` for each part that isn't known."""

    host: str
    owner: object
    """What tells an unknown host from others; None if the host is known."""
    path: str
    query: str
    is_wide: bool
    """True if a part may be several segments."""

    @property
    def target(self) -> str:
        """The path with the query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def segments(self) -> list[str]:
        """The segments of the path."""
        return self.path.strip("/").split("/")


def read_url(text: Text) -> PartialUrl:
    """Return the parts of a URL."""
    parts = flattened(text)
    pieces: list[str] = []
    holes: list[Hole] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
        else:
            pieces.append(HOLE)
            if isinstance(part, Hole):
                holes.append(part)
    written = _FIELD.sub(HOLE, "".join(pieces))
    owner = holes[0] if holes else None
    wide = any(map(is_wide, _before_query(parts)))
    address, _, query = _QUERY.sub("?", written.partition("#")[0], count=1).partition("?")
    if address.lower().startswith(SCHEMES):
        scheme, host, _, _ = split_url(address)
        host = host.removesuffix(_DEFAULT_PORTS[scheme.lower()])
        _, _, path = address.partition("://")[2].partition("/")
        if host.endswith(HOLE) and host[:-1].strip(f"{HOLE}.:") and host[-2] not in ".:-":
            host, path, wide = host[:-1], f"{HOLE}/{path}", True  # it begins with a slash
        is_known = _PORTS.sub("", host) != ""
        return PartialUrl(host, None if is_known else owner, _rooted(path), query, wide)
    if address.startswith(HOLE):
        return PartialUrl("", owner, _rooted(address.lstrip(HOLE)), query, wide)
    return PartialUrl("", NO_HOST, _rooted(address), query, wide)


def _before_query(parts: Text) -> Iterator[Part]:
    """Yield the parts of a URL up to its query."""
    for part in parts:
        yield part
        if isinstance(part, str) and _QUERY.search(part):
            return


def _rooted(path: str) -> str:
    """Return a path with one slash at its start, and none that are doubled."""
    return _SLASHES.sub("/", f"/{path}")
