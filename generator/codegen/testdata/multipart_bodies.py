"""The parts of multipart bodies in the generated tests, and their text.

Sources: OpenAPI 3.1.1 §4.8.15.1.1 (the media type of a part), RFC 2046 §5.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ..ir import FormPart, Json

BOUNDARY = "example"
_DEFAULTS = {"file": "application/octet-stream", "json": "application/json"}


def expected_parts(value: Json, described: Sequence[FormPart]) -> list[Json]:
    """Return the parts of a value: the name, the media type and the content of each.

    The content is text, or else JSON. A part without a name is one of a list.
    """
    known = {part.wire: part for part in described}
    other = known.get("", FormPart("", kind="any"))
    if isinstance(value, list):
        pairs = [(known.get(str(i), other), item) for i, item in enumerate(value)]
        return [_part(part, "", item) for part, item in pairs]
    members = value if isinstance(value, dict) else {}
    return [
        _part(known.get(name, other), name, item)
        for name in _in_order(members, known)
        for item in _items(members[name])
        if item is not None
    ]


def _in_order(members: Mapping[str, Json], known: Mapping[str, FormPart]) -> Iterator[str]:
    yield from (name for name in known if name in members)
    yield from (name for name in members if name not in known)


def _items(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else [value]


def _part(part: FormPart, name: str, value: Json) -> list[Json]:
    is_text = isinstance(value, str) and "json" not in part.media_type
    is_json = isinstance(value, (dict, list)) or value is None or "json" in part.media_type
    default = _DEFAULTS["json"] if is_json else "text/plain; charset=utf-8"
    if part.kind == "file":
        return [name, part.media_type or _DEFAULTS["file"], str(value)]
    content = value if is_text and part.kind != "file" else json.dumps(value, ensure_ascii=False)
    return [name, part.media_type or default, content]


def serialized_parts(parts: Sequence[Json]) -> str:
    """Return the text of a multipart body."""
    text = ""
    for part in parts:
        assert isinstance(part, list)
        name, media_type, content = map(str, part)
        text += f"--{BOUNDARY}\r\nContent-Type: {media_type}\r\n"
        if name:
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            text += f'Content-Disposition: form-data; name="{quoted}"\r\n'
        text += f"\r\n{content}\r\n"
    return f"{text}--{BOUNDARY}--\r\n"
