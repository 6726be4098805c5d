"""The names that commands pin, in ``speclock.lock``: written, and moved there from the settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ....base.config import LOCKED, Client, LockedPins, Pins, Settings
from ....base.errors import SpeclockError, UsageError
from ....base.immutable import immutable
from ....base.printable import counted, display_path
from ...output.lock import locked
from ...output.write import write_file
from ..project.descriptions import write_lock
from ..project.pyproject_edit import Changes, Setting, with_changes, with_settings


@immutable
class NewSettings:
    """The settings of clients after a change, and the changes of each file."""

    clients: Sequence[Client]
    in_file: Mapping[str, Changes]
    """The changes of pyproject.toml, by client."""
    in_lock: Mapping[str, Pins]
    """The changes of speclock.lock, by client; a removed pin has an empty name."""


def new_settings(clients: Iterable[Client], changes: Mapping[str, Changes]) -> NewSettings:
    """Return clients with changed settings, of which the lock gets the pins.

    A pin that a person typed stays in pyproject.toml, where it is removed, or its key follows.
    """
    new: list[Client] = []
    in_file: dict[str, Changes] = {}
    in_lock: dict[str, Pins] = {}
    for client in clients:
        of_client = changes.get(client.package, {})
        changed = with_changes(client, of_client)
        if client.lock is not None:
            lock, of_client = _split(client.lock, of_client)
            changed = changed.with_lock(lock)
            if pins := _changed_pins(client.lock, lock):
                in_lock[client.package] = pins
        if of_client:
            in_file[client.package] = of_client
        new.append(changed)
    return NewSettings(new, in_file, in_lock)


def _split(lock: LockedPins, changes: Changes) -> tuple[LockedPins, Changes]:
    """Return a lock with the changes that are for it, and the others."""
    pins, typed = {**lock.pins}, {**lock.typed}
    others: dict[str, Setting] = {}
    for key, value in changes.items():
        if key not in LOCKED or not isinstance(value, Mapping):
            others[key] = value
            continue
        of_person = _entries_of_person(lock.typed.get(key, {}), value)
        if of_person:
            others[key] = of_person
        typed[key] = _with_entries(typed.get(key, {}), of_person)
        of_lock = {**value, **dict.fromkeys(of_person, "")}
        pins[key] = _with_entries(pins.get(key, {}), of_lock)
    return replace(lock, pins=pins, typed=typed), others


def _entries_of_person(typed: Mapping[str, str], entries: Mapping[str, str]) -> dict[str, str]:
    """Return the changed entries of a table that are for pins that a person typed.

    Such an entry has the key of a typed pin, or its name under another key, which it follows.
    """
    chosen: dict[str, str] = {}
    for key, name in entries.items():
        if key in typed or name in typed.values():
            chosen[key] = name
    return chosen


def _with_entries(table: Mapping[str, str], entries: Mapping[str, str]) -> dict[str, str]:
    """Return a table with entries added; those with an empty name are removed."""
    return {key: name for key, name in {**table, **entries}.items() if name}


def _changed_pins(old: LockedPins, new: LockedPins) -> Pins:
    """Return the pins of a lock that change; a removed one has an empty name."""
    tables: Pins = {}
    for table in LOCKED:
        before, after = old.pins.get(table, {}), new.pins.get(table, {})
        entries = dict.fromkeys(before.keys() - after.keys(), "")
        for key, name in after.items():
            if before.get(key) != name:
                entries[key] = name
        if entries:
            tables[table] = entries
    return tables


def moved_pins(client: Client, root: Path) -> Pins:
    """Return the pins of pyproject.toml that a command wrote before there was a lock for them.

    Nothing for a client whose lock is written already, or whose description cannot be used.
    """
    if client.lock is None or not client.lock.may_move:
        return {}
    # Imported here, since most clients have their pins in the lock.
    from ....codegen.description.pins import pins_of_commands
    from ..project.read_api import load_description

    with suppress(SpeclockError):  # generation reports it
        return pins_of_commands(load_description(client, root), client)
    return {}


def with_moved(client: Client, moved: Pins) -> Client:
    """Return a client with pins in the lock that were in pyproject.toml; its names stay."""
    lock = client.lock
    if lock is None or not moved:
        return client
    pins: dict[str, dict[str, str]] = {}
    typed: dict[str, dict[str, str]] = {}
    for table in LOCKED:
        entries = moved.get(table, {})
        pins[table] = {**lock.pins.get(table, {}), **entries}
        typed[table] = _with_entries(lock.typed.get(table, {}), dict.fromkeys(entries, ""))
    return client.with_lock(replace(lock, pins=pins, typed=typed))


def removal(moved: Pins) -> dict[str, dict[str, str]]:
    """Return the change of settings that removes pins."""
    tables: dict[str, dict[str, str]] = {}
    for table, entries in moved.items():
        if entries:
            tables[table] = dict.fromkeys(entries, "")
    return tables


def with_removals(changes: Mapping[str, Changes], moved: Mapping[str, Pins]) -> dict[str, Changes]:
    """Return the changes of clients' settings without the pins that were moved."""
    result: dict[str, Changes] = {**changes}
    for package, pins in moved.items():
        settings: dict[str, Setting] = {**result.get(package, {})}
        for table, entries in removal(pins).items():
            others = settings.get(table, {})
            assert isinstance(others, Mapping)
            settings[table] = {**entries, **others}
        result[package] = settings
    return result


def moved_line(package: str, moved: Pins, file: str, lock: str) -> str:
    """Return the line that tells which pins were moved."""
    count = sum(map(len, moved.values()))
    pins = counted(count, "name")
    are = "is" if count == 1 else "are"
    return f"{lock}: {pins} of {package} that commands wrote to {file} {are} here now"


def record_pins(settings: Settings) -> dict[str, str]:
    """Write the lock of each client that none has yet, with the pins that move there.

    Return a line for each client with such pins.
    """
    lines: dict[str, str] = {}
    for client in settings.clients:
        if client.lock is None or client.lock.is_recorded:
            continue
        if line := _record(client, client.lock, settings):
            lines[client.package] = line
    return lines


def _record(client: Client, lock: LockedPins, settings: Settings) -> str:
    """Write a client into its lock; return the line about pins that move there, if any do."""
    file = settings.root / settings.file
    with locked(file):
        pins = moved_pins(client, settings.root)
        text = file.read_bytes()
        if pins:
            try:
                text = with_settings(text, client.package, removal(pins), display_path(file))
            except UsageError:  # it is written so that they cannot be taken out
                pins = {}
        new = with_moved(client, pins).lock or lock
        write_lock((settings.root / client.spec).parent, {}, {client.package: new.pins})
        if not pins:
            return ""
        write_file(file, text)
    return moved_line(client.package, pins, display_path(file), lock.file)
