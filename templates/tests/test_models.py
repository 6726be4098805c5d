"""The models and the parameters against the description, which they were made from."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from pydantic import ValidationError
from pydantic_core import SchemaError

UNKNOWN = "not-in-the-description"
STRINGS = ("pattern", "minLength", "maxLength")
NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
CHECKED = {"$ref", "type", "enum", "required", "minItems", "maxItems", *STRINGS, *NUMBERS}
"""What a model checks; of the rest the description may know more."""


def loosened(schema: Any) -> Any:
    """A schema without what no model checks; of several alternatives more than one may fit."""
    if not isinstance(schema, dict):
        return schema
    known = cast("dict[str, Any]", schema)
    made = {key: value for key, value in known.items() if key in CHECKED}
    if any(not _has_type(value) for value in made.get("enum", ())):
        del made["enum"]
    made["properties"] = {k: loosened(v) for k, v in known.get("properties", {}).items()}
    for key in ("items", "additionalProperties"):
        if key in known:
            made[key] = loosened(known[key])
    for key in ("anyOf", "oneOf"):
        if key in known:
            made["anyOf"] = [loosened(branch) for branch in known[key]]
    return made


def _has_type(value: Any) -> bool:
    """Whether a Python type expresses a constant: not a list, an object or a very large number."""
    return not isinstance(value, list | dict) and not (
        isinstance(value, int) and value.bit_length() > 63
    )


class Facts:
    """What the description says, in the terms of the models."""

    def __init__(self, description: dict[str, Any], validator: Any) -> None:
        self.validator = validator
        self.schemas: dict[str, Any] = description.get("components", {}).get("schemas", {})
        loose = {name: loosened(schema) for name, schema in self.schemas.items()}
        self._root: dict[str, Any] = {"components": {"schemas": loose}}

    def target(self, schema: Any) -> dict[str, Any]:
        """The schema behind references."""
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self.schemas[str(cast("Any", schema["$ref"])).rpartition("/")[2]]
        return cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}

    def takes(self, schema: Any, value: Any) -> bool | None:
        """Whether a value fits; None where that can't be told."""
        try:
            validator = self.validator({**self._root, **loosened(schema)})
            return bool(validator.is_valid(value))
        except SchemaError:  # a pattern that the engine doesn't know
            return None

    def plain(self, schema: Any, depth: int = 0) -> bool:
        """Whether a model checks no more than :data:`CHECKED`: no date, no item of a tuple."""
        found = self.target(schema)
        inner = [found.get("items"), found.get("additionalProperties")]
        inner += [*found.get("anyOf", ()), *found.get("oneOf", ())]
        if "prefixItems" in found or "not" in found or depth > 4:
            return False
        is_text = "string" in str(found.get("type", "string"))
        if is_text and {"format", "contentMediaType"} & found.keys():
            return False
        return all(self.plain(each, depth + 1) for each in inner if isinstance(each, dict))

    def probes(self, schema: Any, depth: int = 0) -> Iterator[Any]:
        """Values just within and just beyond what a schema allows."""
        found = self.target(schema)
        for branch in (*found.get("anyOf", ()), *found.get("oneOf", ())):
            yield from self.probes(branch, depth)
        given: Any = found.get("type", [])
        kinds = cast("list[str]", given if isinstance(given, list) else [given])
        if "enum" in found:
            yield from found["enum"]
            yield 987_654_321 if "integer" in kinds else UNKNOWN
        elif "string" in kinds:
            lengths = [found[key] for key in ("minLength", "maxLength") if key in found] or [1]
            for length in sorted({max(0, n + d) for n in lengths for d in (-1, 0, 1)}):
                yield from (char * length for char in ("0", "a", "A", "?") if length < 100_000)
        elif "integer" in kinds or "number" in kinds:
            bounds = [found[key] for key in NUMBERS if key in found and key != "multipleOf"]
            whole = "number" not in kinds
            for bound in bounds:
                near = (bound - 1, bound, bound + 1)
                yield from (round(n) if whole else n for n in near)
        elif "array" in kinds and depth < 3 and isinstance(found.get("items"), dict):
            yield from ([item] for item in self.probes(found["items"], depth + 1))
        if kinds and depth == 0:
            yield from ([], {})


@pytest.fixture(scope="session")
def facts(description: dict[str, Any], validator: Any) -> Facts:
    """Made once: a description may be large."""
    return Facts(description, validator)


def setting(model: Any, field: str, value: Any) -> ValidationError | None:
    """Set one field of an empty instance; what pydantic says, or None."""
    try:
        setattr(model.model_construct(), field, value)
    except ValidationError as error:
        return error
    return None


def test_has_the_fields_of_its_schema(api: Any, facts: Facts, model_case: dict[str, Any]) -> None:
    """Each property has its field under its name on the wire, and there is no other."""
    schema = facts.schemas[model_case["schema"]]
    fields = getattr(api.models, model_case["name"]).model_fields

    wires = {name: info.alias or name for name, info in fields.items()}
    assert set(wires.values()) == set(schema["properties"])
    assert wires == {name: wire for wire, name in model_case["fields"].items()}


