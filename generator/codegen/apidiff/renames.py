"""The names of a public API that a newer one has under another name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from .api import Declaration, PublicApi

RESOURCES = "resources."
"""The start of the names of classes of methods."""
_Owners = Mapping[str, str]


def renames(
    old: PublicApi, new: PublicApi, pairs: Iterable[tuple[str, str]] = ()
) -> dict[str, str]:
    """Return the new names of the classes and aliases that have another name.

    Beside the ``pairs`` ones, a class that is gone is the new one with the same fields or members,
    where no other looks like either; or the only one with exactly these, also if several became
    one.
    """
    renamed: dict[str, str] = {}
    for name, other in pairs:
        if name in old.symbols and other in new.symbols and name not in new.symbols:
            renamed.setdefault(name, other)
    gone, come = _by_shape(old, new, renamed), _by_shape(new, old, {*renamed.values()})
    for shape, names in gone.items():
        if len(names) == len(come.get(shape, ())) == 1:
            renamed[names[0]] = come[shape][0]
    if old.source.places and new.source.places:  # of descriptions, drift tells what became one
        for name, other in _merged(old, new).items():
            renamed.setdefault(name, other)
    return renamed | _renamed_resources(old, new)


def _merged(old: PublicApi, new: PublicApi) -> dict[str, str]:
    """Return the class or alias that is exactly as each one that is gone, if there is one such.

    One that the old API doesn't have is preferred: several may have become it.
    """
    come: dict[object, list[str]] = {}
    every: dict[object, list[str]] = {}
    for name, parts in _parts(new).items():
        every.setdefault(frozenset(parts), []).append(name)
        if name not in old.symbols:
            come.setdefault(frozenset(parts), []).append(name)
    merged: dict[str, str] = {}
    for name, parts in _parts(old).items():
        if name in new.symbols:
            continue
        for equal in (come.get(frozenset(parts), ()), every.get(frozenset(parts), ())):
            if len(equal) == 1:
                merged.setdefault(name, equal[0])
    return merged


def _parts(api: PublicApi) -> dict[str, set[str]]:
    """Return the fields and members of each class, and the type of each alias, as text."""
    parts: dict[str, set[str]] = {}
    for declaration in api.declarations.values():
        is_field = declaration.kind == "field" and "init" in declaration.flags
        if is_field or declaration.kind == "member":
            parts.setdefault(declaration.owner, set()).add(str(declaration))
        elif declaration.kind == "alias":
            parts[declaration.owner] = {f"alias of {declaration.type}"}
    return parts


def _by_shape(api: PublicApi, other: PublicApi, without: Iterable[str]) -> dict[object, list[str]]:
    shapes: dict[str, set[str]] = {}
    for one in api.declarations.values():
        is_new = one.owner not in other.symbols and one.owner not in without
        if is_new and (one.kind == "member" or (one.kind == "field" and "init" in one.flags)):
            shapes.setdefault(one.owner, set()).add(str(one) if one.kind == "member" else one.name)
    shapes_of: dict[object, list[str]] = {}
    for name, shape in shapes.items():
        shapes_of.setdefault(frozenset(shape), []).append(name)
    return shapes_of


def _renamed_resources(old: PublicApi, new: PublicApi) -> dict[str, str]:
    """Return the new names of the classes of methods, of which a module has one for each client."""
    modules = renamed_methods(old, new)
    stems = {name.partition(".")[0]: other.partition(".")[0] for name, other in modules.items()}
    classes: dict[tuple[str, bool], str] = {}
    for name in _resources(new):
        module, _, class_ = name.removeprefix(RESOURCES).rpartition(".")
        classes[module, class_.startswith("Async")] = name
    renamed: dict[str, str] = {}
    for name in _resources(old):
        module, _, class_ = name.removeprefix(RESOURCES).rpartition(".")
        is_async = class_.startswith("Async")
        other = classes.get((module, is_async)) or classes.get((stems.get(module, ""), is_async))
        if other is not None and name not in new.symbols and other not in old.symbols:
            renamed[name] = other
    return renamed


def _resources(api: PublicApi) -> Iterator[str]:
    for name in api.symbols:
        if name.startswith(RESOURCES):
            yield name


def renamed_methods(old: PublicApi, new: PublicApi) -> dict[str, str]:
    """Return the new names of the methods whose request another method makes now."""
    before, after = _by_request(old), _by_request(new)
    renamed: dict[str, str] = {}
    for request, methods in before.items():
        others = after.get(request, {})
        for kind, names in methods.items():
            gone = [name for name in names if name not in others.get(kind, ())]
            come = [name for name in others.get(kind, ()) if name not in names]
            if len(gone) == len(come) == 1:
                renamed[gone[0]] = come[0]
    return renamed


def _by_request(api: PublicApi) -> dict[str, dict[str, list[str]]]:
    """Return the methods of each request by what they are for: a stream, pages, a plain result."""
    results = {one.owner: one for one in api.declarations.values() if one.kind == "result"}
    methods: dict[str, dict[str, list[str]]] = {}
    for name, request in api.source.operations.items():
        kind = _kind(results[name]) if name in results else ""
        methods.setdefault(request, {}).setdefault(kind, []).append(name)
    return methods


def _kind(result: Declaration) -> str:
    for option in result.type.alternatives:
        if option.name.removeprefix("Async") in ("Stream", "Paginated", "Iterator"):
            return option.name.removeprefix("Async")
    return ""


def renamed_parts(
    old: Sequence[Declaration],
    new: Sequence[Declaration],
    wire: Callable[[Declaration, bool], object],
) -> dict[str, str]:
    """Return the new names of parameters or fields, of one method or class, that are gone.

    ``wire`` gives what identifies one, given whether it is of the new API; None if nothing does.
    One without that is identified by its position and its type.
    """
    names, others = {one.name for one in old}, {one.name for one in new}
    come: dict[object, list[str]] = {}
    for one in new:
        identity = wire(one, True)
        if one.name not in names and identity is not None:
            come.setdefault(identity, []).append(one.name)
    gone: dict[object, list[str]] = {}
    for one in old:
        identity = wire(one, False)
        if one.name not in others and identity is not None:
            gone.setdefault(identity, []).append(one.name)
    renamed: dict[str, str] = {}
    for identity, own in gone.items():
        if len(own) == len(come.get(identity, ())) == 1:
            renamed[own[0]] = come[identity][0]
    return renamed
