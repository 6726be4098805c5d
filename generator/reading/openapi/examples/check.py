"""Validation of example values, and generation of missing ones.

jsonschema-rs validates them (JSON Schema 2020-12), independently of the generated models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final, TypeAlias

import jsonschema_rs

from ....base.budget import Budget, BudgetExceeded
from ..json_schema import BASE, json_schema
from ..model.document import Document
from ..model.schemas import Json, Schema, schemas_in, walk
from .cost import ValidationCost
from .generate import ExampleGenerator, Without

_LONGEST = 200
"""The maximum length of a validator's message."""
_GROUP = 64
_MAX_COMPARISONS = 200_000
"""The comparisons of one value with schemas that unions multiply."""
_MAX_EXPLAINED = 2_000
"""The comparisons of a value whose faults are told: each holds those of all branches."""
_WORK, _WORK_OF_PART = 50_000, 300
"""The work for all values of a run, and what each operation and each component adds to it."""
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_Key: TypeAlias = "Schema | tuple[str, bool]"


class Examples:
    """The generator and validator of values for the schemas of one canonical document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._cost = ValidationCost(document)
        self._validators = _Validators(document)
        self._generators: dict[Without, ExampleGenerator] = {}
        parts = len(document.operations) + len(document.schemas)
        self._work = Budget(_WORK + _WORK_OF_PART * parts, "steps for all examples")

    def fault(self, value: Json, schema: Schema) -> str | None:
        """Return the reason why ``value`` doesn't satisfy ``schema``; None if it does."""
        if value is None and schema.nullable:
            return None
        try:
            cost = self._cost.of(schema, value, _MAX_COMPARISONS)
            self._work.spend(cost)
            return self._validators.fault(value, schema, explains=cost <= _MAX_EXPLAINED)
        except (BudgetExceeded, jsonschema_rs.ValidationError, ValueError) as error:
            return _reason(error)

    def make(self, schema: Schema, *, without: Without = "") -> Json:
        """Return a value that satisfies ``schema``, the same on every run.

        Optional members are left out where they recur, and those with the mark ``without``
        (``readOnly`` for a request, ``writeOnly`` for a response) unless they are required.
        Raises ``LookupError`` if no value was found, or only a large one.
        """
        generator = self._generators.get(without)
        if generator is None:
            generator = ExampleGenerator(self.document, self.fault, without, self._work)
            self._generators[without] = generator
        return generator.make(schema)


