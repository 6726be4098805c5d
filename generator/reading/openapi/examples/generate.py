"""Generation of a value from a schema; the caller validates it."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Literal, TypeAlias

from ....base.budget import Budget, BudgetExceeded
from ....base.immutable import immutable
from ...document.cycles import strongly_connected
from ..discriminator_values import typed_tag
from ..json_schema import restricts
from ..model.document import Document
from ..model.schemas import MISSING, Json, Schema, Type, Union
from .regex import generate_match

Without: TypeAlias = Literal["", "readOnly", "writeOnly"]
_FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "duration": "P1D",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "email": "person@example.com",
    "byte": "AAEC",
    "decimal": "1.50",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "example.com",
}
_MAX_DEPTH = 8
_TOO_DEEP = f"the schema requires itself, or values more than {3 * _MAX_DEPTH} levels deep"
_MAX_VALUES = 40
"""The number of values of an enumeration to try in a union."""
_MAX_NODES = 20_000
"""The size of a generated value: its objects, lists and scalars, and a node for 100 characters."""
_MAX_LENGTH = 20_000
"""The number of characters of a generated text."""
_MAX_STEPS = 50_000
"""The number of values and branches to try for one value: a limit of time, the same everywhere."""
_MOST_MEMBERS = 1000
"""The number of items or of members that a value may have to have."""


class TooLarge(LookupError):
    """A value past the limits of generated ones."""


@immutable
class _Made:
    """A value of a component and its number of nodes."""

    value: Json
    nodes: int


class ExampleGenerator:
    """A generator of values; ``fault`` returns the reason why a value doesn't satisfy a schema.

    ``work`` is what all values of a run may cost. A component's value is made once for each depth,
    and shared: values may not be changed.
    """

    def __init__(
        self,
        document: Document,
        fault: Callable[[Json, Schema], str | None],
        without: Without,
        work: Budget,
    ) -> None:
        self.document = document
        self.fault = fault
        self.work = work
        self.without = without
        self._is_fuller = False
        """True while an object with all its members is generated."""
        self._is_checked = False
        """True while an optional member is left out unless its own value is valid."""
        self._made: dict[tuple[str, int, bool, bool], _Made | LookupError] = {}
        self._valid: dict[str, Json] = {}
        """The values of components that satisfy them, by key."""
        self._steps = self._nodes = 0
        self._cuts = 0
        """The number of members that were left out because the value would be too large."""

    def make(self, schema: Schema) -> Json:
        """Return a value that satisfies ``schema``.

        Raises ``LookupError`` if every value is infinite or none was found, :class:`TooLarge` if
        it is too large.
        """
        is_component = bool(schema.ref) and not schema.nullable
        if is_component and schema.ref in self._valid:
            return self._valid[schema.ref]
        fault: str | None = None
        for is_checked in (False, True):
            self._is_checked = is_checked
            self._steps = self._nodes = 0
            try:
                value = self._value(schema, 0)
                self.work.spend(self._nodes)
            except BudgetExceeded as error:
                raise TooLarge(str(error)) from None
            fault = self.fault(value, schema)
            if fault is None:
                if is_component:
                    self._valid[schema.ref] = value
                return value
        raise LookupError(fault)

    def _value(self, schema: Schema | None, depth: int) -> Json:
        self._step()
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise TooLarge(f"it has more than {_MAX_NODES:,} values")
        if schema is None:
            return "example"
        if schema.ref and not schema.nullable:
            return self._component(schema.ref, depth)
        for candidate in _given(schema):
            if self.fault(candidate, schema) is None:
                self._nodes += _nodes(candidate) - 1
                return candidate
        if schema.ref:
            with self._checked():
                values = self._variants(self.document.schemas[schema.ref], depth)
                return next((value for value in values if self.fault(value, schema) is None), None)
        if schema.union is not None:
            return self._branch(schema, schema.union, depth)
        if schema.properties is not None:
            return self._object(schema, depth)
        return self._of_type(next(iter(schema.types), None), schema, depth)

    def _component(self, key: str, depth: int) -> Json:
        """Return the value of a component, which is made once for each depth."""
        index = (key, depth, self._is_fuller, self._is_checked)
        made = self._made.get(index)
        if made is None:
            before, cuts = self._nodes, self._cuts
            try:
                value = self._value(self.document.schemas[key], depth)
                made = _Made(value, _nodes(value))
            except TooLarge:  # beside what was made before it
                raise
            except LookupError as error:
                made = error
            self._nodes = before
            if self._cuts == cuts:
                self._made[index] = made
        if isinstance(made, LookupError):
            raise made
        self._nodes += made.nodes
        return made.value

    def _step(self, count: int = 1) -> None:
        self.work.spend(count)
        self._steps += count
        if self._steps > _MAX_STEPS:
            raise TooLarge("too many values would have to be tried")

    def _of_type(self, kind: Type | None, schema: Schema, depth: int) -> Json:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "integer" | "number":
                return _number(schema, whole=kind == "integer")
            case "boolean":
                return True
            case "null":
                return None
            case _:
                value = _string(schema)
                self._nodes += _nodes(value) - 1
                return value

    @contextmanager
    def _checked(self) -> Generator[None]:
        """Check optional members: what another branch admits may not be valid for its own."""
        before, self._is_checked = self._is_checked, True
        try:
            yield
        finally:
            self._is_checked = before

    def _branch(self, schema: Schema, union: Union, depth: int) -> Json:
        """Return a value of one branch, and in ``oneOf`` of no other."""
        before = self._nodes
        with self._checked():
            for branch in self._by_height(union.branches) if depth > 2 else union.branches:
                for variant in self._variants(branch, depth):
                    value = self._tagged(schema, union, branch, variant)
                    self._step(len(union.branches))
                    if self.fault(value, schema) is None:
                        return value
                    self._nodes = before
        return None if schema.nullable else self._value(union.branches[0], depth)

    def _by_height(self, branches: Sequence[Schema]) -> Sequence[Schema]:
        """Return branches, the one of the lowest values first: a tree of unions has an end."""
        return sorted(branches, key=self._height)

    def _height(self, schema: Schema) -> float:
        """Return how many levels a value has at least; infinite if it requires itself."""
        if schema.ref:
            return self._heights[schema.ref]
        if schema.branches:
            return min(map(self._height, schema.branches))
        members = schema.properties or {}
        below = [members[name] for name in schema.required if name in members]
        below += [schema.items] if schema.items is not None and schema.min_items else []
        return 1 + max(map(self._height, below), default=0)

    @cached_property
    def _heights(self) -> Mapping[str, float]:
        """The heights of the components, up to the deepest value that is made."""
        heights = self.__dict__["_heights"] = dict.fromkeys(self.document.schemas, math.inf)
        for _ in range(3 * _MAX_DEPTH):
            before = {**heights}
            for key, schema in self.document.schemas.items():
                heights[key] = self._height(schema)
            if heights == before:
                break
        return heights

    @cached_property
    def _recurring(self) -> frozenset[str]:
        """The components whose values hold such values again, by what a deep value has."""
        reached = {key: [*_reached(schema)] for key, schema in self.document.schemas.items()}
        recurring: set[str] = set()
        for circle in strongly_connected(reached, reached.__getitem__):
            if len(circle) > 1 or circle[0] in reached[circle[0]]:
                recurring.update(circle)
        return frozenset(recurring)

    def _variants(self, branch: Schema, depth: int) -> Iterator[Json]:
        """Yield values of one branch: those it lists; objects of what is required, and of all.

        Of a branch that is a union itself, those of its branches; of one for any value, some.
        """
        yield self._value(branch, depth)
        target = self.document.resolve(branch)
        if target.enum is not None:
            yield from target.enum[:_MAX_VALUES]
        elif target.branches:
            for inner in target.branches:
                yield from self._variants(inner, depth)
        elif not restricts(target):
            yield from (1, True, [])
        elif target.properties is not None:
            yield self._object(target, max(depth, _MAX_DEPTH))
            if not self._is_fuller:
                self._is_fuller = True
                try:
                    yield self._object(target, 0)
                finally:
                    self._is_fuller = False

    def _tagged(self, schema: Schema, union: Union, branch: Schema, value: Json) -> Json:
        """Return ``value`` with the discriminator's value for its branch, where it lacks it."""
        found = union.discriminator
        if found is None or not branch.ref or not isinstance(value, dict):
            return value
        name = found.property_name
        tag = next((tag for tag, key in found.mapping.items() if key == branch.ref), None)
        if tag is None:
            return value
        tagged = {**value, name: typed_tag(self.document, found, tag)}
        is_untold = name not in value
        return tagged if is_untold or self.fault(tagged, schema) is None else value

    def _object(self, schema: Schema, depth: int) -> Json:
        properties = schema.properties or {}
        required = frozenset((*schema.required, *schema.one_way))
        result: dict[str, Json] = {}
        for name, member in properties.items():
            is_required = name in required
            is_wanted = (is_required or depth < 2) and not self._is_left_out(member)
            if not is_wanted or (depth >= _MAX_DEPTH and not is_required):
                continue
            if depth > 3 * _MAX_DEPTH:
                raise LookupError(_TOO_DEEP)
            before = self._nodes
            try:
                value = self._value(member, depth + 1)
            except TooLarge:
                if is_required:
                    raise
                self._nodes = before
                self._cuts += 1
                continue
            if is_required or not self._is_checked or not self.fault(value, member):
                result[name] = value
        for name in schema.required:
            if name not in result:
                result[name] = self._value(properties.get(name), depth + 1)
        extra = schema.additional_properties
        if isinstance(extra, Schema) and not result and depth < _MAX_DEPTH and restricts(extra):
            result["key"] = self._value(extra, depth + 1)
        self._fill(result, schema, depth)
        return result

    def _fill(self, result: dict[str, Json], schema: Schema, depth: int) -> None:
        """Add members up to ``minProperties``: declared ones that hold no others, or else any."""
        least, extra = schema.min_properties or 0, schema.additional_properties
        if len(result) >= least:
            return
        if depth > 3 * _MAX_DEPTH:
            raise LookupError(_TOO_DEEP)
        if least > _MOST_MEMBERS:
            raise LookupError(f"more than {_MOST_MEMBERS} members are required")
        for name, member in (schema.properties or {}).items():
            holds_others = next(self.document.resolve(member).subschemas(), None) is not None
            is_wanted = extra is False or not holds_others
            is_wanted &= not self._is_left_out(member)
            if name not in result and len(result) < least and is_wanted:
                result[name] = self._value(member, depth + 1)
        while len(result) < least and extra is not False:
            made = self._value(extra if isinstance(extra, Schema) else None, depth + 1)
            result[f"key{len(result) + 1}"] = made

    def _is_left_out(self, schema: Schema) -> bool:
        """Return whether a member is of the other direction; its target's mark counts too."""
        both = (schema, self.document.resolve(schema))
        if self.without == "readOnly":
            return any(one.read_only for one in both)
        return self.without == "writeOnly" and any(one.write_only for one in both)

    def _array(self, schema: Schema, depth: int) -> Json:
        if depth > 3 * _MAX_DEPTH:
            raise LookupError(_TOO_DEEP)
        result = [self._value(item, depth + 1) for item in schema.prefix_items or ()]
        recurs = depth > 2 and not self._recurring.isdisjoint(_reached(schema))
        is_wanted = depth < _MAX_DEPTH and not result and not recurs
        least = max(schema.min_items or 0, int(is_wanted))
        while len(result) < least:
            result.append(self._value(schema.items, depth + 1))
            if len(result) > _MOST_MEMBERS:
                raise LookupError(f"more than {_MOST_MEMBERS} items are required")
        return result


