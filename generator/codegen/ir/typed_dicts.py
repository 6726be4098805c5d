"""The module ``params``: the dictionaries that callers may give in place of classes, with types.

A dictionary has the names of JSON, and each value as the constructor of the class takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...base.immutable import immutable
from .annotations import optional
from .models import Alias, Component, Enumeration, Model, ModelField
from .types import (
    Array,
    Code,
    Constant,
    Dict,
    File,
    Nullable,
    Ref,
    Scalar,
    Type,
    UnionType,
    referenced,
)

MODULE = "params."
"""The module of the dictionaries, before a name of it."""
_LARGEST_LITERAL = 63
"""The bits of the largest integer that type checkers take in a ``Literal``."""
_IN_LISTS = ("Any", "bool", "int", "str")
"""The types of items that have no narrower ones. A sequence of texts could be one text."""


def sent_fields(model: Model) -> list[ModelField]:
    """Return the fields of a dictionary: those of the class that a request has."""
    return [field for field in model.fields if field.name not in model.read_only]


def components_in(component: Component) -> Iterator[str]:
    """Yield the names of the components in the values of a dictionary or an alias."""
    match component:
        case Model():
            for field in sent_fields(component):
                yield from referenced(field.type)
            if component.extra is not None and not sent_fields(component):
                yield from referenced(component.extra)
        case Alias():
            yield from referenced(component.type)
        case Enumeration():
            pass


def is_named(component: Component) -> bool:
    """Return whether the module has a name for a component.

    It has none for a class without fields, nor for an alias of a scalar.
    """
    match component:
        case Model():
            return bool(sent_fields(component)) or component.extra is None
        case Enumeration():
            return True
        case Alias(type=Nullable(inner)) | Alias(type=inner):
            return not isinstance(inner, Scalar | Constant)


@immutable
class TypedDicts:
    """The dictionaries, and aliases for unions, lists and enumerations in them."""

    components: Mapping[str, Component]
    """The classes, enumerations and aliases that arguments have, by name."""
    names: Mapping[str, str]
    """The name in the module of each that has one."""

    def annotation(self, type_: Type, module: str = "") -> Code:
        """Return the annotation of a value; ``module`` is before the names of the module."""
        return Code(" | ".join(dict.fromkeys(self._options(type_, module))))

    def field_annotation(self, field: ModelField) -> Code:
        """Return the annotation of a key."""
        hint = self.annotation(field.type)
        if field.nullable and hint != "Any":
            hint = optional(hint)
        if not field.is_sent_always:
            hint = Code(f"NotRequired[{hint}]")
        return hint

    def alias_annotation(self, component: Enumeration | Alias) -> Code:
        """Return the type that an alias of the module is for."""
        if isinstance(component, Alias):
            hint = self.annotation(component.type)
            if isinstance(component.type, UnionType) and component.type.tag:
                hint = Code(f"{hint} | models.UnknownVariant")
            return hint
        literals: list[str] = []
        for _, value in component.members:
            if isinstance(value, int) and value.bit_length() > _LARGEST_LITERAL:
                return Code(f"models.{component.name} | int")
            literals.append(repr(value))
        return Code(f"models.{component.name} | Literal[{', '.join(literals)}]")

    def is_recursive(self, name: str) -> bool:
        """Return whether a type has itself in it."""
        seen: set[str] = set()
        todo = [name]
        while todo:
            for inner in components_in(self.components[todo.pop()]):
                if inner == name:
                    return True
                if inner not in seen:
                    seen.add(inner)
                    todo.append(inner)
        return False

    def _options(self, type_: Type, module: str) -> Iterator[str]:
        """Yield the types of which a value may be."""
        match type_:
            case Scalar():
                yield type_.python
                if type_.is_base64:
                    yield "bytes"
                if type_.format and type_.kind == "string":
                    yield "str"
                elif type_.format:
                    yield "float"
            case Constant(values):
                yield f"Literal[{', '.join(map(repr, values))}]"
            case Array(items):
                hint, collection = self.annotation(items, module), "Sequence"
                if hint in _IN_LISTS:
                    collection = "list"
                yield f"{collection}[{hint}]"
            case Dict(values):
                yield f"Mapping[str, {self.annotation(values, module)}]"
            case UnionType(options):
                for option in options:
                    yield from self._options(option, module)
            case Nullable(inner):
                yield from self._options(inner, module)
                yield "None"
            case File():
                yield "FileContent"
            case Ref(name):
                yield from self._options_of(self.components[name], module)

    def _options_of(self, component: Component, module: str) -> Iterator[str]:
        """Yield the types of which a value of a component may be."""
        if isinstance(component, Model):
            yield f"models.{component.name}"
        if component.name in self.names:
            yield module + self.names[component.name]
        elif isinstance(component, Alias):
            yield from self._options(component.type, module)
        if isinstance(component, Model) and component.extra is not None:
            values = Code("Any")
            if not sent_fields(component):
                values = self.annotation(component.extra, module)
            yield f"Mapping[str, {values}]"
