"""The keywords that no Python type expresses, which the server alone checks.

A canonical schema has them in one mapping, as they are written, without prose and with references
resolved: :attr:`..model.Schema.server_checked`. Sources: JSON Schema 2020-12 §10.2.2.4
(dependentSchemas), §10.3.2.2 (patternProperties), §11.3 (unevaluatedProperties).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from ....document.references import References
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ....errors import Findings, Located, Problem, Unsupported
from .node_values import sequence

CHECKED = "x-server-checked"
"""The key of the mapping in a canonical schema."""
_COPIED = ("patternProperties", "dependentSchemas")
_PROSE = frozenset(
    ("title", "description", "example", "examples", "externalDocs", "$comment", "xml", "deprecated")
)
_NAMED = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs"))
_MAX_DEPTH = 12


SENT, RECEIVED = "?sent", "?received"


class ServerChecks:
    """The warnings of what the server alone checks, which are for values that callers send.

    A component may be made for a response and be sent by a later operation, so what uses what is
    recorded until everything is read.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._owner = SENT
        self._uses: dict[str, set[str]] = {}
        """The components that a component, or a direction, refers to."""
        self._warnings: dict[Problem, set[str]] = {}
        """Each warning with the components, or directions, in which its schema is."""

    @contextmanager
    def within(self, owner: str) -> Generator[None]:
        """Read what belongs to a component, or is sent or received."""
        before, self._owner = self._owner, owner
        try:
            yield
        finally:
            self._owner = before

    def use(self, key: str) -> None:
        """Record that what is read refers to a component."""
        self._uses.setdefault(self._owner, set()).add(key)

    def warn(
        self,
        where: Located,
        fact: str,
        remedy: str = "Validate such values before the call.",
    ) -> None:
        """Warn of what the server alone checks."""
        problem = self._findings.warn("server-checked", where, fact, remedy)
        self._warnings.setdefault(problem, set()).add(self._owner)

    def settle(self) -> None:
        """Withdraw the warnings about values that are only received."""
        sent, todo = set[str](), [SENT]
        while todo:
            owner = todo.pop()
            if owner not in sent:
                sent.add(owner)
                todo += self._uses.get(owner, ())
        self._findings.withdraw(p for p, owners in self._warnings.items() if not owners & sent)


class ServerChecked(MappingNode):
    """The value of :data:`CHECKED`; what it refers to isn't part of the document."""

    __slots__ = ("texts",)

    def __init__(self, location: Location, members: Mapping[str, Value]) -> None:
        super().__init__(location, members)
        self.texts: list[str] = []
        """The parts of ``allOf`` as text, in order."""


def add_server_checked(schema: MappingNode, keywords: Mapping[str, Value]) -> None:
    """Add keywords to those of a canonical schema that the server alone checks."""
    if keywords:
        old = schema.get(CHECKED)
        before = old if isinstance(old, MappingNode) else MappingNode(schema.location)
        schema[CHECKED] = _join(before, keywords, schema.location)


def join_server_checked(left: Value, right: Value) -> Value:
    """Return the values of :data:`CHECKED` of two schemas, of which one may have none, as one."""
    if isinstance(left, MappingNode) and isinstance(right, MappingNode):
        return _join(left, right, right.location)
    return left if right is None else right


def _join(left: MappingNode, right: Mapping[str, Value], location: Location) -> ServerChecked:
    """Return the keywords of both; of one that both have, the left value is put into ``allOf``."""
    result = ServerChecked(location, {**left, **right})
    known: Value = None
    if isinstance(left, ServerChecked) and left.texts:  # one more part of many
        known, result.texts = left.get("allOf"), [*left.texts]
    parts = SequenceNode(location, sequence(known))
    more = [] if parts else [*sequence(left.get("allOf"))]
    more += sequence(right.get("allOf"))
    more += [
        MappingNode(location, {key: value})
        for key, value in left.items()
        if key != "allOf" and key in right and right[key] != value
    ]
    for part in more:
        text = str(part)
        index = bisect_left(result.texts, text)
        if result.texts[index : index + 1] != [text]:
            result.texts.insert(index, text)
            parts.insert(index, part)
    if parts:
        result["allOf"] = parts
    return result


def server_checked(
    node: MappingNode, refs: References, *, has_pattern: bool
) -> Mapping[str, Value]:
    """Return the keywords of a schema, as it is written, that no Python type expresses."""
    values: dict[str, Value] = {}
    for key in _COPIED:
        if key in node:
            values[key] = plain(node[key], refs, named=True)
    rest = node.get("unevaluatedProperties")
    if isinstance(rest, MappingNode):
        values["unevaluatedProperties"] = plain(rest, refs)
    elif rest is False and "properties" not in node:
        values["unevaluatedProperties"] = False
    if isinstance(node.get("pattern"), str) and not has_pattern:
        values["pattern"] = node["pattern"]
    return values


def plain(value: Value, refs: References, *, named: bool = False, depth: int = 0) -> Value:
    """Return a schema as it is written, without prose and with references resolved.

    With ``named`` the members are names, not keywords. A circle ends in an empty schema.
    """
    if isinstance(value, MappingNode | SequenceNode) and depth > _MAX_DEPTH:
        return MappingNode(value.location)
    if isinstance(value, SequenceNode):
        return SequenceNode(value.location, [plain(v, refs, depth=depth + 1) for v in value])
    if not isinstance(value, MappingNode):
        return value
    if not named and isinstance(value.get("$ref"), str):
        try:
            target, _ = refs.schema(value)
        except Unsupported:
            return MappingNode(value.location)
        return plain(target, refs, depth=depth + 1)
    members = {
        key: plain(inner, refs, named=not named and key in _NAMED, depth=depth + 1)
        for key, inner in value.items()
        if named or (key not in _PROSE and not key.startswith("x-"))
    }
    return MappingNode(value.location, members)
