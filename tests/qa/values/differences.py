"""The difference between a JSON value and the one that came out of a client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]|\d\d:\d\d:\d\d|P[\dT]")
_LONG = re.compile(r"\d\.\d{7}")
_UUID = re.compile(r"[\dA-Fa-f]{8}(-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12}")
_BEYOND = re.compile(r"P(?=.*\d[YM]).*|.*\d\.\d{7,}.*|.*:60(\.|Z|z|[+-]).*|0000-.*")
_DURATIONS: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def differences(
    sent: Any, got: Any, place: str = "", *, is_text: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield the places, as JSON pointers, at which two values differ, and how.

    With ``is_text`` an integer that became 7.0 counts, though it is the same number.
    """
    if isinstance(sent, dict) and isinstance(got, dict):
        left, right = cast("dict[str, Any]", sent), cast("dict[str, Any]", got)
        for key in left.keys() | right.keys():
            at = f"{place}/{key}"
            if key not in right:
                yield at, f"lost {left[key]!r:.60}"
            elif key not in left:
                yield at, f"added {right[key]!r:.60}"
            else:
                yield from differences(left[key], right[key], at, is_text=is_text)
    elif isinstance(sent, list) and isinstance(got, list):
        if len(sent) != len(got):
            yield place, f"{len(sent)} items became {len(got)}"
        for index, (one, other) in enumerate(zip(sent, got, strict=False)):
            yield from differences(one, other, f"{place}/{index}", is_text=is_text)
    elif not is_same(sent, got) or (is_text and type(sent) is int and type(got) is float):
        yield place, f"{sent!r:.60} became {got!r:.60}"


def is_same(sent: Any, got: Any) -> bool:
    """Tell whether two scalars are the same JSON value, or the same time."""
    if isinstance(sent, bool) or isinstance(got, bool) or sent is None or got is None:
        return sent is got
    if isinstance(sent, str) and isinstance(got, str):
        if sent == got or _LONG.search(sent):  # no datetime holds more than microseconds
            return sent == got
        if _UUID.fullmatch(sent):
            return sent.lower() == got
        return _TIME.match(sent) is not None and _time(sent) == _time(got)
    if isinstance(sent, (int, float)) and isinstance(got, (int, float)):
        is_float = isinstance(sent, float)  # of which JSON has a shorter text
        return sent == (float(got) if is_float else got)
    return type(sent) is type(got) and sent == got


def texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value."""
    if isinstance(value, str):
        yield value
    items: Any = value.values() if isinstance(value, dict) else value
    for item in items if isinstance(value, (dict, list)) else ():
        yield from texts(item)


def is_beyond(value: Any) -> bool:
    """Tell whether a value has a text of a format that no type holds (docs/support.md)."""
    return any(map(_BEYOND.fullmatch, texts(value)))


def is_text_of(value: Any, text: str) -> bool:
    """Tell whether a URL or header may have ``text`` for a scalar."""
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    if isinstance(value, (int, float)):
        try:
            return Decimal(text) == Decimal(str(value))
        except InvalidOperation:
            return False
    return is_same(value, text)


def _time(text: str) -> Any:
    """Return a time, a date with one or a duration, comparable; the text if it is neither."""
    if text.startswith("P"):
        try:
            return _DURATIONS.validate_python(text)
        except ValidationError:
            return text
    written = text.upper().replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(written if "-" in written[:5] else f"2000-01-01T{written}")
    except ValueError:
        return text
