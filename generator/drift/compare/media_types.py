"""Media types, their schemas and encodings, and headers.

Sources: OpenAPI 3.1.1 §4.8.14 (Media Type), §4.8.15 (Encoding), §4.8.21 (Header).
"""

from __future__ import annotations

import re

from ...document.tree import MappingNode, Value
from .differences import ApiSymbol, Comparison, Difference
from .part_differences import note_between, note_examples
from .schemas import Comparer


def compare_content(
    comparer: Comparer,
    pair: Comparison,
    old: MappingNode,
    new: MappingNode,
    what: str,
    owner: ApiSymbol,
) -> None:
    before, after = _media(old), _media(new)
    for name, node in before.items():
        other = after.get(name)
        if other is None:
            pair.found.append(
                Difference(
                    "body/media-type/removed",
                    node.location,
                    new.location,
                    f"{what} is no longer {name}",
                    name,
                    "",
                    owner,
                    node.location.pointer,
                )
            )
            continue
        schemas = [side.get("schema") for side in (node, other)]
        left, right = (s if isinstance(s, MappingNode) and s else None for s in schemas)
        if left is not None and right is not None:
            pair.inner.append(comparer.pair(left, right, pair.direction, owner))
        elif left is not None or right is not None:
            action = "added" if right is not None else "removed"
            words = f"{what} says what it is" if right else f"{what} says nothing of what it is"
            note_between(pair, f"body/schema/{action}", node, other, "schema", words, owner)
        items = [side.get("itemSchema") for side in (node, other)]
        if isinstance(items[0], MappingNode) and isinstance(items[1], MappingNode):
            pair.inner.append(comparer.pair(items[0], items[1], pair.direction, owner))
        encodings = [_encoding(side.get("encoding")) for side in (node, other)]
        if encodings[0] != encodings[1]:
            note_between(
                pair,
                "body/encoding/changed",
                node,
                other,
                "encoding",
                f"the parts of {what} are written otherwise",
                owner,
            )
        note_examples(pair, node, other)
    for name, node in after.items():
        if name not in before:
            pair.found.append(
                Difference(
                    "body/media-type/added",
                    old.location,
                    node.location,
                    f"{what} may be {name}",
                    "",
                    name,
                    owner,
                    f"{old.location.pointer}/content/{name}",
                )
            )


def schemas_of(old: MappingNode, new: MappingNode) -> list[tuple[MappingNode, MappingNode]]:
    """The schemas of two parameters or headers, by ``schema`` or by their media type."""
    pairs: list[tuple[Value, Value]] = [(old.get("schema"), new.get("schema"))]
    left, right = _media(old), _media(new)
    pairs += [
        (left[name].get("schema"), right[name].get("schema")) for name in left if name in right
    ]
    return [(a, b) for a, b in pairs if isinstance(a, MappingNode) and isinstance(b, MappingNode)]


def _media(node: MappingNode) -> dict[str, MappingNode]:
    """Media types without what goes without saying, to their nodes."""
    found = node.get("content")
    result: dict[str, MappingNode] = {}
    for name, media in found.items() if isinstance(found, MappingNode) else ():
        if isinstance(media, MappingNode):
            bare_name = re.sub(r"\s*;\s*charset=\"?utf-8\"?", "", name.strip().lower())
            result.setdefault(re.sub(r"\s*;\s*", ";", bare_name), media)
    return result


def headers_of(node: MappingNode) -> dict[str, MappingNode]:
    found = node.get("headers")
    return {
        name.lower(): header
        for name, header in (found.items() if isinstance(found, MappingNode) else ())
        if isinstance(header, MappingNode) and name.lower() != "content-type"
    }


def _encoding(node: Value) -> Value:
    if isinstance(node, MappingNode):
        return {k: _encoding(v) for k, v in node.items() if k not in ("headers", "description")}
    return node
