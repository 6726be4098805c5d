"""The canonical document: one OpenAPI 3.1 description, typed, with the location of each part.

:mod:`.normalize` makes it; everything behind that reads nothing else. References to parameters,
headers, responses, request bodies and examples are resolved; a reference to a schema component is
a :class:`Schema` whose ``ref`` is the component's key. Parts are compared by identity.

Sources: OpenAPI 3.1.1 §4.8 (Schema of the document), JSON Schema 2020-12.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from ..document.component_keys import PREFIX
from ..document.tree import Location

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Number: TypeAlias = int | float
Type: TypeAlias = Literal["string", "number", "integer", "boolean", "array", "object", "null"]
ParameterIn: TypeAlias = Literal["path", "query", "header", "cookie", "querystring"]

_OTHER_KEY = re.compile(rf'(?<="\$ref": "{PREFIX})[^"]*[^\x00-\x7f"][^"]*')
"""The key of a component, in a reference in JSON, that a URI has to encode (RFC 3986 §2.1)."""
REDIRECTS: Final = ("301", "302", "303", "307", "308")
"""The statuses of redirects (RFC 9110 §15.4); 300, 304 and ``3XX`` are none."""


class Missing(Enum):
    """The absence of a value where null is one."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the document with its location in the description."""

    location: Location
    positions: Mapping[str, tuple[int, int]] | None = field(default=None, kw_only=True)
    """Member to line and column, where the text told them."""

    def at(self, member: str) -> Location:
        """Return the location of a member, by its name in OpenAPI."""
        position = (self.positions or {}).get(member)
        return Location(self.location.document, self.location, member, position)


@dataclass(frozen=True, slots=True, eq=False)
class Discriminator(Part):
    """The property whose value tells the branches of a union apart (OpenAPI 3.1.1 §4.8.25)."""

    property_name: str
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    """Value to the key of a schema component."""
    default_mapping: str = ""
    """The key of the component for all other values."""
    is_default_declared: bool = False
    """True if it is also that of values without the property (OpenAPI 3.2.0 §4.25)."""


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """The branches of ``oneOf`` or ``anyOf``, null left out."""

    keyword: Literal["oneOf", "anyOf"]
    branches: tuple[Schema, ...]
    location: Location
    """Of the list of branches."""
    discriminator: Discriminator | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Schema(Part):
    """A schema in canonical form (JSON Schema 2020-12).

    ``allOf``, ``const`` and OpenAPI 3.0's ``nullable`` are gone, and so is null as a type or as a
    branch of a union: ``nullable`` is true where null is a value too. A schema of null alone has
    the type ``"null"``.
    """

    ref: str = ""
    """The key of a schema component; beside it there are ``nullable`` and annotations only."""
    types: tuple[Type, ...] = ()
    """Empty where no type is required."""
    nullable: bool = False
    enum: tuple[Json, ...] | None = None
    enum_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Value, as text, to the name that the description gives it."""
    union: Union | None = None

    # numbers and text
    format: str = ""
    minimum: Number | None = None
    maximum: Number | None = None
    exclusive_minimum: Number | None = None
    exclusive_maximum: Number | None = None
    multiple_of: Number | None = None
    min_length: Number | None = None
    max_length: Number | None = None
    pattern: str | None = None
    content_encoding: str | None = None
    content_media_type: str | None = None
    content_schema: Schema | None = None

    # arrays
    items: Schema | None = None
    prefix_items: tuple[Schema, ...] | None = None
    min_items: Number | None = None
    max_items: Number | None = None
    unique_items: bool = False
    contains: Schema | None = None
    min_contains: Number | None = None
    max_contains: Number | None = None
    unevaluated_items: Schema | None = None

    # objects
    properties: Mapping[str, Schema] | None = None
    property_names_at: Part | None = None
    """The location of ``properties``, and of the names in it."""
    required: tuple[str, ...] = ()
    additional_properties: Schema | bool | None = None
    property_names: Schema | None = None
    min_properties: Number | None = None
    max_properties: Number | None = None
    dependent_required: Mapping[str, tuple[str, ...]] | None = None

    # conditions
    not_: Schema | None = None
    if_: Schema | None = None
    then: Schema | None = None
    else_: Schema | None = None

    # annotations
    description: str = ""
    deprecated: bool = False
    sunset: str = ""
    """The day after which it may be gone (the extension ``x-sunset``)."""
    read_only: bool = False
    write_only: bool = False
    default: Json | Missing = MISSING
    examples: tuple[Json, ...] = ()
    server_checked: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """Keywords that no Python type expresses, as they are written, references resolved."""

    @property
    def is_null(self) -> bool:
        """True if null is the only value."""
        return self.types == ("null",)

    def subschemas(self) -> Iterator[Schema]:
        """Yield the schemas directly inside this one; the target of ``ref`` isn't one of them."""
        if self.union is not None:
            yield from self.union.branches
        yield from (self.properties or {}).values()
        yield from self.prefix_items or ()
        if isinstance(self.additional_properties, Schema):
            yield self.additional_properties
        for name in _SUBSCHEMAS:
            inner: Schema | None = getattr(self, name)
            if inner is not None:
                yield inner


