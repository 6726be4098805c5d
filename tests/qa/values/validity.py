"""Validators of a description's schemas, made of them as written and run by jsonschema-rs."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from tests.qa.corpus.source import Json, Node, Source, Unresolvable

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
        for name in [name for name, one in made.items() if one is None and name != "const"]:
            del made[name]
        if isinstance(made.get("required"), bool):
            del made["required"]
        if isinstance(made.get("required"), list) and isinstance(value.get("properties"), dict):
            made["required"] = [n for n in made["required"] if not self._is_absent(node, n)]
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


_SCHEMAS = (
    "additionalProperties", "items", "not", "if", "then", "else", "contains", "propertyNames",
    "unevaluatedProperties", "unevaluatedItems",
)  # fmt: skip


def _modernise(schema: dict[str, Any]) -> None:
    """Replace the keywords of OpenAPI 3.0 by those of JSON Schema 2020-12."""
    nullable = schema.pop("nullable", False)
    if nullable is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)
