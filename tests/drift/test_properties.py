"""What holds of the drift check whatever the descriptions: nothing of a description against itself
or its canonical form, nothing after a refactoring, the mirror image the other way round, and no
verdict milder than values say that fit one side only.

``SPECLOCK_FUZZ_EXAMPLES=1000`` tries more of them, other ones each time; CI's are always the same.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from generator.config import Client
from generator.document.load import load, parse
from generator.drift.changes import WIRE, Change, Report
from generator.drift.compare.documents import compare
from tests.drift.mirror import mirrored
from tests.drift.mutations import IN_SCHEMAS, MUTATIONS
from tests.drift.oracle import directed, witness
from tests.drift.places import operations
from tests.drift.plain_data import canonical, compared, document, plain, told
from tests.drift.refactorings import REFACTORINGS, RENAMING
from tests.qa.fuzz.grammar import descriptions
from tests.qa.fuzz.mutations import Json

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("SPECLOCK_FUZZ_EXAMPLES", "0"))
TESTS = Path(__file__).resolve().parents[1]
CASES = sorted((TESTS / "cases").glob("*/spec.*"))
RICH = {path.stem: plain(load(path).root) for path in (TESTS / "drift" / "bases").glob("*.yaml")}
"""Descriptions with some of everything."""
UNREAD = (
    "several_files", "discriminator_values", "lenient_operations", "contradictions", "given_names",
)  # fmt: skip
"""Cases that the refactorings cannot change: of several files, with faults, and with names beside
the values of enumerations."""
WITHOUT_OPERATIONS = ("models_alone", "webhooks_alone")
"""Cases that have nothing of what the refactorings move, and whose schemas have no other name."""
BASES = RICH | {
    path.parent.name: plain(load(path).root)
    for path in CASES
    if path.parent.name not in UNREAD + WITHOUT_OPERATIONS
}

named = st.sampled_from([*sorted(RICH) * 10, *sorted(BASES)]).map(lambda name: BASES[name])
seeds = st.integers(0, 2**16)


def few(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """How many examples CI tries, the same ones each time."""
    return settings(
        max_examples=EXAMPLES or count,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def nothing(changes: tuple[Change, ...]) -> None:
    assert not changes, told(changes)


# ── a description against itself ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(BASES))
def test_a_description_is_itself_and_its_canonical_form(name: str) -> None:
    base = BASES[name]
    nothing(compared(base, base).changes)
    form, _ = canonical(base)
    nothing(compared(base, form).changes)
    nothing(compared(form, base).changes)


def test_a_class_that_gave_way_does_so_in_the_canonical_form() -> None:
    """An inline answer and a component that want one class name."""
    base = copy.deepcopy(BASES["zoo-31"])
    base["components"]["schemas"]["AnimalsGetResponse"] = {"type": "object", "properties": {}}
    answer = {
        "type": "object",
        "required": ["it"],
        "properties": {"it": {"$ref": "#/components/schemas/AnimalsGetResponse"}},
    }
    get = base["paths"]["/animals/{id}"]["get"]
    get["responses"]["200"]["content"]["application/json"]["schema"] = answer
    form, _ = canonical(base)
    nothing(compared(base, form).changes)
    nothing(compared(form, canonical(form)[0]).changes)


def test_a_name_that_composition_gave_is_there_in_the_canonical_form() -> None:
    """A union of one scalar has a name of its own, and is a scalar in canonical form."""
    base = copy.deepcopy(BASES["shop-30"])
    base["components"]["schemas"]["Sku"] = {"anyOf": [{"type": "string", "maxLength": 9}]}
    line = base["components"]["schemas"]["Line"]["properties"]
    line["sku"] = {"$ref": "#/components/schemas/Sku"}
    form, _ = canonical(base)
    nothing(compared(base, form).changes)


@few(40)
@given(descriptions())
def test_a_random_description_is_itself_and_its_canonical_form(base: Json) -> None:
    nothing(compared(base, base).changes)
    form, unread = canonical(base)
    _, void = canonical(form)  # of schemas that admit nothing, such as a string of an enum of lists
    assume(not unread and not void)
    nothing(tuple(c for c in compared(base, form).changes if c.wire != "none" or c.docs))


@pytest.mark.parametrize("name", sorted(BASES))
def test_yaml_and_json_are_the_same(name: str) -> None:
    base = BASES[name]
    data = yaml.safe_dump(base, sort_keys=False, allow_unicode=True).encode()
    other = parse(data, path=Path(__file__), name="api.yaml")
    nothing(compare(document(base), other, Client(spec="")).changes)


# ── refactorings ─────────────────────────────────────────────────────────────────────────────────


def refactored(base: Json, steps: list[tuple[str, int]]) -> tuple[Json, list[str]]:
    """A description after some refactorings, and the names of those that found something to do."""
    changed = copy.deepcopy(base)
    done = [name for name, seed in steps if REFACTORINGS[name](changed, Random(seed))]
    return changed, done


def counted(changes: tuple[Change, ...], done: list[str]) -> tuple[Change, ...]:
    """The changes that a refactoring must not make: any, but of Python's names where it renames."""
    renames = any(name in RENAMING for name in done)
    return tuple(c for c in changes if not (renames and c.id.startswith("api/python/")))