_SUBSCHEMAS = tuple(each.name for each in fields(Schema) if each.type == "Schema | None")
"""The attributes of a schema that are schemas."""


@dataclass(frozen=True, slots=True, eq=False)
class Example(Part):
    """A documented value (OpenAPI 3.1.1 §4.8.19)."""

    value: Json
    summary: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Header(Part):
    """A response header, or one of a part of a multipart body (OpenAPI 3.1.1 §4.8.21)."""

    schema: Schema | None = None
    content: Content | None = None
    required: bool = False
    explode: bool = False
    deprecated: bool = False
    description: str = ""

    def schemas(self) -> Iterator[Schema]:
        """Yield the schemas of the value."""
        yield from _schemas(self.schema, self.content)


@dataclass(frozen=True, slots=True, eq=False)
class Encoding(Part):
    """The encoding of one member of a form or multipart body (OpenAPI 3.1.1 §4.8.15)."""

    content_type: str = ""
    headers: Mapping[str, Header] = field(default_factory=dict[str, Header])
    style: str = ""
    """Empty where the description gives none."""
    explode: bool | None = None
    allow_reserved: bool = False
    encoding: Mapping[str, Encoding] = field(default_factory=dict[str, "Encoding"])
    item_encoding: Encoding | None = None
    prefix_encoding: tuple[Encoding, ...] = ()

    def schemas(self) -> Iterator[Schema]:
        """Yield the schemas of the headers."""
        for header in self.headers.values():
            yield from header.schemas()
        yield from _encoded(self.encoding, self.item_encoding, self.prefix_encoding)


@dataclass(frozen=True, slots=True, eq=False)
class MediaType(Part):
    """A body in one media type (OpenAPI 3.1.1 §4.8.14, 3.2.0 §4.14)."""

    schema: Schema | None = None
    item_schema: Schema | None = None
    examples: Mapping[str, Example] = field(default_factory=dict[str, Example])
    encoding: Mapping[str, Encoding] = field(default_factory=dict[str, Encoding])
    item_encoding: Encoding | None = None
    prefix_encoding: tuple[Encoding, ...] = ()

    def schemas(self) -> Iterator[Schema]:
        """Yield the schemas of the body, of its items, and of the headers of its parts."""
        yield from (schema for schema in (self.schema, self.item_schema) if schema is not None)
        yield from _encoded(self.encoding, self.item_encoding, self.prefix_encoding)


@dataclass(frozen=True, slots=True, eq=False)
class Content(Part):
    """The media types that a body is offered in, by name."""

    media_types: Mapping[str, MediaType]

    def schemas(self) -> Iterator[Schema]:
        """Yield the schemas of the media types and of their parts' headers."""
        for media in self.media_types.values():
            yield from media.schemas()


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Part):
    """A parameter of an operation (OpenAPI 3.1.1 §4.8.12)."""

    name: str
    in_: ParameterIn
    required: bool = False
    schema: Schema | None = None
    content: Content | None = None
    style: str = ""
    """Empty where the description gives none."""
    explode: bool | None = None
    allow_reserved: bool = False
    deprecated: bool = False
    sunset: str = ""
    description: str = ""
    examples: Mapping[str, Example] = field(default_factory=dict[str, Example])

    def schemas(self) -> Iterator[Schema]:
        """Yield the schemas of the value."""
        yield from _schemas(self.schema, self.content)


