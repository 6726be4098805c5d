"""The methods of the client, and the cases of their tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ...base.immutable import immutable
from ...reading.openapi.model.document import Operation
from ...reading.openapi.model.messages import MediaType, Parameter
from .annotations import annotation, optional
from .types import Code, Json, Text, Type

_IDEMPOTENT = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY")
"""The methods of HTTP whose requests may be repeated (RFC 9110 §9.2.2)."""


@immutable
class MethodParameter:
    """A parameter of a method with the serialization of its value (OpenAPI style and explode)."""

    origin: Parameter = field(compare=False, repr=False)
    name: str
    wire: str
    place: str
    type: Type
    required: bool
    style: str
    explode: bool
    reserved: bool
    """True if reserved characters are sent as they are; in a path, slashes alone."""
    doc: Text
    typed: Code | None = None
    """The annotation of the argument, if it may be a typed dictionary."""
    of_client: str = ""
    """The argument of the client that takes its place in a call without it; empty if none does."""

    @property
    def is_needed(self) -> bool:
        """True if the request must have it, wherever its value is from."""
        return self.required or (bool(self.of_client) and self.origin.required)

    @property
    def annotation(self) -> Code:
        """The annotation of the argument."""
        if self.typed is not None:
            return self.typed
        hint = annotation(self.type, "argument")
        return hint if self.required else optional(hint)


@immutable
class FormPart:
    """A form's member: its media type, or its style and explode.

    It is also a part of another multipart body, by its name or its position; of all parts that
    have no entry of their own the name is empty.
    """

    wire: str
    media_type: str = ""
    style: str = ""
    explode: bool = True
    kind: str = ""
    """What the content of a part is: json, text, encoded (text in a transfer encoding), file or
    any."""
    many: bool = False
    """True if several parts are the items of a list."""
    may_be_file: bool = False
    """True if it is any of several, and one of them is a file."""


@immutable
class Body:
    """The request body in one media type.

    ``codec`` is json, form, multipart (a form), parts (another multipart body), text or bytes.
    """

    origin: MediaType = field(compare=False, repr=False)
    media_type: str
    """The media type that a caller chooses."""
    sent_as: str
    """The media type that is sent: for a range one within it."""
    key: str
    """The media type as written in the description."""
    codec: str
    type: Type
    takes_data: bool
    """True if the method's argument may be JSON data where a class is."""
    required: bool
    doc: Text
    parts: tuple[FormPart, ...] = ()
    typed: Code | None = None
    """The annotation of the argument, if it may be a typed dictionary."""

    @property
    def annotation(self) -> Code:
        """The annotation of its type."""
        return annotation(self.type, "argument")

    @property
    def argument(self) -> Code:
        """The annotation of the method's argument."""
        if self.typed is not None:
            return self.typed
        return Code(f"{self.annotation} | JsonObject") if self.takes_data else self.annotation


@immutable
class BodyField:
    """A field of the body as a keyword argument of the method."""

    name: str
    type: Type
    annotation: Code
    required: bool


@immutable
class Answer:
    """A response with one status and media type, and the type of its body."""

    status: str
    media_type: str
    codec: str
    """json, parts, text, bytes, events, lines or sequence; none for one that has no body, any for
    one whose body isn't described."""
    type: Type
    """For a sequential media type, that of an item."""
    origin: MediaType | None = field(default=None, compare=False, repr=False)
    options: tuple[Answer, ...] = ()
    """The response in each of its media types, the default first, if there are several."""
    parts: tuple[FormPart, ...] = ()
    """The parts of a multipart body."""

    @property
    def each(self) -> tuple[Answer, ...]:
        """The response in each of its media types."""
        return self.options or (self,)

    @property
    def annotation(self) -> Code:
        """The annotation of its type."""
        return annotation(self.type)

    @property
    def reads_any_content(self) -> bool:
        """True if the Content-Type decides if it is JSON."""
        return self.codec == "json" and "*" in self.media_type


@immutable
class HeaderField:
    """A response header that the description has; its name on the wire is in lower case."""

    name: str
    wire: str
    type: Type
    form: str
    """How its text is a value: list, pairs, exploded, json or time; empty for a single value."""
    doc: Text


@immutable
class Overload:
    """An overload of a method: the media types for one type of body and one type of result.

    ``content_types`` and ``accepts`` are empty if there is only one; the first signature has the
    default media types.
    """

    content_types: tuple[str, ...]
    body: Code
    accepts: tuple[str, ...]
    result: Code


@immutable
class Streamed:
    """The method that yields a response's items while they arrive."""

    name: str
    call: str
    constant: str
    item: Code
    answers: tuple[Answer, ...]
    accept: str
    """The Accept header."""


