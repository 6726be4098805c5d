"""Offsets in a JSON text, found by one pass over its tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from .pointer import escape

TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|[\[\]{},]|[^\s\[\]{},:"]+')


def find_members(text: str) -> Iterator[tuple[str, int]]:
    """Yield the pointer of every member and item with its offset; a repeated member repeatedly."""
    yield "", 0
    stack: list[tuple[str, str, int]] = []
    """For each open container: its pointer, its bracket, the number of items so far."""
    pointer = ""
    expect_key = False
    for match in TOKEN.finditer(text):
        token = match[0]
        if token in ("}", "]"):
            stack.pop()
            expect_key = False
        elif token == ",":
            base, bracket, count = stack[-1]
            stack[-1] = (base, bracket, count + 1)
            expect_key = bracket == "{"
        elif expect_key:
            pointer = f"{stack[-1][0]}/{escape(json.loads(token))}"
            yield pointer, match.start()
            expect_key = False
        else:
            if stack and stack[-1][1] == "[":
                pointer = f"{stack[-1][0]}/{stack[-1][2]}"
                yield pointer, match.start()
            if token in ("{", "["):
                stack.append((pointer, token, 0))
                expect_key = token == "{"
