"""JSON (RFC 8259), by the standard library; positions are looked up when a message needs one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import cast

from ..errors import Place, Problem
from .tree import (
    MAX_DEPTH,
    MAX_DIGITS,
    Document,
    Location,
    MappingNode,
    SequenceNode,
    Value,
    duplicates,
    numbers,
    refusal,
)

MAX_PROBLEMS = 100
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(document: Document) -> Value:
    """Parse with the standard library; positions are looked up only when a message needs one."""
    repeated = False
    wild: set[str] = set()

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal repeated
        result = dict(items)
        repeated |= len(result) < len(items)
        return result

    def number(text: str) -> float:
        value = float(text)
        if len(text) > MAX_DIGITS or not math.isfinite(value):
            wild.add(text)
        return value

    def integer(text: str) -> int:
        if len(text) > MAX_DIGITS:
            wild.add(text)
            return 0
        return int(text)

    try:
        tree: object = json.loads(
            document.text,
            object_pairs_hook=pairs,
            parse_float=number,
            parse_int=integer,
            parse_constant=number,
        )
    except json.JSONDecodeError as error:
        raise refusal(
            "json",
            Place(document.name, error.lineno, error.colno),
            f"not well-formed JSON: {error.msg}",
            "Mend the text at this line.",
        ) from None
    except RecursionError:
        raise refusal(
            "limit", Place(document.name, 1, 1), "nested too deep", "Flatten the description."
        ) from None
    problems = [*_repeated(document)] if repeated else []
    problems += _wild(document, wild) if wild else ()
    document.faults += problems[:MAX_PROBLEMS]
    return _adopt(document, tree, None, "", 0)


def _repeated(document: Document) -> Iterator[Problem]:
    """The members that stand twice in one object."""
    for pointer, first, second in duplicates(document.text):
        key = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        line = document.text.count("\n", 0, first) + 1
        yield Problem(
            "duplicate-key",
            f"the key {key!r} stands twice in one object; first at line {line}",
            "Remove one of the two.",
            _at(document, second),
        )


def _wild(document: Document, written: set[str]) -> Iterator[Problem]:
    """The numbers that no reader is sure to hold."""
    for offset in numbers(document.text, written):
        yield Problem(
            "number",
            "a number that is not finite or has too many digits",
            "Write a finite number, or quote it.",
            _at(document, offset),
        )


def _at(document: Document, offset: int) -> Place:
    line = document.text.count("\n", 0, offset) + 1
    return Place(document.name, line, offset - document.text.rfind("\n", 0, offset))


def _adopt(
    document: Document, value: object, parent: Location | None, key: str, depth: int
) -> Value:
    if depth > MAX_DEPTH:
        place = Location(document, parent, key).place
        raise refusal(
            "limit", place, f"nested more than {MAX_DEPTH} deep", "Flatten the description."
        )
    if isinstance(value, dict):
        result = MappingNode(Location(document, parent, key))
        for name, item in cast("dict[str, object]", value).items():
            _no_surrogate(document, name, parent, key)
            result[name] = _adopt(document, item, result.location, name, depth + 1)
        return result
    if isinstance(value, list):
        items = SequenceNode(Location(document, parent, key))
        for index, item in enumerate(cast("list[object]", value)):
            items.append(_adopt(document, item, items.location, str(index), depth + 1))
        return items
    if isinstance(value, str):
        _no_surrogate(document, value, parent, key)
    return value


def _no_surrogate(document: Document, text: str, parent: Location | None, key: str) -> None:
    if _SURROGATE.search(text):
        raise refusal(
            "encoding",
            Location(document, parent, key).place,
            "a lone surrogate, which no UTF-8 text can hold",
            "Write the character itself, or a whole surrogate pair.",
        )