@immutable
class Member:
    """A field on the path from a value to one of its members."""

    name: str
    wire: str
    optional: bool
    """True if it may be None."""


@immutable
class Pages:
    """The method that iterates over all pages; ``style`` is cursor, offset, page or link.

    The members are paths from the response; an empty path of ``items`` is the response itself.
    """

    name: str
    call: str
    constant: str
    style: str
    parameter: str
    """The argument that asks for a page; empty without one."""
    start: int
    """The number of the first page, for the style page."""
    items: tuple[Member, ...]
    following: tuple[Member, ...]
    """The next page's cursor or URL; empty if a header has it."""
    header: str
    last: tuple[Member, ...]
    """The next page's cursor, from the last item of a page; empty if it isn't there."""
    end: tuple[Member, ...]
    """The total number of items, or of pages; empty if unknown."""
    more: tuple[Member, ...]
    """The member that is false in the last page; empty without one."""
    item: Code
    page: Code


@immutable
class Wait:
    """The method that starts something, and asks another operation until there is a result."""

    name: str
    call: str
    constant: str
    argument: str
    """The argument with its limits."""
    asked: ClientOperation
    arguments: tuple[int | str | tuple[Member, ...] | None, ...]
    """Those of ``asked``: the index of an argument of the start, the name of one of the client, or
    a member of the result.
    """
    status: tuple[Member, ...]
    until: tuple[str, ...]
    failed: tuple[str, ...]


@immutable
class ErrorCondition:
    """The value of a member by which a success is an error."""

    member: tuple[str, ...]
    """The names that lead to it."""
    value: Json


@immutable
class NeededScope:
    """A scope that a call needs, with the description that an OAuth flow has of it."""

    name: Text
    doc: Text


@immutable
class LinkArgument:
    """An argument of the call that a link leads to, with the expression of its value."""

    name: Text
    value: Text


@immutable
class LinkedCall:
    """A link from a response to a call."""

    call: str
    arguments: tuple[LinkArgument, ...]


@immutable
class Case:
    """One generated test case: a call with the expected request or response."""

    kind: str
    """request, response, error, stream, page or webhook."""
    name: str
    call: str
    """The method; empty for a webhook."""
    operation: Text
    arguments: Mapping[str, Json]
    """Those of the call, and the media types that it chooses."""
    data: Mapping[str, Json]


@immutable
class ClientOperation:
    """One method of the client."""

    origin: Operation = field(compare=False, repr=False)
    """The operation that it is made from."""
    id: Text
    method: str
    path: Text
    key: Text
    """The path as written in the description, with any fragment."""
    call: str
    resource: str
    name: str
    constant: str
    summary: Text
    doc: Text
    deprecated: bool
    parameters: tuple[MethodParameter, ...]
    bodies: tuple[Body, ...]
    """The request body in each media type, the default first."""
    answers: tuple[Answer, ...]
    """The success responses, each in all of its media types, without sequential ones."""
    accept: str
    """The Accept header, unless the caller gives one."""
    errors: tuple[Answer, ...]
    signatures: tuple[Overload, ...]
    """Empty if the response can only be streamed."""
    streamed: Streamed | None
    result: Code
    result_doc: Text
    security: tuple[tuple[str, ...], ...]
    """Alternatives of credential names; empty if no credential is needed."""
    scopes: tuple[tuple[NeededScope, ...], ...]
    """Alternatives of scopes, at last the empty one; empty if no scope is needed."""
    server: Text
    """Its server if it isn't the API's: absolute, or a path at the base URL's origin."""
    key_header: Text
    """The header, in lower case, with the key that makes a call repeatable; empty without one."""
    makes_key: bool
    """True if the client can make the key; otherwise only the caller can."""
    error_when: ErrorCondition | None = None
    """The condition under which a success is an error."""
    error_texts: Mapping[str, Text] = field(default_factory=dict[str, Text])
    """The descriptions of error statuses that tell more than their standard phrase."""
    pages: Pages | None = None
    wait: Wait | None = None
    headers: tuple[HeaderField, ...] = ()
    """The described headers of its responses, sorted."""
    headers_name: str = ""
    """The name of the class for them."""
    fields: tuple[BodyField, ...] = ()
    """The fields of the body that are keyword arguments; empty if only the whole body is one."""
    sends_read_only: bool = False
    """True if a body may have members that only responses have."""
    links: tuple[LinkedCall, ...] = ()
    """The links of its responses, except for those to the next page."""

    @property
    def body(self) -> Body | None:
        """The request body in its default media type."""
        return self.bodies[0] if self.bodies else None

    @property
    def is_repeatable(self) -> bool:
        """True if the client repeats a call that the server may have processed."""
        has_key = bool(self.key_header) and self.makes_key
        return has_key or self.method in _IDEMPOTENT
