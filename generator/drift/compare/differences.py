"""Differences between two descriptions, each under a rule, before they are classified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeAlias

from ...document.cycles import strongly_connected
from ...document.pointer import split
from ...document.tree import Location
from ...openapi.model import Part, Schema
from ..changes import worst
from ..rules import rule_of
from .resolved_schema import ResolvedSchema


@dataclass(frozen=True, slots=True)
class ComponentSymbol:
    """The class of a schema component, or one of its fields."""

    old: str
    """The component's key in the base."""
    new: str
    property: str = ""
    """The property that the field is for."""


@dataclass(frozen=True, slots=True)
class OperationSymbol:
    """The method of an operation, or one of its arguments, or its result."""

    label: str
    part: str = ""
    """``body``, ``result``, or the place of a parameter: ``path``, ``query`` and so on."""
    name: str = ""
    """The parameter's name."""


ApiSymbol: TypeAlias = ComponentSymbol | OperationSymbol
"""The part of the generated client that a difference may show in."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in one direction."""

    rule: str
    """The rule without its direction: area/subject/action."""
    base: Location | None
    """Of the old part; None where there was none."""
    revision: Location | None
    message: str
    before: str
    after: str
    symbol: ApiSymbol | None
    at: str
    """The JSON pointer in the base that identifies it: of the part, or of where it was added."""
    changed: tuple[str, str]
    """The parts of the two values that differ, if they aren't the whole values."""

    @property
    def is_docs(self) -> bool:
        """True if only documentation differs."""
        return self.rule.startswith("docs/")

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """The key that distinguishes it from other differences, whatever else changes."""
        before, after = self.changed if any(self.changed) else (self.before, self.after)
        return self.rule, self.at, before, after


@dataclass(eq=False, slots=True)
class Comparison:
    """Two parts compared in one direction, and the comparisons of what they contain."""

    direction: str
    differences: list[Difference] = field(default_factory=list[Difference])
    inner: list[Comparison] = field(default_factory=list["Comparison"])

    @property
    def wire(self) -> str:
        """The most severe level of all differences here and further in."""
        return worst(
            [
                rule_of(difference.rule, comparison.direction).wire
                for comparison in reached([self])
                for difference in comparison.differences
                if not difference.is_docs
            ]
        )

    def is_equal(self, *, docs: bool) -> bool:
        """Return whether nothing differs here and further in; with ``docs`` not even prose."""
        return not any(
            docs or not difference.is_docs
            for comparison in reached([self])
            for difference in comparison.differences
        )


def reached(tops: Iterable[Comparison]) -> Iterator[Comparison]:
    """Yield comparisons and all that they lead to, each once."""
    seen: set[Comparison] = set()
    todo = [*reversed([*tops])]
    while todo:
        comparison = todo.pop()
        if comparison not in seen:
            seen.add(comparison)
            yield comparison
            todo += reversed(comparison.inner)


def differing(tops: Iterable[Comparison]) -> Mapping[Comparison, AbstractSet[Comparison]]:
    """Return, for each comparison that ``tops`` lead to, those with differences that it leads to.

    The comparisons of a circle share one set.
    """
    found: dict[Comparison, AbstractSet[Comparison]] = {}
    for circle in strongly_connected(tops, lambda comparison: comparison.inner):
        inside = {one for one in circle if one.differences}
        beyond = {id(s): s for one in circle for i in one.inner if (s := found.get(i))}
        sets = [inside, *beyond.values()] if inside else [*beyond.values()]
        whole = sets[0] if len(sets) == 1 else set[Comparison]().union(*sets)
        found.update(dict.fromkeys(circle, whole))
    return found


