"""Patterns of ECMA-262, which JSON Schema uses, in the syntax of pydantic's engine.

In ECMA ``\\d`` and ``\\w`` name ASCII classes; in pydantic's they would match every script's
digits and letters. What the engine can't compile is reported as None. ECMA-262 B.1.2 takes a brace
that belongs to no quantifier as a character.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

from ...base.budget import Budget

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_"}
_NEGATED = {"D": "[^0-9]", "W": "[^A-Za-z0-9_]"}
_TOKEN = re.compile(
    r"\\(?:[pPu]\{[^{}]*\}|c[A-Za-z]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|\(\?(?:<?[=!]|:)|[\[\]]|\{\d+(?:,\d*)?\}|.",
    re.DOTALL,
)


_MAX_STATES, _FREE_STATES = 300_000, 200
"""The states of all patterns of a document, beyond the first ones of each; one takes 200 bytes."""
_MAX_PATTERN = 250_000
"""The states from which on the engine refuses any pattern: it takes at most 10 MB for one."""
_COUNT = re.compile(r"\d{1,9}")


class Patterns:
    """The patterns of one document; those who check its values compile all of them."""

    def __init__(self) -> None:
        self._states = Budget(_MAX_STATES, "states in the patterns of a description")
        self._counted: set[str] = set()

    def translate(self, pattern: str) -> str | None:
        """Return :func:`ascii_pattern`; raise ``BudgetExceeded`` where patterns cost too much."""
        states = pattern_states(pattern)
        if states > _MAX_PATTERN:
            return None
        if states > _FREE_STATES and pattern not in self._counted:
            self._counted.add(pattern)
            self._states.spend(states - _FREE_STATES)
        return ascii_pattern(pattern)


@lru_cache(maxsize=4096)
def pattern_states(pattern: str) -> int:
    """Return about the number of states that an automaton for a pattern has.

    A class of Unicode has more than one, and what is repeated is there as often as it may occur.
    """
    groups: list[int] = []
    total = last = in_class = 0
    for match in _TOKEN.finditer(pattern):
        token = match[0]
        if in_class:
            total -= last
            last = max(last, _class_states(token, in_class))
            total += last
            in_class = 0 if token == "]" else 2
        elif token[0] == "{" and len(token) > 1:
            times = max(int(count) for count in _COUNT.findall(token))
            total, last = total + last * max(0, times - 1), last * max(1, times)
        elif token[0] == "(":
            groups.append(total)
            total = last = 0
        elif token == ")":
            last = total
            total += groups.pop() if groups else 0
        elif token not in "*+?^$|":
            in_class = token == "["
            last = _class_states(token, 0)
            total += last
    return (total + sum(groups)) * (3 if "(?i" in pattern else 1)


def _class_states(token: str, in_class: int) -> int:
    """Return the states for a character, a class, or a part of one."""
    if token[:2] in (r"\p", r"\P"):
        return 250
    is_wide = token == "." if not in_class else in_class == 1 and token == "^"
    return 7 if is_wide or token in (r"\s", r"\S", r"\W", r"\D") else 1


@lru_cache(maxsize=4096)
def ascii_pattern(pattern: str) -> str | None:
    """Return ``pattern`` for pydantic's engine, or None where that engine doesn't support it."""
    out: list[str] = []
    in_class = False
    for match in _TOKEN.finditer(pattern):
        token = match[0]
        if token.startswith("(?") and token[-1] in "=!":
            return None
        if token in "{}" or (token == "[" and in_class):
            token = f"\\{token}"  # ECMA reads a brace that begins no quantifier as itself
        elif token in "[]":
            in_class = token == "["
        elif token[0] == "\\" and len(token) > 1:
            kind = token[1]
            if kind in _CLASSES:
                token = _CLASSES[kind] if in_class else f"[{_CLASSES[kind]}]"
            elif kind in _NEGATED:
                if in_class:
                    return None
                token = _NEGATED[kind]
            elif kind == "/" or (kind == "-" and not in_class):
                token = kind
            elif kind == "u":
                digits = token[2:].strip("{}")
                token = f"\\x{{{digits}}}"
            elif kind in "cZAGz" or kind.isdigit():
                return None
        out.append(token)
    translated = "".join(out)
    try:
        SchemaValidator(core_schema.str_schema(pattern=translated))
    except SchemaError:
        return None
    return translated
