"""Pins in the settings, where other operations would change the name of a call or class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from ...changes.change import Change, Pin, Report
from ...config import PINS, Client
from ...document.tree import SourceFile
from ...errors import Findings
from .descriptions import no_progress

if TYPE_CHECKING:
    from ...drift.inputs import ComparedDescription

Pins: TypeAlias = dict[str, dict[str, str]]
"""Entries of tables in a client's settings, by table; an empty one is removed."""
COLLISIONS = ("call-collision", "name-collision")
"""The codes of the warnings about names that pins keep."""


def lines_of(pins: Pins) -> tuple[str, ...]:
    """Return the lines of the client's table in TOML."""
    entries = [(table, *entry) for table, names in pins.items() for entry in names.items()]
    return tuple(str(Pin(*entry)) for entry in entries)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names in the client of one description."""

    calls: dict[tuple[str, ...], str]
    """By ``METHOD /path``, operationId and first tag."""
    classes: dict[str, tuple[str, str]]
    """By the schema's place: the key and the name."""
    credentials: dict[str, str]
    """By the security scheme."""
    contested: Pins


def pins_of_collisions(document: SourceFile, client: Client) -> Pins:
    """Return a pin for each collision, which keeps the plain name for one of its members."""
    return _names(_compared(document), client).contested


def pins_that_keep(old: Sequence[SourceFile], new: SourceFile, client: Client) -> Pins:
    """Return the pins that keep the names of some descriptions, the first one's above all.

    Of each only the operations count that ``new`` has. Raise :class:`UsageError` for pins of the
    client that aren't possible.
    """
    description = _compared(new)
    after = _names(description, client)
    before = _Names({}, {}, {}, {})
    for document in reversed(old):
        known = _names(_compared(document), client, like=description)
        before.calls.update(known.calls)
        before.classes.update(known.classes)
        before.credentials.update(known.credentials)
    names: dict[str, str] = {}
    for place, (key, name) in sorted(after.classes.items()):
        earlier = before.classes.get(place, ("", name))[1]
        if earlier != name and earlier not in names.values():
            names.setdefault(key, earlier)
    keys = {key for key, _ in after.classes.values()}
    before_keys = {key for key, _ in before.classes.values()}
    gone = {key: "" for key in client.names if key in before_keys - keys}
    return _tables(
        {key[0]: n for key, n in before.calls.items() if after.calls.get(key, n) != n},
        {**gone, **names},
        {
            key: earlier
            for key, name in after.credentials.items()
            if (earlier := before.credentials.get(key, name)) != name
        },
    )


def _tables(
    calls: dict[str, str], names: dict[str, str], credentials: dict[str, str] | None = None
) -> Pins:
    """Return pins without empty tables."""
    tables = {"calls": calls, "names": names, "credentials": credentials or {}}
    return {table: entries for table, entries in tables.items() if entries}


def pins_that_follow(
    client: Client, old: SourceFile, new: SourceFile, report: Report | None, *, keep_names: bool
) -> Pins:
    """Return the pins whose operation or schema has a new id.

    With ``keep_names``, each name that changes in ``report`` gets a pin.
    """
    tables: Pins = {}
    ours, theirs = _compared(old).operations, _compared(new)
    matched, live = theirs.match(ours), {name for op in theirs.operations for name in op.spellings}
    for op in ours:
        names = matched[op].spellings if op in matched else live
        for table in PINS:
            known: Mapping[str, str] = getattr(client, table)
            for key in (known.keys() & {*op.spellings}) - {*names}:
                entries = tables.setdefault(table, {})
                entries[key] = ""
                if op in matched:
                    entries[matched[op].spellings[1]] = known[key]
    pinned = {*client.calls.values(), *client.names.values()}
    for change in report.changes if report else ():
        for pin in (signature.pin for signature in change.signatures):
            if pin and (keep_names or pin.name in pinned):
                tables.setdefault(pin.table, {})[pin.key] = pin.name
    return tables


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


def _compared(document: SourceFile) -> ComparedDescription:
    from ...drift.inputs import ComparedDescription

    return ComparedDescription(document, no_progress)


def _names(
    description: ComparedDescription, client: Client, like: ComparedDescription | None = None
) -> _Names:
    """Return the names of the operations that a client selects, or of those that ``like`` has."""
    # Imported here, so that a command without collisions doesn't pay for them.
    from ...codegen.build.naming import call_paths, class_names
    from ...codegen.build.security import build_security

    operations = () if client.models else (like or description).added((), client.operations)
    if like is not None and like is not description:
        operations = tuple(description.match(operations).values())
    source = description.read(operations, client)
    settings, canonical = source.fitting_settings(), source.canonical
    paths, calls = call_paths(canonical, settings)
    classes, names = class_names(canonical, settings)
    secrets = build_security(canonical, settings, Findings())
    return _Names(
        {
            (op.spellings[1], op.operation_id, *op.tags[:1]): paths[op.spellings[1]].call
            for op in canonical.operations
        },
        {place: (key, name) for key, name in classes.items() for place in canonical.places(key)},
        {key: argument.name for key, argument in secrets.arguments.items() if argument is not None},
        _tables({call.key: call.name for call in calls}, {name.key: name.name for name in names}),
    )
