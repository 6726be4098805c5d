"""The cycles of a graph, found without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

_Node = TypeVar("_Node")


def strongly_connected(
    roots: Iterable[_Node], edges: Callable[[_Node], Iterable[_Node]]
) -> list[list[_Node]]:
    """Return the strongly connected components that ``roots`` lead to.

    Each is after those that it leads to; ``edges`` is called once for each node (Tarjan's
    algorithm).
    """
    order: dict[_Node, int] = {}
    low: dict[_Node, int] = {}
    stack: dict[_Node, None] = {}
    components: list[list[_Node]] = []
    for root in roots:
        work = [(root, iter(edges(root)))] if root not in order else []
        while work:
            node, rest = work[-1]
            if node not in order:
                order[node] = low[node] = len(order)
                stack[node] = None
            for target in rest:
                if target not in order:
                    work.append((target, iter(edges(target))))
                    break
                if target in stack:
                    low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    component = [node]
                    while (top := stack.popitem()[0]) != node:
                        component.append(top)
                    components.append(component)
    return components
