"""The generated package as a value: frozen, shaped like the target, every name and type decided.

Nothing here knows OpenAPI. Wire names and Python names travel together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class Code(str):
    """Python source made by the generator: a literal, an annotation; never a description's text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Text of a description. Templates can print it only as a docstring or as a literal."""

    value: str

    def __str__(self) -> str:
        raise TypeError(
            "text of a description reached source without the docstring or literal sink"
        )

    def __bool__(self) -> bool:
        return bool(self.value.strip())


Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


# ── types ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Scalar:
    """A JSON scalar: ``kind`` is string, integer, number, boolean, null or any.

    The body of a response that isn't JSON may also be bytes.
    """

    kind: str
    format: str = ""
    constraints: tuple[tuple[str, Json], ...] = ()

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
    """Exactly one of a few values, written as a ``Literal``."""

    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A class or alias of the models module.

    ``open_name`` is an enumeration's alias that reads unknown values too, of the type ``beside``
    (``str`` or ``int``); both are empty for what is no enumeration.
    """

    name: str
    open_name: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Array:
    """A list of ``items``."""

    items: Type
    constraints: tuple[tuple[str, Json], ...] = ()


@dataclass(frozen=True, slots=True)
class Dict:
    """An object whose keys are not known: a map from string to ``values``."""

    values: Type


@dataclass(frozen=True, slots=True)
class Union:
    """One of several types; ``tag`` names the member that tells them apart, if there is one."""

    options: tuple[Type, ...]
    tag: str = ""
    tags: tuple[str, ...] = ()
    """The values of that member that the description knows."""


@dataclass(frozen=True, slots=True)
class Nullable:
    """``inner`` or null."""

    inner: Type


@dataclass(frozen=True, slots=True)
class File:
    """The content of a file, as a part of a multipart body."""


Type = Scalar | Constant | Ref | Array | Dict | Union | Nullable | File


# ── models ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model; ``nullable`` where null may be sent."""

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
    """A class with fields; ``extra`` is the type of further properties, None where undeclared."""

    name: str
    doc: Text
    fields: tuple[Field, ...]
    extra: Type | None = None


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enumeration of strings or of integers; ``open_name`` is the alias that reads any value."""

    name: str
    open_name: str
    doc: Text
    kind: str
    members: tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a type that has no class of its own."""

    name: str
    doc: Text
    type: Type


Component = Model | Enumeration | Alias


@dataclass(frozen=True, slots=True)
class Module:
    """A module of models; ``name`` is empty where one module holds them all."""

    name: str
    components: tuple[Component, ...]


# ── operations ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a method and how its value goes out (OpenAPI style and explode)."""

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
    """The annotation with its constraints, as pydantic checks it."""
    scalar: bool = True
    """Whether its value is one text or number: no list, no object, nothing that may be one."""


@dataclass(frozen=True, slots=True)
class Part:
    """How a member of a form goes out, where that doesn't follow from its value."""

    wire: str
    media_type: str = ""
    """Of a part in a multipart body."""
    style: str = ""
    """Of a field in a urlencoded one."""
    explode: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """The request body in one media type; ``codec`` is json, form, multipart, text or bytes."""

    media_type: str
    key: str
    """The media type as the description spells it."""
    codec: str
    type: Type
    annotation: Code
    required: bool
    doc: Text
    check: Code
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a status means in one media type: the type of its body, or none."""

    status: str
    media_type: str
    codec: str
    """json, text or bytes; events, lines or sequence; none where the answer has no body."""
    type: Type
    """Of a sequential media type, an item's."""
    annotation: Code
    check: Code
    """The annotation with its constraints, as pydantic reads it."""
    model: str = ""
    """The class's name, where the body is read as one model."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a method: media types that go with one type of body and one of result.

    ``content_types`` and ``accepts`` are empty where there is nothing to choose; the first
    signature is the one without a choice.
    """

    content_types: tuple[str, ...]
    body: Code
    accepts: tuple[str, ...]
    result: Code


