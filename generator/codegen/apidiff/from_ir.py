"""The public API of the client that an IR describes, before anything is rendered.

Constraints are left out: code that passes a value out of bounds fails by what it sends, not by what
it calls. Of the parameters only those in the path have a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..ir.models import Alias, Component, Enumeration, Model, ModelField
from ..ir.operations import Body, ClientOperation, MethodParameter
from ..ir.package import Api, ServerArgument, Webhook
from ..ir.types import Array, Constant, Dict, File, Nullable, Ref, Scalar, Type, UnionType
from .api import (
    NONE,
    OPEN,
    Alternative,
    Declaration,
    PublicApi,
    TypeExpression,
    method,
    named,
    union,
)


def from_ir(api: Api) -> PublicApi:
    """Return the client's public API; of its constructor the credentials and server variables."""
    declared: list[Declaration] = []
    for component in api.components:
        declared += _component(component)
    for op in api.operations:
        declared += _headers(op)
    for hook in api.webhooks:
        declared += _webhook(hook)
    calls: list[Declaration] = []
    errors: list[Type] = []
    for op in api.operations:
        calls += _operation(op)
        errors += [error.type for error in op.errors]
    client = _constructor(api) if api.operations else []
    owners = {call.owner for call in calls}
    return PublicApi([*declared, *calls, *client], owners, _union(errors).names)


def _constructor(api: Api) -> list[Declaration]:
    """Return the client's constructor."""
    parts = [Declaration("parameter", "", c.name, named("...")) for c in api.credentials]
    parts += map(_server_variable, api.server_variables)
    for argument in api.client_arguments:
        hint = NONE
        for type_ in argument.types:
            hint = union(hint, _type(type_, is_sent=True))
        parts.append(Declaration("parameter", "", argument.name, hint, "None"))
    parts.append(Declaration("result", "", "->", NONE))
    return method(api.client, parts)


def _server_variable(argument: ServerArgument) -> Declaration:
    values = tuple(value.value for value in argument.values)
    type_ = _type(Constant(values)) if values else named("str")
    return Declaration("parameter", "", argument.name, type_, repr(argument.default.value))


def _component(component: Component) -> Iterator[Declaration]:
    match component:
        case Model(name, _, fields, extra=extra):
            flags = frozenset({OPEN} if extra is not None else ())
            yield Declaration("class", name, type=named("Model"), flags=flags)
            yield from (_field(name, field) for field in fields)
        case Enumeration(name, _, kind, members):
            base = "StrEnum" if kind == "string" else "IntEnum"
            yield Declaration("class", name, type=named(base))
            for member, value in members:
                yield Declaration("member", name, member, _type(Constant((value,))))
        case Alias(name, _, made):
            type_ = _type(made)
            if isinstance(made, UnionType) and made.tag:
                type_ = union(type_, named("UnknownVariant"))
            yield Declaration("alias", name, type=type_)


def _field(owner: str, one: ModelField) -> Declaration:
    flags = {"init"}
    if one.nullable:
        flags.add("nullable")
    if one.read_only:
        flags.add("read-only")
    if one.write_only:
        flags.add("write-only")
    type_ = _type(one.type)
    if one.nullable or not one.required:
        type_ = union(type_, NONE)
    default = "" if one.required else "None"
    return Declaration(
        "field", owner, one.name, type_, default, wire=one.wire, flags=frozenset(flags)
    )


def _headers(op: ClientOperation) -> Iterator[Declaration]:
    """Return the class of an operation's response headers."""
    if op.headers:
        owner = f"response_headers.{op.headers_name}"
        yield Declaration("class", owner, type=named("Headers"))
        for header in op.headers:
            type_ = union(_type(header.type), NONE)
            yield Declaration("field", owner, header.name, type_, "None", wire=header.wire)


def _webhook(hook: Webhook) -> Iterator[Declaration]:
    """Return the overload of ``parse`` for a request of the API: its name and its result."""
    name = _type(Constant((hook.name.value,)))
    types: list[Type] = []
    if hook.type:
        types.append(hook.type)
    if hook.takes_bytes:
        types.append(Scalar("bytes"))
    if hook.is_optional:
        types.append(Scalar("null"))
    parts = [
        Declaration("parameter", "", "name", name, position=0),
        Declaration("result", "", "->", _union(types), wire="result"),
    ]
    yield from method("webhooks.parse", parts, f"name: {name}")


def _operation(op: ClientOperation) -> Iterator[Declaration]:
    """Return the methods of an operation: the plain one, those of a stream, of pages, of a wait."""
    results = _results(op)
    parts: list[Declaration] = []
    for parameter in op.parameters:
        if parameter.place == "path" and parameter.required:
            wire = f"path:{parameter.wire}"
            parts.append(_parameter(parameter.name, parameter, wire, len(parts)))
    for parameter in op.parameters:
        if parameter.place != "path" or not parameter.required:
            wire = f"{parameter.place}:{parameter.wire}"
            parts.append(_parameter(parameter.name, parameter, wire))
    if op.body is not None:
        parts.append(_parameter("body", op.body, "body"))
    if op.fields:
        fields: list[Declaration] = []
        for field in op.fields:
            type_ = _type(field.type, is_sent=True)
            default = "" if field.required else "..."
            fields.append(Declaration("parameter", "", field.name, type_, default))
        end = Declaration("result", "", "->", results[op.call], wire="result")
        yield from method(op.call, [*parts[:-1], *fields, end], "fields")
    for call, result in results.items():
        yield from method(call, [*parts, Declaration("result", "", "->", result, wire="result")])


def _results(op: ClientOperation) -> dict[str, TypeExpression]:
    """Return the results of an operation's methods, by their calls."""
    results = {op.call: NONE}
    if op.answers:
        results[op.call] = _union(answer.type for answer in op.answers)
    if op.streamed is not None:
        answers = op.streamed.answers
        items = _union(a.type for a in answers if a.codec not in ("none", "any"))
        results[op.streamed.call] = named("Stream", items)
    if op.pages is not None:
        results[op.pages.call] = named("Paginated")
    if op.wait is not None:
        results[op.wait.call] = _union(answer.type for answer in op.wait.asked.answers)
    return results


def _parameter(
    name: str, parameter: MethodParameter | Body, wire: str, position: int | None = None
) -> Declaration:
    type_, default = _type(parameter.type, is_sent=True), ""
    if not parameter.required:
        type_, default = union(type_, NONE), "None"
    return Declaration("parameter", "", name, type_, default, position, wire=wire)


def _union(types: Iterable[Type]) -> TypeExpression:
    return union(*map(_type, types))


def _type(type_: Type, *, is_sent: bool = False) -> TypeExpression:
    """Return the expression of a type; ``is_sent`` is for that of an argument."""

    def inner(type_: Type) -> TypeExpression:
        return _type(type_, is_sent=is_sent)

    match type_:
        case Scalar(is_base64=True) if is_sent:
            return union(named("str"), named("bytes"))
        case Scalar():
            return named(type_.python)
        case Constant(values):
            literals = (Alternative(type(v).__name__, literal=repr(v)) for v in values)
            return TypeExpression(frozenset(literals))
        case Ref(name, beside):
            return union(named(name), named(beside)) if beside else named(name)
        case Array(items):
            return named("list", inner(items))
        case Dict(values):
            return named("dict", named("str"), inner(values))
        case UnionType(options):
            return union(*map(inner, options))
        case Nullable(one):
            return union(inner(one), NONE)
        case File():
            return named("FileContent")
