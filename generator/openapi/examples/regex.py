"""A text that a regular expression matches.

``re._parser`` is the standard library's own parse tree of a pattern.
"""

from __future__ import annotations

import re
from re import _parser as sre  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
from typing import Any, cast


def matching(pattern: str) -> str:
    """Return a short text that a regular expression matches; ``example`` where none is found."""
    try:
        text = _text(cast("Any", sre).parse(re.sub(r"\\x\{([0-9a-fA-F]{4})\}", r"\\u\1", pattern)))
        return text if re.search(pattern, text) else "example"
    except (re.error, RecursionError, OverflowError):
        return "example"


def _text(parsed: object) -> str:
    out: list[str] = []
    for operator, argument in cast("list[tuple[object, object]]", parsed):
        name = str(operator)
        if name == "LITERAL":
            out.append(chr(cast("int", argument)))
        elif name == "NOT_LITERAL":
            out.append("a" if argument != ord("a") else "b")
        elif name == "ANY":
            out.append("a")
        elif name == "IN":
            out.append(_member(cast("list[tuple[object, object]]", argument)))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = cast("tuple[int, int, object]", argument)
            out.append(_text(inner) * max(least, min(1, int(most))))
        elif name == "SUBPATTERN":
            out.append(_text(cast("tuple[object, ...]", argument)[-1]))
        elif name == "BRANCH":
            out.append(_text(cast("tuple[object, list[object]]", argument)[1][0]))
    return "".join(out)


def _member(options: list[tuple[object, object]]) -> str:
    negated = str(options[0][0]) == "NEGATE"
    if not negated:
        operator, argument = options[0]
        if str(operator) == "RANGE":
            low, high = cast("tuple[int, int]", argument)
            return chr(low + 1) if low < high and low == ord("0") else chr(low)
        if str(operator) == "LITERAL":
            return chr(cast("int", argument))
        return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(argument), "a")
    for char in "a1 -_%Z":
        code = ord(char)
        hit = False
        for operator, argument in options[1:]:
            if str(operator) == "LITERAL":
                hit |= argument == code
            elif str(operator) == "RANGE":
                low, high = cast("tuple[int, int]", argument)
                hit |= low <= code <= high
        if not hit:
            return char
    return "é"
