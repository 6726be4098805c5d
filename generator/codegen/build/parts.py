"""Multipart bodies whose parts have types: every response, and requests other than forms.

Sources: OpenAPI 3.1.1 §4.8.14.5 and §4.8.15.3 (parts by name), 3.2.0 §4.14 and §4.15 (parts by
position), RFC 2046 §5.1, RFC 2387 (multipart/related).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest
from types import MappingProxyType

from ...base.immutable import immutable
from ...reading.openapi.keywords import constraints
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.media_types import codec_of, is_file, is_sendable
from ...reading.openapi.model.messages import Content, Encoding, MediaType
from ...reading.openapi.model.schemas import Schema, references_in
from ..ir.operations import FormPart
from ..ir.types import Array, Dict, File, Ref, Scalar, Type, referenced
from ..names import Identifier, join
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


@immutable
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
        leaves = [(leaf, _kind(leaf, given)) for leaf in document.leaves(self.content(document))]
        kinds = {kind for _, kind in leaves}
        files = [leaf for leaf, kind in leaves if kind == "file"]
        return FormPart(
            self.name,
            media_type=given if is_one else "",
            kind=next(iter(kinds)) if len(kinds) == 1 else "any",
            may_be_file=len(kinds) > 1 and any(one.types or is_file(one) for one in files),
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
            encoding = media.encoding.get(name)
            is_json = encoding is not None and codec_of(encoding.content_type) == "json"
            yield _Described(name, member, encoding, many=not is_json)
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


class MultipartTypes:
    """The types of multipart bodies that are sent, or of those that are received.

    Files are :class:`File`, or bytes if they are received.
    """

    def __init__(self, types: Types, *, is_received: bool) -> None:
        self.types = types
        self.document = types.document
        self.is_received = is_received
        self.file: Type = Scalar("bytes") if is_received else File()
        self._make = types.type if is_received else types.sent
        self.classes: dict[Identifier, tuple[str, Mapping[str, Type]]] = {}
        """The key of the schema of each class with files, and their types by property."""

    def of_parts(self, media: MediaType, parts: tuple[FormPart, ...]) -> Type:
        """Return the type of a body: a class or a dictionary of its parts by name, or a list."""
        if media.item_schema is None and _shape(self.document, media.schema) == "object":
            opaque = {part.wire: part.many for part in parts if part.kind == "file"}
            return self.of_form(media.schema, opaque)
        first, rest = _items(self.document, media)
        schemas = {str(i): one for i, one in enumerate(first)} | ({"": rest} if rest else {})
        made = [
            self.file if p.kind == "file" else self._part(schemas.get(p.wire, rest)) for p in parts
        ]
        limits = constraints(media.schema, "array") if media.schema is not None else ()
        return Array(union_of(made or [self._part(None)]), limits)

    def of_form(
        self, schema: Schema | None, opaque: Mapping[str, bool] = MappingProxyType({})
    ) -> Type:
        """Return the type of a body by name, with fields for files, also in branches of a union.

        The properties in ``opaque`` are files whatever their schemas, those that are true lists of
        files; the empty name is that of all undeclared ones. A schema that is also used elsewhere
        gets a second class for its files.
        """
        if schema is None:
            return self._make(None)
        if schema.ref and self.types.schemas[schema.ref].ref:  # another name of a class
            return self.of_form(self.types.schemas[schema.ref], opaque)
        whole = self.document.resolve(schema)
        if whole.branches:
            type_ = union_of(self.of_form(branch, opaque) for branch in whole.branches)
            has_files = not self.classes.keys().isdisjoint(referenced(type_))
            return type_ if has_files else self._make(schema)
        files: dict[str, Type] = {}
        extra = whole.additional_properties
        others = {"": extra} if isinstance(extra, Schema) else {}
        for wire, member in {**others, **(whole.properties or {})}.items():
            if wire in opaque:
                files[wire] = Array(self.file) if opaque[wire] else self.file
            elif self._has_file(member):
                files[wire] = self._part(member)
        if whole.properties is None and "" in files:
            return Dict(files[""])
        if not schema.ref or not files:
            return self._make(schema)
        name = self._class_name(schema.ref)
        _, earlier = self.classes.get(name, ("", {}))
        self.classes[name] = schema.ref, {**earlier, **files}
        return Ref(name)

    def _has_file(self, schema: Schema) -> bool:
        """Return whether a part, an item of it or a branch of it is a file."""
        return any(map(is_file, self.document.leaves(schema)))

    def _part(self, schema: Schema | None) -> Type:
        """Return the type of a part: a file, a list of files, or one of them first in a union."""
        if schema is None or not self._has_file(schema):
            return self._make(schema)
        whole = self.document.resolve(schema)
        if is_file(whole):
            return Array(self.file) if whole.items is not None else self.file
        branches = sorted(whole.branches, key=lambda branch: not self._has_file(branch))
        return union_of(map(self._part, branches))

    def _class_name(self, key: str) -> Identifier:
        """Return the name of a class with files: another one if the schema is used elsewhere."""
        is_used = key in self._elsewhere or (self.is_received and key in self._sent_forms)
        suffix = ("Parts" if self.is_received else "Multipart") if is_used else ""
        name = join(self.types.names[key], suffix)
        while suffix and name in self.types.names.values():
            name = join(name, "_")
        return name

    @cached_property
    def _elsewhere(self) -> set[str]:
        """The keys of the components that are referred to outside of multipart bodies."""
        todo = [*self.document.schemas.values()]
        for operation in (*self.document.operations, *self.document.incoming()):
            bodies = (operation.request_body, *operation.responses.values())
            contents = [body.content for body in bodies if body is not None and body.content]
            forms = {schema for content in contents for schema in _forms(self.document, content)}
            for schema in operation.schemas():
                todo += _outside(forms, schema)
        return references_in(*todo)

    @cached_property
    def _sent_forms(self) -> set[str]:
        """The keys of the components that multipart bodies of requests are."""
        bodies = [op.request_body for op in self.document.operations if op.request_body]
        return {form.ref for body in bodies for form in _forms(self.document, body.content)}


def _outside(forms: Container[Schema], schema: Schema) -> Iterator[Schema]:
    """Yield a schema, or what is in the parts of a multipart body."""
    if schema not in forms:
        yield schema
        return
    for inner in schema.subschemas():
        yield from _outside(forms, inner)


def _forms(document: Document, content: Content) -> Iterator[Schema]:
    """Yield the schemas of multipart bodies, with the branches of unions."""
    media_types = content.media_types.items()
    todo = [media.schema for name, media in media_types if name.startswith("multipart/")]
    while todo:
        schema = todo.pop()
        if schema is not None and not schema.nullable:
            yield schema
            todo += document.resolve(schema).branches
