"""The public API of the client that an IR describes, before anything is rendered.

Constraints are left out: code that passes a value out of bounds fails by what it sends, not by what
it calls. Of the parameters only those in the path have a position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..codegen import ir
from .api import (
    ENUM,
    MODEL,
    NONE,
    Alternative,
    ApiAlias,
    ApiClass,
    ApiField,
    ApiMember,
    ApiMethod,
    ApiParameter,
    ApiResult,
    PublicApi,
    Symbol,
    TypeExpression,
    named,
    union,
)  # fmt: skip


def from_ir(api: ir.Api) -> PublicApi:
    """Return the public API of the client; credentials are all of it that isn't described alone."""
    credentials = tuple(ApiParameter(one.name, named("...")) for one in api.credentials)
    requests = {method.name: (method,) for op in api.operations for method in _methods(op)}
    constructor = ApiMethod(api.client, credentials, ApiResult(NONE))
    return PublicApi(
        {component.name: _symbol(component) for component in api.components},
        {**requests, api.client: (constructor,)},
        frozenset(requests),
        _union(error.type for op in api.operations for error in op.errors).names,
    )


def _symbol(component: ir.Component) -> Symbol:
    match component:
        case ir.Model(name, _, fields, extra):
            made = tuple(map(_field, fields))
            return ApiClass(name, MODEL, ("Model",), made, extras=extra is not None)
        case ir.Enumeration(name, open_name, _, kind, values):
            members = tuple(ApiMember(name, repr(value)) for name, value in values)
            base, values_are = ("StrEnum", "str") if kind == "string" else ("IntEnum", "int")
            return ApiClass(name, ENUM, (base,), (), members, values_are, open_name)
        case ir.Alias(name, _, made):
            others = (named("UnknownVariant"),) if isinstance(made, ir.Union) and made.tag else ()
            return ApiAlias(name, union(_type(made, in_models=True), *others))


def _field(one: ir.Field) -> ApiField:
    made = _type(one.type, in_models=True)
    made = union(made, NONE) if one.nullable or not one.required else made
    return ApiField(
        one.name, made, one.required, one.wire, one.nullable, one.read_only, one.write_only
    )


def _methods(op: ir.Operation) -> Iterator[ApiMethod]:
    """Return the methods of an operation: the plain one, those that stream or go through pages."""
    path = [one.name for one in op.parameters if one.place == "path"]
    given = tuple(
        _parameter(
            one.name, one.type, f"{one.place}:{one.wire}", one.required,
            path.index(one.name) if one.place == "path" else None,
        )
        for one in op.parameters
    )  # fmt: skip
    if op.body is not None:
        given = (*given, _parameter("body", op.body.type, "body", op.body.required))
    result = union(*(_type(one.type) for one in op.answers)) if op.answers else NONE
    yield ApiMethod(op.call, given, ApiResult(result))
    if op.streamed is not None:
        item = _union(one.type for one in op.streamed.answers if one.codec != "none")
        yield ApiMethod(op.streamed.call, given, ApiResult(named("Stream", item)))
    if op.pages is not None:
        yield ApiMethod(op.pages.call, given, ApiResult(named("Paginated")))


def _parameter(
    name: str, made: ir.Type, wire: str, required: bool, position: int | None = None
) -> ApiParameter:
    if required:
        return ApiParameter(name, _type(made), "", position, wire)
    return ApiParameter(name, union(_type(made), NONE), "None", position, wire)


def _union(types: Iterable[ir.Type]) -> TypeExpression:
    return union(*map(_type, types))


def _type(made: ir.Type, *, in_models: bool = False) -> TypeExpression:
    """Return the type; outside of models an enumeration's alias that takes any value is spelt out."""

    def inner(made: ir.Type) -> TypeExpression:
        return _type(made, in_models=in_models)

    match made:
        case ir.Scalar():
            return named(made.python)
        case ir.Constant(values):
            literals = (Alternative(type(v).__name__, literal=repr(v)) for v in values)
            return TypeExpression(frozenset(literals))
        case ir.Ref(name, open_name, beside):
            is_spelt_out = open_name and not in_models
            return union(named(name), named(beside)) if is_spelt_out else named(open_name or name)
        case ir.Array(items):
            return named("list", inner(items))
        case ir.Dict(values):
            return named("dict", named("str"), inner(values))
        case ir.Union(options):
            return union(*map(inner, options))
        case ir.Nullable(one):
            return union(inner(one), NONE)
        case ir.File():
            return named("FileContent")
