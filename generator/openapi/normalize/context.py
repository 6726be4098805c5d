"""The values that the parts of normalisation share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ...document.references import References
from ...document.tree import Location, MappingNode, Value
from ...errors import Findings


@dataclass(frozen=True, slots=True)
class Context:
    """The description that is normalised."""

    refs: References
    findings: Findings
    is_30: bool
    """True if it is written in OpenAPI 3.0."""


class Normalizer(Protocol):
    """The recursion over schemas, which keywords that contain schemas call for each of them."""

    def visit(self, value: Value, hint: str, location: Location) -> MappingNode:
        """Return the canonical form of a schema; ``hint`` is its key if it becomes a component."""
        ...

    def body(self, node: MappingNode, hint: str) -> MappingNode:
        """Return the canonical form of a schema, itself no component yet."""
        ...
