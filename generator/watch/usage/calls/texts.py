"""Texts as far as a program shows them: literal parts, and parts that aren't known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from ....base.immutable import immutable

_MOST_TEXTS = 12
"""The texts that an expression may be."""
_MOST_PARTS = 60
_MOST_CHOICES = 3
_LONGEST = 4_000
"""The characters of a literal part."""


@immutable
class Hole:
    """A part that isn't known."""

    name: str = ""
    """That of the parameter, the attribute, the constant or the environment variable."""
    owner: object = None
    """The scope that has the name; for an expression its node. Holes with the same name and owner
    are the same text.
    """
    is_parameter: bool = False
    """True if callers of the function ``owner`` decide it."""


CUT = Hole("further texts")
"""Alone, it is a text in place of all those beyond the first ones that an expression may be."""
JOINED = "*+"
"""Begins the name of a hole for all of ``*args``, followed by the separator between them."""
WIDE = Hole("…")
"""Any number of segments of a path."""


@immutable
class Joint:
    """The place between a base URL and a URL, which replaces it if it is absolute."""

    is_appended: bool
    """True if a path is appended to that of the base URL, as httpx does it; False for the
    resolution of RFC 3986 §5.2.
    """


@immutable
class Choice:
    """A part that depends on whether callers pass an argument: ``method or "GET"``."""

    parameter: Hole
    present: Texts
    absent: Texts
    """The texts without an argument, or with None."""
    depth: int = 1
    """The number of choices that are inside each other."""


Part: TypeAlias = str | Hole | Joint | Choice
Text: TypeAlias = tuple[Part, ...]
Texts: TypeAlias = tuple[Text, ...]
"""The texts that an expression may be; empty for None."""
EMPTY: Texts = ((),)


def unknown(name: str = "", owner: object = None) -> Texts:
    """Return a text that isn't known."""
    return ((Hole(name, owner),),)


def literal(text: str) -> Texts:
    """Return a text that is known."""
    return (merged([text[:_LONGEST]]),)


def is_wide(part: Part) -> bool:
    """Return whether a part may be several segments of a path."""
    return part == WIDE or (isinstance(part, Hole) and part.name.startswith(JOINED))


def either(options: Iterable[Texts]) -> Texts:
    """Return the texts that are one of several."""
    result: dict[Text, None] = {}
    for texts in options:
        result |= dict.fromkeys(texts)
    return _limited(result)


def _limited(texts: Iterable[Text]) -> Texts:
    """Return the first texts; if there are more, with :data:`CUT`."""
    whole: list[Text] = []
    is_cut = False
    for text in texts:
        if is_cut_off(text):
            is_cut = True
        else:
            whole.append(text)
    if is_cut or len(whole) > _MOST_TEXTS:
        return (*whole[:_MOST_TEXTS], (CUT,))
    return tuple(whole)


def is_cut_off(text: Text) -> bool:
    """Return whether a text is in place of further ones, which aren't followed."""
    return CUT in text


def either_of_more(options: Sequence[Texts]) -> Texts:
    """Return the texts that are one of several, of which only the first ones were evaluated."""
    return either([*options, ((CUT,),)])


def concatenated(operands: Sequence[Texts]) -> Texts:
    """Return the texts that follow each other, in each combination."""
    results = EMPTY
    for texts in operands[:_MOST_PARTS]:
        longer: dict[Text, None] = {}
        for start in results:
            for end in texts or unknown():
                longer[merged((*start, *end))] = None
        results = _limited(longer)
    return results


def merged(parts: Iterable[Part]) -> Text:
    """Return parts with literals that follow each other as one."""
    result: list[Part] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] = (result[-1] + part)[:_LONGEST]
        elif part != "":
            result.append(part)
    return tuple(result[:_MOST_PARTS])


def value_of(text: Text) -> str | None:
    """Return a text that is known as a whole; None for any other."""
    match text:
        case ():
            return ""
        case (str(value),):
            return value
        case _:
            return None


def has_literals(texts: Texts) -> bool:
    """Return whether a part of a text is known."""
    for part in chain.from_iterable(texts):
        if isinstance(part, str):
            return True
    return False


def parameters_in(texts: Iterable[Text]) -> list[Hole]:
    """Return the holes that callers decide, each once."""
    holes: dict[Hole, None] = {}
    for part in chain.from_iterable(texts):
        match part:
            case Hole(is_parameter=True):
                holes[part] = None
            case Choice(parameter=hole, present=present, absent=absent):
                holes |= dict.fromkeys([hole, *parameters_in((*present, *absent))])
            case _:
                pass
    return [*holes]


def substituted(texts: Texts, values: Mapping[Hole, Texts]) -> Texts:
    """Return texts with what holes are."""
    results: list[Texts] = []
    for text in texts:
        results.append(concatenated([_value(part, values) for part in text]))
    return either(results)


def _value(part: Part, values: Mapping[Hole, Texts]) -> Texts:
    match part:
        case Hole() if part in values:
            return values[part]
        case Choice(parameter=hole):
            present = substituted(part.present, values)
            absent = substituted(part.absent, values)
            if hole in values:
                return _chosen(values[hole], present, absent)
            return choice(hole, present, absent)
        case _:
            return ((part,),)


def _chosen(argument: Texts, present: Texts, absent: Texts) -> Texts:
    """Return what a choice is with an argument; both if that is a parameter of the caller."""
    match argument:
        case () | ((),):
            return absent
        case ((Hole(is_parameter=True) as hole,),):
            return choice(hole, present, absent)
        case _:
            return present


def choice(parameter: Hole, present: Texts, absent: Texts) -> Texts:
    """Return what depends on an argument; of choices inside each other not more than a few."""
    depth = 1
    for part in chain.from_iterable((*present, *absent)):
        if isinstance(part, Choice):
            depth = max(depth, part.depth + 1)
    if depth > _MOST_CHOICES:
        return without_choices(either([present, absent]))
    return ((Choice(parameter, present, absent, depth),),)


def without_choices(texts: Texts) -> Texts:
    """Return texts with what each choice may be."""
    results: list[Texts] = []
    for text in texts:
        operands: list[Texts] = []
        for part in text:
            if isinstance(part, Choice):
                operands.append(without_choices(either([part.present, part.absent])))
            else:
                operands.append(((part,),))
        results.append(concatenated(operands))
    return either(results)
