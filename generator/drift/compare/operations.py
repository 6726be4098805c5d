"""Two operations compared: path, parameters, body, responses, servers, security.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.13 (Request Body), §4.8.16 (Responses).
"""

from __future__ import annotations

import re

from ...document.pointer import escape
from ...openapi.model import Document, Header, Operation, Response
from ..rules import REQUEST, RESPONSE
from .annotations import compare_annotations
from .differences import Comparison, DifferenceRecorder, OperationSymbol
from .display import need
from .media_types import compare_content, schema_pairs
from .parameters import compare_parameters
from .schemas import SchemaComparer
from .security import compare_security
from .servers import compare_servers


def wire_path(path: str) -> str:
    """Return a path without a fragment and the names of its parameters: what is sent."""
    return re.sub(r"\{[^{}]*\}", "{}", path.partition("#")[0])


class OperationComparer:
    """Compares operations of two documents."""

    def __init__(self, old: Document, new: Document, schemas: SchemaComparer) -> None:
        self.old = old
        self.new = new
        self.schemas = schemas

    def compare(self, old: Operation, new: Operation) -> list[Comparison]:
        """Return all comparisons of two operations."""
        neutral, request, response = Comparison(""), Comparison(REQUEST), Comparison(RESPONSE)
        self._operation(neutral, old, new)
        compare_parameters(self.schemas, request, old, new)
        self._body(request, old, new)
        self._responses(response, old, new)
        access = Comparison("")
        compare_servers(access, old, new, self.old, self.new)
        compare_security(access, old, new, self.old, self.new)
        return [neutral, request, response, access]

    def _operation(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        recorder = DifferenceRecorder(comparison, old, new, OperationSymbol(old.label))
        recorder.compare(
            "operation/id", "operationId", old.operation_id, new.operation_id, action="changed",
            present=(old.operation_id, new.operation_id),
        )  # fmt: skip
        recorder.symbol = None
        if (old.method, wire_path(old.path)) != (new.method, wire_path(new.path)):
            paths = f"{old.verb} {old.path}", f"{new.verb} {new.path}"
            recorder.record("operation/path/changed", *paths)
        compare_annotations(recorder, [old], [new], "operation")

    def _body(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        before, after = old.request_body, new.request_body
        symbol = OperationSymbol(old.label, "body")
        recorder = DifferenceRecorder(
            comparison, before or old, after or new, symbol, subject="",
            at=(before.location if before else old.at("requestBody")).pointer,
        )  # fmt: skip
        if before is not None and after is not None:
            recorder.compare(
                "body/required", "required", before.required or None, after.required or None
            )
            recorder.subject = "request body"
            compare_annotations(recorder, [before], [after])
            compare_content(self.schemas, recorder, before.content, after.content)
        elif body := before or after:
            suffix = "-required" if body.required else ""
            recorder.record_presence("body/presence", before, after, suffix=suffix)

    def _responses(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        symbol = OperationSymbol(old.label, "result")
        for status in {**old.responses, **new.responses}:
            before, after = old.responses.get(status), new.responses.get(status)
            recorder = DifferenceRecorder(comparison, before or old, after or new, symbol)
            if before is not None and after is not None:
                self._response(recorder, before, after)
            else:
                recorder.subject = ""
                at = f"{old.responses_location.pointer}/responses/{status}"
                recorder.record_presence(f"status/{_group(status)}", before, after, status, at=at)

    def _response(self, recorder: DifferenceRecorder, old: Response, new: Response) -> None:
        compare_annotations(recorder, [old], [new])
        left, right = _headers(old), _headers(new)
        for name in {**left, **right}:
            before, after = left.get(name), right.get(name)
            inner = DifferenceRecorder(
                recorder.comparison, before or old, after or new, subject=recorder.subject
            )
            if before is not None and after is not None:
                self._header(inner, before, after, name)
            elif header := before or after:
                at = f"{old.location.pointer}/headers/{escape(name)}"
                rule = f"header/{need(required=header.required)}"
                inner.record_presence(rule, before, after, name, at=at)
        compare_content(self.schemas, recorder, old.content, new.content)

    def _header(self, recorder: DifferenceRecorder, old: Header, new: Header, name: str) -> None:
        recorder.compare(
            "header/presence", "required", old.required or None, new.required or None,
            action=need(required=new.required), name=name,
        )  # fmt: skip
        compare_annotations(recorder, [old], [new])
        for before, after in schema_pairs(old, new):
            recorder.comparison.inner.append(self.schemas.compare(before, after, RESPONSE))


def _headers(response: Response) -> dict[str, Header]:
    return {
        name.lower(): header
        for name, header in response.headers.items()
        if name.lower() != "content-type"
    }


def _group(status: str) -> str:
    return "default" if status == "default" else "success" if status[0] in "23" else "error"
