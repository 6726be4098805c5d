"""JSON (RFC 8259), by the standard library; positions are looked up when a message needs one."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import cast

from ..errors import Place
from .nodes import (
    MAX_DEPTH,
    MAX_DIGITS,
    Document,
    Map,
    Origin,
    Seq,
    Value,
    duplicate_offsets,
    refusal,
)

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(document: Document) -> Value:
    """Parse with the standard library; positions are looked up only when a message needs one."""
    duplicates: list[str] = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(items)
        if len(result) < len(items):
            counts = Counter(key for key, _ in items)
            duplicates.extend(key for key, count in counts.items() if count > 1)
        return result

    def number(text: str) -> float:
        value = float(text)
        if len(text) > MAX_DIGITS or not math.isfinite(value):
            raise OverflowError(text[:20])
        return value

    def integer(text: str) -> int:
        if len(text) > MAX_DIGITS:
            raise OverflowError(text[:20])
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
    except (RecursionError, OverflowError) as error:
        deep = isinstance(error, RecursionError)
        fact = "nested too deep" if deep else "a number that is not finite or has too many digits"
        remedy = "Flatten the description." if deep else "Write a finite number, or quote it."
        needle = str(error) if isinstance(error, OverflowError) else ""
        line = document.text.count("\n", 0, document.text.find(needle)) + 1
        raise refusal(
            "limit" if deep else "number", Place(document.name, line, 1), fact, remedy
        ) from None
    if duplicates:
        first, second = duplicate_offsets(document.text)
        lines = [document.text.count("\n", 0, at) + 1 for at in (first, second)]
        raise refusal(
            "duplicate-key",
            Place(document.name, lines[1], second - document.text.rfind("\n", 0, second)),
            f"the key {duplicates[0]!r} stands twice in one object; first at line {lines[0]}",
            "Remove one of the two.",
        )
    return _adopt(document, tree, None, "", 0)


def _adopt(document: Document, value: object, parent: Origin | None, key: str, depth: int) -> Value:
    if depth > MAX_DEPTH:
        place = Origin(document, parent, key).place
        raise refusal(
            "limit", place, f"nested more than {MAX_DEPTH} deep", "Flatten the description."
        )
    if isinstance(value, dict):
        result = Map(Origin(document, parent, key))
        for name, item in cast("dict[str, object]", value).items():
            _no_surrogate(document, name, parent, key)
            result[name] = _adopt(document, item, result.origin, name, depth + 1)
        return result
    if isinstance(value, list):
        items = Seq(Origin(document, parent, key))
        for index, item in enumerate(cast("list[object]", value)):
            items.append(_adopt(document, item, items.origin, str(index), depth + 1))
        return items
    if isinstance(value, str):
        _no_surrogate(document, value, parent, key)
    return value


def _no_surrogate(document: Document, text: str, parent: Origin | None, key: str) -> None:
    if _SURROGATE.search(text):
        raise refusal(
            "encoding",
            Origin(document, parent, key).place,
            "a lone surrogate, which no UTF-8 text can hold",
            "Write the character itself, or a whole surrogate pair.",
        )
