"""The operations that requests call, by the texts of their methods and URLs.

Sources: OpenAPI 3.1.1 §4.8.5 (Server Object), §4.8.8 (Paths Object).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...budget import Budget, BudgetExceeded
from ...document.operations import OperationNode
from ...openapi.model.document import Server
from ...openapi.model.path_templates import split_path
from ...traffic.match import NO_SERVER, OperationFinder
from ...traffic.shown import split_url
from .texts import SCHEMES, Hole, Text, flattened, is_wide, value_of

_HOLE = "\x01"
"""In a URL, a part that isn't known."""
NO_HOST = "relative"
"""Tells the host of a relative URL, below no base URL, from others."""
_FIELD = re.compile(r"\{[^{}/]*\}|%(?:\(\w+\))?[sd]")
"""A part of a literal that is filled in later."""
_SLASHES = re.compile(r"/{2,}")
_MOST_WORK = 50_000
_HOST = "speclock.invalid"
"""A host for paths whose host isn't known."""
Kind: TypeAlias = Literal["operation", "ambiguous", "unknown", "undescribed", "foreign"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The operations that a request may call."""

    kind: Kind
    """``operation`` if there is one alone, or one for each of several texts; ``undescribed`` for a
    path that the description doesn't have; ``foreign`` for another API.
    """
    verb: str
    """Empty if it isn't known."""
    path: str = ""
    """The path as messages show it; empty if it isn't known."""
    operations: tuple[OperationNode, ...] = ()
    host: object = None
    """What tells an unknown host from others; None for a server of the description."""
    is_narrower: bool = False
    """True if the parts that aren't known may also lead to another operation."""


class OperationMatcher:
    """Finds the operations of requests."""

    def __init__(
        self,
        operations: Sequence[OperationNode],
        servers: Sequence[Server],
        base_urls: Sequence[str] = (),
    ) -> None:
        urls = [*(server.url for server in servers), *base_urls]
        self._hosts = [_host_pattern(url) for url in urls if "://" in url or url.startswith("//")]
        self._finder = OperationFinder(operations, (), servers, base_urls)
        self._prefixes = [*dict.fromkeys(p for url in urls for p in _path_ends(url))]
        self._anywhere = OperationFinder(operations, (), (), self._prefixes)
        self._by_length: dict[int, list[tuple[OperationNode, list[str]]]] = {}
        for operation in operations:
            segments = split_path(operation.path)[0].strip("/").split("/")
            self._by_length.setdefault(len(segments), []).append((operation, segments))

    def outcome(self, verb: Text, url: Text) -> Outcome:
        """Return the operations that a request with a method and a URL may call."""
        method = (value_of(verb) or "").upper()
        parts = flattened(url)
        host, key, path = _split(parts)
        if key is None and not self._hosts:
            key = host
        if key is None and not self._is_server(host):
            return Outcome("foreign", method)
        path = _SLASHES.sub("/", path)
        place, _, query = path.partition("?")
        segments = place.strip("/").split("/")
        below = min(self._below_prefixes(segments), key=len)
        is_vague = all(_HOLE in segment for segment in below) or place in ("", "/")
        is_vague |= any(is_wide(part) for part in parts)
        if is_vague and not (place == "/" and key is None):
            return Outcome("unknown", method, host=key)
        name = place.replace(_HOLE, "{…}")
        target = place + (f"?{query}" if query else "")
        if method:
            is_below, operations = self._exact(method, host if key is None else "", target)
            if not is_below:
                return Outcome("foreign", method)
            if operations:
                others = self._possible(method, segments)
                is_narrower = any(other not in operations for other in others)
                return Outcome("operation", method, name, operations, key, is_narrower)
        possible = self._possible(method, segments)
        if possible:
            return Outcome("ambiguous", method, name, tuple(possible), key)
        return Outcome("undescribed", method, name, host=key)

    def _is_server(self, host: str) -> bool:
        pattern = re.compile(".*".join(map(re.escape, host.lower().split(_HOLE))))
        plain = host.lower().replace(_HOLE, "x")
        for server in self._hosts:
            if re.fullmatch(server, plain) or (_HOLE in host and pattern.fullmatch(server)):
                return True
        return False

    def _exact(self, method: str, host: str, path: str) -> tuple[bool, tuple[OperationNode, ...]]:
        """Return whether a URL is below a server's, and what it leads to.

        The first segments of a path may be a prefix that isn't known.
        """
        if host and _HOLE not in host:
            is_below, operations = self._find(self._finder, method, f"https://{host}{path}")
            if operations or not path.startswith(f"/{_HOLE}/"):
                return is_below, operations
        while True:
            _, operations = self._find(self._anywhere, method, f"https://{_HOST}{path}")
            if operations or not path.startswith(f"/{_HOLE}/"):
                return True, operations
            path = path.removeprefix(f"/{_HOLE}")

    def _find(
        self, finder: OperationFinder, method: str, url: str
    ) -> tuple[bool, tuple[OperationNode, ...]]:
        try:
            matches = finder.find(method, url, Budget(_MOST_WORK, "steps"))
        except BudgetExceeded:
            return True, ()
        nodes = tuple(match.node for match in matches if match.node is not None)
        return all(match.reason != NO_SERVER for match in matches), nodes

    def _possible(self, method: str, segments: Sequence[str]) -> list[OperationNode]:
        """Return the operations that a path with parts that aren't known may lead to."""
        results: dict[OperationNode, None] = {}
        for below in self._below_prefixes(segments):
            for operation, described in self._by_length.get(len(below), ()):
                is_method = not method or operation.verb == method
                if is_method and all(map(_may_be, described, below)):
                    results[operation] = None
        return [*results]

    def _below_prefixes(self, segments: Sequence[str]) -> Iterator[Sequence[str]]:
        yield segments
        for prefix in self._prefixes:
            parts = prefix.strip("/").split("/")
            if [*segments[: len(parts)]] == parts:
                yield segments[len(parts) :]


def _may_be(described: str, segment: str) -> bool:
    """Return whether a segment with parts that aren't known may be one of a described path."""
    if "{" in described:
        texts = re.split(r"\{[^{}]*\}", described)
        pattern = ".+".join(map(re.escape, texts))
        return re.fullmatch(pattern, segment) is not None or _HOLE in segment
    if _HOLE not in segment:
        return described == segment
    pattern = ".*".join(map(re.escape, segment.split(_HOLE)))
    return re.fullmatch(pattern, described) is not None


def _split(url: Text) -> tuple[str, object, str]:
    """Return the host of a URL, what tells an unknown host from others, and the path.

    The host is known if there is nothing in its place.
    """
    parts = [_HOLE if not isinstance(part, str) else part for part in url]
    text = _FIELD.sub(_HOLE, "".join(parts))
    first = next((part for part in url if isinstance(part, Hole)), None)
    if text.lower().startswith(SCHEMES):
        host = split_url(text)[1]
        path = text.partition("://")[2].partition("?")[0].partition("#")[0].partition("/")[2]
        query = text.partition("#")[0].partition("?")[2]
        path = f"/{path}" + (f"?{query}" if query else "")
        is_unknown = not re.sub(rf"{_HOLE}|:\d*", "", host)
        return host, (first if is_unknown else None), path
    if text.startswith(_HOLE):
        return "", first, "/" + text.lstrip(_HOLE).lstrip("/")
    return "", NO_HOST, "/" + text.lstrip("/")


def _host_pattern(url: str) -> str:
    host = split_url(url if "://" in url else f"https:{url}")[1].lower()
    texts = re.split(r"\{[^{}]*\}", host)
    return ".*".join(map(re.escape, texts))


def _path_ends(url: str) -> Iterator[str]:
    """Yield the paths that may follow a base URL: of ``/api/v1`` that and ``/v1``."""
    rest = url.partition("://")[2] if "://" in url else f"-{url}"
    segments = rest.partition("?")[0].rstrip("/").split("/")[1:]
    for start in range(len(segments)):
        yield "/" + "/".join(segments[start:])
