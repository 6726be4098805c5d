"""Values as text: in URLs, headers and forms, and as JSON with all digits of a decimal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import quote, unquote

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_jsonable_python

from .content import bare_type
from .errors import RequestError
from .numbers import NUMBER, with_numbers
from .words import one_line

ANY: TypeAdapter[Any] = TypeAdapter(Any, config=ConfigDict(ser_json_inf_nan="constants"))
AS_SENT: Any = {"by_alias": True, "exclude_unset": True, "warnings": False, "context": NUMBER}
"""Pydantic's options for JSON that is sent: fields that were never set are left out."""
_UNWRITABLE = (PydanticSerializationError, UnicodeEncodeError)


def utf8(text: str) -> bytes:
    """Return ``text`` in UTF-8; raise :class:`RequestError` for half a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise RequestError("half a surrogate pair can't be sent; nothing was sent") from None


def quoted(text: str, safe: str = "") -> str:
    """Return ``text`` percent-encoded; raise :class:`RequestError` for half a surrogate pair."""
    if text.isascii() and text.isalnum():
        return text  # most are ids, and quote() takes longer
    return quote(utf8(text), safe=safe)


def in_path(name: str, text: str, safe: str = "") -> str:
    """Return ``text`` percent-encoded for a path: one segment, or several if slashes are safe.

    Raises :class:`RequestError` for a segment that is empty, ``.`` or ``..``, also encoded. Where
    slashes are safe, ``""`` and ``"/"`` are the root.
    """
    check_segments(name, text, safe)
    return quoted(text, safe)


def check_segments(name: str, text: str, safe: str = "") -> None:
    """Raise :class:`RequestError` if a text isn't for a path; see :func:`in_path`."""
    if "/" in safe and text in ("", "/"):
        return
    segments = unquote(text).split("/") if "/" in safe else [text]
    if not {"", ".", ".."}.isdisjoint(segments):
        raise RequestError(f"{name}={text!r} can't be in a path; nothing was sent")


def is_json_type(media_type: str | None) -> bool:
    """Return whether a media type is JSON; lines of JSON aren't."""
    return bare_type(media_type or "").endswith(("/json", "+json"))


def as_text(value: Any) -> str:
    """Return a value as it is written in a URL or a header: text as it is, others as in JSON."""
    plain = value if isinstance(value, str) else to_jsonable_python(value)
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < 1e15:
        plain = int(plain)  # JSON's 1 and 1.0 are one number
    return str(plain).removeprefix(NUMBER) if isinstance(plain, str) else as_json(plain).decode()


def in_form(values: Mapping[str, Any]) -> list[str]:
    """Return ``name=value`` of each value in the exploded style form (OpenAPI 3.1.1 §4.8.12.3).

    None is left out. Raises :class:`RequestError` for a value that JSON can't hold.
    """
    written: list[str] = []
    for name, value in from_json(as_json(values)).items():
        pairs: Iterable[tuple[str, Any]] = [(name, value)]
        if isinstance(value, dict):
            pairs = cast("dict[str, Any]", value).items()
        elif isinstance(value, list):
            items: list[Any] = [*value]
            pairs = [(name, item) for item in items]
        for key, member in pairs:
            if member is not None:
                written.append(f"{quoted(key)}={quoted(as_text(member))}")
    return written


def as_json(value: Any, adapter: TypeAdapter[Any] = ANY) -> bytes:
    """Return the JSON text of a value of the adapter's type; raise :class:`RequestError` if there
    is none.
    """
    try:
        return with_numbers(adapter.serializer.to_json(value, **AS_SENT))
    except _UNWRITABLE as cause:
        raise RequestError(f"{one_line(str(cause))}; nothing was sent") from cause


def as_any_json(value: Any) -> bytes:
    """Return the JSON text of any value, with all its characters; raise :class:`RequestError` if
    there is none.
    """
    data = as_data(ANY, value)
    try:
        text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except ValueError as cause:
        raise RequestError(f"the body can't be written: {cause}; nothing was sent") from cause
    return with_numbers(utf8(text))


def as_data(adapter: TypeAdapter[Any], value: Any, exclude: set[str] | None = None) -> Any:
    """Return a value of the adapter's type as JSON data; raise :class:`RequestError` if it has a
    text that can't be sent.
    """
    try:
        return adapter.dump_python(value, mode="json", exclude=exclude, **AS_SENT)
    except _UNWRITABLE as cause:
        raise RequestError(f"{one_line(str(cause))}; nothing was sent") from cause
