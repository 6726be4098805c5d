"""Successes that the setting ``error_when`` makes errors, and the documented words of errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from ...base.config import Client
from ...base.errors import Findings
from ...base.printable import on_one_line
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.media_types import json_in
from ...reading.openapi.model.schemas import Json, Schema
from ..ir.operations import ErrorCondition
from ..ir.types import Text
from .response_members import steps_of

_LONGEST: Final = 200
"""The characters of the words of a status."""
_PHRASES: Final = {str(int(status)): status.phrase for status in HTTPStatus}


def condition_of(operation: Operation, setting: str | Mapping[str, str]) -> ErrorCondition | None:
    """Return the condition under which a success of an operation is an error."""
    text = setting if isinstance(setting, str) else ""
    if isinstance(setting, Mapping):
        text = next((setting[key] for key in operation.spellings if key in setting), "")
    if not text:
        return None
    member, _, value = text.partition("==")
    return ErrorCondition(tuple(steps_of(member.strip())), json.loads(value))


def is_met(condition: ErrorCondition | None, body: Json) -> bool:
    """Return whether a body is one of an error; 1 isn't true, and 0 isn't false."""
    if condition is None:
        return False
    value = body
    for step in condition.member:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    is_same_type = isinstance(value, bool) == isinstance(condition.value, bool)
    return is_same_type and value == condition.value


def warn_of_conditions(document: Document, client: Client, findings: Findings) -> None:
    """Record a warning for each condition whose member no success of its operations describes."""
    conditions = client.pins("error_when")
    if isinstance(client.error_when, str):
        conditions = {"": client.error_when}
    for key, text in conditions.items():
        operations = [op for op in document.operations if not key or key in op.spellings]
        if not text or not operations:
            continue
        name = text.partition("==")[0].strip()
        if any(_describes(document, operation, steps_of(name)) for operation in operations):
            continue
        findings.warn(
            "error-when",
            client.place("error_when", *filter(None, [key])),
            f"`error_when` names the member {name!r}, which no success describes",
            "Compare the name with the responses of the server: where it is wrong, no error is "
            "noticed.",
        )


def _describes(document: Document, operation: Operation, steps: Sequence[str]) -> bool:
    """Return whether a success of an operation describes a member."""
    schemas = [*success_schemas(operation)]
    for step in steps:
        schemas = [inner for schema in schemas for inner in members_of(document, schema, step)]
    return bool(schemas)


def success_schemas(operation: Operation) -> Iterator[Schema]:
    """Yield the schemas of the JSON in an operation's successes.

    That is the response ``default`` where no success is described.
    """
    successes = [status for status in operation.responses if status.startswith("2")]
    for status in successes or ["default"]:
        yield from schemas_of(operation, status)


def schemas_of(operation: Operation, status: str) -> Iterator[Schema]:
    """Yield the schemas of the JSON in a response."""
    response = operation.responses.get(status)
    if response is None or response.content is None:
        return
    for media in json_in(response.content.media_types):
        if media.schema is not None:
            yield media.schema


def members_of(document: Document, schema: Schema, name: str) -> Iterator[Schema]:
    """Yield the schemas of a member in each branch of a schema that describes it."""
    for branch in document.leaves(schema):
        member = (branch.properties or {}).get(name)
        if member is not None:
            yield member


def error_texts(operation: Operation) -> dict[str, Text]:
    """Return the descriptions of error statuses, but for those that repeat the phrase of HTTP.

    Those of ranges and of ``default`` are about no status of their own (OpenAPI 3.1.1 §4.8.16).
    """
    texts: dict[str, Text] = {}
    for status, response in operation.responses.items():
        words = " ".join(response.description.split()).rstrip(".")
        phrase = _PHRASES.get(status, "")
        is_error = status.isdigit() and status[0] in "345"
        if is_error and words and words.lower() != phrase.lower():
            texts[status] = Text(on_one_line(words[:_LONGEST]))
    return texts
