"""The keys of inline schemas as they are written, gathered over the whole description.

No operation or component that isn't selected is normalised for it, and each counts, so that
selecting operations renames nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote

from ....document.component_keys import below, casefolded, component_key
from ....document.declared import section
from ....document.operation_names import words
from ....document.operations import PATHS, OperationNode
from ....document.subtypes import Subtypes
from ....document.tree import CONTAINERS, Container, MappingNode, SequenceNode, Value
from ...json_values import is_enumeration
from ..nodes.distinct_words import Resolve, branch_words
from ..nodes.node_values import UNIONS, branches_of, is_closed, mappings, members, states_null
from ..swagger2.parameters import swagger_schema
from .key_words import media_type_words, response_word

_COMPOSED = ("allOf", "oneOf", "anyOf", "not", "if", "then", "else")
"""The keywords whose schemas depend on what is beside them."""
_NAMED = frozenset(("properties", "enum", "const", *_COMPOSED))
_CLASSES = ("properties", "enum", "allOf", "oneOf", "anyOf")
"""The keywords of declared schemas that get a class."""
_WORDS = {
    "items": "item",
    "additionalProperties": "value",
    "itemSchema": "item",
    **dict.fromkeys(("properties", "headers", "content", "schema", "allOf"), ""),
}
"""The words that keys have for members, where it isn't the member's name."""
_MAPPINGS = ("properties", "headers", "content")
"""The members whose own members have any names."""
_APART = ("example", "examples", "default", "enum", "$defs")
"""The members that aren't of the schema itself: data, and what only a reference leads to."""
_SETS = ("enum", "required", "type")
"""The keywords with values whose order doesn't count."""
_SECTIONS = {
    "schemas": "", "parameters": "parameter", "responses": "response", "requestBodies": "request",
}  # fmt: skip
"""The sections of components with the word that keys have after one's own."""
_LONGEST_NAME = 80
"""The characters of a class's name; any two longer keys may give the same one."""


Definitions: TypeAlias = Callable[[], Iterable[tuple[str, MappingNode]]]
"""The function that returns the schemas in ``$defs`` with their keys."""


class InlineSchema(NamedTuple):
    """A schema that may get a class, at or below a part of an operation or of a component."""

    node: MappingNode
    place: str
    """Equal schemas of equal places are one."""
    rest: str
    """Its key after the beginning that its operation or component has."""
    number: int
    """The number that equal schemas have, by :class:`EqualValues`."""
    whole: int
    """The number of the schema that it is composed into; else its own."""

    def key(self, beginning: str) -> str:
        """Return its key with a beginning."""
        return component_key(below(beginning, self.rest) if self.rest else beginning)


