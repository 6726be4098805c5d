"""``drift``: a change is located at the line of what changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import yaml

from generator.config import Client
from generator.document.load import load, parse
from generator.document.pointer import split
from generator.document.tree import SourceFile
from generator.drift.changes import Change
from generator.drift.compare.documents import compare
from generator.errors import Place
from generator.openapi.keywords import ASSERTIONS
from tests.drift.mutations import MUTATIONS
from tests.drift.pairs import Case, cases
from tests.drift.plain_data import plain
from tests.qa.fuzz.mutations import Json

CASES = tuple(cases())
BASES = {
    path.stem: plain(load(path).root) for path in Path(__file__).with_name("bases").glob("*.yaml")
}
WHOLE = {
    "api/server/main/added": "without `servers` the server is /, which the whole description has",
    "api/server/main/changed": "the same",
    "api/server/main/removed": "the same",
    "api/server/url/removed": "the same",
    "api/server/url/added": "the same",
}
"""Rules of changes that may be located at the whole description, with the reason."""
KEYWORDS = {
    row.name for row in ASSERTIONS
} | {"type", "default", "format", "enum", "items", "prefixItems", "readOnly", "writeOnly",
     "deprecated", "additionalProperties"}  # fmt: skip
OTHER = {
    "enum": ("const",),
    "minimum": ("exclusiveMinimum",),
    "maximum": ("exclusiveMaximum",),
    "type": ("nullable", "oneOf", "anyOf"),
}
"""Keywords that have the value of another one."""
IMPLIED = ("", "0", "1", "any")
"""Values that a description may have without the keyword."""


class _Dumper(yaml.SafeDumper):
    """Writes nothing as an alias: each part has a line of its own."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - whatever it is
        return True


def _file(tree: object, name: str) -> SourceFile:
    text = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return parse(text.encode(), path=Path(name), name=name)


def _faults(old: Json, new: Json, operations: tuple[str, ...] = ()) -> list[str]:
    files = _file(old, "old.yaml"), _file(new, "new.yaml")
    report = compare(*files, Client(spec="", operations=operations))
    return [
        f"{change.id} ({change.message}): {fault}"
        for change in report.changes
        for fault in _of_change(change, files)
    ]


def _of_change(change: Change, files: tuple[SourceFile, SourceFile]) -> Iterator[str]:
    if change.base is None and change.revision is None:
        yield "no place"
    for place, file, shown in zip(
        (change.base, change.revision), files, (change.before, change.after), strict=True
    ):
        if place is not None:
            line = file.text.split("\n")[place.line - 1]
            yield from _of_place(change, place, line, shown)


def _of_place(change: Change, place: Place, line: str, shown: str) -> Iterator[str]:
    if (place.line, place.column) == (1, 1):
        if place.pointer or change.id not in WHOLE:
            yield f"{place.pointer} is at 1:1"
        return
    text = line[place.column - 1 :].lstrip("'\"")
    *_, holder, name = ["", *split(place.pointer)]
    # What is only required, and what a discriminator adds, have no line of their own.
    others = {"enum": (holder,)}.get(name, ("required", "allOf") if holder == "properties" else ())
    if not name.isdigit() and not text.startswith((name, *others)):
        yield f"{place} has no {name}: {line.strip()}"
    _, area, subject, *_ = change.id.split("/")
    is_shown = area == "schema" and subject in KEYWORDS and shown not in IMPLIED
    if is_shown and name not in (subject, *OTHER.get(subject, ())):
        yield f"{place} is not at {subject}: {line.strip()}"


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_change_is_at_its_line(case: Case) -> None:
    assert _faults(case.old, case.new, case.operations) == []
    assert _faults(case.new, case.old, case.operations) == []


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("name", BASES)
def test_a_change_of_a_rich_description_is_at_its_line(name: str, mutation: str) -> None:
    for seed in range(2):
        new = copy.deepcopy(BASES[name])
        if MUTATIONS[mutation](new, Random(seed)):
            assert _faults(BASES[name], new) == []
            assert _faults(new, BASES[name]) == []
