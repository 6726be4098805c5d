"""The operations that requests call, by the texts of their methods and URLs.

Sources: OpenAPI 3.1.1 §4.8.5 (Server Object), §4.8.8 (Paths Object).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from ....base.budget import Budget, BudgetExceeded
from ....base.immutable import immutable
from ....reading.document.operations import OperationNode
from ....reading.openapi.model.document import Server
from ...traffic.match import NO_SERVER, OperationFinder
from ...traffic.shown import split_url
from .candidates import CandidateFinder
from .texts import Text, value_of
from .urls import HOLE, PartialUrl, read_url

_MOST_WORK = 50_000
_HOST = "speclock.invalid"
"""A host for paths whose host isn't known."""
_VARIABLE = re.compile(r"\{[^{}]*\}")
Kind: TypeAlias = Literal["operation", "ambiguous", "unknown", "undescribed", "foreign"]


@immutable
class CallVerdict:
    """The operations that a request may call."""

    kind: Kind
    """``operation`` if they are sure; ``ambiguous`` if it calls one of them; ``unknown`` without a
    path; ``undescribed`` for a path that the description doesn't have; ``foreign`` for another API.
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
    segments: tuple[str, ...] = ()
    """Those of the path after a base URL that isn't known."""

    @property
    def is_at_server(self) -> bool:
        """True for an operation at a server of the description."""
        return self.kind == "operation" and self.host is None


