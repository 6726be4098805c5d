"""Pins where the id of an operation or schema changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ....base.config import PINS, Client, Pins
from ....codegen.description.description import Description
from ....reading.document.declared import section
from ....reading.document.tree import SourceFile

if TYPE_CHECKING:
    from ....watch.changes.change import Change, Report

COLLISIONS = ("call-collision", "name-collision")
"""The codes of the warnings about names that pins keep."""


def pins_that_follow(
    client: Client, old: SourceFile, new: SourceFile, report: Report | None, *, keep_names: bool
) -> Pins:
    """Return the pins whose operation or schema has a new id.

    With ``keep_names``, each name that changes in ``report`` gets a pin.
    """
    tables: Pins = {}
    for op, other in Description(new).match(Description(old).operations).items():
        for table in PINS:
            known = client.pins(table)
            for key in (known.keys() & {*op.spellings}) - {*other.spellings}:
                tables.setdefault(table, {}).update({key: "", other.spellings[1]: known[key]})
    for key, other_key in _renamed_schemes(old, new):
        if (name := client.credentials.get(key)) and other_key not in client.credentials:
            tables.setdefault("credentials", {}).update({key: "", other_key: name})
    pinned = {*client.calls.values(), *client.names.values()}
    for change in report.changes if report else ():
        for pin in (signature.pin for signature in change.signatures):
            if pin and (keep_names or pin.name in pinned):
                tables.setdefault(pin.table, {})[pin.key] = pin.name
    return tables


def _renamed_schemes(old: SourceFile, new: SourceFile) -> Iterator[tuple[str, str]]:
    """Yield the keys, before and after, of security schemes that differ in nothing else."""
    before, after = (section(document.root, "securitySchemes") for document in (old, new))
    added = sorted(after.keys() - before.keys())
    for key in sorted(before.keys() - after.keys()):
        same = [other for other in added if after[other] == before[key]]
        if len(same) == 1:
            yield key, same[0]


def without_pinned(report: Report, pins: Pins) -> Report:
    """Return a report without the changes of names that pins keep."""
    changes: list[Change] = []
    for change in report.changes:
        left = tuple(
            s
            for s in change.signatures
            if not (s.pin and pins.get(s.pin.table, {}).get(s.pin.key) == s.pin.name)
        )
        if left or not change.signatures or change.id != "api/python/name/changed":
            changes.append(replace(change, signatures=left))
    return replace(report, changes=tuple(changes))
