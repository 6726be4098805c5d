"""The classes and aliases of the models, and their modules: one for a small API, else one for each
resource.

A component that only one resource uses belongs to that resource, others are shared, so that using
a resource imports no other resource's models. A group that is too large for type checkers is
divided further, between its strongly connected components.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ...base.errors import note_bug
from ...reading.document.cycles import strongly_connected
from ...reading.openapi.json_values import is_enumeration
from ...reading.openapi.model.schemas import Schema
from ..ir.models import Alias, Component, Enumeration, Model, ModelField, Module
from ..ir.types import Nullable, Scalar, Type, referenced
from ..names import (
    FIELDS,
    Identifier,
    Spelling,
    constant,
    first_without_signs,
    join,
    make_distinct,
    snake,
    spelled_or_first,
)
from .parts import MultipartTypes
from .types import Types, kind_of_values, listed_values, text

SINGLE = 1000
"""The number of classes, fields and values up to which there is one module."""
LARGEST = 6000
"""The number of classes, fields and values of a module that pyright still handles."""
SHARED = snake("shared")


class Models:
    """The builder of the classes and aliases of one canonical document."""

    def __init__(self, types: Types, *multipart: MultipartTypes) -> None:
        """``multipart`` has the second classes of schemas, which are for files."""
        self.types = types
        self.multipart = multipart
        self.document = types.document
        self.schemas = types.schemas

    def components(self) -> tuple[Component, ...]:
        """Return the components of the types built so far, transitively, sorted by class name."""
        of_files: dict[str, Component] = {}
        for multipart in self.multipart:
            with self.types.used_in(request=not multipart.is_received):
                for name, (key, files) in sorted(multipart.classes.items()):
                    of_files[name] = self._model(name, key, files)
        used, sent = self.types.used, self.document.reachable(*self.document.sent_schemas())
        if self.document.models:  # then nothing else needs a schema
            used |= self.schemas.keys()
            sent = used
        made: dict[str, Component] = {}
        while todo := used - made.keys():  # making one may use more
            for key in sorted(todo):
                with (
                    note_bug(f"the schema {key!r}", self._users(key)),
                    self.types.used_in(request=key in sent),
                ):
                    made[key] = self._component(key, self.schemas[key])
        every = {component.name: component for component in made.values()} | of_files
        return tuple(every[name] for name in sorted(every))

    def _users(self, key: str) -> Iterator[str]:
        for op in (*self.document.operations, *self.document.webhooks):
            if key in self.document.reachable(*op.schemas()):
                yield op.label

    def _component(self, key: str, schema: Schema) -> Component:
        name = self.types.names[key]
        if schema.properties is not None:
            return self._model(name, key)
        if is_enumeration(schema.enum):
            return self._enumeration(name, schema)
        return Alias(name, text(schema.description), self.types.type(schema))

    def _model(
        self,
        name: Identifier,
        key: str,
        files: Mapping[str, Type] = MappingProxyType({}),
    ) -> Model:
        schema = self.schemas[key]
        properties = schema.properties or {}
        final = make_distinct(
            properties,
            lambda wire, level: snake(wire, FIELDS, level),
            # A constructor takes both names, so `class_` is left to a member called so.
            lambda group, name: name if name in group else spelled_or_first(group, name),
        )
        fields: list[ModelField] = []
        for wire, member in properties.items():
            type_ = files[wire] if wire in files else self.types.type(member)
            nullable = isinstance(type_, Nullable) or member.nullable
            target = self.schemas[member.ref] if member.ref else member
            fields.append(
                ModelField(
                    final[wire],
                    wire,
                    type_.inner if isinstance(type_, Nullable) else type_,
                    wire in schema.required,
                    nullable
                    or type_ == Scalar("null")
                    or (wire not in files and self._admits_any(member)),
                    self.types.doc(member),
                    member.deprecated,
                    member.read_only or target.read_only,
                    member.write_only or target.write_only,
                    wire in schema.one_way and not self.document.models,
                )
            )
        extra = schema.additional_properties
        is_open = extra is True or (extra is None and not properties)
        rest: Type | None = Scalar("any") if is_open else None
        if isinstance(extra, Schema):
            rest = files[""] if "" in files else self.types.type(extra)
        return Model(
            name,
            text(schema.description),
            tuple(fields),
            key,
            rest,
            schema.is_type_implied,
            is_response_only=not self.types.is_sent,
        )

    def _admits_any(self, schema: Schema) -> bool:
        """Return whether a schema, or a branch of it, restricts nothing."""
        any_value = Scalar("any")
        return any(self.types.type(leaf) == any_value for leaf in self.document.leaves(schema))

    def _enumeration(self, name: Identifier, schema: Schema) -> Enumeration:
        wires = {str(value): value for value in listed_values(schema)}

        def spell(wire: str, level: Spelling) -> Identifier:
            given = "" if level else schema.enum_names.get(wire, "")
            return constant(given or wire, level)

        final = make_distinct(wires, spell, first_without_signs)
        members = tuple((final[wire], value) for wire, value in wires.items())
        kind = "string" if kind_of_values(schema) == "str" else "integer"
        return Enumeration(name, text(schema.description), kind, members)


# ── modules ──────────────────────────────────────────────────────────────────────────────────────


def divide(components: Sequence[Component], users: Mapping[str, set[str]]) -> tuple[Module, ...]:
    """Return the modules of the models, each after those that it imports.

    ``users`` are the resources that use each component, by its name. Another name of a class is in
    the module of the class.
    """
    levels = _levels(components)
    if sum(map(_size, components)) <= SINGLE:
        return (Module("", tuple(components), max(levels.values(), default=0)),)
    groups: dict[str, list[Component]] = {SHARED: []}
    others = defaultdict[str, list[Component]](list)
    for component in components:
        if isinstance(component, Alias) and component.is_name:
            others[next(referenced(component.type))].append(component)
            continue
        reached = users.get(component.name, set())
        group = next(iter(reached)) if len(reached) == 1 else ""
        groups.setdefault(group or SHARED, []).append(component)
    modules: list[Module] = []
    for name, members in groups.items():
        for number, part in enumerate(_parts(members), start=1):
            module = join(name) if number == 1 else join(name, f"_part_{number}")
            every = (*part, *(other for one in part for other in others[one.name]))
            most = max(levels[component.name] for component in part)
            modules.append(Module(module, tuple(sorted(every, key=lambda c: c.name)), most))
    return tuple(modules)


def _parts(members: Sequence[Component]) -> Iterator[list[Component]]:
    part: list[Component] = []
    size = 0
    whole = sum(map(_size, members)) <= LARGEST
    for cluster in [list(members)] if whole else _clusters(members):
        more = sum(map(_size, cluster))
        if part and size + more > LARGEST:
            yield part
            part, size = [], 0
        part += cluster
        size += more
    if part:
        yield part


def _size(component: Component) -> int:
    match component:
        case Model():
            return 1 + len(component.fields)
        case Enumeration():
            return 2 + len(component.members)
        case Alias():
            return 1


def _clusters(members: Sequence[Component]) -> Iterator[list[Component]]:
    """Yield the strongly connected components in topological order."""
    known = {component.name: component for component in members}
    edges: dict[str, list[str]] = {}
    for name, component in known.items():
        edges[name] = [other for other in _mentioned(component) if other in known]
    for cluster in strongly_connected(known, edges.__getitem__):
        yield [known[name] for name in cluster]


def _levels(components: Sequence[Component]) -> dict[str, int]:
    """Return how many components the longest way leads over from each, by its name.

    In a circle a way may lead over all of its components.
    """
    levels: dict[str, int] = {}
    for cluster in _clusters(components):
        below = 0
        for component in cluster:
            for name in _mentioned(component):
                below = max(below, levels.get(name, 0))
        for component in cluster:
            levels[component.name] = len(cluster) + below
    return levels


def _mentioned(component: Component) -> Iterator[str]:
    match component:
        case Model():
            for field in component.fields:
                yield from referenced(field.type)
            if component.extra is not None:
                yield from referenced(component.extra)
        case Alias():
            yield from referenced(component.type)
        case Enumeration():
            pass
