"""The values that the parts of normalisation share."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from .....base.errors import Findings
from .....base.immutable import immutable
from ....document.references import References
from ....document.tree import Location, MappingNode, Value
from ...model.schemas import Schema
from ...server_checks import ServerChecks


@immutable
class Context:
    """The description that is normalised."""

    refs: References
    findings: Findings
    is_draft_4: bool
    """True if its schemas are those of OpenAPI 3.0 or Swagger 2.0, after JSON Schema draft 4."""
    checks: ServerChecks
    is_swagger: bool = False
    """True if it is written in Swagger 2.0."""
    keeps_refusals: bool = False
    """True if a part that an operation can do without is refused too, where it cannot be read."""


class Normalizer(Protocol):
    """The recursion over schemas, which keywords that contain schemas call for each of them."""

    def visit(self, value: Value, hint: str, location: Location) -> Schema:
        """Return the canonical form of a schema; ``hint`` is its key if it becomes a component."""
        ...

    def body(self, node: MappingNode, hint: str) -> Schema:
        """Return the canonical form of a schema, itself no component yet."""
        ...

    @property
    def scope(self) -> Mapping[str, MappingNode]:
        """The schemas that dynamic references lead to, by their anchors."""
        ...

    def dynamic_scope(
        self, node: MappingNode, *, outermost: bool = False
    ) -> AbstractContextManager[None]:
        """Bind the dynamic anchors of a schema that aren't bound further out."""
        ...
