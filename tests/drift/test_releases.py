"""Pinterest's own releases: exactly what changed for the operation in use, and nothing else.

They aren't part of this repository; where they aren't at hand these tests are skipped.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from generator.config import Client
from generator.document.load import load, parse
from generator.document.slice.slice_document import slice_document
from generator.document.tree import SourceFile
from generator.drift.changes import Report
from generator.drift.compare.documents import compare

RELEASES = Path(__file__).parents[3] / "shared" / "pinterest" / "releases"
SETTINGS = Client(spec="", operations=("audiences/create",))
# From one release to the next: rule and level of each change, prose aside.
CHANGES = {
    ("5.14.0", "5.15.0"): [("response/schema/property/added", "safe")],
    ("5.15.0", "5.16.0"): [("request/schema/enum/value-removed", "breaking")],
    ("5.16.0", "5.21.0"): [],
    # Inline schemas become components: the wire is as it was, two classes are called otherwise.
    ("5.21.0", "5.22.0"): [("api/python/name/changed", "none")] * 2,
    ("5.22.0", "5.23.0"): [],
}
VERSIONS = ["5.14.0", "5.15.0", "5.16.0", "5.21.0", "5.22.0", "5.23.0"]

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(not RELEASES.is_dir(), reason="no ../shared/pinterest/releases"),
]


@cache
def _whole(version: str) -> SourceFile:
    return load(RELEASES / f"v{version}.yaml", version)


@cache
def _slice(version: str) -> SourceFile:
    text = slice_document(_whole(version), SETTINGS.operations).text()
    return parse(text.encode(), path=Path(f"{version}.yaml"), name=version)


def _facts(report: Report) -> list[tuple[object, ...]]:
    return sorted(
        (c.id, c.wire, c.python, c.docs, c.message, c.before, c.after, c.fingerprint)
        for c in report.changes
    )


@pytest.mark.parametrize("pair", CHANGES, ids="→".join)
def test_what_changed_from_one_release_to_the_next(pair: tuple[str, str]) -> None:
    report = compare(_whole(pair[0]), _whole(pair[1]), SETTINGS)
    assert [(c.id, c.wire) for c in report.changes if not c.docs] == CHANGES[pair]


@pytest.mark.parametrize("pair", [*pairwise(VERSIONS), ("5.23.0", "5.14.0")], ids="→".join)
def test_slices_say_the_same_as_whole_documents(pair: tuple[str, str]) -> None:
    old, new = pair
    whole = compare(_whole(old), _whole(new), SETTINGS)
    assert _facts(compare(_slice(old), _slice(new), SETTINGS)) == _facts(whole)
