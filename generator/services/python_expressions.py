"""The Python expression that a caller writes for a JSON value."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from datetime import timedelta

from ..codegen.build.types import annotation
from ..codegen.ir import Alias, Component, Enumeration, Json, Model

_PLAIN: Mapping[str, tuple[type, ...]] = {
    "str": (str,), "int": (int,), "float": (int, float), "bool": (bool,), "None": (type(None),),
}  # fmt: skip
_READ = {
    "datetime": "datetime.fromisoformat", "date": "date.fromisoformat",
    "time": "time.fromisoformat", "UUID": "UUID", "Decimal": "Decimal",
}  # fmt: skip
_MODULES = {"UUID": "uuid", "Decimal": "decimal"}


class TypeMismatch(Exception):
    """A value that doesn't have the type."""


class Expressions:
    """A writer of values of one package's types; ``imports`` are the names that they need."""

    def __init__(self, components: Mapping[str, Component]) -> None:
        self.components = components
        self.imports: set[tuple[str, str]] = set()
        """Module and name."""
        self._choosing = 0
        """The number of unions being tried, in which a mismatch means another option."""

    def of(self, hint: str, value: Json) -> str:
        """Return the expression for a value of the type ``hint``, an annotation of a method.

        A value that doesn't have the type is written as plain data.
        """
        try:
            return self._of(_hint(hint), value)
        except TypeMismatch:
            if self._choosing:
                raise
            name = hint.removeprefix("models.")
            if isinstance(self.components.get(name), Model):
                return f"models.{name}.model_validate({value!r})"
            return repr(value)

    def _of(self, hint: ast.expr, value: Json) -> str:
        match hint:
            case ast.BinOp(left=left, right=right):
                self._choosing += 1
                try:
                    return self._of(left, value)
                except TypeMismatch:
                    return self._of(right, value)
                finally:
                    self._choosing -= 1
            case ast.Constant(value=None) if value is None:
                return "None"
            case ast.Name(id=name):
                return self._named(name, value)
            case ast.Attribute(value=ast.Name(id="models" | "models_"), attr=name):
                return self._component(self.components[name], value)
            case ast.Subscript(value=ast.Name(id="Literal"), slice=listed):
                options = listed.elts if isinstance(listed, ast.Tuple) else [listed]
                if any(
                    type(value) is type(v := ast.literal_eval(o)) and v == value for o in options
                ):
                    return repr(value)
            case ast.Subscript(ast.Name("list"), inner) if isinstance(value, list):
                return f"[{', '.join(self._of(inner, item) for item in value)}]"
            case ast.Subscript(ast.Name("dict"), ast.Tuple([_, values])) if isinstance(value, dict):
                items = (f"{key!r}: {self._of(values, one)}" for key, one in value.items())
                return f"{{{', '.join(items)}}}"
            case _:
                pass
        raise TypeMismatch

    def _named(self, name: str, value: Json) -> str:
        if name in ("Any", "object"):
            return repr(value)
        if name in ("bytes", "FileContent") and isinstance(value, str):
            return repr(value.encode())
        if name in _PLAIN:
            if isinstance(value, _PLAIN[name]) and isinstance(value, bool) <= (name == "bool"):
                return repr(value)
        elif name in _READ and isinstance(value, (str, int, float)):
            self.imports.add((_MODULES.get(name, "datetime"), name))
            return f"{_READ[name]}({str(value)!r})"
        elif name == "timedelta" and isinstance(value, str):
            from pydantic import TypeAdapter

            self.imports.add(("datetime", name))
            seconds = TypeAdapter(timedelta).validate_python(value).total_seconds()
            return f"timedelta(seconds={seconds:g})"
        raise TypeMismatch

    def _component(self, component: Component, value: Json) -> str:
        if isinstance(component, Alias):
            return self._of(_hint(annotation(component.type)), value)
        if isinstance(component, Enumeration):
            for name, known in component.members:
                if type(known) is type(value) and known == value:
                    return f"models.{component.name}.{name}"
            raise TypeMismatch
        return self._model(component, value)

    def _model(self, model: Model, value: Json) -> str:
        fields = {field.wire: field for field in model.fields}
        if not isinstance(value, dict) or any(
            f.required and f.wire not in value for f in model.fields
        ):
            raise TypeMismatch
        given: list[str] = []
        for wire, one in value.items():
            field = fields.get(wire)
            if field is None:
                if model.extra is None or not wire.isidentifier():
                    raise TypeMismatch
                given.append(f"{wire}={self.of(annotation(model.extra), one)}")
            elif one is not None or field.nullable or field.required:
                given.append(f"{field.name}={self.of(annotation(field.type), one)}")
        return f"models.{model.name}({', '.join(given)})"


def _hint(text: str) -> ast.expr:
    return ast.parse(re.sub(r"\bbuiltins\.", "", text), mode="eval").body
