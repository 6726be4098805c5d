"""Unions that are their own branches, once all components are made.

Such a branch adds no value to those of the others. A circle through an intersection is cut while
the components are read (:mod:`.components`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from ....document.cycles import strongly_connected
from ....document.tree import MappingNode, SequenceNode
from ....errors import Findings
from ..nodes.node_values import UNIONS, branches_of, key_of, mappings, omit


def cut_circles(schemas: dict[str, MappingNode], findings: Findings) -> None:
    """Give each union of a circle the branches of all that lead out of it, with a warning."""
    branches = {key: [*_branches(schema, schemas)] for key, schema in schemas.items()}
    for circle in strongly_connected(branches, lambda key: [to for _, to in branches[key]]):
        circle.sort()
        leading_back = [
            reference.location
            for index, key in enumerate(circle, 1)
            for reference, target in branches[key]
            if target in circle[:index]
        ]
        if not leading_back:
            continue
        leading_out = [
            branch for key in circle for branch in _leading_out(schemas[key], schemas, circle)
        ]
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


def _union(schema: MappingNode, branches: list[MappingNode]) -> MappingNode:
    """Return a union with other branches, its own first; without any it admits any value."""
    keyword = next(key for key in UNIONS if key in schema)
    own = [branch for branch in branches if branch in mappings(schema[keyword])]
    distinct: list[MappingNode] = []
    for branch in (*own, *branches):
        if branch not in distinct:
            distinct.append(branch)
    result = omit(schema, keyword, "discriminator")
    if len(distinct) == 1:
        return MappingNode(schema.location, {**distinct[0], **result}, schema.positions)
    if distinct:
        result[keyword] = SequenceNode(schema.location, distinct)
    return result


def _leading_out(
    schema: MappingNode, schemas: Mapping[str, MappingNode], circle: Container[str]
) -> Iterator[MappingNode]:
    """Yield the branches of a union, and of the unions in it, that aren't of the circle."""
    for branch in branches_of(schema):
        if "$ref" in branch:
            if _target(branch, schemas) not in circle:
                yield branch
        elif any(keyword in branch for keyword in UNIONS):
            yield from _leading_out(branch, schemas, circle)
        else:
            yield branch


def _branches(
    schema: MappingNode, schemas: Mapping[str, MappingNode]
) -> Iterator[tuple[MappingNode, str]]:
    """Yield the branches that are references, also those of inner unions, and the keys of the
    components that they lead to.
    """
    for branch in branches_of(schema):
        if "$ref" not in branch:
            yield from _branches(branch, schemas)
        elif (key := _target(branch, schemas)) in schemas:
            yield branch, key


def _target(reference: MappingNode, schemas: Mapping[str, MappingNode]) -> str:
    """Return the key of the component at the end of a chain of references."""
    key, seen = key_of(reference), set[str]()
    while key in schemas and "$ref" in schemas[key] and key not in seen:
        seen.add(key)  # no more than another one's name
        key = key_of(schemas[key])
    return key
