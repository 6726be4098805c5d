"""The operation that a recorded request calls.

Sources: OpenAPI 3.1.1 §4.8.5 (Server Object), §4.8.8 (Paths Object): literal paths come before
templated ones; RFC 3986 §2.1 (percent-encoding).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, unquote

from ...base.budget import Budget
from ...base.immutable import immutable
from ...reading.document.operations import OperationNode
from ...reading.openapi.model.document import Operation, Server
from ...reading.openapi.model.path_templates import split_path
from .shown import UNSHOWN, split_url

NO_SERVER = "to no server of the description"
NO_PATH = "to no path of the description"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_ENCODED = re.compile(r"%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE)
"""Characters that mean the same without the encoding (RFC 3986 §2.3)."""
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_ADJACENT = re.compile(r"(?:\{[^{}]+\}){2,}")
"""Variables without a text between them: which part of a segment is of which is unknown."""
_ANY: Final = "\0"
"""In an address, a value of any text without a slash."""
_MOST_PREFIXES: Final = 256
_MOST_SHOWN: Final = 30
"""Segments of a path that are shown."""
_Prefix: TypeAlias = tuple[tuple[str, ...], ...]
"""The segments of a server's address, each as the texts around what may be any."""


@immutable
class Match:
    """The operation that a method and a URL lead to."""

    operation: Operation | None = None
    """None if the operation isn't in use, or if there is none."""
    node: OperationNode | None = None
    """None if the description has no such operation."""
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    """The path parameters as they were sent, percent-encoded."""
    reason: str = ""
    """:data:`NO_SERVER` or :data:`NO_PATH` if there is no such operation."""
    path: str = ""
    """The path below the server's, its unknown segments replaced: it may be shown."""


@immutable
class _Leaf:
    node: OperationNode
    operation: Operation | None
    names: tuple[str, ...]
    """Of the path's parameters, in their order."""
    query: frozenset[tuple[str, str]]
    """The query that the path is described with."""


@dataclass(slots=True)
class _Segment:
    """A node in the tree of paths; the tree's edges are segments."""

    literals: dict[str, _Segment] = field(default_factory=dict[str, "_Segment"])
    templates: dict[tuple[bool, tuple[str, ...]], _Segment] = field(
        default_factory=dict[tuple[bool, tuple[str, ...]], "_Segment"]
    )
    """By the texts around the parameters, the longest ones first; True if a value may be several
    segments.
    """
    leaves: dict[str, list[_Leaf]] = field(default_factory=dict[str, list[_Leaf]])
    """Those of each method."""


class OperationFinder:
    """Finds operations by method and URL."""

    def __init__(
        self,
        nodes: Iterable[OperationNode],
        used: Sequence[Operation],
        servers: Sequence[Server],
        base_urls: Sequence[str] = (),
        with_slashes: Mapping[str, Container[str]] = MappingProxyType({}),
    ) -> None:
        """``nodes`` are all operations of the description, ``used`` those in use.

        ``base_urls`` are the addresses of further servers, ``with_slashes`` the path parameters
        whose slashes are sent as they are, by ``METHOD /path``.
        """
        self._with_slashes = with_slashes
        self._literals: set[str] = set()
        self._groups: dict[tuple[_Prefix, ...], _Segment] = {}
        typed = {(op.path, op.method): op for op in used}
        more = tuple(base_urls)
        self._has_port = False
        self._templated: list[_Segment] = []
        prefixes_of: dict[int, tuple[_Prefix, ...]] = {}
        for node in nodes:
            operation = typed.get((node.path, node.method))
            own = operation.servers if operation and operation.servers else servers
            if id(own) not in prefixes_of:
                self._has_port |= any(":{" in server.url for server in own)
                prefixes = (*(prefix for server in own for prefix in _prefixes(server)),)
                prefixes = prefixes or (_ANY_HOST,)
                prefixes += tuple(map(_prefix, more))
                prefixes_of[id(own)] = tuple(dict.fromkeys(prefixes))
            self._add(self._groups.setdefault(prefixes_of[id(own)], _Segment()), node, operation)
        for segment in self._templated:
            ordered = sorted(segment.templates.items(), key=lambda pair: -len("".join(pair[0][1])))
            segment.templates = dict(ordered)

    def find(self, method: str, url: str, work: Budget) -> Sequence[Match]:
        """Return what a request calls, by a literal path before a templated one.

        Paths that differ in a fragment alone lead to several operations. Raise
        :class:`BudgetExceeded`.
        """
        scheme, host, path, query = split_url(url)
        if "%" in path:
            path = _ENCODED.sub(lambda match: unquote(match[0]), path)
        port = _DEFAULT_PORTS.get(scheme.lower(), "\n")
        host = host.lower().removesuffix(port)
        hosts = [host, f"{host}{port}"] if self._has_port else [host]
        below = path.split("/")[1:]
        missed = Match(reason=NO_SERVER)
        for prefixes, tree in self._groups.items():
            work.spend(len(prefixes))
            for (first, *others), host in product(prefixes, hosts):
                if _captured(first, host, 0) is None or not _begins(below, others):
                    continue
                segments = below[len(others) :] or [""]
                for leaves, values in _leaves(tree, segments, 0, (), work):
                    chosen = _chosen(leaves.get(method, ()), query)
                    if chosen:
                        return [_match(leaf, values) for leaf in chosen]
                missed = Match(reason=NO_PATH, path=self._shown(segments))
        return [missed]

    def _add(self, tree: _Segment, node: OperationNode, operation: Operation | None) -> None:
        path, query = split_path(node.path)
        at = tree
        names: list[str] = []
        for segment in path.removeprefix("/").split("/"):
            if "{" in segment:
                wide = self._with_slashes.get(node.spellings[1], ())
                is_wide = any(name in wide for name in _VARIABLE.findall(segment))
                unnamed = _ADJACENT.sub(lambda match: "{ }" * match[0].count("{"), segment)
                parts = _VARIABLE.split(unnamed)
                names += parts[1::2]
                key = is_wide, tuple(parts[::2])
                self._templated += [] if at.templates else [at]
                at = at.templates.setdefault(key, _Segment())
            else:
                self._literals.add(unquote(segment))
                at = at.literals.setdefault(unquote(segment), _Segment())
        described = parse_qsl(query, keep_blank_values=True)
        pairs = frozenset(pair for pair in described if not _VARIABLE.search(pair[1]))
        leaves = at.leaves.setdefault(node.verb, [])
        leaves.append(_Leaf(node, operation, tuple(names), pairs))
        leaves.sort(key=lambda leaf: -len(leaf.query))

    def _shown(self, segments: Sequence[str]) -> str:
        """Return a path in which only segments that the description has are shown."""
        shown = (s if unquote(s) in self._literals else UNSHOWN for s in segments[:_MOST_SHOWN])
        return "".join(f"/{s}" for s in shown) + ("/…" if len(segments) > _MOST_SHOWN else "")


