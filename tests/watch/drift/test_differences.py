"""``drift``: the changes between two descriptions, each way, and what is no change.

The cases are data, in ``tests/watch/drift/cases``; adding one is adding a few lines there.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.watch.changes.change import Change
from generator.watch.changes.rules import RULES
from tests.watch.drift.pairs import Case, cases, edited, found, read
from tests.watch.drift.plain_data import compared, document, misplaced

CASES = cases()
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


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_pair_and_the_pair_swapped(case: Case) -> None:
    """Each change is found, at its line; those of the pair swapped are the opposites."""
    old, new = document(case.old, "old.json"), document(case.new, "new.json")
    forth, back = compared(old, new, case.operations), compared(new, old, case.operations)
    assert (found(forth), found(back)) == (case.forth, case.back)
    mirrored = {RULES[rule].opposite for rule in case.forth.wire if "/python/" not in rule}
    assert {rule for rule in case.back.wire if "/python/" not in rule} == mirrored
    assert misplaced(forth, old, new) + misplaced(back, new, old) == []


def test_every_case_has_its_name_and_every_rule_a_case() -> None:
    names = [case.name for case in CASES]
    assert sorted(names) == sorted(set(names))
    seen = {rule for case in CASES for way in (case.forth, case.back) for rule in way.wire}
    assert seen | UNSEEN.keys() == RULES.keys()
    assert not seen & UNSEEN.keys()


SHOP = read("descriptions.yaml")["base"]
ALL = ["pets/add", "pets/get", "pets/list"]


def shop(**edits: Any) -> Any:
    """Return the shop with values set at paths of ``pet``, ``fault``, ``post`` or the whole."""
    places = {
        "pet": "components > schemas > Pet",
        "fault": "components > schemas > Fault",
        "post": "paths > /pets > post",
    }
    return edited(SHOP, edits, places)


def change(old: Any, new: Any) -> Change:
    (only,) = compared(old, new).changes
    return only


def test_a_component_sent_and_received_is_one_change_with_two_verdicts() -> None:
    one = change(SHOP, shop(**{"pet > required": ["name", "age"]}))
    assert (one.direction, one.id, one.wire) == (
        "both",
        "request/schema/required/added",
        "breaking",
    )
    assert {v.rule: v.wire for v in one.verdicts} == {
        "request/schema/required/added": "breaking",
        "response/schema/required/added": "safe",
    }
    assert sorted(one.operations) == ALL
    assert one.pointer == "/components/schemas/Pet/properties/age"
    assert (one.before, one.after) == ("optional", "required")
    assert [s.name for s in one.signatures] == ["Pet.age"]


def test_a_property_beside_a_union_is_one_change() -> None:
    """Both branches get it; the first has the others of the union already."""
    old = shop(
        **{
            "pet > oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Wild", "Tame")],
            "components > schemas > Wild": SHOP["components"]["schemas"]["Pet"],
            "components > schemas > Tame": {"properties": {"owner": {"type": "string"}}},
        }
    )
    new = copy.deepcopy(old)
    new["components"]["schemas"]["Pet"]["properties"]["chip"] = {"type": "string"}
    for one in (compared(old, new), compared(new, old)):
        (only,) = (one for one in one.changes if "/property/" in one.id)
        assert only.pointer == "/components/schemas/Pet/properties/chip"


def test_a_change_of_a_component_that_becomes_two_is_one_change() -> None:
    schemas, path = "components > schemas > ", "paths > /pets/{pet_id} > get > responses > 200"
    old = shop(**{"pet > properties > name > maxLength": 9})
    pet = copy.deepcopy(old["components"]["schemas"]["Pet"])
    new = edited(old, {f"{schemas}Pet > properties > name > maxLength": 8}, {})
    pet["properties"]["name"]["maxLength"] = 8
    ref = {"$ref": "#/components/schemas/Other"}
    content = {"application/json": {"schema": ref}}
    new = edited(new, {f"{schemas}Other": pet, f"{path} > content": content}, {})
    (one,) = (one for one in compared(old, new).changes if "/maxLength/" in one.id)
    assert sorted(one.operations) == ALL


def test_security_of_the_whole_description_is_one_change() -> None:
    one = change(SHOP, shop(security=[{"oauth": ["read", "write"]}]))
    assert (one.pointer, one.message) == ("/security", "scope write is required")
    added = change(shop(security=[]), SHOP)
    assert (added.id, added.pointer) == ("api/security/requirement/added", "/security")
    assert sorted(one.operations) == sorted(added.operations) == ALL


def test_the_fingerprint_of_a_part_that_cant_be_read_is_not_of_the_message() -> None:
    lost, missing = (
        one
        for name in ("lost", "missing")
        for new in [shop(**{"pet > properties > age": {"$ref": f"https://{name}.example/a.yaml"}})]
        for one in compared(SHOP, new).changes
        if one.id == "api/operation/part/unreadable"
    )
    assert lost.message != missing.message
    assert lost.fingerprint == missing.fingerprint


def test_a_change_is_listed_under_what_it_reaches() -> None:
    new = shop(**{"fault > properties > code > type": "string"})
    assert change(SHOP, new).operations == ("pets/list",)
    assert not compared(SHOP, new, ["pets/add"]).changes


@pytest.mark.slow
def test_a_change_behind_many_references_is_found() -> None:
    chain = {
        f"components > schemas > Box{number}": {
            "type": "object",
            "properties": {"inner": {"$ref": f"#/components/schemas/Box{number + 1}"}},
        }
        for number in range(250)
    }
    start = {"pet > properties > box": {"$ref": "#/components/schemas/Box0"}}
    old, new = (
        shop(**chain, **start, **{"components > schemas > Box250": {"maxLength": limit}})
        for limit in (20, 10)
    )
    assert change(old, new).message == "Box250: maxLength decreased from 20 to 10"


def test_a_media_type_that_is_added_has_a_json_pointer() -> None:
    content = SHOP["paths"]["/pets"]["post"]["requestBody"]["content"]["application/json"]
    one = change(SHOP, shop(**{"post > requestBody > content > application/xml": content}))
    assert one.pointer == "/paths/~1pets/post/requestBody/content/application~1xml"
    assert one.base is None


def test_a_message_names_the_parameter_of_a_schema() -> None:
    parameters = "paths > /pets > get > parameters"
    limit = shop(**{f"{parameters} > 0 > schema > maximum": 9})
    assert change(SHOP, limit).message == "query parameter limit: maximum 9 was added"
    tags = shop(**{f"{parameters} > 1 > schema > items > maxLength": 9})
    assert change(SHOP, tags).message == "query parameter tag[]: maxLength 9 was added"


def test_a_message_lists_the_types_of_a_schema() -> None:
    either = shop(**{"pet > properties > age > type": ["string", "boolean"]})
    message = "Pet.age: type changed from integer to boolean or string"
    assert change(SHOP, either).message == message


def case(name: str) -> Any:
    path = Path(__file__).parents[2] / "cases" / name / "spec.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_a_branch_matches_the_one_that_shares_most_both_ways() -> None:
    """A union of objects without names, each with some of the properties of the others."""
    old = case("inline_names")
    new = copy.deepcopy(old)
    owner = new["components"]["schemas"]["Firm"]["properties"]["owner"]
    owner["properties"]["age"] = {"type": "integer"}
    assert change(old, new).id == "response/schema/property/added"
    assert change(new, old).id == "response/schema/property/removed"


def test_a_branch_that_no_intersection_takes_is_nothing() -> None:
    """Nor are the order of the branches and what one of them is described as."""
    old = case("intersections")
    new = copy.deepcopy(old)
    branches = new["components"]["schemas"]["Scope"]["oneOf"]
    branches[0]["description"] = "Lists books."
    branches[:] = [{"type": "string", "enum": ["fees:write"]}, *reversed(branches)]
    changes = compared(old, new).changes
    assert {one.wire for one in changes} <= {"none"}
    assert not any(one.python for one in changes)
