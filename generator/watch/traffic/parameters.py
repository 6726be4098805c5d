"""Parameters, headers and forms as values: text read by its style and by the types of its schema.

Sources: OpenAPI 3.1.1 §4.8.12 (styles), §4.8.15 (forms), RFC 6570.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import isfinite
from typing import Final
from urllib.parse import unquote, unquote_plus

from ...reading.openapi.json_values import type_of
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.media_types import codec_of_query
from ...reading.openapi.model.messages import Encoding, Header, Parameter
from ...reading.openapi.model.schemas import MISSING, Json, Missing, Schema
from .exchange import Message
from .json_text import json_or_missing

_SEPARATORS: Final = {"spaceDelimited": "%20", "pipeDelimited": "|", "tabDelimited": "%09"}
_TEXT: Final = frozenset({"string"})
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,300})")
_NUMBER = re.compile(r"-?\d{1,300}(\.\d{1,300})?([eE][+-]?\d{1,3})?")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


class Pairs:
    """Names and values of a query, a form or a cookie header."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """``pairs`` are names and values, both still encoded."""
        self.named: dict[str, list[str]] = {}
        """The values, still encoded, by their names."""
        self.deep: dict[str, dict[str, list[str]]] = {}
        """What ``named`` has for names with brackets, by the part before them."""
        for name, value in pairs:
            name = unquote_plus(name)
            values = self.named.setdefault(name, [])
            values.append(value)
            if "[" in name:
                self.deep.setdefault(name.partition("[")[0], {})[name] = values

    @classmethod
    def of_query(cls, query: str) -> Pairs:
        """Return the pairs of a query or of a form."""
        parts = (part.partition("=") for part in query.split("&") if part)
        return cls((name, value) for name, _, value in parts)

    @classmethod
    def of_cookies(cls, message: Message) -> Pairs:
        """Return the cookies that a request sends (RFC 6265 §4.2.1)."""
        text = "; ".join(message.headers.get("cookie", ()))
        parts = (part.strip().partition("=") for part in text.split(";") if part.strip())
        return cls((name, value) for name, _, value in parts)


@dataclass(slots=True)
class _TextTypes:
    """The types and members that a schema and the branches of its unions describe."""

    kind: str
    properties: Mapping[str, Schema]
    types: frozenset[str]
    listed: Sequence[tuple[frozenset[str], frozenset[str]]]
    """The texts of each enumeration, with its types."""
    unlisted: frozenset[str]
    """The types that don't come from an enumeration."""


