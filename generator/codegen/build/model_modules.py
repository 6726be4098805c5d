"""The division of models into modules: one for a small API, else one for each resource.

A component that only one resource uses belongs to that resource, others are shared, so that using
a resource imports no other resource's models. A group that is too large for type checkers is
divided further, between its strongly connected components.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ...document.cycles import strongly_connected
from .. import ir, names

SINGLE = 1000
"""The number of classes, fields and values up to which there is one module."""
LARGEST = 6000
"""The number of classes, fields and values of a module that pyright still handles."""
SHARED = names.snake("shared")


def divide(
    components: Sequence[ir.Component], users: Mapping[str, set[str]]
) -> tuple[ir.Module, ...]:
    """Return the modules of the models, each after those that it imports.

    ``users`` are the resources that use each component, by its name. Another name of a class is in
    the module of the class.
    """
    if sum(map(_size, components)) <= SINGLE:
        return (ir.Module("", tuple(components)),)
    groups: dict[str, list[ir.Component]] = {SHARED: []}
    others = defaultdict[str, list[ir.Component]](list)
    for component in components:
        if isinstance(component, ir.Alias) and component.is_name:
            others[next(ir.referenced(component.type))].append(component)
            continue
        reached = users.get(component.name, set())
        group = next(iter(reached)) if len(reached) == 1 else ""
        groups.setdefault(group or SHARED, []).append(component)
    modules: list[ir.Module] = []
    for name, members in groups.items():
        for number, part in enumerate(_parts(members), start=1):
            module = names.join(name) if number == 1 else names.join(name, f"_part_{number}")
            every = (*part, *(other for one in part for other in others[one.name]))
            modules.append(ir.Module(module, tuple(sorted(every, key=lambda c: c.name))))
    return tuple(modules)


def _parts(members: Sequence[ir.Component]) -> Iterator[list[ir.Component]]:
    part: list[ir.Component] = []
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


def _size(component: ir.Component) -> int:
    match component:
        case ir.Model():
            return 1 + len(component.fields)
        case ir.Enumeration():
            return 2 + len(component.members)
        case ir.Alias():
            return 1


def _clusters(members: Sequence[ir.Component]) -> Iterator[list[ir.Component]]:
    """Yield the strongly connected components in topological order."""
    known = {component.name: component for component in members}
    edges = {name: [n for n in _mentioned(c) if n in known] for name, c in known.items()}
    for cluster in strongly_connected(known, edges.__getitem__):
        yield [known[name] for name in cluster]


def _mentioned(component: ir.Component) -> Iterator[str]:
    match component:
        case ir.Model():
            for field in component.fields:
                yield from ir.referenced(field.type)
            if component.extra is not None:
                yield from ir.referenced(component.extra)
        case ir.Alias():
            yield from ir.referenced(component.type)
        case ir.Enumeration():
            pass
