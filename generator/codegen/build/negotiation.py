"""The media types that a call sends and accepts, unless its caller chooses others.

Sources: RFC 9110 §12.5.1 (Accept), RFC 8259 §11 (JSON has no charset).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...base.errors import UsageError
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.media_types import is_part, is_range, is_sendable, precedence
from ..ir.operations import Answer
from ..ir.types import UnionType
from .naming import pinned_operations

_CHARSET = re.compile(r"\s*;\s*charset\s*=[^;]*", re.IGNORECASE)


def pinned_types(document: Document, pins: Mapping[str, str]) -> dict[str, str]:
    """Return the media types that settings pin by ``METHOD /path``."""
    return {
        operation.spellings[1]: media_type
        for key, media_type in pins.items()
        for operation in pinned_operations(document.operations, key)
    }


def not_offered(
    setting: str, operation: Operation, media_type: str, offered: Iterable[str]
) -> UsageError:
    """Return the error for a pinned media type that an operation doesn't have."""
    listed = ", ".join(filter(None, offered)) or "none"
    return UsageError(
        f"[tool.speclock] {setting} {operation.label!r}: {media_type!r} isn't offered. Choose one "
        f"of these, or remove it: {listed}."
    )


def select_answers(plain: Sequence[Answer], pin: str) -> tuple[list[Answer], str]:
    """Return the response of each status, and the Accept header.

    ``pin`` is the media type that the settings choose, or empty. JSON is accepted under each name.
    """
    answers: list[Answer] = []
    accepted: list[Answer] = []
    for status in dict.fromkeys(answer.status for answer in plain):
        offered = [answer for answer in plain if answer.status == status]
        answers.append(join_media_types(offered, pin))
        is_json = answers[-1].codec == "json" and answers[-1].media_type != pin
        accepted += [a for a in offered if a.codec == "json"] if is_json else answers[-1:]
    return answers, accept_header(accepted)


def accept_header(answers: Iterable[Answer]) -> str:
    """Return the Accept header for the media types of responses (RFC 9110 §12.5.1).

    A type with parameters is a part of the same type without, and left out beside it: Kubernetes
    describes streams in this way. JSON has no charset (RFC 8259 §11). Other types than JSON are
    followed by a range with a low weight: some servers refuse a type that they send, because they
    choose by the types of their errors.
    """
    described = [answer for answer in answers if answer.media_type]
    described.sort(key=lambda option: is_range(option.media_type))
    is_json = all(one.codec == "json" and not is_range(one.media_type) for one in described)
    names = [option.media_type for option in described]
    names = [_CHARSET.sub("", name) for name in names] if is_json else names
    if any(answer.reads_any_content for answer in described):
        names.insert(0, "application/json")
    names = [one for one in dict.fromkeys(names) if is_sendable(one) and not is_part(one, names)]
    if names and not is_json and "*/*" not in names:
        names.append("*/*;q=0.1")
    return ", ".join(names) or ("application/json" if is_json else "*/*")


def join_media_types(offered: Sequence[Answer], pin: str = "") -> Answer:
    """Return the response of one status in all of its media types, the default first.

    Its type is the union of theirs, or that of the media type that is pinned.
    """
    names = [answer.media_type for answer in offered]
    listed = sorted(
        offered, key=lambda option: (option.media_type != pin, precedence(option.media_type, names))
    )
    first = listed[0]
    if len(listed) == 1:
        return first
    types = tuple(dict.fromkeys(answer.type for answer in listed))
    if first.media_type == pin or len(types) == 1:
        return replace(first, options=tuple(listed))
    return replace(first, type=UnionType(types), options=tuple(listed), parts=())
