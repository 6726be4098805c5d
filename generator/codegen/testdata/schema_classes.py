"""The schemas of the canonical document that the classes of the models were made from."""

from __future__ import annotations

from collections.abc import Iterator

from ...reading.openapi.model.document import Document
from ...reading.openapi.model.media_types import is_file
from ...reading.openapi.model.schemas import Schema
from ..ir.models import Component, Enumeration, Model
from ..ir.package import Api
from ..ir.types import Array, File, Scalar

_FILES = (File(), Scalar("bytes"), Array(File()), Array(Scalar("bytes")))


def schema_classes(api: Api, document: Document) -> Iterator[tuple[str, str]]:
    """Yield pairs of a class and the key of its schema, which has the same properties or values."""
    for component in api.components:
        key = component.key if isinstance(component, Model) else api.keys[component.name]
        if _is_whole(component, document.schemas[key]):
            yield component.name, key


def _is_whole(component: Component, schema: Schema) -> bool:
    """Return whether a class is all of its schema, without a file in place of what that has."""
    match component:
        case Model(fields=fields):
            members, wires = schema.properties or {}, {field.wire for field in fields}
            opaque = (field.wire for field in fields if field.type in _FILES)
            return members.keys() == wires and all(is_file(members[wire]) for wire in opaque)
        case Enumeration(members=values):
            return [str(value) for _, value in values] == [
                str(value) for value in schema.enum or ()
            ]
        case _:
            return False
