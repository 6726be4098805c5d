"""``speclock update`` of a description of one's own: the changes on the wire, each in its place."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import load_settings
from generator.project.services.comparison.drift import compare_with_allow_list
from generator.project.services.project.descriptions import no_progress, read_description
from generator.project.services.updates.checked_in import CheckedInDescription
from generator.project.services.updates.descriptions import UpdatedDescription, merged
from generator.project.services.updates.operations_in_use import operations_in_use
from generator.watch.changes.change import Report
from tests.support.command import Outcome
from tests.support.project import Project, make_project
from tests.watch.drift.pairs import Case, cases

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


def _project(root: Path, spec: str, upstream: str, **keys: object) -> Project:
    project = make_project(root, spec, "orchard", upstream="upstream.yaml", **keys)
    project.write("upstream.yaml", upstream)
    return project


def _upstream(edits: dict[str, str]) -> str:
    """Upstream's text, which has no comments and another order; ``edits`` are in ours."""
    text = SPEC
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    return yaml.safe_dump(yaml.safe_load(text))


def _written(project: Project) -> str:
    return project.read("spec/orchard.yaml")


def _changes(project: Project) -> Any:
    return json.loads(project.run("drift", "--format", "json", "--fail-on", "never").out)["changes"]


def _write(project: Project) -> Outcome:
    return project.run("update", "--yes", "-q")


def _merged(project: Project) -> tuple[UpdatedDescription, Report]:
    settings = load_settings(project.root / "pyproject.toml")
    (client,) = settings.clients
    state = CheckedInDescription.of(settings, [client])
    whole = read_description(client.upstream, project.root, no_progress)
    assert state.data is not None
    report, _ = compare_with_allow_list(client, project.root, state.data, whole, no_progress)
    in_use = operations_in_use(client, state.document, whole.document())
    done = merged(state, [client], project.root, whole, [in_use], [report], no_progress)
    return done, report


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
        ("        nick:\n", "        height: {type: number}\n        nick:\n", "height:"),
    ],
)  # fmt: skip
def test_an_edit_is_made_where_it_stands_and_nowhere_else(
    tmp_path: Path, old: str, new: str, line: str | None
) -> None:
    project = _project(tmp_path, SPEC, _upstream({old: new}))
    done, before = _merged(project)
    assert before.changes
    assert not done.left
    project.write("spec/orchard.yaml", done.after)
    assert not _merged(project)[1].changes
    lines = list(difflib.ndiff(SPEC.splitlines(), done.after.splitlines()))
    assert sum(text.startswith("- ") for text in lines) <= 2, "other lines are as they were"
    assert sum(text.startswith("+ ") for text in lines) <= 4
    if line is not None:
        assert any(text.startswith("+ ") and line in text for text in lines)


def test_comments_texts_and_names_stay(tmp_path: Path) -> None:
    edits = {"minimum: 0": "minimum: 1", "Planted.": "It grows.", "trees/plant": "trees/put"}
    project = _project(tmp_path, SPEC, _upstream(edits))
    assert _write(project).code == 0
    assert _written(project) == SPEC.replace("minimum: 0", "minimum: 1")
    assert {change["id"] for change in _changes(project)} == {
        "api/docs/text/changed",
        "api/operation/id/changed",
    }


CASES = [
    pytest.param(case, marks=[pytest.mark.nightly] if number % 4 else [], id=case.name)
    for number, case in enumerate(cases())
]
"""A change for each rule; of each four, one runs in every run."""


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_afterwards_only_what_was_left_is_found(case: Case, tmp_path: Path) -> None:
    keys: dict[str, object] = {"operations": case.operations} if case.operations else {}
    keys |= {} if "paths" in case.old else {"models": True}
    dumps = [
        yaml.safe_dump(json.loads(json.dumps(side)), sort_keys=order)
        for side, order in ((case.old, False), (case.new, True))
    ]
    text = "".join(f"{line}   # {number}\n" for number, line in enumerate(dumps[0].splitlines()))
    project = _project(tmp_path, text, dumps[1], **keys)
    done, before = _merged(project)
    assert all(reason for _, reason in done.left)
    project.write("spec/orchard.yaml", done.after)
    again, after = _merged(project)
    found = {c.message for c in after.changes if not c.docs and c.wire != "none"}
    assert found == {change.message for change, _ in done.left}
    if not before.changes:
        assert done.after.count("#") == text.count("#")
    assert (again.after, len(again.left)) == (done.after, len(done.left)), "it is done"


