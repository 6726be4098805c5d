"""The schemas of the canonical document that the classes of the models were made from."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from functools import cache

from ...openapi.model import Document
from ..ir import Api, Enumeration, Model


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
        if len(fitting) == 1:
            yield name, fitting[0]


@cache
def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
