"""``speclock update`` of a description of one's own: the changes on the wire, each in its place."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import load_settings
from generator.services.descriptions import no_progress, read_description
from generator.services.drift import compare_with_allow_list
from generator.services.updates.checked_in import CheckedInDescription
from generator.services.updates.descriptions import UpdatedDescription, merged
from generator.services.updates.operations_in_use import operations_in_use
from tests.drift.pairs import Case, cases
from tests.support.command import Outcome, speclock, without_layout

SPEC = """\
# The orchard's description, cut down by hand.
openapi: 3.1.0
info:
  title: Orchard   # not ours
  version: "1.0"
servers: [{url: https://orchard.example}]

paths:
  /trees:
    # Nothing but what we call.
    post:
      operationId: trees/plant
      parameters:
        - {name: dry, in: query, schema: {type: boolean}}   # to try
        - name: note
          in: query
          schema: {type: string}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Tree"}
      responses:
        "201":   # there is no body
          description: Planted.

components:
  schemas:
    Tree:
      type: object
      required: [kind]
      properties:
        # Oldest first.
        kind:
          type: string
          enum: [apple, pear, plum]   # what grows here
        age:
          type: integer   # years
          minimum: 0
        nick:
          type: string
"""
CONFIG = """\
[tool.speclock]
output = "generated"

[tool.speclock.clients.orchard]
spec = "spec/orchard.yaml"
upstream = "upstream.yaml"
"""


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


def _project(root: Path, spec: str, upstream: str, more: str = "") -> Path:
    (root / "spec").mkdir(exist_ok=True)
    (root / "pyproject.toml").write_text(CONFIG + more, encoding="utf-8")
    (root / "spec" / "orchard.yaml").write_bytes(spec.encode())
    (root / "upstream.yaml").write_bytes(upstream.encode())
    return root


def _upstream(**edits: str) -> str:
    """Upstream's text, which has no comments and another order; ``edits`` are in ours."""
    text = SPEC
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    return yaml.safe_dump(yaml.safe_load(text))


def _written(root: Path) -> str:
    return (root / "spec" / "orchard.yaml").read_bytes().decode()


def _changes(root: Path) -> Any:
    told = speclock(root, "drift", "--format", "json", "--fail-on", "none")
    return json.loads(told.out)["changes"]


def _write(root: Path, *arguments: str) -> Outcome:
    with without_layout():
        return speclock(root, "update", "--yes", "-q", *arguments)


def _merged(root: Path) -> UpdatedDescription:
    """The description as an update writes it, without its client."""
    settings = load_settings(root / "pyproject.toml")
    (client,) = settings.clients
    state = CheckedInDescription.at(root / client.spec, settings.budget)
    whole = read_description(client.upstream, root, no_progress, insecure=False)
    assert state.data is not None
    report, _ = compare_with_allow_list(client, root, state.data, whole, no_progress)
    in_use = operations_in_use(client, state.document, whole.document(lenient=True))
    return merged(state, [client], root, whole, [in_use], [report], no_progress)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("pear, plum]", "plum, fig]", "enum:"),
        ("minimum: 0", "minimum: 1", "          minimum: 1"),
        ("required: [kind]", "required: [kind, age]", "required:"),
        ("nick:\n", "nick:\n          maxLength: 9\n", "          maxLength: 9"),
        ("name: note\n", "name: note\n          required: true\n", "          required: true"),
        ('"201"', '"200"', None),
        ("https://orchard.example", "https://new.example", None),
        ("        nick:\n          type: string\n", "", None),
        ("        - {name: dry, in: query, schema: {type: boolean}}   # to try\n", "", None),
        (
            "        nick:\n",
            "        height: {type: number}\n        nick:\n",
            "height:",
        ),
    ],
)  # fmt: skip
def test_an_edit_is_made_where_it_stands_and_nowhere_else(
    tmp_path: Path, old: str, new: str, line: str | None
) -> None:
    root = _project(tmp_path, SPEC, _upstream(**{old: new}))
    assert _changes(root)
    done = _merged(root)
    assert not done.left
    (root / "spec" / "orchard.yaml").write_text(done.after)
    assert not _changes(root)
    lines = list(difflib.ndiff(SPEC.splitlines(), done.after.splitlines()))
    assert sum(text.startswith("- ") for text in lines) <= 2, "other lines are as they were"
    assert sum(text.startswith("+ ") for text in lines) <= 4
    if line is not None:
        assert any(text.startswith("+ ") and line in text for text in lines)


