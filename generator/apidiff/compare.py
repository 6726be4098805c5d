"""The differences between two public APIs, and which of them break code.

What requests hold must take at least what it took; what responses hold must give no more than the
caller was told of. A model that neither holds is the caller's to use in any way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from ..recursion import deeply_recursive
from .annotation import MAXIMA, MINIMA
from .api import NONE, VALUES, Alternative, Declaration, Key, PublicApi, TypeExpression
from .renames import renames

_Names = Mapping[str, str]
"""Old names to new ones."""


@dataclass(frozen=True, slots=True)
class ApiChange:
    """One difference between two public APIs."""

    old: Declaration | None
    new: Declaration | None
    breaks: bool
    """Whether code that type-checked and ran against the old one may stop doing so."""
    owner: str
    """The class or method that it is in, or that it is, by its old name."""
    names: frozenset[str]
    """Every class in the types of both declarations."""
    direction: str = ""
    """``narrowed`` or ``widened`` if one allows some of the values of the other; else empty."""

    @property
    def declaration(self) -> Declaration:
        """The old declaration, or else the new one."""
        declared = self.old or self.new
        assert declared is not None
        return declared

    @property
    def name(self) -> str:
        """``Pet``, ``Pet.age``, ``Kind.CAT``; of a parameter and a result the method."""
        one = self.declaration
        return f"{self.owner}.{one.name}" if one.kind in ("field", "member") else self.owner

    @property
    def action(self) -> str:
        """``added``, ``removed``, ``renamed`` or ``changed``."""
        if self.old is None or self.new is None:
            return "removed" if self.old else "added"
        names = {side.name or side.owner for side in (self.old, self.new)}
        return "changed" if len(names) == 1 else "renamed"

    @property
    def term(self) -> str:
        """The action; for one that only has another set of values ``narrowed`` or ``widened``."""
        return self.direction or self.action


@deeply_recursive
def compare(
    old: PublicApi,
    new: PublicApi,
    *,
    renamed: Iterable[tuple[str, str]] = (),
    methods: _Names | None = None,
) -> tuple[ApiChange, ...]:
    """Return every difference once, whatever overloads have it; what breaks code first, by name.

    ``renamed`` has old and new names of classes that are known to be the same. ``methods`` gives
    the new name of each method that makes a request in both; without, a method keeps its name.
    """
    changes = _Comparison(old, new, renames(old, new, renamed), methods).changes()
    unique = {(change.name, str(change.old), str(change.new)): change for change in changes}

    def order(change: ApiChange) -> tuple[bool, str, str, str]:
        return not change.breaks, change.owner, change.declaration.overload, change.declaration.name

    return tuple(sorted(unique.values(), key=order))


_Types: TypeAlias = tuple[TypeExpression, TypeExpression, bool]
"""A wide and a narrow type, and true if values are read."""


class _Comparison:
    def __init__(
        self, old: PublicApi, new: PublicApi, names: _Names, methods: _Names | None
    ) -> None:
        self.old = old
        self.new = new
        self.names = names
        self.methods = methods
        self._accepted: dict[_Types, None] = {}
        self._refused: set[_Types] = set()
        self.olds = {names.get(name, name): symbol for name, symbol in old.symbols.items()}
        self.news = new.symbols
        self.sent, self.received = (
            {names.get(name, name) for name in old.reached(kind)} | new.reached(kind)
            for kind in ("parameter", "result")
        )

    def changes(self) -> Iterator[ApiChange]:
        """Return every difference; of what is gone or new as a whole no part."""
        new = self.new.declarations
        pairs = [(self._key(d), d) for d in self.old.declarations.values()]
        keys = {key for key, _ in pairs}
        parts = {(d.owner, key) for key, d in pairs}
        owners: dict[tuple[bool, str, str], dict[str, None]] = {}
        for key, one in pairs:  # two classes may have become one
            owners.setdefault(key[:3], {})[one.owner] = None
        for key, one in pairs:
            other = new.get(key)
            if other is None and _is_part(key, keys, new):
                continue
            now = replace(one, type=one.type.renamed(self.names))
            if other is None or _differs(now, other):
                breaks = self._breaks(now, other)
                direction = self._direction(one, other) if other else ""
                yield ApiChange(one, other, breaks, one.owner, self._names(one, other), direction)
        for key, one in new.items():
            without = [o for o in owners.get(key[:3], (one.owner,)) if (o, key) not in parts]
            if without and not _is_part(key, new, keys):
                breaks, names = self._breaks(None, one), self._names(one, None)
                yield from (ApiChange(None, one, breaks, owner, names) for owner in without)

    def _key(self, declaration: Declaration) -> Key:
        """Return the key that a declaration has in the new API, if it is there."""
        is_call, owner, overload, name = declaration.key
        if not is_call:
            owner = self.names.get(owner, owner)
        elif self.methods is not None and (owner in self.old.requests or owner in self.methods):
            owner = self.methods.get(owner, f"{owner} is gone")
        key = is_call, owner, overload, name
        if not _has_wire(declaration):
            return key
        same = self._new_wires.get((owner, overload, declaration.wire))
        if same is not None:
            return same.key
        other = self.new.declarations.get(key)
        if other is not None and (declaration.owner, overload, other.wire) in self._old_wires:
            name = f"{name} is gone"  # the name is now that of another member
        return is_call, owner, overload, name

    @cached_property
    def _new_wires(self) -> Mapping[tuple[str, str, str], Declaration]:
        return _by_wire(self.new)

    @cached_property
    def _old_wires(self) -> Mapping[tuple[str, str, str], Declaration]:
        return _by_wire(self.old)

    def _names(self, old: Declaration, new: Declaration | None) -> frozenset[str]:
        if old.kind == "method" and new is not None:
            return frozenset()
        symbols = {old, new or old}
        if old.kind == "class":
            symbols |= {*self._parts[old.owner]}
        return frozenset(name for symbol in symbols for name in symbol.type.names)

    @cached_property
    def _parts(self) -> Mapping[str, Sequence[Declaration]]:
        """The declarations of the old API by their owner."""
        declarations: defaultdict[str, list[Declaration]] = defaultdict(list)
        for declaration in self.old.declarations.values():
            declarations[declaration.owner].append(declaration)
        return declarations

    def _use(self, name: str) -> tuple[bool, bool]:
        """Return whether a class of the new API is sent, and whether it is received."""
        symbol, use = self.news.get(name), (name in self.sent, name in self.received)
        is_other = symbol and symbol.kind == "class" and "Model" not in symbol.type.names
        return (True, True) if is_other or not any(use) else use

    def _breaks(self, old: Declaration | None, new: Declaration | None) -> bool:
        if new is None:
            return True
        sent, received = self._use(new.owner)
        if old is None:
            is_argument = new.kind == "parameter" or ("init" in new.flags and sent)
            return is_argument and not new.default
        match new.kind:
            case "class" if old.kind == "class":
                is_base_kept = old.type.names <= new.type.names
                is_closed = sent and not old.flags <= new.flags
                return old.owner != new.owner or not is_base_kept or is_closed
            case "alias" if old.kind == "alias":
                return old.owner != new.owner or not self._fits(old, new, sent, received)
            case "field":
                return self._field_breaks(old, new, sent, received)
            case "parameter":
                is_moved = old.position is not None and old.position != new.position
                is_needed = bool(old.default and not new.default)
                is_named = old.name == new.name and not is_moved and not is_needed
                return not is_named or not self._fits(old, new, True, False)
            case "result":
                return old.type != NONE and not self._fits(old, new, False, True)
            case _:
                return True

    def _field_breaks(self, old: Declaration, new: Declaration, sent: bool, received: bool) -> bool:
        if old.name != new.name:
            return True
        come, gone = new.flags - old.flags, old.flags - new.flags
        names = {option.name for option in old.type.without_none}
        # One class became several: code that reads what it sends knew which.
        is_split = names <= self.olds.keys() and len(new.type.without_none) > len(names) == 1
        is_needed = bool(old.default and not new.default)
        if sent and (is_needed or is_split or "nullable" in gone or "read-only" in come):
            return True
        is_withheld = received and "write-only" in come
        return is_withheld or not self._fits(old, new, sent, received)

    @cached_property
    def _back(self) -> _Comparison:
        return _Comparison(self.new, self.old, {new: old for old, new in self.names.items()}, None)

    def _direction(self, old: Declaration, new: Declaration) -> str:
        """Return ``widened`` if the new type has every value of the old one, or ``narrowed``."""
        places = [(side.kind, side.name or side.owner, side.position) for side in (old, new)]
        if places[0] != places[1] or old.kind not in ("alias", "field", "parameter", "result"):
            return ""
        before, after = (
            ({"default"} if side.default else set[str]()) | (side.flags & {"nullable"})
            for side in (old, new)
        )
        widens = before <= after and self._takes(new, old)
        narrows = after <= before and self._back._takes(old, new)
        return "" if widens == narrows else "widened" if widens else "narrowed"

    def _takes(self, wide: Declaration, narrow: Declaration) -> bool:
        return self._accepts(wide.type, narrow.type.renamed(self.names), read=False)

    # ── types ────────────────────────────────────────────────────────────────────────────────

    def _fits(self, old: Declaration, new: Declaration, sent: bool, received: bool) -> bool:
        """Return whether code that was written for the old type can use the new one."""
        takes = not sent or self._accepts(new.type, old.type, read=False)
        return takes and (not received or self._accepts(old.type, new.type, read=True))

    def _accepts(self, wide: TypeExpression, narrow: TypeExpression, *, read: bool) -> bool:
        """Return whether every value of ``narrow`` is one of ``wide``, to a type checker.

        The old type is the wide one where values are read, else the new one: then its constraints
        mustn't be tighter either. A pair that is being compared, or was, isn't compared again; of
        one that is not accepted, those inside it may be.
        """
        pair = wide, narrow, read
        if pair in self._refused or pair in self._accepted:
            return pair in self._accepted
        before = len(self._accepted)
        self._accepted[pair] = None
        accepted = self._includes(wide, narrow, read=read)
        if not accepted:
            while len(self._accepted) > before:
                self._accepted.popitem()
            self._refused.add(pair)
        return accepted

    def _includes(self, wide: TypeExpression, narrow: TypeExpression, *, read: bool) -> bool:
        wides, narrows = (self.olds, self.news) if read else (self.news, self.olds)

        def accepts(one: TypeExpression, other: TypeExpression) -> bool:
            return self._accepts(one, other, read=read)

        def fits(one: Alternative, other: Alternative) -> bool:
            old = dict(other.constraints)
            if one.name == other.name:
                return (
                    one.literal in ("", other.literal)
                    and (read or not any(_tightens(k, v, old.get(k)) for k, v in one.constraints))
                    and len(one.arguments) == len(other.arguments)
                    and all(map(accepts, one.arguments, other.arguments))
                )
            if one.name == "Any" or (one.name, other.name) == ("float", "int"):
                return True
            bases = narrows[other.name].type.names if other.name in narrows else frozenset[str]()
            is_member = one.name in [VALUES.get(base) for base in bases]
            return read and is_member and not one.literal

        def target(classes: Mapping[str, Declaration], name: str) -> TypeExpression | None:
            symbol = classes.get(name)
            return symbol.type.renamed(self.names) if symbol and symbol.kind == "alias" else None

        for option in narrow.alternatives:
            if any(fits(other, option) for other in wide.alternatives):
                continue
            alone = TypeExpression(frozenset({option}))
            inner = target(narrows, option.name)
            outer = filter(None, (target(wides, o.name) for o in wide.alternatives))
            if not (inner and accepts(wide, inner)) and not any(accepts(o, alone) for o in outer):
                return False
        return True


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


def _differs(old: Declaration, new: Declaration) -> bool:
    if old.kind == new.kind == "method":
        return old.owner != new.owner
    owner = old.owner if old.name else new.owner
    return replace(new, owner=owner, wire=old.wire) != old


def _is_part(key: Key, sides: Container[Key], other: Container[Key]) -> bool:
    """Return whether a declaration is in a class or method that ``other`` lacks as a whole."""
    is_call, owner, overload, _ = key
    classes = [(False, name, "", "") for name in (owner, owner.rpartition(".")[0])]
    return any(
        class_key in sides and class_key not in other and class_key != key
        for class_key in (*classes, (is_call, owner, overload, ""))
    )


def _tightens(keyword: str, new: str, old: str | None) -> bool:
    """Return whether a bound excludes a value that the old one, if there was any, allowed."""
    try:
        rises = float(new) > float(old or "")
    except ValueError:
        return new != old
    return new != old and keyword not in (MAXIMA if rises else MINIMA)
