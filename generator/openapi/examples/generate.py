"""A value made from a schema in canonical form. Whoever asks for one checks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from ...document.tree import MappingNode, SequenceNode, Value
from .regex import matching

PREFIX = "#/components/schemas/"
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
_ENDLESS = "the schema requires itself without end"
_MAX_VALUES = 40
"""Of a union's branch, how many values of an enumeration are tried."""


class ExampleGenerator:
    """Makes values; ``fault`` says why one doesn't satisfy a schema."""

    def __init__(
        self, schemas: MappingNode, fault: Callable[[Value, MappingNode], str | None], without: str
    ) -> None:
        self.schemas = schemas
        self.fault = fault
        self.without = without
        self._is_fuller = False
        """Whether an object of all its members is being made; not within another such."""

    def make(self, schema: MappingNode) -> Value:
        """A value that should satisfy ``schema``; raises ``LookupError`` where there is no end."""
        return self._value(schema, 0)

    def _value(self, schema: Value, depth: int) -> Value:
        if not isinstance(schema, MappingNode) or not schema:
            return "example"
        if "$ref" in schema:
            return self._value(self._target(schema), depth)
        for candidate in self._given(schema):
            if self.fault(candidate, schema) is None:
                return candidate
        for keyword in ("oneOf", "anyOf"):
            branches = schema.get(keyword)
            if isinstance(branches, SequenceNode) and branches and "properties" not in schema:
                return self._branch(schema, branches, depth)
        kinds = schema.get("type")
        kind = kinds[0] if isinstance(kinds, SequenceNode) else kinds
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth)
        if kind in ("integer", "number"):
            return self._number(schema, kind == "integer")
        if kind == "boolean":
            return True
        return None if kind == "null" else self._string(schema)

    def _given(self, schema: MappingNode) -> list[Value]:
        found: list[Value] = []
        if isinstance(schema.get("examples"), SequenceNode):
            found += cast("SequenceNode", schema["examples"])
        if isinstance(schema.get("enum"), SequenceNode):
            found += cast("SequenceNode", schema["enum"])
        if schema.get("default") is not None:
            found.append(schema["default"])
        return found

    def _branch(self, schema: MappingNode, branches: SequenceNode, depth: int) -> Value:
        """A value of one branch, and in ``oneOf`` of no other."""
        for branch in branches:
            for made in self._variants(branch, depth):
                value = self._tagged(schema, branch, made)
                if self.fault(value, schema) is None:
                    return value
        return self._value(branches[0], depth)

    def _variants(self, branch: Value, depth: int) -> Iterator[Value]:
        """Values of one branch: several where it lists them; objects of what is required, and of
        all there is.
        """
        yield self._value(branch, depth)
        target = self._target(branch)
        values = target.get("enum") if isinstance(target, MappingNode) else None
        if isinstance(values, SequenceNode):
            yield from cast("SequenceNode", values[:_MAX_VALUES])
        elif isinstance(target, MappingNode) and "properties" in target:
            yield self._object(target, max(depth, _MAX_DEPTH))
            if not self._is_fuller:
                self._is_fuller = True
                try:
                    yield self._object(target, 0)
                finally:
                    self._is_fuller = False

    def _target(self, schema: Value) -> Value:
        """The schema behind a reference."""
        for _ in range(_MAX_DEPTH):
            if isinstance(schema, MappingNode) and "$ref" in schema:
                schema = self.schemas[cast("str", schema["$ref"]).removeprefix(PREFIX)]
        return schema

    def _tagged(self, schema: MappingNode, branch: Value, value: Value) -> Value:
        """``value`` with the discriminator's value for its branch, where it lacks it."""
        discriminator = schema.get("discriminator")
        if not (isinstance(discriminator, MappingNode) and isinstance(branch, MappingNode)):
            return value
        tags, name = discriminator.get("mapping"), discriminator["propertyName"]
        known = tags.items() if isinstance(tags, MappingNode) else ()
        tag = next((tag for tag, ref in known if ref == branch.get("$ref")), None)
        if tag is None or not isinstance(value, dict):
            return value
        members = cast("dict[str, Value]", value)
        tagged: dict[str, Value] = {**members, str(name): tag}
        untold = not isinstance(members.get(str(name)), str)
        return tagged if untold or self.fault(tagged, schema) is None else members

    def _object(self, schema: MappingNode, depth: int) -> Value:
        properties = schema.get("properties")
        required = cast("list[str]", schema.get("required", []))
        result: dict[str, Value] = {}
        if isinstance(properties, MappingNode):
            for name, inner in properties.items():
                wanted = name in required or depth < 2
                wanted &= not self._is_left_out(inner)
                if not wanted or (depth >= _MAX_DEPTH and name not in required):
                    continue
                if depth > 3 * _MAX_DEPTH:
                    raise LookupError(_ENDLESS)
                value = self._value(inner, depth + 1)
                if (
                    name in required
                    or not isinstance(inner, MappingNode)
                    or not self.fault(value, inner)
                ):
                    result[name] = value
        for name in required:
            if name not in result:
                inner = properties.get(name) if isinstance(properties, MappingNode) else None
                result[name] = self._value(inner, depth + 1)
        extra = schema.get("additionalProperties")
        if isinstance(extra, MappingNode) and extra and not result and depth < _MAX_DEPTH:
            result["key"] = self._value(extra, depth + 1)
        return cast("Value", result)

    def _is_left_out(self, schema: Value) -> bool:
        """Whether a member isn't for this direction; a mark counts behind a reference too."""
        marks = [schema, self._target(schema)]
        return any(isinstance(one, MappingNode) and one.get(self.without) is True for one in marks)

    def _array(self, schema: MappingNode, depth: int) -> Value:
        if depth > 3 * _MAX_DEPTH:
            raise LookupError(_ENDLESS)
        prefix = schema.get("prefixItems")
        result: list[Value] = []
        if isinstance(prefix, SequenceNode):
            result += [self._value(item, depth + 1) for item in prefix]
        least = cast("int", schema.get("minItems", 0))
        items = schema.get("items")
        while len(result) < max(least, 1 if depth < _MAX_DEPTH and not result else 0):
            result.append(self._value(items, depth + 1))
            if len(result) > 1000:
                raise LookupError("more than 1000 items are required")
        return cast("Value", result)

    def _number(self, schema: MappingNode, whole: bool) -> Value:
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        step = schema.get("multipleOf")
        value: float = 1
        if isinstance(low, (int, float)) and value <= low:
            value = low + (0 if "minimum" in schema else 1)
        if isinstance(high, (int, float)) and value >= high:
            value = high - (0 if "maximum" in schema else 1)
        if isinstance(step, (int, float)) and step:
            value = -(-value // step) * step
        return int(value) if whole and value == int(value) else value

    def _string(self, schema: MappingNode) -> Value:
        wire, pattern = schema.get("format"), schema.get("pattern")
        value = _FORMATS.get(wire, "example") if isinstance(wire, str) else "example"
        if isinstance(pattern, str):
            value = matching(pattern)
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        if isinstance(least, int) and len(value) < least:
            value += (value[-1:] or "x") * (least - len(value))
        if isinstance(most, int) and len(value) > most:
            value = value[:most]
        return value