def test_comments_texts_and_names_stay(tmp_path: Path) -> None:
    edits = {"minimum: 0": "minimum: 1", "Planted.": "It grows.", "trees/plant": "trees/put"}
    root = _project(tmp_path, SPEC, _upstream(**edits))
    assert _write(root).code == 0
    assert _written(root) == SPEC.replace("minimum: 0", "minimum: 1")
    assert {change["id"] for change in _changes(root)} == {
        "api/docs/text/changed",
        "api/operation/id/changed",
    }


@pytest.mark.slow
@pytest.mark.parametrize("case", tuple(cases()), ids=lambda case: case.name)
def test_afterwards_only_what_was_left_is_found(case: Case, tmp_path: Path) -> None:
    more = f"operations = {json.dumps(case.operations)}\n" if case.operations else ""
    more += "" if "paths" in case.old else "models = true\n"
    dumps = [
        yaml.safe_dump(json.loads(json.dumps(side)), sort_keys=order)
        for side, order in ((case.old, False), (case.new, True))
    ]
    text = "".join(f"{line}   # {number}\n" for number, line in enumerate(dumps[0].splitlines()))
    root = _project(tmp_path, text, dumps[1], more)
    before = _changes(root)
    done = _merged(root)
    assert all(reason for _, reason in done.left)
    (root / "spec" / "orchard.yaml").write_text(done.after, encoding="utf-8")
    after = {c["message"] for c in _changes(root) if not c["docs"] and c["wire"] != "none"}
    assert after == {change.message for change, _ in done.left}
    if not before:
        assert done.after.count("#") == text.count("#")
    again = _merged(root)
    assert (again.after, len(again.left)) == (done.after, len(done.left)), "it is done"


def test_what_cannot_be_placed_is_listed_once_with_both_places(tmp_path: Path) -> None:
    edits = {
        "type: integer   # years": "type: [integer, 'null']",
        "minimum: 0": "minimum: 1",
        'version: "1.0"': 'version: "1.1"',
    }
    root = _project(tmp_path, SPEC, _upstream(**edits))
    outcome = _write(root)
    left = "Tree.age: null is allowed (how to write it depends on the keywords around it)"
    assert outcome.err == f"left to you: spec/orchard.yaml:38:11 and upstream.yaml:7:11: {left}\n"
    expected = SPEC.replace("minimum: 0", "minimum: 1").replace('version: "1.0"', "version: '1.1'")
    assert _written(root) == expected
    assert [change["message"] for change in _changes(root)] == ["Tree.age: null is allowed"]
    lock = json.loads((root / "spec" / "speclock.lock").read_text())["orchard.yaml"]
    assert (lock["slice_sha256"], lock["info.version"]) == ("", "1.1")
    assert lock["left"] == [change["fingerprint"] for change in _changes(root)]
    again = _write(root)
    assert (again.code, again.out, again.err) == (0, "", ""), "it isn't offered twice"
    steps = json.loads(speclock(root, "drift", "--format", "json").out)["steps"]
    assert steps[0].startswith("Edit the description by hand at spec/orchard.yaml:38:11")
    assert not any("speclock update" in step for step in steps)


def test_what_is_allowed_is_not_taken_in(tmp_path: Path) -> None:
    edits = {"minimum: 0": "minimum: 1", "pear, plum]": "pear, plum, fig]"}
    root = _project(tmp_path, SPEC, _upstream(**edits))
    kinds = {change["id"]: change["fingerprint"] for change in _changes(root)}
    (root / "spec" / "orchard.allowed.toml").write_text(
        f'[[allowed]]\nfingerprint = "{kinds["request/schema/minimum/narrowed"]}"\nchange = "m"\n'
        'reason = "r"\nowner = "o"\nexpires = 2999-01-01\n',
        encoding="utf-8",
    )
    outcome = _write(root)
    assert (outcome.code, outcome.err) == (0, "")
    assert "minimum: 0" in _written(root) and "fig" in _written(root)
    assert speclock(root, "drift").code == 0


