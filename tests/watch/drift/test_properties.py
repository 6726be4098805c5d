"""Properties of the drift check for any descriptions: nothing of a description against itself
or its canonical form, nothing after a refactoring, the mirror image the other way round, and no
verdict milder than values that fit one side only demand.

``SPECLOCK_FUZZ_EXAMPLES=1000`` tries more of them, other ones each time; else they are the same.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from generator.base.config import Client
from generator.reading.document.load import load, parse
from generator.watch.changes.change import Change, Report
from generator.watch.drift.comparison import compare
from tests.qa.fuzz.grammar import descriptions
from tests.qa.fuzz.mutations import Json
from tests.qa.runner.children import in_child
from tests.watch.drift.client_oracle import milder_verdicts
from tests.watch.drift.mutations import IN_SCHEMAS, MUTATIONS
from tests.watch.drift.oracle import directed, witness
from tests.watch.drift.places import operations
from tests.watch.drift.plain_data import (
    RICH,
    canonical,
    compared,
    document,
    gravest,
    mirrored,
    misplaced,
    plain,
    told,
)
from tests.watch.drift.random_pairs import random_pair
from tests.watch.drift.refactoring_schemas import Refactoring
from tests.watch.drift.refactorings import REFACTORINGS, RENAMING

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("SPECLOCK_FUZZ_EXAMPLES", "0"))
TESTS = Path(__file__).resolve().parents[2]
UNREAD = (
    "several_files", "discriminator_values", "lenient_operations", "contradictions", "given_names",
    "left_out_parts", "later_versions", "keywords_without_effect", "swagger2",
    "operation_references",
)  # fmt: skip
"""Cases that the refactorings cannot change: of several files, with faults, with names beside the
values of enumerations, and in Swagger 2.0."""
ANOTHER_MEANING = {("to 3.1", "intersections")}
"""In 3.0 an enumeration of null alone is null, even where another part of `allOf` has no null."""
WITHOUT_OPERATIONS = ("models_alone", "webhooks_alone")
"""Cases that have nothing of what the refactorings move, and whose schemas have no other name."""
BASES = RICH | {
    path.parent.name: plain(load(path).root)
    for path in sorted((TESTS / "cases").glob("*/spec.*"))
    if path.parent.name not in UNREAD + WITHOUT_OPERATIONS
}
Check = Callable[..., None]
Steps = list[tuple[str, int]]

rich = st.sampled_from(sorted(RICH)).map(lambda name: RICH[name])
named = rich | st.sampled_from(sorted(BASES)).map(lambda name: BASES[name])
seeds = st.integers(0, 2**16)
steps = st.lists(st.tuples(st.sampled_from(sorted(REFACTORINGS)), seeds), min_size=1, max_size=6)
mutations = st.tuples(st.sampled_from(sorted(MUTATIONS)), seeds)
in_schemas = st.tuples(st.sampled_from(sorted(IN_SCHEMAS)), seeds)
every_base = pytest.mark.parametrize(
    "base",
    [pytest.param(BASES[n], id=n, marks=() if n in RICH else pytest.mark.nightly) for n in BASES],
)


def tried(*strategies: st.SearchStrategy[Any], few: int) -> Callable[[Check], Check]:
    """Try a property with a ``few`` examples, and with ten times as many every night."""

    def decorated(check: Check) -> Check:
        @pytest.mark.parametrize("count", [few, pytest.param(10 * few, marks=pytest.mark.nightly)])
        def test(count: int) -> None:
            chosen = settings(
                max_examples=EXAMPLES or count,
                derandomize=not EXAMPLES,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
            chosen(given(*strategies)(check))()

        return test

    return decorated


def nothing(changes: Sequence[Change]) -> None:
    assert not changes, told(changes)


def nothing_but_names(old: Json, new: Json) -> None:
    """Assert that one is the canonical form of the other.

    Inline schemas have other names there, and what no value satisfies is an explicit ``not``.
    """
    changes = compared(old, new).changes
    nothing([c for c in changes if "api/python/" not in c.id and "/schema/not/" not in c.id])


# ── a description against itself ─────────────────────────────────────────────────────────────────


@every_base
def test_a_description_is_itself_and_its_canonical_form_and_the_same_in_yaml(base: Json) -> None:
    nothing(compared(base, base).changes)
    form, _ = canonical(base)
    nothing_but_names(base, form)
    nothing_but_names(form, base)
    data = yaml.safe_dump(base, sort_keys=False, allow_unicode=True).encode()
    other = parse(data, path=Path(__file__), name="api.yaml")
    nothing(compare(document(base), other, Client(spec="")).changes)


@tried(descriptions(), few=5)
def test_a_random_description_is_itself_and_its_canonical_form(base: Json) -> None:
    nothing(compared(base, base).changes)
    form, unread = canonical(base)
    _, void = canonical(form)  # of schemas that admit nothing, such as a string of an enum of lists
    assume(not unread and not void)
    nothing([c for c in compared(base, form).changes if c.wire != "none" or c.docs])


# ── refactorings ─────────────────────────────────────────────────────────────────────────────────


def edited(base: Json, steps: Steps, edits: Mapping[str, Refactoring]) -> tuple[Json, list[str]]:
    changed = copy.deepcopy(base)
    return changed, [name for name, seed in steps if edits[name](changed, Random(seed))]


def counted(changes: Sequence[Change], done: Sequence[str]) -> list[Change]:
    """Return the changes that aren't those of Python's names where a refactoring renames."""
    renames = any(name in RENAMING for name in done)
    return [c for c in changes if not (renames and c.id.startswith("api/python/"))]


@pytest.mark.parametrize("most", [2, pytest.param(len(BASES), marks=pytest.mark.nightly)])
@pytest.mark.parametrize("refactoring", sorted(REFACTORINGS))
def test_each_refactoring_is_nothing(refactoring: str, most: int) -> None:
    """In the first bases in which it finds something to do."""
    bases = {n: base for n, base in BASES.items() if (refactoring, n) not in ANOTHER_MEANING}
    edits = (edited(base, [(refactoring, 1)], REFACTORINGS) for base in bases.values())
    pairs = [pair for pair in zip(bases, bases.values(), edits, strict=True) if pair[2][1]][:most]
    assert pairs, "nothing to refactor in any description"
    for name, base, (changed, done) in pairs:
        changes = counted(compared(base, changed).changes, done)
        assert not changes, f"{name}: {told(changes)}"


@tried(named, steps, few=10)
def test_refactorings_together_are_nothing(base: Json, steps: Steps) -> None:
    changed, done = edited(base, steps, REFACTORINGS)
    assume(done)
    nothing(counted(compared(base, changed).changes, done))
    nothing(counted(compared(changed, base).changes, done))


@pytest.mark.nightly
@tried(descriptions(), steps, few=5)
def test_refactorings_of_random_descriptions_are_nothing(base: Json, steps: Steps) -> None:
    changed, done = edited(base, steps, REFACTORINGS)
    assume(done and not canonical(base)[1])
    note(yaml.safe_dump(changed, sort_keys=False))
    changes = compared(base, changed).changes
    nothing([c for c in changes if not c.id.startswith("api/python/")])


@every_base
def test_what_no_selected_operation_uses_is_nothing(base: Json) -> None:
    selected = [op["operationId"] for _, _, op in operations(base) if "operationId" in op][:1]
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


def both_ways(base: Json, changed: Json) -> tuple[Report, Report]:
    there, back = compared(base, changed), compared(changed, base)
    expected, found = mirrored(there, swap=True), mirrored(back, swap=False)
    both = f"{told(there.changes)}\n--- and back:\n{told(back.changes)}"
    assert found == expected, f"{found - expected} came, {expected - found} should\n{both}"
    return there, back


@pytest.mark.parametrize("many", [1, pytest.param(10, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("mutation", sorted(MUTATIONS))
def test_each_mutation_is_seen_mirrored_and_located(mutation: str, many: int) -> None:
    seen = 0
    for seed, base in product(range(10), RICH.values()):
        changed, done = edited(base, [(mutation, seed)], MUTATIONS)
        if done:
            there, back = both_ways(base, changed)
            faults = misplaced(there, base, changed) + misplaced(back, changed, base)
            # Not all: the description of a branch that is merged into another has no line there.
            assert seen or faults == []
            seen += bool(there.changes)
        if seen == many:
            break
    assert seen, "no report mentions it"


@tried(named, mutations, few=15)
def test_the_other_way_round_is_the_mirror_image(base: Json, mutation: tuple[str, int]) -> None:
    changed, done = edited(base, [mutation], MUTATIONS)
    assume(done)
    both_ways(base, changed)


@tried(named, mutations, steps, few=10)
def test_a_refactoring_hides_no_change(base: Json, mutation: tuple[str, int], steps: Steps) -> None:
    changed, done = edited(base, [mutation], MUTATIONS)
    assume(done)
    other, _ = edited(changed, steps, REFACTORINGS)
    direct, hidden = compared(base, changed), compared(base, other)
    note(f"{told(direct.changes)}\n--- refactored:\n{told(hidden.changes)}")
    assert (hidden.wire, hidden.docs) == (direct.wire, direct.docs)


# ── what values say ──────────────────────────────────────────────────────────────────────────────

MODERN = {name: edited(base, [("to 3.1", 0)], REFACTORINGS)[0] for name, base in RICH.items()}
"""The bases in OpenAPI 3.1, whose schemas are JSON Schema."""
modern = st.sampled_from(sorted(MODERN)).map(lambda name: MODERN[name])
MILD = ("none", "safe")


@tried(modern, st.lists(in_schemas, min_size=1, max_size=2), seeds, few=15)
def test_no_verdict_is_milder_than_values_say(base: Json, mutation: Steps, seed: int) -> None:
    changed, done = edited(base, mutation, MUTATIONS)
    assume(done)
    random = Random(seed)
    report = compared(base, changed)
    for direction in ("request", "response"):
        old, new = (directed(root, direction) for root in (base, changed))
        wide, narrow = (old, new) if direction == "request" else (new, old)
        found = witness(wide, narrow, direction, random, 40)
        if found is not None:
            assert gravest(report, direction) not in MILD, f"{found}: {told(report.changes)}"


@tried(modern, in_schemas, few=15)
def test_no_alarm_is_raised_without_a_value(base: Json, mutation: tuple[str, int]) -> None:
    changed, done = edited(base, [mutation], MUTATIONS)
    assume(done)
    report = compared(base, changed)
    alarms = {
        verdict.rule.partition("/")[2]
        for change in report.changes
        for verdict in change.verdicts
        if (verdict.direction, verdict.wire) == ("request", "breaking")
    }
    # A format is no assertion to jsonschema, and members that are gone are still taken.
    assume(alarms and not any("/format/" in k or "/property/removed" in k for k in alarms))
    old, new = (directed(root, "request") for root in (base, changed))
    assert witness(old, new, "request", Random(0), 3000) is not None, told(report.changes)


_PAIRS = 50
"""The pairs of a batch, whose clients are generated together."""


@pytest.mark.parametrize(
    "batches", [1, pytest.param(EXAMPLES // _PAIRS or 40, marks=pytest.mark.nightly)]
)
def test_no_verdict_is_milder_than_the_client(batches: int, tmp_path: Path) -> None:
    """Of 50 pairs, and of 2,000 every night, in children that forget the packages."""
    start = Random().randrange(1000, 10**9) if EXAMPLES else 4
    for seed in range(start, start + batches):
        folder = tmp_path / str(seed)
        folder.mkdir()
        random = Random(seed)
        pairs = [random_pair(f"P{index}", random) for index in range(_PAIRS)]
        found = in_child(partial(milder_verdicts, pairs, seed, folder), folder, 600)
        assert not found, f"seed {seed}\n" + "\n\n".join(found)
