"""The Python expression that a caller writes for a JSON value."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from ...ir.models import Alias, Component, Enumeration, Model, plain
from ...ir.types import (
    Array,
    Code,
    Constant,
    Dict,
    File,
    Json,
    Nullable,
    Ref,
    Scalar,
    Type,
    UnionType,
)
from .docstrings import py_literal

_PLAIN: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "None": (type(None),),
}
_READ: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "datetime": ("datetime.fromisoformat", datetime.fromisoformat),
    "date": ("date.fromisoformat", date.fromisoformat),
    "time": ("time.fromisoformat", time.fromisoformat),
    "UUID": ("UUID", UUID),
    "Decimal": ("Decimal", Decimal),
}
_MODULES = {"UUID": "uuid", "Decimal": "decimal"}


class TypeMismatch(Exception):
    """A value that doesn't have the type."""


class UndeclaredMember(TypeMismatch):
    """An object with a member that its class doesn't declare, so that no constructor takes it."""


class Expressions:
    """A writer of values of one package's types; ``imports`` are the names that they need."""

    def __init__(self, components: Mapping[str, Component], *, declared_only: bool = False) -> None:
        """``declared_only`` drops the members that no constructor takes, for code that is shown."""
        self.components = components
        self._drops = declared_only
        self._casts = not declared_only
        """True if type checkers read the expressions: other data is cast to ``Any``."""
        self.imports: set[tuple[str, str]] = set()
        """Module and name."""
        self._spells_floats = False
        """True in a list of a union: type checkers take ``[1]`` there for a list of integers."""
        self._choosing = 0
        """The number of unions being tried, in which a mismatch means another type."""

    def statements(self) -> Iterator[Code]:
        """Yield a statement for each module that the expressions need."""
        for module, names in groupby(sorted(self.imports), key=lambda pair: pair[0]):
            yield Code(f"from {module} import {', '.join(name for _, name in names)}")

    def of(self, type_: Type, value: Json) -> Code:
        """Return the expression for a value of a type.

        A value that doesn't have the type is written as plain data.
        """
        try:
            return self._field(type_, value)
        except UndeclaredMember:
            return self._data(type_, value)

    def expected(self, type_: Type, value: Json) -> Code | None:
        """Return the expression that a received value is equal to; None if it has another type."""
        self._choosing += 1
        try:
            return Code(self.exact(type_, value))
        except TypeMismatch:
            model = self._model_of(type_, value)
            read = f"models.{model.name}.model_validate({py_literal(value)})" if model else ""
            return Code(read) if read else None
        finally:
            self._choosing -= 1

    def _field(self, type_: Type, value: Json) -> Code:
        try:
            return Code(self.exact(type_, value))
        except UndeclaredMember:
            raise
        except TypeMismatch:
            if self._choosing:
                raise
            return self._data(type_, value)

    def _data(self, type_: Type, value: Json) -> Code:
        """Return a value as plain data, in its class if it has one; of a list each item."""
        made = plain(type_, self.components)
        if isinstance(made, Array) and isinstance(value, list):
            return Code(f"[{', '.join(self.of(made.items, item) for item in value)}]")
        model = self._model_of(type_, value)
        if model is not None:
            return Code(f"models.{model.name}.model_validate({py_literal(value)})")
        return Code(f"cast('Any', {py_literal(value)})") if self._casts else py_literal(value)

    def _model_of(self, type_: Type, value: Json) -> Model | None:
        """Return the class of an object, of a union the first whose required members it has."""
        made = plain(type_, self.components)
        if isinstance(made, UnionType) and isinstance(value, dict):
            found = (self._model_of(type_, value) for type_ in self._candidates(made, value))
            return next((one for one in found if one and _has_required(one, value)), None)
        target = self.components[made.name] if isinstance(made, Ref) else None
        return target if isinstance(target, Model) else None

    def exact(self, type_: Type, value: Json) -> str:
        """Return the expression for a value; raise :class:`TypeMismatch` if it has another type."""
        match type_:
            case Nullable(inner):
                return "None" if value is None else self.exact(inner, value)
            case UnionType():
                return self._choose(type_, value)[1]
            case Ref(name):
                return self._component(self.components[name], value)
            case Array(inner) if isinstance(value, list):
                return f"[{', '.join(self.exact(inner, item) for item in value)}]"
            case Dict(inner) if isinstance(value, dict):
                items = (f"{py_literal(key)}: {self.exact(inner, v)}" for key, v in value.items())
                return f"{{{', '.join(items)}}}"
            case Constant(values):
                if any(type(one) is type(value) and one == value for one in values):
                    return py_literal(value)
            case File() if isinstance(value, str):
                return repr(value.encode())
            case Scalar():
                return self._scalar(type_.python, value)
            case _:
                pass
        raise TypeMismatch

    def option(self, union: UnionType, value: Json) -> Type:
        """Return the type of a union that a value has; raise :class:`TypeMismatch` if none fits."""
        return self._choose(union, value)[0]

    def _choose(self, union: UnionType, value: Json) -> tuple[Type, str]:
        """Return the first type that a value has with all its members, and the expression."""
        self._choosing += 1
        drops, spells_floats = self._drops, self._spells_floats
        try:
            for self._drops in sorted({False, drops}):
                for candidate in self._candidates(union, value):
                    self._spells_floats = self._casts and isinstance(candidate, Array)
                    with suppress(TypeMismatch):
                        return candidate, self.exact(candidate, value)
        finally:
            self._choosing -= 1
            self._drops, self._spells_floats = drops, spells_floats
        raise TypeMismatch

    def _candidates(self, union: UnionType, value: Json) -> Sequence[Type]:
        """Return the types of a union that its discriminator leaves."""
        options = union.options
        if not union.tag or not isinstance(value, dict):
            return options
        told = value.get(union.tag)
        known = [o for o, v in zip(options, union.tags, strict=True) if v and _lists(v, told)]
        if union.default >= 0 and not known:
            return [options[union.default]]
        if union.is_implied and union.tag not in value:
            return options
        return known or [o for o, v in zip(options, union.tags, strict=True) if v == ()]

    def _scalar(self, name: str, value: Json) -> str:
        if name == "Any":
            return py_literal(value)
        if name == "bytes" and isinstance(value, str):
            return repr(value.encode())
        if name in _PLAIN:
            if isinstance(value, _PLAIN[name]) and isinstance(value, bool) <= (name == "bool"):
                if self._spells_floats and name == "float" and isinstance(value, int):
                    return py_literal(float(value))
                return py_literal(value)
        elif name in _READ and isinstance(value, (str, int, float)):
            made, read = _READ[name]
            try:
                read(str(value))
            except (ValueError, ArithmeticError):
                raise TypeMismatch from None
            self.imports.add((_MODULES.get(name, "datetime"), name))
            return f"{made}({str(value)!r})"
        elif name == "timedelta" and isinstance(value, str):
            from datetime import timedelta

            from pydantic import TypeAdapter

            with suppress(ValueError):
                seconds = TypeAdapter(timedelta).validate_python(value).total_seconds()
                self.imports.add(("datetime", name))
                return f"timedelta(seconds={seconds:.15g})"
        raise TypeMismatch

    def _component(self, component: Component, value: Json) -> str:
        match component:
            case Alias():
                return self.exact(component.type, value)
            case Enumeration():
                for name, known in component.members:
                    if type(known) is type(value) and known == value:
                        return f"models.{component.name}.{name}"
                raise TypeMismatch
            case Model():
                return self._model(component, value)

    def _model(self, model: Model, value: Json) -> str:
        fields = {field.wire: field for field in model.fields}
        if not isinstance(value, dict) or not _has_required(model, value):
            raise TypeMismatch
        given: list[str] = []
        for wire, one in value.items():
            field = fields.get(wire)
            if field is None:
                if self._casts or (model.extra is None and not self._drops):
                    raise UndeclaredMember  # type checkers know the declared members alone
                if model.extra is None:
                    continue
                if not wire.isidentifier() or keyword.iskeyword(wire):
                    raise TypeMismatch
                given.append(f"{wire}={self._field(model.extra, one)}")
            elif one is not None or field.nullable or field.required:
                shown = "None" if one is None else self._field(field.type, one)
                given.append(f"{field.name}={shown}")
        return f"models.{model.name}({', '.join(given)})"


def _lists(values: Sequence[Json], value: Json) -> bool:
    """Return whether a value is listed; true isn't 1."""
    is_flag = isinstance(value, bool)
    return any(each == value and isinstance(each, bool) is is_flag for each in values)


def _has_required(model: Model, value: Mapping[str, Json]) -> bool:
    """Return whether an object has the members that every value of a class has."""
    needed = (
        f
        for f in model.fields
        if (f.write_only if f.is_one_way else f.required and not (f.read_only or f.write_only))
    )
    return all(field.wire in value for field in needed)
