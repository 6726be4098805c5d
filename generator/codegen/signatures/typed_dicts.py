"""Typed dictionaries in place of classes: their names, and the arguments that take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..ir.annotations import optional
from ..ir.models import Alias, Component, Model
from ..ir.operations import Body, ClientOperation, MethodParameter
from ..ir.typed_dicts import MODULE, TypedDicts, components_in, is_named
from ..ir.types import Type, referenced
from ..names import Identifier, join
from .overloads import build_signatures


def build_typed_dicts(
    operations: Sequence[ClientOperation], components: Sequence[Component]
) -> TypedDicts:
    """Return the dictionaries for all classes that arguments have, at any depth."""
    by_name = {str(component.name): component for component in components}
    sent: dict[str, Component] = {}
    todo: list[str] = []
    for type_ in _arguments(operations):
        if _has_class(type_, by_name):
            todo += referenced(type_)
    while todo:
        name = todo.pop()
        if name not in sent:
            sent[name] = by_name[name]
            todo += components_in(by_name[name])
    names: dict[str, str] = {}
    for name in sorted(sent):
        if is_named(sent[name]):
            names[name] = _name(name, by_name)
    return TypedDicts({name: sent[name] for name in sorted(sent)}, names)


def with_typed_dicts(
    operations: Iterable[ClientOperation], dicts: TypedDicts
) -> tuple[ClientOperation, ...]:
    """Return operations whose arguments may be typed dictionaries."""
    typed: list[ClientOperation] = []
    for operation in operations:
        bodies = tuple(_body(body, dicts) for body in operation.bodies)
        parameters = tuple(_parameter(parameter, dicts) for parameter in operation.parameters)
        signatures = operation.signatures
        if signatures:
            signatures = build_signatures(bodies, operation.answers)
        changed = replace(operation, parameters=parameters, bodies=bodies, signatures=signatures)
        typed.append(changed)
    return tuple(typed)


def _arguments(operations: Iterable[ClientOperation]) -> Iterator[Type]:
    """Yield the types of the arguments in whose place a dictionary may be."""
    for operation in operations:
        for parameter in operation.parameters:
            yield parameter.type
        for body in operation.bodies:
            if body.codec != "parts":
                yield body.type


def _parameter(parameter: MethodParameter, dicts: TypedDicts) -> MethodParameter:
    if not _has_class(parameter.type, dicts.components):
        return parameter
    hint = dicts.annotation(parameter.type, MODULE)
    return replace(parameter, typed=hint if parameter.required else optional(hint))


def _body(body: Body, dicts: TypedDicts) -> Body:
    if body.codec == "parts" or not _has_class(body.type, dicts.components):
        return body
    return replace(body, typed=dicts.annotation(body.type, MODULE))


def _has_class(type_: Type, components: Mapping[str, Component]) -> bool:
    """Return whether a value of a type may be, or list, objects of a class."""
    todo = [*referenced(type_)]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        component = components.get(name)
        if isinstance(component, Model):
            return True
        if isinstance(component, Alias) and name not in seen:
            seen.add(name)
            todo += referenced(component.type)
    return False


def _name(name: str, components: Mapping[str, Component]) -> Identifier:
    """Return the name of a dictionary, which no class of the models has."""
    wanted = join(name, "Param")
    while wanted in components:
        wanted = join(wanted, "_")
    return wanted
