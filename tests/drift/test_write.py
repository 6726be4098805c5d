"""``speclock drift --write``: upstream's changes in the description, and nothing else."""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.drift.pairs import Case, cases
from tests.support.command_line import Outcome, speclock

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
LEFT = re.compile(r"(?P<place>\S+): left to you: (?P<message>.+) \((?P<reason>[^()]+)\)\Z")


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
    return speclock(root, "drift", "--write", "-q", "--fail-on", "none", *arguments)


def _left(outcome: Outcome) -> list[tuple[str, str]]:
    """Message and reason of what was left."""
    found = [LEFT.match(line) for line in outcome.err.splitlines()]
    return [(match["message"], match["reason"]) for match in found if match is not None]


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
        ("trees/plant", "trees/put", "      operationId: trees/put"),
        ("        nick:\n          type: string\n", "", None),
        ("        - {name: dry, in: query, schema: {type: boolean}}   # to try\n", "", None),
        (
            "        nick:\n",
            "        height: {type: number}\n        nick:\n",
            "height:",
        ),
        ("Planted.", "It grows.", "          description: It grows."),
    ],
)  # fmt: skip
def test_an_edit_is_made_where_it_stands_and_nowhere_else(
    tmp_path: Path, old: str, new: str, line: str | None
) -> None:
    root = _project(tmp_path, SPEC, _upstream(**{old: new}))
    assert _changes(root)
    outcome = _write(root)
    assert (outcome.code, outcome.err, outcome.out.count("left to you")) == (0, "", 0)
    assert not _changes(root)
    lines = list(difflib.ndiff(SPEC.splitlines(), _written(root).splitlines()))
    assert sum(text.startswith("- ") for text in lines) <= 2, "other lines are as they were"
    assert sum(text.startswith("+ ") for text in lines) <= 4
    if line is not None:
        assert any(text.startswith("+ ") and line in text for text in lines)


def test_comments_stay(tmp_path: Path) -> None:
    edits = {"minimum: 0": "minimum: 1", "Planted.": "It grows.", "trees/plant": "trees/put"}
    root = _project(tmp_path, SPEC, _upstream(**edits))
    assert _write(root).code == 0
    expected = SPEC
    for old, new in edits.items():
        expected = expected.replace(old, new)
    assert _written(root) == expected


@pytest.mark.slow
@pytest.mark.parametrize("case", tuple(cases()), ids=lambda case: case.name)
def test_afterwards_only_what_was_left_is_found(case: Case, tmp_path: Path) -> None:
    more = f"operations = {json.dumps(case.operations)}\n" if case.operations else ""
    dumps = [
        yaml.safe_dump(json.loads(json.dumps(side)), sort_keys=order)
        for side, order in ((case.old, False), (case.new, True))
    ]
    text = "".join(f"{line}   # {number}\n" for number, line in enumerate(dumps[0].splitlines()))
    root = _project(tmp_path, text, dumps[1], more)
    before = {change["message"] for change in _changes(root)}
    outcome = _write(root)
    left = _left(outcome)
    assert outcome.code == 0
    assert len(outcome.err.splitlines()) == len(left)
    assert all(reason for _, reason in left)
    after = {change["message"] for change in _changes(root)}
    assert after == {message for message, _ in left}
    if not before:
        assert _written(root).count("#") == text.count("#")


def test_what_cant_be_copied_is_named_with_its_place_and_reason(tmp_path: Path) -> None:
    edits = {
        "type: integer   # years": "type: [integer, 'null']",
        "minimum: 0": "minimum: 1",
    }
    root = _project(tmp_path, SPEC, _upstream(**edits))
    outcome = speclock(root, "drift", "--write", "--fail-on", "none")
    assert outcome.out.count("spec/orchard.yaml: 1 change written.\n") == 1
    assert outcome.out.endswith(
        "Next: speclock drift, to see what is left, then speclock generate.\n"
    )
    assert outcome.out.count("Next:") == 1
    assert outcome.err == (
        "spec/orchard.yaml:38:11: left to you: Tree.age: null is allowed "
        "(how to write it depends on the keywords around it)\n"
    )
    assert _written(root) == SPEC.replace("minimum: 0", "minimum: 1")
    assert [change["message"] for change in _changes(root)] == ["Tree.age: null is allowed"]


