"""Canonical schemas to types of the target.

Sources: OpenAPI 3.1.1 §4.8.24, the OpenAPI format registry, JSON Schema 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from ...document.tree import MappingNode, SequenceNode, Value
from ...errors import Findings, UsageError
from ...openapi.normalize.nullability import is_enumeration
from ...openapi.normalize.schema_analysis import LIFTED
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

PREFIX = "#/components/schemas/"
_STRING = ("minLength", "maxLength", "pattern")
_NUMBER = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_FORMATS = ("date-time", "date", "time", "duration", "uuid", "decimal")
_KEYWORDS = {
    "minLength": "min_length", "maxLength": "max_length", "pattern": "pattern", "minimum": "ge",
    "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of", "minItems": "min_length", "maxItems": "max_length",
}  # fmt: skip


def text(value: Value) -> Text:
    """Text of the description, safe to carry about; an absent one is empty."""
    return Text(value.strip() if isinstance(value, str) else "")


class Types:
    """The components of one canonical document as classes and aliases, under their final names."""

    def __init__(self, root: MappingNode, pins: dict[str, str], findings: Findings) -> None:
        self.findings = findings
        components = root.get("components")
        schemas = components.get("schemas") if isinstance(components, MappingNode) else None
        self.schemas: dict[str, MappingNode] = {}
        if isinstance(schemas, MappingNode):
            self.schemas = {k: v for k, v in schemas.items() if isinstance(v, MappingNode)}
        self.names = self._class_names(pins)
        self.root = root
        self._used: set[str] = set()
        self._multipart: set[str] = set()
        self._elsewhere: set[str] | None = None

    def _class_names(self, pins: dict[str, str]) -> dict[str, Identifier]:
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
            declared = [key for key in keys if self._is_declared(key)]
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

    def _is_declared(self, key: str) -> bool:
        if LIFTED in self.schemas[key]:
            return False
        pointer = self.schemas[key].location.pointer
        return pointer.startswith("/components/schemas/") and pointer.count("/") == 3

    # ── components ───────────────────────────────────────────────────────────────────────────

    def components(self) -> tuple[Component, ...]:
        """The components that types asked for so far lead to, sorted by class name."""
        made: dict[str, Component] = {}
        forms: dict[str, Component] = {}
        for key in sorted(self._multipart):
            name, node = self._multipart_name(key), self.schemas[key]
            forms[name] = self._model(name, node, text(node.get("description")), files=True)
        while todo := self._used - made.keys():  # making one may ask for more
            for key in sorted(todo):
                made[key] = self._component(key, self.schemas[key])
        every = {component.name: component for component in made.values()} | forms
        return tuple(every[name] for name in sorted(every))

    def multipart(self, node: MappingNode) -> Type:
        """The type of a multipart body: where a part is a file, the class's field takes one.

        Of a schema that JSON uses too there are two classes then.
        """
        key = cast("str", node.get("$ref", "")).removeprefix(PREFIX)
        parts = self.schemas[key].get("properties") if key else None
        if not isinstance(parts, MappingNode) or not any(map(is_file, parts.values())):
            return self.type(node)
        self._multipart.add(key)
        return Ref(self._multipart_name(key))

    def _multipart_name(self, key: str) -> Identifier:
        if self._elsewhere is None:
            self._elsewhere = _referenced_outside_multipart(self.root)
        name = self.names[key]
        return names.join(name, "Multipart") if key in self._elsewhere else name

    def is_model(self, name: str) -> bool:
        """Whether a name is a class with fields, not an alias or an enumeration."""
        return any(
            self.names[key] == name and "properties" in self.schemas[key] for key in self.names
        )

    def _component(self, key: str, node: MappingNode) -> Component:
        name = self.names[key]
        doc = text(node.get("description"))
        if "properties" in node:
            return self._model(name, node, doc)
        if is_enumeration(node):
            return self._enumeration(name, node, doc)
        return Alias(name, doc, self.type(node))

    def _model(
        self, name: Identifier, node: MappingNode, doc: Text, *, files: bool = False
    ) -> Model:
        properties = cast("MappingNode", node["properties"])
        required = cast("list[str]", node.get("required", []))
        wanted = {wire: names.snake(wire, names.FIELDS) for wire in properties}
        final = names.distinct(properties, wanted)
        fields: list[Field] = []
        for wire, schema in properties.items():
            assert isinstance(schema, MappingNode)
            made = _file(schema) if files and is_file(schema) else self.type(schema)
            nullable = isinstance(made, Nullable)
            fields.append(
                Field(
                    final[wire],
                    wire,
                    made.inner if isinstance(made, Nullable) else made,
                    wire in required,
                    nullable or made in (Scalar("any"), Scalar("null")),
                    self._field_doc(schema),
                    schema.get("deprecated") is True,
                    self._is_marked(schema, "readOnly"),
                    self._is_marked(schema, "writeOnly"),
                )
            )
        extra = node.get("additionalProperties")
        extra_type: Type | None = None
        if isinstance(extra, MappingNode):
            extra_type = self.type(extra)
        elif extra is True:
            extra_type = Scalar("any")
        return Model(name, doc, tuple(fields), extra_type)

    def _is_marked(self, schema: MappingNode, keyword: str) -> bool:
        """Return whether a property, or the component that it refers to, has a true keyword."""
        target = self.schemas.get(cast("str", schema.get("$ref", "")).removeprefix(PREFIX), schema)
        return True in (schema.get(keyword), target.get(keyword))

    def _field_doc(self, schema: MappingNode) -> Text:
        """A field's own words, else the first sentence of what it refers to."""
        if "description" in schema or "$ref" not in schema:
            return text(schema.get("description"))
        target = self.schemas[cast("str", schema["$ref"]).removeprefix(PREFIX)]
        whole = text(target.get("description")).value
        return Text(re.split(r"(?<=[.!?])\s|\n", whole, maxsplit=1)[0])

    def _enumeration(self, name: Identifier, node: MappingNode, doc: Text) -> Enumeration:
        values = cast("list[str | int]", node["enum"])
        wires = {str(value): value for value in values}
        final = names.distinct(wires, {wire: names.constant(wire) for wire in wires})
        kind = "string" if isinstance(values[0], str) else "integer"
        members = tuple((final[wire], value) for wire, value in wires.items())
        open_name = self._open_name(name, type(values[0]).__name__)
        return Enumeration(name, open_name, doc, kind, members)

    def _open_name(self, name: str, beside: str) -> Identifier:
        wanted = names.join(name, "Or", beside.capitalize())
        return wanted if wanted not in self.names.values() else names.join(wanted, "_")

    # ── types ────────────────────────────────────────────────────────────────────────────────

    def type(self, node: MappingNode) -> Type:
        """The type of a canonical schema."""
        if "$ref" in node:
            key = cast("str", node["$ref"]).removeprefix(PREFIX)
            target = self.schemas[key]
            self._used.add(key)
            name = self.names[key]
            if not is_enumeration(target):
                return Ref(name)
            beside = type(cast("SequenceNode", target["enum"])[0]).__name__
            return Ref(name, self._open_name(name, beside), beside)
        kind = node.get("type")
        if isinstance(kind, SequenceNode) and "null" in kind:
            rest = [k for k in kind if k != "null"]
            plain = MappingNode(node.location)
            plain.update(node)
            plain["type"] = rest[0] if len(rest) == 1 else _listed(kind, rest)
            return _nullable(self.type(plain))
        for keyword in ("anyOf", "oneOf"):
            if keyword in node:
                return self._union(cast("SequenceNode", node[keyword]), node.get("discriminator"))
        values = node.get("enum")
        if isinstance(values, SequenceNode):
            usable = tuple(v for v in values if isinstance(v, (str, int)))
            if len(usable) == len(values):
                return Constant(usable)
        if isinstance(kind, SequenceNode):
            return _union(self._of_kind(cast("str", one), node) for one in kind)
        if isinstance(kind, str):
            return self._of_kind(kind, node)
        return Scalar("any")

    def _union(self, branches: SequenceNode, discriminator: Value) -> Type:
        nodes = [branch for branch in branches if isinstance(branch, MappingNode)]
        options = [self.type(branch) for branch in nodes if branch.get("type") != "null"]
        made = _union(options)
        if isinstance(made, Union) and isinstance(discriminator, MappingNode):
            tag = cast("str", discriminator["propertyName"])
            if all(isinstance(option, Ref) for option in made.options):
                made = Union(made.options, tag, self._tags(nodes, tag, discriminator))
        return _nullable(made) if len(options) < len(nodes) else made

    def _tags(
        self, branches: list[MappingNode], tag: str, discriminator: MappingNode
    ) -> tuple[str, ...]:
        """The values of a discriminator that its mapping or its branches know."""
        mapping = discriminator.get("mapping")
        known = dict.fromkeys(mapping if isinstance(mapping, MappingNode) else ())
        for branch in branches:
            key = cast("str", branch.get("$ref", "")).removeprefix(PREFIX)
            properties = self.schemas.get(key, branch).get("properties")
            member = properties.get(tag) if isinstance(properties, MappingNode) else None
            values = member.get("enum") if isinstance(member, MappingNode) else None
            known.update((v, None) for v in values or () if isinstance(v, str))  # type: ignore[attr-defined]
        return tuple(known)

    def _of_kind(self, kind: str, node: MappingNode) -> Type:
        if kind == "array":
            prefix = node.get("prefixItems")
            if isinstance(prefix, SequenceNode):
                inner = _union(self.type(item) for item in prefix if isinstance(item, MappingNode))
            else:
                items = node.get("items")
                inner = self.type(items) if isinstance(items, MappingNode) else Scalar("any")
            return Array(inner, self._constraints(node, ("minItems", "maxItems")))
        if kind == "object":
            values = node.get("additionalProperties")
            return Dict(self.type(values) if isinstance(values, MappingNode) else Scalar("any"))
        if kind == "string":
            found = node.get("format")
            wire = found if isinstance(found, str) else ""
            if wire in _FORMATS and "pattern" not in node:
                return Scalar("string", wire)
            return Scalar("string", "", self._constraints(node, _STRING))
        if kind in ("integer", "number"):
            return Scalar(kind, "", self._constraints(node, _NUMBER))
        return Scalar(kind)

    def _constraints(self, node: MappingNode, keys: Iterable[str]) -> tuple[tuple[str, Json], ...]:
        return tuple((key, cast("Json", node[key])) for key in keys if key in node)


