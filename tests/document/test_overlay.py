"""Overlays: what each action does, where messages point, and what is recorded."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonpath_rfc9535
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.config import Client
from generator.document.load import parse
from generator.document.overlay.apply import overlaid
from generator.document.references import References
from generator.document.selectors import select
from generator.document.tree import Document, MappingNode, SequenceNode
from generator.errors import Findings, Place, SpecError
from generator.openapi.normalize.document import canonicalise
from generator.services.generate import described
from tests.support.command_line import Outcome, speclock

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "tests/document/overlays"
UPSTREAM_LIKE = OWN / "upstream-like.yaml"
UPSTREAM = ROOT.parent / "shared/pinterest/releases/v5.23.0.yaml"

Json = Any
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
    """The description with some of its members replaced."""
    return {**copy.deepcopy(GIVEN), **members}


def with_pet(**members: Json) -> Json:
    """The description with members of ``Pet`` replaced."""
    made = copy.deepcopy(GIVEN)
    made["components"]["schemas"]["Pet"].update(members)
    return made


PET = "$.components.schemas.Pet"
TAGS = GIVEN["tags"]
ACTIONS: dict[str, tuple[list[dict[str, Json]], Json]] = {
    "merge into a mapping": (
        [{"target": "$.info", "update": {"title": "Store", "x": {"y": [1]}}}],
        changed(info={"title": "Store", "version": "1", "x": {"y": [1]}}),
    ),
    "merge all the way down": (
        [{"target": "$", "update": {"components": {"schemas": {"Pet": {"required": ["kind"]}}}}}],
        with_pet(required=["name", "kind"]),
    ),
    "append an entry": (
        [{"target": "$.tags", "update": {"name": "new"}}],
        changed(tags=[*TAGS, {"name": "new"}]),
    ),
    "concatenate a list": (
        [{"target": "$.tags", "update": [{"name": "new"}, {"name": "newer"}]}],
        changed(tags=[*TAGS, {"name": "new"}, {"name": "newer"}]),
    ),
    "append a scalar": (
        [{"target": f"{PET}.required", "update": "x"}],
        with_pet(required=["name", "x"]),
    ),
    "replace a scalar": (
        [{"target": "$.info['title', 'version']", "update": "new"}],
        changed(info={"title": "new", "version": "new"}),
    ),
    "replace a scalar in a list": (
        [{"target": f"{PET}.required[?@ == 'name']", "update": "nom"}],
        with_pet(required=["nom"]),
    ),
    "replace by null": (
        [{"target": "$.info.title", "update": None}],
        changed(info={"title": None, "version": "1"}),
    ),
    "update several": (
        [{"target": "$.tags[?@.name != 'pets']", "update": {"x": 1}}],
        changed(tags=[{"name": "pets"}, {"name": "plants", "x": 1}, {"name": "stones", "x": 1}]),
    ),
    "what is added isn't shared": (
        [
            {"target": "$.tags[*]", "update": {"x": {"n": []}}},
            {"target": "$.tags[0].x.n", "update": 7},
        ],
        changed(tags=[{**tag, "x": {"n": [7] if tag["name"] == "pets" else []}} for tag in TAGS]),
    ),
    "remove a member": (
        [{"target": "$.tags", "remove": True}],
        {k: v for k, v in GIVEN.items() if k != "tags"},
    ),
    "remove an item": ([{"target": "$.tags[0]", "remove": True}], changed(tags=TAGS[1:])),
    "remove several items": (
        [{"target": "$.tags[0, 2, 0]", "remove": True}],
        changed(tags=[TAGS[1]]),
    ),
    "remove a scalar": (
        [{"target": f"{PET}.required[?@ == 'name']", "remove": True}],
        with_pet(required=[]),
    ),
    "remove what is in what is removed": (
        [{"target": "$['x-data']..*", "remove": True}],
        changed(**{"x-data": {}}),
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
        {**{k: v for k, v in GIVEN.items() if k != "tags"}, "tags": [{"name": "x"}]},
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
        changed(
            components={
                "schemas": {
                    **GIVEN["components"]["schemas"],
                    "Cat": GIVEN["components"]["schemas"]["Pet"],
                }
            }
        ),
    ),
    "copy appends a mapping": (
        [{"target": "$.tags", "copy": "$.info"}],
        changed(tags=[*TAGS, GIVEN["info"]]),
    ),
    "copy concatenates a list": ([{"target": "$.tags", "copy": "$.tags"}], changed(tags=TAGS * 2)),
    "copy a scalar": (
        [{"target": "$.info.title", "copy": "$.tags[-1].name"}],
        changed(info={"title": "stones", "version": "1"}),
    ),
    "copy into a part of what is copied": (
        [{"target": "$['x-data'].one", "copy": "$['x-data']"}],
        changed(
            **{"x-data": {**GIVEN["x-data"], "one": {**GIVEN["x-data"]["one"], **GIVEN["x-data"]}}}
        ),
    ),
    "a name in quotes": (
        [{"target": '$["x-data"]["\'q\'"]', "update": 5}],
        changed(**{"x-data": {**GIVEN["x-data"], "'q'": 5}}),
    ),
    "an enumeration": (
        [
            {"target": "$.components.schemas.Kind", "update": {"enum": ["bird"]}},
            {"target": "$.components.schemas.Kind.enum[?@ == 'dog']", "remove": True},
        ],
        changed(
            components={
                "schemas": {
                    **GIVEN["components"]["schemas"],
                    "Kind": {"type": "string", "enum": ["cat", "fish", "bird"]},
                }
            }
        ),
    ),
}


def overlay_of(actions: list[dict[str, Json]], version: str = "1.1.0") -> dict[str, Json]:
    """An overlay of these actions."""
    return {"overlay": version, "info": {"title": "Fix", "version": "1"}, "actions": actions}


def written(value: Json, style: str) -> str:
    """A value as text in YAML or JSON, a member a line."""
    if style == "json":
        return json.dumps(value, indent=2)
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=False)


def read(value: Json, name: str, style: str, kind: str = "description") -> Document:
    """A value, written and read."""
    return parse(written(value, style).encode(), path=Path(name), name=name, kind=kind)


def plain(node: object) -> Json:
    """A tree as plain data."""
    if isinstance(node, MappingNode):
        return {key: plain(value) for key, value in node.items()}
    return [plain(value) for value in node] if isinstance(node, SequenceNode) else node


def places(
    node: MappingNode | SequenceNode, pointer: str = ""
) -> Iterator[tuple[str, str | int, Place, str]]:
    """Of every member: its pointer by the tree, its key, where it says it stands, and a scalar."""
    assert node.location.pointer == pointer
    keys: Sequence[str | int] = list(node) if isinstance(node, MappingNode) else range(len(node))
    for key in keys:
        inner = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if isinstance(node, MappingNode):
            place, value = node.at(str(key)).place, node[str(key)]
        else:
            place, value = node.at(int(key)).place, node[int(key)]
        yield (
            inner,
            key,
            place,
            "" if isinstance(value, (MappingNode, SequenceNode)) else json.dumps(value).strip('"'),
        )
        if isinstance(value, (MappingNode, SequenceNode)):
            yield from places(value, inner)


styles = pytest.mark.parametrize("style", ["yaml", "json"])
both = pytest.mark.parametrize("overlay_style", ["yaml", "json"])


@styles
@both
@pytest.mark.parametrize("case", ACTIONS)
def test_an_action(case: str, style: str, overlay_style: str) -> None:
    """The outcome; and every member knows its pointer, and its line in the file it came from."""
    actions, wanted = ACTIONS[case]
    document = read(GIVEN, "api", style)
    overlay = read(overlay_of(actions), "fix", overlay_style, "overlay")
    made = overlaid(document, [overlay])
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
        assert made.locate(pointer) == ((place.line, place.column) if made.is_json else (1, 1))


KEYS = st.sampled_from(["a", "b/c", "~d", "é"])
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        st.integers(0, 9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)
PATHS = st.sampled_from(
    ["$", "$.*", "$.a", "$['b/c']", "$..a", "$..*", "$.*.*", "$..[0]", "$..[-1]", "$..[?@.a]"]
)
VALUES = st.sampled_from([1, [], [7, {"a": [8]}], {}, {"a": {"~d": 5}}, {"é": [9]}])
CHANGES = st.one_of(
    st.builds(lambda target: {"target": target, "remove": True}, PATHS),
    st.builds(lambda target, value: {"target": target, "update": value}, PATHS, VALUES),
    st.builds(lambda target, source: {"target": target, "copy": source}, PATHS, PATHS),
)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(TREES, st.lists(CHANGES, min_size=1, max_size=4), st.sampled_from(["yaml", "json"]))
def test_any_change_leaves_a_tree_that_knows_its_places(
    tree: Json, actions: list[dict[str, Json]], style: str
) -> None:
    """Each action that can be done alone is done as plain data would have it, or refused."""
    document = read({"a": 0, **tree}, "api", style)
    wanted = plain(document.root)
    for action in actions:
        overlay = read(overlay_of([action]), "fix", style, "overlay")
        try:
            document = overlaid(document, [overlay], allow_unmatched=True)
        except SpecError:
            continue
        wanted = by_hand(wanted, action)
        assert plain(document.root) == wanted
        for pointer, _, place, _ in places(document.root):
            assert place.pointer == pointer
            assert document.resolve(quote(pointer)) is not None
            assert place.line > 0


def by_hand(data: Json, action: dict[str, Json]) -> Json:
    """What an action makes of plain data, by the library alone."""
    data = copy.deepcopy(data)
    found = {node.location: node for node in jsonpath_rfc9535.find(action["target"], data)}
    if action.get("remove"):
        for location in sorted(found, key=len, reverse=True):
            container = data
            for key in location[:-1]:
                container = container[key]
            container[location[-1]] = GONE
        return without_gone(data)
    if not found:
        return data
    source = action.get("copy")
    value = action["update"] if source is None else jsonpath_rfc9535.find(source, data)[0].value
    value = copy.deepcopy(value)
    for location, node in found.items():
        old = node.value
        if isinstance(old, dict):
            merge_by_hand(old, value)
        elif isinstance(old, list):
            old.extend(copy.deepcopy(value if isinstance(value, list) else [value]))
        else:
            container = data
            for key in location[:-1]:
                container = container[key]
            container[location[-1]] = value
    return data


GONE = object()


def without_gone(node: Json) -> Json:
    if isinstance(node, dict):
        return {k: without_gone(v) for k, v in node.items() if v is not GONE}
    return [without_gone(v) for v in node if v is not GONE] if isinstance(node, list) else node


def merge_by_hand(old: Json, new: Json) -> None:
    for key, value in new.items():
        if isinstance(old.get(key), dict) and isinstance(value, dict):
            merge_by_hand(old[key], value)
        elif isinstance(old.get(key), list) and isinstance(value, list):
            old[key].extend(copy.deepcopy(value))
        else:
            old[key] = copy.deepcopy(value)


def test_the_deepest_description_can_be_searched() -> None:
    deep = json.loads('{"a":' * 390 + '{"b": 1}' + "}" * 390)
    overlay = read(overlay_of([{"target": "$..b", "update": 2}]), "fix", "yaml", "overlay")
    made = overlaid(parse(json.dumps(deep).encode(), path=Path("api"), name="api"), [overlay])
    assert json.dumps(plain(made.root)).count('"b": 2') == 1


def test_without_overlays_the_document_is_the_same() -> None:
    document = read(GIVEN, "api", "yaml")
    assert overlaid(document, []) is document


def test_overlays_are_applied_in_their_order() -> None:
    overlays = [
        read(overlay_of([{"target": "$.info", "update": {"title": name}}]), name, "yaml", "overlay")
        for name in ("one", "two")
    ]
    made = overlaid(read(GIVEN, "api", "yaml"), overlays)
    assert plain(made.root)["info"]["title"] == "two"
    assert [document.name for document in made.overlays] == ["one", "two"]


def test_merge_keys_share_nothing() -> None:
    text = "a: &a {deep: {n: 1}}\nb: {<<: *a}\n"
    document = parse(text.encode(), path=Path("api"), name="api")
    overlay = read(
        overlay_of([{"target": "$.b.deep", "update": {"m": 2}}]), "fix", "yaml", "overlay"
    )
    made = overlaid(document, [overlay])
    assert plain(made.root) == {"a": {"deep": {"n": 1}}, "b": {"deep": {"n": 1, "m": 2}}}


def test_overlay_1_0_reads_a_list_as_its_entries_and_says_so() -> None:
    actions = [{"target": "$.tags", "update": [{"name": "x"}]}]
    overlay = read(overlay_of(actions, "1.0.0"), "fix", "yaml", "overlay")
    made = overlaid(read(GIVEN, "api", "yaml"), [overlay])
    assert plain(made.root["tags"]) == [*TAGS, {"name": "x"}]
    assert ["1.0 appends a list as one item" in warning.fact for warning in made.warnings] == [True]


def test_extends_of_another_file_is_a_warning(tmp_path: Path) -> None:
    found = []
    for extends in ("api.yaml", "./api.yaml", "other.yaml", "https://example.com/other.yaml"):
        text = written({**overlay_of([{"target": "$", "update": {}}]), "extends": extends}, "yaml")
        overlay = parse(text.encode(), path=tmp_path / "fix.yaml", name="fix.yaml", kind="overlay")
        document = parse(b"a: 1", path=tmp_path / "api.yaml", name="api.yaml")
        found.append([str(w).split("\n")[0] for w in overlaid(document, [overlay]).warnings])
    says = (
        "the overlay extends 'other.yaml' and is applied to api.yaml (#/extends) [overlay-extends]"
    )
    assert found == [[], [], [f"fix.yaml:8:1: {says}"], []]


def doubling(times: int) -> list[dict[str, Json]]:
    return [{"target": "$['x-data'].one.deep", "copy": "$['x-data'].one.deep"}] * times


def nesting() -> list[dict[str, Json]]:
    deep = {"x-n": json.loads('{"a":' * 350 + "{}" + "}" * 350)}
    return [{"target": "$", "update": deep}, {"target": "$['x-n']" + ".a" * 300, "copy": "$"}]


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        (doubling(40), "overlays add more than 300,000 nodes"),
        (
            nesting(),
            "nested more than 400 deep",
        ),
    ],
)
def test_growth_has_limits(actions: list[dict[str, Json]], says: str) -> None:
    overlay = read(overlay_of(actions), "fix", "json", "overlay")
    with pytest.raises(SpecError) as caught:
        overlaid(read(GIVEN, "api", "yaml"), [overlay])
    assert caught.value.problems[0].fact == says
    assert caught.value.problems[0].code == "limit"


# ── through the command ──────────────────────────────────────────────────────────────────────────

SPEC = """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example}]
paths:
  /pets:
    get:
      operationId: pets/list
      tags: [pets]
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
  /plants:
    get: {operationId: plants/list, tags: [plants], responses: {"204": {description: None.}}}
