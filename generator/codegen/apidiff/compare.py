"""The differences between two public APIs, and which of them break code.

What requests hold must take at least what it took; what responses hold must give no more than the
caller was told of. A model that neither holds is the caller's to use in any way.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from ...base.immutable import immutable
from ...base.recursion import deeply_recursive
from .acceptance import Acceptance, bases_of, symbols_of
from .api import NONE, Declaration, Key, PublicApi
from .pairing import Pairing, inherited
from .renames import renames
from .signatures import ANY_KEYWORD, POSITIONAL

_Names = Mapping[str, str]
"""Old names to new ones."""
_NO_BASES = {"Generic", "Protocol", "object"}
"""Bases that no caller uses a class as."""


@immutable
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


class _Comparison:
    def __init__(
        self, old: PublicApi, new: PublicApi, names: _Names, methods: _Names | None
    ) -> None:
        self.old = old
        self.new = new
        self.names = names
        self.pairing = Pairing(old, new, names, methods)
        self.types = self.pairing.types
        self.olds = {
            self.types.get(name, name): one.with_names(self.types)
            for name, one in symbols_of(old).items()
        }
        self.news = symbols_of(new)
        is_strict = bool(old.source.places and new.source.places)
        self.acceptance = Acceptance(self.olds, self.news, is_strict=is_strict)
        self._values = Acceptance(self.olds, self.news, is_strict=False)
        self.sent, self.received = (
            {names.get(name, name) for name in old.reached(kind)} | new.reached(kind)
            for kind in ("parameter", "result")
        )

    def changes(self) -> Iterator[ApiChange]:
        """Return every difference; of what is gone or new as a whole no part."""
        new = self.new.declarations
        pairs = [(self.pairing.key(d), d) for d in self.old.declarations.values()]
        keys = {key for key, _ in pairs}
        parts = {(d.owner, key) for key, d in pairs}
        owners: dict[tuple[bool, str, str], dict[str, None]] = {}
        for key, one in pairs:  # two classes may have become one
            owners.setdefault(key[:3], {})[one.owner] = None
        for key, one in pairs:
            other = new.get(key) or inherited(self.new, self.news, key)
            if other is None and _is_part(key, keys, new):
                continue
            now = one.with_names(self.types)
            if other is None or (_differs(now, other) and not self._has_equal_bases(now, other)):
                breaks = self._breaks(now, other)
                direction = self._direction(one, other) if other else ""
                yield ApiChange(one, other, breaks, one.owner, self._names(one, other), direction)
        for key, one in new.items():
            without = [o for o in owners.get(key[:3], (one.owner,)) if (o, key) not in parts]
            if not without or _is_part(key, new, keys):
                continue
            if inherited(self.old, self.olds, key) is not None:
                continue
            breaks, names = self._breaks(None, one), self._names(one, None)
            yield from (ApiChange(None, one, breaks, owner, names) for owner in without)

    def _has_equal_bases(self, old: Declaration, new: Declaration) -> bool:
        """Return whether a class of one name is derived from the same classes, if not directly."""
        if not old.kind == new.kind == "class" or old.owner != new.owner or old.flags != new.flags:
            return False
        name = old.owner.rpartition(".")[2]
        return {*bases_of(name, self.olds)} == {*bases_of(name, self.news)}

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
        symbol, use = self.new.symbols.get(name), (name in self.sent, name in self.received)
        is_other = symbol and symbol.kind == "class" and "Model" not in symbol.type.names
        return (True, True) if is_other or not any(use) else use

    def _breaks(self, old: Declaration | None, new: Declaration | None) -> bool:
        if new is None:
            return old is None or not self._is_in_rest(old)
        sent, received = self._use(new.owner)
        if old is None:
            is_argument = new.kind == "parameter" or ("init" in new.flags and sent)
            return is_argument and not new.default
        match new.kind:
            case "class" if old.kind == "class":
                bases = {option.name for option in old.type.alternatives} - _NO_BASES
                name = new.owner.rpartition(".")[2]
                is_closed = sent and not old.flags <= new.flags
                is_base_kept = bases <= {*bases_of(name, self.news)}
                return old.owner != new.owner or not is_base_kept or is_closed
            case "alias" if old.kind == "alias":
                return old.owner != new.owner or not self._fits(old, new, sent, received)
            case "field":
                return self._field_breaks(old, new, sent, received)
            case "parameter":
                return self._parameter_breaks(old, new)
            case "result":
                return old.type != NONE and not self._fits(old, new, False, True)
            case _:
                return True

    def _is_in_rest(self, old: Declaration) -> bool:
        """Return whether ``**kwargs`` of the new method take a parameter."""
        if old.kind != "parameter":
            return False
        if POSITIONAL in old.flags or old.position is not None:
            return False
        key = (*self.pairing.key(old)[:3], ANY_KEYWORD)
        rest = self.new.declarations.get(key)
        return rest is not None and self.acceptance.accepts(rest.type, old.type, read=False)

    def _parameter_breaks(self, old: Declaration, new: Declaration) -> bool:
        is_moved = old.position is not None and old.position != new.position
        is_needed = bool(old.default and not new.default)
        is_other_name = old.name != new.name and POSITIONAL not in old.flags
        is_unnamed = not old.flags >= new.flags & {POSITIONAL}
        if is_moved or is_needed or is_other_name or is_unnamed:
            return True
        return not self._fits(old, new, True, False)

    def _field_breaks(self, old: Declaration, new: Declaration, sent: bool, received: bool) -> bool:
        is_moved = old.position is not None and old.position != new.position
        if old.name != new.name or (is_moved and new.position is not None):
            return True
        if "init" not in old.flags | new.flags:  # an attribute, which callers read
            sent, received = False, True
        come, gone = new.flags - old.flags, old.flags - new.flags
        names = [option.name for option in old.type.without_none]
        classes = [name for name in names if name in self.olds and self.olds[name].kind == "class"]
        # One class became several: code that reads what it sends knew which.
        is_split = len(new.type.without_none) > len(names) == len(classes) == 1
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
        return self._values.accepts(wide.type, narrow.type.renamed(self.types), read=False)

    def _fits(self, old: Declaration, new: Declaration, sent: bool, received: bool) -> bool:
        """Return whether code that was written for the old type can use the new one."""
        accepts = self.acceptance.accepts
        if sent and not accepts(new.type, old.type, read=False):
            return False
        return not received or accepts(old.type, new.type, read=True)


def _differs(old: Declaration, new: Declaration) -> bool:
    if old == new:  # most are
        return False
    if old.kind == new.kind == "method":
        return old.owner != new.owner
    owner = old.owner if old.name else new.owner
    default = old.default if _is_same_default(old.default, new.default) else new.default
    now = replace(new, owner=owner, wire=old.wire, default=default)
    if POSITIONAL in old.flags:
        now = replace(now, name=old.name, flags=old.flags)
    elif old.kind == "field" and "init" not in old.flags | new.flags:
        now = replace(now, default=old.default)
    return now != old


def _is_same_default(old: str, new: str) -> bool:
    """Return whether defaults are the same; two are if one is an expression that isn't a value."""
    if not old or not new:
        return old == new
    return old == new or not (_is_literal(old) and _is_literal(new))


def _is_literal(text: str) -> bool:
    try:
        return ast.literal_eval(text) is not ...
    except (ValueError, SyntaxError):
        return False


def _is_part(key: Key, sides: Container[Key], other: Container[Key]) -> bool:
    """Return whether a declaration is in a class or method that ``other`` lacks as a whole."""
    is_call, owner, overload, _ = key
    classes = [(False, name, "", "") for name in (owner, owner.rpartition(".")[0])]
    return any(
        class_key in sides and class_key not in other and class_key != key
        for class_key in (*classes, (is_call, owner, overload, ""))
    )
