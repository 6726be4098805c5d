"""JSON in responses, read as it is described; where it isn't so, that is reported."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from math import inf
from types import NoneType
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from .budget import SMALL, Budget, Limits, TooManyValues, limits_of
from .notes import ROOT, Notes
from .pieces import NotPieces, member_list, root_list
from .readers import STRICT, Container, Object, Reader, UnionReader

_LINES = (
    "not one value of JSON but several, one a line: the method …_stream reads them, which an "
    "overlay adds that describes the response as application/x-ndjson, too"
)
_LIFTED = Limits(are_lifted=True)
Report = Callable[..., None]
"""Takes the rule of a deviation, its pointer unless it is the whole response, and a count."""


def read_json(
    adapter: TypeAdapter[Any], reader: Reader, content: bytes | bytearray | str, report: Report
) -> Any:
    """Return the value in a response; ``report`` gets the rule and the pointer of a deviation.

    Raises ``ValueError`` for what isn't JSON (RFC 8259), has more than 200 levels, or too many
    values.
    """
    text = content.encode() if isinstance(content, str) else content
    text = text.removeprefix(b"\xef\xbb\xbf")  # RFC 8259 §8.1
    if not text:
        if NoneType in reader.kinds:
            return None
        raise ValueError("no body")
    if len(text) <= SMALL and reader.is_exact_in(text):
        with suppress(ValidationError):
            return adapter.validate_json(text, **STRICT)
    budget = limits_of(report).budget(text, reader.weight)
    try:
        if len(text) > SMALL:
            with suppress(NotPieces):
                data = _in_pieces(reader, text)
                if data is not None:
                    return read_value(reader, data, report, budget)
            if len(text) <= budget.most_at_once and reader.is_exact_in(text):
                with suppress(ValidationError):
                    return adapter.validate_json(text, **STRICT)
        return read_value(reader, reader.data_of(text), report, budget)
    except TooManyValues:
        raise
    except ValueError as cause:
        if _has_lines(text):
            raise ValueError(_LINES) from None
        raise ValueError(f"not JSON: {cause}") from None
    except RecursionError:
        raise ValueError("too many levels") from None


def _in_pieces(reader: Reader, text: bytes | bytearray) -> Any:
    """Return the data of JSON with a list in pieces that is the root, or a member of it.

    None if there is no such list. Raises ``ValueError`` for what isn't JSON.
    """
    if not isinstance(reader, Object):
        return root_list(text) if _is_free_list(reader) else None
    members = reader.members.items()
    lists = {key.encode() for key, (_, member) in members if _is_free_list(member)}
    opening = member_list(text, lists)
    if opening is None:
        return None
    name, pieces = opening
    data = reader.data_of(pieces.around())
    if not isinstance(data, dict):
        return None
    whole = cast("dict[str, Any]", data)
    return {**whole, name: pieces} if whole.get(name) == [] else None


def _is_free_list(reader: Reader) -> bool:
    """Return whether a type is a list without limits that may have arrays or objects."""
    if isinstance(reader, UnionReader) and len(reader.typed) == 1:
        reader = reader.typed[0]
    if not isinstance(reader, Container) or list not in reader.kinds or reader.limits is not None:
        return False
    return not reader.items.kinds.isdisjoint((list, dict))


def _has_lines(text: bytes | bytearray) -> bool:
    """Return whether JSON is several values, one a line."""
    first, _, rest = text.lstrip().partition(b"\n")
    second = rest.lstrip().partition(b"\n")[0]
    with suppress(ValueError):
        from_json(first)
        from_json(second)
        return True
    return False


def read_value(
    reader: Reader,
    data: Any,
    report: Report = lambda *_: None,
    budget: Budget | None = None,
) -> Any:
    """Return the value of JSON's data; ``report`` as for :func:`read_json`."""
    notes = Notes(budget or Budget(_LIFTED, inf))
    value = reader.read(data, ROOT, notes)
    for rule, pointer, count in notes:
        report(f"response/schema/{rule}", pointer, count)
    return value
