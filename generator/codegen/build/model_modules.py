"""The division of models into modules: one for a small API, else one for each resource.

A component that only one resource uses belongs to that resource, others are shared, so that using
a resource imports no other resource's models. A group that is too large for type checkers is
divided further, between its strongly connected components.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ...document.cycles import strongly_connected
from ..ir.models import Alias, Component, Enumeration, Model, Module
from ..ir.types import referenced
from ..names import join, snake

SINGLE = 1000
"""The number of classes, fields and values up to which there is one module."""
LARGEST = 6000
"""The number of classes, fields and values of a module that pyright still handles."""
SHARED = snake("shared")


def divide(components: Sequence[Component], users: Mapping[str, set[str]]) -> tuple[Module, ...]:
    """Return the modules of the models, each after those that it imports.

    ``users`` are the resources that use each component, by its name. Another name of a class is in
    the module of the class.
    """
    if sum(map(_size, components)) <= SINGLE:
        return (Module("", tuple(components)),)
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
            modules.append(Module(module, tuple(sorted(every, key=lambda c: c.name))))
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
    edges = {name: [n for n in _mentioned(c) if n in known] for name, c in known.items()}
    for cluster in strongly_connected(known, edges.__getitem__):
        yield [known[name] for name in cluster]


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
