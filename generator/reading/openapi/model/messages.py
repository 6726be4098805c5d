"""The parts of requests and responses: parameters, headers, bodies, links.

Sources: OpenAPI 3.1.1 §4.8.12 to §4.8.21, 3.2.0 §4.12 to §4.15.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from ....base.immutable import immutable
from .schemas import MISSING, Json, Missing, Part, Schema

ParameterIn: TypeAlias = Literal["path", "query", "header", "cookie", "querystring"]


@immutable(eq=False)
class Example(Part):
    """A documented value (OpenAPI 3.1.1 §4.8.19)."""

    value: Json
    summary: str = ""


@immutable(eq=False)
class Header(Part):
    """A response header, or one of a part of a multipart body (OpenAPI 3.1.1 §4.8.21)."""

    schema: Schema | None = None
    content: Content | None = None
    required: bool = False
    explode: bool = False
    deprecated: bool = False
    description: str = ""


@immutable(eq=False)
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


@immutable(eq=False)
class MediaType(Part):
    """A body in one media type (OpenAPI 3.1.1 §4.8.14, 3.2.0 §4.14)."""

    schema: Schema | None = None
    item_schema: Schema | None = None
    examples: Mapping[str, Example] = field(default_factory=dict[str, Example])
    encoding: Mapping[str, Encoding] = field(default_factory=dict[str, Encoding])
    item_encoding: Encoding | None = None
    prefix_encoding: tuple[Encoding, ...] = ()


@immutable(eq=False)
class Content(Part):
    """The media types that a body is offered in, by name."""

    media_types: Mapping[str, MediaType]


@immutable(eq=False)
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


@immutable(eq=False)
class RequestBody(Part):
    """The body of a request (OpenAPI 3.1.1 §4.8.13)."""

    content: Content
    required: bool = False
    is_optional: bool = False
    """True if ``required`` is false in the description; it isn't by default."""
    description: str = ""


@immutable(eq=False)
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


@immutable(eq=False)
class Response(Part):
    """A documented response (OpenAPI 3.1.1 §4.8.17)."""

    description: str = ""
    headers: Mapping[str, Header] = field(default_factory=dict[str, Header])
    content: Content | None = None
    links: Mapping[str, Link] = field(default_factory=dict[str, Link])
