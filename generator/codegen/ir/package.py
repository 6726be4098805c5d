"""The package: its clients, what their constructors take, webhooks and modules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from ...base.immutable import immutable
from ...reading.openapi.model.document import IncomingRequest
from .annotations import annotation
from .models import Component, Module
from .operations import ClientOperation
from .remembered import RememberedResource
from .typed_dicts import TypedDicts
from .types import Code, Text, Type


@immutable
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
    prefix: Text
    """The text before a key, where the settings have one."""


@immutable
class ServerArgument:
    """A constructor argument for a variable in the URL of the API's server."""

    name: str
    wire: Text
    default: Text
    values: tuple[Text, ...]
    """The allowed values; empty if any is."""
    doc: Text


@immutable
class ClientArgument:
    """A constructor argument for a parameter, which calls that are not given it have from there."""

    name: str
    place: str
    wire: str
    types: tuple[Type, ...]
    """The types that it has in the operations, each once."""
    annotation: Code
    """That of its values, which may be None in the constructor."""
    doc: Text


@immutable
class Webhook:
    """A request that the API sends, a webhook or a callback, by the name that callers use."""

    origin: IncomingRequest = field(compare=False, repr=False)
    name: Text
    doc: Text
    type: Type | None
    """The type of its JSON; None without any."""
    takes_bytes: bool
    """True if the body may be in another media type than JSON, which isn't parsed."""
    is_optional: bool
    """True if it may have no body."""

    @property
    def options(self) -> tuple[Code, ...]:
        """The types that its body is read as: that of the JSON, bytes, None."""
        json = [annotation(self.type)] if self.type else []
        others = {"bytes": self.takes_bytes, "None": self.is_optional}
        return tuple(dict.fromkeys([*json, *(Code(one) for one in others if others[one])]))

    @property
    def annotation(self) -> Code:
        """The type that its body is read as."""
        return Code(" | ".join(self.options))


@immutable
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


@immutable
class Resource:
    """A group of methods, reached as an attribute of the client."""

    name: str
    class_name: str
    async_name: str
    doc: Text
    operations: tuple[ClientOperation, ...]


@immutable
class ResponseHeaders:
    """The response headers with the request id and the rate limit; empty if unknown."""

    request_id: str
    reset: str
    reset_unit: str


@immutable
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
    client_arguments: tuple[ClientArgument, ...]
    http: str
    has_fake: bool
    """True if the fake server is part of the package."""
    features: frozenset[str]
    """Parts that the settings ask for, by :data:`config.FEATURES`."""
    credentials: tuple[Credential, ...]
    client_certificate: bool
    """True if an operation requires a client certificate."""
    secrets: tuple[Text, ...]
    """The names of members of bodies that are described as secret, sorted."""
    resources: tuple[Resource, ...]
    operations: tuple[ClientOperation, ...]
    """All operations; those without a resource are methods of the client."""
    webhooks: tuple[Webhook, ...]
    signature: SignatureScheme | None
    """How they are signed; None if they aren't, or if it is unknown."""
    modules: tuple[Module, ...]
    """The models, each module after those that it imports."""
    keys: Mapping[str, str]
    """The keys of schemas by the names of their classes."""
    typed_dicts: TypedDicts | None
    """The dictionaries that arguments may be in place of classes, if the settings ask for them."""
    remembered: tuple[RememberedResource, ...] = field(default=(), kw_only=True)
    """The resources that the fake remembers, if the settings ask for it."""
    error_type: Code
    """The annotation of the documented errors."""
    limits: ResponseHeaders

    @property
    def product_version(self) -> str:
        """The version for a User-Agent (RFC 9110 §10.1.5)."""
        return re.sub(r"[^A-Za-z0-9._+-]", "-", self.version.value) or "0"

    @property
    def calls(self) -> Mapping[str, str]:
        """The methods by ``METHOD /path``."""
        return {op.origin.spellings[1]: str(op.call) for op in self.operations}

    @property
    def components(self) -> tuple[Component, ...]:
        """Every class and alias of the models."""
        return tuple(component for module in self.modules for component in module.components)
