"""The keywords that no Python type expresses, which the server alone checks.

A schema has them in one mapping, as they are written, without prose and with references resolved:
:attr:`..model.Schema.server_checked`. Sources: JSON Schema 2020-12 §10.2.2.4
(dependentSchemas), §10.3.2.2 (patternProperties), §11.3 (unevaluatedProperties).
"""

from __future__ import annotations

from .....base.errors import Unsupported
from ....document.references import References
from ....document.tree import CONTAINERS, MappingNode, SequenceNode, Value
from ...model.schemas import Json
from .node_values import read_data

_COPIED = ("patternProperties", "dependentSchemas")
_PROSE = frozenset(
    ("title", "description", "example", "examples", "externalDocs", "$comment", "xml", "deprecated")
)
_NAMED = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs"))
_MAX_DEPTH = 12


def server_checked(node: MappingNode, refs: References, *, has_pattern: bool) -> dict[str, Json]:
    """Return the keywords of a schema, as it is written, that no Python type expresses."""
    values: dict[str, Json] = {}
    for key in _COPIED:
        if key in node:
            values[key] = plain(node[key], refs, named=True)
    rest = node.get("unevaluatedProperties")
    if isinstance(rest, MappingNode):
        values["unevaluatedProperties"] = plain(rest, refs)
    elif rest is False and "properties" not in node:
        values["unevaluatedProperties"] = False
    if isinstance(pattern := node.get("pattern"), str) and not has_pattern:
        values["pattern"] = pattern
    return values


def plain(value: Value, refs: References, *, named: bool = False, depth: int = 0) -> Json:
    """Return a schema as it is written, without prose and with references resolved.

    With ``named`` the members are names, not keywords. A circle ends in an empty schema.
    """
    if isinstance(value, CONTAINERS) and depth > _MAX_DEPTH:
        return {}
    if isinstance(value, SequenceNode):
        return [plain(item, refs, depth=depth + 1) for item in value]
    if not isinstance(value, MappingNode):
        return read_data(value)
    if not named and isinstance(value.get("$ref"), str):
        try:
            target, _ = refs.schema(value)
        except Unsupported:
            return {}
        return plain(target, refs, depth=depth + 1)
    return {
        key: plain(inner, refs, named=not named and key in _NAMED, depth=depth + 1)
        for key, inner in value.items()
        if named or (key not in _PROSE and not key.startswith("x-"))
    }
