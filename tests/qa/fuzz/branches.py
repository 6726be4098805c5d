"""Unions of up to 60 branches, and answers of up to 2 kB that become very many values."""

from __future__ import annotations

import gzip
import json
from typing import Any

from hypothesis import strategies as st

from tests.qa.fuzz.mutations import Json

PACKED = 2_000
"""The most bytes of an answer."""
TEXT: Json = {"type": "string"}
MEMBERS: dict[str, Json] = {
    "size": {"type": "integer"},
    "born": {"type": "string", "format": "date-time"},
    "mood": {"type": "string", "enum": ["calm", "wild"]},
    "note": {"type": "string", "minLength": 2},
    "weight": {"type": "number", "format": "decimal"},
}
"""Members that several branches have."""
PLACES: dict[str, Json] = {
    "list": {"type": "array", "items": {"$ref": "#/components/schemas/U"}},
    "map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/U"}},
    "page": {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/U"}},
            "next": TEXT,
        },
    },
}
"""Where a response has the values of the union."""


@st.composite
def descriptions(draw: st.DrawFn) -> Json:
    """A description whose operations return many values of one union."""
    count = draw(st.sampled_from([2, 5, 9, 20, 40, 60]))
    tags = draw(st.sampled_from(["none", "required", "optional", "constants"]))
    branches: dict[str, Json] = {}
    for number in range(count):
        names = draw(st.lists(st.sampled_from(sorted(MEMBERS)), max_size=3, unique=True))
        members: dict[str, Json] = {name: MEMBERS[name] for name in names}
        members["kind"] = {"const": f"b{number}"} if tags == "constants" else TEXT
        needed = [] if tags == "optional" else ["kind"]
        if draw(st.booleans()):
            members[f"own{number}"] = TEXT
            needed.append(f"own{number}")
        place = draw(st.sampled_from(["", *PLACES]))
        if place:
            members["inner"] = PLACES[place]
        branch: Json = {"type": "object", "properties": members}
        if needed:
            branch["required"] = needed
        if draw(st.integers(0, 5)) == 5:
            branch["additionalProperties"] = draw(st.sampled_from([True, TEXT]))
        branches[f"B{number}"] = branch
    refs = {f"b{number}": f"#/components/schemas/B{number}" for number in range(count)}
    union: Json = {"oneOf": [{"$ref": ref} for ref in refs.values()]}
    if draw(st.integers(0, 3)) == 3:
        union["oneOf"].append(TEXT)
    elif tags in ("required", "optional"):
        union["discriminator"] = {"propertyName": "kind", "mapping": refs}
    paths = {
        f"/{name}": {"get": {
            "operationId": f"things/{name}",
            "responses": {"200": {
                "description": "", "content": {"application/json": {"schema": schema}},
            }},
        }}
        for name, schema in PLACES.items()
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "Branches", "version": "1"},
        "servers": [{"url": "https://branches.example"}],
        "paths": paths,
        "components": {"schemas": {"U": union, **branches}},
    }


VALUES: list[Any] = ["x", "b1", "calm", "2026-01-02T03:04:05Z", 1, 1.5, None, True, [], {}, [{}]]


@st.composite
def items(draw: st.DrawFn) -> Any:
    """A value of the union, as described or not."""
    if draw(st.integers(0, 9)) == 9:
        return draw(st.sampled_from(VALUES))
    names = st.sampled_from(["size", "born", "mood", "note", "weight", "own1", "own3", "new"])
    item: dict[str, Any] = draw(st.dictionaries(names, st.sampled_from(VALUES), max_size=4))
    kind = draw(st.sampled_from([None, "b0", "b1", "b3", "unknown", 1]))
    if kind is not None:
        item["kind"] = kind
    if draw(st.integers(0, 3)) == 3:
        item["inner"] = [draw(items()) for _ in range(draw(st.integers(0, 2)))]
    return item


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, bytes]:
    """The name of an operation, and the packed body of its response."""
    place = draw(st.sampled_from(sorted(PLACES)))
    some = [draw(items()) for _ in range(draw(st.integers(1, 3)))]
    texts = [json.dumps(item, separators=(",", ":")) for item in some]
    count = draw(st.sampled_from([1, 50, 3_000, 30_000, 200_000, 600_000]))
    separated = (",".join(texts) + ",") * (count // len(texts)) + texts[0]
    depth = draw(st.sampled_from([0, 0, 1, 5, 60, 95]))
    front = draw(st.sampled_from(['{"inner":[', '{"kind":"b1","inner":[', '{"new":[']))
    nested = front * depth + separated + "]}" * depth
    match place:
        case "list":
            body = f"[{nested}]"
        case "page":
            body = f'{{"items":[{nested}]}}'
        case _:
            body = f'{{"a":{texts[0]},"b":{front}{nested}]}}}}'
    return place, gzip.compress(body.encode(), mtime=0)


packed = answers().filter(lambda answer: len(answer[1]) <= PACKED)