def _match(leaf: _Leaf, values: Sequence[str]) -> Match:
    captured: dict[str, str] = {}
    for name, value in zip(leaf.names, values, strict=True):
        captured.setdefault(name, value)
    return Match(leaf.operation, leaf.node, captured)


def _leaves(
    tree: _Segment, segments: Sequence[str], index: int, values: tuple[str, ...], work: Budget
) -> Iterator[tuple[Mapping[str, Sequence[_Leaf]], tuple[str, ...]]]:
    """Yield the ends of the paths that match, the most literal first."""
    if index == len(segments):
        yield tree.leaves, values
        if "" in tree.literals:  # a final slash makes no difference
            yield tree.literals[""].leaves, values
        return
    segment = segments[index]
    literal = tree.literals.get(unquote(segment) if "%" in segment else segment)
    if literal is not None:
        yield from _leaves(literal, segments, index + 1, values, work)
    elif not segment and index == len(segments) - 1:
        yield tree.leaves, values
    work.spend(len(tree.templates))
    for (is_wide, texts), inner in tree.templates.items():
        for end in range(index + 1, len(segments) + 1 if is_wide else index + 2):
            work.spend(end - index - 1)
            least = 0 if is_wide else 1
            captured = _captured(texts, "/".join(segments[index:end]), least)
            if captured is not None:
                yield from _leaves(inner, segments, end, (*values, *captured), work)


def _captured(texts: Sequence[str], segment: str, least: int) -> Sequence[str] | None:
    """Return what is between the texts of a template; None if a segment doesn't match.

    Each text is looked for once, as far to the left as it can be: a match that takes it further to
    the right leaves less for the others. ``least`` is the length that a value must have.
    """
    if len(texts) == 1:
        return () if segment == texts[0] else None
    if not segment.startswith(texts[0]) or not segment.endswith(texts[-1]):
        return None
    begin, end = len(texts[0]), len(segment) - len(texts[-1])
    values: list[str] = []
    for text in texts[1:-1]:
        at = segment.find(text, begin + least, end)
        if at < 0:
            return None
        values.append(segment[begin:at])
        begin = at + len(text)
    if end - begin < least:
        return None
    return [*values, segment[begin:end]]


def _chosen(leaves: Sequence[_Leaf], query: str) -> Sequence[_Leaf]:
    """Return the operations whose described query is part of the one that was sent."""
    fitting = leaves
    if any(leaf.query for leaf in leaves):
        sent = {*parse_qsl(query, keep_blank_values=True)}
        fitting = [leaf for leaf in leaves if leaf.query <= sent]
    best = [(leaf.names, len(leaf.query)) for leaf in fitting[:1]]
    return [leaf for leaf in fitting if (leaf.names, len(leaf.query)) in best]


# ── servers ──────────────────────────────────────────────────────────────────────────────────────


def _begins(segments: Sequence[str], prefix: Sequence[Sequence[str]]) -> bool:
    """Return whether a path is one below that of a server."""
    return len(prefix) <= len(segments) and all(
        _captured(texts, segment.lower(), 0) is not None
        for texts, segment in zip(prefix, segments, strict=False)
    )


def _prefixes(server: Server) -> Iterator[_Prefix]:
    """Yield host and path of a server: with the defaults of its variables, with each value that
    is listed, and with any value where none are.
    """
    parts = _VARIABLE.split(server.url)
    variables = [server.variables.get(part) for part in parts[1::2]]
    defaults = [
        v.default or "" if v else name for v, name in zip(variables, parts[1::2], strict=True)
    ]
    enums = [variable.enum if variable and variable.enum else (_ANY,) for variable in variables]
    if prod(map(len, enums)) > _MOST_PREFIXES:
        enums = [(_ANY,)] * len(variables)
    for values in (defaults, *product(*enums)):
        parts[1::2] = values
        yield _prefix("".join(parts))


def _prefix(url: str) -> _Prefix:
    """Return the segments of an address, each as the texts around what may be any; the first one
    is the host, any if the address is relative.
    """
    if "://" in url:
        scheme, host, path, _ = split_url(url)
        host = host.lower().removesuffix(_DEFAULT_PORTS.get(scheme.lower(), "\n"))
        address = f"{host}{path}".rstrip("/")
    else:
        path = url.partition("#")[0].partition("?")[0]
        path = path.lstrip("/").partition("/")[2] if path.startswith("//") else path
        address = f"{_ANY}/{path.strip('/')}".rstrip("/")
    return tuple(tuple(segment.split(_ANY)) for segment in address.lower().split("/"))


_ANY_HOST: Final = _prefix("")
