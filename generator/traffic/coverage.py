"""Coverage by recordings: statuses, response fields and values of enumerations.

A field is a property of a schema: it counts once for an operation, wherever its schema is used in
the operation's responses.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from typing import TypeAlias, TypeVar

from ..changes.change import OperationCoverage, Shown
from ..openapi.model.document import Document, Operation
from ..openapi.model.schemas import MISSING, Json, Schema
from .bodies import described, is_json
from .exchange import RecordedExchange
from .json_text import json_or_missing
from .judge import response_for, substitute
from .schemas import SchemaJudge

T = TypeVar("T")
_Part: TypeAlias = Schema | tuple[Schema, str]
"""A field, or a schema with an enumeration and one of its values as JSON."""
_Names: TypeAlias = Mapping[_Part, str]
_Seen: TypeAlias = set[_Part | str]
"""The fields, values and statuses that recordings show."""


class Coverage:
    """Notes what exchanges show."""

    def __init__(self, document: Document, schemas: SchemaJudge) -> None:
        self._document = document
        self._schemas = schemas
        self._listed = cache(_listed)
        self._exchanges: Counter[str] = Counter()
        self._seen: dict[str, _Seen] = {}

    def add(self, operation: Operation, exchange: RecordedExchange) -> None:
        """Note what the response of an exchange shows."""
        self._exchanges[operation.label] += 1
        seen = self._seen.setdefault(operation.label, set())
        response = response_for(operation, exchange.status)
        for key in (str(exchange.status), f"{exchange.status // 100}XX", "default"):
            if response is not None and operation.responses.get(key) is response:
                seen.add(key)
                break
        response = response or substitute(operation, exchange.status)
        message = exchange.response
        if response is None or response.content is None or not message.body or message.is_cut:
            return
        media = described(response.content, message, message.media_type)
        is_other = bool(message.media_type) and not is_json(message.media_type)
        if media is None or media.schema is None or is_other:
            return
        value = json_or_missing(message.body)
        if value is not MISSING:
            self._note(media.schema, value, seen)

    def result(self) -> tuple[OperationCoverage, ...]:
        """Return what was seen of each operation in use."""
        parts = {key: self._names(schema, key) for key, schema in self._document.schemas.items()}
        return tuple(self._of(operation, parts) for operation in self._document.operations)

    # ── bodies ───────────────────────────────────────────────────────────────────────────────────

    def _note(self, schema: Schema, body: Json, seen: _Seen) -> None:
        """Note the fields and values of a body; each part of it once for each schema it has."""
        done: set[tuple[Schema, int]] = set()
        walk = self._schemas.walk()
        todo: list[tuple[Schema, Json]] = [(schema, body)]
        while todo:
            schema, value = todo.pop()
            schema = self._document.resolve(schema)
            if (schema, id(value)) in done:
                continue
            done.add((schema, id(value)))
            if schema.enum is not None and isinstance(value, str | int | float):
                text = json.dumps(value)
                if text in self._listed(schema):
                    seen.add((schema, text))
            if schema.union is not None:
                todo += [(branch, value) for branch in walk.branches(schema, value)]
            parts: Iterable[tuple[str | int, Json]] = ()
            if isinstance(value, dict):
                parts = value.items()
            elif isinstance(value, list):
                parts = enumerate(value)
            for key, part in parts:
                inner = schema.part(key)
                if isinstance(inner, Schema):
                    todo.append((inner, part))
                    if key in (schema.properties or {}):
                        seen.add(inner)

    # ── schemas ──────────────────────────────────────────────────────────────────────────────────

    def _of(self, operation: Operation, parts: Mapping[str, _Names]) -> OperationCoverage:
        label = operation.label
        names: dict[_Part, str] = {}
        contents = [r.content for r in operation.responses.values() if r.content is not None]
        schemas = [
            media.schema
            for content in contents
            for name, media in content.media_types.items()
            if is_json(name.lower()) and media.schema is not None
        ]
        for schema in schemas:
            names |= self._names(schema, label)
        for key in sorted(self._document.reachable(*schemas)):
            names |= parts[key]
        seen = self._seen.get(label, set[object]())
        return OperationCoverage(
            label,
            self._exchanges[label],
            _shown({status: status for status in operation.responses}, seen),
            _shown({key: name for key, name in names.items() if isinstance(key, Schema)}, seen),
            _shown({key: name for key, name in names.items() if isinstance(key, tuple)}, seen),
        )

    def _names(self, schema: Schema, name: str) -> _Names:
        """Return what a schema describes itself, without what it refers to."""
        names: dict[_Part, str] = {}
        todo = [(schema, name)]
        while todo:
            schema, name = todo.pop()
            for enumerated in _enumerated(schema):
                text = enumerated if isinstance(enumerated, str) else json.dumps(enumerated)
                names[schema, json.dumps(enumerated)] = f"{name}: {text}"
            for key, inner in (schema.properties or {}).items():
                if not inner.write_only and not self._document.resolve(inner).write_only:
                    names[inner] = f"{name}.{key}"
                    todo.append((inner, f"{name}.{key}"))
            todo += _others(schema, name)
        return names


def _shown(names: Mapping[T, str], seen: Container[object]) -> Shown:
    return Shown(len(names), tuple(name for key, name in names.items() if key not in seen))


def _enumerated(schema: Schema) -> Iterator[Json]:
    """Yield the values of an enumeration that are scalars."""
    for value in schema.enum or ():
        if isinstance(value, str | int | float):
            yield value


def _listed(schema: Schema) -> frozenset[str]:
    """Return the values of an enumeration as JSON."""
    return frozenset(map(json.dumps, _enumerated(schema)))


def _others(schema: Schema, name: str) -> Iterator[tuple[Schema, str]]:
    """Yield the schemas in a schema that aren't properties, with their names."""
    for branch in schema.branches:
        yield branch, name
    for inner in (schema.items, *(schema.prefix_items or ())):
        if inner is not None:
            yield inner, f"{name}[]"
    if isinstance(schema.additional_properties, Schema):
        yield schema.additional_properties, f"{name}.*"
