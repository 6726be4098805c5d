"""Pins that keep the name of a call, class or credential where other operations would change it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ...base.config import LOCKED, Client, Pin, Pins
from ...base.errors import Findings
from ...base.immutable import immutable
from ...reading.document.tree import SourceFile
from ...reading.openapi.model.document import Document
from ..names import Spelling, pascal, short_hash, words
from .description import Description

_KINDS = ("enum", "object", "union", "lower", "upper", "camel", "capitalized", "pascal")
"""The words that tell names apart: by the kind of a class, by the case of a key."""


def joined_pins(first: Pins, second: Pins) -> Pins:
    """Return the entries of both, of those with one key the second."""
    tables = {**first, **second}
    return {table: {**first.get(table, {}), **second.get(table, {})} for table in tables}


def lines_of(pins: Pins) -> tuple[str, ...]:
    """Return the lines of the client's table in TOML."""
    entries = [(table, *entry) for table, names in pins.items() for entry in names.items()]
    return tuple(str(Pin(*entry)) for entry in entries)


@immutable
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
    return _names(Description(document), client).contested


def pins_that_keep(old: Sequence[SourceFile], new: SourceFile, client: Client) -> Pins:
    """Return the pins that keep the names of some descriptions, the first one's above all.

    Of each only the operations count that ``new`` has. A name that a pin of the client has already
    stays with that pin. Raise :class:`UsageError` for pins of the client that aren't possible.
    """
    description = Description(new)
    after = _names(description, client)
    before = _Names({}, {}, {}, {})
    for document in reversed(old):
        known = _names(Description(document), client, like=description)
        before.calls.update(known.calls)
        before.classes.update(known.classes)
        before.credentials.update(known.credentials)
    return _tables(
        _kept(client.calls, ((k[0], before.calls.get(k, n), n) for k, n in after.calls.items())),
        _kept(
            client.names,
            (
                (key, before.classes.get(place, ("", name))[1], name)
                for place, (key, name) in sorted(after.classes.items())
            ),
        ),
        _kept(
            client.credentials,
            ((k, before.credentials.get(k, n), n) for k, n in after.credentials.items()),
        ),
    )


def _kept(pins: Mapping[str, str], names: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return the new entries of a table: each name that would change, unless it has a pin.

    ``names`` has the key, and the name before and after.
    """
    entries: dict[str, str] = {}
    for key, before, after in names:
        is_pinned = key in pins or before in (*pins.values(), *entries.values())
        if before != after and not is_pinned:
            entries.setdefault(key, before)
    return entries


def pins_that_go(client: Client, new: SourceFile) -> Pins:
    """Return the pins of the client's lock, each with an empty name, that are for nothing now.

    One that a person typed stays, and generating reports it.
    """
    lock = client.lock
    if lock is None or not (client.calls or client.names or client.credentials):
        return {}
    from ..build.stray_pins import stray_pins

    gone: Pins = {}
    for pin in stray_pins(_selected(new, client), client):
        if pin.table in LOCKED and pin.key not in lock.typed.get(pin.table, {}):
            gone.setdefault(pin.table, {})[pin.key] = ""
    return gone


def pins_of_commands(document: SourceFile, client: Client) -> Pins:
    """Return the pins in a client's settings that are as a command writes them.

    That is by ``METHOD /path``, and with a name of words that speclock makes names of.
    """
    selected = _selected(document, client)
    operations = {op.spellings[1] for op in selected.operations}
    tables: Pins = {}
    for table in LOCKED:
        for key, name in getattr(client, table).items():
            is_spelled = table != "calls" or key in operations
            if is_spelled and _is_own_name(name, key, _texts(selected, table, key)):
                tables.setdefault(table, {})[key] = name
    return tables


def _selected(document: SourceFile, client: Client) -> Document:
    """Return a description as a client is generated from it."""
    description = Description(document)
    operations = () if client.models else description.added((), client.operations)
    return description.read(operations, client).generated


def _texts(document: Document, table: str, key: str) -> list[str]:
    """Return the texts of a description that its names for the target of a pin consist of."""
    if table == "names":
        return [*document.places(key)]
    if table == "credentials":
        return ["token basic"]
    operations = (op for op in document.operations if key in op.spellings)
    return [text for op in operations for text in (*op.spellings, *op.tags)]


def _is_own_name(name: str, key: str, texts: Iterable[str]) -> bool:
    """Return whether a name has only words that speclock makes names of: those of its target."""
    spellings = (pascal(key, level=level) for level in Spelling)
    sources = [key, *texts, *spellings, short_hash(key, 24), *_KINDS]
    known = " ".join(re.sub(r"[\W_]+", "", source) for source in sources).casefold()
    return all(word.casefold() in known for word in words(name))


def _tables(
    calls: dict[str, str], names: dict[str, str], credentials: dict[str, str] | None = None
) -> Pins:
    """Return pins without empty tables."""
    tables = {"calls": calls, "names": names, "credentials": credentials or {}}
    return {table: entries for table, entries in tables.items() if entries}


def _names(description: Description, client: Client, like: Description | None = None) -> _Names:
    """Return the names of the operations that a client selects, or of those that ``like`` has."""
    # Imported here, so that a command without collisions doesn't pay for them.
    from ..build.naming import call_paths, class_names
    from ..build.security import build_security

    operations = () if client.models else (like or description).added((), client.operations)
    if like is not None and like is not description:
        operations = tuple(description.match(operations).values())
    source = description.read(operations, client)
    settings, canonical = source.fitting_settings(), source.generated
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
