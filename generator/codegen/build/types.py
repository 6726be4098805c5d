"""Canonical schemas to types of the target.

Sources: OpenAPI 3.1.1 §4.8.24, the OpenAPI format registry, JSON Schema 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from ...errors import Findings, UsageError, note_bug
from ...openapi import model
from ...openapi.keywords import ROWS, constraints
from ...openapi.model import Content, Document, Schema
from .. import names
from ..ir import (
    Alias,
    Array,
    Code,
    Component,
    Constant,
    Dict,
    Enumeration,
    Field,
    File,
    Json,
    Model,
    Nullable,
    Ref,
    Scalar,
    Text,
    Type,
    Union,
)
from ..names import Identifier

_FORMATS = ("date-time", "date", "time", "duration", "uuid", "decimal")


def text(value: str) -> Text:
    """Return text of the description, safe to carry about."""
    return Text(value.strip())


def is_enumeration(schema: Schema) -> bool:
    """Return whether a schema lists several values, all text or all integers: it gets a class."""
    distinct = {(type(value), str(value)) for value in schema.enum or () if value is not None}
    return len(distinct) > 1 and {kind for kind, _ in distinct} in ({str}, {int})


class Types:
    """The components of one canonical document as classes and aliases, under their final names."""

    def __init__(self, document: Document, pins: Mapping[str, str], findings: Findings) -> None:
        self.findings = findings
        self.document = document
        self.schemas = document.schemas
        self.names = self._class_names(pins)
        self._used: set[str] = set()
        self._multipart: set[str] = set()
        self._elsewhere: set[str] | None = None

    def _class_names(self, pins: Mapping[str, str]) -> dict[str, Identifier]:
        for pin in pins:
            if pin not in self.schemas:
                raise UsageError(
                    f"[tool.speclock] names a class for the schema {pin!r}, which isn't used. "
                    "Remove that line."
                )
        wanted: dict[str, Identifier] = {
            key: names.pinned(pins[key], "names") if key in pins else names.pascal(key)
            for key in self.schemas
        }
        claims: dict[str, list[str]] = {}
        for key, class_name in wanted.items():
            claims.setdefault(class_name, []).append(key)
        for name, keys in claims.items():
            declared = [key for key in keys if key in self.document.declared]
            for key in keys:
                if len(keys) > 1 and key not in declared:
                    wanted[key] = Identifier(f"{name}_{names.short_hash(key)}")
            if len(declared) > 1:
                first, second = (self.schemas[key].location for key in declared[:2])
                self.findings.refuse(
                    "name-collision",
                    second,
                    f"the schemas {declared[0]!r} (#{first.pointer}) and {declared[1]!r} both want "
                    f"the class name {name}",
                    f"Pin one: [tool.speclock.clients.<package>.names] "
                    f"{declared[1]!r} = {name + '2'!r}",
                )
        return wanted

    # ── components ───────────────────────────────────────────────────────────────────────────

    def components(self) -> tuple[Component, ...]:
        """The components that types asked for so far lead to, sorted by class name."""
        made: dict[str, Component] = {}
        forms: dict[str, Component] = {}
        for key in sorted(self._multipart):
            name, node = self._multipart_name(key), self.schemas[key]
            forms[name] = self._model(name, node, text(node.description), files=True)
        while todo := self._used - made.keys():  # making one may ask for more
            for key in sorted(todo):
                with note_bug(f"the schema {key!r}", self._users(key)):
                    made[key] = self._component(key, self.schemas[key])
        every = {component.name: component for component in made.values()} | forms
        return tuple(every[name] for name in sorted(every))

    def _users(self, key: str) -> Iterator[str]:
        """Yield the labels of the operations that use a schema."""
        for op in self.document.operations:
            if key in self.document.reachable(*op.schemas()):
                yield op.label

    def multipart(self, schema: Schema) -> Type:
        """Return the type of a multipart body: where a part is a file, its field takes one.

        A schema that JSON uses too gets a second class for that.
        """
        properties = self.schemas[schema.ref].properties if schema.ref else None
        if not properties or not any(map(is_file, properties.values())):
            return self.type(schema)
        self._multipart.add(schema.ref)
        return Ref(self._multipart_name(schema.ref))

    def _multipart_name(self, key: str) -> Identifier:
        if self._elsewhere is None:
            self._elsewhere = _referenced_outside_multipart(self.document)
        name = self.names[key]
        return names.join(name, "Multipart") if key in self._elsewhere else name

    def is_model(self, name: str) -> bool:
        """Whether a name is a class with fields, not an alias or an enumeration."""
        return any(
            self.names[key] == name and schema.properties is not None
            for key, schema in self.schemas.items()
        )

    def _component(self, key: str, schema: Schema) -> Component:
        name = self.names[key]
        doc = text(schema.description)
        if schema.properties is not None:
            return self._model(name, schema, doc)
        if is_enumeration(schema):
            return self._enumeration(name, schema, doc)
        return Alias(name, doc, self.type(schema))

    def _model(self, name: Identifier, schema: Schema, doc: Text, *, files: bool = False) -> Model:
        properties = schema.properties or {}
        wanted = {wire: names.snake(wire, names.FIELDS) for wire in properties}
        final = names.distinct(properties, wanted)
        fields: list[Field] = []
        for wire, member in properties.items():
            made = _file(member) if files and is_file(member) else self.type(member)
            nullable = isinstance(made, Nullable)
            target = self.schemas[member.ref] if member.ref else member
            fields.append(
                Field(
                    final[wire],
                    wire,
                    made.inner if isinstance(made, Nullable) else made,
                    wire in schema.required,
                    nullable or made in (Scalar("any"), Scalar("null")),
                    self._field_doc(member),
                    member.deprecated,
                    member.read_only or target.read_only,
                    member.write_only or target.write_only,
                )
            )
        match schema.additional_properties:
            case Schema() as extra:
                return Model(name, doc, tuple(fields), self.type(extra))
            case True:
                return Model(name, doc, tuple(fields), Scalar("any"))
            case _:
                return Model(name, doc, tuple(fields), None)

    def _field_doc(self, schema: Schema) -> Text:
        """Return a field's description, else the first sentence of the referenced schema's."""
        if schema.description or not schema.ref or schema.nullable:
            return text(schema.description)
        whole = text(self.schemas[schema.ref].description).value
        return Text(re.split(r"(?<=[.!?])\s|\n", whole, maxsplit=1)[0])

    def _enumeration(self, name: Identifier, schema: Schema, doc: Text) -> Enumeration:
        wires = {str(value): value for value in _values(schema)}
        final = names.distinct(wires, {wire: names.constant(wire) for wire in wires})
        beside = _kind_of_values(schema)
        members = tuple((final[wire], value) for wire, value in wires.items())
        open_name = self._open_name(name, beside)
        return Enumeration(
            name, open_name, doc, "string" if beside == "str" else "integer", members
        )

    def _open_name(self, name: str, beside: str) -> Identifier:
        wanted = names.join(name, "Or", beside.capitalize())
        return wanted if wanted not in self.names.values() else names.join(wanted, "_")

    # ── types ────────────────────────────────────────────────────────────────────────────────

    def type(self, schema: Schema) -> Type:
        """Return the type of a canonical schema."""
        made = self._without_null(schema)
        return _nullable(made) if schema.nullable else made

    def _without_null(self, schema: Schema) -> Type:
        if schema.ref:
            target = self.schemas[schema.ref]
            self._used.add(schema.ref)
            name = self.names[schema.ref]
            if not is_enumeration(target):
                return Ref(name)
            beside = _kind_of_values(target)
            return Ref(name, self._open_name(name, beside), beside)
        if schema.union is not None:
            return self._union(schema.union)
        if schema.enum is not None:
            usable = tuple(_values(schema))
            if len(usable) == len(schema.enum):
                return Constant(usable)
        if len(schema.types) == 1:
            return self._of_kind(schema.types[0], schema)
        return _union(self._of_kind(kind, schema) for kind in schema.types)

    def _union(self, union: model.Union) -> Type:
        made = _union([self.type(branch) for branch in union.branches])
        found = union.discriminator
        if found is None or not isinstance(made, Union):
            return made
        if not all(isinstance(option, Ref) for option in made.options):
            return made
        return Union(made.options, found.property_name, self._tags(union.branches, found))

    def _tags(
        self, branches: Iterable[Schema], discriminator: model.Discriminator
    ) -> tuple[str, ...]:
        """Return the values of a discriminator that its mapping or its branches list."""
        known = dict.fromkeys(discriminator.mapping)
        for branch in branches:
            properties = self.schemas.get(branch.ref, branch).properties or {}
            member = properties.get(discriminator.property_name)
            values = member.enum if member is not None else None
            known.update((value, None) for value in values or () if isinstance(value, str))
        return tuple(known)

    def _of_kind(self, kind: model.Type, schema: Schema) -> Type:
        match kind:
            case "array":
                if schema.prefix_items is not None:
                    inner = _union(self.type(item) for item in schema.prefix_items)
                else:
                    inner = self.type(schema.items) if schema.items else Scalar("any")
                return Array(inner, constraints(schema, "array"))
            case "object":
                values = schema.additional_properties
                return Dict(self.type(values) if isinstance(values, Schema) else Scalar("any"))
            case "string":
                if schema.format in _FORMATS and schema.pattern is None:
                    return Scalar("string", schema.format)
                return Scalar("string", "", constraints(schema, "string"))
            case "integer" | "number":
                return Scalar(kind, "", constraints(schema, "number"))
            case _:
                return Scalar(kind)


def _values(schema: Schema) -> Iterator[str | int]:
    """Yield the texts and integers that a schema lists."""
    yield from (value for value in schema.enum or () if isinstance(value, (str, int)))


def _kind_of_values(schema: Schema) -> Literal["str", "int"]:
    """Return the Python type of an enumeration's values."""
    return "str" if isinstance(next(_values(schema)), str) else "int"


