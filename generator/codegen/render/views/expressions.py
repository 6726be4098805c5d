"""Source expressions for the values of an operation: readers, writers and members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ...ir.annotations import annotation
from ...ir.operations import Answer, Body, ClientOperation, Member
from ...ir.types import Array, Code, Json, Type
from ..source.docstrings import py_literal

_READERS = {
    "json": "Json", "text": "Text", "bytes": "BytesBody", "none": "Nothing", "any": "Undescribed",
    "events": "Events",
    "lines": "Lines", "sequence": "JsonSequence", "whole-events": "WholeEvents",
}  # fmt: skip
_WRITERS = {
    "json": "Json", "form": "Form", "multipart": "Multipart", "parts": "PartsBody",
    "text": "Text", "bytes": "Content",
}  # fmt: skip
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_DEFAULT_MEDIA_TYPES = {
    "Json": "application/json",
    "Form": "application/x-www-form-urlencoded",
    "Multipart": "multipart/form-data",
    "Events": "text/event-stream",
    "WholeEvents": "text/event-stream",
}


def arguments(
    op: ClientOperation,
    values: Mapping[str, Json],
    write: Callable[[Type, Json], str],
    *,
    required_only: bool = False,
) -> Iterator[str]:
    """Yield the arguments of a call in the order of the method; ``write`` makes a value's code."""
    parameters = [p for p in op.parameters if p.name in values]
    yield from (write(p.type, values[p.name]) for p in parameters if p.required)
    if op.body and "body" in values:
        media_type = values.get("content_type", op.body.media_type)
        (body,) = (body for body in op.bodies if body.media_type == media_type)
        yield write(body.type, values["body"])
    for p in parameters:
        is_left_out = required_only and not p.is_needed
        if not (p.required or is_left_out):
            yield f"{p.name}={write(p.type, values[p.name])}"
    for name in ("content_type", "accept"):
        if name in values:
            yield f"{name}={py_literal(values[name])}"


def checked_type(type_: Type) -> str:
    """Return the lambda with the annotation that pydantic checks a value by."""
    return f"lambda: {annotation(type_, 'check')}"


def writer_class(body: Body) -> str:
    """Return the class of the writer of a request body."""
    return _WRITERS[body.codec]


def reader(answer: Answer) -> Code:
    """Return the call that makes the reader of a response, with one for each media type."""
    if answer.options:
        return Code(f"OneOf({', '.join(map(reader, answer.options))})")
    if answer.codec == "parts":
        name = "OrderedParts" if isinstance(answer.type, Array) else "NamedParts"
        kinds = {part.wire: part.kind + "*" * part.many for part in answer.parts}
        media_type = py_literal(answer.media_type)
        return Code(f"{name}({checked_type(answer.type)}, {media_type}, {py_literal(kinds)})")
    name = _READERS[answer.codec]
    arguments: list[str] = []
    if answer.codec not in ("text", "bytes", "none", "any"):
        arguments.append(checked_type(answer.type))
    if answer.media_type and answer.media_type != _DEFAULT_MEDIA_TYPES.get(name):
        arguments.append(py_literal(answer.media_type))
    return Code(f"{name}({', '.join(arguments)})")


def writer(body: Body) -> Code:
    """Return the call that makes the writer of a request body."""
    name = writer_class(body)
    arguments = [] if body.codec in ("text", "bytes") else [checked_type(body.type)]
    if body.sent_as != _DEFAULT_MEDIA_TYPES.get(name):
        arguments.append(py_literal(body.sent_as))
    types = {part.wire: part.media_type for part in body.parts if part.media_type}
    if body.codec in ("multipart", "parts") and types:
        arguments.append(f"parts={py_literal(types)}")
    joined = {part.wire: _SEPARATORS.get(part.style, ",") for part in body.parts if part.style}
    if body.codec == "multipart" and joined:
        arguments.append(f"joined={py_literal(joined)}")
    if body.codec == "form" and body.parts:
        styles = {part.wire: (part.style, part.explode) for part in body.parts}
        arguments.append(f"styles={py_literal(styles)}")
    return Code(f"{name}({', '.join(arguments)})")


def readers(answers: Sequence[Answer]) -> Code:
    """Return the mapping from status to reader, with each reader once."""
    by_status: dict[str, list[Code]] = {}
    for answer in answers:
        by_status.setdefault(answer.status, []).append(reader(answer))
    statuses: dict[str, list[str]] = {}
    for status, made in by_status.items():
        call = made[0] if len(made) == 1 else f"OneOf({', '.join(made)})"
        statuses.setdefault(call, []).append(status)
    parts: list[str] = []
    for call, several in statuses.items():
        if len(several) == 1:
            parts.append(f"{several[0]!r}: {call}")
            continue
        shared = f"dict.fromkeys({py_literal(tuple(several))}, {call})"
        if len(statuses) == 1:
            return Code(shared)
        parts.append(f"**{shared}")
    return Code(f"{{{', '.join(parts)}}}")


def member(path: Sequence[Member], whole: str = "page") -> str:
    """Return the lambda from a response to its member at ``path``, None if one before is None."""
    reached = whole
    checks: list[str] = []
    for number, step in enumerate(path, 1):
        reached += f".{step.name}"
        if step.optional and number < len(path):
            checks.append(f"{reached} is not None")
    guard = f" if {' and '.join(checks)} else None" if checks else ""
    return f"lambda {whole}: {reached}{guard}"
