"""The walk over a schema and a value: each value is judged once by each schema.

An object is judged as if it were closed: a member that isn't described is a deviation, where the
description doesn't allow more members. A value of ``oneOf`` may fit several branches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from json import dumps
from typing import Final, TypeAlias

from ...base.budget import Budget, BudgetExceeded
from ...base.immutable import immutable
from ...reading.openapi.json_values import identity_of
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.schemas import MISSING, Json, Missing, Schema
from .own_keywords import OwnKeywords

MAX_DEPTH: Final = 1_000
"""Values within values."""
MAX_FLAWS: Final = 100_000
"""Deviations of one value that are kept at a time: each takes a kilobyte."""
UNKNOWN: Final = -1
"""The index of the branch for a discriminator's value that names none."""
_OF_NAMES: Final = ((), ("string",))
"""The types of a schema for the names of members."""


@immutable
class Flaw:
    """A keyword that a value doesn't fit."""

    schema: Schema
    rule: str
    """The rule below ``schema``; empty for that of the keyword."""
    keyword: str
    """Or the name of a member, with the rules of members."""
    value: Json | Missing = MISSING
    member: str | None = None
    """The member that the flaw is of, if it isn't that of the value."""


@dataclass(slots=True)
class Outcome:
    """The deviations of a value from a schema."""

    errors: int = 0
    """The number of deviations; a union's are one."""
    distance: int = 0
    """The number of deviations, with those in unions, and of other undescribed members."""
    constants: int = 0
    """The number of values that are the only one of their schema."""
    members: int = 0
    """The number of described members."""
    is_other: bool = False
    """True if the value has another type."""
    flaws: list[Flaw] = field(default_factory=list[Flaw])
    parts: list[Part] = field(default_factory=list["Part"])
    """What is wrong with members and items; under None, what other schemas find in the value."""
    site: Schema | None = None
    """The reference to the schema."""
    described: frozenset[str] = frozenset()
    """Members that another branch of a union describes, so that they aren't undescribed."""

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        """The order of a union's branches: the one that the value fits best is the first."""
        return self.is_other, self.distance, -self.constants, -self.members

    def add_flaw(self, flaw: Flaw, count: int = 1) -> None:
        """Add what is wrong with the value; ``count`` is the number of deviations that it is."""
        self.errors += 1
        self.distance += count
        self.flaws.append(flaw)

    def add(self, key: str | int | None, part: Outcome, *, is_mild: bool = False) -> None:
        """Add what is wrong with a member or an item, or, by another schema, with the value."""
        self.distance += part.distance
        self.constants += part.constants
        self.members += part.members
        if part.errors:
            self.errors += part.errors
            self.parts.append((key, part, is_mild))
            if key is None and part.is_other:
                self.is_other = True


Part: TypeAlias = tuple[str | int | None, Outcome, bool]
"""A member or an item, its outcome, and True if a client takes it, however it deviates."""
_FITS: Final = Outcome()
_IS_CONSTANT: Final = Outcome(constants=1)
"""The outcome of a value that is the only one of its schema."""
_UNDECIDED: Final = Outcome(errors=1, is_other=True)
"""The outcome in place of one that depends on itself."""


