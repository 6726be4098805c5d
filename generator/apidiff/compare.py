"""The differences between two public APIs, and which of them break code.

What requests hold must take at least what it took; what responses hold must give no more than the
caller was told of. A model that neither holds is the caller's to use in any way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .annotation import MAXIMA, MINIMA
from .api import (
    DATACLASS,
    ENUM,
    MODEL,
    NONE,
    Alternative,
    ApiAlias,
    ApiClass,
    ApiField,
    ApiMember,
    ApiMethod,
    ApiParameter,
    ApiResult,
    PublicApi,
    Symbol,
    TypeExpression,
)  # fmt: skip

Declaration = ApiClass | ApiAlias | ApiField | ApiMember | ApiMethod | ApiParameter | ApiResult


@dataclass(frozen=True, slots=True)
class ApiChange:
    """One difference between two public APIs."""

    owner: str
    """The old name of the class or method that it is in, or of what it is itself."""
    old: Declaration | None
    new: Declaration | None
    breaks: bool
    """Whether code that type-checked and ran against the old one may stop doing so."""

    @property
    def declaration(self) -> Declaration:
        """The old declaration, or else the new one."""
        declared = self.old or self.new
        assert declared is not None
        return declared

    @property
    def action(self) -> str:
        """``added``, ``removed``, ``renamed`` or ``changed``."""
        if self.old is None or self.new is None:
            return "removed" if self.old else "added"
        return "changed" if self.old.name == self.new.name else "renamed"

    @property
    def kind(self) -> str:
        """``class``, ``alias``, ``field``, ``member``, ``method``, ``parameter`` or ``result``."""
        return type(self.declaration).__name__.removeprefix("Api").lower()

    @property
    def name(self) -> str:
        """What changed: ``Pet``, ``Pet.age``, ``Kind.CAT``; of a parameter its method."""
        one = self.declaration
        return f"{self.owner}.{one.name}" if isinstance(one, ApiField | ApiMember) else self.owner

    @property
    def names(self) -> frozenset[str]:
        """Every name in the types of both declarations; none of a method that is renamed."""
        if isinstance(self.old, ApiMethod) and self.new:
            return frozenset()
        return frozenset[str]().union(*map(_names, filter(None, (self.old, self.new))))


def _names(one: Declaration) -> frozenset[str]:
    match one:
        case ApiMethod(_, parameters, result):
            return result.type.names.union(*(p.type.names for p in parameters))
        case ApiMember():
            return frozenset()
        case ApiClass() | ApiAlias():
            return one.names
        case _:
            return one.type.names


def compare(
    old: PublicApi,
    new: PublicApi,
    *,
    renamed: Iterable[tuple[str, str]] = (),
    methods: Mapping[str, str] | None = None,
) -> tuple[ApiChange, ...]:
    """Return every difference, those that break code first, then by name.

    ``renamed`` has old and new names of classes that are known to be the same. ``methods`` gives
    the new name of each method that both have; without, a method keeps its name.
    """
    found = _Comparison(old, new, renames(old, new, renamed)).changes(methods)
    return tuple(sorted(found, key=lambda one: (not one.breaks, one.owner, one.declaration.name)))


def renames(
    old: PublicApi, new: PublicApi, known: Iterable[tuple[str, str]] = ()
) -> dict[str, str]:
    """Return the new names of the classes that have another name.

    Beside the ``known`` ones, a class that is gone is the new one with the same fields or members,
    where no other looks like either.
    """
    found: dict[str, str] = {}
    for name, other in known:
        if name in old.symbols and other in new.symbols and name not in new.symbols:
            found.setdefault(name, other)
    gone = _by_shape(old, {*new.symbols, *found})
    come = _by_shape(new, {*old.symbols, *found.values()})
    for shape, names in gone.items():
        if len(names) == len(come.get(shape, ())) == 1:
            found[names[0]] = come[shape][0]
    return found


def _by_shape(api: PublicApi, without: set[str]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    for name, one in api.symbols.items():
        if isinstance(one, ApiClass) and one.kind in (MODEL, ENUM) and name not in without:
            shape = frozenset((one.kind, *(f.name for f in one.fields), *one.members))
            if len(shape) > 1:
                found.setdefault(shape, []).append(name)
    return found


class _Comparison:
    def __init__(self, old: PublicApi, new: PublicApi, names: dict[str, str]) -> None:
        self.old = old
        self.new = new
        self.names = names
        """Old names to new ones, of classes and, in types, of the aliases of enumerations."""
        for name, one in old.by_type_name().items():
            other = new.symbols.get(names.get(one.name, ""))
            if name != one.name and isinstance(other, ApiClass) and other.open_name:
                names[name] = other.open_name
        self.olds = {names.get(name, name): one for name, one in old.by_type_name().items()}
        self.news = new.by_type_name()
        self.sent = {names.get(name, name) for name in old.sent()} | new.sent()
        self.received = {names.get(name, name) for name in old.received()} | new.received()

    def changes(self, methods: Mapping[str, str] | None) -> Iterator[ApiChange]:
        """Return every difference."""
        old, new = self.old, self.new
        come = new.symbols.keys() - old.symbols.keys() - set(self.names.values())
        gone = old.symbols.keys() - new.symbols.keys() - self.names.keys()
        for name, symbol in old.symbols.items():
            yield from self._symbol(symbol, new.symbols.get(self.names.get(name, name)))
        for name in come:
            yield ApiChange(name, None, new.symbols[name], breaks=False)
        pairs = {name: name for name in old.methods if name in new.methods}
        if methods is not None:
            pairs = {n: n for n in pairs if n not in old.requests} | dict(methods)
        for name, signatures in old.methods.items():
            if pairs.get(name) in new.methods:
                yield from self._method(signatures, new.methods[pairs[name]])
            elif not _is_of(name, gone):
                yield from (ApiChange(name, one, None, breaks=True) for one in signatures)
        for name in new.methods.keys() - set(pairs.values()):
            if not _is_of(name, come):
                yield from (ApiChange(name, None, m, breaks=False) for m in new.methods[name])

    # ── classes and aliases ──────────────────────────────────────────────────────────────────

    def _symbol(self, old: Symbol, new: Symbol | None) -> Iterator[ApiChange]:
        if new is None or new.name != old.name:
            yield ApiChange(old.name, old, new, breaks=True)
        sent, received = ((new or old).name in names for names in (self.sent, self.received))
        if not (sent or received) or (isinstance(old, ApiClass) and old.kind != MODEL):
            sent = received = True
        match old, new:
            case _, None:
                pass
            case ApiClass(), ApiClass() if old.kind == new.kind:
                yield from self._class(old, new, sent, received)
            case ApiAlias(type=before), ApiAlias(type=after):
                if before.renamed(self.names) != after:
                    breaks = not self._fits(before, after, sent, received)
                    yield ApiChange(old.name, old, new, breaks)
            case _:
                yield ApiChange(old.name, old, new, breaks=True)

    def _class(
        self, old: ApiClass, new: ApiClass, sent: bool, received: bool
    ) -> Iterator[ApiChange]:
        if (old.bases, old.extras) != (new.bases, new.extras):
            breaks = not set(old.bases) <= set(new.bases)
            breaks = breaks or (sent and old.extras and not new.extras)
            yield ApiChange(old.name, old, replace(new, name=old.name), breaks)
        members = {one.name: one for one in new.members}
        for member in old.members:
            if member != (other := members.pop(member.name, None)):
                yield ApiChange(old.name, member, other, breaks=True)
        for member in members.values():
            yield ApiChange(old.name, None, member, breaks=False)
        fields = {one.wire: one for one in new.fields}
        for one in old.fields:
            after = fields.pop(one.wire, None)
            if replace(one, type=one.type.renamed(self.names)) != after:
                breaks = after is None or self._field_breaks(one, after, sent, received)
                yield ApiChange(old.name, one, after, breaks)
        for one in fields.values():
            breaks = one.required and sent and new.kind in (MODEL, DATACLASS)
            yield ApiChange(old.name, None, one, breaks)

    def _field_breaks(self, old: ApiField, new: ApiField, sent: bool, received: bool) -> bool:
        if sent and (
            (new.required and not old.required)
            or (old.nullable and not new.nullable)
            or (new.read_only and not old.read_only)
            or self._is_split(old.type, new.type)
        ):
            return True
        is_withheld = received and new.write_only and not old.write_only
        return (
            is_withheld or old.name != new.name
            or not self._fits(old.type, new.type, sent, received)
        )  # fmt: skip

    def _is_split(self, old: TypeExpression, new: TypeExpression) -> bool:
        """Return whether one class became several: code that reads what it sends knew which."""
        names = {self.names.get(one.name, one.name) for one in old.without_none}
        return len(names) == 1 and names <= self.olds.keys() and len(new.without_none) > 1

    # ── methods ──────────────────────────────────────────────────────────────────────────────

    def _method(self, old: Sequence[ApiMethod], new: Sequence[ApiMethod]) -> Iterator[ApiChange]:
        """Compare the first signatures part by part, and each further one as a whole."""
        name = old[0].name
        if name != new[0].name:
            yield ApiChange(name, old[0], new[0], breaks=True)
        left = dict(enumerate(new))
        for index, one in enumerate(old):
            ways = [tuple(self._signature(one, other)) for other in new]
            breaks = [any(change.breaks for change in way) for way in ways]
            best = min(range(len(new)), key=lambda i: (breaks[i], bool(ways[i])))
            left.pop(best, None)
            if index == 0:
                yield from ways[best]
            elif breaks[best]:
                yield ApiChange(name, one, None, breaks=True)
        yield from (ApiChange(name, None, one, breaks=False) for one in left.values())

    def _signature(self, old: ApiMethod, new: ApiMethod) -> Iterator[ApiChange]:
        pairs = _paired(old.parameters, new.parameters)
        for one in old.parameters:
            other = pairs.get(one.name)
            if other is None or self._as_now(one, other) != other:
                yield ApiChange(old.name, one, other, self._parameter_breaks(one, other))
        for one in new.parameters:
            if one not in pairs.values():
                yield ApiChange(old.name, None, one, breaks=not one.default)
        if old.result.type.renamed(self.names) != new.result.type:
            before = old.result.type
            breaks = before != NONE and not self._fits(before, new.result.type, False, True)
            yield ApiChange(old.name, old.result, new.result, breaks)

    def _as_now(self, old: ApiParameter, new: ApiParameter) -> ApiParameter:
        return replace(old, type=old.type.renamed(self.names), wire=new.wire)

    def _parameter_breaks(self, old: ApiParameter, new: ApiParameter | None) -> bool:
        return (
            new is None or old.name != new.name
            or (old.position is not None and old.position != new.position)
            or bool(old.default and not new.default)
            or not self._fits(old.type, new.type, True, False)
        )  # fmt: skip

    # ── types ────────────────────────────────────────────────────────────────────────────────

    def _fits(self, old: TypeExpression, new: TypeExpression, sent: bool, received: bool) -> bool:
        """Return whether code that was written for the old type can use the new one."""
        old = old.renamed(self.names)
        takes = not sent or self._accepts(new, old, read=False)
        return takes and (not received or self._accepts(old, new, read=True))

    def _accepts(
        self,
        wide: TypeExpression,
        narrow: TypeExpression,
        *,
        read: bool,
        seen: frozenset[object] = frozenset(),
    ) -> bool:
        """Return whether every value of ``narrow`` is one of ``wide``, to a type checker.

        The old type is the wide one where values are read, else the new one: then its constraints
        mustn't be tighter either.
        """
        if (wide, narrow) in seen:
            return True
        wides, narrows = (self.olds, self.news) if read else (self.news, self.olds)

        def accepts(one: TypeExpression, other: TypeExpression) -> bool:
            return self._accepts(one, other, read=read, seen=seen | {(wide, narrow)})

        def fits(one: Alternative, other: Alternative) -> bool:
            if one.name == other.name:
                return (
                    one.literal in ("", other.literal)
                    and (read or not _is_tighter(one.constraints, other.constraints))
                    and len(one.arguments) == len(other.arguments)
                    and all(map(accepts, one.arguments, other.arguments))
                )
            symbol = narrows.get(other.name)
            is_member = read and isinstance(symbol, ApiClass) and symbol.values == one.name
            is_wider = one.name == "Any" or (one.name, other.name) == ("float", "int")
            return is_wider or (is_member and not one.literal)

        def target(known: Mapping[str, Symbol], one: Alternative) -> TypeExpression | None:
            alias = known.get(one.name)
            return alias.type.renamed(self.names) if isinstance(alias, ApiAlias) else None

        for one in narrow.alternatives:
            if any(fits(other, one) for other in wide.alternatives):
                continue
            alone = TypeExpression(frozenset({one}))
            inner = target(narrows, one)
            outer = filter(None, (target(wides, other) for other in wide.alternatives))
            if not (inner and accepts(wide, inner)) and not any(accepts(o, alone) for o in outer):
                return False
        return True


def _is_of(name: str, classes: set[str]) -> bool:
    """Return whether a method is a constructor or a method of one of these classes."""
    return name in classes or name.rpartition(".")[0] in classes


def _paired(old: Sequence[ApiParameter], new: Sequence[ApiParameter]) -> dict[str, ApiParameter]:
    """Return the new parameter for the name of each old one that is still there.

    It is told by its place in the request, then by its name, then by its position.
    """
    found: dict[str, ApiParameter] = {}
    for before, after in (
        ({p.same_wire: p for p in old}, {p.same_wire: p for p in new if p.wire}),
        ({p.name: p for p in old}, {p.name: p for p in new}),
    ):
        for key, one in before.items():
            if one.name not in found and key in after and after[key] not in found.values():
                found[one.name] = after[key]
    rest = [one for one in old if one.position is not None and one.name not in found]
    left = [one for one in new if one.position is not None and one not in found.values()]
    return found | {one.name: other for one, other in zip(rest, left, strict=False)}


def _is_tighter(new: Sequence[tuple[str, str]], old: Sequence[tuple[str, str]]) -> bool:
    """Return whether a value within the old constraints may be outside of the new ones."""
    before = dict(old)
    return any(
        value != before.get(keyword) and not _is_looser(keyword, value, before.get(keyword, ""))
        for keyword, value in new
    )


def _is_looser(keyword: str, new: str, old: str) -> bool:
    try:
        rises = float(new) > float(old)
    except ValueError:
        return False
    return keyword in (MAXIMA if rises else MINIMA)
