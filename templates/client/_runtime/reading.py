"""JSON in responses, read as it is described; where it isn't so, that is reported."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import NoneType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from .notes import ROOT, Notes
from .readers import Reader

Report = Callable[..., None]
"""Takes the rule of a deviation, its pointer unless it is the whole response, and a count."""
STRICT: Any = {"strict": True, "by_alias": True, "by_name": False}
"""Pydantic's options for JSON that is as described."""


def read_json(
    adapter: TypeAdapter[Any], reader: Reader, content: bytes | bytearray | str, report: Report
) -> Any:
    """Return the value in a response; ``report`` gets the rule and the pointer of a deviation.

    Raises ``ValueError`` for what isn't JSON (RFC 8259), or has more than 200 levels.
    """
    text = content.encode() if isinstance(content, str) else content
    text = text.removeprefix(b"\xef\xbb\xbf")  # RFC 8259 §8.1
    if not text:
        if NoneType in reader.kinds:
            return None
        raise ValueError("no body")
    if reader.doubtful is not None and not any(one.search(text) for one in reader.doubtful):
        with suppress(ValidationError):
            return adapter.validate_json(text, **STRICT)
    try:
        return read_value(reader, reader.data_of(text), report)
    except ValueError as cause:
        raise ValueError(f"not JSON: {cause}") from None
    except RecursionError:
        raise ValueError("too many levels") from None


def read_value(reader: Reader, data: Any, report: Report = lambda *_: None) -> Any:
    """Return the value of JSON's data; ``report`` as for :func:`read_json`."""
    notes = Notes({})
    value = reader.read(data, ROOT, notes)
    for rule, pointer, count in notes:
        report(f"response/schema/{rule}", pointer, count)
    return value
