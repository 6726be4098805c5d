"""The values of one type that another type accepts, as a type checker tells it."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from .annotation import MAXIMA, MINIMA
from .api import Alternative, Declaration, PublicApi, TypeExpression

Symbols: TypeAlias = Mapping[str, Declaration]
"""Classes and aliases by the name that types have for them."""
_Types: TypeAlias = tuple[TypeExpression, TypeExpression, bool]
"""A wide and a narrow type, and true if values are read."""
_BASES: Mapping[str, tuple[str, ...]] = {
    "int": ("float",),
    "float": ("complex",),
    "list": ("MutableSequence",),
    "MutableSequence": ("Sequence",),
    "tuple": ("Sequence",),
    "deque": ("MutableSequence",),
    "Sequence": ("Collection", "Reversible"),
    "dict": ("MutableMapping",),
    "defaultdict": ("dict",),
    "OrderedDict": ("dict",),
    "MutableMapping": ("Mapping",),
    "Mapping": ("Collection",),
    "set": ("AbstractSet",),
    "frozenset": ("AbstractSet",),
    "AbstractSet": ("Collection",),
    "Collection": ("Iterable", "Container", "Sized"),
    "Reversible": ("Iterable",),
    "Iterator": ("Iterable",),
    "Generator": ("Iterator",),
    "AsyncIterator": ("AsyncIterable",),
    "AsyncGenerator": ("AsyncIterator",),
    "Path": ("PurePath", "PathLike"),
    "PurePath": ("PathLike",),
    "StrEnum": ("str", "Enum"),
    "IntEnum": ("int", "Enum"),
}
"""Classes and protocols of the standard library that accept the values of another one.

A ``bool`` isn't an ``int`` here, nor a ``datetime`` a ``date``: in JSON, and where they are
compared, they are something else.
"""
_MUTABLE = ("list", "dict", "set", "MutableSequence", "MutableMapping", "deque", "defaultdict")
"""Generic classes that accept no values of one with narrower arguments (PEP 484, variance)."""
_KEYED = ("Mapping", "MutableMapping", "dict", "defaultdict", "OrderedDict")
"""Generic classes whose first argument isn't that of the collections among their bases alone."""

_ANY = ("Any", "object")
"""Types that accept every value."""
_MOST_BASES = 100
"""Bases of a class that are looked at, so that a long chain costs no more for each class."""


def symbols_of(api: PublicApi) -> Symbols:
    """Return the classes and aliases of an API by their names in types, those of models first."""
    symbols: dict[str, Declaration] = {**api.source.private}
    for name, declaration in api.symbols.items():
        if "." in name:
            symbols[name.rpartition(".")[2]] = declaration
    symbols.update({name: symbol for name, symbol in api.symbols.items() if "." not in name})
    return symbols


def bases_of(name: str, symbols: Symbols) -> Iterator[str]:
    """Yield the names of a class and of all that it is derived from."""
    todo, seen = [name], {name}
    while todo and len(seen) < _MOST_BASES:
        class_ = todo.pop()
        yield class_
        for base in _direct_bases(class_, symbols):
            if base not in seen:
                seen.add(base)
                todo.append(base)


def _direct_bases(name: str, symbols: Symbols) -> Iterable[str]:
    symbol = symbols.get(name)
    if symbol is not None:
        is_class = symbol.kind == "class"
        return [option.name for option in symbol.type.alternatives] if is_class else ()
    standard = getattr(builtins, name, None)
    if isinstance(standard, type) and issubclass(standard, BaseException):
        return [base.__name__ for base in standard.__bases__]
    return _BASES.get(name, ())


class Acceptance:
    """The relation of the types of two APIs; the old ones have their new names."""

    def __init__(self, old: Symbols, new: Symbols, *, is_strict: bool) -> None:
        """Compare types that name ``old`` and ``new`` symbols.

        With ``is_strict`` a list that is sent has items of the very type, unless the new type is a
        ``Sequence``. An API of an IR doesn't tell these apart.
        """
        self._old = old
        self._new = new
        self._is_strict = is_strict
        self._accepted: dict[_Types, None] = {}
        self._refused: set[_Types] = set()

    def accepts(self, wide: TypeExpression, narrow: TypeExpression, *, read: bool) -> bool:
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
        accepted = all(self._has(wide, option, read=read) for option in narrow.alternatives)
        if not accepted:
            while len(self._accepted) > before:
                self._accepted.popitem()
            self._refused.add(pair)
        return accepted

    def _has(self, wide: TypeExpression, option: Alternative, *, read: bool) -> bool:
        """Return whether the values of an alternative are values of ``wide``."""
        wides, narrows = (self._old, self._new) if read else (self._new, self._old)
        bases = {*bases_of(option.name, narrows), *_ANY}
        related = [other for other in wide.alternatives if other.name in bases]
        if any(self._fits(other, option, read=read) for other in related):
            return True
        inner = _target(narrows, option.name)
        if inner is not None and self.accepts(wide, inner, read=read):
            return True
        alone = TypeExpression(frozenset({option}))
        outer = [_target(wides, other.name) for other in wide.alternatives]
        return any(type_ is not None and self.accepts(type_, alone, read=read) for type_ in outer)

    def _fits(self, wide: Alternative, narrow: Alternative, *, read: bool) -> bool:
        """Return whether ``wide``, which has the name of ``narrow`` or of a base, accepts it."""
        if wide.name in _ANY and not wide.literal:
            return True
        if wide.name != narrow.name:
            if wide.literal:
                return False
        elif wide.literal not in ("", narrow.literal):
            return False
        if not read:
            bounds = dict(narrow.constraints)
            if any(_tightens(key, text, bounds.get(key)) for key, text in wide.constraints):
                return False
        return self._has_arguments(wide, narrow, read=read)

    def _has_arguments(self, wide: Alternative, narrow: Alternative, *, read: bool) -> bool:
        arguments = narrow.arguments
        if wide.name == narrow.name:
            if len(wide.arguments) != len(arguments):
                return not wide.arguments or not arguments  # of a generic class without them: any
        elif not wide.arguments or narrow.name in self._old or narrow.name in self._new:
            return True
        elif len(wide.arguments) == 1 and narrow.name in _KEYED:
            arguments = arguments[:1]
        is_exact = self._is_strict and wide.name in _MUTABLE and not read
        for expected, other in zip(wide.arguments, arguments, strict=False):
            if not self.accepts(expected, other, read=read):
                return False
            if is_exact and not self.accepts(other, expected, read=not read):
                return False
        return True


def _target(symbols: Symbols, name: str) -> TypeExpression | None:
    """Return the type that an alias names; None for another name."""
    symbol = symbols.get(name)
    return symbol.type if symbol is not None and symbol.kind == "alias" else None


def _tightens(keyword: str, new: str, old: str | None) -> bool:
    """Return whether a bound excludes a value that the old one, if there was any, allowed."""
    try:
        rises = float(new) > float(old or "")
    except ValueError:
        return new != old
    return new != old and keyword not in (MAXIMA if rises else MINIMA)
