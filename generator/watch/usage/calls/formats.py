"""Texts with fields: ``str.format`` and ``%``."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence

from .texts import Part, Texts, concatenated, either, literal, unknown

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0-9.]*[sdrif]")


def with_fields(texts: Texts, value: Callable[[str, int], Texts]) -> Texts:
    """Return the results of ``str.format``; ``value`` returns that of a field by name or position.

    A field of a text that isn't known yet stays as it is written.
    """
    results: list[Texts] = []
    for text in texts:
        operands: list[Texts] = []
        for part in text:
            operands += _filled(part, value)
        results.append(concatenated(operands))
    return either(results)


def _filled(part: Part, value: Callable[[str, int], Texts]) -> list[Texts]:
    if not isinstance(part, str):
        return [((part,),)]
    try:
        fields = [*string.Formatter().parse(part)]
    except ValueError:
        return [literal(part)]
    operands: list[Texts] = []
    for number, (text, name, _, _) in enumerate(fields):
        operands.append(literal(text))
        if name is not None:
            operands.append(value(name, number))
    return operands


def with_values(texts: Texts, values: Sequence[Texts]) -> Texts:
    """Return the results of ``%``; a field with a name isn't known."""
    results: list[Texts] = []
    for text in texts:
        operands: list[Texts] = []
        following = iter(values)
        for part in text:
            if not isinstance(part, str):
                operands.append(((part,),))
                continue
            start = 0
            for match in _PERCENT.finditer(part):
                operands.append(_plain(part[start : match.start()]))
                operands.append(unknown(match[1]) if match[1] else next(following, unknown()))
                start = match.end()
            operands.append(_plain(part[start:]))
        results.append(concatenated(operands))
    return either(results)


def _plain(text: str) -> Texts:
    return literal(text.replace("%%", "%"))
