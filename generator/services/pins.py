"""Pins of names in the settings, where a collision would change the name of a call or class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..config import Client
from ..document.tree import SourceFile
from .descriptions import no_progress

COLLISIONS = ("call-collision", "name-collision")
"""The codes of the warnings about names that pins keep."""


@dataclass(frozen=True, slots=True)
class Pins:
    """Entries of a client's settings ``calls`` and ``names``."""

    package: str
    calls: Mapping[str, str]
    names: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.calls or self.names)

    def applied(self, client: Client) -> Client:
        """Return the settings of a client with these pins."""
        calls, names = {**client.calls, **self.calls}, {**client.names, **self.names}
        return replace(client, calls=calls, names=names)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names in the client of one description."""

    calls: Mapping[tuple[str, ...], str]
    """By ``METHOD /path``, operationId and first tag."""
    classes: Mapping[tuple[str, ...], str]
    """By the schema's key."""
    contested: Pins


def pins_of_collisions(document: SourceFile, client: Client) -> Pins:
    """Return a pin for each collision, which keeps the plain name for one of its members."""
    return _names(document, client).contested


def pins_that_keep(old: SourceFile, new: SourceFile, client: Client) -> Pins:
    """Return the pins that keep names which a collision in ``new`` would change.

    Raise :class:`UsageError` for pins of the client that aren't possible.
    """
    before, after = _names(old, client), _names(new, client)
    return Pins(
        client.package, _changed(before.calls, after.calls), _changed(before.classes, after.classes)
    )


def _changed(
    old: Mapping[tuple[str, ...], str], new: Mapping[tuple[str, ...], str]
) -> dict[str, str]:
    return {key[0]: name for key, name in old.items() if new.get(key, name) != name}


def _names(document: SourceFile, client: Client) -> _Names:
    # Imported here, so that a command without collisions doesn't pay for them.
    from ..codegen.build.naming import call_paths, class_names
    from ..drift.inputs import ComparedDescription

    description = ComparedDescription(document, no_progress)
    operations = () if client.models else description.added((), client.operations)
    source = description.read(operations, client)
    settings, canonical = source.fitting_settings(), source.canonical
    paths, calls = call_paths(canonical, settings)
    classes, names = class_names(canonical, settings)
    return _Names(
        {
            (op.spellings[1], op.operation_id, *op.tags[:1]): path.call
            for op, path in zip(canonical.operations, paths, strict=True)
        },
        {(key,): name for key, name in classes.items()},
        Pins(
            client.package,
            {one.key: one.name for one in calls},
            {one.key: one.name for one in names},
        ),
    )
