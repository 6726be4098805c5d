"""The operation that a recorded request calls.

Sources: OpenAPI 3.1.1 §4.8.5 (Server Object), §4.8.8 (Paths Object): literal paths come before
templated ones; RFC 3986 §2.1 (percent-encoding).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from urllib.parse import parse_qsl, unquote

from ..document.operations import OperationNode
from ..openapi.model import Operation, Server

NO_SERVER = "to no server of the description"
NO_PATH = "to no path of the description"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_ENCODED = re.compile(r"%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE)
"""Characters that mean the same without the encoding (RFC 3986 §2.3)."""
_VARIABLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class _Leaf:
    node: OperationNode
    operation: Operation | None
    query: frozenset[tuple[str, str]]
    """The query that the path is described with."""


@dataclass(slots=True)
class _Segment:
    """A node in the tree of paths; the tree's edges are segments."""

    literals: dict[str, _Segment] = field(default_factory=dict[str, "_Segment"])
    templates: dict[str, tuple[re.Pattern[str], _Segment]] = field(
        default_factory=dict[str, tuple[re.Pattern[str], "_Segment"]]
    )
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
    ) -> None:
        """``nodes`` are all operations of the description, ``used`` those in use.

        ``base_urls`` are the addresses of further servers.
        """
        self._literals: set[str] = set()
        self._groups: dict[tuple[str, ...], _Segment] = {}
        typed = {(op.path, op.method): op for op in used}
        more = tuple(base_urls)
        self._has_port = False
        for node in nodes:
            operation = typed.get((node.path, node.method))
            own = operation.servers if operation and operation.servers else servers
            self._has_port |= any(":{" in server.url for server in own)
            patterns = tuple(one for server in own for one in _server_patterns(server))
            patterns = patterns or ("[^/]*",)
            if more:
                patterns += tuple(map(_address_pattern, more))
            self._add(self._groups.setdefault(patterns, _Segment()), node, operation)
        self._servers = [
            ([re.compile(one, re.IGNORECASE) for one in dict.fromkeys(patterns)], tree)
            for patterns, tree in self._groups.items()
        ]

    def find(self, method: str, url: str) -> Sequence[Match]:
        """Return what a request calls, by a literal path before a templated one.

        Paths that differ in a fragment alone lead to several operations.
        """
        address, _, query = url.partition("#")[0].partition("?")
        scheme, _, rest = address.partition("://")
        host, slash, path = rest.partition("/")
        host = host.rpartition("@")[2]
        if "%" in path:
            path = _ENCODED.sub(lambda found: unquote(found[0]), path)
        port = _DEFAULT_PORTS.get(scheme.lower(), "\n")
        host = host.lower().removesuffix(port)
        addresses = [f"{host}{slash}{path}"]
        if self._has_port:  # a variable, so that the default one has to be written
            addresses.append(f"{host}{port}{slash}{path}")
        missed = Match(reason=NO_SERVER)
        for prefixes, tree in self._servers:
            for prefix, address in product(prefixes, addresses):
                found = prefix.match(address)
                if found is None:
                    continue
                below = address[found.end() :]
                if below and not below.startswith("/"):
                    continue
                segments = below.removeprefix("/").split("/")
                for leaves, values in _leaves(tree, segments, 0, ()):
                    chosen = _chosen(leaves.get(method, ()), query)
                    if chosen:
                        return [Match(one.operation, one.node, dict(values)) for one in chosen]
                missed = Match(reason=NO_PATH, path=self._shown(segments))
        return [missed]

    def _add(self, tree: _Segment, node: OperationNode, operation: Operation | None) -> None:
        path, _, query = node.path.partition("#")[0].partition("?")
        at = tree
        for segment in path.removeprefix("/").split("/"):
            if "{" in segment:
                pattern = _template(segment)
                at = at.templates.setdefault(pattern, (re.compile(pattern), _Segment()))[1]
            else:
                self._literals.add(unquote(segment))
                at = at.literals.setdefault(unquote(segment), _Segment())
        pairs = frozenset(parse_qsl(query, keep_blank_values=True))
        leaves = at.leaves.setdefault(node.verb, [])
        leaves.append(_Leaf(node, operation, pairs))
        leaves.sort(key=lambda leaf: -len(leaf.query))

    def _shown(self, segments: Sequence[str]) -> str:
        """Return a path in which only segments that the description has are shown."""
        return "".join(f"/{s if unquote(s) in self._literals else '{…}'}" for s in segments)