class ValueWalk:
    """The judgement of one value and all in it."""

    def __init__(
        self,
        document: Document,
        own_keywords: Callable[[Schema], OwnKeywords],
        budget: Budget,
        *,
        is_sent: bool = False,
    ) -> None:
        """``is_sent`` is for a value of a request, which needn't have what is ``readOnly``."""
        self._document = document
        self._own_keywords = own_keywords
        self._budget = budget
        self._is_sent = is_sent
        self._outcomes: dict[tuple[Schema, int, bool], Outcome] = {}
        """Of values that several schemas judge, by their ``id``: the value is kept alive."""
        self._flaws = Budget(MAX_FLAWS, "deviations")
        self._undecided = 0
        self._depth = 0
        self._shared = 0
        """Above 0 in values that several schemas judge."""
        self._identities: dict[int, object] = {}
        self._interned: dict[object, object] = {}

    def outcome(self, schema: Schema, value: Json, *, is_plain: bool = False) -> Outcome:
        """Return how a value deviates; raise :class:`BudgetExceeded`.

        With ``is_plain`` objects are judged as JSON Schema has it: a condition would else mean
        something else.
        """
        if schema.ref:
            return self._referenced(schema, value, is_plain=is_plain)
        if value is None and schema.nullable:
            return _FITS
        if not self._shared:
            return self._judged(schema, value, is_plain=is_plain)
        key = (schema, id(value), is_plain)
        known = self._outcomes.get(key)
        if known is not None:
            self._undecided += known is _UNDECIDED
            return known
        self._outcomes[key] = _UNDECIDED
        undecided = self._undecided
        outcome = self._judged(schema, value, is_plain=is_plain)
        if self._undecided == undecided:
            self._outcomes[key] = outcome
        else:
            del self._outcomes[key]
        return outcome

    def _referenced(self, schema: Schema, value: Json, *, is_plain: bool) -> Outcome:
        site = schema
        nullable: Schema | None = None
        while schema.ref:
            if schema.nullable:
                if value is None:
                    return _FITS
                nullable = nullable or schema
            schema = self._document.schemas[schema.ref]
        outcome = self.outcome(schema, value, is_plain=is_plain)
        if not outcome.errors:
            return outcome
        other = Outcome(site=site)
        if nullable is not None and outcome.is_other:
            other.add_flaw(Flaw(nullable, "type/changed", "type", value))
        else:
            other.add(None, outcome)
        return other

    def _judged(self, schema: Schema, value: Json, *, is_plain: bool) -> Outcome:
        own = self._own_keywords(schema)
        if type(value) in own.fitting:
            return _FITS
        self._budget.spend()
        keywords = [*own.errors(value, self._budget)]
        if not (keywords or own.has_others or isinstance(value, dict | list)):
            return _IS_CONSTANT if schema.enum is not None and len(schema.enum) == 1 else _FITS
        outcome = Outcome()
        flaws = self._flaws.spent
        self._shared += own.has_others
        for keyword in keywords:
            outcome.is_other |= keyword == "type"
            outcome.add_flaw(Flaw(schema, "", keyword, value))
        if schema.union is not None:
            outcome.add(None, self._union(schema, value, is_plain=is_plain))
        if schema.not_ is not None and not self._errors(schema.not_, value):
            outcome.add_flaw(Flaw(schema, "", "not", value))
        if schema.if_ is not None:
            then = schema.else_ if self._errors(schema.if_, value) else schema.then
            if then is not None:
                part = self.outcome(then, value, is_plain=True)
                outcome.add(None, part, is_mild=True)
        if isinstance(value, dict | list):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise BudgetExceeded(f"values nested more than {MAX_DEPTH:,} levels deep")
            self._budget.spend(len(value))
            if isinstance(value, dict):
                self._object(schema, value, outcome, is_plain=is_plain)
            else:
                self._array(schema, value, outcome, is_plain=is_plain)
            self._depth -= 1
        self._flaws.spend(len(outcome.flaws))
        self._shared -= own.has_others
        if own.has_others and not self._shared:  # no schema leads to this value or into it again
            self._outcomes.clear()
            self._flaws.spent = flaws + outcome.errors
        return outcome

    def _errors(self, schema: Schema, value: Json) -> int:
        """Return the number of errors of a value in a condition."""
        return self.outcome(schema, value, is_plain=True).errors

    # ── objects and arrays ───────────────────────────────────────────────────────────────────────

    def _object(
        self, schema: Schema, value: dict[str, Json], outcome: Outcome, *, is_plain: bool
    ) -> None:
        self._budget.spend(len(schema.required))
        required = [name for name in schema.required if not self._is_left_out(schema, name)]
        missing = [name for name in required if name not in value]
        if not self._is_sent and len(missing) > 1 and 2 * len(missing) > len(required):
            flaw = Flaw(schema, "required/removed", "required", value)
            outcome.add_flaw(flaw, len(missing))
        else:
            for name in missing:
                outcome.add_flaw(Flaw(schema, "required/removed", name, member=name))
        for name, others in (schema.dependent_required or {}).items():
            self._budget.spend(len(others))
            if name in value and not value.keys() >= {*others}:
                rule = "dependentRequired/changed"
                outcome.add_flaw(Flaw(schema, rule, "dependentRequired"))
        names = schema.property_names
        # Some generators describe what becomes of a name.
        if names is not None and self._document.resolve(names).types in _OF_NAMES:
            for name in value:
                if self._errors(names, name):
                    outcome.add_flaw(Flaw(schema, "", "propertyNames", value))
        properties = schema.properties or {}
        is_closed = not is_plain and self._own_keywords(schema).is_closed
        for name, member in value.items():
            inner = False if is_closed and name not in properties else schema.part(name)
            if isinstance(inner, Schema):
                # A client's type of an optional member has None.
                is_mild = member is None and name in properties and name not in schema.required
                part = self.outcome(inner, member, is_plain=is_plain)
                outcome.add(name, part, is_mild=is_mild)
            elif inner is False:
                outcome.add_flaw(Flaw(schema, "property/added", name, member, member=name))
            outcome.members += name in properties
            outcome.distance += bool(properties) and inner is True

    def _is_left_out(self, schema: Schema, name: str) -> bool:
        """Return whether a required member isn't for this direction (OpenAPI 3.1.1 §4.8.24)."""
        inner = (schema.properties or {}).get(name)
        if inner is None:
            return False
        both = inner, self._document.resolve(inner)
        return any(part.read_only if self._is_sent else part.write_only for part in both)

    def _array(
        self, schema: Schema, value: list[Json], outcome: Outcome, *, is_plain: bool
    ) -> None:
        first = schema.prefix_items or ()
        for index, item in enumerate(value):
            inner = schema.part(index)
            if isinstance(inner, Schema):
                part = self.outcome(inner, item, is_plain=is_plain)
                # A client's list has one type, that of all items.
                fits = (not self._errors(part, item) for part in first)
                outcome.add(index, part, is_mild=bool(part.errors) and any(fits))
        contained: list[bool] = []
        if schema.contains is not None:
            contained = [not self._errors(schema.contains, item) for item in value]
            least = 1 if schema.min_contains is None else schema.min_contains
            most = len(value) if schema.max_contains is None else schema.max_contains
            if not least <= sum(contained) <= most:
                outcome.add_flaw(Flaw(schema, "", "contains", value))
        others = schema.unevaluated_items
        if others is not None and not (schema.items or schema.union or schema.if_):
            known = [*([True] * len(first)), *contained[len(first) :]]
            rest = (item for item, is_known in zip_longest(value, known) if not is_known)
            if any(self.outcome(others, item).errors for item in rest):
                outcome.add_flaw(Flaw(schema, "", "unevaluatedItems", value))
        if schema.unique_items and len({*map(self._identity, value)}) < len(value):
            outcome.add_flaw(Flaw(schema, "", "uniqueItems", value))

    def _identity(self, value: Json) -> object:
        """Return an object that is equal for equal values alone."""
        if not isinstance(value, dict | list):
            return identity_of(value)
        known = self._identities.get(id(value))
        if known is None:
            self._budget.spend(1 + len(value))
            content = (
                frozenset((name, self._identity(member)) for name, member in value.items())
                if isinstance(value, dict)
                else tuple(map(self._identity, value))
            )
            known = self._identities[id(value)] = self._interned.setdefault(content, object())
        return known

    # ── unions ───────────────────────────────────────────────────────────────────────────────────

    def branches(self, schema: Schema, value: Json) -> Sequence[Schema]:
        """Return the branches of a union that a value fits; the one that a discriminator names."""
        branches = schema.branches
        index = _discriminated(schema, value)
        if index is not None:
            return () if index == UNKNOWN else branches[index : index + 1]
        self._shared = 1  # the caller asks for what is inside of the value, too
        return [branch for branch in branches if not self.outcome(branch, value).errors]

    def _union(self, schema: Schema, value: Json, *, is_plain: bool) -> Outcome:
        """Return how a value deviates from the branch that it fits best."""
        assert schema.union
        branches, keyword = schema.union.branches, schema.union.keyword
        index = _discriminated(schema, value)
        outcomes: dict[int, Outcome] = {}
        named = [index] if index is not None and index != UNKNOWN else []
        result = Outcome()
        fitting = 0
        for each in dict.fromkeys([*named, *range(len(branches))]):
            self._budget.spend()
            one = outcomes[each] = self.outcome(branches[each], value, is_plain=is_plain)
            fitting += not one.errors
            if not one.errors:
                result.distance, result.members = one.distance, one.members
                result.constants = one.constants
            if fitting and (not is_plain or keyword == "anyOf"):
                return result
        if fitting == 1:
            return result
        if value is None:
            result.add_flaw(Flaw(schema, "nullable/added", keyword, value))
        elif index == UNKNOWN and schema.union.discriminator and isinstance(value, dict):
            name = schema.union.discriminator.property_name
            tag = value.get(name, MISSING)
            result.add_flaw(Flaw(schema, "branch/added-known", keyword, tag, member=name))
        else:
            best = index
            if best is None and not fitting:
                best = min(outcomes, key=lambda i: outcomes[i].rank)
                best = None if outcomes[best].is_other else best
                result.described = self._described(schema)
            if best is None:
                result.add_flaw(Flaw(schema, "type/changed", keyword, value))
            else:
                result.add(None, outcomes[best])
                result.errors = 1
        return result

    def _described(self, schema: Schema) -> frozenset[str]:
        """Return the members that the branches describe, since a value may have all of them."""
        names = set[str]()
        for branch in schema.branches:
            properties = self._document.resolve(branch).properties or {}
            self._budget.spend(len(properties))
            names |= properties.keys()
        return frozenset(names)


def _discriminated(schema: Schema, value: Json) -> int | None:
    """Return the index of the branch that the discriminator names.

    :data:`UNKNOWN` if it names none, None if there is no discriminator.
    """
    union = schema.union
    if union is None or union.discriminator is None or not isinstance(value, dict):
        return None
    discriminator = union.discriminator
    tag = value.get(discriminator.property_name, MISSING)
    if tag is MISSING:
        if not discriminator.is_default_declared:
            return None
        key = discriminator.default_mapping
    elif isinstance(tag, dict | list):
        return UNKNOWN
    else:
        text = tag if isinstance(tag, str) else dumps(tag)
        key = discriminator.mapping.get(text, discriminator.default_mapping or text)
    keys = [branch.ref for branch in union.branches]
    return keys.index(key) if key in keys else UNKNOWN
