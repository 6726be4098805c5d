"""How a token is got: OAuth flows and their addresses compared.

Source: OpenAPI 3.1.1 §4.8.28 (OAuth Flows).
"""

from __future__ import annotations

from typing import cast

from ...document.tree import MappingNode
from .differences import Comparison
from .part_differences import note

_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


def compare_tokens(pair: Comparison, roots: tuple[MappingNode, MappingNode]) -> None:
    """Compare how a token is got, for the OAuth scheme that both descriptions use."""
    left, right = (_oauth(root) for root in roots)
    if left is None or right is None:
        return
    flows = [cast("MappingNode", side["flows"]) for side in (left, right)]
    for name, node in flows[0].items():
        other = flows[1].get(name)
        if not isinstance(node, MappingNode):
            continue
        if not isinstance(other, MappingNode):
            note(
                pair,
                "security/flow/removed",
                node.location,
                right.location,
                f"the flow {name} is gone",
                name,
                "",
                node.location.pointer,
            )
            continue
        for key in _URLS:
            urls = [str(side.get(key, "")) for side in (node, other)]
            if urls[0] != urls[1]:
                action = "added" if not urls[0] else "removed" if not urls[1] else "changed"
                words = f"the {key} of the flow {name} is {urls[1] or 'gone'}"
                note(
                    pair,
                    f"security/url/{action}",
                    node.at(key) if key in node else node.location,
                    other.at(key) if key in other else other.location,
                    words,
                    urls[0],
                    urls[1],
                    f"{node.location.pointer}/{key}",
                )
    for name, node in flows[1].items():
        if name not in flows[0] and isinstance(node, MappingNode):
            note(
                pair,
                "security/flow/added",
                left.location,
                node.location,
                f"the flow {name} is new",
                "",
                name,
                f"{left.location.pointer}/flows/{name}",
            )


def _oauth(root: MappingNode) -> MappingNode | None:
    """The only OAuth scheme in use; several are told apart by what they need, not by their URLs."""
    found = [s for s in schemes_of(root).values() if s.get("type") == "oauth2"]
    return found[0] if len(found) == 1 and isinstance(found[0].get("flows"), MappingNode) else None


def schemes_of(root: MappingNode) -> dict[str, MappingNode]:
    """The security schemes of a canonical document, by name."""
    components = root.get("components")
    found = components.get("securitySchemes") if isinstance(components, MappingNode) else None
    return (
        {k: v for k, v in found.items() if isinstance(v, MappingNode)}
        if isinstance(found, MappingNode)
        else {}
    )
