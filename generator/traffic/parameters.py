"""Parameters, headers and forms as values: text read by its style and by the types of its schema.

Sources: OpenAPI 3.1.1 §4.8.12 (styles), §4.8.15 (forms), RFC 6570.
"""

from __future__ import annotations

import json
import re
from collections import ChainMap
from collections.abc import Callable, Container, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from math import isfinite
from typing import Final
from urllib.parse import unquote, unquote_plus

from ..codegen.build.media_types import codec_of_query
from ..openapi.model import MISSING, Document, Encoding, Header, Json, Missing, Parameter, Schema
from .exchange import Message

Pairs = Sequence[tuple[str, str]]
"""Names and values of a query, a form or a cookie header, both still encoded."""
_SEPARATORS: Final = {"spaceDelimited": "%20", "pipeDelimited": "|", "form": ",", "simple": ","}
_TEXT: Final = frozenset({"string"})
_UNLISTED: Final = "\0"
"""A text that no enumeration lists."""
_DEEPEST: Final = 8
"""Unions within unions, of which a text may be a value."""
_TYPES: Final[Mapping[type, str]] = {bool: "boolean", int: "integer", float: "number"}
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,300})")
_NUMBER = re.compile(r"-?\d{1,300}(\.\d{1,300})?([eE][+-]?\d{1,3})?")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


