"""Values of a tree as what they must be; one of another type counts as absent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...document.tree import MappingNode, SequenceNode, Value
from ..model import Json, Number


def data(value: Value) -> Json:
    """Return a value as JSON data in Python's own containers."""
    match value:
        case MappingNode():
            return {key: data(inner) for key, inner in value.items()}
        case SequenceNode():
            return [data(inner) for inner in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"not JSON data: {type(value).__name__}")


def mapping(value: Value) -> MappingNode | None:
    """Return a mapping, else None."""
    return value if isinstance(value, MappingNode) else None


def items(value: Value) -> Iterable[tuple[str, Value]]:
    """Return the members of a mapping."""
    return value.items() if isinstance(value, MappingNode) else ()


def members(value: Value) -> Iterator[tuple[str, MappingNode]]:
    """Return the members of a mapping that are mappings."""
    return ((key, node) for key, node in items(value) if isinstance(node, MappingNode))


def sequence(value: Value) -> Sequence[Value]:
    """Return the items of a sequence."""
    return value if isinstance(value, SequenceNode) else ()


def mappings(value: Value) -> list[MappingNode]:
    """Return the items of a sequence that are mappings."""
    return [item for item in sequence(value) if isinstance(item, MappingNode)]


def texts(value: Value) -> tuple[str, ...]:
    """Return the items of a sequence that are text."""
    return tuple(item for item in sequence(value) if isinstance(item, str))


def text(node: MappingNode, key: str) -> str:
    """Return the text under a key, else ``""``."""
    return optional_text(node.get(key)) or ""


def optional_text(value: Value) -> str | None:
    """Return a text, else None."""
    return value if isinstance(value, str) else None


def number(value: Value) -> Number | None:
    """Return a number, else None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def flag(value: Value) -> bool:
    """Return whether a value is true."""
    return value is True
