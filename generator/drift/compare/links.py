"""Links of responses compared.

Source: OpenAPI 3.1.1 §4.8.20 (Link).
"""

from __future__ import annotations

from collections.abc import Mapping

from ...document.pointer import escape, split
from ...openapi.model.document import Document
from ...openapi.model.messages import Link
from ...openapi.model.schemas import MISSING, Json
from ..differences.annotations import compare_annotations
from ..differences.differences import DifferenceRecorder, paired
from ..differences.display import wire_path


class LinkComparer:
    """Compares links of two documents."""

    def __init__(self, old: Document, new: Document) -> None:
        self.places = _places(old), _places(new)

    def compare(
        self, parent: DifferenceRecorder, old: Mapping[str, Link], new: Mapping[str, Link]
    ) -> None:
        """Record what differs in the links of two responses."""
        for name, before, after in paired(old, new):
            recorder = DifferenceRecorder(
                parent.comparison, before or parent.old, after or parent.new, parent.symbol,
                subject=parent.subject,
            )  # fmt: skip
            if before is None or after is None:
                at = f"{parent.at}/links/{escape(name)}"
                recorder.record_presence("link/presence", before, after, name, at=at)
                continue
            targets = _target(before, self.places[0]), _target(after, self.places[1])
            recorder.compare("link/target", (_member(before), _member(after)), *targets, name=name)
            values = _values(before), _values(after)
            recorder.compare("link/values", "parameters", *values, action="changed", name=name)
            compare_annotations(recorder, [before], [after])


def _places(document: Document) -> dict[str, str]:
    """Return the method and path of each operation by its operationId."""
    return {op.operation_id: f"{op.verb} {wire_path(op.path)}" for op in document.operations}


def _target(link: Link, places: Mapping[str, str]) -> str:
    """Return the method and path of a link's operation, or what the link has in their place."""
    target = link.operation_ref or places.get(link.operation_id, link.operation_id)
    match split(link.operation_ref.partition("#")[2]):
        case ["paths", path, method] if link.operation_ref.startswith("#"):
            target = f"{method.upper()} {wire_path(path)}"
        case _:
            pass
    url = link.server.get("url") if isinstance(link.server, dict) else None
    return f"{target} at {url}" if url else target


def _member(link: Link) -> str:
    return "operationRef" if link.operation_ref else "operationId"


def _values(link: Link) -> dict[str, Json]:
    values: dict[str, Json] = {**link.parameters}
    return values if link.request_body is MISSING else {**values, "requestBody": link.request_body}
