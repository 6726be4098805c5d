"""Words that tell schemas apart: the branches of a union, or inline schemas of one place.

A word is part of the schema itself: a constant, the name of a property, or the type
of one. Only branches that differ in none of these are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from ...document.tree import MappingNode, SequenceNode, Value
from .node_values import child, items, mappings, members, sequence

Resolve = Callable[[MappingNode], Value]
"""The function that returns the target of a schema's ``$ref``."""
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_MAX_DEPTH = 5
_MAX_LENGTH = 40
_MAX_COMBINED, _MAX_WORDS = 50, 8
"""The most schemas that are told apart by several words together, and words that are tried."""


def ordinal(index: int) -> str:
    """Return the position of a branch as a word."""
    return _ORDINALS[index] if index < len(_ORDINALS) else f"branch.{index + 1}"


def distinct_words(schemas: Sequence[MappingNode], resolve: Resolve) -> list[str]:
    """Return a word for each schema that no other has; empty for one that has none of its own."""
    features = [list(dict.fromkeys(_features(schema, resolve))) for schema in schemas]
    counts = Counter(word.casefold() for words in features for word in words)
    found = [next((one for one in words if counts[one.casefold()] == 1), "") for words in features]
    if not all(found) and len(found) <= _MAX_COMBINED:
        sets = [frozenset(map(str.casefold, words)) for words in features]
        for index, words in enumerate(features):
            varying = [word for word in words if counts[word.casefold()] < len(features)]
            found[index] = found[index] or _combined(varying[:_MAX_WORDS], sets)
    # A schema that has nothing of its own may still be the only one without a word.
    first = [
        "" if word or not words else words[0] for word, words in zip(found, features, strict=True)
    ]
    counts = Counter(map(str.casefold, (*first, *found)))
    return [
        word or (other if counts[other.casefold()] == 1 else "")
        for word, other in zip(found, first, strict=True)
    ]


def _combined(words: Sequence[str], sets: Sequence[frozenset[str]]) -> str:
    """Return two or three words that only one of the sets contains together."""
    for size in (2, 3):
        for some in combinations(words, size):
            wanted = frozenset(map(str.casefold, some))
            if sum(wanted <= one for one in sets) == 1:
                return ".".join(some)
    return ""


def _features(schema: MappingNode, resolve: Resolve) -> Iterator[str]:
    """Yield what a schema may be named for, the most telling first."""
    properties: dict[str, MappingNode] = {}
    required: set[str] = set()
    for part in _parts(schema, resolve, 0):
        properties.update(members(part.get("properties")))
        required.update(name for name in sequence(part.get("required")) if isinstance(name, str))
    names = sorted({*properties, *required}, key=lambda name: (name not in required, name))
    for name in names:
        yield from _constants(properties.get(name, schema))
    yield from (name for name in names if _is_telling(name))
    yield from (f"{name}.{kind}" for name in names for kind in _types(properties.get(name, schema)))
    for value in sequence(schema.get("enum")):
        if _is_telling(value):
            yield str(value)
    yield from _types(schema)
    yield from sorted(key for key, _ in items(schema) if key in ("oneOf", "anyOf", "allOf"))


def _parts(schema: Value, resolve: Resolve, depth: int) -> Iterator[MappingNode]:
    """Yield a schema and those that it is composed of by ``allOf``; of an array, its items."""
    if not isinstance(schema, MappingNode) or depth > _MAX_DEPTH:
        return
    if "$ref" in schema:
        yield from _parts(resolve(schema), resolve, depth + 1)
        return
    yield schema
    for part in mappings(schema.get("allOf")):
        yield from _parts(part, resolve, depth + 1)
    if isinstance(schema.get("items"), MappingNode):
        yield from _parts(child(schema, "items"), resolve, depth + 1)


def _constants(schema: MappingNode) -> Iterator[str]:
    values = [schema["const"]] if "const" in schema else sequence(schema.get("enum"))
    if len(values) == 1 and _is_telling(values[0]):
        yield str(values[0]).lower() if isinstance(values[0], bool) else str(values[0])


def _types(schema: MappingNode) -> Iterator[str]:
    kinds = schema.get("type")
    listed = kinds if isinstance(kinds, SequenceNode) else [kinds]
    yield from (kind for kind in listed if isinstance(kind, str) and kind != "null")


def _is_telling(value: Value) -> bool:
    """Return whether a value makes a readable word."""
    text = str(value)
    return (
        isinstance(value, str | int)
        and len(text) <= _MAX_LENGTH
        and any(char.isalnum() for char in text)
    )
