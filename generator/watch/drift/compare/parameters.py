"""Parameters compared: presence, serialization, default values and schemas.

Source: OpenAPI 3.1.1 §4.8.12 (Parameter).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ....reading.document.declared import is_swagger
from ....reading.openapi.model.document import Operation
from ....reading.openapi.model.messages import Parameter
from ....reading.openapi.model.schemas import MISSING, Json, Missing, Part, Schema, kinds
from ...changes.symbols import OperationSymbol
from ..differences.annotations import compare_annotations
from ..differences.differences import Comparison, DifferenceRecorder, paired, same
from ..differences.display import need, subject_of
from ..differences.resolved_schema import ResolvedSchema, resolved
from ..schemas.scalars import default_value
from ..schemas.schemas import SchemaComparer
from .content import schema_pairs

_FORMATS = {
    "form": "csv",
    "simple": "csv",
    "form, explode": "multi",
    "spaceDelimited": "ssv",
    "tabDelimited": "tsv",
    "pipeDelimited": "pipes",
}
"""Styles in the terms of Swagger 2.0, which are different in one place (its Parameter Object)."""
_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))


def compare_parameters(
    schemas: SchemaComparer, comparison: Comparison, old: Operation, new: Operation
) -> None:
    """Record what differs in the parameters of two operations."""
    prefix = subject_of(old.location.pointer)
    for (place, _), before, after in paired(_parameters(old), _parameters(new)):
        parameter = before or after
        assert parameter is not None
        name = parameter.name
        recorder = DifferenceRecorder(
            comparison,
            before or old,
            after or new,
            OperationSymbol(old.label, place, name),
            subject=f"{prefix} {place} parameter {name}".strip(),
        )
        if before is not None and after is not None:
            _parameter(schemas, recorder, before, after)
        else:
            rule = f"parameter/{need(required=parameter.required)}"
            at = f"{old.location.pointer}/parameters/{place}:{name}"
            recorder.record_presence(rule, before, after, name, at=at)


def _parameter(
    schemas: SchemaComparer, recorder: DifferenceRecorder, old: Parameter, new: Parameter
) -> None:
    needs = need(required=old.required), need(required=new.required)
    recorder.compare(
        "parameter/presence",
        "required",
        *needs,
        action=needs[1],
        present=(old.required, new.required),
    )
    styles = serialization(old, schemas.old), serialization(new, schemas.new)
    recorder.compare(
        "parameter/serialization",
        "style",
        *written_styles(styles, (old, new)),
        present=(old.style, new.style),
    )
    compare_annotations(recorder, [old], [new], "parameter")
    for left, right in schema_pairs(old, new):
        inner = schemas.compare(left, right, recorder.comparison.direction, recorder.symbol)
        before = _default(resolved(left, schemas.old))
        after = _default(resolved(right, schemas.new))
        if not same(before, after):
            recorder.compare(
                "parameter/default",
                "schema",
                before,
                after,
                present=(old.schema is not None, new.schema is not None),
            )
        recorder.comparison.inner.append(_without_default(inner))


def _default(schema: ResolvedSchema) -> Json:
    checked: Json | Missing = schema.checked.get("default", MISSING)
    return default_value(
        next((s.default for s in schema.chain if s.default is not MISSING), checked)
    )


def _parameters(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """Return the parameters by place and name; those of the path by their position in it."""
    names = re.findall(r"\{([^{}]*)\}", operation.path)
    positions = {name: str(index) for index, name in enumerate(names)}
    parameters: dict[tuple[str, str], Parameter] = {}
    for parameter in operation.parameters:
        match parameter.in_:
            case "path":
                name = positions.get(parameter.name, parameter.name)
            case "header":
                name = parameter.name.lower()
            case "querystring":
                name = ""  # it isn't sent
            case _:
                name = parameter.name
        parameters[parameter.in_, name] = parameter
    return parameters


def written_styles(
    styles: tuple[str | None, str | None], parts: tuple[Part, Part]
) -> tuple[str | None, str | None]:
    """Return two styles as values of ``collectionFormat`` if both are written in Swagger 2.0."""
    if not all(is_swagger(part.location.document.root) for part in parts):
        return styles
    old, new = (style and _FORMATS.get(style, style) for style in styles)
    return old, new


def serialization(parameter: Parameter, components: Mapping[str, Schema]) -> str:
    """Return how a parameter is written: its style and ``explode``, or its media types."""
    if parameter.content is not None:
        return ", ".join(parameter.content.media_types)
    style = parameter.style or ("simple" if parameter.in_ in ("path", "header") else "form")
    explode = parameter.explode
    if explode is None:
        explode = style in ("form", "deepObject", "cookie")
    reserved = ", allowReserved" if parameter.allow_reserved else ""
    schema = parameter.schema
    if (
        schema is not None
        and style in ("form", "simple")
        and kinds(schema, components) <= _SCALARS  # no value has parts
    ):
        return style + reserved
    return f"{style}{', explode' if explode else ''}{reserved}"


def _without_default(comparison: Comparison) -> Comparison:
    """Return a comparison of schemas without the default value, which is the parameter's."""
    copy = Comparison(comparison.direction, [*comparison.differences])
    for inner in comparison.inner:
        differences = [d for d in inner.differences if d.rule.subject != "default"]
        copy.inner.append(replace(inner, differences=differences))
    return copy