@dataclass(frozen=True, slots=True)
class Streamed:
    """The method that hands out an answer piece by piece while it arrives."""

    name: str
    call: str
    constant: str
    item: Code
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A step from a value to one of its members, by the field's name."""

    name: str
    wire: str
    optional: bool
    """Whether it may be None."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The method that walks through all pages of a list; ``style`` is cursor, offset, page or link.

    The members are paths from the answer; an empty path of ``items`` is the answer itself.
    """

    name: str
    call: str
    constant: str
    style: str
    parameter: str
    """Which argument asks for a page; empty where none does."""
    start: int
    """What that argument is for the first page, where it counts."""
    items: tuple[Member, ...]
    following: tuple[Member, ...]
    """The next page's cursor or URL; empty where a header has it."""
    header: str
    end: tuple[Member, ...]
    """How many items there are, or which page is the last; empty where nothing tells."""
    item: Code
    page: Code


@dataclass(frozen=True, slots=True)
class Credential:
    """A constructor argument that carries a secret, and where the secret goes.

    ``kind`` is bearer, basic, header, query, cookie, or auth for what only an ``httpx.Auth`` of the
    caller can do; ``wire`` names the header, query parameter or cookie.
    """

    name: str
    kind: str
    wire: str
    doc: Text
    token_url: Text
    """Where a bearer token is fetched with the client's own credentials; empty where unknown."""
    refresh_url: Text
    """Where a bearer token is fetched with a refresh token; empty where unknown."""
    fetched: bool
    """Whether the description says that the client itself can fetch the token."""


@dataclass(frozen=True, slots=True)
class Case:
    """One generated test case: what to call, and what must go out or come back."""

    kind: str
    """request, response, error, stream or page."""
    name: str
    call: str
    operation: Text
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of the client."""

    id: Text
    method: str
    path: Text
    key: Text
    """The path as the description has it, with the fragment that may tell operations apart."""
    call: str
    resource: str
    name: str
    constant: str
    summary: Text
    doc: Text
    deprecated: bool
    parameters: tuple[Parameter, ...]
    bodies: tuple[Body, ...]
    """The request body in each media type, the one to take without a choice first."""
    answers: tuple[Answer, ...]
    """The successes, each in the media type to take without a choice; not the sequential ones."""
    others: tuple[Answer, ...]
    """The successes in further media types."""
    errors: tuple[Answer, ...]
    signatures: tuple[Signature, ...]
    """Empty where an answer can only be streamed."""
    streamed: Streamed | None
    result: Code
    result_doc: Text
    security: tuple[tuple[str, ...], ...]
    """Alternatives of credential names; empty where the operation needs none."""
    server: Text
    """Its own server where it isn't the API's: absolute, or a path at the base URL's origin."""
    pages: Pages | None = None

    @property
    def body(self) -> Body | None:
        """The request body, in the media type to take without a choice."""
        return self.bodies[0] if self.bodies else None


@dataclass(frozen=True, slots=True)
class Resource:
    """A group of methods, reached as an attribute of the client."""

    name: str
    class_name: str
    async_name: str
    doc: Text
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """Where the documented error model tells its message and its code; empty where it doesn't."""

    annotation: Code
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Headers by which the server tells request ids and rate limits; empty where unknown."""

    request_id: str
    reset: str
    reset_unit: str


@dataclass(frozen=True, slots=True)
class Api:
    """One client package."""

    package: str
    client: str
    async_client: str
    error: str
    title: Text
    version: Text
    doc: Text
    base_url: Text
    """Empty where the caller must give it."""
    base_path: Text
    """What is added to a caller's base URL that has no path of its own."""
    server_doc: Text
    http: str
    credentials: tuple[Credential, ...]
    client_certificate: bool
    """Whether some operation asks for a certificate of the caller."""
    resources: tuple[Resource, ...]
    operations: tuple[Operation, ...]
    """Every operation, whichever resource it belongs to; those with none are on the client."""
    modules: tuple[Module, ...]
    """The models, each module after those that it imports."""
    errors: ErrorShape
    limits: Limits

    @property
    def user_agent(self) -> str:
        """Package and version, as products of RFC 9110 §10.1.5."""
        version = "".join(
            c if c.isascii() and (c.isalnum() or c in ".-_+") else "-" for c in self.version.value
        )
        return f"{self.package}/{version or '0'}"

    @property
    def components(self) -> tuple[Component, ...]:
        """Every class and alias of the models."""
        return tuple(component for module in self.modules for component in module.components)
