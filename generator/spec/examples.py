"""Examples: those of the description, checked; and, where there are none, made from the schema.

A made example depends on nothing but the schema. Checking is jsonschema-rs's work, on the canonical
document (JSON Schema 2020-12), so it never depends on the generated models.
"""

from __future__ import annotations

import re
from re import _parser as sre  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
from typing import Any, cast

import jsonschema_rs

from .nodes import Map, Seq, Value

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
_BASE = "urn:speclock:canonical"


def plain(value: Value, *, base: str = "") -> Any:
    """``value`` in Python's own containers; ``base`` is put before references to components."""
    if isinstance(value, dict):
        return {
            key: base + item
            if base and key == "$ref" and isinstance(item, str)
            else plain(item, base=base)
            for key, item in cast("dict[str, Value]", value).items()
        }
    if isinstance(value, list):
        return [plain(item, base=base) for item in cast("list[Value]", value)]
    return value


def _closed(schema: object) -> Any:
    """``schema`` with every object closed that names its properties and says nothing of others."""
    if isinstance(schema, dict):
        node = {key: _closed(item) for key, item in cast("dict[str, object]", schema).items()}
        if isinstance(node.get("properties"), dict) and node.get("type") == "object":
            node.setdefault("additionalProperties", False)
        return node
    if isinstance(schema, list):
        return [_closed(item) for item in cast("list[object]", schema)]
    return schema


class Examples:
    """Makes and checks examples against the components of one canonical document."""

    def __init__(self, root: Map) -> None:
        components = root.get("components")
        schemas = components.get("schemas") if isinstance(components, Map) else None
        self.schemas: Map = schemas if isinstance(schemas, Map) else Map(root.origin)
        self._registry = jsonschema_rs.Registry(
            [(_BASE, {"components": {"schemas": plain(self.schemas)}})],
            draft=jsonschema_rs.Draft202012,
        )
        self._validators: dict[int, jsonschema_rs.Validator] = {}
        self._closed: jsonschema_rs.Registry | None = None

    def fault(self, value: Value, schema: Map) -> str | None:
        """Why ``value`` doesn't satisfy ``schema``, in one line; None if it does."""
        validator = self._validators.get(id(schema))
        if validator is None:
            try:
                validator = jsonschema_rs.Draft202012Validator(
                    plain(schema, base=_BASE), registry=self._registry, validate_formats=True
                )
            except (jsonschema_rs.ValidationError, ValueError) as error:
                return f"its schema can't be checked: {str(error).splitlines()[0][:200]}"
            self._validators[id(schema)] = validator
        for found in validator.iter_errors(plain(value)):
            at = "/".join(str(part) for part in found.instance_path)
            return f"{found.message[:200]}{f' (at {at})' if at else ''}"
        return None

    def undeclared(self, value: Value, schema: Map) -> bool:
        """Whether ``value`` has members that no schema names, which a reader keeps as extras."""
        if self._closed is None:
            self._closed = jsonschema_rs.Registry(
                [(_BASE, {"components": {"schemas": _closed(plain(self.schemas))}})],
                draft=jsonschema_rs.Draft202012,
            )
        validator = jsonschema_rs.Draft202012Validator(
            _closed(plain(schema, base=_BASE)), registry=self._closed
        )
        return not validator.is_valid(plain(value))

    def make(self, schema: Map) -> Value:
        """A value that satisfies ``schema``, the same on every run; optional members left out
        where they recur. Raises ``LookupError`` if none was found.
        """
        value = self._make(schema, 0)
        fault = self.fault(value, schema)
        if fault:
            raise LookupError(fault)
        return value

    def _make(self, schema: Value, depth: int) -> Value:
        if not isinstance(schema, Map) or not schema:
            return "example"
        if "$ref" in schema:
            return self._make(self.schemas[cast("str", schema["$ref"]).removeprefix(PREFIX)], depth)
        for candidate in self._given(schema):
            if self.fault(candidate, schema) is None:
                return candidate
        for keyword in ("oneOf", "anyOf"):
            branches = schema.get(keyword)
            if isinstance(branches, Seq) and branches and "properties" not in schema:
                return self._branch(schema, branches, depth)
        kinds = schema.get("type")
        kind = kinds[0] if isinstance(kinds, Seq) else kinds
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth)
        if kind in ("integer", "number"):
            return self._number(schema, kind == "integer")
        if kind == "boolean":
            return True
        return None if kind == "null" else self._string(schema)

    def _given(self, schema: Map) -> list[Value]:
        found: list[Value] = []
        if isinstance(schema.get("examples"), Seq):
            found += cast("Seq", schema["examples"])
        if isinstance(schema.get("enum"), Seq):
            found += cast("Seq", schema["enum"])
        if schema.get("default") is not None:
            found.append(schema["default"])
        return found

    def _branch(self, schema: Map, branches: Seq, depth: int) -> Value:
        for branch in branches:
            value = self._tagged(schema, branch, self._make(branch, depth))
            if self.fault(value, schema) is None:
                return value
        return self._make(branches[0], depth)

    def _tagged(self, schema: Map, branch: Value, value: Value) -> Value:
        """``value`` with the discriminator's value for its branch, where it lacks it."""
        discriminator = schema.get("discriminator")
        if not (isinstance(discriminator, Map) and isinstance(branch, Map)):
            return value
        tags, name = discriminator.get("mapping"), discriminator["propertyName"]
        known = tags.items() if isinstance(tags, Map) else ()
        tag = next((tag for tag, ref in known if ref == branch.get("$ref")), None)
        if tag is None or not isinstance(value, dict):
            return value
        members = cast("dict[str, Value]", value)
        tagged: dict[str, Value] = {**members, str(name): tag}
        untold = not isinstance(members.get(str(name)), str)
        return tagged if untold or self.fault(tagged, schema) is None else members

    def _object(self, schema: Map, depth: int) -> Value:
        properties = schema.get("properties")
        required = cast("list[str]", schema.get("required", []))
        result: dict[str, Value] = {}
        if isinstance(properties, Map):
            for name, inner in properties.items():
                wanted = name in required or depth < 2
                wanted &= not (isinstance(inner, Map) and inner.get("readOnly") is True)
                if not wanted or (depth >= _MAX_DEPTH and name not in required):
                    continue
                if depth > 3 * _MAX_DEPTH:
                    raise LookupError("the schema requires itself without end")
                value = self._make(inner, depth + 1)
                if name in required or not isinstance(inner, Map) or not self.fault(value, inner):
                    result[name] = value
        for name in required:
            if name not in result:
                inner = properties.get(name) if isinstance(properties, Map) else None
                result[name] = self._make(inner, depth + 1)
        extra = schema.get("additionalProperties")
        if isinstance(extra, Map) and extra and not result and depth < _MAX_DEPTH:
            result["key"] = self._make(extra, depth + 1)
        return cast("Value", result)

    def _array(self, schema: Map, depth: int) -> Value:
        prefix = schema.get("prefixItems")
        result: list[Value] = []
        if isinstance(prefix, Seq):
            result += [self._make(item, depth + 1) for item in prefix]
        least = cast("int", schema.get("minItems", 0))
        items = schema.get("items")
        while len(result) < max(least, 1 if depth < _MAX_DEPTH and not result else 0):
            result.append(self._make(items, depth + 1))
            if len(result) > 1000:
                raise LookupError("more than 1000 items are required")
        return cast("Value", result)

    def _number(self, schema: Map, whole: bool) -> Value:
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

    def _string(self, schema: Map) -> Value:
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


