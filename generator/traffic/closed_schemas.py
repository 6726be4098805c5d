"""Validators for recorded values.

An object is judged as if it were closed: a member that isn't described is a deviation, where the
description doesn't allow more members. A value of ``oneOf`` may fit several branches.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

import jsonschema_rs

from ..openapi.json_schema import BASE, assertions, json_schema, uri, with_null
from ..openapi.keywords import ROWS
from ..openapi.model import Document, Json, Schema

OPEN: Final = "/open/"
"""In the URI of a component whose own members may be joined by others."""
_APPLICATORS: Final = ("if", "then", "else", "not", "contains", "propertyNames")
_TIME = re.compile(
    r"([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_NUMBER = r"\d+([.,]\d+)?"
_DURATION = re.compile(
    rf"[+-]?P(?!$)({_NUMBER}Y)?({_NUMBER}M)?({_NUMBER}W)?({_NUMBER}D)?"
    rf"(T(?=\d)({_NUMBER}H)?({_NUMBER}M)?({_NUMBER}S)?)?"
)
_FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "time": lambda text: _TIME.fullmatch(text) is not None,
    "duration": lambda text: _DURATION.fullmatch(text) is not None,
}
"""Formats that servers take further than RFC 3339: times without a zone, durations with a sign."""


class ClosedSchemas:
    """The schemas of a document, compiled when they are first used."""

    def __init__(self, document: Document) -> None:
        self._document = document
        closed: Json = {key: self._closed(schema) for key, schema in document.schemas.items()}
        open_: Json = {
            key: self._closed(schema, is_open=True) for key, schema in document.schemas.items()
        }
        plain: Json = {
            key: json_schema(schema, _plain_uri) for key, schema in document.schemas.items()
        }
        self._registry = jsonschema_rs.Registry(
            [(BASE, {"components": {"schemas": closed, "open": open_, "plain": plain}})],
            draft=jsonschema_rs.Draft202012,
        )
        self._validators: dict[tuple[Schema, bool], jsonschema_rs.Validator | None] = {}

    def of(self, schema: Schema, *, is_open: bool = False) -> jsonschema_rs.Validator | None:
        """Return the validator of a schema; None if it cannot be compiled.

        ``is_open`` is for one whose members another schema joins.
        """
        key = schema, is_open
        if key not in self._validators:
            self._validators[key] = self._compiled(self._closed(schema, is_open=is_open))
        return self._validators[key]

    def _compiled(self, schema: dict[str, Json]) -> jsonschema_rs.Validator | None:
        """Return a validator; its patterns are matched linearly unless they need look-around."""
        make = partial(
            jsonschema_rs.Draft202012Validator,
            schema,
            registry=self._registry,
            validate_formats=True,
            formats=_FORMATS,
        )
        with suppress(jsonschema_rs.ValidationError, ValueError):
            return make(pattern_options=jsonschema_rs.RegexOptions())
        with suppress(jsonschema_rs.ValidationError, ValueError):
            return make()
        return None

    # ── schemas for validators ───────────────────────────────────────────────────────────────────

    def _closed(self, schema: Schema, *, is_open: bool = False) -> dict[str, Json]:
        """Return a schema as JSON Schema, its objects closed; ``is_open`` leaves the outer open."""
        reference = _open_uri if is_open else uri
        out = assertions(schema, self._closed, reference)
        union = schema.union
        if union is not None:
            out.pop("oneOf", None)
            as_open = is_open or schema.properties is not None
            out["anyOf"] = [self._closed(one, is_open=as_open) for one in union.branches]
        if schema.property_names is not None and not self._is_text(schema.property_names):
            del out["propertyNames"]  # some generators describe what becomes of a name
        for keyword in _APPLICATORS:  # closed, they would mean something else
            inner = ROWS[keyword].get(schema)
            if isinstance(inner, Schema) and keyword in out:
                out[keyword] = json_schema(inner, _plain_uri)
        more = schema.additional_properties is None and not schema.server_checked
        if schema.properties and union is None and more and not is_open and schema.if_ is None:
            out["additionalProperties"] = False
        return with_null(out) if schema.nullable and out else out

    def _is_text(self, schema: Schema) -> bool:
        return self._document.resolve(schema).types in ((), ("string",))


def _plain_uri(key: str) -> str:
    return uri(key).replace("/schemas/", "/plain/", 1)


def _open_uri(key: str) -> str:
    return uri(key).replace("/schemas/", OPEN, 1)