class DifferenceRecorder:
    """Records the differences of one comparison."""

    def __init__(
        self,
        comparison: Comparison,
        at: str,
        symbol: ApiSymbol | None = None,
        subject: str | None = None,
    ) -> None:
        self.comparison = comparison
        self.at = at
        self.symbol = symbol
        self.subject = subject_of(at, symbol) if subject is None else subject

    def record(
        self,
        *,
        rule: str,
        base: Location | None,
        revision: Location | None,
        old: str = "",
        new: str = "",
        at: str = "",
        symbol: ApiSymbol | None = None,
        subject: str | None = None,
        changed: tuple[str, str] = ("", ""),
        words: Mapping[str, str] | None = None,
    ) -> None:
        """Record a difference.

        ``rule`` has no direction: that is the comparison's. ``base`` and ``revision`` are the
        locations of the two values, None where there is none; ``old`` and ``new`` show the values.
        ``at`` (a JSON pointer in the base), ``symbol`` and ``subject`` replace the recorder's.
        ``changed`` is what differs between the values, where it is less. ``words`` are further
        values of the rule's sentence.
        """
        sentence = rule_of(rule, self.comparison.direction).message(
            {"old": old, "new": new, **(words or {})}
        )
        at = at or self.at
        subject = self.subject if subject is None else subject
        self.comparison.differences.append(
            Difference(
                rule,
                base,
                revision,
                f"{subject}: {sentence}" if subject else sentence,
                old,
                new,
                None if rule.startswith("docs/") else symbol or self.symbol,
                at,
                changed,
            )
        )

    def record_member(
        self,
        *,
        rule: str,
        member: str,
        parts: tuple[Part, Part],
        old: str,
        new: str,
        present: tuple[bool, bool] | None = None,
        words: Mapping[str, str] | None = None,
    ) -> None:
        """Record a member of two parts if its values differ.

        The location is the part's where the member isn't ``present``, by default if it is empty.
        """
        if old != new:
            base, revision = (
                part.at(member) if is_present else part.location
                for part, is_present in zip(parts, present or (old, new), strict=True)
            )
            self.record(rule=rule, base=base, revision=revision, old=old, new=new, words=words)

    def record_presence(
        self,
        *,
        rule: str,
        parts: tuple[Part | None, Part | None],
        value: str = "",
        owners: tuple[Part, Part] | None = None,
        suffix: str = "",
        at: str = "",
    ) -> None:
        """Record a part that only one side has.

        ``/added`` or ``/removed`` and ``suffix`` complete the rule. ``owners`` are the parts with
        the locations for the side without it, ``at`` is the pointer for one that was added.
        """
        old, new = parts
        base, revision = (part and part.location for part in parts)
        self.record(
            rule=f"{rule}/{'added' if old is None else 'removed'}{suffix}",
            base=base or (owners and owners[0].location),
            revision=revision or (owners and owners[1].location),
            old="" if old is None else value,
            new="" if new is None else value,
            at=at if old is None else old.location.pointer,
        )


class SchemaRecorder(DifferenceRecorder):
    """Records the differences between two schemas."""

    def __init__(
        self,
        comparison: Comparison,
        old: ResolvedSchema,
        new: ResolvedSchema,
        symbol: ApiSymbol | None,
        at: Location | None = None,
    ) -> None:
        super().__init__(comparison, (at or old.core.location).pointer, symbol)
        self.old = old
        self.new = new

    @property
    def cores(self) -> tuple[Schema, Schema]:
        """The schemas that restrict the values."""
        return self.old.core, self.new.core

    def keyword(
        self,
        keyword: str,
        *,
        action: str,
        old: str | None,
        new: str | None,
        absent: str = "",
        members: tuple[str, str] | None = None,
        changed: tuple[str, str] = ("", ""),
        words: Mapping[str, str] | None = None,
    ) -> None:
        """Record a keyword that differs.

        ``old`` and ``new`` show its values, None where it is absent, which means ``absent``.
        ``members`` are its names on the two sides, where they aren't ``keyword``.
        """
        names = members or (keyword, keyword)
        self.record(
            rule=f"schema/{keyword}/{action}",
            base=self.old.core.location if old is None else self.old.core.at(names[0]),
            revision=self.new.core.location if new is None else self.new.core.at(names[1]),
            old=absent if old is None else old,
            new=absent if new is None else new,
            changed=changed,
            words=words,
        )


def action_of(old: object, new: object) -> str:
    """Return ``added``, ``removed`` or ``changed``; None, False and empty values are absent."""
    return "added" if not old else "removed" if not new else "changed"


def subject_of(pointer: str, symbol: ApiSymbol | None = None) -> str:
    """Return the name of what a JSON pointer leads to: ``AudienceRule.url``, ``response 200``."""
    match split(pointer):
        case ["components", _, name, *rest]:
            return name + _members(rest)
        case ["paths", _, _, "responses", status, *rest]:
            return _under(f"response {status}", rest)
        case ["paths", _, _, "requestBody", *rest]:
            return _under("request body", rest)
        case ["paths", _, "parameters", _, "schema", *rest] | [
            "paths",
            _,
            _,
            "parameters",
            _,
            "schema",
            *rest,
        ] if isinstance(symbol, OperationSymbol):
            return _under(f"{symbol.part} parameter {symbol.name}", rest)
        case ["paths", _, _, *rest]:
            return _members(rest).removeprefix(".")
        case _:
            return ""


def _under(part: str, rest: Sequence[str]) -> str:
    return part + _members(rest)


def _members(parts: Sequence[str]) -> str:
    words = ""
    names = iter(parts)
    for name in names:
        if name == "properties":
            words += f".{next(names, '')}"
        elif name == "items":
            words += "[]"
    return words
