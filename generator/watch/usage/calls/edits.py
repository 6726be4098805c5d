"""The methods of ``str`` that change a text at its ends, or parts of it."""

from __future__ import annotations

from .texts import Part, Text, Texts, concatenated, either, literal, merged, unknown


def stripped(name: str, text: Text, characters: str) -> Text:
    """Return a text without characters at its start or its end."""
    parts = [*text]
    if parts and name in ("strip", "lstrip") and isinstance(first := parts[0], str):
        parts[0] = first.lstrip(characters)
    if parts and name in ("strip", "rstrip") and isinstance(last := parts[-1], str):
        parts[-1] = last.rstrip(characters)
    return merged(parts)


def cased(name: str, text: Text) -> Text:
    """Return a text in lower or upper case."""
    parts: list[Part] = []
    for part in text:
        if isinstance(part, str):
            part = part.lower() if name == "lower" else part.upper()
        parts.append(part)
    return tuple(parts)


def without_end(name: str, text: Text, end: str) -> Text:
    """Return a text without a prefix or a suffix."""
    parts = [*text]
    if parts and name == "removeprefix" and isinstance(first := parts[0], str):
        parts[0] = first.removeprefix(end)
    if parts and name == "removesuffix" and isinstance(last := parts[-1], str):
        parts[-1] = last.removesuffix(end)
    return merged(parts)


def replaced(text: Text, old: str, new: Texts) -> Texts:
    """Return a text with other texts in place of a literal one."""
    operands: list[Texts] = []
    for part in text:
        if isinstance(part, str) and old:
            operands.append(_replaced(part, old, new or unknown()))
        else:
            operands.append(((part,),))
    return concatenated(operands)


def _replaced(part: str, old: str, new: Texts) -> Texts:
    first, *others = part.split(old)
    operands = [literal(first)]
    for piece in others:
        operands += [new, literal(piece)]
    return either([concatenated(operands)])