def is_file(schema: Schema) -> bool:
    """Return whether a part is a file, or a list of files (OpenAPI 3.1.1 §4.8.14.3, RFC 7578)."""
    if schema.items is not None:
        return is_file(schema.items)
    is_media = schema.content_media_type is not None and schema.content_encoding is None
    if not schema.types:
        return is_media
    return "string" in schema.types and (schema.format == "binary" or is_media)


def _file(schema: Schema) -> Type:
    return Array(File()) if schema.items is not None else File()


def _referenced_outside_multipart(document: Document) -> set[str]:
    """Return the keys of the components that something else than a multipart body refers to."""
    todo = list(document.schemas.values())
    for operation in document.operations:
        for parameter in operation.parameters:
            todo += parameter.schemas()
        if operation.request_body is not None:
            todo += _outside_multipart(operation.request_body.content)
        for response in operation.responses.values():
            todo += (schema for header in response.headers.values() for schema in header.schemas())
            if response.content is not None:
                todo += _outside_multipart(response.content)
    found: set[str] = set()
    while todo:
        schema = todo.pop()
        if schema.ref:
            found.add(schema.ref)
        todo += schema.subschemas()
    return found


def _outside_multipart(content: Content) -> Iterator[Schema]:
    for name, media in content.media_types.items():
        is_form = name.startswith("multipart/")
        for schema in media.schemas():
            if not (is_form and schema is media.schema and not schema.nullable):
                yield schema
            else:
                yield from schema.subschemas()


