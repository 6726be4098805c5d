"""Two operations compared: path, parameters, body, responses, servers, security.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.13 (Request Body), §4.8.16 (Responses), §4.8.18
(Callback).
"""

from __future__ import annotations

from ....reading.openapi.model.document import Document, IncomingRequest, Operation
from ....reading.openapi.model.path_templates import wire_path
from ...changes.rules import REQUEST, RESPONSE
from ...changes.symbols import OperationSymbol
from ..differences.annotations import compare_annotations
from ..differences.differences import Comparison, DifferenceRecorder, paired
from ..differences.display import subject_of
from ..schemas.schemas import SchemaComparer
from .headers import compare_headers
from .links import LinkComparer
from .media_types import compare_content
from .parameters import compare_parameters
from .security import compare_incoming_security, compare_security
from .servers import compare_servers


class OperationComparer:
    """Compares operations of two documents."""

    def __init__(self, old: Document, new: Document, schemas: SchemaComparer) -> None:
        self.old = old
        self.new = new
        self.schemas = schemas
        self.links = LinkComparer(old, new)

    def compare(self, old: Operation, new: Operation) -> list[Comparison]:
        """Return all comparisons of two operations."""
        neutral, request, response = Comparison(""), Comparison(REQUEST), Comparison(RESPONSE)
        self._operation(neutral, old, new)
        compare_parameters(self.schemas, request, old, new)
        self._body(request, old, new)
        self._responses(response, old, new)
        self._links(response, old, new)
        access = Comparison("")
        compare_servers(access, old, new, self.old, self.new)
        compare_security(access, old, new, self.old, self.new)
        return [neutral, request, response, access]

    def compare_incoming(self, old: IncomingRequest, new: IncomingRequest) -> list[Comparison]:
        """Return all comparisons of two requests that the API sends, and programs answer."""
        neutral, sent, answer = Comparison(""), Comparison(RESPONSE), Comparison(REQUEST)
        recorder = DifferenceRecorder(neutral, old, new)
        urls = f"{old.verb} {old.path}", f"{new.verb} {new.path}"
        recorder.compare("incoming/url", "", *urls, present=(None, None))
        compare_annotations(recorder, [old], [new], "operation")
        compare_incoming_security(recorder, old, new, self.old, self.new)
        compare_parameters(self.schemas, sent, old, new)
        self._body(sent, old, new, neutral)
        self._responses(answer, old, new)
        return [neutral, sent, answer]

    def _operation(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        recorder = DifferenceRecorder(comparison, old, new, OperationSymbol(old.label))
        recorder.compare(
            "operation/id",
            "operationId",
            old.operation_id,
            new.operation_id,
            action="changed",
            present=(old.operation_id, new.operation_id),
        )
        recorder.symbol = None
        if (old.method, wire_path(old.path)) != (new.method, wire_path(new.path)):
            paths = f"{old.verb} {old.path}", f"{new.verb} {new.path}"
            recorder.record("operation/path/changed", *paths)
        compare_annotations(recorder, [old], [new], "operation")

    def _body(
        self,
        comparison: Comparison,
        old: Operation,
        new: Operation,
        types: Comparison | None = None,
    ) -> None:
        """Compare two bodies; ``types`` is for the media types of one that the API sends."""
        before, after = old.request_body, new.request_body
        symbol = OperationSymbol(old.label, "body")
        prefix = subject_of(old.location.pointer)
        recorder = DifferenceRecorder(
            comparison,
            before or old,
            after or new,
            symbol,
            subject=prefix,
            at=(before.location if before else old.at("requestBody")).pointer,
        )
        if before is not None and after is not None:
            recorder.compare(
                "body/required", "required", before.required or None, after.required or None
            )
            recorder.subject = f"{prefix} request body".strip()
            compare_annotations(recorder, [before], [after])
            compare_content(self.schemas, recorder, before.content, after.content, types)
        elif body := before or after:
            suffix = "-required" if body.required else ""
            recorder.record_presence("body/presence", before, after, suffix=suffix)

    def _responses(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        symbol = OperationSymbol(old.label, "result")
        for status, before, after in paired(old.responses, new.responses):
            recorder = DifferenceRecorder(comparison, before or old, after or new, symbol)
            if before is not None and after is not None:
                compare_annotations(recorder, [before], [after])
                compare_headers(self.schemas, recorder, before.headers, after.headers)
                compare_content(self.schemas, recorder, before.content, after.content)
            else:
                recorder.subject = subject_of(old.location.pointer)
                at = f"{old.location.pointer}/responses/{status}"
                recorder.record_presence(f"status/{_group(status)}", before, after, status, at=at)

    def _links(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        for status, before in old.responses.items():
            after = new.responses.get(status)
            if after is not None and (before.links or after.links):
                symbol = OperationSymbol(old.label, "result")  # pages of results may follow a link
                recorder = DifferenceRecorder(comparison, before, after, symbol)
                self.links.compare(recorder, before.links, after.links)


def _group(status: str) -> str:
    return "default" if status == "default" else "success" if status[0] in "23" else "error"
