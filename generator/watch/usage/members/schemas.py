"""The branches of schemas, and the keys of the components that lead to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from ....base.immutable import immutable
from ....reading.openapi.model.schemas import Schema
from ...changes.symbols import ApiSymbol, ComponentSymbol
from ..files import ProgramFile

PartKey: TypeAlias = tuple[str, str]
"""The place and the name of a parameter; or ``#`` and the key of a schema, with a property's name,
which is empty for the schema itself.
"""


@immutable(eq=False)
class NamedPart:
    """A line that names a parameter or a member."""

    file: ProgramFile
    node: ast.AST


def part_of(symbol: ApiSymbol) -> PartKey:
    """Return the key of a part of a description that changed."""
    if isinstance(symbol, ComponentSymbol):
        return f"#{symbol.old}", symbol.property
    return symbol.part, name_of(symbol.part, symbol.name)


def name_of(place: str, name: str) -> str:
    """Return the name of a parameter; that of a header in lower case."""
    return name.lower() if place == "header" else name


def leaves_of(
    schema: Schema, schemas: Mapping[str, Schema]
) -> Iterator[tuple[Sequence[str], Schema]]:
    """Yield the branches of a schema, each with the keys of the components that lead to it."""
    todo: list[tuple[tuple[str, ...], Schema]] = [((), schema)]
    seen: set[Schema] = set()
    while todo:
        keys, inner = todo.pop()
        if inner in seen:
            continue
        seen.add(inner)
        if inner.ref in schemas:
            todo.append(((*keys, inner.ref), schemas[inner.ref]))
        elif inner.branches:
            todo += [(keys, branch) for branch in reversed(inner.branches)]
        else:
            yield keys, inner


def parts_of_type(schema: Schema, schemas: Mapping[str, Schema]) -> Iterator[PartKey]:
    """Yield the components that a value is of."""
    for keys, _ in leaves_of(schema, schemas):
        for key in keys:
            yield f"#{key}", ""
