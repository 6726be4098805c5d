"""Changes from differences: each once, with a verdict for each direction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ...base.errors import Place, Problem
from ...base.printable import shortened
from ...reading.document.places import place_of
from ...reading.document.tree import Location
from ..changes.change import WIRE, Change, Signature, Verdict, fingerprint
from ..changes.rules import Rule, rule_of
from ..changes.symbols import ApiSymbol, ClientPart, ComponentSymbol, OperationSymbol
from .differences.differences import Comparison, Difference, LazyText, differing, reached
from .python_api import ClientApi, ClientParts, PythonChange

_CREDENTIALS = ("alternative", "scheme", "requirement")
"""The subjects of rules about the credentials that the client is constructed with."""
_LONGEST_MESSAGE = 240


@dataclass(slots=True, eq=False)
class _Gathered:
    """A difference, with the directions, operations and declarations that it concerns."""

    difference: Difference
    """That in the first direction."""
    rules: dict[Rule, dict[str, None]] = field(default_factory=dict[Rule, dict[str, None]])
    """Its rule in each direction, to the operations that it reaches there."""
    operations: dict[str, None] = field(default_factory=dict[str, None])
    keys: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    """The parts of the client's API that it may show in."""
    symbols: dict[ApiSymbol, None] = field(default_factory=dict[ApiSymbol, None])
    signatures: dict[Signature, None] = field(default_factory=dict[Signature, None])
    names: set[str] = field(default_factory=set[str])
    """The classes in the types that these change."""
    broken: dict[ClientPart, None] = field(default_factory=dict[ClientPart, None])
    """The old declarations that users of them must change."""

    def show(self, change: PythonChange) -> Iterable[str]:
        """Add a change of the client's API; return the classes in it that are new here."""
        if change.part is not None:
            self.broken[change.part] = None
        if change.is_shown:
            self.signatures[change.signature] = None
        come = change.change.names - self.names
        self.names |= come
        return sorted(come)

    def parts(self, client: ClientParts) -> Iterable[ClientPart]:
        """Return the declarations that it shows in; of a class with broken members these alone."""
        removed = self.difference.values.get("removed")
        values = removed.value if isinstance(removed, LazyText) else ()
        values = values if isinstance(values, list) else ()
        keyed = [part for key in sorted(self.keys) for part in client.of_key(key, values)]
        rule = self.difference.rule
        if rule.area == "server" or rule.subject in _CREDENTIALS:
            keyed.append(client.client)
        broken = {name for c in self.broken for name in (c.name, c.name.rpartition(".")[0])}
        keyed = [change for change in keyed if change.name not in broken]
        changes = [*self.broken, *keyed]
        return changes if changes or self.keys else client.of_calls(self.operations)


class Classifier:
    """Collects differences and turns them into changes."""

    def __init__(self, old: ClientApi | None, new: ClientApi | None) -> None:
        self.parts = ClientParts(old) if old else None
        self.names = dict(old.names) if old else {}
        self.news = {"", *(new.names if new else ())}
        self._gathered: dict[tuple[str, ...], _Gathered] = {}

    def add(self, operations: Sequence[tuple[str, Sequence[Comparison]]]) -> None:
        """Add all differences of operations, given with their labels."""
        tops = [top for _, comparisons in operations for top in comparisons]
        order = {c: i for i, c in enumerate(reached(tops)) if c.differences}
        differences = differing(tops)
        for label, comparisons in operations:
            groups = reached(differences[top] for top in comparisons)
            every = {comparison for group in groups for comparison in group.comparisons}
            for comparison in sorted(every, key=order.__getitem__):
                for difference in comparison.differences:
                    self._add(difference, label)

    def _add(self, difference: Difference, label: str) -> None:
        rule, at, *values = difference.identity
        base, revision = _place(difference.base), _place(difference.revision)
        # What is new is one change, even where several parts of the base get it.
        key = (rule, (base and at) or base + revision, *values)
        gathered = self._gathered.setdefault(key, _Gathered(difference))
        gathered.rules.setdefault(difference.rule, {})[label] = None
        gathered.operations[label] = None
        if difference.symbol is not None:
            gathered.symbols[difference.symbol] = None
        match difference.symbol:
            case ComponentSymbol(old, new, name) if old in self.names and new in self.news:
                gathered.keys.add(("class", self.names[old], name))
            case OperationSymbol() as symbol:
                part = f"{symbol.part}:{symbol.name}" if symbol.name else symbol.part
                gathered.keys.add(("call", symbol.label, part))
            case _:
                pass

    def python(self, changes: Iterable[PythonChange]) -> list[PythonChange]:
        """Attach each change of the client's API to its source; return those without one."""
        by_key: dict[tuple[str, str, str], list[_Gathered]] = {}
        for gathered in self._gathered.values():
            for key in gathered.keys:
                by_key.setdefault(key, []).append(gathered)
            if gathered.difference.rule.subject in _CREDENTIALS:
                by_key.setdefault(("client", "", ""), []).append(gathered)
        python_changes: list[PythonChange] = []
        for change in changes:
            sources = by_key.get(change.key, ())
            for source in sources:
                source.show(change)
            if not sources:
                python_changes.append(change)
        return [c for c in self._without_source(python_changes) if c.signature.breaks]

    def _without_source(self, changes: Sequence[PythonChange]) -> Iterable[PythonChange]:
        """Attach the removal of classes to that of what used them; return the other changes."""
        remaining = dict.fromkeys(changes)
        waiting: dict[str, list[PythonChange]] = {}
        for one in changes:
            if one.gone_class:
                waiting.setdefault(one.gone_class, []).append(one)
        todo = [(name, gathered) for gathered in self._gathered.values() for name in gathered.names]
        for name, source in todo:  # it grows: a class may be gone because another one is
            for one in waiting.pop(name, ()):
                todo += [(other, source) for other in source.show(one)]
                del remaining[one]
        return remaining

    def changes(self) -> list[Change]:
        """Return every change, the most severe first, documentation last."""
        changes = [_change(gathered, self.parts) for gathered in self._gathered.values()]
        return sorted(changes, key=lambda c: (c.docs, -WIRE.index(c.wire), not c.python))


