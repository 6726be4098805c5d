"""Clients, and changes of what they show to the code that uses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..codegen.ir import Api
from .changes import Signature


@dataclass(frozen=True, slots=True)
class Shown:
    """A change of the client's surface, and the parts of the description that it may come from.

    A key is a class (``class``, its name, a member's wire name or "") or a part of an operation
    (``call``, its label, ``in:name``, ``body``, ``result`` or "").
    """

    keys: tuple[tuple[str, str, str], ...]
    signature: Signature
    users: frozenset[str] = frozenset()
    """Of a class that is gone: the classes that have a field of it."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client: what the generator decided, and who uses its classes."""

    api: Api
    names: Mapping[str, str]
    """Component key to class name."""
    sent: frozenset[str]
    """Names of the classes that requests need."""
    received: frozenset[str]
    """Names of the classes that responses have."""
    labels: Mapping[str, str]
    """``METHOD path-as-described`` to the label of the operation."""


def shown_at(key: tuple[str, str, str], name: str, before: str, after: str, breaks: bool) -> Shown:
    """A change with one key."""
    return Shown((key,), Signature(name, before, after, breaks))
