"""A text that matches a regular expression, found with the standard library's parser.

A pattern of a description is only parsed by ``re``, which can take for ever to match; the engine of
jsonschema-rs, whose time is linear in the text's length, tries the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from re import _parser as sre  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
from typing import Any, TypeAlias, cast

import jsonschema_rs

from ..patterns import pattern_states

Parsed: TypeAlias = Sequence[tuple[object, Any]]
"""A parsed pattern: operators with their arguments."""

_MAX_LENGTH = 1000
_MAX_WORK = 4_000_000
"""The states of a pattern times the characters of a text: the engine may try all for each."""


@lru_cache(maxsize=1024)
def generate_match(pattern: str) -> str:
    """Return a short text that matches a regular expression; ``example`` if none is found."""
    try:
        text = _text(cast("Any", sre).parse(re.sub(r"\\x\{([0-9a-fA-F]{4})\}", r"\\u\1", pattern)))
        if len(text) * pattern_states(pattern) > _MAX_WORK:
            return "example"
        options = jsonschema_rs.RegexOptions()
        matches = jsonschema_rs.is_valid({"pattern": pattern}, text, pattern_options=options)
        return text if matches else "example"
    except (re.error, RecursionError, OverflowError, ValueError, jsonschema_rs.ValidationError):
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
                part, count = _text(inner), max(least, min(1, int(most)))
                if len(part) * count > _MAX_LENGTH:
                    raise OverflowError
                parts.append(part * count if part else "")
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
