"""Values of a tree as what they must be; one of another type counts as absent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from .....base.errors import Findings
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ...keywords import ANNOTATIONS as ANNOTATION_ROWS
from ...model.schemas import Json

ENUM_NAMES = "x-enum-varnames"
"""The extension that names the values of an enumeration, in their order or by value."""
ANNOTATIONS = (*(row.name for row in ANNOTATION_ROWS), "examples", ENUM_NAMES)
"""The keywords that don't restrict values: they make no other type."""
UNIONS: Final[tuple[Literal["oneOf", "anyOf"], ...]] = ("oneOf", "anyOf")
_IMPLIES_TYPE = {
    "properties": "object", "additionalProperties": "object", "prefixItems": "array",
    "items": "array",
}  # fmt: skip
_STATES_TYPE = frozenset(("$ref", "type", "enum", "const", "allOf", *UNIONS))


def text(value: Value) -> str:
    """Return a text; of another value ``""``."""
    return value if isinstance(value, str) else ""


def texts(value: Value) -> tuple[str, ...]:
    """Return the items of a sequence that are texts."""
    return tuple(item for item in sequence(value) if isinstance(item, str))


def texts_by_member(value: Value) -> dict[str, tuple[str, ...]]:
    """Return the texts that each member of a mapping lists."""
    return {name: texts(names) for name, names in items(value)}


def read_data(value: Value) -> Json:
    """Return a value as JSON data in Python's own containers."""
    match value:
        case MappingNode():
            return {key: read_data(inner) for key, inner in value.items()}
        case SequenceNode():
            return [read_data(inner) for inner in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"not JSON data: {type(value).__name__}")


def child(node: MappingNode, key: str, location: Location | None = None) -> MappingNode:
    """Return the mapping under a key; where there is none an empty one at ``location``."""
    value = node.get(key)
    return value if isinstance(value, MappingNode) else MappingNode(location or node.location)


def pick(node: MappingNode, keys: Iterable[str]) -> MappingNode:
    """Return a copy that has only the members under ``keys``."""
    found = {key: node[key] for key in keys if key in node}
    return MappingNode(node.location, found, node.positions)


def omit(node: MappingNode, *keys: str) -> MappingNode:
    """Return a copy without the members under ``keys``."""
    return pick(node, (key for key in node if key not in keys))


def items(value: Value) -> Iterable[tuple[str, Value]]:
    """Return the members of a mapping."""
    return value.items() if isinstance(value, MappingNode) else ()


def members(value: Value) -> Iterator[tuple[str, MappingNode]]:
    """Return the members of a mapping that are mappings."""
    return ((key, node) for key, node in items(value) if isinstance(node, MappingNode))


def sequence(value: Value) -> Sequence[Value]:
    """Return the items of a sequence."""
    return value if isinstance(value, SequenceNode) else ()


def kinds_of(schema: MappingNode) -> list[str]:
    """Return the types of a schema; none where any is one."""
    kind = schema.get("type")
    return [str(one) for one in (kind if isinstance(kind, SequenceNode) else [kind]) if one]


def mappings(value: Value) -> list[MappingNode]:
    """Return the items of a sequence that are mappings."""
    return [item for item in sequence(value) if isinstance(item, MappingNode)]


def branches_of(schema: MappingNode) -> list[MappingNode]:
    """Return the branches of a schema's unions."""
    return [branch for keyword in UNIONS for branch in mappings(schema.get(keyword))]


def values_of(node: MappingNode, keyword: str, findings: Findings) -> SequenceNode | None:
    """Return the sequence under a keyword of a schema; None, and an assumption, for another."""
    value = node[keyword]
    if isinstance(value, SequenceNode):
        return value
    fact, remedy = f"{keyword} must be a list; it restricts nothing", f"Make `{keyword}` a list."
    findings.assume("shape", node.at(keyword), fact, remedy)
    return None


def listed(node: MappingNode, key: str, findings: Findings, *, of: str = "") -> SequenceNode:
    """Return the sequence under a key; raises ``Unsupported`` where there is another value."""
    value = node.get(key)
    if isinstance(value, SequenceNode):
        return value
    remedy = f"Make `{key}` a list{of and f' of {of}'}."
    raise findings.refuse("shape", node.at(key), f"{key} must be a list", remedy)


def states_type(schema: MappingNode) -> bool:
    """Return whether a schema, as it is written, restricts the type of its values."""
    return not _STATES_TYPE.isdisjoint(schema)


def implied_type(schema: MappingNode) -> str:
    """Return the type that the keywords of a schema are for, if it states none."""
    if states_type(schema):
        return ""
    for key, kind in _IMPLIES_TYPE.items():
        if key in schema and (key != "items" or has_items(schema)):
            return kind
    return ""


def has_items(schema: MappingNode) -> bool:
    """Return whether ``items`` is a schema: some descriptions have a list of alternatives."""
    return isinstance(schema.get("items"), bool | MappingNode)


def states_null(schema: Value) -> bool:
    """Return whether a schema, as it is written in 3.1, describes null alone."""
    return isinstance(schema, MappingNode) and (
        schema.get("type") == "null" or ("const" in schema and schema["const"] is None)
    )


def is_closed(schema: MappingNode) -> bool:
    """Return whether a schema, as it is written, describes objects without any member."""
    return (
        schema.get("additionalProperties") is False
        and "object" in kinds_of(schema)
        and not schema.get("patternProperties")
        and "properties" not in schema
    )
