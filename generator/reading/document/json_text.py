"""JSON (RFC 8259) read by the standard library; positions are looked up for messages only."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import TypeAlias

from ...base.errors import Place, Problem, SpecError
from .json_positions import TOKEN, find_members
from .tree import MAX_DEPTH, MAX_DIGITS, Location, MappingNode, SequenceNode, SourceFile, Value

Plain: TypeAlias = dict[str, "Plain"] | list["Plain"] | str | int | float | None

MAX_PROBLEMS = 100
_NEXT_NODE = re.compile(
    r'(?:[^"\[{,]++|"(?:[^"\\]++|\\.)*+(?:"|\Z)|\[\s*+\]|\{\s*+\})*+(?:([\[{,])|\Z)', re.DOTALL
)
"""The text up to the next comma, or bracket with something in it, outside of strings, or
to the end: where nothing matches, each character after it would be tried."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(document: SourceFile) -> Value:
    """Return the root of a JSON text; raises :class:`SpecError`.

    Repeated keys and numbers out of range become the document's ``faults``.
    """
    _spend_nodes(document)
    has_duplicates = False
    unreadable: set[str] = set()

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal has_duplicates
        result = dict(items)
        has_duplicates |= len(result) < len(items)
        return result

    def number(text: str) -> float:
        if len(text) > MAX_DIGITS or not math.isfinite(float(text)):
            unreadable.add(text)
            return 0
        return int(text) if text.lstrip("-").isdigit() else float(text)

    try:
        tree: Plain = json.loads(
            document.text,
            object_pairs_hook=pairs,
            parse_float=number,
            parse_int=number,
            parse_constant=number,
        )
    except json.JSONDecodeError as error:
        raise SpecError.of(
            "json",
            Place(document.name, error.lineno, error.colno),
            f"not well-formed JSON: {error.msg}",
            "Fix the text at this line.",
        ) from None
    except RecursionError:
        raise SpecError.of(
            "limit", Place(document.name, 1, 1), "nested too deep", "Flatten the description."
        ) from None
    if has_duplicates or unreadable:
        document.faults += islice(_faults(document, unreadable), MAX_PROBLEMS)
    return _adopt(document, tree, None, "", 0)


def _spend_nodes(document: SourceFile) -> None:
    """Count the nodes of a text before any is made; raises :class:`SpecError`.

    Each node but the root is the first one in a list or an object, or follows a comma.
    """
    offset = 0

    def place() -> Place:
        return Place(document.name, *document.position(offset))

    document.sources.spend_nodes(1, place)
    for match in _NEXT_NODE.finditer(document.text):
        if match[1]:
            offset = match.end()
            document.sources.spend_nodes(1, place)


def _faults(document: SourceFile, unreadable: Collection[str]) -> Iterator[Problem]:
    """Yield repeated keys and unreadable numbers with their places."""
    first: dict[tuple[int, str], int] = {}
    for member in find_members(document.text):
        offset = first.setdefault(member[:2], member.offset)
        if offset != member.offset:
            line = document.position(offset)[0]
            fact = f"the key {member.key!r} occurs twice in one object; first at line {line}"
            place = Place(document.name, *document.position(member.offset))
            yield Problem("duplicate-key", fact, "Remove one of the two.", place)
    for match in TOKEN.finditer(document.text):
        if match[0] in unreadable:
            fact = "a number that is not finite or has too many digits"
            remedy = "Write a finite number, or quote it if it is text."
            place = Place(document.name, *document.position(match.start()))
            yield Problem("number", fact, remedy, place)


def _adopt(
    document: SourceFile, value: Plain, parent: Location | None, key: str, depth: int
) -> Value:
    if depth > MAX_DEPTH:
        place = Location(document, parent, key).place
        fact = f"nested more than {MAX_DEPTH} deep"
        raise SpecError.of("limit", place, fact, "Flatten the description.")
    if isinstance(value, dict):
        result = MappingNode(Location(document, parent, key))
        for name, item in value.items():
            _check_text(name, document, parent, key)
            result[name] = _adopt(document, item, result.location, name, depth + 1)
        return result
    if isinstance(value, list):
        items = SequenceNode(Location(document, parent, key))
        for index, item in enumerate(value):
            items.append(_adopt(document, item, items.location, str(index), depth + 1))
        return items
    if isinstance(value, str):
        _check_text(value, document, parent, key)
    return value


def _check_text(text: str, document: SourceFile, parent: Location | None, key: str) -> None:
    if _SURROGATE.search(text):
        raise SpecError.of(
            "encoding",
            Location(document, parent, key).place,
            "a lone surrogate, which UTF-8 text can't contain",
            "Write the character itself, or a whole surrogate pair.",
        )
