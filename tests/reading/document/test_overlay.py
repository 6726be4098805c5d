"""Overlays: what each action does, where messages point, and what is recorded."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from generator.base.errors import SpecError
from generator.reading.document.load import parse
from generator.reading.document.overlay.apply import apply_overlays
from tests.support.overlays import Json, overlay_of, places, plain, read, written

GIVEN: dict[str, Json] = {
    "openapi": "3.0.3",
    "info": {"title": "Shop", "version": "1"},
    "tags": [{"name": "pets"}, {"name": "plants"}, {"name": "stones"}],
    "components": {
        "schemas": {
            "Pet": {"type": "object", "required": ["name"], "properties": {"name": {"a": 1}}},
            "Kind": {"type": "string", "enum": ["cat", "dog", "fish"]},
        }
    },
    "x-data": {"one": {"deep": [[1], [2, {"k": None}]]}, "two": {"deep": True}, "'q'": 0},
}


def changed(**members: Json) -> Json:
    return {**copy.deepcopy(GIVEN), **members}


PET = "$.components.schemas.Pet"
TAGS = GIVEN["tags"]
SCHEMAS = GIVEN["components"]["schemas"]
OTHERS = {key: value for key, value in GIVEN.items() if key != "tags"}


def schemas(**members: Json) -> Json:
    return changed(components={"schemas": {**SCHEMAS, **members}})


# What one action does is in test_overlay_properties.py.
ACTIONS: dict[str, tuple[list[dict[str, Json]], Json]] = {
    "merge all the way down": (
        [{"target": "$", "update": {"components": {"schemas": {"Pet": {"required": ["kind"]}}}}}],
        schemas(Pet={**SCHEMAS["Pet"], "required": ["name", "kind"]}),
    ),
    "concatenate a list": (
        [{"target": "$.tags", "update": [{"name": "new"}, {"name": "newer"}]}],
        changed(tags=[*TAGS, {"name": "new"}, {"name": "newer"}]),
    ),
    "append an entry": (
        [{"target": f"{PET}.required", "update": "x"}],
        schemas(Pet={**SCHEMAS["Pet"], "required": ["name", "x"]}),
    ),
    "replace scalars": (
        [
            {"target": f"{PET}.required[?@ == 'name']", "update": "nom"},
            {"target": "$.info['title', 'version']", "update": None},
        ],
        {
            **schemas(Pet={**SCHEMAS["Pet"], "required": ["nom"]}),
            "info": {"title": None, "version": None},
        },
    ),
    "what is added isn't shared": (
        [
            {"target": "$.tags[*]", "update": {"x": {"n": []}}},
            {"target": "$.tags[0].x.n", "update": 7},
        ],
        changed(tags=[{**tag, "x": {"n": [7] if tag["name"] == "pets" else []}} for tag in TAGS]),
    ),
    "remove several items": (
        [{"target": "$.tags[0, 2, 0]", "remove": True}],
        changed(tags=[TAGS[1]]),
    ),
    "remove items whose numbers have two digits": (
        [
            {"target": "$.tags", "update": [{"name": f"t{number}"} for number in range(3, 13)]},
            {"target": "$.tags[9, 10]", "remove": True},
        ],
        changed(tags=[*TAGS, *({"name": f"t{n}"} for n in (3, 4, 5, 6, 7, 8, 11, 12))]),
    ),
    "remove wins over update": (
        [{"target": "$.tags[1]", "remove": True, "update": {"name": "x"}}],
        changed(tags=[TAGS[0], TAGS[2]]),
    ),
    "remove: false does nothing": ([{"target": "$.tags[1]", "remove": False}], GIVEN),
    "remove, then write anew": (
        [
            {"target": "$.tags", "remove": True},
            {"target": "$", "update": {"tags": [{"name": "x"}]}},
        ],
        {**OTHERS, "tags": [{"name": "x"}]},
    ),
    "remove, then change what moved up": (
        [
            {"target": "$.tags[0]", "remove": True},
            {"target": "$.tags[0]", "update": {"x": [{"y": 1}]}},
            {"target": "$.tags[0].x", "update": {"z": 2}},
        ],
        changed(tags=[{"name": "plants", "x": [{"y": 1}, {"z": 2}]}, TAGS[2]]),
    ),
    "copy a mapping": (
        [
            {"target": "$.components.schemas", "update": {"Cat": {}}},
            {"target": "$.components.schemas.Cat", "copy": PET},
        ],
        schemas(Cat=SCHEMAS["Pet"]),
    ),
    "a name in quotes": (
        [{"target": '$["x-data"]["\'q\'"]', "update": 5}],
        changed(**{"x-data": {**GIVEN["x-data"], "'q'": 5}}),
    ),
}


@pytest.mark.parametrize(("style", "overlay_style"), [("yaml", "json"), ("json", "yaml")])
@pytest.mark.parametrize("case", ACTIONS)
def test_an_action(case: str, style: str, overlay_style: str) -> None:
    """The outcome; and every member knows its pointer, and its line in the file it came from."""
    actions, wanted = ACTIONS[case]
    document = read(GIVEN, "api", style)
    overlay = read(overlay_of(actions), "fix", overlay_style)
    made = apply_overlays(document, [overlay])
    assert plain(made.root) == wanted
    assert list(made.root) == list(wanted)
    assert plain(document.root) == GIVEN
    lines = {"api": document.text.split("\n"), "fix": overlay.text.split("\n")}
    for pointer, key, place, value in places(made.root):
        assert place.pointer == pointer
        line = lines[place.file][place.line - 1]
        text = line[place.column - 1 :].lstrip("\"'")
        known = ["update"] if place.file == "fix" else []  # where the whole value was put in
        if isinstance(key, str):
            known.append(key.strip("'"))
        assert text.startswith(tuple(known)) or value in text, (pointer, line)


def test_the_deepest_description_can_be_searched() -> None:
    deep = json.loads('{"a":' * 390 + '{"b": 1}' + "}" * 390)
    overlay = read(overlay_of([{"target": "$..b", "update": 2}]), "fix", "yaml")
    made = apply_overlays(parse(json.dumps(deep).encode(), path=Path("api"), name="api"), [overlay])
    assert json.dumps(plain(made.root)).count('"b": 2') == 1


def test_without_overlays_the_document_is_the_same() -> None:
    document = read(GIVEN, "api", "yaml")
    assert apply_overlays(document, []) is document


def test_overlays_are_applied_in_their_order() -> None:
    overlays = [
        read(overlay_of([{"target": "$.info", "update": {"title": name}}]), name, "yaml")
        for name in ("one", "two")
    ]
    made = apply_overlays(read(GIVEN, "api", "yaml"), overlays)
    assert plain(made.root)["info"]["title"] == "two"
    assert [document.name for document in made.overlays] == ["one", "two"]


def test_merge_keys_share_nothing() -> None:
    text = "a: &a {deep: {n: 1}}\nb: {<<: *a}\n"
    document = parse(text.encode(), path=Path("api"), name="api")
    overlay = read(overlay_of([{"target": "$.b.deep", "update": {"m": 2}}]), "fix", "yaml")
    made = apply_overlays(document, [overlay])
    assert plain(made.root) == {"a": {"deep": {"n": 1}}, "b": {"deep": {"n": 1, "m": 2}}}


def test_overlay_1_0_may_do_what_1_1_does_and_appends_a_list_as_its_entries() -> None:
    actions: list[dict[str, Json]] = [
        {"target": "$.info.title", "update": "Store"},
        {"target": "$.tags[0]", "copy": "$.info"},
        {"target": "$.tags", "update": [{"name": "x"}]},
    ]
    overlay = read(overlay_of(actions, "1.0.0"), "fix", "yaml")
    made = apply_overlays(read(GIVEN, "api", "yaml"), [overlay])
    info = {"title": "Store", "version": "1"}
    tags = [{"name": "pets", **info}, *TAGS[1:], {"name": "x"}]
    assert plain(made.root) == changed(info=info, tags=tags)
    assert ["1.0 appends a list as one item" in warning.fact for warning in made.warnings] == [True]


def test_extends_of_another_file_is_a_warning(tmp_path: Path) -> None:
    found = []
    for extends in ("api.yaml", "./api.yaml", "other.yaml", "https://example.com/other.yaml"):
        text = written({**overlay_of([{"target": "$", "update": {}}]), "extends": extends}, "yaml")
        overlay = parse(text.encode(), path=tmp_path / "fix.yaml", name="fix.yaml")
        document = parse(b"a: 1", path=tmp_path / "api.yaml", name="api.yaml")
        found.append([str(w).split("\n")[0] for w in apply_overlays(document, [overlay]).warnings])
    says = (
        "the overlay extends 'other.yaml' and is applied to api.yaml (#/extends) [overlay-extends]"
    )
    assert found == [[], [], [f"fix.yaml:8:1: {says}"], []]


DOUBLING: list[dict[str, Json]] = [
    {"target": "$['x-data'].one.deep", "copy": "$['x-data'].one.deep"}
] * 40
NESTING: list[dict[str, Json]] = [
    {"target": "$", "update": {"x-n": json.loads('{"a":' * 350 + "{}" + "}" * 350)}},
    {"target": "$['x-n']" + ".a" * 300, "copy": "$"},
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("actions", "says"),
    [
        (DOUBLING, "overlays add more than 300,000 nodes"),
        (NESTING, "nested more than 400 deep"),
    ],
    ids=["doubling", "nesting"],
)
def test_growth_has_limits(actions: list[dict[str, Json]], says: str) -> None:
    overlay = read(overlay_of(actions), "fix", "json")
    with pytest.raises(SpecError) as caught:
        apply_overlays(read(GIVEN, "api", "yaml"), [overlay])
    assert caught.value.problems[0].fact == says
    assert caught.value.problems[0].code == "limit"
