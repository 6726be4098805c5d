"""Servers compared: where two operations are called.

Source: OpenAPI 3.1.1 §4.8.5 (Server).
"""

from __future__ import annotations

import re

from ..spec.nodes import Map, Origin, Seq
from .found import Pair
from .noting import note
from .operations import Held


def servers(pair: Pair, old: Held, new: Held, roots: tuple[Map, Map]) -> None:
    """Compare where two operations are called."""
    before, after = _servers(old, roots[0]), _servers(new, roots[1])
    left, right = list(before), list(after)
    if left == right:
        return
    at = _first(before, old)
    if left[0] not in after:
        note(
            pair,
            "server/main/changed",
            before[left[0]],
            after[right[0]],
            f"is served at {right[0]}, was at {left[0]}",
            left[0],
            right[0],
            at,
        )
    elif left[0] != right[0]:
        note(
            pair,
            "server/main/reordered",
            before[left[0]],
            after[right[0]],
            f"{right[0]} comes before {left[0]}",
            left[0],
            right[0],
            at,
        )
    moved = left[0] not in after
    for url in left[1 if moved else 0 :]:
        if url not in after:
            note(
                pair,
                "server/url/removed",
                before[url],
                after[right[0]],
                f"the server {url} is gone",
                url,
                "",
                at,
            )
    for url in right[1 if moved else 0 :]:
        if url not in before and not (moved and url == right[0]):
            note(
                pair,
                "server/url/added",
                before[left[0]],
                after[url],
                f"the server {url} is new",
                "",
                url,
                at,
            )


def _servers(held: Held, root: Map) -> dict[str, Origin]:
    """Addresses with their variables' defaults, in order."""
    found = held.node.get("servers", root.get("servers"))
    result: dict[str, Origin] = {}
    for server in found if isinstance(found, Seq) else ():
        if isinstance(server, Map):
            url = str(server.get("url", ""))
            variables = server.get("variables")
            for name, node in variables.items() if isinstance(variables, Map) else ():
                default = node.get("default", "") if isinstance(node, Map) else ""
                url = url.replace(f"{{{name}}}", str(default))
            result.setdefault(re.sub(r"(?<=.)/+\Z", "", url), server.origin)
    return result or {"/": root.origin}


def _first(found: dict[str, Origin], held: Held) -> str:
    return next(iter(found.values()), held.node.origin).pointer
