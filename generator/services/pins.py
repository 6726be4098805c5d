"""Pins in the settings, where other operations would change the name of a call or class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..config import Client
from ..document.tree import SourceFile
from .descriptions import no_progress

if TYPE_CHECKING:
    from ..drift.inputs import ComparedDescription

COLLISIONS = ("call-collision", "name-collision")
"""The codes of the warnings about names that pins keep."""


@dataclass(frozen=True, slots=True)
class Pins:
    """Entries of a client's settings ``calls`` and ``names``; an empty one is removed."""

    package: str
    calls: Mapping[str, str]
    names: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.calls or self.names)

    def applied(self, client: Client) -> Client:
        """Return the settings of a client with these pins."""
        calls, names = {**client.calls, **self.calls}, {**client.names, **self.names}
        return replace(
            client,
            calls={key: name for key, name in calls.items() if name},
            names={key: name for key, name in names.items() if name},
        )


@dataclass(frozen=True, slots=True)
class _Names:
    """The names in the client of one description."""

    calls: Mapping[tuple[str, ...], str]
    """By ``METHOD /path``, operationId and first tag."""
    classes: Mapping[str, tuple[str, str]]
    """By the schema's place: the key and the name."""
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
    for document in old:
        before = _names(_compared(document), client, like=description)
        calls = {**before.calls, **calls}
        classes = {**before.classes, **classes}
    kept = {key: name for key, name in calls.items() if after.calls.get(key, name) != name}
    names: dict[str, str] = {}
    for place, (key, name) in sorted(after.classes.items()):
        known = classes.get(place, ("", name))[1]
        if known != name and known not in names.values():
            names.setdefault(key, known)
    keys = {key for key, _ in after.classes.values()}
    before_keys = {key for key, _ in classes.values()}
    gone = {key: "" for key in client.names if key in before_keys - keys}
    return Pins(client.package, {key[0]: name for key, name in kept.items()}, {**gone, **names})


def _compared(document: SourceFile) -> ComparedDescription:
    from ..drift.inputs import ComparedDescription

    return ComparedDescription(document, no_progress)


def _names(
    description: ComparedDescription, client: Client, like: ComparedDescription | None = None
) -> _Names:
    """Return the names of the operations that a client selects, or of those that ``like`` has."""
    # Imported here, so that a command without collisions doesn't pay for them.
    from ..codegen.build.naming import call_paths, class_names

    operations = () if client.models else (like or description).added((), client.operations)
    if like is not None and like is not description:
        operations = tuple(description.match(operations).values())
    source = description.read(operations, client)
    settings, canonical = source.fitting_settings(), source.canonical
    paths, calls = call_paths(canonical, settings)
    classes, names = class_names(canonical, settings)
    return _Names(
        {
            (op.spellings[1], op.operation_id, *op.tags[:1]): path.call
            for op, path in zip(canonical.operations, paths, strict=True)
        },
        {place: (key, name) for key, name in classes.items() for place in canonical.places(key)},
        Pins(
            client.package,
            {one.key: one.name for one in calls},
            {one.key: one.name for one in names},
        ),
    )