def is_file(schema: Value) -> bool:
    """Whether a part is a file, or a list of files (OpenAPI 3.1.1 §4.8.14.3, RFC 7578)."""
    if not isinstance(schema, MappingNode):
        return False
    items = schema.get("items")
    if isinstance(items, MappingNode):
        return is_file(items)
    kind = schema.get("type")
    is_text = "string" in kind if isinstance(kind, SequenceNode) else kind == "string"
    is_binary = schema.get("format") == "binary"
    is_media = "contentMediaType" in schema and "contentEncoding" not in schema
    return (is_text and (is_binary or is_media)) or (kind is None and is_media)


def _file(schema: MappingNode) -> Type:
    return Array(File()) if isinstance(schema.get("items"), MappingNode) else File()


def _referenced_outside_multipart(root: MappingNode) -> set[str]:
    """Keys of the components that something else than a multipart body refers to."""
    found: set[str] = set()
    todo: list[tuple[Value, str]] = [(root, "")]
    while todo:
        node, role = todo.pop()
        if isinstance(node, SequenceNode):
            todo += [(item, "") for item in node]
        elif isinstance(node, MappingNode):
            ref = node.get("$ref")
            if isinstance(ref, str) and role != "schema of a form":
                found.add(ref.removeprefix(PREFIX))
            for key, value in node.items():
                is_schema = role == "form" and key == "schema"
                inner = "form" if key.startswith("multipart/") else ""
                todo.append((value, "schema of a form" if is_schema else inner))
    return found


def _listed(source: SequenceNode, items: Iterable[Value]) -> SequenceNode:
    result = SequenceNode(source.location)
    result.extend(items)
    return result


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
    arguments = ", ".join(f"{_KEYWORDS[key]}={value!r}" for key, value in constraints)
    return f"Annotated[{base}, Field({arguments})]"
