"""The keywords of a schema that restrict a value without its members and items.

Texts and numbers are judged by jsonschema-rs, whose patterns are matched in linear time, except for
those that need look-around: they may take a limited number of steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import ClassVar, Final

import jsonschema_rs

from ...base.budget import Budget
from ...reading.openapi.formats import is_readable
from ...reading.openapi.json_values import CLASSES, identity_of, is_of_type
from ...reading.openapi.keywords import ASSERTIONS, Compare, NumberKeyword, SchemaKeyword
from ...reading.openapi.model.schemas import Json, Schema
from .json_text import encodable

_TIME = re.compile(
    r"([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_NUMBER = r"\d+([.,]\d+)?"
_DURATION = re.compile(
    rf"[+-]?P(?!$)({_NUMBER}Y)?({_NUMBER}M)?({_NUMBER}W)?({_NUMBER}D)?"
    rf"(T(?=\d)({_NUMBER}H)?({_NUMBER}M)?({_NUMBER}S)?)?"
)
_FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "time": lambda text: _TIME.fullmatch(text) is not None,
    "duration": lambda text: _DURATION.fullmatch(text) is not None,
    "decimal": partial(is_readable, "decimal"),
}
"""Formats that servers take further than RFC 3339: times without a zone, durations with a sign.

And one that JSON Schema doesn't have.
"""
_SMALL: Final = {"size_limit": 2**16, "dfa_size_limit": 2**16}
_LARGE: Final = {"size_limit": 2**20, "dfa_size_limit": 2**17}
_STEPS: Final = 10_000
"""Steps that the search for one pattern with look-around may take."""
_ENGINES: Final = (
    (100, jsonschema_rs.RegexOptions(**_SMALL)),
    (100, jsonschema_rs.FancyRegexOptions(backtrack_limit=_STEPS, **_SMALL)),
    (5_000, jsonschema_rs.RegexOptions(**_LARGE)),
    (5_000, jsonschema_rs.FancyRegexOptions(backtrack_limit=_STEPS, **_LARGE)),
)
"""The engines of patterns that are tried one after the other, with the work of each."""
_MOST_VALIDATORS: Final = 128
"""Validators with patterns that are kept, of which each may take a MiB."""
_TEXT_WORK: Final = 100
"""Characters that cost as much as one value."""
_OF_SCALARS: Final = [
    row
    for row in ASSERTIONS
    if row.applies in ("string", "number")
    and not isinstance(row, SchemaKeyword)
    and not row.name.startswith("content")
]
_OF_SIZES: Final = [
    row
    for row in ASSERTIONS
    if isinstance(row, NumberKeyword)
    and row.applies in ("array", "object")
    and "Contains" not in row.name
]


class OwnKeywords:
    """The keywords of one schema that restrict a value without its members and items."""

    _validators: ClassVar[dict[OwnKeywords, jsonschema_rs.Validator]] = {}

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        names = CLASSES if schema.is_type_implied else schema.types
        self._types = {json_class for name in names for json_class in CLASSES[name]}
        enum = [each for each in schema.enum or () if not isinstance(each, dict | list)]
        self._scalars = {*map(identity_of, enum)}
        self._containers = [each for each in schema.enum or () if isinstance(each, dict | list)]
        values = ((row.name, row.get(schema)) for row in _OF_SCALARS)
        self._assertions: dict[str, Json] = {
            name: value
            for name, value in values
            if isinstance(value, int | float | str) and value is not False
        }
        others = (schema.union, schema.not_, schema.if_, schema.contains, schema.unevaluated_items)
        self.has_others = any(each is not None for each in others)
        """True if several schemas judge a value, or an item of it."""
        self.fitting: frozenset[type] = frozenset()
        """The classes of the scalars that fit, where nothing else is needed to tell."""
        if not self.has_others and schema.enum is None and not self._assertions:
            admitted = self._types if schema.types else {str, int, float, bool, type(None)}
            self.fitting = frozenset(admitted - {list, dict})
        self.is_closed = bool(
            schema.properties
            and schema.additional_properties is None
            and not (schema.server_checked or schema.union or schema.if_)
        )
        """True if an object may not have members that aren't described."""

    def errors(self, value: Json, budget: Budget) -> Iterator[str]:
        """Yield the keywords that don't admit a value, the type first."""
        schema = self._schema
        if schema.types and not self._is_of_type(value):
            yield "type"
            return
        if schema.enum is not None and not self._is_listed(value, budget):
            yield "enum"
        if isinstance(value, dict | list):
            for row in _OF_SIZES:
                limit = row.get(schema)
                if limit is not None and is_of_type(value, row.applies):
                    is_least = row.compare is Compare.LOWER_BOUND
                    if len(value) < limit if is_least else len(value) > limit:
                        yield row.name
        elif self._assertions and not isinstance(value, bool | None):
            yield from self._of_scalar(value, budget)

    def _is_of_type(self, value: Json) -> bool:
        is_whole = isinstance(value, float) and value.is_integer() and int in self._types
        return type(value) in self._types or is_whole

    def _is_listed(self, value: Json, budget: Budget) -> bool:
        if isinstance(value, dict | list):
            budget.spend(len(self._containers))
            return value in self._containers
        return identity_of(value) in self._scalars

    def _of_scalar(self, value: str | float, budget: Budget) -> Iterator[str]:
        if isinstance(value, str):
            budget.spend(len(value) // _TEXT_WORK)
        validator = self._validators.get(self) or self._compiled(budget)
        try:
            if not validator.is_valid(value):
                yield from (str(each.kind.name) for each in validator.iter_errors(value))
        except UnicodeEncodeError:
            yield from self._of_scalar(encodable(str(value)), budget)
        except ValueError:  # a number that isn't finite
            return

    def _compiled(self, budget: Budget) -> jsonschema_rs.Validator:
        """Return a validator, of any value where a keyword isn't usable."""
        make = partial(jsonschema_rs.Draft202012Validator, validate_formats=True, formats=_FORMATS)
        validator = make({})
        for work, engine in _ENGINES:
            budget.spend(work)
            with suppress(jsonschema_rs.ValidationError, ValueError):
                validator = make(self._assertions, pattern_options=engine)
                break
        if len(self._validators) >= _MOST_VALIDATORS:
            self._validators.clear()
        self._validators[self] = validator
        return validator
