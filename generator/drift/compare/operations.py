"""Two operations compared: path, parameters, body, responses, servers, security.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.13 (Request Body), §4.8.16 (Responses).
"""

from __future__ import annotations

import re

from ...openapi.model import Document, Header, Operation, RequestBody, Response
from ..rules import REQUEST, RESPONSE
from .differences import Comparison, DifferenceRecorder, OperationSymbol
from .media_types import compare_content, schema_pairs
from .parameters import compare_parameters
from .parts import need, record_deprecation, record_text
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
        record_text(recorder, "description", old, new, old.description, new.description)

    # ── body ─────────────────────────────────────────────────────────────────────────────────

    def _body(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        before, after = old.request_body, new.request_body
        symbol = OperationSymbol(old.label, "body")
        at = (before.location if before is not None else old.at("requestBody")).pointer
        recorder = DifferenceRecorder(comparison, at, symbol)
        match before, after:
            case RequestBody(), RequestBody():
                recorder.record_member(
                    rule=f"body/required/{'added' if after.required else 'removed'}",
                    member="required", parts=(before, after),
                    old="true" if before.required else "", new="true" if after.required else "",
                )  # fmt: skip
                record_text(
                    recorder, "description", before, after, before.description, after.description
                )
                compare_content(
                    self.schemas, recorder, before, after, before.content, after.content
                )
            case RequestBody(), None:
                self._presence(recorder, "removed", before)
            case None, RequestBody():
                self._presence(recorder, "added", after)
            case _:
                pass

    @staticmethod
    def _presence(recorder: DifferenceRecorder, action: str, body: RequestBody) -> None:
        added = action == "added"
        recorder.record(
            rule=f"body/presence/{action}{'-required' if body.required else ''}",
            base=None if added else body.location,
            revision=body.location if added else None,
            subject="",
        )

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, comparison: Comparison, old: Operation, new: Operation) -> None:
        symbol = OperationSymbol(old.label, "result")
        for status in {**old.responses, **new.responses}:
            before, after = old.responses.get(status), new.responses.get(status)
            if before is not None and after is not None:
                self._response(comparison, before, after, symbol)
                continue
            action = "added" if before is None else "removed"
            added_at = f"{old.responses_location.pointer}/responses/{status}"
            at = added_at if before is None else before.location.pointer
            DifferenceRecorder(comparison, at, symbol).record(
                rule=f"status/{_group(status)}/{action}",
                base=None if before is None else before.location,
                revision=None if after is None else after.location,
                old="" if before is None else status,
                new="" if after is None else status,
                subject="",
            )

    def _response(
        self, comparison: Comparison, old: Response, new: Response, symbol: OperationSymbol
    ) -> None:
        recorder = DifferenceRecorder(comparison, old.location.pointer, symbol)
        record_text(recorder, "description", old, new, old.description, new.description)
        left, right = _headers(old), _headers(new)
        for name in {**left, **right}:
            before, after = left.get(name), right.get(name)
            if before is not None and after is not None:
                self._header(comparison, before, after, name, recorder.subject)
            elif before is not None:
                DifferenceRecorder(
                    comparison, before.location.pointer, subject=recorder.subject
                ).record(
                    rule=f"header/{need(before)}/removed",
                    base=before.location,
                    revision=new.location,
                    old=name,
                )
            elif after is not None:
                DifferenceRecorder(
                    comparison,
                    f"{old.location.pointer}/headers/{name}",
                    subject=recorder.subject,
                ).record(
                    rule=f"header/{need(after)}/added",
                    base=old.location,
                    revision=after.location,
                    new=name,
                )
        compare_content(self.schemas, recorder, old, new, old.content, new.content)

    def _header(
        self, comparison: Comparison, old: Header, new: Header, name: str, subject: str
    ) -> None:
        recorder = DifferenceRecorder(comparison, old.location.pointer, subject=subject)
        recorder.record_member(
            rule=f"header/presence/{need(new)}", member="required", parts=(old, new),
            old="true" if old.required else "", new="true" if new.required else "",
            words={"name": name},
        )  # fmt: skip
        record_text(recorder, "description", old, new, old.description, new.description)
        for before, after in schema_pairs(old, new):
            comparison.inner.append(self.schemas.compare(before, after, RESPONSE))


def _headers(response: Response) -> dict[str, Header]:
    return {
        name.lower(): header
        for name, header in response.headers.items()
        if name.lower() != "content-type"
    }


def _group(status: str) -> str:
    return "default" if status == "default" else "success" if status[0] in "23" else "error"
