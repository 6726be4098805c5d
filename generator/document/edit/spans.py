"""Which lines of a YAML text belong to which member of a block mapping or item of a block list.

Comment lines right above a member, not indented further than it, belong to it; blank lines belong
to the member before. Whoever cuts by these lines reads the result again: what a scalar over several
lines may hide (a line that only looks like a comment) shows there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ..tree import MappingNode, SequenceNode

Span: TypeAlias = tuple[int, int]
"""Lines from the first to before the last, counted from 0."""


def spans(
    node: MappingNode | SequenceNode, lines: Sequence[str], start: int, end: int
) -> list[Span] | None:
    """The lines of each member or item of ``node``, which stands within those from start to end.

    They follow each other to ``end`` without a gap. None for what isn't in block style, or has
    members that stand elsewhere (merge keys, aliases).
    """
    positions = _marks(node)
    if positions is None or len({column for _, column in positions}) > 1:
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


def _marks(node: MappingNode | SequenceNode) -> list[tuple[int, int]] | None:
    if isinstance(node, SequenceNode):
        return node.positions or None
    if not node.positions or node.positions.keys() != node.keys():
        return None
    return [node.positions[key] for key in node]


def _with_comments(head: int, floor: int, lines: Sequence[str]) -> int:
    """The first of the comment lines that stand right above a line."""
    indent = len(lines[head]) - len(lines[head].lstrip(" "))
    while head > floor:
        above = lines[head - 1]
        text = above.lstrip(" ")
        if not text.startswith("#") or len(above) - len(text) > indent:
            break
        head -= 1
    return head
