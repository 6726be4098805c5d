"""Multipart bodies whose parts have types: every response, and requests other than forms.

Sources: OpenAPI 3.1.1 §4.8.14.5 and §4.8.15.3 (parts by name), 3.2.0 §4.14 and §4.15 (parts by
position), RFC 2046 §5.1, RFC 2387 (multipart/related).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from ...openapi.keywords import constraints
from ...openapi.model import Document, Encoding, MediaType, Schema
from ..ir.operations import FormPart
from ..ir.types import Array, File, Scalar, Type
from .media_types import codec_of, is_file, is_sendable
from .types import Types, union_of

STRUCTURED = frozenset(("array", "object"))


def has_parts(document: Document, media_type: str, media: MediaType) -> bool:
    """Return whether a body is multipart, and its schema describes its parts."""
    if not media_type.strip().lower().startswith("multipart/"):
        return False
    return media.item_schema is not None or _shape(document, media.schema) != ""


def _shape(document: Document, schema: Schema | None) -> str:
    """Return object or array; empty for another type, and for several."""
    if schema is None:
        return ""
    kinds = document.kinds(schema)
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= STRUCTURED else ""


def described_parts(document: Document, media: MediaType) -> tuple[FormPart, ...]:
    """Return the parts of a body by name, or by position; of all others the name is empty."""
    parts: dict[str, FormPart] = {}
    for described in _described(document, media):
        part = described.part(document)
        known = parts.setdefault(part.wire, part)
        if known.kind != part.kind:  # in another branch of a union
            parts[part.wire] = replace(known, kind="any")
    return tuple(parts.values())


def unused_schemas(document: Document, media: MediaType) -> Iterator[Encoding]:
    """Yield the encodings whose media type isn't made from the schema, an object or a list."""
    for described in _described(document, media):
        is_bytes = described.part(document).kind == "file"
        if (
            described.encoding is not None
            and is_bytes
            and document.kinds(described.content(document)) <= STRUCTURED
        ):
            yield described.encoding


@dataclass(frozen=True, slots=True)
class _Described:
    """The description of a part; with ``many`` each item of an array is one."""

    name: str
    schema: Schema
    encoding: Encoding | None
    many: bool = False

    def content(self, document: Document) -> Schema:
        """Return the schema of one part."""
        whole = document.resolve(self.schema)
        if self.many and whole.types == ("array",) and whole.items is not None:
            return document.resolve(whole.items)
        return whole

    def part(self, document: Document) -> FormPart:
        """Return what the client has of it."""
        given = self.encoding.content_type if self.encoding is not None else ""
        is_one = is_sendable(given) and "," not in given and "*" not in given
        kinds = {_kind(leaf, given) for leaf in document.leaves(self.content(document))}
        return FormPart(
            self.name,
            media_type=given if is_one else "",
            kind=next(iter(kinds)) if len(kinds) == 1 else "any",
            may_be_file="file" in kinds and len(kinds) > 1,
            many=self.many and document.resolve(self.schema).types == ("array",),
        )


def _described(document: Document, media: MediaType) -> Iterator[_Described]:
    if media.item_schema is not None or _shape(document, media.schema) == "array":
        yield from _by_position(document, media)
    elif media.schema is not None:
        yield from _by_name(document, media, media.schema)


def _by_name(document: Document, media: MediaType, schema: Schema) -> Iterator[_Described]:
    for leaf in document.leaves(schema):
        for name, member in (leaf.properties or {}).items():
            yield _Described(name, member, media.encoding.get(name), many=True)
        if isinstance(leaf.additional_properties, Schema):
            yield _Described("", leaf.additional_properties, None, many=True)


def _by_position(document: Document, media: MediaType) -> Iterator[_Described]:
    first, rest = _items(document, media)
    for index, pair in enumerate(zip_longest(first, media.prefix_encoding)):
        schema = pair[0] or rest
        if schema is not None:
            yield _Described(str(index), schema, pair[1] or media.item_encoding)
    if rest is not None:
        yield _Described("", rest, media.item_encoding)


def _items(document: Document, media: MediaType) -> tuple[tuple[Schema, ...], Schema | None]:
    """Return the schemas of the first parts, and that of all others."""
    if media.item_schema is not None or media.schema is None:
        return (), media.item_schema
    whole = document.resolve(media.schema)
    rest = whole.items
    if whole.prefix_items is None:
        return (), rest
    return whole.prefix_items, rest if rest is not None and rest.not_ is None else None


def _kind(whole: Schema, media_type: str) -> str:
    """Return what a part is: file, json, text, or any that its media type decides.

    One without a type is a file (OpenAPI 3.1.1 §4.8.14.3), and one in a media type that isn't made
    from its schema.
    """
    codecs = {codec_of(one.strip()) for one in media_type.split(",") if media_type}
    if whole.types and STRUCTURED.issuperset(whole.types):
        return "file" if codecs and "json" not in codecs else "json"
    if is_file(whole):
        return "file"
    if not whole.types:
        if whole.enum is not None or "json" in codecs:
            return "any"
        return "text" if codecs == {"text"} else "file"
    if "string" not in whole.types:
        return "json"
    if whole.types != ("string",):
        return "any"
    return "encoded" if whole.content_encoding or whole.format == "byte" else "text"


def type_of_parts(
    types: Types, media: MediaType, parts: tuple[FormPart, ...], *, is_received: bool
) -> Type:
    """Return the type of a body: a class or a dictionary of its parts by name, or a list of them.

    Files are :class:`File`, or bytes if they are received.
    """
    file: Type = Scalar("bytes") if is_received else File()
    if media.item_schema is None and _shape(types.document, media.schema) == "object":
        opaque = {part.wire: part.many for part in parts if part.kind == "file"}
        return types.multipart(media.schema, opaque, is_received=is_received)
    first, rest = _items(types.document, media)
    schemas = {str(index): one for index, one in enumerate(first)} | ({"": rest} if rest else {})
    made = [
        file if p.kind == "file" else types.part(schemas.get(p.wire, rest), is_received=is_received)
        for p in parts
    ]
    limits = constraints(media.schema, "array") if media.schema is not None else ()
    return Array(union_of(made or [types.part(None, is_received=is_received)]), limits)
