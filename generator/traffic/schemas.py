"""Values judged by schemas: how they deviate, by the rules of the drift check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import jsonschema_rs

from ..document.pointer import escape, join
from ..drift.compare.differences import ComponentSymbol
from ..openapi.keywords import ROWS, NumberKeyword
from ..openapi.model import MISSING, Document, Json, Missing, Schema
from .closed_schemas import ClosedSchemas
from .deviation import Deviation
from .encodable import encodable_value

Error: TypeAlias = Any
"""A ``jsonschema_rs.ValidationError``; the kinds of errors have attributes that aren't typed."""
_RULES: Final[Mapping[str, str]] = {
    "type": "type/changed", "enum": "enum/value-added", "format": "format/changed",
    "required": "required/removed", "additionalProperties": "property/added",
    "unevaluatedProperties": "property/added", "pattern": "pattern/changed",
    "multipleOf": "multipleOf/changed", "uniqueItems": "uniqueItems/removed",
}  # fmt: skip
"""Keyword to rule, below ``schema``; a bound is widened, another keyword changed."""
_BRANCHES = ("anyOf", "oneOf")
_ORDER: Final = {"type": 0, "enum": 1}
_SETTLING: Final = ("schema/type/changed", "schema/nullable/added", "schema/enum/value-added")
"""The rules beside which other deviations of the same value mean nothing."""


