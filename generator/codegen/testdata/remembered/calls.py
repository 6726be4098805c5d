"""The answers of the operations of a resource."""

from __future__ import annotations

from collections.abc import Iterator

from ....reading.openapi.model.messages import MediaType
from ....reading.openapi.model.schemas import Json, Schema
from ...ir.operations import ClientOperation
from ...ir.remembered import RememberedCall
from ...ir.types import Text
from .schemas import json_answer
from .values import ItemValues


def build_call(
    values: ItemValues, role: str, operation: ClientOperation, item: Schema | None
) -> RememberedCall:
    """Return an operation with its answers; without ``item`` it answers with a list."""
    answer, schema = json_answer(operation), values.schemas.answer(operation)
    media_type, status = "", 200
    if answer is not None and schema is not None:
        if item is None or values.schemas.is_same(schema, item):
            media_type = answer.media_type
        if answer.status.isdigit():
            status = int(answer.status)
    missing_media_type, missing_body = "", None
    if role not in ("create", "list"):
        missing_media_type, missing_body = _missing(values, operation)
    return RememberedCall(
        role=role,
        script=str(operation.constant).lower(),
        status=status,
        media_type=Text(_concrete(media_type)),
        missing_body=missing_body,
        missing_media_type=Text(_concrete(missing_media_type)),
    )


def _missing(values: ItemValues, operation: ClientOperation) -> tuple[str, Json]:
    """Return the media type and the body of the described answer for a missing item."""
    for status in ("404", "4XX", "default"):
        for error in operation.errors:
            answer = error.each[0]
            if error.status != status or answer.codec != "json" or answer.origin is None:
                continue
            body = next(_error_bodies(values, answer.origin), None)
            if body is not None:
                return answer.media_type, body
    return "", None


def _error_bodies(values: ItemValues, media: MediaType) -> Iterator[Json]:
    """Yield the examples of a body, then a generated one."""
    if media.schema is None:
        return
    for example in media.examples.values():
        if values.is_valid(example.value, media.schema):
            yield example.value
    yield values.value(media.schema)


def _concrete(media_type: str) -> str:
    """Return a media type that isn't a range."""
    if "*" in media_type:
        return "application/json"
    return media_type
