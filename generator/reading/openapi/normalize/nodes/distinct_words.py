"""Words that tell schemas apart: the branches of a union, or inline schemas of one place.

A word is part of the schema itself: a constant, the name of a property or of a required member, a
reference, a type, or a keyword with its value. Only branches that differ in none of these are
counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from ....document.component_keys import is_component, key_of_reference, split_reference
from ....document.tree import MappingNode, SequenceNode, Value
from ...json_values import is_enumeration
from .node_values import ANNOTATIONS, UNIONS, child, items, mappings, members, sequence

Resolve = Callable[[MappingNode], Value]
"""The function that returns the target of a schema's ``$ref``."""
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_NAMED = ("properties", "oneOf", "anyOf", "allOf", "items")
_MAX_DEPTH = 5
_MAX_LENGTH = 40
_MAX_COMBINED, _MAX_WORDS = 50, 8
"""The most schemas that are told apart by several words together, and words that are tried."""


def branch_words(
    branches: Sequence[Value], resolve: Resolve, *, is_own: bool, is_object: bool
) -> list[str]:
    """Return a word for each branch that needs one beside the union's name, else ``""``.

    One inline branch has the name of the union, unless the union itself has it (``is_own``).
    ``is_object`` is true if there are properties beside the union.
    """
    words = [""] * len(branches)
    named = (*_NAMED, "required", "type") if is_object else _NAMED
    arrays, others = _inline(branches, named, is_array=True), _inline(branches, named)
    for group in (arrays, others):
        if len(group) < 2 and not (is_own and group is others):
            continue
        distinct = distinct_words([group[index] for index in group], resolve)
        for index, word in zip(group, distinct, strict=True):
            words[index] = word or _ordinal(index)
    return words


def _inline(
    branches: Sequence[Value], named: Sequence[str], *, is_array: bool = False
) -> dict[int, MappingNode]:
    """Return the inline branches, by position, that become a class of the union's name."""
    inline: dict[int, MappingNode] = {}
    for index, branch in enumerate(branches):
        schema = _only_branch(branch)
        if not isinstance(schema, MappingNode) or "$ref" in schema:
            continue
        is_class = any(key in schema for key in named) or is_enumeration(schema.get("enum"))
        if is_class and ("items" in schema) is is_array:
            inline[index] = schema
    return inline


def _only_branch(schema: Value) -> Value:
    """Return the branch of a union of one with nothing beside it; other schemas as they are."""
    while isinstance(schema, MappingNode) and len(schema) == 1:
        keyword = next(iter(schema))
        branches = sequence(schema[keyword]) if keyword in UNIONS else ()
        if len(branches) != 1:
            break
        schema = branches[0]
    return schema


def _ordinal(index: int) -> str:
    """Return the position of a branch as a word."""
    return _ORDINALS[index] if index < len(_ORDINALS) else f"branch.{index + 1}"


def distinct_words(
    schemas: Sequence[MappingNode],
    resolve: Resolve,
    unnamed: Container[str] = (),
    inline: Container[str] = (),
) -> list[str]:
    """Return a word for each schema that no other has; empty for one that has none of its own.

    A schema whose features others have too is told apart from those that have no word yet. What is
    in ``unnamed`` isn't a word, and neither is a reference to a schema that is ``inline``.
    """
    words = [""] * len(schemas)
    for read in (_features, _inner_features):
        features: list[list[_Feature]] = []
        for schema in schemas:
            every = dict.fromkeys(read(schema, resolve, inline))
            features.append([feature for feature in every if feature.word not in unnamed])
        while rest := [index for index, word in enumerate(words) if not word]:
            used = {word.casefold() for word in words}
            own = _own_words([features[index] for index in rest], used)
            for index, word in zip(rest, own, strict=True):
                words[index] = word
            if not any(own):
                break
    return words


def _own_words(features: Sequence[Sequence[_Feature]], used: Container[str]) -> list[str]:
    """Return a word for each list of features that no other has, and that isn't used."""
    counts = Counter(one.id for some in features for one in some)
    distinct = [
        next((f.word for f in some if counts[f.id] == 1 and f.word.casefold() not in used), "")
        for some in features
    ]
    if not all(distinct) and len(distinct) <= _MAX_COMBINED:
        sets = [frozenset(one.id for one in some) for some in features]
        for index, some in enumerate(features):
            varying = [one for one in some if counts[one.id] < len(features)]
            distinct[index] = distinct[index] or _combined(varying[:_MAX_WORDS], sets, used)
    # A schema that has nothing of its own may still be the only one without a word.
    if distinct.count("") == 1:
        index = distinct.index("")
        free = (f.word for f in features[index] if f.word.casefold() not in used)
        distinct[index] = next(free, "")
    counts = Counter(map(str.casefold, distinct))
    return [word if counts[word.casefold()] == 1 else "" for word in distinct]


