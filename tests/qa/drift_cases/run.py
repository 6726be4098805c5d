"""Does the drift check judge as others do, on cases that others labelled?

FOLDER holds `mutations/` (a base description, single changes of it and `labels.json`: what each
means on the wire and in Python) and `oasdiff/cases.jsonl` (pairs of descriptions and what oasdiff
reports). Of each mutation both labels must be met. Each of oasdiff's errors must be reported at
`risk` or above at that operation, stability levels and the syntax of sunsets aside; where oasdiff
reports nothing, nothing may be at `risk` or above. What is judged otherwise on purpose is in
dissents.toml.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from generator.config import Client
from generator.document.load import load
from generator.drift.changes import BREAKING, RISK, Report
from generator.drift.compare.documents import compare

AGREED, DISSENTS, MISUSED = 0, 1, 2
LEAST = 0.9
"""Of the error ids of each case, how many must be found; a dissent doesn't count as found."""
NOT_OURS = ("stability", "sunset-parse", "sunset-invalid")
"""Stability levels are oasdiff's own extension, and so are its rules of how a sunset is written."""
NO_SETTINGS = Client(spec="")


@dataclass(frozen=True, slots=True)
class Dissent:
    """A place where we judge otherwise on purpose."""

    id: str
    text: re.Pattern[str]
    reason: str


def dissents() -> list[Dissent]:
    """The table of them."""
    text = Path(__file__).with_name("dissents.toml").read_text(encoding="utf-8")
    listed = tomllib.loads(text)["dissent"]
    return [Dissent(one["id"], re.compile(one["text"]), one["reason"]) for one in listed]


def mutations(folder: Path) -> Iterator[str]:
    """A line for each mutation that isn't judged as it is labelled."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    for label in labels:
        base = load(folder / "base.yaml", "base.yaml")
        report = compare(base, load(folder / label["file"], label["file"]), NO_SETTINGS)
        wanted = (label["wire"], label["python"])
        got = (report.wire, report.python if label["python"] is not None else None)
        if got != wanted:
            found = ", ".join(f"{change.id} ({change.wire})" for change in report.changes)
            yield f"{label['file']} {label['name']}: wanted {wanted}, got {got}: {found}"
    print(f"mutations: {len(labels)}")


def oasdiff(folder: Path) -> Iterator[str]:
    """A line for each of oasdiff's errors that we miss, and each false alarm."""
    ours = dissents()
    used: set[int] = set()
    ids: set[tuple[int, str]] = set()
    missed: set[tuple[int, str]] = set()
    for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case: dict[str, Any] = json.loads(line)
        base, revision = (load(folder / case[key], case[key]) for key in ("base", "revision"))
        report = compare(base, revision, NO_SETTINGS)
        expected = case["full_expected"]
        if not expected:
            yield from _false_alarms(case["n"], report, ours, used)
        for entry in expected:
            if entry["level"] != "error" or any(word in entry["id"] for word in NOT_OURS):
                continue
            ids.add((case["n"], entry["id"]))
            if _is_reported(entry, report):
                continue
            missed.add((case["n"], entry["id"]))
            if not _is_dissent(entry["id"], entry["text"], ours, used):
                yield f"oasdiff {case['n']}: {entry['id']}: {entry['text']}: not reported"
    share = 1 - len(missed) / len(ids)
    print(f"oasdiff: {len(ids) - len(missed)} of {len(ids)} error ids of cases")
    if share < LEAST:
        yield f"of oasdiff's error ids {share:.1%} are found, which is less than {LEAST:.0%}"
    for index, one in enumerate(ours):
        if index not in used:
            yield f"dissents.toml: {one.id}, {one.text.pattern!r} matches nothing. Take it out."


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


def _false_alarms(
    number: int, report: Report, ours: list[Dissent], used: set[int]
) -> Iterator[str]:
    for change in report.changes:
        if change.wire in (RISK, BREAKING) and not _is_dissent(
            "nothing", change.message, ours, used
        ):
            yield f"oasdiff {number}: reports nothing, we: {change.id}: {change.message}"


def _is_dissent(rule: str, text: str, ours: list[Dissent], used: set[int]) -> bool:
    for index, one in enumerate(ours):
        if one.id == rule and one.text.search(text):
            used.add(index)
            return True
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    if not (folder / "mutations").is_dir() or not (folder / "oasdiff").is_dir():
        print(f"error: {folder} has no mutations/ and oasdiff/", file=sys.stderr)
        return MISUSED
    faults = [*mutations(folder / "mutations"), *oasdiff(folder / "oasdiff")]
    for fault in faults:
        print(f"DISSENT {fault}")
    print(
        f"{len(faults)} judged otherwise without a reason" if faults else "all agreed, or told why"
    )
    return DISSENTS if faults else AGREED


if __name__ == "__main__":
    sys.exit(main())