class SchemaJudge:
    """Judges values by the schemas of a document, which are compiled when they are first used."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._validators = ClosedSchemas(document)
        self._symbols: dict[Schema, ComponentSymbol] = {}
        for key, schema in document.schemas.items():
            self._symbols[schema] = ComponentSymbol(key, key)
            for name, inner in (schema.properties or {}).items():
                self._add_symbol(inner, ComponentSymbol(key, key, name))

    def _add_symbol(self, schema: Schema, symbol: ComponentSymbol) -> None:
        """Note the field that a schema, and what is inline in it, is a part of."""
        self._symbols[schema] = symbol
        for inner in schema.subschemas():
            self._add_symbol(inner, symbol)

    def deviations(
        self, schema: Schema, value: Json, *, is_sent: bool = False
    ) -> Sequence[Deviation]:
        """Return how a value deviates, by rules without their direction.

        Nothing if the schema cannot be compiled. ``is_sent`` is for values of a request, which
        needn't have what is ``readOnly``.
        """
        validator = self._validators.of(schema)
        try:
            if validator is None or validator.is_valid(value):
                return ()
            errors = [*validator.iter_errors(value)]
        except UnicodeEncodeError:
            return self.deviations(schema, encodable_value(value), is_sent=is_sent)
        except ValueError:  # nested too deep for the validator
            return ()
        found: dict[tuple[str, str], Deviation] = {}
        settled: set[str] = set()
        for one in self._explained(schema, errors, is_sent=is_sent):
            if one.pointer not in settled:
                found[one.pointer, one.rule] = one
            if one.rule in _SETTLING:
                settled.add(one.pointer)
        return [*found.values()]

    def branches(self, schema: Schema, value: Json) -> Sequence[Schema]:
        """Return the branches of a union that a value fits; the one that a discriminator names."""
        branches = schema.union.branches if schema.union else ()
        index = self._discriminated(schema, value)
        if index is not None:
            return () if index == _UNKNOWN else branches[index : index + 1]
        is_open = schema.properties is not None
        validators = ((one, self._validators.of(one, is_open=is_open)) for one in branches)
        return [one for one, validator in validators if validator and _fits(validator, value)]

    # ── errors ───────────────────────────────────────────────────────────────────────────────────

    def _explained(
        self, root: Schema, errors: Sequence[Error], *, is_sent: bool
    ) -> Iterator[Deviation]:
        """Yield a deviation for each error; those of types and enumerations first."""
        for error in sorted(errors, key=lambda one: _ORDER.get(one.kind.name, len(_ORDER))):
            path = [*error.schema_path]
            if error.kind.name == "propertyNames" and "propertyNames" in path:
                # It leads to what a name must be.
                del path[len(path) - 1 - path[::-1].index("propertyNames") :]
            schema = self._schema_at(root, path)
            pointer = join(error.instance_path)
            if error.kind.name in _BRANCHES:
                yield from self._union(root, schema, error, is_sent=is_sent)
                continue
            if error.instance is None and error.kind.name in ("type", "enum"):
                keyword = "type" if schema.types else error.kind.name
                yield self._at(schema, "nullable/added", keyword, pointer, value=None)
            elif error.kind.name in ("additionalProperties", "unevaluatedProperties"):
                for name in error.kind.unexpected:
                    inner = f"{pointer}/{escape(name)}"
                    members: dict[str, Json] = error.instance or {}
                    member = members.get(name, MISSING)
                    yield self._at(schema, "property/added", name, inner, value=member)
            elif error.kind.name == "propertyNames":
                rule = "propertyNames/changed"
                yield self._at(schema, rule, "propertyNames", pointer, value=error.instance)
            elif path[-1:] == ["dependentRequired"]:
                rule = "dependentRequired/changed"
                yield self._at(schema, rule, "dependentRequired", pointer)
            elif error.kind.name == "required":
                name = error.kind.property
                if self._is_left_out(schema, name, is_sent=is_sent):
                    continue
                yield self._at(schema, "required/removed", name, f"{pointer}/{escape(name)}")
            else:
                keyword = str(error.kind.name)
                rule, keyword = _rule(keyword)
                yield self._at(schema, rule, keyword, pointer, value=error.instance)

    def _union(
        self, root: Schema, schema: Schema, error: Error, *, is_sent: bool
    ) -> Iterator[Deviation]:
        """Yield the deviations from the branch that fits a value best."""
        pointer = join(error.instance_path)
        if error.instance is None:
            keyword = schema.union.keyword if schema.union else "type"
            yield self._at(schema, "nullable/added", keyword, pointer, value=None)
            return
        branches = [[*branch] for branch in error.kind.context]
        index = self._discriminated(schema, error.instance)
        if index == _UNKNOWN and schema.union and schema.union.discriminator:
            name = schema.union.discriminator.property_name
            at = f"{pointer}/{escape(name)}"
            tag = error.instance.get(name, MISSING)
            yield self._at(schema, "branch/added-known", schema.union.keyword, at, value=tag)
            return
        if index is None or index >= len(branches):
            fits = [_misfit(branch, error.instance_path) for branch in branches]
            best = min(fits, default=(True, 0))
            if best[0]:
                keyword = schema.union.keyword if schema.union else "type"
                yield self._at(schema, "type/changed", keyword, pointer, value=error.instance)
                return
            index = fits.index(best)
            described = {f"{pointer}/{escape(name)}" for name in self._members(schema)}
            for one in self._explained(root, branches[index], is_sent=is_sent):
                if one.name != "property/added" or one.pointer not in described:
                    yield one
            return
        yield from self._explained(root, branches[index], is_sent=is_sent)

    def _members(self, schema: Schema) -> Iterator[str]:
        """Yield the members that the branches of a union describe: a value may have all of them."""
        for branch in schema.union.branches if schema.union else ():
            yield from self._document.resolve(branch).properties or {}

    def _is_left_out(self, schema: Schema, name: str, *, is_sent: bool) -> bool:
        """Return whether a required member isn't for this direction (OpenAPI 3.1.1 §4.8.24)."""
        inner = (schema.properties or {}).get(name)
        if inner is None:
            return False
        both = inner, self._document.resolve(inner)
        return any(one.read_only if is_sent else one.write_only for one in both)

    def _discriminated(self, schema: Schema, value: Json) -> int | None:
        """Return the index of the branch that the discriminator names.

        :data:`_UNKNOWN` if it names none, None if there is no discriminator.
        """
        union = schema.union
        if union is None or union.discriminator is None or not isinstance(value, dict):
            return None
        found = union.discriminator
        if found.property_name not in value and found.is_default_declared:
            key = found.default_mapping
        else:
            tag = value.get(found.property_name)
            if not isinstance(tag, str):
                return None
            key = found.mapping.get(tag, found.default_mapping or tag)
        keys = [branch.ref for branch in union.branches]
        return keys.index(key) if key in keys else _UNKNOWN

    def _at(
        self,
        schema: Schema,
        rule: str,
        member: str,
        pointer: str,
        *,
        value: Json | Missing = MISSING,
    ) -> Deviation:
        """Return a deviation from a keyword of a schema, or from the description of a member."""
        inner = (schema.properties or {}).get(member) if rule == "required/removed" else None
        if inner is not None:
            location, expected = inner.location, member
        elif rule == "property/added":
            location = (schema.property_names_at or schema).location
            expected = member
        else:
            location, expected = schema.at(member), _expected(schema, member)
        symbol = self._symbols.get(inner or schema)
        return Deviation(f"schema/{rule}", location, expected, pointer, value, symbol)

    def _schema_at(self, root: Schema, path: Sequence[str | int]) -> Schema:
        """Return the schema that a keyword is in, by its path in the compiled schema."""
        steps = [*path]
        schema = root
        if len(steps) > 2 and steps[0] == "components":
            schema, steps = self._document.schemas[str(steps[2])], steps[3:]
        while steps:
            schema, steps = self._step(schema, steps)
        return schema

    def _step(self, schema: Schema, steps: list[str | int]) -> tuple[Schema, list[str | int]]:
        """Return a schema inside of another one, and the rest of the path."""
        keyword, rest = str(steps[0]), steps[1:]
        if keyword == "anyOf" and rest:
            branches = schema.union.branches if schema.union else ()
            index = int(rest[0])
            return (branches[index] if index < len(branches) else schema), rest[1:]
        if keyword == "properties" and rest:
            return (schema.properties or {})[str(rest[0])], rest[1:]
        if keyword == "prefixItems" and rest:
            return (schema.prefix_items or ())[int(rest[0])], rest[1:]
        if keyword == "additionalProperties" and isinstance(schema.additional_properties, Schema):
            return schema.additional_properties, rest
        row = ROWS.get(keyword)
        inner = row.get(schema) if row is not None and rest else None
        return (inner, rest) if isinstance(inner, Schema) else (schema, [])


