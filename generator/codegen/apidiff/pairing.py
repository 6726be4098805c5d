"""The declarations of two public APIs that are the same one, by whatever name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

from .acceptance import Symbols, bases_of
from .api import Declaration, Key, PublicApi
from .renames import RESOURCES, renamed_methods, renamed_parts
from .signatures import POSITIONAL

_Names = Mapping[str, str]
"""Old names to new ones."""
_Parts: TypeAlias = Mapping[tuple[bool, str, str], Sequence[Declaration]]
"""The parts of each method and class."""


class Pairing:
    """The new keys of the declarations of an old API."""

    def __init__(
        self, old: PublicApi, new: PublicApi, names: _Names, methods: _Names | None
    ) -> None:
        """Pair two APIs; ``names`` has the new names of classes, ``methods`` those of methods.

        Without ``methods``, a method is the one that makes its request.
        """
        self.old = old
        self.new = new
        self.names = names
        self.types = _type_names(old, names)
        """The new names of classes as types name them, without their modules."""
        if methods is None:
            self.methods: dict[str, str] = renamed_methods(old, new)
        else:
            self.methods = {name: f"{name} is gone" for name in old.requests}
            self.methods |= methods

    def key(self, declaration: Declaration) -> Key:
        """Return the key that a declaration has in the new API, if it is there."""
        is_call, owner, overload, name = declaration.key
        owner = self._method(owner) if is_call else self.names.get(owner, owner)
        name = self._renamed_parts(declaration.owner, owner, overload).get(name, name)
        key = is_call, owner, overload, name
        if POSITIONAL in declaration.flags:
            return self._at(declaration, key)
        if not _has_wire(declaration):
            return key
        same = self._new_wires.get((owner, overload, declaration.wire))
        if same is not None:
            return same.key
        other = self.new.declarations.get(key)
        if other is not None and (declaration.owner, overload, other.wire) in self._old_wires:
            name = f"{name} is gone"  # the name is now that of another member
        return is_call, owner, overload, name

    def _method(self, owner: str) -> str:
        """Return the new name of a method, or of a class whose constructor it is."""
        if owner in self.methods:
            return self.methods[owner]
        class_, _, name = owner.rpartition(".")
        if class_ in self.names and not class_.startswith(RESOURCES):
            return f"{self.names[class_]}.{name}"
        return self.names.get(owner, owner)

    def _at(self, declaration: Declaration, key: Key) -> Key:
        """Return the key of the new parameter at the position of a positional-only one."""
        parameter = self._new_places.get((*key[:3], declaration.position))
        return parameter.key if parameter is not None else key

    def _renamed_parts(self, owner: str, new_owner: str, overload: str) -> _Names:
        """Return the new names of the parameters of a method, or of the parts of a class."""
        key = owner, new_owner, overload
        if key not in self._renamed:
            renamed: dict[str, str] = {}
            for is_call in (True, False):
                before = self.old_parts.get((is_call, owner, overload), ())
                after = self.new_parts.get((is_call, new_owner, overload), ())
                for identity in (self._wire, self._place):
                    renamed |= renamed_parts(before, after, identity)
            self._renamed[key] = renamed
        return self._renamed[key]

    def _wire(self, declaration: Declaration, is_new: bool) -> object:
        """Return what a parameter is called in a request, or the value of a member."""
        if declaration.kind == "member":
            return declaration.type if declaration.type.alternatives else None
        wires = self.new.source.wires if is_new else self.old.source.wires
        return wires.get((declaration.owner, declaration.name))

    def _place(self, declaration: Declaration, is_new: bool) -> object:
        """Return the position and type of a parameter, and of a field that no JSON has its type."""
        type_ = declaration.type if is_new else declaration.type.renamed(self.types)
        if (
            declaration.kind == "parameter"
            and declaration.position is not None
            and not declaration.wire
        ):
            return declaration.position, type_, bool(declaration.default)
        symbols = self.new.symbols if is_new else self.old.symbols
        is_header = (
            declaration.owner in symbols and "Headers" in symbols[declaration.owner].type.names
        )
        if declaration.kind == "field" and "init" not in declaration.flags and not is_header:
            return type_
        return None

    @cached_property
    def _renamed(self) -> dict[tuple[str, str, str], _Names]:
        return {}

    @cached_property
    def old_parts(self) -> _Parts:
        return _parts_of(self.old)

    @cached_property
    def new_parts(self) -> _Parts:
        return _parts_of(self.new)

    @cached_property
    def _new_places(self) -> Mapping[tuple[bool, str, str, int | None], Declaration]:
        places: dict[tuple[bool, str, str, int | None], Declaration] = {}
        for declaration in self.new.declarations.values():
            if declaration.kind == "parameter" and declaration.position is not None:
                places[(*declaration.key[:3], declaration.position)] = declaration
        return places

    @cached_property
    def _new_wires(self) -> Mapping[tuple[str, str, str], Declaration]:
        return _by_wire(self.new)

    @cached_property
    def _old_wires(self) -> Mapping[tuple[str, str, str], Declaration]:
        return _by_wire(self.old)


def _parts_of(api: PublicApi) -> _Parts:
    parts: defaultdict[tuple[bool, str, str], list[Declaration]] = defaultdict(list)
    for declaration in api.declarations.values():
        if declaration.name and declaration.kind != "result":
            parts[declaration.key[:3]].append(declaration)
    return parts


def _type_names(old: PublicApi, names: _Names) -> _Names:
    """Return the new names of classes as types name them, without their modules."""
    types: dict[str, str] = {}
    for name, other in names.items():
        last = name.rpartition(".")[2]
        if "." not in name or last not in old.symbols:
            types[last] = other.rpartition(".")[2]
    return types


def inherited(api: PublicApi, symbols: Symbols, key: Key) -> Declaration | None:
    """Return the declaration that a class has from a public base, as if it were its own."""
    is_call, owner, overload, name = key
    class_, _, method_name = owner.rpartition(".")
    is_constructor = owner in api.symbols
    if is_call and not is_constructor:
        if class_ not in api.symbols:
            return None
    else:
        class_ = owner
    _, *bases = bases_of(class_.rpartition(".")[2], symbols)
    for base in bases:
        symbol = symbols.get(base)
        if symbol is None:
            continue
        base_owner = symbol.owner
        if is_call and not is_constructor:
            base_owner = f"{symbol.owner}.{method_name}"
        declaration = api.declarations.get((is_call, base_owner, overload, name))
        if declaration is not None and (name or is_call):
            return replace(declaration, owner=owner)
    return None


def _by_wire(api: PublicApi) -> Mapping[tuple[str, str, str], Declaration]:
    """Return the members and parameters of an API by owner, overload and name on the wire."""
    return {
        (declaration.owner, declaration.overload, declaration.wire): declaration
        for declaration in api.declarations.values()
        if _has_wire(declaration)
    }


def _has_wire(declaration: Declaration) -> bool:
    """Return whether a declaration is known by its name on the wire, not by name or position."""
    is_member = declaration.kind in ("field", "parameter")
    return is_member and bool(declaration.wire) and not declaration.wire.startswith("path:")
