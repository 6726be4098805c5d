"""Unions that are their own branches, once all components are made.

Such a branch adds no value to those of the others. A circle through an intersection is cut while
the components are read (:mod:`.components`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from .....base.errors import Findings
from ....document.cycles import strongly_connected
from ....document.tree import Location
from ...model.schemas import Schema, Union
from .canonical import as_text, placed, updated


def cut_circles(schemas: dict[str, Schema], findings: Findings) -> None:
    """Give each union of a circle the branches of all that lead out of it, with a warning."""
    branches = {key: [*_branches(schema, schemas)] for key, schema in schemas.items()}
    for circle in strongly_connected(branches, lambda key: [to for _, to in branches[key]]):
        circle.sort()
        leading_back: list[Location] = []
        for index, key in enumerate(circle, 1):
            for reference, target in branches[key]:
                if target in circle[:index]:
                    leading_back.append(reference.location)
        if not leading_back:
            continue
        leading_out: dict[str, Schema] = {}
        for key in circle:
            for branch in _leading_out(schemas[key], schemas, circle):
                leading_out.setdefault(as_text(branch), branch)
        outcome = "this part of it adds no value" if leading_out else "it is read as any value"
        for location in leading_back:
            findings.assume(
                "ref-cycle",
                location,
                f"a schema is composed from itself; {outcome}",
                "Replace one $ref of the cycle by a schema.",
            )
        for key in circle:
            schemas[key] = _union(schemas[key], leading_out)


def _union(schema: Schema, branches: Mapping[str, Schema]) -> Schema:
    """Return a union with other branches, its own first; without any it admits any value."""
    assert schema.union is not None
    own = {*map(as_text, schema.branches)}
    distinct = [branches[text] for text in sorted(branches, key=lambda text: text not in own)]
    if len(distinct) == 1:
        return updated(placed(distinct[0], schema.location), schema.replace(union=None))
    if not distinct:
        return schema.replace(union=None)
    return schema.replace(union=Union(schema.union.keyword, tuple(distinct), schema.location))


def _leading_out(
    schema: Schema, schemas: Mapping[str, Schema], circle: Container[str]
) -> Iterator[Schema]:
    """Yield the branches of a union, and of the unions in it, that aren't of the circle."""
    for branch in schema.branches:
        if branch.ref:
            if _target(branch, schemas) not in circle:
                yield branch
        elif branch.union is not None:
            yield from _leading_out(branch, schemas, circle)
        else:
            yield branch


def _branches(schema: Schema, schemas: Mapping[str, Schema]) -> Iterator[tuple[Schema, str]]:
    """Yield the branches that are references, also those of inner unions, and the keys of the
    components that they lead to.
    """
    for branch in schema.branches:
        if not branch.ref:
            yield from _branches(branch, schemas)
        elif (key := _target(branch, schemas)) in schemas:
            yield branch, key


def _target(reference: Schema, schemas: Mapping[str, Schema]) -> str:
    """Return the key of the component at the end of a chain of references."""
    key, seen = reference.ref, set[str]()
    while key in schemas and schemas[key].ref and key not in seen:
        seen.add(key)  # no more than another one's name
        key = schemas[key].ref
    return key
