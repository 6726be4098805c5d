"""Does the drift check judge as others do, on cases that others labelled?

FOLDER holds `mutations/` (a base description, single changes of it and `labels.json`: what each
means on the wire and in Python) and `oasdiff/cases.jsonl` (pairs of descriptions and what oasdiff
reports). Of each mutation both labels must be met. Each of oasdiff's errors must be reported at
`risk` or above at that operation, stability levels and the syntax of sunsets aside; where oasdiff
reports nothing, nothing may be at `risk` or above. What is judged otherwise on purpose is in
dissents.toml.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from generator.base.config import Client
from generator.reading.document.load import load
from generator.watch.changes.change import BREAKING, RISK, Report
from generator.watch.drift.comparison import compare
from tests.qa.runner import command
from tests.qa.runner.command import BAD, GOOD

LEAST = 0.9
"""Of the error ids of each case, how many must be found; a dissent doesn't count as found."""
NOT_OURS = ("stability", "sunset-parse", "sunset-invalid")
"""Stability levels are oasdiff's own extension, and so are its rules of how a sunset is written."""
NO_SETTINGS = Client(spec="")


@dataclass(slots=True)
class Dissent:
    """A place where we judge otherwise on purpose."""

    id: str
    text: str
    reason: str
    is_used: bool = False

    def fits(self, rule: str, text: str) -> bool:
        """Whether it is about that, which is noted."""
        fits = self.id == rule and bool(re.search(self.text, text))
        self.is_used |= fits
        return fits


def dissents() -> list[Dissent]:
    """The table of them."""
    text = Path(__file__).with_name("dissents.toml").read_text(encoding="utf-8")
    return [Dissent(**one) for one in tomllib.loads(text)["dissent"]]


@dataclass(frozen=True, slots=True)
class Case:
    """A pair of descriptions and what others say of their difference."""

    name: str
    folder: Path
    label: dict[str, Any]


def cases(folder: Path) -> list[Case]:
    """Return all cases of a folder."""
    mutations, pairs = folder / "mutations", folder / "oasdiff"
    if not mutations.is_dir() or not pairs.is_dir():
        return []
    labels = json.loads((mutations / "labels.json").read_text(encoding="utf-8"))
    lines = (pairs / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    found = [Case(f"mutation {label['file']}", mutations, label) for label in labels]
    return found + [Case(f"oasdiff {one['n']}", pairs, one) for one in map(json.loads, lines)]


def mutation(case: Case) -> Iterator[str]:
    """Yield a line if a mutation isn't judged as it is labelled."""
    label = case.label
    base = load(case.folder / "base.yaml", "base.yaml")
    report = compare(base, load(case.folder / label["file"], label["file"]), NO_SETTINGS)
    wanted = (label["wire"], label["python"])
    got = (report.wire, report.python if label["python"] is not None else None)
    if got != wanted:
        found = ", ".join(f"{change.id} ({change.wire})" for change in report.changes)
        yield f"{label['file']} {label['name']}: wanted {wanted}, got {got}: {found}"


def oasdiff(chosen: list[Case], *, is_whole: bool) -> Iterator[str]:
    """Yield a line for each of oasdiff's errors that we miss, and each false alarm."""
    ours = dissents()
    ids: set[tuple[str, str]] = set()
    missed: set[tuple[str, str]] = set()
    for case in chosen:
        label = case.label
        base, revision = (
            load(case.folder / label[key], label[key]) for key in ("base", "revision")
        )
        report = compare(base, revision, NO_SETTINGS)
        expected = label["full_expected"]
        if not expected:
            yield from _false_alarms(case.name, report, ours)
        for entry in expected:
            if entry["level"] != "error" or any(word in entry["id"] for word in NOT_OURS):
                continue
            ids.add((case.name, entry["id"]))
            if _is_reported(entry, report):
                continue
            missed.add((case.name, entry["id"]))
            if not any(one.fits(entry["id"], entry["text"]) for one in ours):
                yield f"{case.name}: {entry['id']}: {entry['text']}: not reported"
    share = 1 - len(missed) / max(len(ids), 1)
    print(f"oasdiff: {len(ids) - len(missed)} of {len(ids)} error ids of cases")
    if is_whole and share < LEAST:
        yield f"of oasdiff's error ids {share:.1%} are found, which is less than {LEAST:.0%}"
    for one in ours:
        if is_whole and not one.is_used:
            yield f"dissents.toml: {one.id}, {one.text!r} matches nothing. Take it out."


def _is_reported(entry: dict[str, Any], report: Report) -> bool:
    """Whether something at that operation is at `risk` or above."""
    method, path = entry["operation"], entry["path"]
    escaped = path.replace("~", "~0").replace("/", "~1")
    at = f"/paths/{escaped}/{method.lower()}"
    labels = {f"{method} {path}"}
    for change in report.changes:
        places = (change.pointer, *(p.pointer for p in (change.base, change.revision) if p))
        if any(place.startswith(at) for place in places):
            labels.update(change.operations)
    if labels == {f"{method} {path}"}:  # known by its operationId only, and all in components
        labels.update(name for change in report.changes for name in change.operations)
    return any(
        change.wire in (RISK, BREAKING) and labels & set(change.operations)
        for change in report.changes
    )


def _false_alarms(name: str, report: Report, ours: list[Dissent]) -> Iterator[str]:
    for change in report.changes:
        if change.wire in (RISK, BREAKING) and not any(
            one.fits("nothing", change.message) for one in ours
        ):
            yield f"{name}: oasdiff reports nothing, we: {change.id}: {change.message}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__,
        "all are judged as labelled, or otherwise with a reason",
        "one is judged otherwise without a reason",
        "contains mutations/ and oasdiff/",
    )
    options, chosen = command.parse(parser, arguments, cases, lambda case: case.name)
    changed = [case for case in chosen if case.name.startswith("mutation")]
    pairs = [case for case in chosen if case not in changed]
    print(f"mutations: {len(changed)}")
    faults = [fault for case in changed for fault in mutation(case)]
    faults += oasdiff(pairs, is_whole=options.share == 1 and not options.names)
    for fault in faults:
        print(f"DISSENT {fault}")
    print(
        f"{len(faults)} judged otherwise without a reason" if faults else "all agreed, or told why"
    )
    return BAD if faults else GOOD


if __name__ == "__main__":
    sys.exit(main())
