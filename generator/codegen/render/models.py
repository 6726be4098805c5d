"""The models module, by datamodel-code-generator: the only place that knows it.

The generator is handed documents made here, from the IR, so it sees final names, flat types and
plain constraints, and nothing that a description could steer it by. What it writes isn't edited;
where it falls short, what it is given is changed, or one of its templates in ``templates/models``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from ...errors import UsageError
from ..ir import (
    Alias,
    Api,
    Array,
    Constant,
    Dict,
    Enumeration,
    Field,
    File,
    Json,
    Model,
    Module,
    Nullable,
    Ref,
    Scalar,
    Text,
    Type,
    Union,
)
from .docstrings import py_literal, wrapped
from .templates import Templates

PREFIX = "#/components/schemas/"
WIDTH = 90
SIDE_BY_SIDE = 8
"""From how many modules on it pays to have several processes write them."""
Schema = dict[str, Json]


def models(api: Api, templates: Templates) -> dict[str, str]:
    """Sources of the models, file name to text, not yet formatted.

    One file ``models.py``, or, where the IR has several modules, ``models/<module>.py`` for each.
    """
    homes = {c.name: module.name for module in api.modules for c in module.components}
    names = [f"models/{module.name}.py" if module.name else "models.py" for module in api.modules]
    with templates.models() as folder:
        make = partial(_generate, str(api.client), homes, folder)
        try:
            return dict(zip(names, _each(make, api.modules), strict=True))
        except Exception as error:
            own = [n for n in templates.replaced if n.startswith("models/")]
            if not own:
                raise
            raise UsageError(
                f"a template of yours can't be rendered ({', '.join(own)} in {templates.shown}): "
                f"{error}. Correct it; docs/templates.md says what it is given."
            ) from None


def _each(make: Callable[[Module], str], modules: Sequence[Module]) -> list[str]:
    """``make`` of each module; of many, side by side where processes can be forked."""
    workers = min(4, os.cpu_count() or 1)
    if len(modules) < SIDE_BY_SIDE or workers == 1 or "fork" not in get_all_start_methods():
        return [make(module) for module in modules]
    # One is made before the fork: the generator's import and first run cost more than most modules.
    first = min(modules, key=lambda module: len(module.components))
    made = {first.name: make(first)}
    rest = [module for module in modules if module is not first]
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        texts = pool.map(make, rest, chunksize=4)
        made |= {module.name: text for module, text in zip(rest, texts, strict=True)}
    return [made[module.name] for module in modules]


def _generate(client: str, homes: Mapping[str, str], templates: Path, module: Module) -> str:
    if not module.components:
        return '"""This client needs no models."""\n'
    from datamodel_code_generator import GenerateConfig, generate
    from datamodel_code_generator.enums import (
        DataModelType,
        InputFileType,
        TargetPydanticVersion,
    )
    from datamodel_code_generator.format import (
        DatetimeClassType,
        PythonVersion,
    )
    from datamodel_code_generator.parser import LiteralType

    lowering = _Lowering(module, homes)
    schemas, extra = lowering.document()
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
        if isinstance(component, Model)
        for field in component.fields
        if field.name != field.wire
    }
    where = f", {module.name}," if module.name else ""
    marks = ["typing.Annotated"]
    marks += ["_model.OPEN"] if any(isinstance(c, Enumeration) for c in module.components) else []
    marks += ["_unions.OpenUnion"] if "OpenUnion" in lowering.imported else []
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
            enum_field_as_literal=LiteralType.One,
            use_subclass_enum=True,
            use_specialized_enum=True,
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
            import_overrides={"Model": base, "OPEN": base, **lowering.imported},
            additional_imports=marks,
            custom_template_dir=templates,
            custom_file_header=f'"""The schemas of {client}{where} as pydantic models."""',
            aliases=aliases,
            extra_template_data=extra,  # type: ignore[arg-type]
        ),
    )
    assert isinstance(result, str)
    return result


class _Lowering:
    """The IR as the schemas that datamodel-code-generator turns into just the wanted source."""

    def __init__(self, module: Module, homes: Mapping[str, str]) -> None:
        self.module = module
        self.homes = {**homes}
        enumerations = [c for c in module.components if isinstance(c, Enumeration)]
        self.taken = {*homes, *(enumeration.open_name for enumeration in enumerations)}
        self.imported: dict[str, str] = {}
        """Classes of other modules that this one uses, to the modules."""
        self.schemas: Schema = {}
        self.extra: dict[str, dict[str, object]] = {}

    def document(self) -> tuple[Schema, dict[str, dict[str, object]]]:
        for component in self.module.components:
            match component:
                case Model():
                    self._model(component)
                case Enumeration():
                    self._enumeration(component)
                case Alias(name, doc, made):
                    if isinstance(made, Array) and _mentions(made.items, name):
                        made = Array(self._between(name, made.items), made.constraints)
                    self.schemas[name] = _described(self._type(made, name, top=True), doc)
                    if isinstance(made, Union) and made.tag:
                        self._open_union(name, made)
        return self.schemas, self.extra

    def _open_union(self, name: str, union: Union) -> None:
        """Return a discriminated union also reads what none of its discriminator's values stands for."""
        base = "." if self.module.name else ""
        self.imported["UnknownVariant"] = self.imported["OpenUnion"] = f"{base}._unions"
        options = self.schemas[name]
        assert isinstance(options, dict)
        assert isinstance(options["anyOf"], list)
        options["anyOf"].append({"customTypePath": "_unions.UnknownVariant"})
        mark = f"OpenUnion({py_literal(union.tag)}, {py_literal(union.tags)})"
        self.extra[name] = {"open_union": mark}

    def _between(self, name: str, items: Type) -> Ref:
        """Return an alias for the items of a list of itself, which would lose its type otherwise."""
        item = f"{name}Item"
        while item in self.taken:
            item += "_"
        self.taken.add(item)
        self.homes[item] = self.module.name
        self.schemas[item] = self._type(items, item, top=True)
        return Ref(item)

    def _model(self, model: Model) -> None:
        properties: Schema = {}
        for field in model.fields:
            properties[field.wire] = self._field(model, field)
        schema: Schema = {"type": "object", "properties": properties}
        required: list[Json] = [field.wire for field in model.fields if field.required]
        if required:
            schema["required"] = required
        if model.extra is not None and model.extra != Scalar("any"):
            schema["additionalProperties"] = self._type(model.extra, f"{model.name}Value")
        self.schemas[model.name] = _described(schema, model.doc)
        nullable = [f.name for f in model.fields if f.nullable and not f.required]
        arguments = ""
        if nullable:
            arguments += f", nullable=({''.join(f'{name!r}, ' for name in nullable)})"
        if model.extra is not None:
            arguments += ", extras=True"
        self.extra[model.name] = {"class_arguments": arguments}

    def _field(self, model: Model, field: Field) -> Schema:
        name = f"{model.name}{_pascal(field.name)}"
        made = Nullable(field.type) if field.nullable and field.required else field.type
        schema = _described(self._type(made, name, top=True), field.doc)
        if field.deprecated:
            schema["deprecated"] = True
        return schema

    def _enumeration(self, enumeration: Enumeration) -> None:
        self.schemas[enumeration.name] = _described(
            {
                "type": enumeration.kind,
                "enum": [value for _, value in enumeration.members],
                "x-enum-varnames": [name for name, _ in enumeration.members],
            },
            enumeration.doc,
        )
        self.schemas[enumeration.open_name] = {
            "anyOf": [{"$ref": PREFIX + enumeration.name}, {"type": enumeration.kind}],
        }
        self.extra[enumeration.open_name] = {"open_enumeration": True}

    # ── types ────────────────────────────────────────────────────────────────────────────────

    def _type(self, made: Type, name: str, *, top: bool = False) -> Schema:
        match made:
            case Scalar("any"):
                return {}
            case Scalar(kind, wire, constraints):
                schema: Schema = {"type": kind}
                if wire:
                    schema["format"] = wire
                schema.update(constraints)
                return schema if top or not constraints else self._alias(schema, name)
            case Constant(values):
                return _constant(values)
            case Ref(target, open_name):
                return self._reference(target, open_name or target)
            case Array(items, constraints):
                schema = {"type": "array", "items": self._type(items, f"{name}Item")}
                schema.update(constraints)
                return schema if top or not constraints else self._alias(schema, name)
            case Dict(values):
                inner = self._type(values, f"{name}Value")
                return {"type": "object", "additionalProperties": inner or True}
            case Union(options):
                return {"anyOf": self._options(options, name)}
            case Nullable(inner):
                return self._nullable(inner, name)
            case File():
                self.imported["FileContent"] = "..files" if self.module.name else ".files"
                return {"customTypePath": "files.FileContent"}

    def _reference(self, target: str, name: str) -> Schema:
        home = self.homes[target]
        if home == self.module.name:
            return {"$ref": PREFIX + name}
        self.imported[name] = f".{home}"
        return {"customTypePath": f"{home}.{name}"}

    def _options(self, options: Sequence[Type], name: str) -> list[Json]:
        made: list[Json] = []
        for option in options:
            inner = name if isinstance(option, Array) else f"{name}Item"
            made.append(self._type(option, inner))
        return made

    def _nullable(self, inner: Type, name: str) -> Schema:
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
        """Return a named alias, so that a constraint inside a list doesn't become a class of its own."""
        while name in self.taken and self.schemas.get(name) != schema:
            name += "_"
        self.taken.add(name)
        self.schemas[name] = schema
        return {"$ref": PREFIX + name}


def _mentions(made: Type, name: str) -> bool:
    match made:
        case Ref(target):
            return target == name
        case Array(inner) | Dict(inner) | Nullable(inner):
            return _mentions(inner, name)
        case Union(options):
            return any(_mentions(option, name) for option in options)
        case _:
            return False


def _constant(values: tuple[str | int | bool, ...]) -> Schema:
    kinds = {type(value) for value in values}
    names = {str: "string", int: "integer", bool: "boolean"}
    if len(kinds) == 1:
        return {"type": names[type(values[0])], "enum": list(values)}
    ordered = sorted(values, key=lambda value: str(type(value)))
    # Each alone: several of one kind would become a class, which a mixture doesn't need.
    return {"anyOf": [{"type": names[type(value)], "enum": [value]} for value in ordered]}


def _described(schema: Schema, doc: Text) -> Schema:
    return {**schema, "description": wrapped(doc.value, WIDTH)} if doc else schema


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