def _change(gathered: _Gathered, client: ClientParts | None) -> Change:
    difference = gathered.difference
    verdicts = [
        Verdict(rule.id, rule.direction, rule.wire, tuple(operations))
        for rule, operations in gathered.rules.items()
    ]
    base = place_of(difference.base) if difference.base else None
    revision = place_of(difference.revision) if difference.revision else None
    return Change(
        verdicts=tuple(sorted(verdicts, key=lambda verdict: -WIRE.index(verdict.wire))),
        operations=tuple(gathered.operations),
        pointer=difference.at or (base or revision or Place("")).pointer,
        message=shortened(difference.message, _LONGEST_MESSAGE),
        before=difference.before,
        after=difference.after,
        base=base,
        revision=revision,
        fingerprint=fingerprint(*difference.identity),
        signatures=tuple(gathered.signatures),
        docs=difference.is_docs,
        parts=tuple(gathered.parts(client)) if client and not difference.is_docs else (),
        symbols=tuple(gathered.symbols),
    )


def from_python(one: PythonChange, operations: Sequence[str]) -> Change:
    """Return a change of the client's API that nothing on the wire explains."""
    rules = {"removed": "python/name/removed", "renamed": "python/name/changed"}
    name = rules.get(one.change.action, "python/type/changed")
    signature = one.signature
    values = {"old": signature.before, "new": signature.after}
    change = _neutral(name, operations, values, (signature.name, *values.values()))
    message = f"{signature.name}: {change.message}"
    parts = (one.part,) if one.part else ()
    return replace(change, message=message, signatures=(signature,), parts=parts)


def from_problem(name: str, problem: Problem, operations: Sequence[str], *, is_new: bool) -> Change:
    """Return the change that one description, if ``is_new`` the revision, has a problem."""
    place = problem.place
    change = _neutral(name, operations, {"fact": problem.fact}, (place.pointer, "", problem.code))
    change = replace(change, pointer=place.pointer)
    if not is_new:
        return replace(change, base=place)
    signature = Signature(operations[0] if operations else "", "", "", breaks=True)
    return replace(change, revision=place, signatures=(signature,))


def _neutral(
    name: str, operations: Sequence[str], values: dict[str, str], identity: tuple[str, ...]
) -> Change:
    rule = rule_of(name, "")
    return Change(
        verdicts=(Verdict(rule.id, "", rule.wire),),
        operations=tuple(operations),
        pointer="",
        message=rule.message(values),
        before=values.get("old", ""),
        after=values.get("new", ""),
        base=None,
        revision=None,
        fingerprint=fingerprint(name, *identity),
    )


def _place(location: Location | None) -> str:
    return "" if location is None else f"{location.document.name}#{location.pointer}"
