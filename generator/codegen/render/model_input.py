"""The input of datamodel-code-generator, made from the IR.

It has final names, flat types, plain constraints and docstrings as code, so that a description has
no control over the result.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from textwrap import shorten

from ...base.immutable import immutable
from ...base.printable import printable_line
from ..ir.annotations import annotation
from ..ir.models import Alias, Enumeration, Model, ModelField, Module
from ..ir.types import (
    Array,
    Constant,
    Dict,
    File,
    Json,
    Nullable,
    Ref,
    Scalar,
    Type,
    UnionType,
    covariant_lists,
    has_any,
    is_exact,
    referenced,
    takes_bytes,
)
from .source.docstrings import model_docstring, py_literal

PREFIX = "#/components/schemas/"
HERE = "__here__"
"""The module of what the template of the module has: enumerations, and ``UnknownVariant``. With a
module's name none is taken for another.
"""
ITSELF = "__itself__"
"""A recursive list in its own type, which datamodel-code-generator would drop; no schema has that
name."""
_TYPES_BY_PATTERN = {
    "^[0-9]+$": "Digits", r"^\d+$": "Digits", "^[0-9a-f]+$": "HexDigits",
    "^[0-9a-fA-F]+$": "HexDigits", "^[A-Fa-f0-9]+$": "HexDigits",
}  # fmt: skip
"""The aliases of texts of which a pattern is the only limit."""
_BASES = ("Model", "OpenModel")
"""The base classes of the models."""
_MOST_LEVELS = 25
"""Over how many classes a way may lead for which Python's limit of recursion is enough."""
_IMPORTS = {
    "_runtime.model": ("Opt", "OrStr", "OrInt", "ListOf"),
    "_runtime.composed": ("ResponseOnly",),
    "_runtime.readers": ("Untyped",),
    "_runtime.encoded": ("BASE64", "Base64Text"),
    "_runtime.exact": ("DIGITS", "EXACT", "INTEGERS", "Number"),
    "_runtime.decimals": ("DecimalNumber",),
    "_runtime.formats": ("UUID", "Decimal", "date", "datetime", "time", "timedelta"),
    "_runtime.unions": ("OpenUnion",),
    "files": ("FileContent",),
}
"""The names that the models import from each module of the package."""
MARKS = (
    "pydantic.Field", "typing.Annotated", "typing.ClassVar", "typing.TYPE_CHECKING",
    "_runtime.model.Opt", "_runtime.model.OrStr", "_runtime.model.OrInt", "_runtime.model.ListOf",
    "_runtime.model.OpenModel", "_runtime.composed.ResponseOnly", "_runtime.readers.Untyped",
    "_runtime.encoded.BASE64", "_runtime.exact.DIGITS", "collections.abc.Mapping",
    "_runtime.decimals.DecimalNumber", "_runtime.exact.EXACT", "_runtime.exact.INTEGERS",
    "_runtime.exact.Number", "_runtime.unions.OpenUnion",
)  # fmt: skip
"""Imports for what datamodel-code-generator only copies; those that nothing uses are removed."""
_LONGEST_WARNING = 300
"""The characters of a description in the warning of a deprecated field."""
_SPACE = "in_"
"""The start of a module's name in a run: a class is imported from a module of another name."""
Schema = dict[str, Json]


@immutable
class ModelInput:
    """The input of datamodel-code-generator for a module: schemas, and data for the templates."""

    module: str
    """The module's name; empty if it is the only one."""
    schemas: Schema
    template_data: Mapping[str, Mapping[str, Json]]
    """By the name of a class or an alias."""
    imports: Mapping[str, str]
    """The modules of the names that aren't defined here."""
    aliases: Mapping[str, str]
    """The names of fields that differ from their wire names, by ``Class.wire``."""

    @property
    def space(self) -> str:
        """The start of its schemas' names in a run that has other modules, too."""
        return f"{_SPACE}{self.module}."

    @property
    def text(self) -> str:
        """All of it as text, which is the same if the result is."""
        return json.dumps([getattr(self, field.name) for field in fields(self)])


def model_inputs(modules: Sequence[Module]) -> list[ModelInput]:
    """Return the input for each module of the models, without enumerations and other names."""
    homes = {c.name: module.name for module in modules for c in module.components}
    return [_Builder(module, homes).input() for module in modules]


