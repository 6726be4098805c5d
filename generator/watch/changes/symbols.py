"""The parts of a generated client that a change may show in."""

from __future__ import annotations

from typing import TypeAlias

from ...base.immutable import immutable


@immutable
class ComponentSymbol:
    """The class of a schema component, or one of its fields."""

    old: str
    """The component's key in the base."""
    new: str
    """That in the revision; empty if it is gone."""
    property: str = ""
    """The property that the field is for."""


@immutable
class OperationSymbol:
    """The method of an operation, or one of its arguments, or its result."""

    label: str
    part: str = ""
    """``body``, ``result``, or the place of a parameter: ``path``, ``query`` and so on."""
    name: str = ""
    """The parameter's name."""


ApiSymbol: TypeAlias = ComponentSymbol | OperationSymbol
"""The part of the generated client that a difference may show in."""


@immutable(order=True)
class ClientPart:
    """A declaration of the client, as its users know it, that a change reaches."""

    kind: str
    """``class``, ``alias``, ``member``, ``field``, ``method``, ``parameter`` or ``result``."""
    name: str
    """``Pet``, ``Pet.age``, ``Kind.CAT``, ``pets.list``, ``pets.list.limit``."""
    action: str = ""
    """``removed``, ``renamed`` or ``changed`` if the declaration is; ``added`` if ``name`` is the
    class or the method that has a new part, which its users must give; empty if the declaration
    stays the same, and its values change."""
    new: tuple[str, ...] = ()
    """The names of the new part in Python and in JSON, where one is added."""