def _nullable(made: Type) -> Type:
    return made if isinstance(made, Nullable) or made == Scalar("any") else Nullable(made)


def _union(options: Iterable[Type]) -> Type:
    flat: list[Type] = []
    null = False
    for option in options:
        if isinstance(option, Nullable):
            null, option = True, option.inner
        for one in option.options if isinstance(option, Union) else (option,):
            if one not in flat:
                flat.append(one)
    made = flat[0] if len(flat) == 1 else Union(tuple(flat)) if flat else Scalar("any")
    return Nullable(made) if null else made


def is_scalar(made: Type) -> bool:
    """Whether a value is always one text, number, boolean or null."""
    match made:
        case Scalar(kind):
            return kind != "any"
        case Constant():
            return True
        case Ref(_, open_name):
            return bool(open_name)
        case Union(options):
            return all(map(is_scalar, options))
        case Nullable(inner):
            return is_scalar(inner)
        case _:
            return False


# ── annotations ──────────────────────────────────────────────────────────────────────────────────


def annotation(made: Type, *, constrained: bool = False) -> Code:
    """A type as a Python annotation outside the models module.

    With ``constrained`` it is as pydantic checks it, not as a caller reads it.
    """
    return Code(_annotation(made, constrained))


def _annotation(made: Type, constrained: bool) -> str:
    match made:
        case Scalar(constraints=constraints):
            return _constrained(made.python, constraints) if constrained else made.python
        case Constant(values):
            return f"Literal[{', '.join(repr(value) for value in values)}]"
        case Ref(name, open_name, beside):
            if open_name:
                return f"models.{open_name}" if constrained else f"models.{name} | {beside}"
            return f"models.{name}"
        case Array(items, constraints):
            base = f"list[{_annotation(items, constrained)}]"
            return _constrained(base, constraints) if constrained else base
        case Dict(values):
            return f"dict[str, {_annotation(values, constrained)}]"
        case Union(options):
            return " | ".join(_annotation(option, constrained) for option in options)
        case Nullable(inner):
            return f"{_annotation(inner, constrained)} | None"
        case File():
            return "FileContent"


def _constrained(base: str, constraints: tuple[tuple[str, Json], ...]) -> str:
    if not constraints:
        return base
    arguments = ", ".join(f"{ROWS[key].pydantic}={value!r}" for key, value in constraints)
    return f"Annotated[{base}, Field({arguments})]"
