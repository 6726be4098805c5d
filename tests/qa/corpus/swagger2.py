"""Swagger 2.0 in the words of OpenAPI 3.0, for the programs that know these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = Any
_JSON = ["application/json"]
_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited", "tsv": "tabDelimited"}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_WORDS = {"x-nullable": "nullable", "x-isnullable": "nullable"}


def renamed(value: Json) -> Json:
    """Return a part of a description with the keywords of 3.0 in its schemas."""
    if isinstance(value, list):
        return [renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    result = {_WORDS.get(key, key): renamed(one) for key, one in value.items()}
    if isinstance(result.get("discriminator"), str):
        result["discriminator"] = {"propertyName": result["discriminator"]}
    return result | ({"format": "binary"} if result.get("type") == "file" else {})


def parameter(old: dict[str, Any]) -> Json:
    """Return a parameter, or a header of a response, of 3.0."""
    format_ = old.get("collectionFormat", "csv")
    style = {"style": _STYLES[format_]} if format_ in _STYLES else {}
    is_array = old.get("type") == "array"  # a parameter without a type is written as in 3.0
    return {**old, "schema": old, **({"explode": format_ == "multi"} if is_array else {}), **style}


def operation(
    old: dict[str, Any], root: dict[str, Any], parameters: Sequence[Json], responses: Json
) -> Json:
    """Return an operation with the body that the parameters are, and contents of responses."""
    types = {key: old.get(key) or root.get(key) or _JSON for key in ("consumes", "produces")}
    bodies = [one for one in parameters if one["in"] == "body"]
    body = bodies[0] if len(bodies) == 1 else None  # several are invalid
    if fields := {one["name"]: one for one in parameters if one["in"] == "formData"}:
        required = [name for name, one in fields.items() if one.get("required")]
        schema = {"type": "object", "properties": fields, "required": required}
        body = {"required": bool(required), "schema": schema}
        types["consumes"] = [one for one in types["consumes"] if one in _FORMS] or [_FORMS[1]]
    found = {status: {**one} for status, one in responses.items() if isinstance(one, dict)}
    new = {**old, "responses": found}
    for owner, key in (
        (body, "consumes"),
        *((one, "produces") for one in new["responses"].values()),
    ):
        if owner and "schema" in owner:
            owner["content"] = {one: {"schema": owner["schema"]} for one in types[key]}
        for name, header in (owner or {}).get("headers", {}).items():
            owner["headers"] = {**owner["headers"], name: parameter(header)}
    return {**new, "requestBody": body} if body else new