class EqualValues:
    """A number for each value of a description: equal values have one number.

    The order of members does not count, nor that of keywords that are sets.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}

    def number(self, value: Container, numbers: dict[int, int]) -> int:
        """Return the number of a value; ``numbers`` has those of parts by their ``id``."""
        number = numbers.get(id(value))
        if number is not None:
            return number
        parts: list[object] = []
        if isinstance(value, MappingNode):
            for key in sorted(value):
                parts += (key, self._part(value[key], numbers))
        else:
            for item in value:
                parts.append(self._part(item, numbers))
            if value.location.key in _SETS:
                parts.sort(key=repr)
        content = (value.__class__, *parts)
        number = numbers[id(value)] = self._numbers.setdefault(content, len(self._numbers))
        return number

    def _part(self, value: Value, numbers: dict[int, int]) -> object:
        """Return the number of a container; else a value that is equal for equal ones alone."""
        if isinstance(value, CONTAINERS):
            return self.number(value, numbers)
        if isinstance(value, str):
            return value
        return value.__class__, repr(value)


class _Claim(NamedTuple):
    """A schema with the key that it would have."""

    key: str
    schema: InlineSchema
    owner: OperationNode | str
    """The operation that it is in; else the pointer of the component or definition."""
    is_declared: bool = False


class InlineKeys:
    """The inline schemas of one description, and the beginnings of their keys."""

    def __init__(self, root: MappingNode, subtypes: Subtypes, definitions: Definitions) -> None:
        self._root = root
        self._subtypes = subtypes
        self._definitions = definitions
        self.beginnings: dict[OperationNode, str] = {}
        self.schemas: dict[OperationNode, tuple[InlineSchema, ...]] = {}
        self._claims: Mapping[str, Sequence[_Claim]] = {}
        self._equal = EqualValues()

    def add(self, operations: Sequence[OperationNode]) -> None:
        """Take the components and all operations of the description.

        The keys of an operation begin with the shortest of its prefixes that no other has, and
        with which none of them is that of an inline schema elsewhere.
        """
        counts = Counter(prefix for op in operations for prefix in op.names.prefixes)
        left: dict[OperationNode, list[str]] = {}
        for op in operations:
            alone = [prefix for prefix in op.names.prefixes if counts[prefix] == 1]
            left[op] = alone or [op.names.prefixes[-1]]
            self.schemas[op] = tuple(_schemas_of(op, self._target, self._equal))
        components = [*self._of_components()]
        contested = [*operations]
        while contested:
            self.beginnings |= {op: left[op].pop(0) for op in contested}
            claims: defaultdict[str, list[_Claim]] = defaultdict(list)
            own = (
                _Claim(schema.key(self.beginnings[op]), schema, op)
                for op in operations
                for schema in self.schemas[op]
            )
            for claim in (*components, *own):
                claims[_class_name(claim.key)].append(claim)
            self._claims = claims
            contested = [op for op in operations if left[op] and self._is_contested(op)]

    def _is_contested(self, op: OperationNode) -> bool:
        keys = {casefolded(schema.key(self.beginnings[op])) for schema in self.schemas[op]}
        return any(claim.owner is not op for key in keys for claim in self._inline(key))

    def _inline(self, key: str) -> Iterator[_Claim]:
        return (claim for claim in self._counted(key) if not claim.is_declared)

    def _counted(self, name: str) -> Iterator[_Claim]:
        """Yield the claims on a name, without those of components that give no class."""
        return filter(self._has_class, self._claims.get(name, ()))

    def _has_class(self, claim: _Claim) -> bool:
        """Return whether a schema is in an operation, or in what one refers to."""
        if not isinstance(claim.owner, str):
            return True
        if claim.schema.place:
            return claim.owner in self._reached
        has_own = any(key in claim.schema.node for key in _CLASSES)
        return has_own and self._reached.get(claim.owner, False)

    @cached_property
    def _reached(self) -> dict[str, bool]:
        """The pointers of what references below an operation lead to, and of what is around it.

        False for what has no class of its own: a part of an ``allOf`` is merged into another one.
        A reference to a base leads to its subtypes, too.
        """
        reached: dict[str, bool] = {}
        seen: set[int] = set()
        todo = [(self._root.get(key), False) for key in (*PATHS, "webhooks")]
        while todo:
            value, is_merged = todo.pop()
            if isinstance(value, SequenceNode):
                todo += ((item, is_merged) for item in value)
            if not isinstance(value, MappingNode):
                continue
            reference = value.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/"):
                pointer, target = unquote(reference[1:]), self._target(value)
                if not is_merged and not reached.get(pointer) and isinstance(target, MappingNode):
                    base = self._subtypes.base(target.location.name, target)
                    todo += ((one.reference, False) for one in (base.subtypes if base else ()))
                reached[pointer] = reached.get(pointer, False) or not is_merged
                while (pointer := pointer.rpartition("/")[0]) and pointer not in reached:
                    reached[pointer] = False
                if id(target) not in seen:
                    seen.add(id(target))
                    todo.append((target, False))
            for key, item in value.items():
                if isinstance(item, CONTAINERS) and key != "$defs":
                    todo.append((item, key == "allOf"))
        return reached

    def _target(self, node: MappingNode) -> Value:
        """Return what a reference in the description itself leads to; None for another one."""
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            with suppress(KeyError):
                return self._root.location.document.resolve(reference[1:], self._root)
        return None

    def _of_components(self) -> Iterator[_Claim]:
        """Yield the claims of components, and of the schemas in ``$defs``."""
        declared = section(self._root, "schemas")
        for kind, word in _SECTIONS.items():
            parts = section(self._root, kind)
            for key, node in members(parts):
                beginning = component_beginning(key, word, declared)
                pointer = parts.at(key).pointer
                for schema in _schemas(node, "", "", self._target, self._equal, is_class=not word):
                    is_declared = not word and schema.node is node
                    yield _Claim(schema.key(beginning), schema, pointer, is_declared)
        for key, node in self._definitions():
            for schema in _schemas(node, "", "", self._target, self._equal, is_class=True):
                yield _Claim(schema.key(key), schema, node.location.pointer)

    def numbers(self, key: str) -> set[tuple[str, int]]:
        """Return the keys, with numbers, of inline schemas whose classes have the name of one."""
        return {(claim.key, claim.schema.whole) for claim in self._inline(casefolded(key))}

    def rivals(self, keys: Collection[str]) -> dict[str, str]:
        """Return the keys of schemas that may have the class name of one of ``keys``, without them.

        Each has the word for its class; empty for a declared schema, which needs none.
        """
        rivals: dict[str, str] = {}
        for name in sorted({*map(_class_name, keys)}):
            for claim in self._counted(name):
                word = _kind(claim.schema.node)
                if claim.is_declared:
                    rivals[claim.key] = ""
                elif word:
                    rivals.setdefault(claim.key, word)
        return {key: word for key, word in rivals.items() if key not in keys}


def _class_name(key: str) -> str:
    """Return what tells the class of a key apart; nothing for a long one, which is abridged."""
    return name if len(name := casefolded(key)) <= _LONGEST_NAME else ""


def _kind(node: MappingNode) -> str:
    """Return the word for a schema, or for the only branch with a class, which has its name."""
    if is_enumeration(node.get("enum")):
        return "enum"
    if "properties" in node or "allOf" in node:
        return "object"
    words = [word for branch in branches_of(node) if (word := _kind(branch))]
    return words[0] if len(words) == 1 else ""


def component_beginning(key: str, kind: str, schemas: Collection[str]) -> str:
    """Return the beginning of the keys in a component that is written once for all operations.

    ``kind`` is ``response``, ``request`` or ``parameter``. A parameter has one schema, which is
    named by its key alone, unless a schema is.
    """
    is_alone = kind == "parameter" and component_key(key) not in schemas
    is_repeated = words(key)[-1:] and words(key)[-1].casefold() == kind
    return key if not kind or is_alone or is_repeated else below(key, kind)


def _schemas_of(op: OperationNode, resolve: Resolve, equal: EqualValues) -> Iterator[InlineSchema]:
    """Yield the schemas of what an operation contains itself: parameters, body and responses."""
    parameters: dict[str, MappingNode] = {}
    for level in (op.item, op.node):
        for node in mappings(level.get("parameters")):
            parameters[f"{node.get('in')} {node.get('name')}"] = node
    for key, node in parameters.items():
        if node.get("in") == "body":
            yield from _schemas(node, "requestBody", "request", resolve, equal)
        else:
            has_own = "schema" in node or "content" in node
            schema = node if has_own else swagger_schema(node)
            yield from _schemas(schema, f"parameters/{key}", str(node.get("name")), resolve, equal)
    body = op.node.get("requestBody")
    if isinstance(body, MappingNode):
        yield from _schemas(body, "requestBody", "request", resolve, equal)
    responses = op.node.get("responses")
    if isinstance(responses, MappingNode):
        for status, node in members(responses):
            yield from _schemas(
                node, f"responses/{status}", response_word(status, responses), resolve, equal
            )


def _schemas(
    node: MappingNode,
    place: str,
    rest: str,
    resolve: Resolve,
    equal: EqualValues,
    *,
    is_class: bool = False,
) -> Iterator[InlineSchema]:
    """Yield the schemas at and below a node, whose keys end with ``rest`` and what is below it.

    With ``is_class`` the node itself is a schema with a key of its own.
    """
    numbers: dict[int, int] = {}
    todo: list[tuple[Value, str, str, str, int | None]] = [(node, place, "", rest, None)]
    while todo:
        value, at, member, own, whole = todo.pop()
        if isinstance(value, SequenceNode):
            for index, item in enumerate(value):
                inner = _join(own, str(index)) if member == "prefixItems" else own
                todo.append((item, f"{at}/{index}", "", inner, whole))
        elif isinstance(value, MappingNode) and "$ref" not in value:
            number = equal.number(value, numbers)
            if not _NAMED.isdisjoint(value):
                outermost = number
                if whole is not None:
                    outermost = whole
                yield InlineSchema(value, at, own, number, outermost)
            key_words = _words(value, member)
            for name, item in value.items():
                if not isinstance(item, CONTAINERS):
                    continue
                if member not in _MAPPINGS and name in _APART:
                    continue
                is_composed = name in _COMPOSED
                outer = f"{at} {number}" if is_composed else at
                kind = "" if member in _MAPPINGS else name
                root = number if is_composed and whole is None else whole
                if kind in UNIONS and isinstance(item, SequenceNode):
                    is_own = "discriminator" in value or (is_class and not own)
                    own_words = _branch_words(value, item, resolve, is_own=is_own)
                    for index, (branch, word) in enumerate(zip(item, own_words, strict=True)):
                        inner = _join(own, word)
                        todo.append((branch, f"{outer}/{name}/{index}", "", inner, root))
                else:
                    inner = _join(own, key_words[name])
                    todo.append((item, f"{outer}/{name}", kind, inner, root))


def _branch_words(
    node: MappingNode, branches: SequenceNode, resolve: Resolve, *, is_own: bool
) -> Sequence[str]:
    """Return the words that the keys of the branches of a union have."""
    if sum(not (states_null(one) or one == {"nullable": True}) for one in branches) == 1:
        return [""] * len(branches)
    is_object = "properties" in node or is_closed(node)
    return branch_words(branches, resolve, is_own=is_own, is_object=is_object)


def _join(rest: str, word: str) -> str:
    """Return the key of a schema inside another, after the beginning of both."""
    return below(rest, word) if rest and word else rest or word


def _words(node: MappingNode, member: str) -> Mapping[str, str]:
    """Return the word that keys have for each member of a node, which is a member itself."""
    if member == "content":
        return media_type_words(node)
    return {name: name if member in _MAPPINGS else _WORDS.get(name, name) for name in node}