def test_what_cannot_be_placed_is_listed_once_with_both_places(tmp_path: Path) -> None:
    edits = {
        "type: integer   # years": "type: [integer, 'null']",
        "minimum: 0": "minimum: 1",
        'version: "1.0"': 'version: "1.1"',
    }
    project = _project(tmp_path, SPEC, _upstream(edits))
    outcome = _write(project)
    left = "Tree.age: null is allowed (how to write it depends on the keywords around it)"
    assert outcome.err == f"left to you: spec/orchard.yaml:38:11 and upstream.yaml:7:11: {left}\n"
    expected = SPEC.replace("minimum: 0", "minimum: 1").replace('version: "1.0"', "version: '1.1'")
    assert _written(project) == expected
    changes = _changes(project)
    assert [change["message"] for change in changes] == ["Tree.age: null is allowed"]
    lock = json.loads(project.read("spec/speclock.lock"))["descriptions"]["orchard.yaml"]
    assert (lock["slice_sha256"], lock["info.version"]) == ("", "1.1")
    assert lock["left"] == [change["fingerprint"] for change in changes]
    assert _write(project) == Outcome(0, "", ""), "it isn't offered twice"
    steps = json.loads(project.run("drift", "--format", "json").out)["steps"]
    assert steps[0].startswith("Edit the description by hand at spec/orchard.yaml:38:11")
    assert not any("speclock update" in step for step in steps)


def test_what_is_allowed_is_not_taken_in(tmp_path: Path) -> None:
    edits = {"minimum: 0": "minimum: 1", "pear, plum]": "pear, plum, fig]"}
    project = _project(tmp_path, SPEC, _upstream(edits))
    kinds = {change["id"]: change["fingerprint"] for change in _changes(project)}
    project.write(
        "spec/orchard.allowed.toml",
        f'[[allowed]]\nfingerprint = "{kinds["request/schema/minimum/narrowed"]}"\nchange = "m"\n'
        'reason = "r"\nowner = "o"\nexpires = 2999-01-01\n',
    )
    assert _write(project) == Outcome(0, "", "")
    assert "minimum: 0" in _written(project) and "fig" in _written(project)
    project.does("drift")


def test_the_components_that_a_change_needs_come_along(tmp_path: Path) -> None:
    upstream = yaml.safe_load(SPEC)
    schemas = upstream["components"]["schemas"]
    acid = {"acid": {"$ref": "#/components/schemas/Ph"}}
    schemas["Soil"] = {"type": "object", "properties": acid}
    schemas["Ph"] = {"type": "number", "minimum": 0}
    schemas["Other"] = {"type": "string"}
    schemas["Tree"]["properties"]["soil"] = {"$ref": "#/components/schemas/Soil"}
    project = _project(tmp_path, SPEC, yaml.safe_dump(upstream))
    assert _write(project).code == 0
    written = yaml.safe_load(_written(project))["components"]["schemas"]
    assert written.keys() == {"Tree", "Soil", "Ph"}, "and none that isn't used"
    assert written["Soil"] == schemas["Soil"]
    assert not _changes(project)


def test_a_json_description_stays_json(tmp_path: Path) -> None:
    spec = json.dumps(yaml.safe_load(SPEC), indent=2)
    project = _project(tmp_path, spec, _upstream({"minimum: 0": "minimum: 1"}))
    assert _write(project).code == 0
    assert _written(project) == spec.replace('"minimum": 0', '"minimum": 1') + "\n"


def test_a_write_that_fails_leaves_the_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = _project(tmp_path, SPEC, _upstream({"minimum: 0": "minimum: 1"}))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    error = project.refuses("update", "--yes")
    assert "speclock.lock cannot be written: No space left on device; it is as it was." in error
    assert _written(project) == SPEC
    assert [path.name for path in (tmp_path / "spec").iterdir()] == ["orchard.yaml"]


def test_an_operation_is_added_with_all_that_it_uses(tmp_path: Path) -> None:
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Old"}}
    get = {
        "operationId": "trees/list",
        "tags": ["trees"],
        "security": [{"key": []}],
        "responses": {
            "200": {"description": "All.", "content": {"application/json": {"schema": schema}}}
        },
    }
    upstream = yaml.safe_load(SPEC)
    upstream["paths"]["/trees"]["get"] = get
    deep = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Deep"}}}
    more = {"Old": deep, "Deep": {"type": "number"}, "Other": {"type": "object"}}
    upstream["components"]["schemas"] |= more
    upstream["components"]["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "header", "name": "x-key"}
    }
    project = _project(tmp_path, SPEC, yaml.safe_dump(upstream))
    assert "added to orchard: trees/list" in project.does("add", "trees/list", "--yes").out
    text = _written(project)
    written = yaml.safe_load(text)
    assert written["paths"]["/trees"]["get"] == get
    assert written["components"]["schemas"].keys() == {"Tree", "Old", "Deep"}
    assert written["components"]["schemas"]["Old"] == deep
    assert written["components"]["securitySchemes"] == upstream["components"]["securitySchemes"]
    assert text.count("#") == SPEC.count("#") + 2, "comments stay"
    assert "operations" not in project.read("pyproject.toml"), "the description lists them"
    assert project.run("drift").out.startswith("none: nothing changed")
    project.does("remove", "trees/list", "--yes")
    assert _written(project) == text, "a description of one's own loses nothing"
    assert 'operations = ["trees/plant"]' in project.read("pyproject.toml")