class ParameterReader:
    """Reads what a request sends for parameters."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._types: dict[Schema, frozenset[str] | None] = {}
        """The types of each schema; None where they depend on the text."""

    def from_path(self, parameter: Parameter, raw: str) -> Json | Missing:
        """Return the value of a path parameter as it was sent."""
        style = parameter.style or "simple"
        name = parameter.name
        if style == "label":
            raw = raw.removeprefix(".")
        elif style == "matrix":
            raw = raw.removeprefix(";")
            if not parameter.explode:
                raw = raw.removeprefix(f"{name}=")
        if parameter.content is not None:
            return json_value(unquote(raw))
        separator = {"label": "." if parameter.explode else ",", "matrix": ","}.get(style, ",")
        if style == "matrix" and parameter.explode:
            separator, raw = ";", raw.replace(f"{name}=", "")
        return self._delimited(parameter.schema, raw, separator, parameter.explode, unquote)

    def from_header(self, parameter: Parameter | Header, raw: str) -> Json | Missing:
        """Return the value of a header, of a request or a response."""
        if parameter.content is not None:
            return json_value(raw)
        return self._delimited(parameter.schema, raw, ",", parameter.explode, str)

    def from_query(self, parameter: Parameter, raw: str, secrets: Container[str]) -> Json | Missing:
        """Return the value of a parameter that is the whole query, apart from ``secrets``."""
        parts = (part for part in raw.split("&") if part)
        names = ((part, unquote_plus(part.partition("=")[0])) for part in parts)
        text = unquote("&".join(part for part, name in names if name not in secrets))
        if not text or parameter.content is None:
            return MISSING
        for media_type, media in parameter.content.media_types.items():
            schema = self.resolved(media.schema) if media.schema is not None else None
            if codec_of_query(media_type, schema) == "text":
                return self.scalar(schema, text)
        return json_value(text)

    def from_pairs(
        self,
        name: str,
        schema: Schema | None,
        style: str,
        explode: bool | None,
        pairs: Pairs,
        *,
        is_json: bool = False,
    ) -> tuple[Json | Missing, set[str]]:
        """Return the value of a parameter in a query, a cookie or a form, and the names it took."""
        style = style or "form"
        explodes = style == "form" if explode is None else explode
        mine = [value for key, value in pairs if unquote_plus(key) == name]
        if is_json:
            return (json_value(unquote_plus(mine[-1])) if mine else MISSING), {name}
        kind = self.kind(schema)
        if style == "deepObject" or (kind == "object" and style == "form" and explodes):
            return self._members(name, schema, style, pairs)
        if not mine:
            return MISSING, {name}
        if kind == "array" and mine == [""]:
            return [], {name}
        if kind == "array":
            items = mine if explodes and len(mine) > 1 else _split(mine[-1], style, explodes)
            if explodes and style == "form":
                items = mine
            inner = self.resolved(schema).items if schema is not None else None
            return [self._item_of(inner, unquote_plus(item)) for item in items], {name}
        if kind == "object":
            separator = _SEPARATORS.get(style, ",")
            return self._delimited(schema, mine[-1], separator, False, unquote_plus), {name}
        return self.scalar(schema, unquote_plus(mine[-1])), {name}

    def _item_of(self, schema: Schema | None, text: str) -> Json:
        """Return an item of an array; an object is JSON, for which OpenAPI has no style."""
        value = json_value(text) if self.kind(schema) == "object" else MISSING
        return self.scalar(schema, text) if value is MISSING else value

    def _members(
        self, name: str, schema: Schema | None, style: str, pairs: Pairs
    ) -> tuple[Json | Missing, set[str]]:
        """Return an object whose members are parameters: ``name[member]``, or ``member``.

        None if a member has members, for which OpenAPI defines nothing.
        """
        properties = self.properties(schema)
        found: dict[str, Json] = {}
        names: set[str] = set()
        for key, value in pairs:
            key = unquote_plus(key)
            if style == "deepObject":
                at = _BRACKETS.findall(key) if key.startswith(f"{name}[") else []
                if at:
                    names.add(key)
                if len(at) != 1:  # deeper ones aren't defined
                    if at:
                        deeper = {unquote_plus(k) for k, _ in pairs}
                        return None, {k for k in deeper if k.startswith(f"{name}[")}
                    continue
                member = at[0]
            else:
                member = key
                if member not in properties:
                    continue
                names.add(key)
            found[member] = self._one_more(
                found.get(member, MISSING), properties.get(member), unquote_plus(value)
            )
        return (found or MISSING), names | {name}

    def _one_more(self, before: Json | Missing, schema: Schema | None, text: str) -> Json:
        value = self.scalar(self.item(schema), text)
        if self.kind(schema) != "array":
            return value
        return [*before, value] if isinstance(before, list) else [value]

    def item(self, schema: Schema | None) -> Schema | None:
        """Return the schema of items where a schema is of an array, else the schema."""
        if schema is None or self.kind(schema) != "array":
            return schema
        return self.resolved(schema).items

    def _delimited(
        self,
        schema: Schema | None,
        raw: str,
        separator: str,
        explode: bool | None,
        decode: Callable[[str], str],
    ) -> Json:
        """Return a value that is one text."""
        kind = self.kind(schema)
        if kind == "array":
            inner = self.item(schema)
            parts = raw.replace("%2C", ",").replace("%2c", ",").split(separator) if raw else []
            return [self.scalar(inner, decode(part.strip(" "))) for part in parts]
        if kind == "object":
            parts = raw.split(separator)
            pairs = (
                [(a, b) for a, _, b in (part.partition("=") for part in parts)]
                if explode
                else [*zip(parts[::2], parts[1::2], strict=False)]
            )
            inner_of = self.properties(schema)
            return {
                decode(key.strip(" ")): self.scalar(inner_of.get(decode(key.strip(" "))), decode(v))
                for key, v in pairs
            }
        return self.scalar(schema, decode(raw))

    # ── forms ────────────────────────────────────────────────────────────────────────────────────

    def form(
        self, schema: Schema | None, encoding: Mapping[str, Encoding], pairs: Pairs
    ) -> tuple[dict[str, Json], bool]:
        """Return a form as an object; and whether all of it could be read.

        A member whose parts aren't defined by OpenAPI, for instance ``a[b][c]``, is left out.
        """
        properties = self.properties(schema)
        made: dict[str, Json] = {}
        known: set[str] = set()
        for name, one in properties.items():
            how = encoding.get(name, None)
            style = how.style if how else ""
            kind = self.kind(one)
            is_json = kind == "object" and not style
            value, names = self.from_pairs(
                name, one, style, how.explode if how else None, pairs, is_json=is_json
            )
            known |= names
            if value is not MISSING:
                made[name] = value
        nested = False
        for key, value in pairs:
            name = unquote_plus(key)
            if name in known:
                continue
            if "[" in name:
                nested = True
            else:
                made[name] = unquote_plus(value)
        return made, not nested

    # ── schemas ──────────────────────────────────────────────────────────────────────────────────

    def kind(self, schema: Schema | None, depth: int = 0) -> str:
        """Return ``array``, ``object``, or empty for what is one text."""
        if schema is None:
            return ""
        schema = self.resolved(schema)
        if schema.union is not None and not schema.types and depth < _DEEPEST:
            kinds = {self.kind(branch, depth + 1) for branch in schema.union.branches}
            return kinds.pop() if len(kinds) == 1 else ""
        return schema.types[0] if schema.types in (("array",), ("object",)) else ""

    def scalar(self, schema: Schema | None, text: str) -> Json:
        """Return text as the type of scalar that its schema describes, else as it is."""
        if text in ("", "null") and schema is not None and self.resolved(schema).nullable:
            return None
        types = self._types_of(schema, text)
        if types == _TEXT:
            return text
        if "boolean" in types and text in ("true", "false"):
            return text == "true"
        if "integer" in types and _INTEGER.fullmatch(text):
            return int(text)
        if types & {"number", "integer"} and _NUMBER.fullmatch(text):
            number = float(text)
            return number if "string" not in types and isfinite(number) else text
        return None if "null" in types and text in ("", "null") and "string" not in types else text

    def _types_of(self, schema: Schema | None, text: str) -> AbstractSet[str]:
        """Return :meth:`types`, which are looked up where no text makes a difference."""
        if schema is None:
            return _TEXT
        if schema not in self._types:
            depends = self.types(schema) != self.types(schema, _UNLISTED)
            self._types[schema] = None if depends else frozenset(self.types(schema))
        known = self._types[schema]
        return known if known is not None else self.types(schema, text) or self.types(schema)

    def types(self, schema: Schema | None, text: str | None = None, depth: int = 0) -> set[str]:
        """Return the types that a schema describes, those of the branches of a union too.

        With ``text`` without those of enumerations that don't list it.
        """
        if schema is None or depth > _DEEPEST:
            return set()
        schema = self.resolved(schema)
        if text is not None and schema.enum is not None and text not in map(str, schema.enum):
            return set()
        found: set[str] = {*schema.types}
        for branch in schema.union.branches if schema.union else ():
            found |= self.types(branch, text, depth + 1)
        if schema.enum is not None and not schema.types:
            found |= {_TYPES.get(type(value), "string") for value in schema.enum}
        return found

    def properties(self, schema: Schema | None, depth: int = 0) -> Mapping[str, Schema]:
        """Return the properties that a schema describes, those of the branches of a union too."""
        if schema is None or depth > _DEEPEST:
            return {}
        schema = self.resolved(schema)
        branches = schema.union.branches if schema.union else ()
        inner = (self.properties(branch, depth + 1) for branch in branches)
        return dict(ChainMap({**(schema.properties or {})}, *map(dict, inner)))

    def resolved(self, schema: Schema) -> Schema:
        """Return the schema behind references."""
        return self._document.resolve(schema)


def _split(text: str, style: str, explodes: bool) -> list[str]:
    if explodes:
        return [text]
    separator = _SEPARATORS.get(style, ",")
    if style in ("spaceDelimited", "pipeDelimited"):
        text = text.replace("+", "%20").replace("%7C", "|").replace("%7c", "|")
    return text.replace("%2C", ",").replace("%2c", ",").split(separator)


def json_value(text: str | bytes) -> Json | Missing:
    """Return the value of a JSON text; nothing if it isn't one."""
    with suppress(ValueError, RecursionError):
        value: Json = json.loads(text)
        return value
    return MISSING


def pairs_of(query: str) -> Pairs:
    """Return the names and values of a query or of a form, both still encoded."""
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(name, value) for name, _, value in parts]


def cookies_of(message: Message) -> Pairs:
    """Return the cookies that a request sends (RFC 6265 §4.2.1)."""
    text = "; ".join(message.headers.get("cookie", ()))
    parts = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return [(name, value) for name, _, value in parts]
