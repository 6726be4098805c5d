"""One change of a JSON value: another type, a member less or more, a limit, another word."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.qa.corpus.source import Json

UNKNOWN = "unknownMember"
_OTHERS: tuple[Json, ...] = (7, "other", True, [], {}, None, -0.5)
_LONG = 40


def mutations(value: Json, random: Random, count: int) -> Iterator[Json]:
    """Yield changed copies of a value, each with one change; some may still be valid."""
    places = [*_places([value])]
    for _ in range(count):
        holder = copy.deepcopy([value])
        *path, last = random.choice(places)
        inner: Any = holder
        for step in path:
            inner = inner[step]
        if _change(inner, last, random):
            yield holder[0]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else ()
    for key, item in enumerate(value) if isinstance(value, list) else items:
        yield from _places(item, (*path, key))


def _change(holder: Any, key: Any, random: Random) -> bool:
    """Change what a container has under a key; return False where that is not possible."""
    old = holder[key]
    kind = random.choice(("type", "required", "unknown", "limit", "limit", "word"))
    match kind, old:
        case "required", _ if isinstance(holder, dict):
            del holder[key]
        case "unknown", dict():
            old[UNKNOWN] = "x"
        case "limit", bool():
            return False
        case "limit", int() | float() if abs(old) < 1e300:  # beyond it JSON has no text
            holder[key] = random.choice((old + 1, old - 1, old * 1_000_000 + 1, -1_000_000_000))
        case "limit", str():
            holder[key] = random.choice(("", old[:-1], old + "x", old * _LONG))
        case "limit", list():
            holder[key] = random.choice(([], old[:-1], old * _LONG))
        case "word", str() | int():
            holder[key] = "no such word" if isinstance(old, str) else 987_654_321
        case "type", _:
            holder[key] = random.choice([one for one in _OTHERS if type(one) is not type(old)])
        case _:
            return False
    return True
