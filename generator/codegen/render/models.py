"""Classes and aliases by datamodel-code-generator; the only module that imports it.

Its input is made from the IR, with final names, flat types and plain constraints, so that a
description has no control over it. Its output is divided, but not edited: to change it, change the
input or one of its templates in ``templates/models``. Enumerations need no such generator: a
template renders them.
"""

from __future__ import annotations

import builtins
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from ...errors import UsageError
from .. import ir
from .docstrings import py_literal, wrap
from .templates import Templates

PREFIX = "#/components/schemas/"
WIDTH = 90
PARALLEL_MODULES = 8
"""The number of modules from which on several processes generate them."""
MODULE = "models/module.py.jinja"
_HERE = "__enumerations__"
"""The module that an enumeration is imported from in the input; it is in the module itself."""
_HEAD = ("#", "from ", "import ")
Schema = dict[str, ir.Json]


@dataclass(frozen=True, slots=True)
class ModelSource:
    """The source of a module's models and aliases, unformatted."""

    imports: ir.Code = ir.Code("")
    body: ir.Code = ir.Code("")


def generate_models(api: ir.Api, templates: Templates) -> list[ModelSource]:
    """Return the source of each module of the models, without its enumerations.

    Raises :class:`UsageError` for a template of the user's that cannot be rendered.
    """
    homes = {c.name: module.name for module in api.modules for c in module.components}
    with templates.models() as folder:
        try:
            return _map(partial(_generate, homes, folder), api.modules)
        except Exception as error:
            own = [n for n in templates.replaced if n.startswith("models/") and n != MODULE]
            if not own:
                raise
            raise UsageError(
                f"a template of yours cannot be rendered ({', '.join(own)} in {templates.shown}): "
                f"{error}. Correct it; docs/templates.md lists its variables."
            ) from None


def _map(
    make: Callable[[ir.Module], ModelSource], modules: Sequence[ir.Module]
) -> list[ModelSource]:
    """Return ``make`` of each module, in parallel processes for many where fork is available."""
    workers = min(4, os.cpu_count() or 1)
    if len(modules) < PARALLEL_MODULES or workers == 1 or "fork" not in get_all_start_methods():
        return [make(module) for module in modules]
    # One before the fork: the generator's import and first run take longer than most modules.
    first = min(modules, key=lambda module: len(module.components))
    made = {first.name: make(first)}
    rest = [module for module in modules if module is not first]
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        sources = pool.map(make, rest, chunksize=4)
        made |= {module.name: source for module, source in zip(rest, sources, strict=True)}
    return [made[module.name] for module in modules]


