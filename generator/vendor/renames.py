"""Classes that only go by another name: same fields, or same members."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

from .annotation import Type
from .surface import Class, Field, Method, Surface


def renames(old: Surface, new: Surface) -> dict[str, str]:
    """Old name to new name, where one class that went looks like just one that came."""
    gone, come = _shapes(old, new), _shapes(new, old)
    return {
        names[0]: come[shape][0]
        for shape, names in gone.items()
        if len(names) == 1 and len(come.get(shape, ())) == 1
    }


def _shapes(one: Surface, other: Surface) -> dict[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = {}
    for name, made in one.classes.items():
        if name not in other.classes and made.kind in ("model", "enum"):
            shape = (made.kind, frozenset(made.fields), frozenset(made.members.items()))
            if made.fields or made.members:
                found.setdefault(shape, []).append(name)
    return found


def renamed(surface: Surface, names: Mapping[str, str]) -> Surface:
    """A surface with other names of its classes, wherever they stand."""
    if not names:
        return surface
    # What is made for a class goes by its name: ``KindOrStr`` is an alias of ``Kind``.
    names = {**names, **{f"{old}OrStr": f"{new}OrStr" for old, new in names.items()}}
    return Surface(
        classes={names.get(n, n): _class(one, names) for n, one in surface.classes.items()},
        aliases={names.get(n, n): one.renamed(names) for n, one in surface.aliases.items()},
        exports=surface.exports,
        functions={n: _methods(many, names) for n, many in surface.functions.items()},
    )


def _class(one: Class, names: Mapping[str, str]) -> Class:
    fields = {n: Field(f.type.renamed(names), f.required) for n, f in one.fields.items()}
    methods = {n: _methods(many, names) for n, many in one.methods.items()}
    return replace(one, fields=fields, methods=methods)


def _methods(many: tuple[Method, ...], names: Mapping[str, str]) -> tuple[Method, ...]:
    return tuple(_method(one, names) for one in many)


def _method(one: Method, names: Mapping[str, str]) -> Method:
    types: list[Type] = [argument.type.renamed(names) for argument in one.arguments]
    arguments = tuple(replace(a, type=t) for a, t in zip(one.arguments, types, strict=True))
    return Method.of(arguments, one.result.renamed(names))
