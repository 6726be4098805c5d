"""Verdicts on schemas, judged by jsonschema-rs: whether one schema covers another one."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import jsonschema_rs
import pytest
from jsonschema_rs.canonical import Containment

from tests.qa.fuzz.mutations import Json
from tests.watch.drift.mutations import IN_SCHEMAS
from tests.watch.drift.oracle import directed, schemas
from tests.watch.drift.plain_data import compared, gravest, told
from tests.watch.drift.test_properties import MILD, MODERN, edited

YES, NO = Containment.YES, Containment.NO
OPEN = "an object without additionalProperties admits every value for a member that isn't described"
FORMAT = "a format is no assertion to jsonschema-rs"
NULL = "an enumeration without null beside the type null admits null (docs/support.md)"
REASONS = {
    "response/schema/nullable/added": NULL,
    "request/schema/format/added": FORMAT,
    "request/schema/format/changed": FORMAT,
    "response/schema/format/removed": FORMAT,
    "response/schema/format/changed": FORMAT,
    "request/schema/property/removed": OPEN,
    "request/schema/property/removed-required": OPEN,
    "request/schema/property/added": OPEN,
}
"""The rules whose verdicts are others than the schemas alone say, with the reason."""


def containments(wide: Json, narrow: Json, direction: str) -> Iterator[Containment]:
    """Yield for each schema whether that of ``narrow`` covers that of ``wide``."""
    olds, news = schemas(wide, direction), schemas(narrow, direction)
    for key in olds.keys() & news.keys():
        old, new = (
            jsonschema_rs.canonicalize({**schema, "components": root.get("components", {})})
            for schema, root in ((olds[key], wide), (news[key], narrow))
        )
        yield new.covers(old)


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", [0, *(pytest.param(number, marks=pytest.mark.nightly) for number in range(1, 6))]
)
def test_verdicts_are_those_of_containment(part: int) -> None:
    """Sixty random changes: what isn't covered breaks, and what is covered doesn't.

    The headers of parts, under ``encoding``, aren't among the schemas that are judged.
    """
    random, judged, dissents = Random(part), 0, list[str]()
    while judged < 60:
        base = MODERN[random.choice(sorted(MODERN))]
        mutation = random.choice(sorted(IN_SCHEMAS)), random.randrange(2**16)
        changed, done = edited(base, [mutation], IN_SCHEMAS)
        if not done:
            continue
        judged += 1
        report = compared(base, changed)
        for direction in ("request", "response"):
            sides = [directed(root, direction) for root in (base, changed)]
            wide, narrow = sides if direction == "request" else reversed(sides)
            found = {*containments(wide, narrow, direction)}
            level = gravest(report, direction)
            rules = {v.rule for c in report.changes for v in c.verdicts if v.direction == direction}
            is_mild = NO in found and level in MILD
            at = " ".join(change.pointer for change in report.changes)
            is_severe = found <= {YES} and level == "breaking" and "/encoding/" not in at
            if (is_mild or is_severe) and not rules & REASONS.keys():
                dissents.append(f"{mutation} {direction} {level} {found}: {told(report.changes)}")
    assert dissents == []
