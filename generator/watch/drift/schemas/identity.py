"""Numbers for schemas, equal where nothing differs, so that equal schemas aren't compared.

A number is of all that a schema contains and leads to. It is made once for each schema, in time
that grows in a line with the description.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import cast

from ....reading.document.cycles import strongly_connected
from ....reading.openapi.model.schemas import MISSING, Discriminator, Schema, Union, references_in

_PLACES = frozenset(("location", "positions", "property_names_at", "hint"))
"""The attributes that are places, or names for them; the others count."""


def _contents(kind: type[Schema | Union | Discriminator]) -> dict[str, object]:
    """Return the attributes that count, with their defaults."""
    defaults: dict[str, object] = {}
    for field in dataclasses.fields(kind):
        if field.name not in _PLACES:
            default = field.default
            if field.default_factory is not dataclasses.MISSING:
                default = field.default_factory()
            defaults[field.name] = default
    return defaults


_CONTENTS = {kind: _contents(kind) for kind in (Schema, Union, Discriminator)}
_TEXT_FOR_ONE = 200
"""Characters whose comparison costs as much as that of one keyword."""


class SchemaIds:
    """The numbers of one description's schemas; ``numbers`` is shared with those of another."""

    def __init__(self, components: Mapping[str, Schema], numbers: dict[Hashable, int]) -> None:
        self._components = components
        self._numbers = numbers
        self._of_component: dict[str, Hashable] = {}
        self._of_schema: dict[Schema, int] = {}
        self._weights: dict[Schema, int] = {}
        for circle in strongly_connected(components, self._references):
            self._add(circle)

    @property
    def weight(self) -> int:
        """The cost of comparing each schema once."""
        return sum(self._weights.values())

    def of(self, schema: Schema) -> int:
        """Return the number of a schema."""
        number = self._of_schema.get(schema)
        if number is None:
            number = self._of_schema[schema] = self._number(self._content(schema))
            self._weights[schema] = _weight(schema)
        return number

    def weight_of(self, schema: Schema) -> int:
        """Return the cost of comparing a schema, without those in it."""
        self.of(schema)
        return self._weights[schema]

    def _references(self, key: str) -> Sequence[str]:
        return sorted(references_in(self._components[key]) & self._components.keys())

    def _add(self, circle: Iterable[str]) -> None:
        """Number components that lead to each other, or one that doesn't lead to itself.

        Those of a circle are equal to others if all of them are, under the same keys.
        """
        keys = sorted(circle)
        if len(keys) == 1 and keys[0] not in self._references(keys[0]):
            self._of_component[keys[0]] = self.of(self._components[keys[0]])
            return
        self._of_component.update((key, (key,)) for key in keys)
        earlier, self._of_schema = self._of_schema, {}  # these numbers are of keys, not contents
        content = [self.of(self._components[key]) for key in keys]
        self._of_schema = earlier
        whole = self._number((*keys, *content))
        self._of_component.update((key, self._number((key, whole))) for key in keys)

    def _number(self, content: Hashable) -> int:
        return self._numbers.setdefault(content, len(self._numbers))

    def _content(self, value: object) -> Hashable:
        """Return what two values have in common if they are equal; 1 isn't true."""
        if not isinstance(value, (Schema, Union, Discriminator)):
            return self._part(value)
        parts: list[Hashable] = []
        for name, default in _CONTENTS[type(value)].items():
            member = getattr(value, name)
            if member is default or (type(member) is type(default) and member == default):
                continue
            if name == "ref" and isinstance(member, str) and member in self._of_component:
                parts.append((name, self._of_component[member]))
            else:
                parts.append((name, self._part(member)))
        return tuple(parts)

    def _part(self, value: object) -> Hashable:
        match value:
            case Schema():
                return (self.of(value),)
            case Union() | Discriminator():
                return self._content(value)
            case bool():
                return str(value), bool
            case str() | int() | float() | None:
                return value
            case tuple():
                parts = cast("tuple[object, ...]", value)
                if any(isinstance(part, Schema) for part in parts):
                    return tuple(map(self._part, parts))
                return json.dumps(parts, default=str), tuple
            case Mapping():
                members = cast("Mapping[str, object]", value)
                if any(isinstance(member, Schema) for member in members.values()):
                    return tuple((name, self._part(member)) for name, member in members.items())
                return json.dumps(members, default=str), dict
            case _ if value is MISSING:
                return MISSING
            case _:
                return json.dumps(value, default=str), list


def _weight(schema: Schema) -> int:
    members = len(schema.properties or ()) + len(schema.prefix_items or ())
    members += len(schema.branches) + len(schema.enum or ())
    text = json.dumps(schema.server_checked, default=str) if schema.server_checked else ""
    return 1 + members + (len(text) + len(schema.description)) // _TEXT_FOR_ONE
