"""Multipart responses of the fake server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter

from .parts_received import NamedParts, OrderedParts

_ANY: TypeAdapter[Any] = TypeAdapter(Any)
_BOUNDARY = "e7c1a8f0d2b64935"


Answers = Sequence[tuple[int, object]]
"""Statuses of successes, and their readers."""


def multipart(value: Any, answers: Answers) -> tuple[int, bytes, dict[str, str]] | None:
    """Return the status, the body and the headers for a value; None if no answer has its type."""
    for status, answer in answers:
        if isinstance(answer, (NamedParts, OrderedParts)) and answer.takes(value):
            kind = answer.media_type.replace("*", "mixed")
            return status, _body(value), {"content-type": f"{kind}; boundary={_BOUNDARY}"}
    return None


def _body(value: Any) -> bytes:
    """Return a body; the members of an object, or the items of a list, are its parts."""
    fields: Any = type(value).model_fields if isinstance(value, BaseModel) else {}
    given: Any = dict(value) if isinstance(value, BaseModel) else value
    pairs: Any = [("", one) for one in given] if isinstance(value, list) else given.items()
    body = b""
    for name, member in pairs:
        wire = fields[name].alias or name if name in fields else name
        quoted = wire.replace("\\", "\\\\").replace('"', '\\"')
        head = f'Content-Disposition: form-data; name="{quoted}"\r\n' if name else ""
        items: Any = member
        if not name or not isinstance(member, list):
            items = [member]
        body += b"".join(_part(head, item) for item in items if item is not None or not name)
    return body + f"--{_BOUNDARY}--\r\n".encode()


def _part(head: str, value: Any) -> bytes:
    """Return a part: bytes and text as they are, other values as JSON."""
    kind = "application/octet-stream"
    content = value if isinstance(value, bytes) else b""
    if not isinstance(value, bytes):
        kind, content = "application/json", _ANY.dump_json(value, by_alias=True, exclude_unset=True)
        if isinstance(text := json.loads(content), str):
            kind, content = "text/plain; charset=utf-8", text.encode()
    start = f"--{_BOUNDARY}\r\n{head}Content-Type: {kind}\r\n\r\n"
    return start.encode() + content + b"\r\n"