def _combined(
    features: Sequence[_Feature], sets: Sequence[frozenset[str]], used: Container[str]
) -> str:
    """Return two or three words that only one of the sets contains together."""
    for size in (2, 3):
        for some in combinations(features, size):
            wanted = frozenset(one.id for one in some)
            word = ".".join(dict.fromkeys(one.word for one in some))
            if sum(wanted <= one for one in sets) == 1 and word.casefold() not in used:
                return word
    return ""


class _Feature(NamedTuple):
    """A part of a schema that may tell it apart."""

    word: str
    kind: str = ""

    @property
    def id(self) -> str:
        """The feature without the case of its letters, which a name may not show."""
        return f"{self.kind} {self.word}".casefold()


def _features(schema: MappingNode, resolve: Resolve, inline: Container[str]) -> Iterator[_Feature]:
    """Yield what a schema may be named for, the most telling first."""
    properties, required = _members(schema, resolve)
    names = sorted({*properties, *required}, key=lambda name: (name not in required, name))
    for name in names:
        yield from map(_Feature, _constants(properties.get(name, schema)))
    telling = [name for name in names if _is_telling(name)]
    yield from map(_Feature, telling)
    yield from (_Feature(name, "required") for name in telling if name in required)
    for name in names:
        yield from map(_Feature, _references(properties.get(name), inline))
    for name in names:
        yield from (_Feature(f"{name}.{kind}") for kind in _types(properties.get(name, schema)))
    for value in sequence(schema.get("enum")):
        if _is_telling(value):
            yield _Feature(str(value))
    yield from map(_Feature, _types(schema))
    yield from map(_Feature, _references(schema, inline))
    for key, value in items(schema):
        if key in ("oneOf", "anyOf", "allOf"):
            yield _Feature(key)
            for branch in mappings(value):
                yield from map(_Feature, _references(branch, inline))


def _inner_features(
    schema: MappingNode, resolve: Resolve, inline: Container[str]
) -> Iterator[_Feature]:
    """Yield what only members of a schema's members show, and keywords with their values."""
    yield from _features(schema, resolve, inline)
    properties, _ = _members(schema, resolve)
    for name, node in sorted(properties.items()):
        inner, required = _members(node, resolve)
        for other in sorted({*inner, *required}):
            if _is_telling(other):
                yield _Feature(f"{name}.{other}")
        for part in _parts(node, resolve, 0):
            for value in sequence(part.get("enum")):
                if _is_telling(value):
                    yield _Feature(f"{name}.{value}")
        for other, value in sorted(inner.items()):
            yield from (_Feature(f"{name}.{other}.{kind}") for kind in _types(value))
    for name, node in (("", schema), *sorted(properties.items())):
        for key, value in sorted(items(node)):
            is_scalar = isinstance(value, str | int | float | bool)
            if key not in ANNOTATIONS and key not in ("type", "$ref", "title") and is_scalar:
                word = ".".join(filter(None, (name, key, str(value))))
                if _is_telling(word):
                    yield _Feature(word)


def _members(schema: MappingNode, resolve: Resolve) -> tuple[dict[str, MappingNode], set[str]]:
    """Return the properties of a schema and the names that it requires."""
    properties: dict[str, MappingNode] = {}
    required: set[str] = set()
    for part in _parts(schema, resolve, 0):
        properties.update(members(part.get("properties")))
        required.update(name for name in sequence(part.get("required")) if isinstance(name, str))
    return properties, required


def _references(schema: Value, inline: Container[str]) -> Iterator[str]:
    """Yield the key of the component that a schema refers to, or an array of such."""
    for node in (schema, child(schema, "items") if isinstance(schema, MappingNode) else None):
        reference = node.get("$ref") if isinstance(node, MappingNode) else None
        if isinstance(reference, str):
            _, pointer = split_reference(reference)
            key = key_of_reference(reference)
            if is_component(pointer) and _is_telling(key) and key not in inline:
                yield key


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