def matching(pattern: str) -> str:
    """A short text that a regular expression matches; ``example`` where none is found."""
    try:
        text = _text(cast("Any", sre).parse(re.sub(r"\\x\{([0-9a-fA-F]{4})\}", r"\\u\1", pattern)))
        return text if re.search(pattern, text) else "example"
    except (re.error, RecursionError, OverflowError):
        return "example"


def _text(parsed: object) -> str:
    out: list[str] = []
    for operator, argument in cast("list[tuple[object, object]]", parsed):
        name = str(operator)
        if name == "LITERAL":
            out.append(chr(cast("int", argument)))
        elif name == "NOT_LITERAL":
            out.append("a" if argument != ord("a") else "b")
        elif name == "ANY":
            out.append("a")
        elif name == "IN":
            out.append(_member(cast("list[tuple[object, object]]", argument)))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = cast("tuple[int, int, object]", argument)
            out.append(_text(inner) * max(least, min(1, int(most))))
        elif name == "SUBPATTERN":
            out.append(_text(cast("tuple[object, ...]", argument)[-1]))
        elif name == "BRANCH":
            out.append(_text(cast("tuple[object, list[object]]", argument)[1][0]))
    return "".join(out)


def _member(options: list[tuple[object, object]]) -> str:
    negated = str(options[0][0]) == "NEGATE"
    if not negated:
        operator, argument = options[0]
        if str(operator) == "RANGE":
            low, high = cast("tuple[int, int]", argument)
            return chr(low + 1) if low < high and low == ord("0") else chr(low)
        if str(operator) == "LITERAL":
            return chr(cast("int", argument))
        return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(argument), "a")
    for char in "a1 -_%Z":
        code = ord(char)
        hit = False
        for operator, argument in options[1:]:
            if str(operator) == "LITERAL":
                hit |= argument == code
            elif str(operator) == "RANGE":
                low, high = cast("tuple[int, int]", argument)
                hit |= low <= code <= high
        if not hit:
            return char
    return "é"
