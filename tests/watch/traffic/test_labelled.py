"""Labelled traffic: each deviation found alone where it is, and nothing in what is as described."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pytest
import yaml

from generator.watch.traffic.findings import Finding
from tests.watch.traffic.clean import LEFT, REDACTED, clean, redacted
from tests.watch.traffic.conftest import Run
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.labelled import Label, labels
from tests.watch.traffic.making import SPECS, call

LABELS: Final = {spec: tuple(one for one in labels() if one.spec == spec) for spec in sorted(SPECS)}
_FLAT: Final = [
    pytest.param(spec, index, id=f"{spec}-{one.rule}-{index}")
    for spec, each in LABELS.items()
    for index, one in enumerate(each)
]


def _exchanges(made: Sequence[Label]) -> tuple[Exchange, ...]:
    return tuple(one.exchange for one in made)


def _by_spec(made: Iterator[tuple[str, Exchange]]) -> dict[str, tuple[Exchange, ...]]:
    found: dict[str, list[Exchange]] = defaultdict(list)
    for spec, one in made:
        found[spec].append(one)
    return {spec: tuple(each) for spec, each in found.items()}


def _shown(one: Finding) -> tuple[str, str, int, str]:
    return one.deviation.rule, one.deviation.location.pointer, one.count, one.fingerprint


def lines_of(file: Path, pointer: str) -> set[int]:
    """Return the lines in which the key, or the item, of a pointer and its value begin.

    Those of the innermost one that is there, if the last one isn't.
    """
    node, lines = _root(file), {1}
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == key]
            if not found:
                return lines
            node = found[0][1]
            lines = {each.start_mark.line + 1 for each in found[0]}
        else:
            node = node.value[int(key)]
            lines = {node.start_mark.line + 1}
    return lines


@cache
def _root(file: Path) -> yaml.Node:
    node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert node is not None
    return node


# ── deviations ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("spec", "index"), _FLAT)
def test_a_deviation_is_found_alone_at_its_place(spec: str, index: int, compared: Run) -> None:
    label = LABELS[spec][index]
    (found,) = compared(spec, "har", _exchanges(LABELS[spec])).findings[index]
    place = found.deviation.location.place
    assert found.count == 1  # also no other exchange shows it
    assert (found.deviation.rule, place.pointer) == (label.rule, label.pointer)
    assert place.line in lines_of(SPECS[spec], label.pointer)
    assert place.file.endswith(SPECS[spec].name)
    assert found.wire == label.level
    assert label.name in found.deviation.expected


@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "gzip", "ndjson"])
@pytest.mark.parametrize("spec", SPECS)
def test_every_format_shows_the_same(spec: str, form: str, compared: Run) -> None:
    made = _exchanges(LABELS[spec])
    expected, found = compared(spec, "har", made), compared(spec, form, made)
    assert found.report.faults == ()
    assert {i: [*map(_shown, each)] for i, each in found.findings.items()} == {
        i: [*map(_shown, each)] for i, each in expected.findings.items()
    }


def test_one_place_is_one_finding_for_all_exchanges(compared: Run) -> None:
    made = tuple(call("measures", "GET /measures", 200, {"small": n}) for n in (11, 12, 13))
    ((found,),) = compared("measures", "ndjson", made).findings.values()
    assert (found.count, sorted(found.values)) == (3, ["11", "12", "13"])


# ── exchanges as described ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["har", "ndjson"])
@pytest.mark.parametrize("spec", SPECS)
def test_nothing_is_found_in_what_is_as_described(spec: str, form: str, compared: Run) -> None:
    made = _by_spec(clean())[spec]
    outcome = compared(spec, form, made)
    assert [made[index] for index in outcome.findings] == []
    assert outcome.report.faults == ()
    traffic = outcome.report.traffic
    assert traffic is not None
    assert traffic.left == LEFT.get(spec, {})
    preflight = sum(one.method == "OPTIONS" for one in made)
    assert traffic.judged == len(made) - preflight  # none was passed over


@pytest.mark.parametrize("spec", sorted(_by_spec(redacted())))
def test_what_was_redacted_is_not_compared(spec: str, compared: Run) -> None:
    made = _by_spec(redacted())[spec]
    assert not compared(spec, "har", made, REDACTED).findings
    assert all(compared(spec, "har", (one,)).findings for one in made)


def test_what_is_beside_a_redacted_value_is_compared(compared: Run) -> None:
    made = (call("measures", "GET /measures", 200, {"whole": REDACTED, "small": 11}),)
    ((found,),) = compared("measures", "har", made, REDACTED).findings.values()
    assert found.deviation.rule == "response/schema/maximum/widened"
