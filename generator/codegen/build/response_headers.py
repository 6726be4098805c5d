"""The types of the response headers that a description has.

Sources: OpenAPI 3.1.1 §4.8.17 (Response; Content-Type is ignored), §4.8.21 (Header; its style is
always ``simple``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...base.errors import Findings
from ...reading.openapi.json_values import is_enumeration, type_of
from ...reading.openapi.model.document import Operation
from ...reading.openapi.model.media_types import json_in
from ...reading.openapi.model.messages import Header
from ...reading.openapi.normalize.operations import TOKEN
from ..ir.operations import ClientOperation, HeaderField
from ..ir.types import Array, Constant, Dict, Nullable, Ref, Scalar, Text, Type, UnionType
from ..names import FIELDS, Identifier, Spelling, join, make_distinct, pascal, snake
from .types import Types, text

_RESERVED = FIELDS | {"models", "read"}
_TEXT = Scalar("string")
_FIRST = ("integer", "number", "boolean")
"""The types of a union that a text is tried as first; any text is text, so that is the last."""


class HeaderTypes:
    """The builder of the headers of operations."""

    def __init__(self, types: Types, findings: Findings) -> None:
        self.types = types
        self.findings = findings

    def fields(self, operation: Operation) -> tuple[HeaderField, ...]:
        """Return the headers of all responses of an operation, sorted by name."""
        found: dict[str, list[Header]] = {}
        for response in operation.responses.values():
            for name, header in response.headers.items():
                if not TOKEN.match(name):
                    self.findings.warn(
                        "header-name",
                        header.location,
                        f"{name!r} isn't a valid name of a header; nothing is generated for it",
                        "Use letters, digits and hyphens.",
                    )
                elif name.lower() != "content-type":
                    found.setdefault(name.lower(), []).append(header)
        final = make_distinct(found, lambda wire, level: snake(wire, _RESERVED, level))
        return tuple(self._field(final[name], name, found[name]) for name in sorted(found))

    def _field(self, name: Identifier, wire: str, headers: list[Header]) -> HeaderField:
        kinds = {self._kind(header): None for header in headers}
        type_, form = next(iter(kinds))
        if len(kinds) > 1:
            type_ = _union([kind for kind, _ in kinds])
            form = _form(type_)
        docs = {header.description or self.types.doc(header.schema).value for header in headers}
        return HeaderField(
            name=name,
            wire=wire,
            type=type_,
            form=form,
            doc=text(docs.pop()) if len(docs) == 1 else Text(""),
        )

    def _kind(self, header: Header) -> tuple[Type, str]:
        """Return the type of a header, without limits, and the form of its text."""
        if header.content is not None:
            for media in json_in(header.content.media_types):
                return _unlimited(self.types.type(media.schema)), "json"
            return _TEXT, ""
        if header.schema is None:
            return _TEXT, ""
        pairs = "exploded" if header.explode else "pairs"
        target = self.types.document.resolve(header.schema)
        is_class = target.properties is not None
        is_named = is_class or is_enumeration(target.enum)
        type_ = self.types.type(header.schema if is_named else target)
        type_ = type_.inner if isinstance(type_, Nullable) else type_
        match type_:
            case _ if is_class:
                return type_, pairs
            case Array(items):
                return Array(self._item(items)), "list"
            case Dict(values):
                return Dict(self._item(values)), pairs
            case _:
                type_ = self._scalar(type_)
                return type_, _form(type_)

    def _item(self, type_: Type) -> Type:
        """Return the type of a part of a text; of one that may be of several types it is text."""
        one = self._scalar(type_)
        return _TEXT if isinstance(one, UnionType) else one

    def _scalar(self, type_: Type) -> Type:
        """Return the type of one text in a header; what has parts of its own is text."""
        match type_:
            case Scalar("string" | "integer" | "number" | "boolean") | Constant():
                return _unlimited(type_)
            case Ref(beside=str(name)) if name:
                return type_
            case UnionType(options):
                return _union([self._scalar(option) for option in options])
            case Nullable(inner):
                return self._scalar(inner)
            case _:
                return _TEXT


def _form(type_: Type) -> str:
    """Return the form of a single value: a time may be as in HTTP, and durations have no months."""
    options = type_.options if isinstance(type_, UnionType) else (type_,)
    times = {Scalar("string", one) for one in ("date-time", "duration")}
    return "" if times.isdisjoint(options) else "time"


def _unlimited(type_: Type) -> Type:
    """Return a type with neither limits nor a list of values: a reader takes others, too."""
    match type_:
        case Scalar(kind, wire):
            return Scalar(kind, wire)
        case Constant((value, *_)):
            return Scalar(type_of(value))
        case Array(items):
            return Array(_unlimited(items))
        case Dict(values):
            return Dict(_unlimited(values))
        case Nullable(inner):
            return Nullable(_unlimited(inner))
        case _:
            return type_


def _union(options: Iterable[Type]) -> Type:
    """Return the union of types that a text may be of, in the order in which it is tried."""
    kept = list(dict.fromkeys(options))
    if any(isinstance(option, (Array, Dict)) for option in kept):
        return _TEXT
    kept.sort(key=_order)
    return kept[0] if len(kept) == 1 else UnionType(tuple(kept))


def _order(option: Type) -> int:
    if isinstance(option, Scalar) and option.kind in _FIRST:
        return _FIRST.index(option.kind)
    return len(_FIRST) + (option == _TEXT)


def name_headers(operations: Iterable[ClientOperation]) -> tuple[ClientOperation, ...]:
    """Return operations with names for the classes of their headers: ``PetsListHeaders``.

    A class is named after the call, so another operation or header renames none. Of headers that
    differ in their documentation alone, all are without it, so that they can share a class.
    """
    every = tuple(operations)
    calls = [op.call for op in every if op.headers]

    def spell(call: str, level: Spelling) -> Identifier:
        return join(pascal(call, level=level).rstrip("_"), "Headers")

    final = make_distinct(calls, spell)
    alike: dict[tuple[HeaderField, ...], list[ClientOperation]] = {}
    for op in every:
        alike.setdefault(_without_docs(op.headers), []).append(op)
    return tuple(
        replace(op, headers=_common(alike[_without_docs(op.headers)]), headers_name=final[op.call])
        if op.headers
        else op
        for op in every
    )


def _without_docs(fields: tuple[HeaderField, ...]) -> tuple[HeaderField, ...]:
    return tuple(replace(field, doc=Text("")) for field in fields)


def _common(operations: list[ClientOperation]) -> tuple[HeaderField, ...]:
    """Return the headers of operations, without documentation in which they differ."""
    columns = zip(*(op.headers for op in operations), strict=True)
    return tuple(c[0] if len(set(c)) == 1 else _without_docs(c)[0] for c in columns)
