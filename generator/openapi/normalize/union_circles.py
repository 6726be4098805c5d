"""Unions that are their own branches, once all components are made.

A circle that composition alone makes is found while the components are read (:mod:`.components`).
One that begins inside a member, or in an intersection, shows only in the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...document.component_keys import PREFIX
from ...document.cycles import strongly_connected
from ...document.tree import MappingNode, SequenceNode
from ...errors import Findings
from .combinations import UNIONS


def cut_circles(schemas: Mapping[str, MappingNode], findings: Findings) -> None:
    """Let a branch that leads back to its own union restrict nothing, with a warning."""
    branches = {key: [*_branches(schema, schemas)] for key, schema in schemas.items()}
    for circle in strongly_connected(branches, lambda key: [to for *_, to in branches[key]]):
        before: set[str] = set()
        for key in sorted(circle):
            before.add(key)
            for union, index, target in branches[key]:
                reference = union[index]
                if target in before and isinstance(reference, MappingNode):
                    findings.assume(
                        "ref-cycle",
                        reference.location,
                        "a schema is composed from itself; this part of it restricts nothing",
                        "Replace one $ref of the cycle by a schema.",
                    )
                    union[index] = MappingNode(reference.location)


def _branches(
    schema: MappingNode, schemas: Mapping[str, MappingNode]
) -> Iterator[tuple[SequenceNode, int, str]]:
    """Yield the branches that are references, also those of inner unions: where they are and the
    key of the component that they lead to.
    """
    for keyword in UNIONS:
        union = schema.get(keyword)
        if not isinstance(union, SequenceNode):
            continue
        for index, branch in enumerate(union):
            if not isinstance(branch, MappingNode):
                continue
            if "$ref" not in branch:
                yield from _branches(branch, schemas)
                continue
            key, seen = str(branch["$ref"]).removeprefix(PREFIX), set[str]()
            while key in schemas and "$ref" in schemas[key] and key not in seen:
                seen.add(key)  # no more than another one's name
                key = str(schemas[key]["$ref"]).removeprefix(PREFIX)
            if key in schemas:
                yield union, index, key