class OperationMatcher:
    """Finds the operations of requests."""

    def __init__(
        self,
        operations: Sequence[OperationNode],
        servers: Sequence[Server],
        base_urls: Sequence[str] = (),
    ) -> None:
        self.operations = operations
        urls = [*base_urls]
        for server in servers:
            urls.append(server.url)
        self._hosts: list[str] = []
        prefixes: dict[str, None] = {}
        for url in urls:
            prefixes |= dict.fromkeys(_path_ends(url))
            if "://" in url or url.startswith("//"):
                self._hosts.append(_host_pattern(url))
        self._finder = OperationFinder(operations, (), servers, base_urls)
        self._anywhere = OperationFinder(operations, (), (), [*prefixes])
        self._candidates = CandidateFinder(operations, [*prefixes])
        self._verdicts: dict[tuple[Text, Text], CallVerdict] = {}

    def verdict(self, verb: Text, url_text: Text) -> CallVerdict:
        """Return the operations that a request with a method and a URL may call."""
        key = verb, url_text
        if key not in self._verdicts:  # many calls have the same URL
            self._verdicts[key] = self._of_texts(verb, url_text)
        return self._verdicts[key]

    def _of_texts(self, verb: Text, url_text: Text) -> CallVerdict:
        method = (value_of(verb) or "").upper()
        url = self._candidates.with_prefix(read_url(url_text))
        owner = url.owner
        if owner is None and not self._hosts:  # the description doesn't tell its host
            owner = url.host
        if owner is None and not self._is_server(url.host):
            return CallVerdict("foreign", method)
        verdict = self._verdict(method, url, owner)
        if owner is None or verdict.kind == "foreign":
            return verdict
        if url.path == "/":
            return verdict
        return replace(verdict, segments=tuple(url.segments))

    def _verdict(self, method: str, url: PartialUrl, owner: object) -> CallVerdict:
        if self._is_vague(url) and not (url.path == "/" and owner is None):
            return CallVerdict("unknown", method, host=owner)
        path = url.path.replace(HOLE, "{…}")
        possible = tuple(self._candidates.find(method, url.segments))
        if method:
            host = url.host if owner is None else ""
            is_below, operations = self._exact(method, host, url.target)
            if not is_below:
                return CallVerdict("foreign", method)
            is_doubtful = self._candidates.are_doubtful(url.segments, operations)
            wider = self._candidates.wider(method, url.segments)
            if wider and (is_doubtful or not operations):
                verdict = CallVerdict("ambiguous", method, path, tuple(wider), owner)
                if len(wider) == 1:
                    return replace(verdict, kind="operation")
                return verdict
            if operations and not is_doubtful:
                others = {*possible} - {*operations}
                return CallVerdict("operation", method, path, operations, owner, bool(others))
        if possible:
            return CallVerdict("ambiguous", method, path, possible, owner)
        return CallVerdict("undescribed", method, path, host=owner)

    def below_base(self, verdicts: Iterable[CallVerdict]) -> dict[CallVerdict, CallVerdict]:
        """Return the verdicts of calls below a base URL whose path isn't known, by the path below
        which the description has most of them.

        Empty without such a path, if several have as many, or if it has less than a half.
        """
        calls = dict.fromkeys(verdicts)
        bases: dict[tuple[str, ...], dict[CallVerdict, OperationNode]] = {}
        counts = Counter[tuple[str, ...]]()
        for verdict in calls:
            for base, operation in self._candidates.bases(verdict.verb, verdict.segments):
                bases.setdefault(base, {})[verdict] = operation
                counts[base] += bool(verdict.segments)
        first, second = [*counts.most_common(2), ((), 0), ((), 0)][:2]
        base, count = first
        if not base or count < 2 or count * 2 < len(calls) or count == second[1]:
            return {}
        results: dict[CallVerdict, CallVerdict] = {}
        for verdict, operation in bases[base].items():
            results[verdict] = replace(
                verdict, kind="operation", path=operation.path, operations=(operation,)
            )
        return results

    def _is_server(self, host: str) -> bool:
        texts = map(re.escape, host.lower().split(HOLE))
        pattern = re.compile(".*".join(texts))
        is_partial = HOLE in host
        sample = host.lower().replace(HOLE, "x")
        for server in self._hosts:
            if re.fullmatch(server, sample):
                return True
            if is_partial and pattern.fullmatch(server.replace("\\", "")):
                return True
        return False

    def _is_vague(self, url: PartialUrl) -> bool:
        """Return whether no segment of a path below that of a server is known."""
        below = min(self._candidates.below_prefixes(url.segments), key=len)
        for segment in below:
            if segment and HOLE not in segment:
                return url.is_wide
        return True

    def _exact(self, method: str, host: str, path: str) -> tuple[bool, tuple[OperationNode, ...]]:
        """Return whether a URL is below a server's, and what it leads to.

        The first segments of a path may be a prefix that isn't known.
        """
        if host and HOLE not in host:
            is_below, operations = _find(self._finder, method, f"https://{host}{path}")
            if operations or not path.startswith(f"/{HOLE}/"):
                return is_below, operations
        while True:
            _, operations = _find(self._anywhere, method, f"https://{_HOST}{path}")
            if operations or not path.startswith(f"/{HOLE}/"):
                return True, operations
            path = path.removeprefix(f"/{HOLE}")


def _find(finder: OperationFinder, method: str, url: str) -> tuple[bool, tuple[OperationNode, ...]]:
    """Return whether a URL is below a server's, and what it leads to."""
    try:
        matches = finder.find(method, url, Budget(_MOST_WORK, "steps"))
    except BudgetExceeded:
        return True, ()
    nodes: list[OperationNode] = []
    for match in matches:
        if match.reason == NO_SERVER:
            return False, ()
        if match.node is not None:
            nodes.append(match.node)
    return True, tuple(nodes)


def _host_pattern(url: str) -> str:
    host = split_url(url if "://" in url else f"https:{url}")[1]
    return ".*".join(map(re.escape, _VARIABLE.split(host.lower())))


def _path_ends(url: str) -> Iterator[str]:
    """Yield the paths that may follow a base URL: of ``/api/v1`` that and ``/v1``."""
    _, separator, rest = url.partition("://")
    path = rest if separator else f"-{url}"
    segments = path.partition("?")[0].rstrip("/").split("/")[1:]
    for start in range(len(segments)):
        yield "/" + "/".join(segments[start:])
