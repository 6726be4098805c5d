"""The parts of multipart bodies in the generated tests, and their text.

Sources: OpenAPI 3.1.1 §4.8.15.1.1 (the media type of a part), RFC 2046 §5.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..ir.operations import Answer, FormPart
from ..ir.types import Json
from .expected_requests import json_text, plain_text

BOUNDARY = "example"
_DEFAULTS = {
    "file": "application/octet-stream",
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
}


def expected_parts(
    value: Json, described: Sequence[FormPart], *, is_received: bool = False
) -> list[Json]:
    """Return the parts of a value: the name, the media type and the content of each.

    The content is text, or else JSON; what could be text but isn't is received as JSON. A part
    without a name is one of a list.
    """
    known = {part.wire: part for part in described}
    other = known.get("", FormPart("", kind="any"))
    parts: list[Json] = []
    if isinstance(value, list):
        for index, item in enumerate(value):
            part = known.get(str(index), other)
            parts.append(_part(part, "", item, is_received))
        return parts
    members = value if isinstance(value, dict) else {}
    for name in _in_order(members, known):
        part = known.get(name, other)
        items: Sequence[Json] = [members[name]]
        if _is_many(part, is_received):
            items = _items(members[name])
        parts += [_part(part, name, item, is_received) for item in items if item is not None]
    return parts


def has_null_item(value: Json) -> bool:
    """Return whether a value is or has a list with a null item, which no part can be."""
    lists = [value, *value.values()] if isinstance(value, dict) else [value]
    return any(isinstance(one, list) and None in one for one in lists)


def with_texts(value: Json, described: Sequence[FormPart]) -> Json:
    """Return a value with a text for each file, which a schema may describe otherwise."""
    known = {part.wire: part for part in described}

    def text(key: str, item: Json) -> Json:
        part = known.get(key, known.get(""))
        if part is None or part.kind != "file" or item is None:
            return item
        if part.many:
            return [_text_of_file(one) for one in _items(item)]
        return _text_of_file(item)

    if isinstance(value, list):
        return [text(str(index), item) for index, item in enumerate(value)]
    members = value if isinstance(value, dict) else {}
    return {name: text(name, item) for name, item in members.items()}


def _text_of_file(value: Json) -> Json:
    return value if isinstance(value, str) else "example"


def _in_order(members: Mapping[str, Json], known: Mapping[str, FormPart]) -> Iterator[str]:
    """Yield the names of members, those of described parts first."""
    yield from (name for name in known if name in members)
    yield from (name for name in members if name not in known)


def _is_many(part: FormPart, is_received: bool) -> bool:
    """Return whether each item of a list is a part."""
    return part.many if is_received else not is_json(part.media_type)


def _items(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else [value]


def _part(part: FormPart, name: str, value: Json, is_received: bool) -> list[Json]:
    if is_received and part.kind == "any" and not isinstance(value, str):
        return [name, "application/json", json_text(value)]
    as_json = isinstance(value, (dict, list)) or value is None or is_json(part.media_type)
    kind = "json" if as_json else "text"
    if part.kind == "file" or (part.may_be_file and isinstance(value, str)):
        kind = "file"
    if isinstance(value, str) and kind != "json":
        content = value
    else:
        content = json_text(value) if as_json else plain_text(value)
    return [name, part.media_type or _DEFAULTS[kind], content]


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON."""
    return media_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def received_parts(value: Json, answer: Answer) -> dict[str, Json]:
    """Return what a test's response has: the value, its text and its media type."""
    texts = with_texts(value, answer.parts)
    return {
        "body": texts,
        "content": _serialized(expected_parts(texts, answer.parts, is_received=True)),
        "content_type": f"{answer.media_type}; boundary={BOUNDARY}",
    }


def _serialized(parts: Sequence[Json]) -> str:
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
