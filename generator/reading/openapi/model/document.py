"""The document: its operations, webhooks, servers and security schemes.

Source: OpenAPI 3.1.1 §4.8.1 to §4.8.10, §4.8.27 to §4.8.30.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from ....base.errors import Place
from ....base.immutable import immutable
from ...document.operation_names import OperationNames, names_of_operation
from ...document.operations import OperationNode
from ...document.tree import Location
from .messages import MediaType, Parameter, RequestBody, Response
from .path_templates import without_filled_in
from .schemas import Part, Schema, kinds, leaves, parts_in, reachable, schemas_in


@immutable(eq=False)
class ServerVariable(Part):
    """A variable of a server's URL (OpenAPI 3.1.1 §4.8.6)."""

    default: str | None
    enum: tuple[str, ...] = ()
    description: str = ""


@immutable(eq=False)
class Server(Part):
    """A server that calls are sent to (OpenAPI 3.1.1 §4.8.5)."""

    url: str
    description: str = ""
    variables: Mapping[str, ServerVariable] = field(default_factory=dict[str, ServerVariable])


@immutable(eq=False)
class OAuthFlow(Part):
    """One way to get a token (OpenAPI 3.1.1 §4.8.29)."""

    authorization_url: str = ""
    token_url: str = ""
    refresh_url: str = ""
    device_authorization_url: str = ""
    scopes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Scope to its description."""


@immutable(eq=False)
class SecurityScheme(Part):
    """A way to prove who calls (OpenAPI 3.1.1 §4.8.27)."""

    type: str
    name: str = ""
    in_: str = ""
    scheme: str = ""
    flows: Mapping[str, OAuthFlow] = field(default_factory=dict[str, OAuthFlow])
    open_id_connect_url: str = ""
    deprecated: bool = False
    description: str = ""


@immutable(eq=False)
class SecurityRequirement(Part):
    """Schemes that are needed together, each with its scopes (OpenAPI 3.1.1 §4.8.30)."""

    schemes: Mapping[str, tuple[str, ...]]


@immutable(eq=False)
class Operation(Part):
    """An operation that was selected (OpenAPI 3.1.1 §4.8.10)."""

    path: str
    method: str
    """In lower case."""
    responses: Mapping[str, Response]
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
        yield from schemas_in(self.parameters, self.request_body)

    def response_schemas(self) -> Iterator[Schema]:
        """Yield the schemas of what a call receives."""
        yield from schemas_in(self.responses)

    @property
    def verb(self) -> str:
        """The method as it is sent."""
        return self.method.upper()

    @property
    def target(self) -> str:
        """The path with the query that each call has, without a fragment."""
        names = {parameter.name for parameter in self.parameters if parameter.in_ == "query"}
        return without_filled_in(self.path, names)

    @property
    def names(self) -> OperationNames:
        """The names that it may have."""
        return names_of_operation(self.operation_id, self.tags, self.method, self.path)

    @property
    def label(self) -> str:
        """The operationId if no other operation has it, else ``METHOD /path``."""
        operation_id, place = self.spellings
        return place if self.shares_id else operation_id or place

    @property
    def spellings(self) -> tuple[str, str]:
        """The names that settings and commands may use."""
        return self.operation_id, f"{self.verb} {self.path}"


@immutable(eq=False)
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


@immutable(eq=False)
class Tag(Part):
    """A tag that an operation has (OpenAPI 3.1.1 §4.8.22)."""

    name: str
    description: str = ""


@immutable(eq=False)
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
    description: str = ""
    webhooks: tuple[IncomingRequest, ...] = ()
    """Those that were selected."""
    others: tuple[OperationNode, ...] = ()
    """Operations of the description that weren't selected, whose names count."""
    other_schemes: Mapping[str, SecurityScheme] = field(default_factory=dict[str, SecurityScheme])
    """The security schemes of ``others``."""
    other_demands: frozenset[frozenset[frozenset[str]]] = frozenset()
    """The alternatives of each of ``others``, each a set of keys of schemes."""
    rivals: Mapping[str, str] = field(default_factory=dict[str, str])
    """Keys of other schemas of the description whose classes may have the name of one here → the
    word that tells such a class apart; empty for one under ``components/schemas``."""
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The beginning of the key of an inline schema → the places that it is for."""
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

    def places(self, key: str) -> tuple[str, ...]:
        """Return what a schema is, whatever its key: the places below operations, or the key."""
        ends = [len(key), *(at for at in range(len(key) - 1, 0, -1) if key[at] == ".")]
        if key not in self.declared:
            for end in ends:
                if places := self.origins.get(key[:end]):
                    rest = f".{key[end:].strip('.')}" if key[end:] else ""
                    return tuple(f"{place}{rest}" for place in places)
        return (key,)

    def users_of(self, place: Place) -> set[Operation]:
        """Return the operations and webhooks that contain the node at ``place``.

        What they refer to, and a security scheme that they name, count as well; what is in an
        extension doesn't.
        """
        users: set[Operation] = set()
        for operation in (*self.operations, *self.webhooks):
            used: list[Part] = [self.schemas[key] for key in self.reachable(*operation.schemas())]
            names = (name for requirement in operation.security for name in requirement.schemes)
            used += [self.security_schemes[name] for name in names if name in self.security_schemes]
            if any(_contains(part.location, place) for part in parts_in(operation, *used)):
                users.add(operation)
        return users

    def resolve(self, schema: Schema) -> Schema:
        """Return the schema behind a chain of references."""
        while schema.ref:
            schema = self.schemas[schema.ref]
        return schema

    def leaves(self, schema: Schema) -> Iterator[Schema]:
        """Yield the branches of a union, and of the unions in it; else the schema."""
        return leaves(schema, self.schemas)

    def kinds(self, schema: Schema) -> frozenset[str]:
        """Return the JSON types of a schema's values; null only where no other is allowed."""
        return kinds(schema, self.schemas)

    def reachable(self, *schemas: Schema) -> set[str]:
        """Return the keys of the components that references in ``schemas`` lead to."""
        return reachable(self.schemas, *schemas)


def _contains(location: Location, place: Place) -> bool:
    """Return whether a place is at or below a location, but not in an extension there."""
    pointer = location.pointer
    below = place.pointer.removeprefix(pointer)
    return (
        place.file in location.document.files
        and place.pointer.startswith(pointer)
        and (not below or (below.startswith("/") and "/x-" not in below))
    )