def _leaves(
    tree: _Segment, segments: Sequence[str], index: int, values: tuple[tuple[str, str], ...]
) -> Iterator[tuple[Mapping[str, Sequence[_Leaf]], tuple[tuple[str, str], ...]]]:
    """Yield the ends of the paths that match, the most literal first."""
    if index == len(segments):
        yield tree.leaves, values
        if "" in tree.literals:  # a final slash makes no difference
            yield tree.literals[""].leaves, values
        return
    segment = segments[index]
    literal = tree.literals.get(unquote(segment) if "%" in segment else segment)
    if literal is not None:
        yield from _leaves(literal, segments, index + 1, values)
    elif not segment and index == len(segments) - 1:
        yield tree.leaves, values
    for pattern, inner in tree.templates.values():
        found = pattern.fullmatch(segment)
        if found is not None:
            pairs = tuple((_name(key), value) for key, value in found.groupdict().items())
            yield from _leaves(inner, segments, index + 1, values + pairs)


def _chosen(leaves: Sequence[_Leaf], query: str) -> Sequence[_Leaf]:
    """Return the operations whose described query is part of the one that was sent."""
    if not any(leaf.query for leaf in leaves):
        return leaves
    sent = {*parse_qsl(query, keep_blank_values=True)}
    fitting = [leaf for leaf in leaves if leaf.query <= sent]
    return [leaf for leaf in fitting if len(leaf.query) == len(fitting[0].query)]


def _template(segment: str) -> str:
    """Return the pattern of a segment with parameters, each a group named after its name."""
    made, seen = "", set[str]()
    for index, part in enumerate(_VARIABLE.split(segment)):
        if index % 2 == 0:
            made += re.escape(part)
        elif part in seen:
            made += "[^/]+"
        else:
            seen.add(part)
            made += f"(?P<p{part.encode().hex()}>[^/]+?)"
    return made


def _name(group: str) -> str:
    """Return the name of the parameter that a group is for; any name can be in hexadecimal."""
    return bytes.fromhex(group[1:]).decode()


def _server_patterns(server: Server) -> tuple[str, str]:
    """Return the patterns of host and path of a server: with the defaults of its variables, and
    with any value of them.
    """
    parts = _VARIABLE.split(server.url)
    marks = "".join(f"\0{i}\0" if i % 2 else part for i, part in enumerate(parts))

    def value(found: re.Match[str]) -> str:
        variable = server.variables.get(parts[int(found[1])])
        if variable is not None and variable.enum:
            return f"(?:{'|'.join(map(re.escape, variable.enum))})"
        return "[^/]*"

    defaults = (
        (variable.default or "") if i % 2 and (variable := server.variables.get(part)) else part
        for i, part in enumerate(parts)
    )
    any_value = re.sub(r"\x00(\d+)\x00", value, _address_pattern(marks))
    return _address_pattern("".join(defaults)), any_value


def _address_pattern(url: str) -> str:
    """Return the pattern of host and path of an address; of any host if it is relative."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        path = url.partition("#")[0].partition("?")[0]
        path = path.lstrip("/").partition("/")[2] if path.startswith("//") else path
        path = path.strip("/")
        return f"[^/]*/{re.escape(path)}" if path else "[^/]*"
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2].lower()
    host = host.removesuffix(_DEFAULT_PORTS.get(scheme.lower(), "\n"))
    return re.escape(f"{host}{slash}{path}".rstrip("/"))