@dataclass(frozen=True, slots=True, eq=False)
class RequestBody(Part):
    """The body of a request (OpenAPI 3.1.1 §4.8.13)."""

    content: Content
    required: bool = False
    is_optional: bool = False
    """True if ``required`` is false in the description; it isn't by default."""
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Link(Part):
    """A link from a response to another call, or to the same one (OpenAPI 3.1.1 §4.8.20)."""

    operation_id: str = ""
    operation_ref: str = ""
    """``#/paths/…`` for an operation of the description."""
    parameters: Mapping[str, Json] = field(default_factory=dict[str, Json])
    request_body: Json | Missing = MISSING
    server: Json = None
    """As it is written; None where the link has none."""
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Response(Part):
    """A documented response (OpenAPI 3.1.1 §4.8.17)."""

    description: str = ""
    headers: Mapping[str, Header] = field(default_factory=dict[str, Header])
    content: Content | None = None
    links: Mapping[str, Link] = field(default_factory=dict[str, Link])

    def schemas(self) -> Iterator[Schema]:
        """Yield the schemas of the headers and of the body."""
        for header in self.headers.values():
            yield from header.schemas()
        yield from _schemas(None, self.content)


@dataclass(frozen=True, slots=True, eq=False)
class ServerVariable(Part):
    """A variable of a server's URL (OpenAPI 3.1.1 §4.8.6)."""

    default: str | None
    enum: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Server(Part):
    """A server that calls are sent to (OpenAPI 3.1.1 §4.8.5)."""

    url: str
    description: str = ""
    variables: Mapping[str, ServerVariable] = field(default_factory=dict[str, ServerVariable])


@dataclass(frozen=True, slots=True, eq=False)
class OAuthFlow(Part):
    """One way to get a token (OpenAPI 3.1.1 §4.8.29)."""

    authorization_url: str = ""
    token_url: str = ""
    refresh_url: str = ""
    device_authorization_url: str = ""
    scopes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Scope to its description."""


@dataclass(frozen=True, slots=True, eq=False)
class SecurityScheme(Part):
    """A way to prove who calls (OpenAPI 3.1.1 §4.8.27)."""

    type: str
    name: str = ""
    in_: str = ""
    scheme: str = ""
    bearer_format: str = ""
    flows: Mapping[str, OAuthFlow] = field(default_factory=dict[str, OAuthFlow])
    open_id_connect_url: str = ""
    oauth2_metadata_url: str = ""
    deprecated: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SecurityRequirement(Part):
    """Schemes that are needed together, each with its scopes (OpenAPI 3.1.1 §4.8.30)."""

    schemes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Part):
    """An operation that was selected (OpenAPI 3.1.1 §4.8.10)."""

    path: str
    method: str
    """In lower case."""
    responses: Mapping[str, Response]
    responses_location: Location
    operation_id: str = ""
    shares_id: bool = False
    """True if another operation of the description has the same operationId."""
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    sunset: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    request_body: RequestBody | None = None
    servers: tuple[Server, ...] | None = None
    """Its own, or its path item's; None where it has none."""
    security: tuple[SecurityRequirement, ...] = ()
    """Alternatives, the document's where it has none of its own; empty where none is needed."""
    security_location: Location | None = None
    """Of the list of requirements, the operation's or the document's; None where there is none."""
    callbacks: tuple[IncomingRequest, ...] = ()
    """Where ``canonicalise`` was asked for them."""

    def schemas(self) -> Iterator[Schema]:
        """Yield the schemas of what a call sends and receives."""
        yield from self.request_schemas()
        yield from self.response_schemas()

    def request_schemas(self) -> Iterator[Schema]:
        """Yield the schemas of what a call sends."""
        for parameter in self.parameters:
            yield from parameter.schemas()
        if self.request_body is not None:
            yield from self.request_body.content.schemas()

    def response_schemas(self) -> Iterator[Schema]:
        """Yield the schemas of what a call receives."""
        for response in self.responses.values():
            yield from response.schemas()

    @property
    def verb(self) -> str:
        """The method as it is sent."""
        return self.method.upper()

    @property
    def label(self) -> str:
        """The operationId if no other operation has it, else ``METHOD /path``."""
        operation_id, place = self.spellings
        return place if self.shares_id else operation_id or place

    @property
    def spellings(self) -> tuple[str, str]:
        """The names that settings and commands may use."""
        return self.operation_id, f"{self.verb} {self.path}"


