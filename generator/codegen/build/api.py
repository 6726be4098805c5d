"""The construction of the package: names are decided globally, then each part is built."""

from __future__ import annotations

from collections.abc import Mapping

from ...base.config import Client
from ...base.errors import Findings
from ...base.immutable import immutable
from ...base.recursion import deeply_recursive
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.schemas import references_in
from ..ir.models import Component, Model
from ..ir.operations import ClientOperation
from ..ir.package import Api, Resource, ResponseHeaders, ServerArgument, Webhook
from ..ir.read_only import add_read_only
from ..ir.typed_dicts import TypedDicts
from ..ir.types import Code, Text
from ..names import Identifier, error_of, join, make_distinct, pascal, snake
from ..signatures.overloads import with_fields
from ..signatures.typed_dicts import build_typed_dicts, with_typed_dicts
from .client_arguments import build_client_arguments, read_globals, with_client_arguments
from .error_responses import warn_of_conditions
from .links import LinkDescriber
from .models import Models, divide
from .naming import RESERVED, call_paths, class_names, reserved_calls
from .operations import OperationBuilder
from .pagination import Paginator
from .polling import Poller
from .response_headers import name_headers
from .security import Security, build_security, secret_members
from .servers import Servers
from .stray_pins import warn_of_stray_pins
from .types import Types, text
from .webhooks import build_webhooks, signature_of

_NOTHING: Mapping[str, str] = {}
_WEBHOOKS = snake("webhooks")


@immutable
class Parts:
    """The parts of a package, before some operations get methods for all pages."""

    types: Types
    secrets: Security
    servers: Servers
    server_variables: tuple[ServerArgument, ...]
    operations: tuple[ClientOperation, ...]
    webhooks: tuple[Webhook, ...]
    components: tuple[Component, ...]
    paginator: Paginator


def build_parts(
    document: Document,
    client: Client,
    findings: Findings,
    previous: Mapping[str, str] = _NOTHING,
) -> Parts:
    """Return the parts of the package; raise as :func:`build`."""
    warn_of_stray_pins(document, client, findings)
    warn_of_conditions(document, client, findings)
    classes, collisions = class_names(document, client)
    types = Types(document, classes, findings)
    secrets = build_security(document, client, findings)
    servers = Servers(document, findings)
    variables = servers.variables([c.name for c in secrets.credentials])
    named = read_globals(document, client, findings, secrets.credentials, variables)
    paths, contested = call_paths(document, client, previous)
    reserved = reserved_calls(paths)
    builder = OperationBuilder(types, secrets, servers, findings, reserved, client)
    built: list[ClientOperation] = []
    for described in document.operations:
        with findings.operation(described.label) as scope:
            operation = builder.build(described, paths[described.spellings[1]])
            if not scope.failed:
                built.append(operation)
    builder.bodies.warn_of_texts()
    findings.raise_refusals()
    for collision in (*collisions, *contested):
        collision.warn(client, findings)
    webhooks = build_webhooks(document, types)
    every = Models(types, builder.bodies.sent, builder.bodies.received).components()
    sent = {types.names[key] for key in document.reachable(*document.sent_schemas())}
    sent.update(builder.bodies.sent.classes)
    built = with_client_arguments(built, named, client)
    components, operations = add_read_only(every, name_headers(built), sent)
    paginator = Paginator(document, types, components, findings, reserved)
    return Parts(types, secrets, servers, variables, operations, webhooks, components, paginator)


