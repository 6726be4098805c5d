"""Differences between two descriptions, each under a rule, before they are classified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Protocol, Self, TypeAlias, TypeVar

from ....base.immutable import immutable
from ....reading.document.cycles import strongly_connected
from ....reading.document.tree import Location
from ....reading.openapi.json_values import identity_of
from ....reading.openapi.model.schemas import Json, Part
from ...changes.rules import Rule, rule_of
from ...changes.symbols import ApiSymbol, OperationSymbol
from .display import shown, subject_of
from .resolved_schema import ResolvedSchema


@immutable
class LazyText:
    """A value that becomes text once it is reported; most of the values compared are not."""

    value: Json

    def __str__(self) -> str:
        return shown(self.value)


@immutable
class Difference:
    """One difference in one direction."""

    rule: Rule
    base: Location | None
    """Of the old part; None where there was none."""
    revision: Location | None
    subject: str
    """The name of the part, for the message."""
    values: Mapping[str, str | LazyText]
    """The values of the rule's sentence."""
    symbol: ApiSymbol | None
    at: str
    """The JSON pointer in the base that identifies it: of the part, or of where it was added."""
    changed: tuple[str, str]
    """The parts of the two values that differ, if they aren't the whole values."""

    @property
    def before(self) -> str:
        """The old value; empty where there was none."""
        return str(self.values["old"])

    @property
    def after(self) -> str:
        """The new value; empty where there is none."""
        return str(self.values["new"])

    @property
    def message(self) -> str:
        """The sentence for it."""
        values = {name: str(value) for name, value in self.values.items()}
        sentence = self.rule.message(values)
        return f"{self.subject}: {sentence}" if self.subject else sentence

    @property
    def is_docs(self) -> bool:
        """True if only documentation differs."""
        return self.rule.area == "docs"

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """The key that distinguishes it from other differences, whatever else changes."""
        before, after = self.changed if any(self.changed) else (self.before, self.after)
        return self.rule.name, self.at, before, after


@dataclass(eq=False, slots=True)
class Comparison:
    """Two parts compared in one direction, and the comparisons of what they contain."""

    direction: str
    differences: list[Difference] = field(default_factory=list[Difference])
    inner: list[Comparison] = field(default_factory=list["Comparison"])


class _Node(Protocol):
    @property
    def inner(self) -> Sequence[Self]: ...


_N = TypeVar("_N", bound=_Node)
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def reached(tops: Iterable[_N]) -> Iterator[_N]:
    """Yield comparisons, or groups of them, and all that they lead to, each once."""
    seen: set[_N] = set()
    todo = [*reversed([*tops])]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            yield node
            todo += reversed(node.inner)


@immutable(eq=False)
class Differing:
    """Comparisons with differences, and the groups of those that they lead to."""

    comparisons: Sequence[Comparison]
    inner: Sequence[Differing]


def differing(tops: Iterable[Comparison]) -> Mapping[Comparison, Differing]:
    """Return, for each comparison that ``tops`` lead to, those with differences that it leads to.

    The comparisons of a circle share one group, and so do those that lead to nothing else.
    """
    results: dict[Comparison, Differing] = {}
    for circle in strongly_connected(tops, lambda comparison: comparison.inner):
        own = [comparison for comparison in circle if comparison.differences]
        groups: dict[Differing, None] = {}
        for comparison in circle:
            groups |= dict.fromkeys(results[i] for i in comparison.inner if i in results)
        inner = [group for group in groups if group.comparisons or group.inner]
        group = inner[0] if len(inner) == 1 and not own else Differing(own, inner)
        results.update(dict.fromkeys(circle, group))
    return results


Sides: TypeAlias = tuple[Location | None, Location | None]
"""Locations in the base and in the revision; None where there is nothing."""


