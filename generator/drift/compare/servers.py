"""Servers compared: where two operations are called.

Source: OpenAPI 3.1.1 §4.8.5 (Server).
"""

from __future__ import annotations

import re

from ...document.tree import Location, MappingNode, SequenceNode
from .differences import Comparison
from .operation_pair import Held
from .part_differences import note


def servers(pair: Comparison, old: Held, new: Held, roots: tuple[MappingNode, MappingNode]) -> None:
    """Compare where two operations are called."""
    before, after = _servers(old, roots[0]), _servers(new, roots[1])
    left, right = list(before), list(after)
    if left == right:
        return
    at = _first(before, old)
    first = left[0], right[0]
    if first[0] != first[1]:
        kind, words = _moved(first, before, after)
        note(pair, kind, before[first[0]], after[first[1]], words, *first, at)
    for url in left:
        if url not in after and url != first[0]:
            words = f"the server {url} is gone"
            note(pair, "server/url/removed", before[url], after[first[1]], words, url, "", at)
    for url in right:
        if url not in before and url != first[1]:
            words = f"the server {url} is new"
            note(pair, "server/url/added", before[first[0]], after[url], words, "", url, at)


def _moved(
    first: tuple[str, str], before: dict[str, Location], after: dict[str, Location]
) -> tuple[str, str]:
    """How one server came to be called instead of another: the kind, and words for it."""
    old, new = first
    served = f"is served at {new}, was at {old}"
    match old in after, new in before:
        case True, True:
            return "server/main/reordered", f"{new} comes before {old}"
        case True, False:
            return "server/main/added", f"{new} is new and comes before {old}"
        case False, True:
            return "server/main/removed", f"{served}, which is gone"
        case _:
            return "server/main/changed", served


def _servers(held: Held, root: MappingNode) -> dict[str, Location]:
    """Addresses with their variables' defaults, in order."""
    found = held.node.get("servers", root.get("servers"))
    result: dict[str, Location] = {}
    for server in found if isinstance(found, SequenceNode) else ():
        if isinstance(server, MappingNode):
            url = str(server.get("url", ""))
            variables = server.get("variables")
            for name, node in variables.items() if isinstance(variables, MappingNode) else ():
                default = node.get("default", "") if isinstance(node, MappingNode) else ""
                url = url.replace(f"{{{name}}}", str(default))
            result.setdefault(re.sub(r"(?<=.)/+\Z", "", url), server.location)
    return result or {"/": root.location}


def _first(found: dict[str, Location], held: Held) -> str:
    return next(iter(found.values()), held.node.location).pointer
