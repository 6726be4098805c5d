"""The cost of validating a value, which unions in each other multiply."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from ....base.budget import Budget
from ..model.document import Document
from ..model.schemas import Json, Schema, references_in, walk
from ..patterns import pattern_states

_STATES = 1000
"""The states of a pattern that cost as much, for each character, as a comparison."""


class ValidationCost:
    """The number of times that a validator without a memory compares a value with a schema.

    It reads a value once for each way that leads there: a union of ten branches with a member in
    common, which is such a union, reads the member of that member a hundred times.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._spreads: dict[Schema, bool] = {}

    def of(self, schema: Schema, value: Json, most: int) -> int:
        """Return the comparisons; raise ``BudgetExceeded`` for more than ``most``.

        Only what leads to a union or to a long pattern counts: all else is read once.
        """
        counted: dict[tuple[Schema, int], int] = {}

        def count(schema: Schema, value: Json) -> int:
            if not self._is_spreading(schema):
                return 1
            schema = self.document.resolve(schema)
            key = schema, id(value)
            if key not in counted:
                counted[key] = 1  # for a schema that is a part of itself
                total = 1 + sum(count(inner, value) for inner in _choices(schema))
                match value:
                    case dict():
                        for name, item in value.items():
                            inner = schema.part(name)
                            total += count(inner, item) if isinstance(inner, Schema) else 0
                    case list():
                        beside = (schema.contains, schema.unevaluated_items)
                        for index, item in enumerate(value):
                            every = (schema.part(index), *beside)
                            total += sum(
                                count(one, item) for one in every if isinstance(one, Schema)
                            )
                    case str() if schema.pattern is not None:
                        total += len(value) * pattern_states(schema.pattern) // _STATES
                    case _:
                        pass
                Budget(most, "comparisons with a schema and its branches").spend(total)
                counted[key] = total
            return counted[key]

        return count(schema, value)

    def _is_spreading(self, schema: Schema) -> bool:
        """Return whether a value of a schema may be read more than once."""
        if schema not in self._spreads:
            references = references_in(schema)
            self._spreads[schema] = _spreads(schema) or not references.isdisjoint(self._components)
        return self._spreads[schema]

    @cached_property
    def _components(self) -> set[str]:
        """The keys of the components that lead to a union."""
        users: defaultdict[str, list[str]] = defaultdict(list)
        for key, schema in self.document.schemas.items():
            for target in references_in(schema):
                users[target].append(key)
        todo = [key for key, schema in self.document.schemas.items() if _spreads(schema)]
        found = set(todo)
        while todo:
            more = {*users[todo.pop()]} - found
            found |= more
            todo += more
        return found


def _choices(schema: Schema) -> tuple[Schema, ...]:
    """Return the schemas inside a schema that a value is compared with too."""
    conditions = (schema.not_, schema.if_, schema.then, schema.else_)
    return (*schema.branches, *(condition for condition in conditions if condition is not None))


def _is_long(pattern: str | None) -> bool:
    return pattern is not None and pattern_states(pattern) > _STATES


def _spreads(schema: Schema) -> bool:
    """Return whether a value is compared with a part of a schema more than once."""
    return any(
        _choices(inner) or inner.contains is not None or _is_long(inner.pattern)
        for inner in walk(schema)
    )
