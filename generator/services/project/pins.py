"""Pins in the settings, where other operations would change the name of a call or class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ...changes.change import Change, Pin, Report
from ...config import PINS, Client
from ...document.tree import SourceFile
from ...errors import Findings
from .descriptions import no_progress

if TYPE_CHECKING:
    from ...drift.inputs import ComparedDescription

COLLISIONS = ("call-collision", "name-collision")
"""The codes of the warnings about names that pins keep."""


@dataclass(frozen=True, slots=True)
class Pins:
    """Entries of tables in a client's settings; an empty one is removed."""

    package: str
    calls: Mapping[str, str]
    names: Mapping[str, str]
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def tables(self) -> Mapping[str, Mapping[str, str]]:
        """The tables that have entries."""
        tables = {"calls": self.calls, "names": self.names, "credentials": self.credentials}
        return {key: entries for key, entries in tables.items() if entries}

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the client's table in TOML."""
        return tuple(
            str(Pin(table, key, name))
            for table, entries in self.tables.items()
            for key, name in entries.items()
        )

    def __bool__(self) -> bool:
        return bool(self.tables)

    def applied(self, client: Client) -> Client:
        """Return the settings of a client with these pins."""
        settings: dict[str, Any] = {}
        for key, entries in self.tables.items():
            table = {**getattr(client, key), **entries}
            settings[key] = {name: value for name, value in table.items() if value}
        return replace(client, **settings)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names in the client of one description."""

    calls: Mapping[tuple[str, ...], str]
    """By ``METHOD /path``, operationId and first tag."""
    classes: Mapping[str, tuple[str, str]]
    """By the schema's place: the key and the name."""
    credentials: Mapping[str, str]
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
    calls: dict[tuple[str, ...], str] = {}
    classes: dict[str, tuple[str, str]] = {}
    credentials: dict[str, str] = {}
    for document in old:
        before = _names(_compared(document), client, like=description)
        calls = {**before.calls, **calls}
        classes = {**before.classes, **classes}
        credentials = {**before.credentials, **credentials}
    kept = {key: name for key, name in calls.items() if after.calls.get(key, name) != name}
    names: dict[str, str] = {}
    for place, (key, name) in sorted(after.classes.items()):
        known = classes.get(place, ("", name))[1]
        if known != name and known not in names.values():
            names.setdefault(key, known)
    keys = {key for key, _ in after.classes.values()}
    before_keys = {key for key, _ in classes.values()}
    gone = {key: "" for key in client.names if key in before_keys - keys}
    secrets: dict[str, str] = {}
    for key, name in after.credentials.items():
        known = credentials.get(key, name)
        if known != name:
            secrets[key] = known
    return Pins(
        client.package, {key[0]: name for key, name in kept.items()}, {**gone, **names}, secrets
    )


def pins_that_follow(
    client: Client, old: SourceFile, new: SourceFile, report: Report | None, *, keep_names: bool
) -> dict[str, dict[str, str]]:
    """Return the entries, by table, of pins whose operation or schema has a new id.

    An empty entry is removed. With ``keep_names``, each name that changes in ``report`` gets a pin.
    """
    tables: dict[str, dict[str, str]] = {}
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


def without_pinned(report: Report, pins: Mapping[str, Mapping[str, str]]) -> Report:
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
            (op.spellings[1], op.operation_id, *op.tags[:1]): path.call
            for op, path in zip(canonical.operations, paths, strict=False)
        },
        {place: (key, name) for key, name in classes.items() for place in canonical.places(key)},
        {key: argument.name for key, argument in secrets.arguments.items() if argument is not None},
        Pins(
            client.package,
            {call.key: call.name for call in calls},
            {name.key: name.name for name in names},
        ),
    )
