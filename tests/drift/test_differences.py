"""``drift``: what is found between two descriptions, each way, and what is nothing.

The cases are data, in ``tests/drift/cases``; adding one is adding a few lines there.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.drift.rules import RULES
from tests.drift.pairs import Case, cases, found, of_files, read, report

CASES = tuple(cases())
UNSEEN = {
    "api/python/name/added": "a name that is new breaks no code, so it is only ever the other way "
    "round of one that is gone",
    **dict.fromkeys(
        ("request/body/content/malformed", "response/body/content/malformed"),
        "only recorded traffic has bodies",
    ),
    "api/schema/comparison/incomplete": "it takes a large description; test_cost.py has it",
}
"""Rules that no comparison finds, with the reason."""


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _shop(**places: Any) -> Any:
    """The shop of ``descriptions.yaml``; ``places`` are components to put in."""
    made = copy.deepcopy(read("descriptions.yaml")["base"])
    made["components"]["schemas"] |= places
    return made


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_pair_gives_what_its_case_says(case: Case, tmp_path: Path) -> None:
    assert found(report(case.old, case.new, tmp_path, case.operations)) == case.forth


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_pair_swapped_gives_the_opposite(case: Case, tmp_path: Path) -> None:
    told = found(report(case.new, case.old, tmp_path, case.operations))
    assert told == case.back
    mirrored = {RULES[rule].opposite for rule in case.forth.wire if "/python/" not in rule}
    assert {rule for rule in told.wire if "/python/" not in rule} == mirrored


def test_names_of_cases_are_their_own() -> None:
    names = [case.name for case in CASES]
    assert sorted(names) == sorted(set(names))


def test_every_rule_is_found_by_a_case() -> None:
    seen = {rule for case in CASES for way in (case.forth, case.back) for rule in way.wire}
    assert seen | UNSEEN.keys() == RULES.keys()
    assert not seen & UNSEEN.keys()


def test_a_component_sent_and_received_is_one_change_with_two_verdicts(tmp_path: Path) -> None:
    new = _shop()
    new["components"]["schemas"]["Pet"]["required"] = ["name", "age"]
    (change,) = report(_shop(), new, tmp_path)["changes"]
    assert change["direction"] == "both"
    assert (change["id"], change["wire"]) == ("request/schema/required/added", "breaking")
    assert {v["rule"]: v["wire"] for v in change["verdicts"]} == {
        "request/schema/required/added": "breaking",
        "response/schema/required/added": "safe",
    }
    assert sorted(change["operations"]) == ["pets/add", "pets/get", "pets/list"]
    assert change["pointer"] == "/components/schemas/Pet/properties/age"
    assert (change["before"], change["after"]) == ("optional", "required")
    assert [s["name"] for s in change["signatures"]] == ["Pet.age"]


def test_security_of_the_whole_description_is_one_change(tmp_path: Path) -> None:
    new = _shop()
    new["security"] = [{"oauth": ["read", "write"]}]
    (change,) = report(_shop(), new, tmp_path)["changes"]
    assert sorted(change["operations"]) == ["pets/add", "pets/get", "pets/list"]
    assert change["pointer"] == "/security"
    assert change["message"] == "scope write is required"


def test_security_of_the_whole_description_is_one_change_from_an_empty_list(
    tmp_path: Path,
) -> None:
    old = _shop()
    old["security"] = []
    (change,) = report(old, _shop(), tmp_path)["changes"]
    assert sorted(change["operations"]) == ["pets/add", "pets/get", "pets/list"]
    assert change["id"] == "api/security/requirement/added"
    assert change["pointer"] == change["base"]["pointer"] == "/security"


def test_the_fingerprint_of_a_part_that_cant_be_read_is_not_of_the_message(tmp_path: Path) -> None:
    found: list[Any] = []
    for name in ("lost", "missing"):
        new = _shop()
        new["components"]["schemas"]["Pet"]["properties"]["age"] = {
            "$ref": f"https://{name}.example/age.yaml"
        }
        changes = report(_shop(), new, tmp_path)["changes"]
        found += [one for one in changes if one["id"] == "api/operation/part/unreadable"]
    assert found[0]["message"] != found[1]["message"]
    assert found[0]["fingerprint"] == found[1]["fingerprint"]


def test_a_change_is_listed_under_what_it_reaches(tmp_path: Path) -> None:
    new = _shop()
    new["components"]["schemas"]["Fault"]["properties"]["code"]["type"] = "string"
    (change,) = report(_shop(), new, tmp_path)["changes"]
    assert change["operations"] == ["pets/list"]
    assert not report(_shop(), new, tmp_path, ("pets/add",))["changes"]


def test_a_change_says_where_it_stands_on_both_sides(tmp_path: Path) -> None:
    old = tmp_path / "a.yaml"
    new = tmp_path / "b.yaml"
    text = """\
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /a:
    get:
      operationId: a/get
      responses:
        "200":
          description: An a.
          content:
            application/json:
              schema:
                type: object
                properties:
                  kind: {type: string, enum: [x, y]}
"""
    old.write_text(text, encoding="utf-8")
    new.write_text("\n# moved down a little\n" + text.replace("[x, y]", "[x]"), encoding="utf-8")
    (change,) = of_files(old, new)["changes"]
    pointer = "/paths/~1a/get/responses/200/content/application~1json/schema/properties/kind"
    assert change["pointer"] == pointer
    assert (change["base"]["file"], change["base"]["line"]) == (str(old), 15)
    assert (change["revision"]["file"], change["revision"]["line"]) == (str(new), 17)
    assert change["base"]["column"] == text.splitlines()[14].index("enum") + 1
    assert change["base"]["pointer"] == f"{pointer}/enum"
    assert (change["before"], change["after"]) == ('["x", "y"]', '["x"]')


def test_a_change_behind_many_references_is_found(tmp_path: Path) -> None:
    old, new = _shop(), _shop()
    for shop, limit in ((old, 20), (new, 10)):
        schemas = shop["components"]["schemas"]
        for number in range(250):
            inner = {"$ref": f"#/components/schemas/Box{number + 1}"}
            schemas[f"Box{number}"] = {"type": "object", "properties": {"inner": inner}}
        schemas["Box250"] = {"type": "string", "maxLength": limit}
        schemas["Pet"]["properties"]["box"] = {"$ref": "#/components/schemas/Box0"}
    (change,) = report(old, new, tmp_path)["changes"]
    assert change["message"] == "Box250: maxLength decreased from 20 to 10"


def test_a_media_type_that_is_added_has_a_json_pointer(tmp_path: Path) -> None:
    new = _shop()
    content = new["paths"]["/pets"]["post"]["requestBody"]["content"]
    content["application/xml"] = content["application/json"]
    (change,) = report(_shop(), new, tmp_path)["changes"]
    assert change["pointer"] == "/paths/~1pets/post/requestBody/content/application~1xml"
    assert change["base"] is None


def test_a_branch_that_no_intersection_takes_is_nothing(tmp_path: Path) -> None:
    """Nor are the order of the branches and what one of them is described as."""
    path = Path(__file__).parents[1] / "cases" / "intersections" / "spec.yaml"
    old = yaml.safe_load(path.read_text(encoding="utf-8"))
    new = copy.deepcopy(old)
    branches = new["components"]["schemas"]["Scope"]["oneOf"]
    branches[0]["description"] = "Lists books."
    branches[:] = [{"type": "string", "enum": ["fees:write"]}, *reversed(branches)]
    way = found(report(old, new, tmp_path))
    assert {*way.wire.values()} <= {"none"}, way
    assert not way.python
