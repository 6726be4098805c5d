"""The generated package as frozen dataclasses, with every name and type decided.

Nothing here depends on OpenAPI. Each Python name is stored with its wire name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class Code(str):
    """Python source made by the generator, such as an annotation; never text of a description."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Text of a description, which templates can print only as a docstring or a literal."""

    value: str

    def __str__(self) -> str:
        raise TypeError("text of a description can only be printed by docstring or literal")

    def __bool__(self) -> bool:
        return bool(self.value.strip())


Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


# ── types ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Scalar:
    """A JSON scalar; ``kind`` is string, integer, number, boolean, null or any.

    It is bytes for the body of a response that isn't JSON.
    """

    kind: str
    format: str = ""
    constraints: tuple[tuple[str, Json], ...] = ()
    is_sent: bool = field(default=False, compare=False)
    """True for any value of a request."""

    @property
    def python(self) -> str:
        """The name of the Python type of its values."""
        return _PYTHON[self.format or self.kind]


_PYTHON = {
    "string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None",
    "any": "Any", "bytes": "bytes", "date-time": "datetime", "date": "date", "time": "time",
    "duration": "timedelta", "uuid": "UUID", "decimal": "Decimal",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Constant:
    """One of a few values, annotated as a ``Literal``."""

    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a class or alias of the models.

    ``alias`` is that of an enumeration; it also accepts the plain values, and unknown values of the
    type ``beside`` (``str`` or ``int``). For what is only sent ``beside`` is empty; for other
    classes both are.
    """

    name: str
    alias: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Array:
    """A list of ``items``."""

    items: Type
    constraints: tuple[tuple[str, Json], ...] = ()


@dataclass(frozen=True, slots=True)
class Dict:
    """An object with any keys, whose values are of the type ``values``."""

    values: Type


@dataclass(frozen=True, slots=True)
class UnionType:
    """One of several types; ``tag`` is the property of the discriminator, if there is one."""

    options: tuple[Type, ...]
    tag: str = ""
    tags: tuple[tuple[str | int | float | bool, ...], ...] = ()
    """The values of that property for each option; one without any has all others."""
    default: int = -1
    """The index of the option for all others, and for an object without the property."""


@dataclass(frozen=True, slots=True)
class Nullable:
    """``inner`` or null."""

    inner: Type


@dataclass(frozen=True, slots=True)
class File:
    """The content of a file in a multipart body."""


Type = Scalar | Constant | Ref | Array | Dict | UnionType | Nullable | File


def referenced(made: Type) -> Iterator[str]:
    """Yield the names of the classes and aliases in a type."""
    match made:
        case Ref(name):
            yield name
        case Array(inner) | Dict(inner) | Nullable(inner):
            yield from referenced(inner)
        case UnionType(options):
            for option in options:
                yield from referenced(option)
        case _:
            pass


def is_exact(made: Type) -> bool:
    """Return whether pydantic alone would round or convert values of a type.

    It does with numbers, also among any values, and with unions of several objects, lists or texts.
    A class or an alias in the type has a mark of its own.
    """
    match made:
        case Scalar(kind):
            return kind == "number" or (kind == "any" and made.is_sent)
        case Array(inner) | Dict(inner) | Nullable(inner):
            return is_exact(inner)
        case UnionType(options, tag):
            kinds = [_json_type(option) for option in options]
            many = any(kinds.count(kind) > 1 for kind in ("text", "array", "object"))
            return not tag and (many or any(map(is_exact, options)))
        case _:
            return False


def _json_type(made: Type) -> str:
    match made:
        case Scalar("string"):
            return "text"
        case Array():
            return "array"
        case Dict() | Ref(alias=""):
            return "object"
        case _:
            return ""


# ── models ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ModelField:
    """A field of a model; ``nullable`` if null may be sent."""

    name: str
    wire: str
    type: Type
    required: bool
    nullable: bool
    doc: Text
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A class with fields; ``extra`` is the type of additional properties, None if undeclared."""

    name: str
    doc: Text
    fields: tuple[ModelField, ...]
    extra: Type | None = None


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enumeration of strings or integers.

    ``open_name`` is the alias that accepts any value, for responses, ``closed_name`` the one that
    accepts only the values listed, for what is only sent; empty where it isn't needed.
    """

    name: str
    open_name: str
    doc: Text
    kind: str
    members: tuple[tuple[str, str | int], ...]
    closed_name: str = ""

    @property
    def aliases(self) -> tuple[str, ...]:
        """The names of its aliases."""
        return tuple(filter(None, (self.open_name, self.closed_name)))


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a type without a class."""

    name: str
    doc: Text
    type: Type


Component = Model | Enumeration | Alias


@dataclass(frozen=True, slots=True)
class Module:
    """A module of models; ``name`` is empty if it is the only one."""

    name: str
    components: tuple[Component, ...]


# ── operations ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class MethodParameter:
    """A parameter of a method with the serialization of its value (OpenAPI style and explode)."""

    name: str
    wire: str
    place: str
    type: Type
    annotation: Code
    required: bool
    style: str
    explode: bool
    reserved: bool
    doc: Text
    check: Code = Code("")  # noqa: RUF009 - immutable
    """The annotation with constraints, for pydantic."""
    scalar: bool = True
    """True if its value is never a list or an object."""


@dataclass(frozen=True, slots=True)
class FormPart:
    """A form's member: its media type (multipart), or its style and explode (urlencoded)."""

    wire: str
    media_type: str = ""
    style: str = ""
    explode: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """The request body in one media type; ``codec`` is json, form, multipart, text or bytes."""

    media_type: str
    """The media type that a caller chooses."""
    sent_as: str
    """The media type that is sent: for a range one within it."""
    key: str
    """The media type as written in the description."""
    codec: str
    type: Type
    annotation: Code
    required: bool
    doc: Text
    check: Code
    parts: tuple[FormPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A response with one status and media type, and the type of its body."""

    status: str
    media_type: str
    codec: str
    """json, text, bytes, events, lines or sequence; none for a response without a body."""
    type: Type
    """For a sequential media type, that of an item."""
    annotation: Code
    check: Code
    """The annotation with constraints, for pydantic."""
    model: str = ""
    """The class's name, if the body is one model."""
    options: tuple[Answer, ...] = ()
    """The responses that are told apart by the Content-Type, if there are several."""


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A response header that the description has; its name on the wire is in lower case."""

    name: str
    wire: str
    type: Type
    annotation: Code
    form: str
    """How its text is a value: list, pairs, exploded, json or time; empty for a single value."""
    doc: Text


@dataclass(frozen=True, slots=True)
class Overload:
    """An overload of a method: the media types for one type of body and one type of result.

    ``content_types`` and ``accepts`` are empty if there is only one; the first signature has the
    default media types.
    """

    content_types: tuple[str, ...]
    body: Code
    accepts: tuple[str, ...]
    result: Code


@dataclass(frozen=True, slots=True)
class Streamed:
    """The method that yields a response's items while they arrive."""

    name: str
    call: str
    constant: str
    item: Code
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A field on the path from a value to one of its members."""

    name: str
    wire: str
    optional: bool
    """True if it may be None."""


@dataclass(frozen=True, slots=True)
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
    end: tuple[Member, ...]
    """The total number of items, or of pages; empty if unknown."""
    item: Code
    page: Code


@dataclass(frozen=True, slots=True)
class Credential:
    """A constructor argument for a secret.

    ``kind`` is bearer, basic, header, query, cookie, or auth for an ``httpx.Auth`` of the caller;
    ``wire`` is the name of the header, query parameter or cookie.
    """

    name: str
    kind: str
    wire: str
    scheme: Text
    """The names of its security schemes, with their OAuth flows or their HTTP schemes."""
    doc: Text
    token_url: Text
    """The URL of the client credentials grant; empty if unknown."""
    refresh_url: Text
    """The URL of the refresh token grant; empty if unknown."""
    fetched: bool
    """True if the client itself can fetch the token."""


@dataclass(frozen=True, slots=True)
class ServerArgument:
    """A constructor argument for a variable in the URL of the API's server."""

    name: str
    wire: Text
    default: Text
    values: tuple[Text, ...]
    """The allowed values; empty if any is."""
    doc: Text


@dataclass(frozen=True, slots=True)
class NeededScope:
    """A scope that a call needs, with the description that an OAuth flow has of it."""

    name: Text
    doc: Text


@dataclass(frozen=True, slots=True)
class LinkArgument:
    """An argument of the call that a link leads to, with the expression of its value."""

    name: Text
    value: Text


@dataclass(frozen=True, slots=True)
class LinkedCall:
    """A link from a response to a call."""

    call: str
    arguments: tuple[LinkArgument, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One generated test case: a call with the expected request or response."""

    kind: str
    """request, response, error, stream, page or webhook."""
    name: str
    call: str
    """The method; empty for a webhook."""
    operation: Text
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ClientOperation:
    """One method of the client."""

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
    """The success responses in their default media types, without sequential ones."""
    others: tuple[Answer, ...]
    """The success responses in other media types."""
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
    pages: Pages | None = None
    headers: tuple[HeaderField, ...] = ()
    """The described headers of its responses, sorted."""
    headers_name: str = ""
    """The name of the class for them."""
    links: tuple[LinkedCall, ...] = ()
    """The links of its responses, except for those to the next page."""

    @property
    def body(self) -> Body | None:
        """The request body in its default media type."""
        return self.bodies[0] if self.bodies else None


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request that the API sends, a webhook or a callback, by the name that callers use."""

    name: Text
    doc: Text
    type: Type | None
    """The type of its JSON; None without any."""
    options: tuple[Code, ...]
    """The types that its body is read as: that of the JSON, bytes, None."""
    check: Code
    """The annotation of its JSON with constraints, for pydantic."""
    takes_bytes: bool
    """True if the body may be in another media type than JSON, which isn't parsed."""
    is_optional: bool
    """True if it may have no body."""
    index: int = 0
    """Its position among the requests of the description that the API sends."""

    @property
    def annotation(self) -> Code:
        """The type that its body is read as."""
        return Code(" | ".join(self.options))


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """The way in which the API signs the requests that it sends.

    ``scheme`` is standard-webhooks, or hmac for a header with the HMAC of the body, whose value is
    ``prefix`` and the digest of ``algorithm`` in hex or in base64.
    """

    scheme: str
    header: str = ""
    algorithm: str = ""
    encoding: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """A group of methods, reached as an attribute of the client."""

    name: str
    class_name: str
    async_name: str
    doc: Text
    operations: tuple[ClientOperation, ...]


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """The type of documented errors and its fields for message and code; empty without them."""

    annotation: Code
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class ResponseHeaders:
    """The response headers with the request id and the rate limit; empty if unknown."""

    request_id: str
    reset: str
    reset_unit: str


@dataclass(frozen=True, slots=True)
class Api:
    """One client package."""

    package: str
    client: str
    async_client: str
    attribute: str
    """The client's name in lower case, for a value: ``fake_pinterest``."""
    error: str
    title: Text
    version: Text
    doc: Text
    base_url: Text
    """Empty if the caller must pass it."""
    base_path: Text
    """The path to append to a caller's base URL without a path."""
    server_doc: Text
    server_url: Text
    """The URL of the API's server, with its variables in braces; empty if it has none."""
    server_variables: tuple[ServerArgument, ...]
    http: str
    has_fake: bool
    """True if the fake server is part of the package."""
    credentials: tuple[Credential, ...]
    client_certificate: bool
    """True if an operation requires a client certificate."""
    resources: tuple[Resource, ...]
    operations: tuple[ClientOperation, ...]
    """All operations; those without a resource are methods of the client."""
    webhooks: tuple[Webhook, ...]
    signature: SignatureScheme | None
    """How they are signed; None if they aren't, or if it is unknown."""
    modules: tuple[Module, ...]
    """The models, each module after those that it imports."""
    errors: ErrorShape
    limits: ResponseHeaders

    @property
    def product_version(self) -> str:
        """The version for a User-Agent (RFC 9110 §10.1.5)."""
        return re.sub(r"[^A-Za-z0-9._+-]", "-", self.version.value) or "0"

    @property
    def components(self) -> tuple[Component, ...]:
        """Every class and alias of the models."""
        return tuple(component for module in self.modules for component in module.components)