@pytest.mark.parametrize("refactoring", sorted(REFACTORINGS))
def test_each_refactoring_is_nothing(refactoring: str) -> None:
    tried = 0
    for name, base in BASES.items():
        changed, done = refactored(base, [(refactoring, 1)])
        if done:
            tried += 1
            changes = counted(compared(base, changed).changes, done)
            assert not changes, f"{name}: {told(changes)}"
    assert tried, "nothing to refactor in any description"


steps = st.lists(st.tuples(st.sampled_from(sorted(REFACTORINGS)), seeds), min_size=1, max_size=6)


@few(80)
@given(named, steps)
def test_refactorings_together_are_nothing(base: Json, steps: list[tuple[str, int]]) -> None:
    changed, done = refactored(base, steps)
    assume(done)
    nothing(counted(compared(base, changed).changes, done))
    nothing(counted(compared(changed, base).changes, done))


@few(40)
@given(descriptions(), steps)
def test_refactorings_of_random_descriptions_are_nothing(
    base: Json, steps: list[tuple[str, int]]
) -> None:
    changed, done = refactored(base, steps)
    assume(done and not canonical(base)[1])
    note(yaml.safe_dump(changed, sort_keys=False))
    changes = compared(base, changed).changes
    nothing(tuple(c for c in changes if not c.id.startswith("api/python/")))


@pytest.mark.parametrize("name", sorted(BASES))
def test_what_no_selected_operation_uses_is_nothing(name: str) -> None:
    base = BASES[name]
    every = list(operations(base))
    selected = [op["operationId"] for _, _, op in every if "operationId" in op][:1]
    if not selected:
        pytest.skip("no operation has an id")
    changed = copy.deepcopy(base)
    for item, method, op in list(operations(changed)):
        if op.get("operationId") not in selected and method in item:
            del item[method]
    changed["paths"]["/unused"] = {
        "get": {"operationId": "unused", "responses": {"204": {"description": "New."}}}
    }
    REFACTORINGS["add what is unused"](changed, Random(0))
    nothing(compared(base, changed, selected).changes)


# ── the other way round ──────────────────────────────────────────────────────────────────────────


def mutated(base: Json, steps: list[tuple[str, int]]) -> tuple[Json, list[str]]:
    """A description after some changes, and the names of those that found their place."""
    changed = copy.deepcopy(base)
    done = [name for name, seed in steps if MUTATIONS[name](changed, Random(seed))]
    return changed, done