class _Builder:
    def __init__(self, module: Module, homes: Mapping[str, str]) -> None:
        self.module = module
        self.homes = {**homes}
        self.taken = {*homes}
        self.imported: dict[str, str] = {}
        """The modules of the classes that this one imports."""
        self.whole = ""
        """The name of the recursive list whose type is being made."""
        self.schemas: Schema = {}
        self.extra: dict[str, dict[str, Json]] = {}

    def input(self) -> ModelInput:
        # A class with the name of a builtin first: until then the name means the builtin.
        for component in sorted(
            self.module.components, key=lambda c: not hasattr(builtins, c.name)
        ):
            match component:
                case Model():
                    self._model(component)
                case Enumeration():
                    pass
                case Alias() if component.is_name:
                    pass
                case Alias(name, doc, made):
                    is_recursive = isinstance(made, Array) and name in referenced(made)
                    self.whole = name if is_recursive else ""
                    self.schemas[name] = self._type(made, name, top=True)
                    self.whole = ""
                    if doc:
                        self._mark(name, {"doc": model_docstring(doc, 0)})
                    if isinstance(made, UnionType) and made.tag:
                        self._open_union(name, made)
                    self._mark(name, {"marks": _marks(made), "is_recursive": is_recursive})
        above = ".." if self.module.name else "."
        for module, names in _IMPORTS.items():
            self.imported |= dict.fromkeys(names, f"{above}{module}")
        bases = f"{above}_runtime.model"
        if self.module.levels > _MOST_LEVELS:
            bases = f"{above}_runtime.deep_models"
        self.imported |= dict.fromkeys(_BASES, bases)
        aliases: dict[str, str] = {}
        for component in self.module.components:
            for field in component.fields if isinstance(component, Model) else ():
                if field.name != field.wire:
                    aliases[f"{component.name}.{field.wire}"] = str(field.name)
        return ModelInput(self.module.name, self.schemas, self.extra, self.imported, aliases)

    def _open_union(self, name: str, union: UnionType) -> None:
        """Let a union with a discriminator accept unknown values of it."""
        options = self.schemas[name]
        assert isinstance(options, dict)
        assert isinstance(options["anyOf"], list)
        options["anyOf"].append({"customTypePath": f"{HERE}.UnknownVariant"})
        arguments = ", ".join(map(py_literal, (union.tag, *union.tags)))
        default = f", default={union.default}" if union.default >= 0 else ""
        implied = ", is_implied=True" if union.is_implied else ""
        mark = f"OpenUnion({arguments}{default}{implied})"
        self._mark(name, {"open_union": mark})

    def _mark(self, name: str, data: Mapping[str, Json]) -> None:
        """Add data for the template of a class or an alias."""
        self.extra.setdefault(name, {}).update(data)

    def _model(self, model: Model) -> None:
        properties: Schema = {field.wire: self._field(model, field) for field in model.fields}
        required: list[Json] = [*properties]  # so that no type gets None
        schema: Schema = {"type": "object", "properties": properties, "required": required}
        if model.extra is not None and model.extra != Scalar("any"):
            schema["additionalProperties"] = self._type(model.extra, f"{model.name}Value")
        self.schemas[model.name] = schema
        extra = model.extra or Scalar("any")
        fields: dict[str, Json] = {
            "doc": model_docstring(model.doc, 4) if model.doc else "",
            "docs": {f.name: model_docstring(f.doc, 4) for f in model.fields if f.doc},
            "marks": {f.name: _marks(f.type) + _deprecation(model, f) for f in model.fields},
            "extra_marks": _marks(extra),
            "sent": [f.name for f in model.fields if f.is_one_way and f.write_only],
            "received": [f.name for f in model.fields if f.is_one_way and f.read_only],
            "read_only": [*model.read_only],
            "optional": [f.name for f in model.fields if not f.required],
            "absent": [f.name for f in model.fields if not f.required and not f.nullable],
            "arguments": _arguments(model),
            "covariant": {f.name: covariant_lists(f.type) for f in model.fields},
        }
        flags: dict[str, Json] = {
            "is_open": model.extra is not None,
            "is_untyped": model.is_untyped,
            "is_response_only": model.is_response_only,
        }
        self._mark(model.name, {**flags, **fields})

    def _field(self, model: Model, field: ModelField) -> Schema:
        name = model.name + "".join(part[:1].upper() + part[1:] for part in field.name.split("_"))
        is_any = field.type in (Scalar("any"), Scalar("null"))
        made = Nullable(field.type) if field.nullable and not is_any else field.type
        return self._type(made, name, top=True)

    # ── types ────────────────────────────────────────────────────────────────────────────────

    def _type(self, type_: Type, name: str, *, top: bool = False) -> Schema:
        match type_:
            case Scalar("any"):
                return {}
            case Scalar("number", constraints=()):
                return {"customTypePath": f"_runtime.exact.{type_.number}"}
            case Scalar(is_base64=True, constraints=()):
                return {"customTypePath": "_runtime.encoded.Base64Text"}
            case Scalar("bytes"):
                return {"type": "string", "format": "binary"}
            case Scalar(kind, wire, constraints):
                schema: Schema = {"type": kind}
                if wire:
                    schema["format"] = wire
                schema.update(constraints)
                if kind == "number" and type_.number:
                    schema["x-python-type"] = type_.number
                alias = _TYPES_BY_PATTERN.get(str(schema.get("pattern")), "")
                if alias and len(constraints) == 1 and not type_.is_base64:
                    return self._alias(schema, alias)
                if top or not constraints:
                    return schema
                return self._alias(schema, name, marks=_marks(type_))
            case Constant(values):
                kinds = {str: "string", int: "integer", bool: "boolean"}
                return {"type": kinds[type(values[0])], "enum": [*values]}
            case Ref(target, beside):
                return self._reference(target, beside)
            case Array(items, constraints):
                schema = {"type": "array", "items": self._type(items, f"{name}Item")}
                schema.update(constraints)
                if top or not constraints:
                    return schema
                return self._alias(schema, name, covariant=covariant_lists(type_))
            case Dict(values):
                inner = self._type(values, f"{name}Value")
                return {"type": "object", "additionalProperties": inner}
            case UnionType(options):
                names = [name if isinstance(o, Array) else f"{name}Item" for o in options]
                return {"anyOf": [self._type(o, n) for o, n in zip(options, names, strict=True)]}
            case Nullable(inner):
                return self._nullable(inner, name, top=top)
            case File():
                return {"customTypePath": "files.FileContent"}

    def _reference(self, target: str, beside: str) -> Schema:
        home = self.homes[target]
        if home != self.module.name:
            self.imported[target] = f".{home}"
        if not beside:
            is_here = home == self.module.name
            if target == self.whole:
                return {"customTypePath": f"{HERE}.{ITSELF}"}
            return self._own(target) if is_here else {"customTypePath": f"{home}.{target}"}
        name = f"Or{beside.capitalize()}"
        module = HERE if home == self.module.name else home
        kind = "string" if beside == "str" else "integer"
        return {"type": kind, "x-python-type": f"{name}[{module}.{target}]"}

    def _nullable(self, inner: Type, name: str, *, top: bool) -> Schema:
        schema = self._type(inner, name, top=top)
        kind = schema.get("type")
        if "enum" in schema:
            return {**schema, "nullable": True}
        # Of an object or null, datamodel-code-generator drops the type of the values.
        if isinstance(kind, str) and kind != "object" and "x-python-type" not in schema:
            return {**schema, "type": [kind, "null"]}
        if "anyOf" in schema and isinstance(schema["anyOf"], list):
            return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
        return {"anyOf": [schema, {"type": "null"}]}

    def _alias(self, schema: Schema, name: str, *, covariant: int = 0, marks: str = "") -> Schema:
        """Return a named alias, so that a constraint inside a list doesn't become a class."""
        while name in self.taken and self.schemas.get(name) != schema:
            name += "_"
        self.taken.add(name)
        self.schemas[name] = schema
        self._mark(name, {"marks": marks, "covariant": covariant})
        return self._own(name)

    def _own(self, name: str) -> Schema:
        """Return a reference to a schema of this module."""
        return {"$ref": f"{PREFIX}{_SPACE}{self.module.name}.{name}"}


