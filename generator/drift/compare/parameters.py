"""Parameters compared: presence, serialization, default values and schemas.

Source: OpenAPI 3.1.1 §4.8.12 (Parameter).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ...openapi.model import MISSING, Json, Missing, Operation, Parameter, Schema
from ..rules import REQUEST
from .differences import Comparison, DifferenceRecorder, OperationSymbol
from .display import shown
from .media_types import schema_pairs
from .parts import need, record_deprecation, record_examples, record_text
from .resolved_schema import ResolvedSchema, resolved
from .scalars import same
from .schemas import SchemaComparer

_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def compare_parameters(
    schemas: SchemaComparer, comparison: Comparison, old: Operation, new: Operation
) -> None:
    """Record what differs in the parameters of two operations."""
    left, right = _parameters(old), _parameters(new)
    for key in {**left, **right}:
        before, after = left.get(key), right.get(key)
        parameter = before or after
        assert parameter is not None
        recorder = DifferenceRecorder(
            comparison,
            f"{old.location.pointer}/parameters/{parameter.in_}:{parameter.name}"
            if before is None
            else before.location.pointer,
            OperationSymbol(old.label, parameter.in_, parameter.name),
            f"{parameter.in_} parameter {parameter.name}",
        )
        if before is not None and after is not None:
            _parameter(schemas, recorder, before, after)
        else:
            recorder.record(
                rule=f"parameter/{need(parameter)}/{'added' if before is None else 'removed'}",
                base=before.location if before is not None else None,
                revision=after.location if after is not None else None,
                old=before.name if before is not None else "",
                new=after.name if after is not None else "",
            )


def _parameter(
    schemas: SchemaComparer, recorder: DifferenceRecorder, old: Parameter, new: Parameter
) -> None:
    if old.required != new.required:
        recorder.record(
            rule=f"parameter/presence/{need(new)}",
            base=old.at("required") if old.required else old.location,
            revision=new.at("required") if new.required else new.location,
            old=need(old),
            new=need(new),
        )
    before, after = _serialization(old, schemas.old), _serialization(new, schemas.new)
    if before != after:
        recorder.record(
            rule="parameter/serialization/changed",
            base=old.at("style") if old.style else old.location,
            revision=new.at("style") if new.style else new.location,
            old=before,
            new=after,
        )
    record_deprecation(recorder, "parameter", old, new)
    record_text(recorder, "description", old, new, old.description, new.description)
    record_examples(recorder, old, new)
    for left, right in schema_pairs(old, new):
        inner = schemas.compare(left, right, REQUEST, recorder.symbol)
        defaults = (
            _default(resolved(left, schemas.old)),
            _default(resolved(right, schemas.new)),
        )
        if not same(*defaults):
            inner = _without_default(inner)
            _record_default(recorder, old, new, *defaults)
        recorder.comparison.inner.append(inner)


def _record_default(
    recorder: DifferenceRecorder,
    old: Parameter,
    new: Parameter,
    before: Json | Missing,
    after: Json | Missing,
) -> None:
    action = "added" if before is MISSING else "removed" if after is MISSING else "changed"
    recorder.record(
        rule=f"parameter/default/{action}",
        base=old.at("schema") if old.schema is not None else old.location,
        revision=new.at("schema") if new.schema is not None else new.location,
        old="" if before is MISSING else shown(before),
        new="" if after is MISSING else shown(after),
    )


def _default(schema: ResolvedSchema) -> Json | Missing:
    found = schema.core.default
    return schema.checked.get("default", MISSING) if found is MISSING else found


def _parameters(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """Return the parameters by place and name; those of the path by their position in it."""
    names = re.findall(r"\{([^{}]*)\}", operation.path)
    positions = {name: str(index) for index, name in enumerate(names)}
    found: dict[tuple[str, str], Parameter] = {}
    for parameter in operation.parameters:
        match parameter.in_:
            case "path":
                name = positions.get(parameter.name, parameter.name)
            case "header":
                name = parameter.name.lower()
            case _:
                name = parameter.name
        found[parameter.in_, name] = parameter
    return found


def _serialization(parameter: Parameter, components: Mapping[str, Schema]) -> str:
    if parameter.content is not None:
        return ", ".join(parameter.content.media_types)
    style = parameter.style or _STYLES.get(parameter.in_, "form")
    explode = parameter.explode
    if explode is None:
        explode = style in ("form", "deepObject", "cookie")
    reserved = ", allowReserved" if parameter.allow_reserved else ""
    schema = parameter.schema
    if (
        schema is not None
        and style in ("form", "simple")
        and _is_scalar(resolved(schema, components))
    ):
        return style + reserved
    return f"{style}{', explode' if explode else ''}{reserved}"


def _is_scalar(schema: ResolvedSchema) -> bool:
    """Return whether no value has parts, so that ``explode`` has no effect."""
    if schema.branches:
        return all(_is_scalar(schema.resolve(branch)) for branch in schema.branches)
    return bool(schema.types) and schema.types <= _SCALARS


def _without_default(comparison: Comparison) -> Comparison:
    """Return a comparison of schemas without the default value, which is the parameter's."""
    copy = Comparison(comparison.direction, [*comparison.differences])
    for inner in comparison.inner:
        kept = [d for d in inner.differences if not d.rule.startswith("schema/default/")]
        copy.inner.append(replace(inner, differences=kept))
    return copy