class _Validators:
    """The compiled validators: one for all schemas that contain others, and one for each other.

    Each schema is compiled once, as one inside another is a reference to it. Otherwise a thousand
    schemas that refer to each other would contain each of them a thousand times, and each ``not``
    would hold all that is inside it as text.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._single: dict[_Key, jsonschema_rs.Validator] = {}
        self._names: dict[Schema, str] = {}
        """The names, among the definitions, of the schemas that contain others."""
        self._has_invalid = False
        """True if a schema is invalid, so that each is compiled by itself first."""

    def fault(self, value: Json, schema: Schema, *, explains: bool) -> str | None:
        """Return the first reason why a schema doesn't admit a value; None if it admits it.

        With ``explains`` the reason is that of the validator. Raises ``ValueError`` for an invalid
        schema.
        """
        validator, places = self._common
        place = places.get(_key(schema), ())
        if not place:
            validator = self._validator(schema)
        for member in reversed(place):
            value = {member: value}
        if validator.is_valid(value):
            return None
        if not explains:
            return "no branch of a union in it admits the value"
        for error in validator.iter_errors(value):
            at = "/".join(str(part) for part in error.instance_path[len(place) :])
            message = error.message
            if len(message) > _LONGEST:  # the reason is at the end, after the value
                message = f"{message[:60]} … {message[-(_LONGEST - 60) :]}"
            return f"{message}{f' (at {at})' if at else ''}"
        return None

    @cached_property
    def _common(self) -> tuple[jsonschema_rs.Validator, Mapping[_Key, tuple[str, ...]]]:
        """The validator of all schemas that contain others or are references; their places in it.

        A place is the group and the name of a property: of an object with thousands of properties
        each is looked up in a value.
        """
        groups: list[dict[str, Json]] = []
        places: dict[_Key, tuple[str, ...]] = {}
        for schema in walk(*schemas_in(self.document.operations, self.document.schemas)):
            is_container = next(schema.subschemas(), None) is not None
            if is_container:
                self._names.setdefault(schema, str(len(self._names)))
            key = _key(schema)
            if (schema.ref or is_container) and key not in places:
                if len(places) % _GROUP == 0:
                    groups.append({})
                places[key] = (str(len(groups) - 1), str(len(places)))
                groups[-1][places[key][1]] = self._reference(schema)
        whole: Json = {str(index): {"properties": group} for index, group in enumerate(groups)}
        try:
            return _compile({"properties": whole}, self._registry), places
        except (jsonschema_rs.ValidationError, ValueError):
            self._has_invalid = True
            del self._registry
            return _compile({"properties": whole}, self._registry), places

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        """The document that references lead to."""
        components: dict[str, Json] = {
            key: self._reference(schema) for key, schema in self.document.schemas.items()
        }
        definitions: dict[str, Json] = {
            name: self._json(schema) for schema, name in self._names.items()
        }
        document: Json = {"components": {"schemas": components}, "$defs": definitions}
        return jsonschema_rs.Registry([(BASE, document)], draft=jsonschema_rs.Draft202012)

    def _reference(self, schema: Schema) -> dict[str, Json]:
        """Return a reference to a schema, or the schema itself if it contains no other."""
        name = self._names.get(schema)
        return self._json(schema) if name is None else {"$ref": f"{BASE}#/$defs/{name}"}

    def _json(self, schema: Schema) -> dict[str, Json]:
        """Return a schema as JSON Schema, with references to those inside it."""
        if self._has_invalid and not schema.ref:
            try:
                _compile(json_schema(schema, lambda _: {}))
            except (jsonschema_rs.ValidationError, ValueError) as error:
                return {_Invalid.KEYWORD: _reason(error)}
        return json_schema(schema, self._reference)

    def _validator(self, schema: Schema) -> jsonschema_rs.Validator:
        """Return the validator of one schema; raises ``ValueError`` for an invalid one."""
        key = _key(schema)
        made = self._single.get(key)
        if made is None:
            found = json_schema(schema, self._reference)
            made = self._single[key] = _compile(found, self._registry)
        return made


class _Invalid:
    """The keyword of an invalid schema, with the reason; no value satisfies it."""

    KEYWORD: Final = "x-invalid"

    def __init__(self, parent_schema: object, value: str, schema_path: object) -> None:  # noqa: ARG002
        self.reason = value

    def validate(self, instance: object) -> None:  # noqa: ARG002
        """Raise ``ValueError`` with the reason."""
        raise ValueError(self.reason)


def _compile(
    schema: dict[str, Json], registry: jsonschema_rs.Registry | None = None
) -> jsonschema_rs.Validator:
    """Return a validator whose patterns are matched as the client's models match them.

    jsonschema-rs's other engine, which takes look-around, finds matches that don't exist:
    ``^[0-9]+[a-z]*[0-9]+$`` in ``0``.
    """
    return jsonschema_rs.Draft202012Validator(
        schema,
        registry=registry,
        validate_formats=True,
        formats={"decimal": _is_decimal},
        keywords={_Invalid.KEYWORD: _Invalid},
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _reason(error: Exception) -> str:
    return f"its schema cannot be checked: {str(error).splitlines()[0][:_LONGEST]}"


def _is_decimal(text: str) -> bool:
    """Return whether a text has the format ``decimal`` of OpenAPI, which the validator lacks."""
    return _DECIMAL.fullmatch(text) is not None


def _key(schema: Schema) -> _Key:
    return (schema.ref, schema.nullable) if schema.ref else schema
