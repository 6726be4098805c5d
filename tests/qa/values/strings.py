"""Random strings for the formats and patterns of JSON Schema."""

from __future__ import annotations

import re
import string
import uuid
from random import Random
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

WORDS = (
    "alpha", "b", "Céline", "two words", "a/b&c=d", "ünïcode ✓", "0", "true", "null", "x" * 20, "",
    "\U0001f600\u200d", "line\nline\ttab", '"\\', "012", "1e3", "2024-01-01", "\u05d0\u05d1", "NaN",
)  # fmt: skip
_CHARACTERS = string.ascii_letters + string.digits + "_-. "


def of_format(name: str, random: Random) -> str | None:
    """Return a string of a format, None for one that isn't known."""
    number = random.randrange
    day = f"20{number(10, 40)}-{number(1, 13):02}-{number(1, 29):02}"
    day = random.choice((day, day, day, "0001-01-01", "9999-12-31", "2024-02-29"))
    clock = f"{number(24):02}:{number(60):02}:{number(60):02}"
    fraction = random.choice(("", "", ".5", ".123456", ".123456789"))
    identity = str(uuid.UUID(int=random.getrandbits(128), version=4))
    zone = random.choice(("Z", "Z", "+02:00", "-05:30"))
    made = {
        "date": day,
        "date-time": f"{day}T{clock}{fraction}{zone}",
        "time": clock + fraction + zone,
        "duration": random.choice(("P1D", "PT36H", "P3DT4H", "PT0.5S", "P1Y2M", "P1M", "P2W")),
        "uuid": random.choice((identity, identity.upper())),
        "email": f"user{number(100)}@example.com",
        "idn-email": f"user{number(100)}@example.com",
        "hostname": f"host{number(100)}.example.com",
        "ipv4": f"192.0.2.{number(256)}",
        "ipv6": f"2001:db8::{number(1, 0xFFFF):x}",
        "uri": f"https://example.com/{number(100)}?q=1",
        "url": f"https://example.com/{number(100)}",
        "uri-reference": f"/relative/{number(100)}",
        "iri": f"https://example.com/{number(100)}",
        "byte": random.choice(("aGVsbG8=", "AAEC", "")),
        "decimal": random.choice(("12.50", "0", "-3.1", "0.1" + "23456789" * 7)),
        "int64": str(number(10**12)),
        "uint64": str(number(10**12)),
        "int32": str(number(10**6)),
        "google-datetime": f"{day}T{clock}Z",
        "google-duration": f"{number(100)}s",
        "json-pointer": "/a/0",
        "regex": "^a+$",
    }
    return made.get(name)


def of_pattern(pattern: str, random: Random) -> str | None:
    """Return a string that may match a pattern, None where it uses what this doesn't know."""
    try:
        return _some(parser.parse(pattern), random)
    except (re.error, ValueError, OverflowError, KeyError):
        return None


def of_length(least: int, most: int | None, random: Random) -> str:
    """Return a string within two lengths."""
    bound = least + 12 if most is None else min(most, least + 40)
    fitting = [word for word in WORDS if least <= len(word) <= bound]
    if fitting and random.random() < 0.7:
        return random.choice(fitting)
    return "".join(random.choices(_CHARACTERS, k=random.randint(least, max(bound, least))))


def _some(items: Any, random: Random) -> str:
    return "".join(_one(kind, value, random) for kind, value in items)


def _one(kind: Any, value: Any, random: Random) -> str:
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.NOT_LITERAL:
        return random.choice([c for c in _CHARACTERS if c != chr(value)])
    if kind is sre.ANY:
        return random.choice(_CHARACTERS)
    if kind is sre.IN:
        return random.choice(_set(value))
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        least, most, repeated = value
        return "".join(
            _some(repeated, random) for _ in range(random.randint(least, min(most, least + 5)))
        )
    if kind is sre.SUBPATTERN:
        return _some(value[3], random)
    if kind is sre.BRANCH:
        return _some(random.choice(value[1]), random)
    if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return ""
    raise ValueError(kind)


_CATEGORIES = {
    sre.CATEGORY_DIGIT: string.digits,
    sre.CATEGORY_WORD: string.ascii_letters + string.digits + "_",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_DIGIT: string.ascii_letters,
    sre.CATEGORY_NOT_WORD: " -.",
    sre.CATEGORY_NOT_SPACE: string.ascii_letters + string.digits,
}


def _set(members: Any) -> list[str]:
    found: set[str] = set()
    is_negated = False
    for kind, value in members:
        if kind is sre.NEGATE:
            is_negated = True
        elif kind is sre.LITERAL:
            found.add(chr(value))
        elif kind is sre.RANGE:
            found.update(map(chr, range(value[0], min(value[1], value[0] + 200) + 1)))
        elif kind is sre.CATEGORY:
            found.update(_CATEGORIES[value])
    return sorted(set(_CHARACTERS) - found if is_negated else found)