def is_mirrored(base: Json, changed: Json) -> None:
    there, back = compared(base, changed), compared(changed, base)
    expected, found = mirrored(there, swap=True), mirrored(back, swap=False)
    both = f"{told(there.changes)}\n--- and back:\n{told(back.changes)}"
    assert found == expected, f"{found - expected} came, {expected - found} should\n{both}"


mutations = st.tuples(st.sampled_from(sorted(MUTATIONS)), seeds)


@pytest.mark.parametrize("mutation", sorted(MUTATIONS))
def test_each_mutation_is_seen_and_mirrored(mutation: str) -> None:
    seen = 0
    for base in RICH.values():
        for seed in range(2):
            changed, done = mutated(base, [(mutation, seed)])
            if done:
                is_mirrored(base, changed)
                seen += bool(compared(base, changed).changes)
    assert seen, "no report mentions it"


@few(100)
@given(named, mutations)
def test_the_other_way_round_is_the_mirror_image(base: Json, mutation: tuple[str, int]) -> None:
    changed, done = mutated(base, [mutation])
    assume(done)
    is_mirrored(base, changed)


@few(40)
@given(named, mutations, steps)
def test_a_refactoring_hides_no_change(
    base: Json, mutation: tuple[str, int], steps: list[tuple[str, int]]
) -> None:
    changed, done = mutated(base, [mutation])
    assume(done)
    other, _ = refactored(changed, steps)
    direct, hidden = compared(base, changed), compared(base, other)
    note(f"{told(direct.changes)}\n--- refactored:\n{told(hidden.changes)}")
    assert (hidden.wire, hidden.docs) == (direct.wire, direct.docs)


# ── what values say ──────────────────────────────────────────────────────────────────────────────


def in_31(base: Json) -> Json:
    """A description in OpenAPI 3.1, whose schemas are JSON Schema."""
    changed = copy.deepcopy(base)
    REFACTORINGS["to 3.1"](changed, Random(0))
    return changed


MODERN = {name: in_31(base) for name, base in RICH.items()}
MILD = ("none", "safe")
in_schemas = st.tuples(st.sampled_from(sorted(IN_SCHEMAS)), seeds)


def gravest(report: Report, direction: str) -> str:
    """The gravest verdict of one direction."""
    verdicts = [v.wire for c in report.changes for v in c.verdicts if v.direction == direction]
    return max(verdicts, key=WIRE.index, default="none")


@few(80)
@given(st.sampled_from(sorted(MODERN)), st.lists(in_schemas, min_size=1, max_size=2), seeds)
def test_no_verdict_is_milder_than_values_say(
    name: str, mutation: list[tuple[str, int]], seed: int
) -> None:
    base = MODERN[name]
    changed, done = mutated(base, mutation)
    assume(done)
    random = Random(seed)
    report = compared(base, changed)
    for direction in ("request", "response"):
        old, new = (directed(root, direction) for root in (base, changed))
        wide, narrow = (old, new) if direction == "request" else (new, old)
        found = witness(wide, narrow, direction, random, 40)
        if found is not None:
            assert gravest(report, direction) not in MILD, f"{found}: {told(report.changes)}"


@few(40)
@given(st.sampled_from(sorted(MODERN)), in_schemas)
def test_no_alarm_is_raised_without_a_value(name: str, mutation: tuple[str, int]) -> None:
    base = MODERN[name]
    changed, done = mutated(base, [mutation])
    assume(done)
    report = compared(base, changed)
    alarms = {
        kind
        for change in report.changes
        for verdict in change.verdicts
        for kind in [verdict.rule.partition("/")[2]]
        if verdict.direction == "request" and verdict.wire == "breaking"
    }
    # A format is no assertion to jsonschema, and members that are gone are still taken.
    assume(alarms and not any("/format/" in k or "/property/removed" in k for k in alarms))
    old, new = (directed(root, "request") for root in (base, changed))
    random = Random(0)
    assert witness(old, new, "request", random, 3000) is not None, told(report.changes)