@dataclass(frozen=True, slots=True, eq=False)
class IncomingRequest(Operation):
    """A request that the API sends: a webhook, or a callback (OpenAPI 3.1.1 §4.8.1, §4.8.18).

    The API sends the parameters and the body, and receives one of the responses. ``path`` is the
    runtime expression of a callback's URL; for a webhook, whose URL the description doesn't have,
    its name. ``security`` is its own: the document's is for requests to the API.
    """

    name: str = ""
    """The key under ``webhooks`` or ``callbacks``; the requests of one name differ in the path or
    in the method."""

    @property
    def label(self) -> str:
        """A name in messages that no operation has."""
        return f"{'webhook' if self.is_webhook else 'callback'} {self.name}"

    @property
    def media_types(self) -> Mapping[str, MediaType]:
        """The media types of its body, by name."""
        body = self.request_body
        return body.content.media_types if body is not None else {}

    @property
    def is_webhook(self) -> bool:
        """True for a webhook, false for a callback."""
        return self.path == self.name

    @property
    def spellings(self) -> tuple[str, str]:
        """The names of a webhook that settings and commands may use."""
        return "", self.label


@dataclass(frozen=True, slots=True, eq=False)
class Tag(Part):
    """A tag that an operation has (OpenAPI 3.1.1 §4.8.22)."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Document(Part):
    """The selected operations of one description, and all that they reach."""

    openapi: str
    """The version that the description is written in."""
    title: str
    version: str
    operations: tuple[Operation, ...]
    schemas: Mapping[str, Schema]
    """Schema components by key, sorted."""
    declared: frozenset[str]
    """Keys of the schemas that the description has under ``components/schemas``; the others are
    inline schemas that got a name."""
    security_schemes: Mapping[str, SecurityScheme]
    servers: tuple[Server, ...]
    tags: tuple[Tag, ...]
    tree: Mapping[str, object] = field(repr=False)
    """The same document as a tree, for :meth:`to_json` and for ``normalize`` alone."""
    description: str = ""
    webhooks: tuple[IncomingRequest, ...] = ()
    """Those that were selected."""
    models: tuple[str, ...] = ()
    """Where ``canonicalise`` was asked for models: the keys of the declared schemas, in order."""

    def incoming(self) -> Iterator[IncomingRequest]:
        """Yield the requests that the API sends: webhooks, then callbacks."""
        yield from self.webhooks
        for operation in self.operations:
            yield from operation.callbacks

    def sent_schemas(self) -> Iterator[Schema]:
        """Yield the schemas of what a client sends."""
        for operation in self.operations:
            yield from operation.request_schemas()

    def received_schemas(self) -> Iterator[Schema]:
        """Yield the schemas of what a client receives: responses and incoming requests."""
        for operation in self.operations:
            yield from operation.response_schemas()
        for request in self.incoming():
            yield from request.request_schemas()

    def classes(self) -> Mapping[str, Schema]:
        """Return the schemas that a client has: all but those of answers to incoming requests."""
        if not any(request.responses for request in self.incoming()):
            return self.schemas
        used = self.reachable(*self.sent_schemas(), *self.received_schemas())
        used |= {*self.models}
        return {key: schema for key, schema in self.schemas.items() if key in used}

    def to_json(self) -> str:
        """Return the document as JSON text, which generated tests check against."""
        text = json.dumps(self.tree, indent=1, ensure_ascii=False) + "\n"
        return _OTHER_KEY.sub(lambda key: quote(key[0]), text)

    def resolve(self, schema: Schema) -> Schema:
        """Return the schema behind a chain of references."""
        while schema.ref:
            schema = self.schemas[schema.ref]
        return schema

    def reachable(self, *schemas: Schema) -> set[str]:
        """Return the keys of the components that references in ``schemas`` lead to."""
        found = references_in(*schemas)
        todo = list(found)
        while todo:
            more = references_in(self.schemas[todo.pop()]) - found
            found |= more
            todo += more
        return found


def references_in(*schemas: Schema) -> set[str]:
    """Return the keys of the components that ``schemas`` refer to, at any depth but not further."""
    found: set[str] = set()
    todo = list(schemas)
    while todo:
        schema = todo.pop()
        if schema.ref:
            found.add(schema.ref)
        todo += schema.subschemas()
    return found


def _schemas(schema: Schema | None, content: Content | None) -> Iterator[Schema]:
    if schema is not None:
        yield schema
    if content is not None:
        yield from content.schemas()


def _encoded(
    members: Mapping[str, Encoding], items: Encoding | None, prefix: tuple[Encoding, ...]
) -> Iterator[Schema]:
    for encoding in (*members.values(), *prefix, *([items] if items else ())):
        yield from encoding.schemas()