@deeply_recursive
def build(
    document: Document,
    client: Client,
    findings: Findings,
    previous: Mapping[str, str] = _NOTHING,
) -> Api:
    """Return the package with every name and type decided.

    ``previous`` has the calls of an earlier run by ``METHOD /path``, for the warnings about names.
    Raises :class:`UsageError` for a pin that isn't possible, and :class:`SpecError` for unsupported
    constructs.
    """
    parts = build_parts(document, client, findings, previous)
    types, secrets, servers = parts.types, parts.secrets, parts.servers
    components, webhooks = parts.components, parts.webhooks
    paginated = parts.paginator.paginate(parts.operations, client)
    poller = Poller(document, types, components, parts.paginator.reserved)
    waiting = poller.add_waits(paginated, client)
    linked = LinkDescriber(document, waiting, findings).describe()
    operations, dicts = _with_arguments(linked, components, client)
    title = pascal(client.client or pascal(client.package))
    return Api(
        package=Identifier(client.package),
        client=title,
        async_client=join("Async", title),
        attribute=snake(title),
        error=error_of(title),
        title=text(document.title),
        version=Text(document.version.strip()),
        doc=text(document.description),
        base_url=Text(servers.base_url),
        base_path=Text(servers.base_path),
        server_doc=Text(servers.doc),
        server_url=Text(servers.url),
        server_variables=parts.server_variables,
        client_arguments=build_client_arguments(operations),
        http=client.http,
        has_fake=client.fake and bool(operations),
        features=frozenset(client.features),
        credentials=secrets.credentials,
        client_certificate=secrets.client_certificate,
        secrets=tuple(map(Text, sorted(secret_members(document)))),
        resources=_resources(document, operations, title),
        operations=operations,
        webhooks=webhooks,
        signature=signature_of(document, client.webhook_signature) if webhooks else None,
        modules=divide(components, _users(document, operations, types)),
        keys={str(name): key for key, name in types.names.items()},
        typed_dicts=dicts,
        error_type=_error_type(operations),
        limits=ResponseHeaders(
            client.request_id_header.lower(),
            client.rate_limit_reset_header.lower(),
            client.rate_limit_reset_unit,
        ),
    )


def _with_arguments(
    operations: tuple[ClientOperation, ...], components: tuple[Component, ...], client: Client
) -> tuple[tuple[ClientOperation, ...], TypedDicts | None]:
    """Return operations with the arguments that the settings ask for, and typed dictionaries."""
    dicts: TypedDicts | None = None
    if "typed_dicts" in client.features:
        dicts = build_typed_dicts(operations, components)
        operations = with_typed_dicts(operations, dicts)
    if client.arguments == "fields":
        models = {str(one.name): one for one in components if isinstance(one, Model)}
        operations = tuple(with_fields(op, models, dicts) for op in operations)
    return operations, dicts


def _users(
    document: Document, operations: tuple[ClientOperation, ...], types: Types
) -> dict[str, set[str]]:
    """Return the resources that use each class, by the class's name; ``""`` is the client.

    Webhooks and callbacks count as a resource. Of several resources two are enough: the class is
    shared. Each component is looked at twice.
    """
    users: dict[str, set[str]] = {}
    references = {key: [*references_in(schema)] for key, schema in document.schemas.items()}
    todo = [(key, op.resource) for op in operations for key in references_in(*op.origin.schemas())]
    for request in document.incoming():
        todo += [(key, _WEBHOOKS) for key in references_in(*request.request_schemas())]
    while todo:
        key, resource = todo.pop()
        known = users.setdefault(types.names[key], set())
        if len(known) < 2 and resource not in known:
            known.add(resource)
            todo += [(other, resource) for other in references[key]]
    return users


def _resources(
    document: Document, operations: tuple[ClientOperation, ...], client: str
) -> tuple[Resource, ...]:
    docs = {snake(tag.name, RESERVED): text(tag.description) for tag in document.tags}
    resources: list[Resource] = []
    groups = dict.fromkeys(op.resource for op in operations if op.resource)
    # A model may be called Pet; the suffix doesn't depend on whether one is.
    wires = {name: f"{name}_resource" for name in groups}
    reserved = {
        client,
        f"Async{client}",
        "AsyncResource",
        *(f"Async{pascal(one)}" for one in wires.values()),
    }
    classes = make_distinct(wires.values(), lambda wire, level: pascal(wire, reserved, level))
    for name in groups:
        class_name = classes[wires[name]]
        resources.append(
            Resource(
                name=name,
                class_name=class_name,
                async_name=join("Async", class_name),
                doc=docs.get(Identifier(name), Text("")),
                operations=tuple(op for op in operations if op.resource == name),
            )
        )
    return tuple(resources)


def _error_type(operations: tuple[ClientOperation, ...]) -> Code:
    """Return the annotation of the documented errors; None if there are none."""
    answers = (one for op in operations for error in op.errors for one in error.each)
    types = dict.fromkeys(answer.annotation for answer in answers if answer.codec != "none")
    return Code("Any" if len(types) > 4 else " | ".join(types) or "None")
