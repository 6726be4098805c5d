"""What a schema says that no Python type can: kept under one key, for whoever compares schemas.

A canonical schema's ``x-server-checked`` holds what the generator leaves to the server, keywords
as they are written, without prose, with what references name in their place. Sources: JSON Schema
2020-12 §10.2.2.4 (dependentSchemas), §10.3.2.2 (patternProperties), §11.3 (unevaluatedProperties).
"""

from __future__ import annotations

from ...document.references import References
from ...document.tree import MappingNode, SequenceNode, Value
from ...errors import Unsupported
from .intersect import CHECKED, join
from .nullability import listed, made

_KEPT = ("patternProperties", "dependentSchemas")
_PROSE = frozenset(
    ("title", "description", "example", "examples", "externalDocs", "$comment", "xml", "deprecated")
)
_NAMED = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs"))
_DEEPEST = 12


def keep(out: MappingNode, said: dict[str, Value]) -> None:
    """Add keywords to those that the server alone checks of values of ``out``."""
    if not said:
        return
    old = out.get(CHECKED)
    out[CHECKED] = made(out.location, join(dict(old) if isinstance(old, MappingNode) else {}, said))


def kept_of(node: MappingNode, refs: References, *, has_pattern: bool) -> dict[str, Value]:
    """The keywords of a schema as it is written for which no Python type stands."""
    said: dict[str, Value] = {}
    earlier = node.get(CHECKED)
    if isinstance(earlier, MappingNode):  # a canonical document that is read again
        said.update(earlier)
    for key in _KEPT:
        if key in node:
            said[key] = plain(node[key], refs, named=True)
    if isinstance(node.get("unevaluatedProperties"), MappingNode):
        said["unevaluatedProperties"] = plain(node["unevaluatedProperties"], refs)
    if node.get("unevaluatedProperties") is False and "properties" not in node:
        said["unevaluatedProperties"] = False
    if isinstance(node.get("pattern"), str) and not has_pattern:
        said["pattern"] = node["pattern"]
    return said


def plain(value: Value, refs: References, *, named: bool = False, depth: int = 0) -> Value:
    """A schema as it is written, without prose, with what its references name in their place.

    ``named`` where the members are names, not keywords. A circle ends in a schema of anything.
    """
    if depth > _DEEPEST:
        return {}
    if isinstance(value, SequenceNode):
        return listed(value.location, [plain(v, refs, depth=depth + 1) for v in value])
    if not isinstance(value, MappingNode):
        return value
    if not named and isinstance(value.get("$ref"), str):
        try:
            target, _ = refs.target(value)
        except Unsupported:
            return {}
        return plain(target, refs, depth=depth + 1)
    return made(
        value.location,
        {
            key: plain(inner, refs, named=not named and key in _NAMED, depth=depth + 1)
            for key, inner in value.items()
            if named or (key not in _PROSE and not key.startswith("x-"))
        },
    )
