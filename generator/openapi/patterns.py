"""Patterns of ECMA-262, which JSON Schema uses, in the syntax of pydantic's engine.

In ECMA ``\\d`` and ``\\w`` name ASCII classes; in pydantic's they would match every script's
digits and letters. What the engine can't compile is reported as None. ECMA-262 B.1.2 takes a brace
that belongs to no quantifier as a character.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_"}
_NEGATED = {"D": "[^0-9]", "W": "[^A-Za-z0-9_]"}
_TOKEN = re.compile(
    r"\\(?:[pPu]\{[^{}]*\}|c[A-Za-z]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|\(\?<?[=!]|[\[\]]|\{\d+(?:,\d*)?\}|.",
    re.DOTALL,
)


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
