"""A text that matches a regular expression, found with the standard library's parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _parser as sre  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
from typing import Any, TypeAlias, cast

Parsed: TypeAlias = Sequence[tuple[object, Any]]
"""A parsed pattern: operators with their arguments."""


def generate_match(pattern: str) -> str:
    """Return a short text that matches a regular expression; ``example`` if none is found."""
    try:
        text = _text(cast("Any", sre).parse(re.sub(r"\\x\{([0-9a-fA-F]{4})\}", r"\\u\1", pattern)))
        return text if re.search(pattern, text) else "example"
    except (re.error, RecursionError, OverflowError):
        return "example"


def _text(parsed: Parsed) -> str:
    parts: list[str] = []
    for operator, argument in parsed:
        match str(operator):
            case "LITERAL":
                parts.append(chr(argument))
            case "NOT_LITERAL":
                parts.append("a" if argument != ord("a") else "b")
            case "ANY":
                parts.append("a")
            case "IN":
                parts.append(_member(argument))
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = argument
                parts.append(_text(inner) * max(least, min(1, int(most))))
            case "SUBPATTERN":
                parts.append(_text(argument[-1]))
            case "BRANCH":
                parts.append(_text(argument[1][0]))
            case _:
                pass
    return "".join(parts)


def _member(options: Parsed) -> str:
    operator, argument = options[0]
    match str(operator):
        case "NEGATE":
            return next((char for char in "a1 -_%Z" if not _contains(options[1:], ord(char))), "é")
        case "RANGE":
            low, high = argument
            return chr(low + 1) if low < high and low == ord("0") else chr(low)
        case "LITERAL":
            return chr(argument)
        case _:
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(argument), "a")


def _contains(options: Parsed, code: int) -> bool:
    for operator, argument in options:
        if str(operator) == "LITERAL" and argument == code:
            return True
        if str(operator) == "RANGE" and argument[0] <= code <= argument[1]:
            return True
    return False
