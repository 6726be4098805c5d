"""The types of the client for canonical schemas.

Sources: OpenAPI 3.1.1 §4.8.24, the OpenAPI format registry, JSON Schema 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from ...errors import Findings, note_bug
from ...openapi import model
from ...openapi.discriminator_values import typed_tag
from ...openapi.formats import typed_format
from ...openapi.json_values import is_enumeration
from ...openapi.keywords import ROWS, constraints
from ...openapi.model import Document, Schema
from .. import ir, names
from ..names import Identifier, Spelling
from .html_text import as_text
from .media_types import (
    is_binary,
    is_file,
    referenced_outside_multipart,
    sent_in_multipart,
)


def text(value: str) -> ir.Text:
    """Return text of the description, without HTML and surrounding white space."""
    return ir.Text(as_text(value).strip())


@dataclass(frozen=True, slots=True)
class _Multipart:
    """The class of a multipart body: its schema, and the types of its files by property."""

    key: str
    files: Mapping[str, ir.Type]
    is_received: bool


class Types:
    """The classes and aliases of one canonical document, under their final names."""

    def __init__(
        self, document: Document, class_names: Mapping[str, Identifier], findings: Findings
    ) -> None:
        self.findings = findings
        self.document = document
        self.schemas = document.schemas
        self.names = class_names
        self._taken = frozenset(class_names.values())
        self._models = {
            name for key, name in class_names.items() if self.schemas[key].properties is not None
        }
        self._used: set[str] = set()
        self._references: dict[str, ir.Ref] = {}
        self._sent = document.reachable(*document.sent_schemas())
        if document.models:  # then nothing else needs a schema
            self._used |= self.schemas.keys()
            self._sent = self._used
        self._is_sent = False
        """True while types are built that a request has."""
        self._multipart: dict[Identifier, _Multipart] = {}

    # ── components ───────────────────────────────────────────────────────────────────────────

    def components(self) -> tuple[ir.Component, ...]:
        """Return the components of the types built so far, transitively, sorted by class name."""
        made: dict[str, ir.Component] = {}
        forms: dict[str, ir.Component] = {}
        for name, form in sorted(self._multipart.items()):
            node = self.schemas[form.key]
            with self._used_in(request=not form.is_received):
                forms[name] = self._model(name, node, text(node.description), form.files)
        while todo := self._used - made.keys():  # making one may use more
            for key in sorted(todo):
                with (
                    note_bug(f"the schema {key!r}", self._users(key)),
                    self._used_in(request=key in self._sent),
                ):
                    made[key] = self._component(key, self.schemas[key])
        every = {component.name: component for component in made.values()} | forms
        return tuple(every[name] for name in sorted(every))

    @contextmanager
    def _used_in(self, *, request: bool) -> Generator[None]:
        """Build types for requests or for responses alone, while it lasts."""
        before, self._is_sent = self._is_sent, request
        try:
            yield
        finally:
            self._is_sent = before

    def sent(self, schema: Schema | None) -> ir.Type:
        """Return the type of an argument or a request body."""
        with self._used_in(request=True):
            return self.type(schema)

    def _users(self, key: str) -> Iterator[str]:
        for op in (*self.document.operations, *self.document.webhooks):
            if key in self.document.reachable(*op.schemas()):
                yield op.label

    def multipart(
        self,
        schema: Schema | None,
        opaque: Mapping[str, bool] = MappingProxyType({}),
        *,
        is_received: bool = False,
    ) -> ir.Type:
        """Return the type of a multipart body, with fields for files, also in branches of a union.

        The properties in ``opaque`` are files whatever their schemas, those that are true lists of
        files; the empty name is that of all undeclared ones. A schema that is also used elsewhere
        gets a second class for its files.
        """
        make = self.type if is_received else self.sent
        if schema is None:
            return make(None)
        if schema.ref and self.schemas[schema.ref].ref:  # another name of a class
            return self.multipart(self.schemas[schema.ref], opaque, is_received=is_received)
        whole = self.document.resolve(schema)
        if whole.branches:
            type_ = union_of(
                self.multipart(branch, opaque, is_received=is_received) for branch in whole.branches
            )
            has_files = not self._multipart.keys().isdisjoint(ir.referenced(type_))
            return type_ if has_files else make(schema)
        file: ir.Type = ir.Scalar("bytes") if is_received else ir.File()
        files: dict[str, ir.Type] = {}
        extra = whole.additional_properties
        others = {"": extra} if isinstance(extra, Schema) else {}
        for wire, member in {**others, **(whole.properties or {})}.items():
            if wire in opaque:
                files[wire] = ir.Array(file) if opaque[wire] else file
            elif self._has_file(member):
                files[wire] = self.part(member, is_received=is_received)
        if whole.properties is None and "" in files:
            return ir.Dict(files[""])
        if not schema.ref or not files:
            return make(schema)
        name = self._multipart_name(schema.ref, is_received=is_received)
        known = self._multipart.get(name)
        every = {**known.files, **files} if known else files
        self._multipart[name] = _Multipart(schema.ref, every, is_received)
        return ir.Ref(name)

    def _has_file(self, schema: Schema) -> bool:
        """Return whether a part, an item of it or a branch of it is a file."""
        return any(map(is_file, self.document.leaves(schema)))

    def part(self, schema: Schema | None, *, is_received: bool) -> ir.Type:
        """Return the type of a part: a file, a list of files, or one of them first in a union."""
        file: ir.Type = ir.Scalar("bytes") if is_received else ir.File()
        whole = self.document.resolve(schema) if schema is not None else None
        if schema is None or whole is None or not self._has_file(schema):
            return self.type(schema) if is_received else self.sent(schema)
        if is_file(whole):
            return ir.Array(file) if whole.items is not None else file
        branches = sorted(whole.branches, key=lambda branch: not self._has_file(branch))
        return union_of(self.part(branch, is_received=is_received) for branch in branches)

    def _multipart_name(self, key: str, *, is_received: bool) -> Identifier:
        name = self.names[key]
        if is_received:
            is_used = key in self._elsewhere or key in self._sent_in_multipart
            return self._derived(name, "Parts") if is_used else name
        return self._derived(name, "Multipart") if key in self._elsewhere else name

    @cached_property
    def _elsewhere(self) -> set[str]:
        return referenced_outside_multipart(self.document)

    @cached_property
    def _sent_in_multipart(self) -> set[str]:
        return sent_in_multipart(self.document)

    def is_model(self, name: str) -> bool:
        """Return whether a class has fields, unlike an alias or an enumeration."""
        return name in self._models

    def _component(self, key: str, schema: Schema) -> ir.Component:
        name = self.names[key]
        doc = text(schema.description)
        if schema.properties is not None:
            return self._model(name, schema, doc)
        if is_enumeration(schema.enum):
            return self._enumeration(name, schema, doc)
        return ir.Alias(name, doc, self.type(schema))

    def _model(
        self,
        name: Identifier,
        schema: Schema,
        doc: ir.Text,
        files: Mapping[str, ir.Type] = MappingProxyType({}),
    ) -> ir.Model:
        properties = schema.properties or {}
        final = names.make_distinct(
            properties,
            lambda wire, level: names.snake(wire, names.FIELDS, level),
            # A constructor takes both names, so `class_` is left to a member called so.
            lambda wire, group, name: wire == (name if name in group else name.rstrip("_")),
        )
        fields: list[ir.ModelField] = []
        for wire, member in properties.items():
            type_ = files[wire] if wire in files else self.type(member)
            nullable = isinstance(type_, ir.Nullable) or member.nullable
            target = self.schemas[member.ref] if member.ref else member
            fields.append(
                ir.ModelField(
                    final[wire],
                    wire,
                    type_.inner if isinstance(type_, ir.Nullable) else type_,
                    wire in schema.required,
                    nullable
                    or type_ == ir.Scalar("null")
                    or (wire not in files and self._admits_any(member)),
                    self.doc(member),
                    member.deprecated,
                    member.read_only or target.read_only,
                    member.write_only or target.write_only,
                    wire in schema.one_way,
                )
            )
        extra = schema.additional_properties
        is_open = extra is True or (extra is None and not properties)
        rest: ir.Type | None = ir.Scalar("any") if is_open else None
        if isinstance(extra, Schema):
            rest = files[""] if "" in files else self.type(extra)
        return ir.Model(name, doc, tuple(fields), rest, schema.is_type_implied)

    def _admits_any(self, schema: Schema) -> bool:
        """Return whether a schema, or a branch of it, restricts nothing."""
        any_value = ir.Scalar("any")
        return any(self.type(leaf) == any_value for leaf in self.document.leaves(schema))

    def doc(self, schema: Schema | None) -> ir.Text:
        """Return a schema's description; of a reference, the first sentence of its target's."""
        if schema is None:
            return ir.Text("")
        if schema.description or not schema.ref or schema.nullable:
            return text(schema.description)
        whole = text(self.schemas[schema.ref].description).value
        return ir.Text(re.split(r"(?<=[.!?])\s|\n", whole, maxsplit=1)[0])

    def _enumeration(self, name: Identifier, schema: Schema, doc: ir.Text) -> ir.Enumeration:
        wires = {str(value): value for value in _values(schema)}

        def spell(wire: str, level: Spelling) -> Identifier:
            given = "" if level else schema.enum_names.get(wire, "")
            return names.constant(given or wire, level)

        final = names.make_distinct(wires, spell)
        members = tuple((final[wire], value) for wire, value in wires.items())
        kind = "string" if _kind_of_values(schema) == "str" else "integer"
        return ir.Enumeration(name, doc, kind, members)

    def _derived(self, *parts: str) -> Identifier:
        """Return a name made from that of a class, and that no schema has."""
        name = names.join(*parts)
        while name in self._taken:
            name = names.join(name, "_")
        return name

    # ── types ────────────────────────────────────────────────────────────────────────────────

    def type(self, schema: Schema | None) -> ir.Type:
        """Return the type of a canonical schema; any value without one."""
        type_ = self._any() if schema is None else self._without_null(schema)
        if type_ == self._any():
            return self._any()
        return _nullable(type_) if schema is not None and schema.nullable else type_

    def _any(self) -> ir.Scalar:
        return ir.Scalar("any", is_sent=self._is_sent)

    def _without_null(self, schema: Schema) -> ir.Type:
        if schema.ref:
            self._used.add(schema.ref)
            return self._reference(schema.ref)
        if schema.union is not None:
            return self._union(schema.union)
        if schema.enum is not None:
            usable = tuple(_values(schema))
            if len(usable) == len(schema.enum) and all(map(_is_literal, usable)):
                return union_of(ir.Constant((value,)) for value in usable)
        if len(schema.types) == 1:
            return self._of_kind(schema.types[0], schema)
        if not schema.types and self._is_sent:
            self._warn_of_untyped(schema)
        return union_of(self._of_kind(kind, schema) for kind in schema.types)

    def _reference(self, key: str) -> ir.Ref:
        """Return the reference to a component; to one that is another's name, that to the other.

        Pydantic doesn't follow an alias of a recursive class.
        """
        if key not in self._references:
            schema = self.schemas[key]
            beside = _kind_of_values(schema) if is_enumeration(schema.enum) else ""
            self._references[key] = ir.Ref(self.names[key], beside)
            if all(leaf.ref for leaf in _leaves(schema)):
                other = self.type(schema)
                if isinstance(other, ir.Ref):
                    self._references[key] = other
        return self._references[key]

    def _union(self, union: model.Union) -> ir.Type:
        made = union_of([self.type(branch) for branch in union.branches])
        found = union.discriminator
        if found is None or not isinstance(made, ir.UnionType):
            return made
        tags: dict[str, list[str | int | float | bool]] = {}
        for text, key in found.mapping.items():
            name = self._reference(key).name
            tags.setdefault(name, []).append(typed_tag(self.document, found, text))
        names = [option.name for option in made.options if isinstance(option, ir.Ref)]
        if len(names) < len(made.options):
            return made
        for branch in union.branches:  # of equal values every branch is tried
            if branch.ref and (known := tags.get(self._reference(branch.ref).name)):
                listed = self._listed(branch, found.property_name)
                known += [value for value in dict.fromkeys(listed) if value not in known]
        values = tuple(tuple(tags.get(name, ())) for name in names)
        default = -1
        if found.is_default_declared:
            other = self._reference(found.default_mapping).name
            default = names.index(other) if other in names else default
        return ir.UnionType(made.options, found.property_name, values, default)

    def _listed(self, schema: Schema, name: str) -> list[str | int]:
        """Return the values that the objects of a schema list for a property."""
        listed: list[str | int] = []
        for target in self.document.leaves(schema):
            if target.properties and name in target.properties:
                listed += _values(self.document.resolve(target.properties[name]))
        return listed

    def _of_kind(self, kind: model.Type, schema: Schema) -> ir.Type:
        match kind:
            case "array":
                if schema.prefix_items is not None:
                    more = schema.items
                    is_longer = more is not None and more.not_ is None  # `items: false` is `not`
                    every = (*schema.prefix_items, *((more,) if is_longer else ()))
                    inner = union_of(map(self.type, every))
                else:
                    inner = self.type(schema.items)
                return ir.Array(inner, constraints(schema, "array"))
            case "object":
                self._warn_of_required(schema)
                values = schema.additional_properties
                return ir.Dict(self.type(values if isinstance(values, Schema) else None))
            case "string":
                if is_binary(schema):
                    self._warn_of_binary(schema)
                if form := typed_format(schema):
                    return ir.Scalar("string", form)
                return ir.Scalar("string", "", constraints(schema, "string"))
            case "integer" | "number":
                form = "decimal" if (kind, schema.format) == ("number", "decimal") else ""
                return ir.Scalar(kind, form, constraints(schema, "number"))
            case _:
                return ir.Scalar(kind)

    def _warn_of_required(self, schema: Schema) -> None:
        """Warn of required members of an object without fields."""
        if schema.required and schema.properties is None and self._is_sent:
            self.findings.warn(
                "server-checked",
                schema.at("required"),
                "required has no Python type without properties; the server checks it",
                "Add `properties`, or validate such values before the call.",
            )

    def _warn_of_untyped(self, schema: Schema) -> None:
        """Warn of bounds that apply to values of their type alone, where any type is admitted."""
        self._warn_of_required(schema)
        for kind in ("number", "string", "array"):
            for keyword, _ in constraints(schema, kind):
                self.findings.warn(
                    "server-checked",
                    schema.at(keyword),
                    f"{keyword} without a type has no Python type; the server alone checks it",
                    f"Add `type: {kind}`, or validate such values before the call.",
                )

    def _warn_of_binary(self, schema: Schema) -> None:
        self.findings.warn(
            "binary",
            schema.location,
            "JSON, forms, parameters and events can't hold binary data; it is text here",
            "Describe its encoding, such as contentEncoding: base64, or send it in multipart.",
        )


def _values(schema: Schema) -> Iterator[str | int]:
    """Yield the texts and integers that a schema lists."""
    yield from (value for value in schema.enum or () if isinstance(value, (str, int)))


def _is_literal(value: str | int) -> bool:
    """Return whether type checkers take a value in a ``Literal``."""
    return not isinstance(value, int) or value.bit_length() < 64


def _kind_of_values(schema: Schema) -> Literal["str", "int"]:
    return "str" if isinstance(next(_values(schema)), str) else "int"


def _leaves(schema: Schema) -> Iterator[Schema]:
    """Yield the branches of a union, and of the unions in it; else the schema."""
    if schema.union is None:
        yield schema
    else:
        for branch in schema.union.branches:
            yield from _leaves(branch)


def _nullable(made: ir.Type) -> ir.Type:
    return made if isinstance(made, ir.Nullable) or made == ir.Scalar("any") else ir.Nullable(made)


def union_of(options: Iterable[ir.Type]) -> ir.Type:
    """Return the union of types, each once; nullable if one of them is."""
    flat: dict[str, ir.Type] = {}  # by their text, because the constants True and 1 are equal
    null = False
    for option in options:
        if isinstance(option, ir.Nullable):
            null, option = True, option.inner
        for one in option.options if isinstance(option, ir.UnionType) else (option,):
            flat.setdefault(repr(one), one)
    kept = _told_apart([*flat.values()])
    made = kept[0] if len(kept) == 1 else ir.UnionType(tuple(kept)) if kept else ir.Scalar("any")
    return ir.Nullable(made) if null else made


def _told_apart(options: list[ir.Type]) -> list[ir.Type]:
    """Return the options of a union in an order in which pydantic converts no value.

    It takes 1 for true unless a branch is for flags, and a value of an enumeration for what another
    branch makes of it.
    """
    kinds = [ir.json_type(option) for option in options]
    if not {"boolean", "integer", "number"}.isdisjoint(kinds):
        options = sorted(options, key=lambda one: not (isinstance(one, ir.Ref) and one.beside))
        kinds = [ir.json_type(option) for option in options]
    if "boolean" not in kinds or not {"integer", "number"}.intersection(kinds):
        return options
    rest = [type_ for type_, kind in zip(options, kinds, strict=True) if kind != "boolean"]
    return [ir.Scalar("boolean"), *rest]


def is_scalar(type_: ir.Type) -> bool:
    """Return whether a value is always one text, number, boolean or null."""
    match type_:
        case ir.Scalar(kind):
            return kind != "any"
        case ir.Constant():
            return True
        case ir.Ref(_, beside):
            return bool(beside)
        case ir.UnionType(options):
            return all(map(is_scalar, options))
        case ir.Nullable(inner):
            return is_scalar(inner)
        case _:
            return False


# ── annotations ──────────────────────────────────────────────────────────────────────────────────


def annotation(type_: ir.Type, *, is_argument: bool = False) -> ir.Code:
    """Return the Python annotation of a type outside the models, as callers have it."""
    return ir.Code(_annotation(type_, is_argument=is_argument))


def checked_annotation(type_: ir.Type) -> ir.Code:
    """Return the annotation of an argument or a body for pydantic, with constraints."""
    return ir.Code(_annotation(type_, is_checked=True))


def _annotation(made: ir.Type, *, is_argument: bool = False, is_checked: bool = False) -> str:
    def inner(type_: ir.Type) -> str:
        return _annotation(type_, is_argument=is_argument, is_checked=is_checked)

    match made:
        case ir.Scalar("any", is_sent=True) if is_checked:
            return "Annotated[Any, DIGITS]"
        case ir.Scalar("number", constraints=constraints) if is_checked and made.number:
            return _constrained(made.number, constraints)
        case ir.Scalar("number", constraints=constraints) if is_checked:
            return _constrained(made.python, constraints, "INTEGERS", "DIGITS")
        case ir.Scalar(constraints=constraints):
            return _constrained(made.python, constraints if is_checked else ())
        case ir.Constant(values):
            return f"Literal[{', '.join(repr(value) for value in values)}]"
        case ir.Ref(name, beside):
            return f"models.{name} | {beside}" if beside and not is_checked else f"models.{name}"
        case ir.Array(items, constraints):
            name = "Sequence" if is_argument and ir.covariant_lists(made) else "list"
            return _constrained(f"{name}[{inner(items)}]", constraints if is_checked else ())
        case ir.Dict(values):
            return f"dict[str, {inner(values)}]"
        case ir.UnionType(options):
            mark = ("EXACT",) if is_checked and ir.is_exact(made) else ()
            return _constrained(ir.union(map(inner, options)), (), *mark)
        case ir.Nullable(one):
            return f"{inner(one)} | None"
        case ir.File():
            return "FileContent"


def _constrained(base: str, constraints: tuple[tuple[str, ir.Json], ...], *marks: str) -> str:
    arguments = ", ".join(f"{ROWS[key].pydantic}={value!r}" for key, value in constraints)
    every = [f"Field({arguments})", *marks] if constraints else marks
    return f"Annotated[{base}, {', '.join(every)}]" if every else base
