"""The schemas of the canonical document that the classes of the models were made from."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from functools import cache

from ...openapi.model import Document, Schema
from ..build.media_types import is_file
from ..ir import Api, Array, Enumeration, File, Model, Scalar


def schema_classes(api: Api, document: Document) -> tuple[tuple[str, str], ...]:
    """Return pairs of a class and the key of its schema; a class without a certain one is left out.

    A class and its schema have the same properties or values, and alike names.
    """
    return tuple(_pairs(api, document))


def _pairs(api: Api, document: Document) -> Iterator[tuple[str, str]]:
    alike: dict[Hashable, list[str]] = {}
    named: dict[tuple[Hashable, str], list[str]] = {}
    for key, schema in document.schemas.items():
        contents: list[Hashable] = []
        if schema.properties is not None:
            contents.append(frozenset(schema.properties))
        if schema.enum and all(isinstance(value, str | int) for value in schema.enum):
            contents.append(tuple(map(str, schema.enum)))
        for content in contents:
            alike.setdefault(content, []).append(key)
            named.setdefault((content, _bare(key)), []).append(key)
    for component in api.components:
        match component:
            case Model(name=name, fields=fields):
                content = frozenset(field.wire for field in fields)
            case Enumeration(name=name, members=members):
                content = tuple(str(value) for _, value in members)
            case _:
                continue
        fitting = named.get((content, _bare(name))) or alike.get(content, [])
        if len(fitting) == 1 and not _has_opaque_part(component, document.schemas[fitting[0]]):
            yield name, fitting[0]


def _has_opaque_part(component: Model | Enumeration, schema: Schema) -> bool:
    """Return whether a field is a file in place of what its schema describes."""
    if not isinstance(component, Model):
        return False
    files = (File(), Scalar("bytes"), Array(File()), Array(Scalar("bytes")))
    members = schema.properties or {}
    opaque = (field.wire for field in component.fields if field.type in files)
    return not all(is_file(members[wire]) for wire in opaque)


@cache
def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
