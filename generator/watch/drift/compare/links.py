"""Links of responses compared.

Source: OpenAPI 3.1.1 §4.8.20 (Link).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from ....reading.document.pointer import escape, split
from ....reading.openapi.model.document import Document
from ....reading.openapi.model.messages import Link
from ....reading.openapi.model.path_templates import wire_path
from ....reading.openapi.model.schemas import MISSING, Json
from ..differences.annotations import compare_annotations
from ..differences.differences import DifferenceRecorder, paired


class LinkComparer:
    """Compares links of two documents."""

    def __init__(self, old: Document, new: Document) -> None:
        self.places = _places(old), _places(new)

    def compare(
        self, parent: DifferenceRecorder, old: Mapping[str, Link], new: Mapping[str, Link]
    ) -> None:
        """Record what differs in the links of two responses.

        A slice has no links to operations that it lacks; so those of upstream don't count either.
        """
        for name, before, after in paired(old, new):
            if not (_is_used(before, self.places[0]) or _is_used(after, self.places[1])):
                continue
            recorder = DifferenceRecorder(
                parent.comparison,
                before or parent.old,
                after or parent.new,
                parent.symbol,
                subject=parent.subject,
            )
            if before is None or after is None:
                at = f"{parent.at}/links/{escape(name)}"
                recorder.record_presence("link/presence", before, after, name, at=at)
                continue
            targets = _target(before, self.places[0]), _target(after, self.places[1])
            recorder.compare("link/target", (_member(before), _member(after)), *targets, name=name)
            values = _values(before), _values(after)
            recorder.compare("link/values", "parameters", *values, action="changed", name=name)
            compare_annotations(recorder, [before], [after])


def _is_used(link: Link | None, places: Mapping[str, str]) -> bool:
    """Return whether a link leads to an operation in use, or to another description."""
    if link is None:
        return False
    if link.operation_ref:
        is_own = link.operation_ref.startswith("#")
        return not is_own or _target_of_ref(link.operation_ref) in places.values()
    return link.operation_id in places


def _places(document: Document) -> dict[str, str]:
    """Return the method and path of each operation by its operationId, or else by themselves."""
    places: dict[str, str] = {}
    for op in document.operations:
        place = f"{op.verb} {wire_path(op.path)}"
        places[op.operation_id or place] = place
    return places


def _target(link: Link, places: Mapping[str, str]) -> str:
    """Return the method and path of a link's operation, or what the link has in their place."""
    target = _target_of_ref(link.operation_ref)
    target = target or places.get(link.operation_id, link.operation_id)
    url = link.server.get("url") if isinstance(link.server, dict) else None
    return f"{target} at {url}" if url else target


def _target_of_ref(reference: str) -> str:
    """Return the method and path of an operation of the description itself, or the reference."""
    match split(unquote(reference.partition("#")[2])):
        case ["paths", path, method] if reference.startswith("#"):
            return f"{method.upper()} {wire_path(path)}"
        case ["paths", path, "additionalOperations", method] if reference.startswith("#"):
            return f"{method} {wire_path(path)}"
        case _:
            return reference


def _member(link: Link) -> str:
    return "operationRef" if link.operation_ref else "operationId"


def _values(link: Link) -> dict[str, Json]:
    values: dict[str, Json] = {**link.parameters}
    return values if link.request_body is MISSING else {**values, "requestBody": link.request_body}