def _arguments(model: Model) -> dict[str, Json]:
    """Return the annotations of a constructor's arguments that may have bytes, by field."""
    arguments: dict[str, Json] = {}
    for field in model.fields:
        if takes_bytes(field.type):
            made = Nullable(field.type) if field.nullable else field.type
            hint = annotation(made, "argument").replace("models.", "")
            arguments[field.name] = hint.replace("Sequence[", "ListOf[")
    return arguments


def _deprecation(model: Model, field: ModelField) -> str:
    """Return the mark of a deprecated field, whose warning names it with its description."""
    if not field.deprecated:
        return ""
    described = printable_line(" ".join(field.doc.value.split()))
    message = f"{model.name}.{field.name} is deprecated"
    if described:
        message += f": {shorten(described, _LONGEST_WARNING, placeholder=' …')}"
    return f", Field(deprecated={py_literal(message)})"


def _marks(type_: Type) -> str:
    """Return the marks of the annotation of a type, each after a comma."""
    match type_:
        case Scalar("number"):
            return "" if type_.number else ", INTEGERS, DIGITS"
        case Scalar(is_base64=True, constraints=constraints):
            return ", BASE64" if constraints else ""
        case Nullable(inner):
            return _marks(inner)
        case _:
            return ", EXACT" * is_exact(type_) + ", DIGITS" * has_any(type_)
