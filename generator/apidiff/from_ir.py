"""The public API of the client that an IR describes, before anything is rendered.

Constraints are left out: code that passes a value out of bounds fails by what it sends, not by what
it calls. Of the parameters only those in the path have a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..codegen.ir.models import Alias, Component, Enumeration, Model, ModelField
from ..codegen.ir.operations import Body, ClientOperation, MethodParameter
from ..codegen.ir.package import Api, ServerArgument, Webhook
from ..codegen.ir.types import Array, Constant, Dict, File, Nullable, Ref, Scalar, Type, UnionType
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
    declared = [field for component in api.components for field in _component(component)]
    declared += [header for op in api.operations for header in _headers(op)]
    declared += [declaration for hook in api.webhooks for declaration in _webhook(hook)]
    calls = [declaration for op in api.operations for declaration in _operation(op)]
    client = [Declaration("parameter", "", c.name, named("...")) for c in api.credentials]
    client += [_server_variable(server_variable) for server_variable in api.server_variables]
    client = method(api.client, [*client, Declaration("result", "", "->", NONE)])
    if not api.operations:
        client = []
    errors = _union(error.type for op in api.operations for error in op.errors).names
    return PublicApi([*declared, *calls, *client], {call.owner for call in calls}, errors)


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
            others = (named("UnknownVariant"),) if isinstance(made, UnionType) and made.tag else ()
            yield Declaration("alias", name, type=union(_type(made), *others))


def _field(owner: str, one: ModelField) -> Declaration:
    flags = {"nullable": one.nullable, "read-only": one.read_only, "write-only": one.write_only}
    type_ = _type(one.type)
    return Declaration(
        "field", owner, one.name,
        union(type_, NONE) if one.nullable or not one.required else type_,
        "" if one.required else "None",
        wire=one.wire,
        flags=frozenset({"init", *(flag for flag, is_set in flags.items() if is_set)}),
    )  # fmt: skip


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
    types: list[Type] = [hook.type] if hook.type else []
    types += [Scalar("bytes")] if hook.takes_bytes else []
    types += [Scalar("null")] if hook.is_optional else []
    parts = [
        Declaration("parameter", "", "name", name, position=0),
        Declaration("result", "", "->", _union(types), wire="result"),
    ]
    yield from method("webhooks.parse", parts, f"name: {name}")


def _operation(op: ClientOperation) -> Iterator[Declaration]:
    """Return the methods of an operation: the plain one, those of a stream, of pages, of a wait."""
    results = {op.call: _union(answer.type for answer in op.answers) if op.answers else NONE}
    if op.streamed is not None:
        items = _union(a.type for a in op.streamed.answers if a.codec not in ("none", "any"))
        results[op.streamed.call] = named("Stream", items)
    if op.pages is not None:
        results[op.pages.call] = named("Paginated")
    if op.wait is not None:
        results[op.wait.call] = _union(answer.type for answer in op.wait.asked.answers)
    path = [parameter for parameter in op.parameters if parameter.place == "path"]
    parts = [_parameter(p.name, p, f"path:{p.wire}", i) for i, p in enumerate(path)]
    others = [parameter for parameter in op.parameters if parameter.place != "path"]
    parts += [_parameter(p.name, p, f"{p.place}:{p.wire}") for p in others]
    if op.body is not None:
        parts.append(_parameter("body", op.body, "body"))
    if op.fields:
        fields = [
            Declaration(
                "parameter",
                "",
                one.name,
                _type(one.type, is_sent=True),
                "" if one.required else "...",
            )
            for one in op.fields
        ]
        end = Declaration("result", "", "->", results[op.call], wire="result")
        yield from method(op.call, [*parts[:-1], *fields, end], "fields")
    for call, result in results.items():
        yield from method(call, [*parts, Declaration("result", "", "->", result, wire="result")])


def _parameter(
    name: str, parameter: MethodParameter | Body, wire: str, position: int | None = None
) -> Declaration:
    type_ = _type(parameter.type, is_sent=True)
    type_ = type_ if parameter.required else union(type_, NONE)
    default = "" if parameter.required else "None"
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