def test_the_version_follows_once_nothing_is_left(tmp_path: Path) -> None:
    version = {'version: "1.0"': 'version: "1.1"', "minimum: 0": "minimum: 1"}
    root = _project(tmp_path, SPEC, _upstream(**version))
    assert _write(root).code == 0
    expected = SPEC.replace('version: "1.0"', "version: '1.1'").replace("minimum: 0", "minimum: 1")
    assert _written(root) == expected


def test_the_version_stays_while_something_is_left(tmp_path: Path) -> None:
    edits = {'version: "1.0"': 'version: "1.1"', "type: boolean": "type: string"}
    root = _project(tmp_path, SPEC, _upstream(**edits))
    outcome = _write(root)
    assert [message for message, _ in _left(outcome)]
    assert _written(root) == SPEC


def test_what_is_allowed_is_not_taken_in(tmp_path: Path) -> None:
    root = _project(
        tmp_path, SPEC, _upstream(**{"minimum: 0": "minimum: 1", "Planted.": "It grows."})
    )
    kinds = {change["id"]: change["fingerprint"] for change in _changes(root)}
    (root / "spec" / "orchard.allowed.toml").write_text(
        f'[[allowed]]\nfingerprint = "{kinds["request/schema/minimum/narrowed"]}"\nchange = "m"\n'
        'reason = "r"\nowner = "o"\nexpires = 2999-01-01\n',
        encoding="utf-8",
    )
    outcome = _write(root)
    assert (outcome.code, outcome.err) == (0, "")
    assert _written(root) == SPEC.replace("Planted.", "It grows.")


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


def test_nothing_to_take_in_touches_nothing(tmp_path: Path) -> None:
    root = _project(tmp_path, SPEC, _upstream())
    file = root / "spec" / "orchard.yaml"
    before = file.stat()
    outcome = speclock(root, "drift", "--write")
    assert outcome.code == 0
    assert outcome.out.endswith("spec/orchard.yaml: 0 changes written.\n")
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


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
        "orchard.yaml cannot be written: No space left on device; it is as it was." in outcome.err
    )
    assert _written(root) == SPEC
    assert [path.name for path in (root / "spec").iterdir()] == ["orchard.yaml"]


def test_line_ends_stay(tmp_path: Path) -> None:
    spec = SPEC.replace("\n", "\r\n")
    root = _project(tmp_path, spec, _upstream(**{"minimum: 0": "minimum: 1"}))
    assert _write(root).code == 0
    assert _written(root) == spec.replace("minimum: 0", "minimum: 1")


def test_it_fails_as_the_report_does(tmp_path: Path) -> None:
    root = _project(tmp_path, SPEC, _upstream(**{"pear, plum]": "plum]"}))
    assert speclock(root, "drift", "--write").code == 1, "it was so when it was looked at"
    assert speclock(root, "drift").code == 0


def test_it_works_from_a_subfolder(tmp_path: Path) -> None:
    root = _project(tmp_path, SPEC, _upstream(**{"minimum: 0": "minimum: 1"}))
    assert speclock(root / "spec", "drift", "--write", "--fail-on", "none").code == 0
    assert _written(root) == SPEC.replace("minimum: 0", "minimum: 1")


def test_another_base_is_refused(tmp_path: Path) -> None:
    root = _project(tmp_path, SPEC, _upstream())
    (root / "older.yaml").write_text(SPEC, encoding="utf-8")
    outcome = speclock(root, "drift", "--write", "--base", "older.yaml")
    assert outcome.code == 2
    assert "leave --base out" in outcome.err
