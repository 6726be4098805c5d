"""Values of the classes of the models, for the tests of the client's users."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ...base.errors import Findings
from ...base.printable import escaped_json
from ...base.recursion import deeply_recursive
from ...reading.openapi.examples.check import Examples
from ...reading.openapi.model.document import Document
from ..ir.models import Component, Model, plain
from ..ir.operations import Case, ClientOperation
from ..ir.package import Api
from ..ir.types import Array, Dict, Json, Ref, Type
from .cases import NO_EXAMPLE
from .sent_values import with_parts


@deeply_recursive
def class_examples(api: Api, cases: Sequence[Case], document: Document, findings: Findings) -> str:
    """Return a value of each class as JSON, by its name.

    It is the example of the schema, or a part of an example of a body, or else generated, and has
    no member that the class doesn't declare. Warn of a class without one.
    """
    components = {component.name: component for component in api.components}

    def declare(type_: Type, value: Json) -> Json:
        """Return a value without the members that no constructor takes."""
        return with_parts(type_, value, components, declare, keeps_undeclared=False)

    parts: dict[str, list[Json]] = {}
    for made, value in _described(api, cases):
        for name, part in _objects(made, value, components):
            parts.setdefault(name, []).append(part)
    examples = Examples(document)
    values: dict[str, Json] = {}
    for component in api.components:
        schema = document.schemas.get(api.keys.get(component.name, ""))
        if not isinstance(component, Model) or schema is None:
            continue
        candidates = [*schema.examples, *parts.get(component.name, ())]
        declared = (declare(Ref(component.name), value) for value in candidates)
        fitting = (value for value in declared if examples.fault(value, schema) is None)
        try:
            values[component.name] = next(fitting, None) or examples.make(schema)
        except LookupError as error:
            findings.warn(
                "example",
                schema.location,
                f"{NO_EXAMPLE} for {component.name}: {error}",
                "Add an example, so that `testing.example` has one.",
            )
    return escaped_json(json.dumps(values, indent=1, ensure_ascii=False)) + "\n"


def _described(api: Api, cases: Sequence[Case]) -> Iterator[tuple[Type, Json]]:
    """Yield the description's examples of bodies, with their types; of a response first."""
    operations = {op.call: op for op in api.operations}
    for kind in ("response", "request"):
        for case in cases:
            op = operations.get(case.call)
            is_described = case.kind == kind and not case.name.endswith("made")
            if op is not None and is_described and "body" in case.data:
                yield from ((type_, case.data["body"]) for type_ in _types(op, case))


def _types(op: ClientOperation, case: Case) -> Iterator[Type]:
    """Yield the type of the body of a case."""
    if case.kind == "request":
        yield from (body.type for body in op.bodies if body.sent_as == case.data["content_type"])
    for answer in op.answers:
        for each in answer.each:
            if [each.status, each.media_type] == case.data.get("answer"):
                yield each.type


def _objects(
    type_: Type, value: Json, components: Mapping[str, Component]
) -> Iterator[tuple[str, Json]]:
    """Yield the name of a class and its value, for each object in a value outside of unions."""
    match plain(type_, components):
        case Array(inner) if isinstance(value, list):
            for item in value:
                yield from _objects(inner, item, components)
        case Dict(inner) if isinstance(value, dict):
            for item in value.values():
                yield from _objects(inner, item, components)
        case Ref(name) if isinstance(value, dict):
            component = components[name]
            if isinstance(component, Model):
                yield component.name, value
                for field in component.fields:
                    if field.wire in value:
                        yield from _objects(field.type, value[field.wire], components)
        case _:
            pass
