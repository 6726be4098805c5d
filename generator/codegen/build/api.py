"""The construction of the package: names are decided globally, then each part is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...config import Client
from ...errors import Findings, UsageError
from ...openapi import model
from ...openapi.model import Document
from ...recursion import deeply_recursive
from .. import ir, names
from ..names import Identifier
from .model_modules import divide
from .operations import CallPath, OperationBuilder
from .pagination import Paginator
from .security import build_security
from .servers import Servers
from .types import Types, text

_MESSAGE = ("message", "error_description", "detail", "title", "description", "error", "reason")
_CODE = ("code", "error_code", "errorCode", "status", "type", "name")
_ATTRIBUTES = names.METHODS | {"base_url", "credentials"}


@deeply_recursive
def build(document: Document, client: Client, findings: Findings) -> ir.Api:
    """Return the package with every name and type decided.

    Raises :class:`UsageError` for a pin that matches nothing, and :class:`SpecError` for name
    collisions and unsupported constructs.
    """
    types = Types(document, client.names, findings)
    secrets = build_security(document, findings)
    servers = Servers(document, findings)
    places = _places(document.operations, client.calls, findings)
    builder = OperationBuilder(types, secrets, servers, findings)
    built: list[ir.ClientOperation] = []
    for described, place in places:
        with findings.operation(described.label) as scope:
            operation = builder.build(described, place, names.constant_of(place.call))
            if not scope.failed:
                built.append(operation)
    findings.raise_refusals()
    components = types.components()
    paginator = Paginator(document, types, components, findings)
    operations = paginator.paginate(tuple(built), client)
    title = names.pascal(client.client or names.pascal(client.package))
    return ir.Api(
        package=Identifier(client.package),
        client=title,
        async_client=names.join("Async", title),
        error=names.error_of(title),
        title=text(document.title),
        version=text(document.version),
        doc=text(document.description),
        base_url=ir.Text(servers.base_url),
        base_path=ir.Text(servers.base_path),
        server_doc=ir.Text(servers.doc),
        http=client.http,
        credentials=secrets.credentials,
        client_certificate=secrets.client_certificate,
        resources=_resources(document, operations, title),
        operations=operations,
        modules=divide(components, _users(document, operations, types)),
        errors=_error_shape(operations, components),
        limits=ir.ResponseHeaders(
            client.request_id_header.lower(),
            client.rate_limit_reset_header.lower(),
            client.rate_limit_reset_unit,
        ),
    )


def _users(
    document: Document, operations: tuple[ir.ClientOperation, ...], types: Types
) -> dict[str, set[str]]:
    """Return the resources that use each class, by the class's name; ``""`` is the client."""
    users: dict[str, set[str]] = {}
    described = {(op.path, op.verb): op for op in document.operations}
    for op in operations:
        for key in document.reachable(*described[op.key.value, op.method].schemas()):
            users.setdefault(types.names[key], set()).add(op.resource)
    return users


def _places(
    operations: tuple[model.Operation, ...], pins: Mapping[str, str], findings: Findings
) -> list[tuple[model.Operation, CallPath]]:
    for pin in pins:
        if not any(pin in op.spellings for op in operations):
            raise UsageError(
                f"[tool.speclock] pins the call of {pin!r}, which isn't selected. Remove it."
            )
    places: list[tuple[model.Operation, CallPath]] = []
    users: dict[str, model.Operation] = {}
    for op in operations:
        key = next((name for name in op.spellings if name in pins), None)
        if key is not None:
            resource, name = _pinned(key, pins[key])
        else:
            tag = op.tags[0] if op.tags else ""
            group, call = names.operation_call(op.operation_id, tag, op.method, op.path)
            resource = names.snake(group, _ATTRIBUTES) if group else ""
            name = names.snake(call, names.METHODS)
        place = CallPath(resource, name, names.join(name, "_stream"))
        other = users.setdefault(place.call.upper().lower(), op)
        if other is not op:
            findings.refuse(
                "call-collision",
                op.location,
                f"{op.label!r} and {other.label!r} (#{other.location.pointer}) both become the "
                f"call {place.call}",
                "Pin one in [tool.speclock.clients.<package>.calls]: "
                f"{op.label!r} = '{place.call}_2'",
            )
        places.append((op, place))
    resources = {place.resource: op for op, place in places if place.resource}
    for index, (op, place) in enumerate(places):
        if f"{place.resource}.{place.stream}".lstrip(".") in users:
            places[index] = (op, replace(place, stream=names.join(place.stream, "_")))
        if not place.resource and place.name in resources:
            findings.refuse(
                "call-collision",
                op.location,
                f"{op.label!r} and the resource of {resources[place.name].label!r} both become the "
                f"attribute {place.name}",
                f"Pin one in [tool.speclock.clients.<package>.calls]: {op.label!r} = 'other_name'",
            )
    return places


def _pinned(operation: str, pin: str) -> tuple[str, Identifier]:
    where = f"[tool.speclock] calls {operation!r}"
    resource, _, name = pin.rpartition(".")
    if (resource or name) in _ATTRIBUTES:
        raise UsageError(f"{where}: {pin!r} is an attribute of every client. Choose another name.")
    return names.check_pinned(resource, where) if resource else "", names.check_pinned(name, where)


def _resources(
    document: Document, operations: tuple[ir.ClientOperation, ...], client: str
) -> tuple[ir.Resource, ...]:
    docs = {names.snake(tag.name, _ATTRIBUTES): text(tag.description) for tag in document.tags}
    resources: list[ir.Resource] = []
    for name in dict.fromkeys(op.resource for op in operations if op.resource):
        class_name = names.pascal(name, {*names.RESOURCES, client, f"Async{client}"})
        resources.append(
            ir.Resource(
                name=name,
                class_name=class_name,
                async_name=names.join("Async", class_name),
                doc=docs.get(Identifier(name), ir.Text("")),
                operations=tuple(op for op in operations if op.resource == name),
            )
        )
    return tuple(resources)


def _error_shape(
    operations: tuple[ir.ClientOperation, ...], components: tuple[ir.Component, ...]
) -> ir.ErrorShape:
    classes: dict[ir.Code, str] = {}
    for op in operations:
        for answer in (one for error in op.errors for one in error.options or (error,)):
            if answer.codec == "json":
                classes.setdefault(answer.annotation, answer.model)
    models = {c.name: c for c in components if isinstance(c, ir.Model)}
    fields = [f for name in classes.values() if name in models for f in models[name].fields]
    message = next((f.name for wire in _MESSAGE for f in fields if f.wire == wire), "")
    code = next((f.name for wire in _CODE for f in fields if f.wire == wire), "")
    annotation = " | ".join(classes) or "None"
    return ir.ErrorShape(ir.Code(annotation if len(classes) <= 4 else "Any"), message, code)
