"""The classes of a public API that have another name in a newer one."""

from __future__ import annotations

from collections.abc import Iterable

from .api import PublicApi


def renames(
    old: PublicApi, new: PublicApi, pairs: Iterable[tuple[str, str]] = ()
) -> dict[str, str]:
    """Return the new names of the classes and aliases that have another name.

    Beside the ``pairs`` ones, a class that is gone is the new one with the same fields or members,
    where no other looks like either.
    """
    renamed: dict[str, str] = {}
    for name, other in pairs:
        if name in old.symbols and other in new.symbols and name not in new.symbols:
            renamed.setdefault(name, other)
    gone, come = _by_shape(old, new, renamed), _by_shape(new, old, {*renamed.values()})
    for shape, names in gone.items():
        if len(names) == len(come.get(shape, ())) == 1:
            renamed[names[0]] = come[shape][0]
    return renamed


def merges(old: PublicApi, new: PublicApi) -> dict[str, str]:
    """Return the new names of the classes that are gone, also where several became one."""
    gone, come = _by_shape(old, new, ()), _by_shape(new, old, ())
    pairs = {shape: names for shape, names in come.items() if len(names) == 1 and shape}
    return {
        name: pairs[shape][0] for shape, names in gone.items() if shape in pairs for name in names
    }


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
