"""The lines of each member of a block mapping, or item of a block sequence, in a YAML text.

Comment lines right above a member, not indented further than it, belong to it; blank lines belong
to the member before. Callers parse their result again, since a line of a multi-line scalar may
look like a comment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ..tree import Container, SequenceNode

Span: TypeAlias = tuple[int, int]
"""A range of lines, counted from 0, without its end."""


def find_spans(node: Container, lines: Sequence[str], start: int, end: int) -> list[Span] | None:
    """Return the lines of each member or item of ``node``, whose lines are from start to end.

    The spans are contiguous up to ``end``. None for a node that isn't in block style, or has
    members elsewhere (merge keys, aliases).
    """
    if isinstance(node, SequenceNode):
        positions = node.positions
    else:
        known = node.positions or {}
        positions = [known[key] for key in node] if known.keys() == node.keys() else None
    if not positions or len({column for _, column in positions}) > 1:
        return None
    heads: list[int] = []
    for index, (line, column) in enumerate(positions):
        head = line - 1
        if isinstance(node, SequenceNode):
            while head >= start and not lines[head][: column - 1].strip():
                head -= 1  # a dash on a line of its own
                column = len(lines[head]) + 1
        if not start <= head < end or (heads and head <= heads[-1]):
            return None
        before = lines[head][: column - 1].strip()
        in_item = index == 0 and before.replace("- ", "").strip() in ("", "-")
        if before != ("-" if isinstance(node, SequenceNode) else "") and not in_item:
            return None
        heads.append(head)
    tops = [
        _with_comments(head, floor, lines)
        for head, floor in zip(heads, [start, *(head + 1 for head in heads)], strict=False)
    ]
    return list(zip(tops, [*tops[1:], end], strict=True))


def _with_comments(head: int, floor: int, lines: Sequence[str]) -> int:
    """Return the first of the comment lines right above a line."""
    indent = len(lines[head]) - len(lines[head].lstrip(" "))
    while head > floor:
        above = lines[head - 1]
        text = above.lstrip(" ")
        if not text.startswith("#") or len(above) - len(text) > indent:
            break
        head -= 1
    return head