def test_the_components_that_a_change_needs_come_along(tmp_path: Path) -> None:
    upstream = yaml.safe_load(SPEC)
    schemas = upstream["components"]["schemas"]
    schemas["Soil"] = {
        "type": "object",
        "properties": {"acid": {"$ref": "#/components/schemas/Ph"}},
    }
    schemas["Ph"] = {"type": "number", "minimum": 0}
    schemas["Other"] = {"type": "string"}
    schemas["Tree"]["properties"]["soil"] = {"$ref": "#/components/schemas/Soil"}
    root = _project(tmp_path, SPEC, yaml.safe_dump(upstream))
    assert _write(root).code == 0
    written = yaml.safe_load(_written(root))["components"]["schemas"]
    assert written.keys() == {"Tree", "Soil", "Ph"}, "and none that isn't used"
    assert written["Soil"] == schemas["Soil"]
    assert not _changes(root)


def test_a_json_description_stays_json(tmp_path: Path) -> None:
    spec = json.dumps(yaml.safe_load(SPEC), indent=2)
    root = _project(tmp_path, spec, _upstream(**{"minimum: 0": "minimum: 1"}))
    assert _write(root).code == 0
    assert _written(root) == spec.replace('"minimum": 0', '"minimum": 1') + "\n"


def test_a_write_that_fails_leaves_the_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _project(tmp_path, SPEC, _upstream(**{"minimum: 0": "minimum: 1"}))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    outcome = _write(root)
    assert outcome.code == 2
    assert (
        "speclock.lock cannot be written: No space left on device; it is as it was." in outcome.err
    )
    assert _written(root) == SPEC
    assert [path.name for path in (root / "spec").iterdir()] == ["orchard.yaml"]


def test_line_ends_stay(tmp_path: Path) -> None:
    spec = SPEC.replace("\n", "\r\n")
    root = _project(tmp_path, spec, _upstream(**{"minimum: 0": "minimum: 1"}))
    assert _write(root).code == 0
    assert _written(root) == spec.replace("minimum: 0", "minimum: 1")


def test_an_operation_is_added_with_all_that_it_uses(tmp_path: Path) -> None:
    upstream = yaml.safe_load(SPEC)
    get = {
        "operationId": "trees/list",
        "tags": ["trees"],
        "security": [{"key": []}],
        "responses": {
            "200": {
                "description": "All.",
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Old"}}
                    }
                },
            }
        },
    }
    upstream["paths"]["/trees"]["get"] = get
    upstream["components"]["schemas"]["Old"] = {"type": "object", "properties": {"a": {}}}
    upstream["components"]["schemas"]["Other"] = {"type": "object"}
    upstream["components"]["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "header", "name": "x-key"}
    }
    root = _project(tmp_path, SPEC, yaml.safe_dump(upstream))
    with without_layout():
        outcome = speclock(root, "add", "trees/list", "--yes")
    assert outcome.code == 0, outcome.err
    assert "added to orchard: trees/list" in outcome.out
    text = _written(root)
    written = yaml.safe_load(text)
    assert written["paths"]["/trees"]["get"] == get
    assert written["components"]["schemas"].keys() == {"Tree", "Old"}
    assert written["components"]["securitySchemes"] == upstream["components"]["securitySchemes"]
    assert text.count("#") == SPEC.count("#") + 1, "comments stay"
    assert "operations" not in (root / "pyproject.toml").read_text(), "the description lists them"
    assert speclock(root, "drift").out.startswith("none: nothing changed")
    with without_layout():
        assert speclock(root, "remove", "trees/list", "--yes").code == 0
    assert _written(root) == text, "a description of one's own loses nothing"
    assert 'operations = ["trees/plant"]' in (root / "pyproject.toml").read_text()