components:
  schemas:
    Pet:
      type: object
      properties:
        name: {type: string}
"""
HEAD = 'overlay: 1.1.0\ninfo: {title: Fix, version: "1"}\nactions:\n'
RENAME = (
    HEAD
    + "  - target: $.components.schemas.Pet\n    update: {properties: {nick: {type: string}}}\n"
)


def run(folder: Path, overlay: str, *arguments: str, command: str = "generate") -> Outcome:
    """A command over the description with one overlay."""
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    (folder / "fix.yaml").write_text(overlay, encoding="utf-8")
    return speclock(
        folder, command, "--spec", "spec.yaml", "--package", "shop", "--output", "out",
        "--overlay", "fix.yaml", *arguments,
    )  # fmt: skip


REFUSED = {case["what"]: case for case in yaml.safe_load((OWN / "refused.yaml").read_text("utf-8"))}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_overlay(case: str, tmp_path: Path) -> None:
    found = run(tmp_path, REFUSED[case]["overlay"])
    assert found.code == 2
    lines = [line for line in found.err.splitlines() if line.startswith("fix.yaml:")]
    assert any(REFUSED[case]["says"] in line.replace("error: ", "") for line in lines), found.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("$.paths['/pest'].get", "Did you mean '/pets'?"),
        ("$.components.schemas.Pet.propertys.name", "Did you mean 'properties'?"),
        ("$.tags[0]", "'$' exists, but not the rest of the path. Correct"),
        ("$..[?@.operationId == 'pets']", "allow it with --allow-unmatched"),
    ],
)
def test_a_near_miss_is_shown(target: str, says: str, tmp_path: Path) -> None:
    found = run(tmp_path, f'{HEAD}  - target: "{target}"\n    remove: true\n')
    assert found.code == 2
    assert says in found.err


def test_every_fault_is_reported_in_one_run(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        HEAD + "  - {target: $.x, remove: true}\n  - {target: $.info, update: []}\n"
        "  - {target: $.y, remove: true}\n",
    )
    assert [line.split(": ")[0] for line in found.err.splitlines() if line[:4] == "fix."] == [
        "fix.yaml:4:6", "fix.yaml:5:22", "fix.yaml:6:6",
    ]  # fmt: skip


def test_an_overlay_that_is_not_there(tmp_path: Path) -> None:
    found = run(tmp_path, RENAME, "--overlay", "none.yaml")
    assert found.code == 2
    assert found.err.startswith("none.yaml: error: can't be read: No such file")


def test_what_is_allowed_to_match_nothing_is_a_warning(tmp_path: Path) -> None:
    found = run(tmp_path, f"{RENAME}  - {{target: $.tags, remove: true}}\n", "--allow-unmatched")
    assert found.code == 0
    assert "fix.yaml:6:6: warning: '$.tags' matches nothing in spec.yaml" in found.err
    assert "nick" in (tmp_path / "out/shop/models.py").read_text("utf-8")


def test_a_fault_that_an_overlay_brings_stands_in_the_overlay(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        HEAD + "  - target: $.components.schemas.Pet.properties\n    update:\n"
        "      age: {type: intager}\n      owner:\n        $ref: '#/components/schemas/Owner'\n",
    )
    assert found.code == 2
    lines = [line for line in found.err.splitlines() if "error:" in line]
    assert [line.split(": ")[0] for line in lines] == ["fix.yaml:6:13", "fix.yaml:8:9"]
    assert "(#/components/schemas/Pet/properties/age/type)" in lines[0]


def test_an_operation_that_an_overlay_breaks_can_be_left_out(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        HEAD + "  - target: $.components.schemas.Pet.properties\n    update:\n"
        "      age: {type: intager}\n",
        "--accept",
        "type",
    )
    assert found.code == 0, found.err
    manifest = json.loads((tmp_path / "out/shop/speclock.json").read_text("utf-8"))
    assert [op["operation_id"] for op in manifest["operations"]] == ["plants/list"]
    (left,) = manifest["left_out"]
    assert (left["file"], left["line"]) == ("fix.yaml", 6)


def test_a_json_description_is_located_after_a_removal(tmp_path: Path) -> None:
    """The second server moves up, and its fault is still said at its own line."""
    spec = yaml.safe_load(SPEC)
    spec["servers"] = [{"url": "https://old.example"}, {"url": 7}]
    text = json.dumps(spec, indent=1)
    (tmp_path / "spec.json").write_text(text, encoding="utf-8")
    (tmp_path / "fix.json").write_text(
        json.dumps(overlay_of([{"target": "$.servers[0]", "remove": True}])), encoding="utf-8"
    )
    found = speclock(
        tmp_path, "generate", "--spec", "spec.json", "--package", "shop", "--output", "out",
        "--overlay", "fix.json",
    )  # fmt: skip
    line = text[: text.index('"url": 7')].count("\n") + 1
    assert f"spec.json:{line}:4: error:" in found.err
    assert "(#/servers/0/url)" in found.err


def test_an_anchor_that_an_overlay_brings_is_found(tmp_path: Path) -> None:
    overlay = (
        HEAD + "  - {target: $.openapi, update: 3.1.0}\n"
        "  - target: $.components.schemas\n    update:\n"
        "      Owner: {$anchor: owner, type: object, properties: {name: {type: string}}}\n"
        "  - target: $.components.schemas.Pet.properties\n"
        "    update: {owner: {$ref: '#owner'}}\n"
    )
    found = run(tmp_path, overlay)
    assert found.code == 0, found.err
    assert "owner: Owner | None" in (tmp_path / "out/shop/models.py").read_text("utf-8")


# ── what is recorded ─────────────────────────────────────────────────────────────────────────────


def project(folder: Path, more: str = "") -> Path:
    """A project with two overlays."""
    (folder / "spec").mkdir()
    (folder / "spec/api.yaml").write_text(SPEC, encoding="utf-8")
    (folder / "spec/one.yaml").write_text(RENAME, encoding="utf-8")
    (folder / "spec/two.yaml").write_text(RENAME.replace("nick", "pet_name"), encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        '[tool.speclock]\noutput = "out"\n\n[tool.speclock.clients.shop]\nspec = "spec/api.yaml"\n'
        f'overlays = ["spec/one.yaml", "spec/two.yaml"]\n{more}',
        encoding="utf-8",
    )
    return folder


def test_overlays_of_the_configuration_are_recorded_and_checked(tmp_path: Path) -> None:
    folder = project(tmp_path)
    below = folder / "spec"
    assert speclock(below, "generate").code == 0
    models = (folder / "out/shop/models.py").read_text("utf-8")
    assert models.index("nick") < models.index("pet_name")
    manifest = json.loads((folder / "out/shop/speclock.json").read_text("utf-8"))
    recorded = manifest["spec"]["overlays"]
    assert [overlay["file"] for overlay in recorded] == ["one.yaml", "two.yaml"]
    assert all(len(overlay["sha256"]) == 64 for overlay in recorded)
    assert "by recorded hashes" in speclock(below, "check").out

    one = folder / "spec/one.yaml"
    one.write_text(one.read_text("utf-8").replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert "by recorded hashes" in speclock(folder, "check").out
    one.write_text(RENAME.replace("nick", "nicks"), encoding="utf-8")
    found = speclock(folder, "check")
    assert found.code == 1
    assert "nicks" in found.err


def test_the_order_of_overlays_is_checked(tmp_path: Path) -> None:
    folder = project(tmp_path)
    assert speclock(folder, "generate").code == 0
    config = folder / "pyproject.toml"
    text = config.read_text("utf-8")
    turned = text.replace('"spec/one.yaml", "spec/two.yaml"', '"spec/two.yaml", "spec/one.yaml"')
    config.write_text(turned, encoding="utf-8")
    assert speclock(folder, "check").code == 1


def test_an_overlay_of_the_command_line_is_found_from_where_the_user_stands(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "spec/three.yaml").write_text(RENAME.replace("nick", "third"), encoding="utf-8")
    assert speclock(folder / "spec", "generate", "--overlay", "three.yaml").code == 0
    models = (folder / "out/shop/models.py").read_text("utf-8")
    assert "third" in models
    assert "nick" not in models


def test_the_setting_that_allows(tmp_path: Path) -> None:
    folder = project(tmp_path, "allow_unmatched = true\n")
    (folder / "spec/one.yaml").write_text(HEAD + "  - {target: $.x, remove: true}\n", "utf-8")
    assert speclock(folder, "generate").code == 0
    text = (folder / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text(text.replace("= true", '= "yes"'), encoding="utf-8")
    found = speclock(folder, "generate")
    assert found.code == 2
    assert "allow_unmatched must be true or false" in found.err


def test_without_overlays_nothing_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    arguments = ["--spec", "spec.yaml", "--package", "shop", "--output", "out"]
    assert speclock(tmp_path, "generate", *arguments).code == 0
    manifest = json.loads((tmp_path / "out/shop/speclock.json").read_text("utf-8"))
    assert "overlays" not in manifest["spec"]
    assert "templates" not in manifest


# ── Pinterest's corrections ──────────────────────────────────────────────────────────────────────

CORRECTIONS = ROOT / "spec/pinterest-audiences.overlay.yaml"
PROSE = {"description", "summary", "title", "info"}
EXAMPLES = {"example", "examples"}


def canonical(spec: Path, *overlays: Path) -> Json:
    """The operation in canonical form, prose and examples aside."""
    client = Client(
        spec=str(spec), operations=("audiences/create",), overlays=tuple(map(str, overlays))
    )
    document, findings = described(client, ROOT), Findings()
    refs = References(document, findings)
    root = canonicalise(document, refs, select(document, refs, client.operations), findings).root
    findings.raise_refusals()
    return bare(plain(root))


def bare(node: Json) -> Json:
    """Without prose: a title or description that is text (a property called so is a schema)."""
    if isinstance(node, list):
        return [bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: bare(value)
        for key, value in node.items()
        if key not in EXAMPLES and not (key in PROSE and (key == "info" or isinstance(value, str)))
    }


@pytest.fixture(scope="module")
def wanted() -> Json:
    """The checked-in description."""
    return canonical(ROOT / "spec/pinterest-audiences.yaml")


def test_pinterests_corrections_give_the_checked_in_description(wanted: Json) -> None:
    assert canonical(UPSTREAM_LIKE, CORRECTIONS) == wanted


@pytest.mark.skipif(
    not UPSTREAM.exists(), reason="../shared holds upstream's document; it isn't here"
)
def test_pinterests_corrections_fit_upstreams_own_document(wanted: Json) -> None:
    ours, theirs = canonical(UPSTREAM_LIKE), canonical(UPSTREAM)
    assert ours["paths"] == theirs["paths"]
    assert ours["components"]["schemas"] == theirs["components"]["schemas"]
    assert canonical(UPSTREAM, CORRECTIONS) == wanted


@pytest.mark.parametrize("index", range(13))
def test_each_correction_is_needed(index: int, wanted: Json, tmp_path: Path) -> None:
    """Without any one of them the outcome is another, or can't be had."""
    overlay = yaml.safe_load(CORRECTIONS.read_text("utf-8"))
    assert len(overlay["actions"]) == 13
    del overlay["actions"][index]
    path = tmp_path / "fewer.yaml"
    path.write_text(yaml.safe_dump(overlay), encoding="utf-8")
    try:
        found = canonical(UPSTREAM_LIKE, path)
    except SpecError:
        return
    assert found != wanted