class DifferenceRecorder:
    """Records the differences between two parts."""

    def __init__(
        self,
        comparison: Comparison,
        old: Part,
        new: Part,
        symbol: ApiSymbol | None = None,
        *,
        at: str | None = None,
        subject: str | None = None,
    ) -> None:
        self.comparison = comparison
        self.old = old
        self.new = new
        self.symbol = symbol
        self._at = at
        self._subject = subject

    @cached_property
    def at(self) -> str:
        """The JSON pointer of what is compared, in the base."""
        return self.old.location.pointer if self._at is None else self._at

    @cached_property
    def subject(self) -> str:
        """The name of what is compared."""
        if self._subject is not None:
            return self._subject
        symbol = self.symbol
        if isinstance(symbol, OperationSymbol):
            is_body = symbol.part == "body"
            name = "request body" if is_body else f"{symbol.part} parameter {symbol.name}"
            return subject_of(self.at, name)
        return subject_of(self.at) or (symbol.property if symbol is not None else "")

    def record(
        self,
        rule_name: str,
        old: str | LazyText = "",
        new: str | LazyText = "",
        *,
        locations: Sides | None = None,
        at: str = "",
        changed: tuple[str, str] = ("", ""),
        **words: str,
    ) -> None:
        """Record a difference.

        The direction of the rule is the comparison's. ``old`` and ``new`` show the values,
        ``locations`` are theirs, by default the parts'. ``at`` (a JSON pointer in the base)
        replaces the recorder's. ``changed`` is what differs between the values, where it is less.
        ``words`` are further values of the rule's sentence.
        """
        base, revision = locations or (self.old.location, self.new.location)
        rule = rule_of(rule_name, self.comparison.direction)
        values = {"old": old, "new": new, **words}
        symbol = None if rule.area == "docs" else self.symbol
        self.comparison.differences.append(
            Difference(rule, base, revision, self.subject, values, symbol, at or self.at, changed)
        )

    def compare(
        self,
        rule: str,
        member: str | tuple[str, str],
        old: Json,
        new: Json,
        *,
        action: str = "",
        present: tuple[object, object] | None = None,
        changed: tuple[str, str] = ("", ""),
        differs: bool = False,
        **words: str,
    ) -> None:
        """Record a member if its values differ; None is its absence.

        With ``differs`` they do, whatever they look like. ``action`` completes the rule, by
        default ``added``, ``removed`` or ``changed``. The location is the part's where the member
        isn't ``present``, by default if it is None.
        """
        if differs or not same(old, new):
            self.record(
                f"{rule}/{action or action_of(old, new)}",
                "" if old is None else LazyText(old),
                "" if new is None else LazyText(new),
                locations=self._locations(member, present or (old is not None, new is not None)),
                changed=changed,
                **words,
            )

    def _locations(self, member: str | tuple[str, str], present: tuple[object, object]) -> Sides:
        base, revision = (
            part.at(name) if is_present and name in (part.positions or {name}) else part.location
            for part, name, is_present in zip(
                (self.old, self.new),
                (member, member) if isinstance(member, str) else member,
                present,
                strict=True,
            )
        )
        return base, revision

    def record_presence(
        self,
        rule: str,
        old: Part | None,
        new: Part | None,
        value: str = "",
        *,
        suffix: str = "",
        at: str = "",
    ) -> None:
        """Record a part that only one side has; ``at`` is the pointer for one that was added.

        ``/added`` or ``/removed`` and ``suffix`` complete the rule.
        """
        self.record(
            f"{rule}/{action_of(old, new)}{suffix}",
            "" if old is None else value,
            "" if new is None else value,
            locations=(old.location if old else None, new.location if new else None),
            at=at if old is None else old.location.pointer,
        )


class SchemaRecorder(DifferenceRecorder):
    """Records the differences between what two schemas require of values other than null."""

    def __init__(
        self,
        comparison: Comparison,
        old: ResolvedSchema,
        new: ResolvedSchema,
        symbol: ApiSymbol | None,
        values: tuple[Mapping[str, Json], Mapping[str, Json]],
    ) -> None:
        super().__init__(comparison, old.core, new.core, symbol)
        self.sides = old, new
        self.cores = old.core, new.core
        self.values = values
        """The keywords as JSON data."""
        self.keywords = frozenset(chain(*values, old.checked, new.checked))
        """The names of the keywords that one of the schemas has."""

    def compare_keyword(self, name: str, *, action: str = "", differs: bool = False) -> None:
        """Record a keyword if its data differ; the arguments are those of :meth:`compare`."""
        old, new = (side.get(name) for side in self.values)
        self.compare(f"schema/{name}", name, old, new, action=action, differs=differs)


def paired(
    old: Mapping[_Key, _Value], new: Mapping[_Key, _Value]
) -> Iterator[tuple[_Key, _Value | None, _Value | None]]:
    """Yield each key of two mappings once, with its value in both; None where there is none."""
    for key in {**old, **new}:
        yield key, old.get(key), new.get(key)


def same(left: object, right: object) -> bool:
    """Return whether two values are equal as JSON: 1 is 1.0, and isn't true."""
    return left == right and identity_of(left) == identity_of(right)


def action_of(old: object, new: object) -> str:
    """Return ``added``, ``removed`` or ``changed``; None is absent."""
    return "added" if old is None else "removed" if new is None else "changed"
