"""Generation of a value from a schema; the caller validates it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from ..json_schema import json_schema
from ..model import MISSING, Document, Json, Schema, Type, Union
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
_ENDLESS = "the schema requires itself recursively"
_MAX_VALUES = 40
"""The number of values of an enumeration to try in a union."""


class ExampleGenerator:
    """A generator of values; ``fault`` returns the reason why a value doesn't satisfy a schema."""

    def __init__(
        self, document: Document, fault: Callable[[Json, Schema], str | None], without: Without
    ) -> None:
        self.document = document
        self.fault = fault
        self.without = without
        self._is_fuller = False
        """True while an object with all its members is generated."""

    def make(self, schema: Schema) -> Json:
        """Return a value for ``schema``; raises ``LookupError`` if every one is infinite."""
        return self._value(schema, 0)

    def _value(self, schema: Schema | None, depth: int) -> Json:
        if schema is None:
            return "example"
        if schema.ref and not schema.nullable:
            return self._value(self.document.schemas[schema.ref], depth)
        for candidate in _given(schema):
            if self.fault(candidate, schema) is None:
                return candidate
        if schema.ref:
            target = self.document.schemas[schema.ref]
            values = self._variants(target, depth)
            return next((value for value in values if self.fault(value, schema) is None), None)
        if schema.union is not None and schema.properties is None:
            return self._branch(schema, schema.union, depth)
        if schema.properties is not None:
            return self._object(schema, depth)
        return self._of_type(next(iter(schema.types), None), schema, depth)

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
                return _string(schema)

    def _branch(self, schema: Schema, union: Union, depth: int) -> Json:
        """Return a value of one branch, and in ``oneOf`` of no other."""
        for branch in union.branches:
            for made in self._variants(branch, depth):
                value = self._tagged(schema, union, branch, made)
                if self.fault(value, schema) is None:
                    return value
        return None if schema.nullable else self._value(union.branches[0], depth)

    def _variants(self, branch: Schema, depth: int) -> Iterator[Json]:
        """Yield values of one branch: those it lists; objects of what is required, and of all."""
        yield self._value(branch, depth)
        target = self.document.resolve(branch)
        if target.enum is not None:
            yield from target.enum[:_MAX_VALUES]
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
        tagged = {**value, name: self.document.tag(found, tag)}
        is_untold = name not in value
        return tagged if is_untold or self.fault(tagged, schema) is None else value

    def _object(self, schema: Schema, depth: int) -> Json:
        properties = schema.properties or {}
        result: dict[str, Json] = {}
        for name, member in properties.items():
            is_required = name in schema.required
            is_wanted = (is_required or depth < 2) and not self._is_left_out(member)
            if not is_wanted or (depth >= _MAX_DEPTH and not is_required):
                continue
            if depth > 3 * _MAX_DEPTH:
                raise LookupError(_ENDLESS)
            value = self._value(member, depth + 1)
            if is_required or not self.fault(value, member):
                result[name] = value
        for name in schema.required:
            if name not in result:
                result[name] = self._value(properties.get(name), depth + 1)
        extra = schema.additional_properties
        if isinstance(extra, Schema) and not result and depth < _MAX_DEPTH and json_schema(extra):
            result["key"] = self._value(extra, depth + 1)
        return result

    def _is_left_out(self, schema: Schema) -> bool:
        """Return whether a member is of the other direction; its target's mark counts too."""
        both = (schema, self.document.resolve(schema))
        if self.without == "readOnly":
            return any(one.read_only for one in both)
        return self.without == "writeOnly" and any(one.write_only for one in both)

    def _array(self, schema: Schema, depth: int) -> Json:
        if depth > 3 * _MAX_DEPTH:
            raise LookupError(_ENDLESS)
        result = [self._value(item, depth + 1) for item in schema.prefix_items or ()]
        least = max(schema.min_items or 0, 1 if depth < _MAX_DEPTH and not result else 0)
        while len(result) < least:
            result.append(self._value(schema.items, depth + 1))
            if len(result) > 1000:
                raise LookupError("more than 1000 items are required")
        return result


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
    if len(value) < least:
        value += (value[-1:] or "x") * (least - len(value))
    return value if most is None else value[: int(most)]
