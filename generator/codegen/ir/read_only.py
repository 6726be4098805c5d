"""The members of request bodies that only responses have: a client leaves out those that it read.

Source: OpenAPI 3.1.1 §4.8.24, JSON Schema 2020-12 (validation) §9.4 (``readOnly``): a request
SHOULD NOT have them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from .models import Alias, Component, Model
from .operations import ClientOperation
from .types import Ref, Type, UnionType, referenced, walk


def add_read_only(
    components: Sequence[Component], operations: Sequence[ClientOperation], sent: Iterable[str]
) -> tuple[tuple[Component, ...], tuple[ClientOperation, ...]]:
    """Return components and operations with the fields that aren't sent as they were read.

    ``sent`` are the names of the components of requests. The property of a discriminator is sent,
    because it tells the branch.
    """
    by_name = {component.name: component for component in components}
    bodies = [body.type for operation in operations for body in operation.bodies]
    tags = _tags(
        [*(type_ for component in components for type_ in _types(component)), *bodies], by_name
    )
    for name in sent:
        component = by_name.get(name)
        if isinstance(component, Model):
            fields = [f for f in component.fields if f.read_only and f.wire not in tags[name]]
            by_name[name] = replace(component, read_only=tuple(field.name for field in fields))
    leading = _leading(by_name)
    marked: list[ClientOperation] = []
    for operation in operations:
        names = {name for body in operation.bodies for name in referenced(body.type)}
        marked.append(replace(operation, sends_read_only=not leading.isdisjoint(names)))
    return tuple(by_name.values()), tuple(marked)


def _types(component: Component) -> Iterator[Type]:
    """Yield the types that a component refers to."""
    if isinstance(component, Alias):
        yield component.type
    elif isinstance(component, Model):
        yield from (field.type for field in component.fields)
        if component.extra is not None:
            yield component.extra


def _tags(types: Iterable[Type], components: Mapping[str, Component]) -> Mapping[str, set[str]]:
    """Return the properties of discriminators by the name of the class."""
    tags: dict[str, set[str]] = defaultdict(set)
    for type_ in types:
        for union in walk(type_):
            if not isinstance(union, UnionType) or not union.tag:
                continue
            for option in union.options:
                if isinstance(option, Ref):
                    tags[option.name].add(union.tag)
    aliases = [name for name in tags if isinstance(components.get(name), Alias)]
    while aliases:  # a union of unions
        name = aliases.pop()
        for other in (name for type_ in _types(components[name]) for name in referenced(type_)):
            new = tags[name] - tags[other]
            tags[other] |= new
            if new and isinstance(components.get(other), Alias):
                aliases.append(other)
    return tags


def _leading(components: Mapping[str, Component]) -> set[str]:
    """Return the names of the components with a field that isn't sent as read, or with one that
    has such a field in turn.
    """
    users: dict[str, list[str]] = defaultdict(list)
    todo: list[str] = []
    for name, component in components.items():
        for type_ in _types(component):
            for other in referenced(type_):
                users[other].append(name)
        if isinstance(component, Model) and component.read_only:
            todo.append(name)
    leading = set(todo)
    while todo:
        for user in users[todo.pop()]:
            if user not in leading:
                leading.add(user)
                todo.append(user)
    return leading
