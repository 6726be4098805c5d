"""Two operations compared: path, parameters, body, responses, servers, security.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.13 (Request Body), §4.8.16 (Responses).
"""

from __future__ import annotations

import re

from ...openapi.model import Document, Header, Operation, Response
from ..rules import REQUEST, RESPONSE
from .differences import Comparison, DifferenceRecorder, OperationSymbol
from .media_types import compare_content, schema_pairs
from .parameters import compare_parameters
from .parts import need, record_deprecation, record_description, record_text
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
        recorder = DifferenceRecorder(comparison, old.location.pointer, OperationSymbol(old.label))
        recorder.record_member(
            rule="operation/id/changed", member="operationId", parts=(old, new),
            old=old.operation_id, new=new.operation_id,
        )  # fmt: skip
        recorder.symbol = None
        if (old.method, wire_path(old.path)) != (new.method, wire_path(new.path)):
            recorder.record(
                rule="operation/path/changed",
                base=old.location,
                revision=new.location,
                old=f"{old.verb} {old.path}",
                new=f"{new.verb} {new.path}",
            )
        record_deprecation(recorder, "operation", old, new)
        record_text(recorder, "summary", old, new, old.summary, new.summary)
        record_description(recorder, old, new)

    def _body(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        before, after = old.request_body, new.request_body
        pointer = (before.location if before is not None else old.at("requestBody")).pointer
        symbol = OperationSymbol(old.label, "body")
        recorder = DifferenceRecorder(comparison, pointer, symbol, subject="")
        body = before or after
        if before is not None and after is not None:
            recorder.record_member(
                rule=f"body/required/{'added' if after.required else 'removed'}",
                member="required", parts=(before, after),
                old="true" if before.required else "", new="true" if after.required else "",
            )  # fmt: skip
            recorder = DifferenceRecorder(comparison, pointer, symbol, subject="request body")
            record_description(recorder, before, after)
            compare_content(self.schemas, recorder, before, after, before.content, after.content)
        elif body is not None:
            recorder.record_presence(
                rule="body/presence", parts=(before, after),
                suffix="-required" if body.required else "",
            )  # fmt: skip

    def _responses(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        at = f"{old.responses_location.pointer}/responses"
        for status in {**old.responses, **new.responses}:
            before, after = old.responses.get(status), new.responses.get(status)
            pointer = (before or old).location.pointer
            recorder = DifferenceRecorder(comparison, pointer, OperationSymbol(old.label, "result"))
            if before is not None and after is not None:
                self._response(recorder, before, after)
            else:
                recorder.subject = ""
                recorder.record_presence(
                    rule=f"status/{_group(status)}", parts=(before, after), value=status,
                    at=f"{at}/{status}",
                )  # fmt: skip

    def _response(self, recorder: DifferenceRecorder, old: Response, new: Response) -> None:
        record_description(recorder, old, new)
        left, right = _headers(old), _headers(new)
        for name in {**left, **right}:
            before, after = left.get(name), right.get(name)
            pointer = (before or old).location.pointer
            inner = DifferenceRecorder(recorder.comparison, pointer, subject=recorder.subject)
            header = before or after
            if before is not None and after is not None:
                self._header(inner, before, after, name)
            elif header is not None:
                inner.record_presence(
                    rule=f"header/{need(header)}", parts=(before, after), value=name,
                    owners=(old, new), at=f"{old.location.pointer}/headers/{name}",
                )  # fmt: skip
        compare_content(self.schemas, recorder, old, new, old.content, new.content)

    def _header(self, recorder: DifferenceRecorder, old: Header, new: Header, name: str) -> None:
        recorder.record_member(
            rule=f"header/presence/{need(new)}", member="required", parts=(old, new),
            old="true" if old.required else "", new="true" if new.required else "",
            words={"name": name},
        )  # fmt: skip
        record_description(recorder, old, new)
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
