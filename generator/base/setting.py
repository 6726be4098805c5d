"""Traits of a client's settings, by which functions treat all of them.

A trait is stated once, in the metadata of the setting's field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from enum import Enum, auto
from typing import Any, Final

from .immutable import immutable

_KEY: Final = "traits"


class InHash(Enum):
    """The part of a setting in the hash of those that shape a client's files."""

    NOTHING = auto()
    """It changes no file."""
    VALUE = auto()
    """Its value, unless that is the default: the hash is that of a version without the setting."""
    EVERY_VALUE = auto()
    """Its value, also the default; no new setting has this, since it changes every hash."""
    FILE_NAMES = auto()
    """The names of the files that its paths lead to, unless there are none."""


class KeyKind(Enum):
    """A part of a description that an entry of a table is for, by the entry's key."""

    OPERATION = auto()
    SCHEMA = auto()
    SECURITY_SCHEME = auto()
    API_KEY = auto()
    """A security scheme whose credential is a key."""


@immutable
class Traits:
    """The statement about one setting."""

    in_hash: InHash
    entries_for: KeyKind | None = None
    """The target of its entries, if it is a table of texts."""
    is_locked: bool = False
    """True for a table of names, which commands write to ``speclock.lock``."""
    is_rule: bool = False
    """True if generating stops where no operation fits the setting."""
    is_path: bool = False
    """True for a path, and for a list of them."""
    needs_operations: bool = False
    """True if a client of models alone cannot have the setting."""


def setting(
    in_hash: InHash,
    *,
    entries_for: KeyKind | None = None,
    is_locked: bool = False,
    is_rule: bool = False,
    is_path: bool = False,
    needs_operations: bool = False,
) -> dict[str, Any]:
    """Return the metadata of a setting's field: its traits."""
    traits = Traits(in_hash, entries_for, is_locked, is_rule, is_path, needs_operations)
    return {_KEY: traits}


def traits_of(kind: Any) -> Mapping[str, Traits]:
    """Return the traits of each field of a dataclass, by the field's name.

    Raise :class:`TypeError` for a field without them.
    """
    traits: dict[str, Traits] = {}
    for field in fields(kind):
        if _KEY not in field.metadata:
            raise TypeError(f"{kind.__name__}.{field.name} has no traits: metadata=setting(...)")
        traits[field.name] = field.metadata[_KEY]
    return traits


def defaults_of(kind: Any) -> Mapping[str, Any]:
    """Return the default of each field of a dataclass that has one, by the field's name."""
    defaults: dict[str, Any] = {}
    for field in fields(kind):
        if field.default_factory is not MISSING:
            defaults[field.name] = field.default_factory()
        elif field.default is not MISSING:
            defaults[field.name] = field.default
    return defaults
