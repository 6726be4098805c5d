"""Validation of example values, and generation of missing ones.

jsonschema-rs validates them (JSON Schema 2020-12), independently of the generated models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import TypeAlias

import jsonschema_rs

from ...budget import Budget, BudgetExceeded
from ..json_schema import BASE, components, json_schema
from ..model import Document, Json, Schema
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
            return f"its schema cannot be checked: {str(error).splitlines()[0][:_LONGEST]}"

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
    """The compiled validators: one for all schemas with references, and one for each other schema.

    A validator contains all that its schema leads to; those of a thousand schemas that refer to
    each other would contain each of them a thousand times.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry(
            [(BASE, components(document))], draft=jsonschema_rs.Draft202012
        )
        self._single: dict[Schema | tuple[str, bool], jsonschema_rs.Validator] = {}

    def fault(self, value: Json, schema: Schema, *, explains: bool) -> str | None:
        """Return the first reason why a schema doesn't admit a value; None if it admits it.

        With ``explains`` the reason is that of the validator. Raises ``ValueError`` for an invalid
        schema.
        """
        validator, places = self._common
        place = places.get(_key(schema), ())
        if validator is None or not place:
            validator, place = self._validator(schema), ()
        for member in reversed(place):
            value = {member: value}
        if validator.is_valid(value):
            return None
        if not explains:
            return "no branch of a union in it admits the value"
        for found in validator.iter_errors(value):
            at = "/".join(str(part) for part in found.instance_path[len(place) :])
            message = found.message
            if len(message) > _LONGEST:  # the reason is at the end, after the value
                message = f"{message[:60]} … {message[-(_LONGEST - 60) :]}"
            return f"{message}{f' (at {at})' if at else ''}"
        return None

    @cached_property
    def _common(self) -> tuple[jsonschema_rs.Validator | None, Mapping[_Key, tuple[str, ...]]]:
        """The validator of all schemas with references, None if one is invalid; their places in it.

        A place is the group and the name of a property: of an object with thousands of properties
        each is looked up in a value.
        """
        groups: list[dict[str, Json]] = []
        places: dict[_Key, tuple[str, ...]] = {}
        for schema in _with_references(self.document):
            key = _key(schema)
            if key not in places:
                if len(places) % _GROUP == 0:
                    groups.append({})
                places[key] = (str(len(groups) - 1), str(len(places)))
                groups[-1][places[key][1]] = json_schema(schema)
        whole: Json = {str(index): {"properties": group} for index, group in enumerate(groups)}
        try:
            return self._compile({"properties": whole}), places
        except (jsonschema_rs.ValidationError, ValueError):
            return None, places

    def _validator(self, schema: Schema) -> jsonschema_rs.Validator:
        """Return the validator of one schema; raises ``ValueError`` for an invalid one."""
        key = _key(schema)
        made = self._single.get(key)
        if made is None:
            made = self._single[key] = self._compile(json_schema(schema))
        return made

    def _compile(self, schema: dict[str, Json]) -> jsonschema_rs.Validator:
        """Return a validator whose patterns are matched as the client's models match them.

        jsonschema-rs's other engine, which takes look-around, finds matches that don't exist:
        ``^[0-9]+[a-z]*[0-9]+$`` in ``0``. It is used where it must be.
        """
        validator = partial(
            jsonschema_rs.Draft202012Validator,
            schema,
            registry=self._registry,
            validate_formats=True,
            formats={"decimal": _is_decimal},
        )
        try:
            return validator(pattern_options=jsonschema_rs.RegexOptions())
        except jsonschema_rs.ValidationError:
            return validator()


def _is_decimal(text: str) -> bool:
    """Return whether a text has the format ``decimal`` of OpenAPI, which the validator lacks."""
    return _DECIMAL.fullmatch(text) is not None


def _key(schema: Schema) -> _Key:
    return (schema.ref, schema.nullable) if schema.ref else schema


def _with_references(document: Document) -> Iterator[Schema]:
    """Yield the schemas with references in them, each after those inside it."""
    tops = [schema for operation in document.operations for schema in operation.schemas()]
    for top in (*document.schemas.values(), *tops):
        found: list[Schema] = []
        todo = [top]
        while todo:
            schema = todo.pop()
            found.append(schema)
            todo += schema.subschemas()
        referring: set[Schema] = set()
        for schema in reversed(found):
            if schema.ref or any(inner in referring for inner in schema.subschemas()):
                referring.add(schema)
                yield schema