def _reached(schema: Schema) -> Iterator[str]:
    """Yield the components whose values a deep value has: those of all that isn't optional."""
    if schema.ref:
        yield schema.ref
        return
    members = schema.properties or {}
    required = (members[name] for name in schema.required if name in members)
    beside = (schema.items, schema.additional_properties)
    inner = [one for one in beside if isinstance(one, Schema)]
    for one in (*schema.branches, *required, *(schema.prefix_items or ()), *inner):
        yield from _reached(one)


def _nodes(value: Json) -> int:
    """Return the size of a value as :data:`_MAX_NODES` counts it."""
    match value:
        case str():
            return 1 + len(value) // 100
        case dict():
            return 1 + sum(map(_nodes, value.values()))
        case list():
            return 1 + sum(map(_nodes, value))
        case _:
            return 1


def _given(schema: Schema) -> Iterator[Json]:
    yield from schema.examples
    yield from schema.enum or ()
    if schema.default is not MISSING and schema.default is not None:
        yield schema.default


def _number(schema: Schema, *, whole: bool) -> Json:
    low = schema.exclusive_minimum if schema.minimum is None else schema.minimum
    high = schema.exclusive_maximum if schema.maximum is None else schema.maximum
    value: float = 1
    if low is not None and value <= low:
        value = low + (0 if schema.minimum is not None else 1)
    if high is not None and value >= high:
        value = high - (0 if schema.maximum is not None else 1)
    if schema.multiple_of:
        value = -(-value // schema.multiple_of) * schema.multiple_of
    return int(value) if whole and value == int(value) else value


def _string(schema: Schema) -> Json:
    value = _FORMATS.get(schema.format, "example")
    if schema.pattern is not None:
        value = generate_match(schema.pattern)
    least, most = int(schema.min_length or 0), schema.max_length
    if least > _MAX_LENGTH:
        raise TooLarge(f"more than {_MAX_LENGTH:,} characters are required")
    if len(value) < least:
        value += (value[-1:] or "x") * (least - len(value))
    return value if most is None else value[: int(most)]
