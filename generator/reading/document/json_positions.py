"""Offsets in a JSON text, found by one pass over its tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)"|[\[\]{},]|[^\s\[\]{},:"]+')


class JsonMember(NamedTuple):
    """A member of an object, or an item of a list."""

    container: int
    """The number of the object or list; 0 for the root."""
    key: str
    """The name, or the index."""
    number: int
    """Its own number; that of a container is the one that its members name."""
    offset: int


def find_members(text: str) -> Iterator[JsonMember]:
    """Yield every member and item; a repeated member repeatedly.

    Containers have numbers: the pointers of all members are longer than the text.
    """
    stack: list[tuple[int, str, int]] = []
    """For each open container: its number, its bracket, the number of items so far."""
    number = 0
    expect_key = False
    for match in TOKEN.finditer(text):
        token = match[0]
        if token in ("}", "]"):
            stack.pop()
            expect_key = False
        elif token == ",":
            container, bracket, count = stack[-1]
            stack[-1] = (container, bracket, count + 1)
            expect_key = bracket == "{"
        elif expect_key:
            number += 1
            yield JsonMember(stack[-1][0], json.loads(token), number, match.start())
            expect_key = False
        else:
            if stack and stack[-1][1] == "[":
                number += 1
                yield JsonMember(stack[-1][0], str(stack[-1][2]), number, match.start())
            if token in ("{", "["):
                stack.append((number, token, 0))
                expect_key = token == "{"