class ParameterReader:
    """Reads what a request sends for parameters."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text_types: dict[Schema, _TextTypes] = {}

    def from_path(self, parameter: Parameter, raw: str) -> Json | Missing:
        """Return the value of a path parameter as it was sent."""
        style = parameter.style or "simple"
        name = parameter.name
        if style == "label":
            raw = raw.removeprefix(".")
        elif style == "matrix":
            raw = raw.removeprefix(";")
            if not parameter.explode:
                raw = raw.removeprefix(name).removeprefix("=")
        if parameter.content is not None:
            return json_or_missing(unquote(raw))
        separator = "." if style == "label" and parameter.explode else ","
        if style in _SEPARATORS:
            raw, separator = ",".join(_split(raw, style)), ","
        if style == "matrix" and parameter.explode:
            separator, raw = ";", raw.replace(f"{name}=", "")
        return self._delimited(parameter.schema, raw, separator, parameter.explode, unquote)

    def from_header(self, parameter: Parameter | Header, raw: str) -> Json | Missing:
        """Return the value of a header, of a request or a response."""
        if parameter.content is not None:
            return json_or_missing(raw)
        style = parameter.style if isinstance(parameter, Parameter) else ""
        return self.delimited(parameter.schema, raw, style, parameter.explode)

    def delimited(
        self, schema: Schema | None, text: str, style: str, explode: bool | None = False
    ) -> Json:
        """Return a value that is one text, not percent-encoded."""
        separator = unquote(_SEPARATORS.get(style, ","))
        return self._delimited(schema, text, separator, explode, str)

    def from_query(self, parameter: Parameter, raw: str, secrets: Container[str]) -> Json | Missing:
        """Return the value of a parameter that is the whole query, apart from ``secrets``."""
        parts = (part for part in raw.split("&") if part)
        names = ((part, unquote_plus(part.partition("=")[0])) for part in parts)
        text = unquote("&".join(part for part, name in names if name not in secrets))
        if not text or parameter.content is None:
            return MISSING
        for media_type, media in parameter.content.media_types.items():
            if codec_of_query(self._document, media_type, media.schema) == "text":
                return self.scalar(media.schema, text)
        return json_or_missing(text)

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
        mine = pairs.named.get(name, [])
        if is_json:
            return (json_or_missing(unquote_plus(mine[-1])) if mine else MISSING), {name}
        kind = self.kind(schema)
        if style == "deepObject" or (kind == "object" and style == "form" and explodes):
            return self._members(name, schema, style, pairs)
        if not mine:
            return MISSING, {name}
        if kind == "array" and mine == [""]:
            return [], {name}
        if kind == "array":
            items = mine if explodes else _split(mine[-1], style)
            inner = self.item(schema)
            return [self._item_of(inner, unquote_plus(item)) for item in items], {name}
        if kind == "object":
            separator = _SEPARATORS.get(style, ",")
            return self._delimited(schema, mine[-1], separator, False, unquote_plus), {name}
        return self.scalar(schema, unquote_plus(mine[-1])), {name}

    def _item_of(self, schema: Schema | None, text: str) -> Json:
        """Return an item of an array; an object is JSON, for which OpenAPI has no style."""
        value = json_or_missing(text) if self.kind(schema) == "object" else MISSING
        return self.scalar(schema, text) if value is MISSING else value

    def _members(
        self, name: str, schema: Schema | None, style: str, pairs: Pairs
    ) -> tuple[Json | Missing, set[str]]:
        """Return an object whose members are parameters: ``name[member]``, or ``member``.

        None if a member has members, for which OpenAPI defines nothing.
        """
        properties = self.properties(schema)
        sent: dict[str, list[str]]
        if style != "deepObject":
            few, many = sorted((pairs.named, properties), key=len)
            sent = {key: pairs.named[key] for key in few if key in many}
            names = {*sent}
        else:
            roots = pairs.deep.get(name.partition("[")[0], {})
            keys = [key for key in roots if key.startswith(f"{name}[")]
            steps = {key: inside for key in keys if (inside := _BRACKETS.findall(key[len(name) :]))}
            names, sent = {*steps}, {}
            for key, (member, *deeper) in steps.items():
                if deeper:  # they aren't defined
                    return None, names
                sent.setdefault(member, []).extend(roots[key])
        members: dict[str, Json] = {}
        for member, values in sent.items():
            inner = properties.get(member)
            items = [self.scalar(self.item(inner), unquote_plus(value)) for value in values]
            members[member] = items if self.kind(inner) == "array" else items[-1]
        return (members or MISSING), names | {name}

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
        result: dict[str, Json] = {}
        read: set[str] = set()
        for name, property_ in properties.items():
            how = encoding.get(name)
            style, explode = (how.style, how.explode) if how else ("", None)
            is_json = self.kind(property_) == "object" and not style
            value, names = self.from_pairs(name, property_, style, explode, pairs, is_json=is_json)
            read |= names
            if value is not MISSING:
                result[name] = value
        nested = False
        for name, values in pairs.named.items():
            if name in read:
                continue
            if "[" in name:
                nested = True
            else:
                result[name] = unquote_plus(values[-1])
        return result, not nested

    # ── schemas ──────────────────────────────────────────────────────────────────────────────────

    def kind(self, schema: Schema | None) -> str:
        """Return ``array``, ``object``, or empty for what is one text."""
        return self._told(schema).kind if schema is not None else ""

    def types(self, schema: Schema) -> frozenset[str]:
        """Return the types that a schema describes, those of the branches of a union too."""
        return self._told(schema).types

    def properties(self, schema: Schema | None) -> Mapping[str, Schema]:
        """Return the properties that a schema describes, those of the branches of a union too."""
        return self._told(schema).properties if schema is not None else {}

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
        """Return the types of a schema without those of enumerations that don't list a text."""
        if schema is None:
            return _TEXT
        told = self._told(schema)
        fitting = told.unlisted.union(*(types for texts, types in told.listed if text in texts))
        return fitting or told.types

    def _told(self, schema: Schema) -> _TextTypes:
        if schema not in self._text_types:
            self._text_types[schema] = self._read(schema)
        return self._text_types[schema]

    def _read(self, schema: Schema) -> _TextTypes:
        """Read a schema and the branches of its unions, each once."""
        kinds, types, unlisted = set[str](), set[str](), set[str]()
        properties: dict[str, Schema] = {}
        listed: list[tuple[frozenset[str], frozenset[str]]] = []
        for leaf in self._document.leaves(schema):
            own = set[str](leaf.types) or {type_of(value) for value in leaf.enum or ()}
            if leaf.enum is not None:
                listed.append((frozenset(map(str, leaf.enum)), frozenset(own)))
            else:
                unlisted |= own
            types |= own
            for name, inner in (leaf.properties or {}).items():
                properties.setdefault(name, inner)
            kinds.add(leaf.types[0] if leaf.types in (("array",), ("object",)) else "")
        kind = kinds.pop() if len(kinds) == 1 else ""
        return _TextTypes(kind, properties, frozenset(types), listed, frozenset(unlisted))

    def resolved(self, schema: Schema) -> Schema:
        """Return the schema behind references."""
        return self._document.resolve(schema)


def _split(text: str, style: str) -> list[str]:
    separator = _SEPARATORS.get(style, ",")
    if style in _SEPARATORS:
        text = text.replace("+", "%20").replace("%7C", "|").replace("%7c", "|")
    return text.replace("%2C", ",").replace("%2c", ",").split(separator)


def append(members: dict[str, Json], name: str, value: Json) -> None:
    """Append a value to the list that is a member, or make the member a list of it."""
    before = members.get(name)
    if isinstance(before, list):
        before.append(value)
    else:
        members[name] = [value]