_UNKNOWN: Final = -1


def _fits(validator: jsonschema_rs.Validator, value: Json) -> bool:
    try:
        return validator.is_valid(value)
    except ValueError:  # nested too deep, or not text
        return False


def _misfit(errors: Sequence[Error], path: Sequence[str | int]) -> tuple[bool, int]:
    """Return how badly a value fits a branch: whether its own type is wrong, and the errors."""
    is_other = any(one.kind.name == "type" and one.instance_path == path for one in errors)
    return is_other, len(errors)


def _rule(keyword: str) -> tuple[str, str]:
    """Return the rule for a value that a keyword doesn't admit, and the keyword."""
    row = ROWS.get(keyword)
    if keyword in _RULES:
        return _RULES[keyword], keyword
    if isinstance(row, NumberKeyword):
        return f"{row.inclusive or keyword}/widened", keyword
    return (f"{keyword}/changed" if row is not None else "type/changed"), keyword


def _expected(schema: Schema, keyword: str) -> str:
    """Return the value of a keyword as text."""
    if keyword == "type":
        return " or ".join(schema.types) or "a value"
    if keyword == "enum":
        return ", ".join(map(str, schema.enum or ()))
    row = ROWS.get(keyword)
    value = row.get(schema) if row is not None else None
    return str(value) if isinstance(value, str | int | float) else keyword
