"""Validators of a description's schemas, made of them as written and run by jsonschema-rs."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs

from tests.qa.corpus.source import Json, Node, Source, Unresolvable

SERVER_CHECKS = frozenset((
    "uniqueItems", "minProperties", "maxProperties", "patternProperties", "propertyNames",
    "dependentRequired", "dependentSchemas", "contains", "minContains", "maxContains", "not", "if",
    "then", "else", "unevaluatedProperties", "unevaluatedItems", "prefixItems",
))  # fmt: skip
"""The keywords in docs/support.md that the server alone checks; each item may be of any prefix."""
_UNTRANSLATED = re.compile(r"\(\?[=!<]|\\[1-9]|\\[pP]")
"""Patterns that pydantic's engine lacks, so that the server alone checks them."""
NULL = {"nullable": True}
"""A branch that means null in OpenAPI 3.0, though to the letter it is any value."""
_DROPPED = ("example", "examples", "default", "discriminator", "$schema", "$comment")


class Validators:
    """The validators of one direction: ``readOnly`` members aren't required in a request,
    ``writeOnly`` ones aren't in a response (OpenAPI 3.0.4 §4.7.24.2).
    """

    def __init__(self, source: Source, absent: str) -> None:
        self._source = source
        self._absent = absent
        """The keyword of members that a body lacks: ``readOnly`` or ``writeOnly``."""
        self._definitions: dict[str, tuple[str, Json, set[str]]] = {}
        """Identity → its key, the converted schema, and what that refers to."""

    def of(self, schema: Node) -> jsonschema_rs.Validator:
        """Return the validator of a schema; raise :class:`Unresolvable` if there can be none."""
        used: set[str] = set()
        top = self._converted(schema, used)
        definitions: dict[str, Json] = {}
        while used:
            key, converted, more = self._definitions[used.pop()]
            if key not in definitions:
                definitions[key] = converted
                used |= more
        whole: Json = {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [top]}
        try:
            return jsonschema_rs.Draft202012Validator(whole | {"$defs": definitions})
        except (ValueError, jsonschema_rs.ValidationError) as error:
            raise Unresolvable(str(error)) from error

    def _converted(self, node: Node, used: set[str]) -> Json:
        """Return a schema in JSON Schema 2020-12; ``used`` receives the identities it refers to."""
        value = node.value
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$dynamicRef") or value.get("$id"), str):
            raise Unresolvable("an identifier")
        made: dict[str, Any] = {}
        if isinstance(value.get("$ref"), str):
            made["$ref"] = f"#/$defs/{self._definition(node, used)}"
            if self._source.is_20 and value.get("nullable") is True:
                return {"anyOf": [{"type": "null"}, made]}  # x-nullable
            if self._source.is_30:
                return made  # members beside it are ignored
        for key, one in value.items():
            if key in _DROPPED or key == "$ref":
                continue
            if key in ("properties", "patternProperties", "$defs", "dependentSchemas"):
                made[key] = {n: self._converted(Node(node.file, s), used) for n, s in one.items()}
            elif key in ("anyOf", "oneOf") and self._source.is_30 and NULL in one:
                branches = [s if s != NULL else {"type": "null"} for s in one]
                made[key] = [self._converted(Node(node.file, s), used) for s in branches]
            elif key in ("allOf", "anyOf", "oneOf", "prefixItems"):
                made[key] = [self._converted(Node(node.file, s), used) for s in one]
            elif key in _SCHEMAS and isinstance(one, dict):
                made[key] = self._converted(Node(node.file, one), used)
            else:
                made[key] = one
        if self._source.is_30:
            _modernise(made)
        if isinstance(made.get("type"), str) and None in (made.get("enum") or ()):
            made["type"] = [made["type"], "null"]  # docs/support.md: null counts if it is listed
        for name in [name for name, one in made.items() if one is None and name != "const"]:
            del made[name]
        if isinstance(made.get("required"), bool):
            del made["required"]
        if isinstance(made.get("required"), list) and isinstance(value.get("properties"), dict):
            made["required"] = [n for n in made["required"] if not self._is_absent(node, n)]
        _leave_to_server(made)
        if (
            self._source.is_30
            and value.get("nullable") is True
            and "null" not in made.get("type", "")
        ):
            return {"anyOf": [{"type": "null"}, made]}
        return made

    def _definition(self, node: Node, used: set[str]) -> str:
        identity, target = self._source.target(node)
        if identity not in self._definitions:
            mine: set[str] = set()
            key = f"d{len(self._definitions)}"
            self._definitions[identity] = key, {}, mine  # for those that refer back
            self._definitions[identity] = key, self._converted(target, mine), mine
        used.add(identity)
        return self._definitions[identity][0]

    def _is_absent(self, node: Node, name: str) -> bool:
        if name not in node.value["properties"]:
            return False
        member = node.member("properties").member(name)
        for _ in range(20):
            if not isinstance(member.value, dict):
                return False
            if member.value.get(self._absent) is True:
                return True
            if not isinstance(member.value.get("$ref"), str):
                return False
            _, member = self._source.target(member)
        return False


_BOUNDS = frozenset((
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
    "maxLength", "pattern", "minItems", "maxItems",
))  # fmt: skip
_SCHEMAS = (
    "additionalProperties", "items", "not", "if", "then", "else", "contains", "propertyNames",
    "unevaluatedProperties", "unevaluatedItems",
)  # fmt: skip


def _leave_to_server(schema: dict[str, Any]) -> None:
    """Put what the server alone checks below ``then``, where the path of an error tells it."""
    if "patternProperties" in schema and schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    if {"type", "properties", "items", "$ref", "allOf", "oneOf", "anyOf"} & schema.keys():
        unions = {"oneOf", "anyOf"} & schema.keys()
        moved = [key for key in unions if all(set(one) == {"required"} for one in schema[key])]
        moved += ["prefixItems", "items"] if {"prefixItems", "items"} <= schema.keys() else []
        moved += ["required"] if "properties" not in schema and "required" in schema else []
    else:
        moved = [key for key in schema if key in _BOUNDS or key == "required"]
    if moved:
        schema["if"], schema["then"] = True, {key: schema.pop(key) for key in moved}


def _modernise(schema: dict[str, Any]) -> None:
    """Replace the keywords of OpenAPI 3.0 by those of JSON Schema 2020-12."""
    nullable = schema.pop("nullable", False)
    if nullable is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)


def keyword_of(error: Any) -> str:
    """Return the keyword that a value breaks."""
    return next(
        (str(one) for one in reversed(error.evaluation_path) if isinstance(one, str)), "false"
    )


def is_checked(error: Any) -> bool:
    """Return whether the client, not the server alone, checks what a value breaks."""
    facts, word = error.kind.as_dict(), keyword_of(error)
    if word in ("enum", "const"):
        listed = facts.get("options", [facts.get("expected_value")])
        has_type = [
            one.bit_length() < 64 if isinstance(one, int) else isinstance(one, (str, type(None)))
            for one in (int(x) if isinstance(x, float) and x.is_integer() else x for x in listed)
        ]
        return all(has_type) and error.instance is not None  # null counts as listed
    kind, path = (
        type(error.kind).__name__,
        {one for one in error.evaluation_path if isinstance(one, str)},
    )
    if kind in ("FalseSchema", "OneOfMultipleValid") or path & SERVER_CHECKS:
        return False
    if word == "pattern":
        return _UNTRANSLATED.search(str(facts["pattern"])) is None
    branches = facts.get("context")
    if branches:
        return all(any(map(is_checked, branch)) for branch in branches)
    return True