def test_requires_what_its_schema_requires(
    api: Any, facts: Facts, model_case: dict[str, Any]
) -> None:
    """Writing and reading ask for the same fields, and say which are missing."""
    schema = facts.schemas[model_case["schema"]]
    model = getattr(api.models, model_case["name"])
    required = set(schema.get("required", ())) & set(schema["properties"])

    for make in (model, lambda: model.model_validate({})):
        missing: set[str] = set()
        try:
            make()
        except ValidationError as error:
            missing = {str(one["loc"][0]) for one in error.errors()}
        assert missing == required


def test_null_goes_where_its_schema_takes_it(
    api: Any, facts: Facts, model_case: dict[str, Any]
) -> None:
    """``None`` can be sent exactly where null is described."""
    model = getattr(api.models, model_case["name"])
    for wire, schema in facts.schemas[model_case["schema"]]["properties"].items():
        takes = facts.takes(schema, None)
        if takes is not None:
            refused = setting(model, model_case["fields"][wire], None)
            assert (refused is None) is takes, wire


def test_checks_what_its_schema_limits(api: Any, facts: Facts, model_case: dict[str, Any]) -> None:
    """Patterns, lengths, bounds, enumerations and kinds: just within goes, just beyond doesn't."""
    model = getattr(api.models, model_case["name"])
    for wire, schema in facts.schemas[model_case["schema"]]["properties"].items():
        if not facts.plain(schema):
            continue
        field = model_case["fields"][wire]
        for value in facts.probes(schema):
            takes = facts.takes(schema, value)
            if takes is None:
                continue
            refused = setting(model, field, value)
            assert (refused is None) is takes, (wire, value, refused)
            if refused is not None:
                assert refused.errors()[0]["loc"][0] in (wire, field)


def test_goes_out_under_the_names_of_its_schema(
    api: Any, model_case: dict[str, Any], unchecked: Callable[[Any, str, Any], Any]
) -> None:
    """What is set by a field's name is sent, and read back, by its name on the wire."""
    model = getattr(api.models, model_case["name"])
    for wire, field in model_case["fields"].items():
        made = unchecked(model, field, None)
        assert made.model_dump(exclude_unset=True, warnings=False) == {wire: None}


def test_refuses_unknown_names(api: Any, facts: Facts, model_case: dict[str, Any]) -> None:
    """A slip of the pen is noticed where it is made, but what a server sent is kept."""
    schema = facts.schemas[model_case["schema"]]
    model = getattr(api.models, model_case["name"])
    if schema.get("additionalProperties", not schema["properties"]) is not False:
        return
    slip = "slip_of_the_pen"
    assert setting(model, slip, 1) is not None
    if not schema.get("required"):
        with pytest.raises(ValidationError, match=slip):
            model(**{slip: 1})
        assert model.model_validate({slip: 1}).model_extra == {slip: 1}


def test_has_the_values_of_its_schema(api: Any, facts: Facts, enum_case: dict[str, Any]) -> None:
    """An enumeration lists what the description lists."""
    schema = facts.schemas[enum_case["schema"]]
    members: Any = getattr(api.models, enum_case["name"])

    assert [member.value for member in members] == schema["enum"]


def test_reads_values_that_no_enumeration_lists(
    api: Any, facts: Facts, model_case: dict[str, Any]
) -> None:
    """An unknown value can be read, so that a server may add one; it can't be written."""
    model = getattr(api.models, model_case["name"])
    source = facts.schemas[model_case["schema"]]
    for wire, schema in source["properties"].items():
        target = facts.target(schema)
        is_enum = "$ref" in schema and target.get("type") == "string" and "enum" in target
        if is_enum and source.get("required", [wire]) == [wire]:
            assert setting(model, model_case["fields"][wire], UNKNOWN) is not None
            read = model.model_validate({wire: UNKNOWN})
            assert read.model_dump() == {**read.model_dump(), wire: UNKNOWN}


def test_refuses_arguments(api: Any, facts: Facts, mode: str, call_case: dict[str, Any]) -> None:
    """An argument that the API wouldn't take isn't sent."""
    for row in api.data["parameters"]:
        if row["call"] != call_case["call"]:
            continue
        operation = api.description["paths"][row["path"]][row["method"].lower()]
        for parameter in operation.get("parameters", ()):
            schema = parameter.get("schema")
            if (parameter.get("name"), parameter["in"]) != (row["wire"], row["in"]):
                continue
            if schema is None or not facts.plain(schema):
                continue
            beyond = [v for v in facts.probes(schema) if facts.takes(schema, v) is False]
            for value in beyond:
                with pytest.raises(ValidationError), warnings.catch_warnings():
                    api.attempt(mode, call_case, changes={row["name"]: value})
                assert api.sent == []
