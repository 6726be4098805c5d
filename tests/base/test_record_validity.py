"""Values of our own files that are valid for certain: the validator agrees about each of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import pytest

from generator.base.config import ProjectSettings
from generator.base.record_validity import is_certainly_valid
from generator.base.records import schema_of
from generator.project.lockfile import LockEntry
from generator.project.output.manifest import Manifest

GENERATED = Path(__file__).resolve().parents[2] / "generated"
CLIENT = {
    "spec": "spec/api.yaml",
    "operations": ["pets/list"],
    "tests": "all",
    "features": ["testing"],
    "calls": {"pets/list": "pets.all"},
    "error_when": "ok == false",
    "idempotency_header": "Idempotency-Key",
    "upstream_headers": {"Authorization": "Bearer $SPECLOCK_TOKEN"},
    "pagination": [{"style": "cursor", "parameter": "after", "next": "next"}],
    "poll": {"start": {"operation": "jobs/get", "status": "state", "until": ["done"]}},
    "webhook_signature": {"scheme": "hmac", "header": "x-signature"},
}
RECORDS: dict[str, tuple[type, Any]] = {
    "settings": (
        ProjectSettings,
        {"output": "out", "clients": {"pets": CLIENT}, "limits": {"bytes": 1_000_000}},
    ),
    "models alone": (ProjectSettings, {"clients": {"pets": {"spec": "a.yaml", "models": True}}}),
    "lock": (
        LockEntry,
        {"upstream": "a", "etag": "", "sha256": "b", "slice_sha256": "", "info.version": "1"},
    ),
    "manifest": (
        Manifest,
        json.loads((GENERATED / "pinterest_audiences" / "speclock.json").read_bytes()),
    ),
}
"""A valid value of each file by its dataclass."""
OTHERS: tuple[Any, ...] = (
    None, True, 0, 1, 2**70, 1.0, 1.5, "", "a", "é", "a\\b", "a\nb", "con", "class", "a=b\n", [],
    [1], ["a"], {}, {"a": 1}, {"a": "b"},
)  # fmt: skip
"""Values in the place of others."""


def changed(value: Any) -> Iterator[Any]:
    """Yield copies of a value with one value in it replaced, renamed, added or removed."""
    yield from OTHERS
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        for name in table:
            for inner in changed(table[name]):
                yield {**table, name: inner}
            rest = {key: member for key, member in table.items() if key != name}
            yield rest
            for other in ("", "new", "class", "Con", "é", "a b", "models", "header"):
                yield {**rest, other: table[name]}
                yield {**table, other: table[name]}
    if isinstance(value, list):
        items: list[Any] = cast("Any", value)
        for index in range(min(3, len(items))):
            for inner in changed(items[index]):
                yield [*items[:index], inner, *items[index + 1 :]]


def shortened(value: Any) -> Any:
    """Return a manifest with a few entries of each table."""
    value = copy.copy(value)
    for name in ("files", "tests", "sources"):
        value[name] = dict([*value[name].items()][:2])
    return value


@pytest.mark.parametrize("is_closed", [True, False])
@pytest.mark.parametrize("name", RECORDS)
def test_certainty_is_the_verdict_of_the_validator(name: str, *, is_closed: bool) -> None:
    kind, value = RECORDS[name]
    schema = schema_of(kind, is_closed=is_closed, is_described=False)
    validator = jsonschema_rs.validator_for(json.dumps(schema), validate_formats=True)
    assert is_certainly_valid(value, schema)
    tries = [*changed(shortened(value) if kind is Manifest else value)]
    valid = [one for one in tries if validator.is_valid(one)]
    assert len(valid) > len(tries) / 100
    certain = [one for one in valid if is_certainly_valid(one, schema)]
    assert len(certain) > len(valid) / 2
    accepted = [one for one in tries if is_certainly_valid(one, schema)]
    assert [one for one in accepted if not validator.is_valid(one)] == []


def test_an_unknown_keyword_is_uncertain() -> None:
    assert is_certainly_valid("a", {"type": "string"})
    assert not is_certainly_valid("2027-06-30", {"type": "string", "format": "date"})
    assert not is_certainly_valid(1, {"not": {"multipleOf": 2}})
