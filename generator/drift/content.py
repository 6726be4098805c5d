"""Media types, their schemas and encodings, and headers.

Sources: OpenAPI 3.1.1 §4.8.14 (Media Type), §4.8.15 (Encoding), §4.8.21 (Header).
"""

from __future__ import annotations

import re

from ..spec.nodes import Map, Value
from .found import Found, Owner, Pair
from .noting import note_between, note_examples
from .schemas import Comparer


def compare_content(
    comparer: Comparer, pair: Pair, old: Map, new: Map, what: str, owner: Owner
) -> None:
    before, after = _media(old), _media(new)
    for name, node in before.items():
        other = after.get(name)
        if other is None:
            pair.found.append(
                Found(
                    "body/media-type/removed",
                    node.origin,
                    new.origin,
                    f"{what} is no longer {name}",
                    name,
                    "",
                    owner,
                    node.origin.pointer,
                )
            )
            continue
        schemas = [side.get("schema") for side in (node, other)]
        left, right = (s if isinstance(s, Map) and s else None for s in schemas)
        if left is not None and right is not None:
            pair.inner.append(comparer.pair(left, right, pair.direction, owner))
        elif left is not None or right is not None:
            action = "added" if right is not None else "removed"
            words = f"{what} says what it is" if right else f"{what} says nothing of what it is"
            note_between(pair, f"body/schema/{action}", node, other, "schema", words, owner)
        items = [side.get("itemSchema") for side in (node, other)]
        if isinstance(items[0], Map) and isinstance(items[1], Map):
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
                Found(
                    "body/media-type/added",
                    old.origin,
                    node.origin,
                    f"{what} may be {name}",
                    "",
                    name,
                    owner,
                    f"{old.origin.pointer}/content/{name}",
                )
            )


def schemas_of(old: Map, new: Map) -> list[tuple[Map, Map]]:
    """The schemas of two parameters or headers, by ``schema`` or by their media type."""
    pairs: list[tuple[Value, Value]] = [(old.get("schema"), new.get("schema"))]
    left, right = _media(old), _media(new)
    pairs += [
        (left[name].get("schema"), right[name].get("schema")) for name in left if name in right
    ]
    return [(a, b) for a, b in pairs if isinstance(a, Map) and isinstance(b, Map)]


def _media(node: Map) -> dict[str, Map]:
    """Media types without what goes without saying, to their nodes."""
    found = node.get("content")
    result: dict[str, Map] = {}
    for name, media in found.items() if isinstance(found, Map) else ():
        if isinstance(media, Map):
            bare_name = re.sub(r"\s*;\s*charset=\"?utf-8\"?", "", name.strip().lower())
            result.setdefault(re.sub(r"\s*;\s*", ";", bare_name), media)
    return result


def headers_of(node: Map) -> dict[str, Map]:
    found = node.get("headers")
    return {
        name.lower(): header
        for name, header in (found.items() if isinstance(found, Map) else ())
        if isinstance(header, Map) and name.lower() != "content-type"
    }


def _encoding(node: Value) -> Value:
    if isinstance(node, Map):
        return {k: _encoding(v) for k, v in node.items() if k not in ("headers", "description")}
    return node