def _generate(homes: Mapping[str, str], templates: Path, module: ir.Module) -> ModelSource:
    if all(isinstance(component, ir.Enumeration) for component in module.components):
        return ModelSource()
    from datamodel_code_generator import GenerateConfig, generate
    from datamodel_code_generator.enums import DataModelType, InputFileType, TargetPydanticVersion
    from datamodel_code_generator.format import DatetimeClassType, PythonVersion
    from datamodel_code_generator.parser import LiteralType

    generator_input = _Input(module, homes)
    schemas, extra = generator_input.document()
    base = ".._model" if module.name else "._model"
    document: Schema = {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    aliases = {
        f"{component.name}.{field.wire}": field.name
        for component in module.components
        if isinstance(component, ir.Model)
        for field in component.fields
        if field.name != field.wire
    }
    marks = ["typing.Annotated"]
    marks += ["_exact.EXACT"] if generator_input.is_exact else []
    marks += ["_unions.OpenUnion"] if "OpenUnion" in generator_input.imported else []
    result = generate(
        document,
        config=GenerateConfig(
            input_file_type=InputFileType.OpenAPI,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_311,
            target_pydantic_version=TargetPydanticVersion.V2_12,
            formatters=[],
            disable_timestamp=True,
            use_annotated=True,
            field_constraints=True,
            strict_nullable=True,
            use_type_alias=True,
            enum_field_as_literal=LiteralType.All,
            use_schema_description=True,
            use_field_description=True,
            use_single_line_docstring=True,
            use_standard_collections=True,
            use_union_operator=True,
            use_double_quotes=True,
            use_standard_primitive_types=True,
            output_datetime_class=DatetimeClassType.Datetime,
            custom_class_name_generator=str,
            disable_appending_item_suffix=True,
            treat_dot_as_module=False,
            allow_remote_refs=False,
            strict_refs=True,
            base_class="_model.Model",
            import_overrides={
                "Model": base,
                "EXACT": base.replace("_model", "_exact"),
                **generator_input.imported,
            },
            additional_imports=marks,
            custom_template_dir=templates,
            custom_file_header="#",
            aliases=aliases,
            extra_template_data=defaultdict(dict[str, object], extra),
        ),
    )
    assert isinstance(result, str)
    return _divided(result)


def _divided(source: str) -> ModelSource:
    """Divide the source of a module behind its imports, each of which is one line."""
    lines = source.split("\n")
    end = next(i for i, line in enumerate(lines) if line and not line.startswith(_HEAD))
    imports = [line for line in lines[:end] if line.startswith(_HEAD[1:]) and _HERE not in line]
    return ModelSource(ir.Code("\n".join(imports)), ir.Code("\n".join(lines[end:])))


class _Input:
    """The input of datamodel-code-generator for one module: schemas and template data."""

    def __init__(self, module: ir.Module, homes: Mapping[str, str]) -> None:
        self.module = module
        self.homes = {**homes}
        enumerations = [c for c in module.components if isinstance(c, ir.Enumeration)]
        self.enumerations = {enumeration.name for enumeration in enumerations}
        self.taken = {*homes, *(enumeration.open_name for enumeration in enumerations)}
        self.imported: dict[str, str] = {}
        """The modules of the classes that this one imports."""
        self.schemas: Schema = {}
        self.extra: dict[str, dict[str, object]] = {}
        self.is_exact = False
        """True if a type needs the mark of :func:`ir.is_exact`."""

    def document(self) -> tuple[Schema, dict[str, dict[str, object]]]:
        # A class with the name of a builtin first: until then the name means the builtin.
        for component in sorted(
            self.module.components, key=lambda c: not hasattr(builtins, c.name)
        ):
            match component:
                case ir.Model():
                    self._model(component)
                case ir.Enumeration():
                    pass
                case ir.Alias(name, doc, made):
                    if isinstance(made, ir.Array) and name in ir.referenced(made.items):
                        made = ir.Array(self._between(name, made.items), made.constraints)
                    self.schemas[name] = _described(self._type(made, name, top=True), doc)
                    if isinstance(made, ir.UnionType) and made.tag:
                        self._open_union(name, made)
                    self._mark(name, {"exact": ir.is_exact(made)})
        return self.schemas, self.extra

    def _open_union(self, name: str, union: ir.UnionType) -> None:
        """Let a union with a discriminator accept unknown values of it."""
        base = "." if self.module.name else ""
        self.imported["UnknownVariant"] = self.imported["OpenUnion"] = f"{base}._unions"
        options = self.schemas[name]
        assert isinstance(options, dict)
        assert isinstance(options["anyOf"], list)
        options["anyOf"].append({"customTypePath": "_unions.UnknownVariant"})
        arguments = ", ".join(map(py_literal, (union.tag, *union.tags)))
        mark = f"OpenUnion({arguments})"
        self._mark(name, {"open_union": mark})

    def _mark(self, name: str, data: Mapping[str, object]) -> None:
        """Add data for the template of a class or an alias."""
        self.extra.setdefault(name, {}).update(data)
        self.is_exact |= bool(data.get("exact"))

    def _between(self, name: str, items: ir.Type) -> ir.Ref:
        """Return an alias for the items of a recursive list, which loses its type without one."""
        item = f"{name}Item"
        while item in self.taken:
            item += "_"
        self.taken.add(item)
        self.homes[item] = self.module.name
        self.schemas[item] = self._type(items, item, top=True)
        self._mark(item, {"exact": ir.is_exact(items)})
        return ir.Ref(item)

    def _model(self, model: ir.Model) -> None:
        properties: Schema = {}
        for field in model.fields:
            properties[field.wire] = self._field(model, field)
        schema: Schema = {"type": "object", "properties": properties}
        required: list[ir.Json] = [field.wire for field in model.fields if field.required]
        if required:
            schema["required"] = required
        if model.extra is not None and model.extra != ir.Scalar("any"):
            schema["additionalProperties"] = self._type(model.extra, f"{model.name}Value")
        self.schemas[model.name] = _described(schema, model.doc)
        nullable = [f.name for f in model.fields if f.nullable and not f.required]
        arguments = ""
        if nullable:
            arguments += f", nullable=({''.join(f'{name!r}, ' for name in nullable)})"
        if model.extra is not None:
            arguments += ", extras=True"
        exact = [field.name for field in model.fields if ir.is_exact(field.type)]
        if model.extra is not None and ir.is_exact(model.extra):
            exact.append("__pydantic_extra__")
        self._mark(model.name, {"class_arguments": arguments, "exact": exact})

    def _field(self, model: ir.Model, field: ir.ModelField) -> Schema:
        name = f"{model.name}{_pascal(field.name)}"
        made = ir.Nullable(field.type) if field.nullable and field.required else field.type
        schema = _described(self._type(made, name, top=True), field.doc)
        if field.deprecated:
            schema["deprecated"] = True
        return schema

    # ── types ────────────────────────────────────────────────────────────────────────────────

    def _type(self, made: ir.Type, name: str, *, top: bool = False) -> Schema:
        match made:
            case ir.Scalar("any"):
                return {}
            case ir.Scalar(kind, wire, constraints):
                schema: Schema = {"type": kind}
                if wire:
                    schema["format"] = wire
                schema.update(constraints)
                return schema if top or not constraints else self._alias(schema, name)
            case ir.Constant(values):
                return _constant(values)
            case ir.Ref(target, open_name):
                return self._reference(target, open_name or target)
            case ir.Array(items, constraints):
                schema = {"type": "array", "items": self._type(items, f"{name}Item")}
                schema.update(constraints)
                return schema if top or not constraints else self._alias(schema, name)
            case ir.Dict(values):
                inner = self._type(values, f"{name}Value")
                return {"type": "object", "additionalProperties": inner or True}
            case ir.UnionType(options):
                names = [name if isinstance(o, ir.Array) else f"{name}Item" for o in options]
                return {"anyOf": [self._type(o, n) for o, n in zip(options, names, strict=True)]}
            case ir.Nullable(inner):
                return self._nullable(inner, name)
            case ir.File():
                self.imported["FileContent"] = "..files" if self.module.name else ".files"
                return {"customTypePath": "files.FileContent"}

    def _reference(self, target: str, name: str) -> Schema:
        home = self.homes[target]
        if home == self.module.name:
            if target not in self.enumerations:
                return {"$ref": PREFIX + name}
            home = _HERE
        self.imported[name] = f".{home}"
        return {"customTypePath": f"{home}.{name}"}

    def _nullable(self, inner: ir.Type, name: str) -> Schema:
        schema = self._type(inner, name)
        kind = schema.get("type")
        if "enum" in schema:
            return {**schema, "nullable": True}
        if isinstance(kind, str):
            return {**schema, "type": [kind, "null"]}
        if "anyOf" in schema and isinstance(schema["anyOf"], list):
            return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
        return {"anyOf": [schema, {"type": "null"}]}

    def _alias(self, schema: Schema, name: str) -> Schema:
        """Return a named alias, so that a constraint inside a list doesn't become a class."""
        while name in self.taken and self.schemas.get(name) != schema:
            name += "_"
        self.taken.add(name)
        self.schemas[name] = schema
        self._mark(name, {"exact": schema["type"] == "number"})
        return {"$ref": PREFIX + name}


def _constant(values: tuple[str | int | bool, ...]) -> Schema:
    names = {str: "string", int: "integer", bool: "boolean"}
    return {"type": names[type(values[0])], "enum": list(values)}


def _described(schema: Schema, doc: ir.Text) -> Schema:
    return {**schema, "description": wrap(doc.value, WIDTH)} if doc else schema


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
