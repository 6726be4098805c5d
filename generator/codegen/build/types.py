"""The types of the client for canonical schemas.

Sources: OpenAPI 3.1.1 §4.8.24, the OpenAPI format registry, JSON Schema 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Literal

from ...base.errors import Findings
from ...reading.openapi.discriminator_values import typed_tag
from ...reading.openapi.formats import typed_format
from ...reading.openapi.json_values import identity_of, is_enumeration
from ...reading.openapi.keywords import constraints
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.media_types import is_binary
from ...reading.openapi.model.schemas import Discriminator, Schema, Union
from ...reading.openapi.model.schemas import Type as SchemaType
from ..ir.html_text import as_text
from ..ir.types import (
    Array,
    Constant,
    Dict,
    Nullable,
    Ref,
    Scalar,
    Tag,
    Text,
    Type,
    UnionType,
    json_type,
)
from ..names import Identifier


def text(value: str) -> Text:
    """Return text of the description, without HTML and surrounding white space."""
    return Text(as_text(value).strip())


class Types:
    """The types of the schemas of one canonical document; classes have their final names."""

    def __init__(
        self, document: Document, class_names: Mapping[str, Identifier], findings: Findings
    ) -> None:
        self.findings = findings
        self.document = document
        self.schemas = document.schemas
        self.names = class_names
        self._models = {
            name for key, name in class_names.items() if self.schemas[key].properties is not None
        }
        self.used: set[str] = set()
        """The keys of the schemas that types refer to."""
        self._references: dict[str, Ref] = {}
        self.is_sent = False
        """True while types are built that a request has."""

    @contextmanager
    def used_in(self, *, request: bool) -> Generator[None]:
        """Build types for requests or for responses alone, while it lasts."""
        before, self.is_sent = self.is_sent, request
        try:
            yield
        finally:
            self.is_sent = before

    def sent(self, schema: Schema | None) -> Type:
        """Return the type of an argument or a request body."""
        with self.used_in(request=True):
            return self.type(schema)

    def is_model(self, name: str) -> bool:
        """Return whether a class has fields, unlike an alias or an enumeration."""
        return name in self._models

    def doc(self, schema: Schema | None) -> Text:
        """Return a schema's description; of a reference, the first sentence of its target's."""
        if schema is None:
            return Text("")
        if schema.description or not schema.ref or schema.nullable:
            return text(schema.description)
        whole = text(self.schemas[schema.ref].description).value
        return Text(re.split(r"(?<=[.!?])\s|\n", whole, maxsplit=1)[0])

    def type(self, schema: Schema | None) -> Type:
        """Return the type of a canonical schema; any value without one."""
        type_ = self._any() if schema is None else self._without_null(schema)
        if type_ == self._any():
            return self._any()
        return _nullable(type_) if schema is not None and schema.nullable else type_

    def _any(self) -> Scalar:
        return Scalar("any", is_sent=self.is_sent)

    def _without_null(self, schema: Schema) -> Type:
        if schema.ref:
            self.used.add(schema.ref)
            return self._reference(schema.ref)
        if schema.union is not None:
            return self._union(schema.union)
        if schema.enum is not None:
            usable = tuple(listed_values(schema))
            if len(usable) == len(schema.enum) and all(map(_is_literal, usable)):
                return union_of(Constant((value,)) for value in usable)
        if len(schema.types) == 1:
            return self._of_kind(schema.types[0], schema)
        if not schema.types and self.is_sent:
            self._warn_of_untyped(schema)
        return union_of(self._of_kind(kind, schema) for kind in schema.types)

    def _reference(self, key: str) -> Ref:
        """Return the reference to a component; to one that is another's name, that to the other.

        Pydantic doesn't follow an alias of a recursive class.
        """
        if key not in self._references:
            schema = self.schemas[key]
            beside = kind_of_values(schema) if is_enumeration(schema.enum) else ""
            self._references[key] = Ref(self.names[key], beside)
            if all(leaf.ref for leaf in _leaves(schema)):
                other = self.type(schema)
                if isinstance(other, Ref):
                    self._references[key] = other
        return self._references[key]

    def _union(self, union: Union) -> Type:
        made = union_of([self.type(branch) for branch in union.branches])
        tag = union.discriminator
        if tag is None or not isinstance(made, UnionType):
            return made
        if any(isinstance(one, Dict) or json_type(one) == "any" for one in made.options):
            return made  # which has objects of any kind
        return self._tagged(union, tag, made)

    def _tagged(self, union: Union, tag: Discriminator, made: UnionType) -> UnionType:
        """Return a union with the values of its discriminator for each option."""
        tags, objects = self._tag_values(union, tag), self._names_of_objects(union)
        names = [option.name if isinstance(option, Ref) else "" for option in made.options]
        values = [tags.get(name, () if name in objects else None) for name in names]
        default = -1
        if tag.is_default_declared:
            other = self._reference(tag.default_mapping).name
            default = names.index(other) if other in names else default
        return UnionType(made.options, tag.property_name, tuple(values), default, tag.is_implied)

    def _tag_values(self, union: Union, tag: Discriminator) -> Mapping[str, tuple[Tag, ...]]:
        """Return the values of a discriminator by the name of the class or alias."""
        tags: dict[str, dict[object, Tag]] = {}
        for text, key in tag.mapping.items():
            value = typed_tag(self.document, tag, text)
            tags.setdefault(self._reference(key).name, {})[identity_of(value)] = value
        for branch in union.branches:  # of equal values every branch is tried
            known = tags.get(self._reference(branch.ref).name, {}) if branch.ref else {}
            for value in self._listed(branch, tag.property_name) if known else ():
                known.setdefault(identity_of(value), value)
        return {name: tuple(values.values()) for name, values in tags.items()}

    def _names_of_objects(self, union: Union) -> set[str]:
        """Return the names of the classes and aliases of a union that objects may be of."""
        names: set[str] = set()
        for leaf in chain.from_iterable(map(_leaves, union.branches)):
            if leaf.ref and "object" in self.document.kinds(leaf):
                reference = self._reference(leaf.ref)
                if not reference.beside:
                    names.add(reference.name)
        return names

    def _listed(self, schema: Schema, name: str) -> list[str | int]:
        """Return the values that the objects of a schema list for a property."""
        listed: list[str | int] = []
        for target in self.document.leaves(schema):
            if target.properties and name in target.properties:
                listed += listed_values(self.document.resolve(target.properties[name]))
        return listed

    def _of_kind(self, kind: SchemaType, schema: Schema) -> Type:
        match kind:
            case "array":
                if schema.prefix_items is not None:
                    more = schema.items
                    is_longer = more is not None and more.not_ is None  # `items: false` is `not`
                    every = (*schema.prefix_items, *((more,) if is_longer else ()))
                    inner = union_of(map(self.type, every))
                else:
                    inner = self.type(schema.items)
                return Array(inner, constraints(schema, "array"))
            case "object":
                self._warn_of_required(schema)
                values = schema.additional_properties
                return Dict(self.type(values if isinstance(values, Schema) else None))
            case "string":
                if is_binary(schema):
                    self._warn_of_binary(schema)
                if form := typed_format(schema):
                    return Scalar("string", form)
                limits = constraints(schema, "string")
                return Scalar("string", "", limits, is_base64=_is_base64(schema))
            case "integer" | "number":
                form = "decimal" if (kind, schema.format) == ("number", "decimal") else ""
                return Scalar(kind, form, constraints(schema, "number"))
            case _:
                return Scalar(kind)

    def _warn_of_required(self, schema: Schema) -> None:
        """Warn of required members of an object without fields."""
        if schema.required and schema.properties is None and self.is_sent:
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


def _is_base64(schema: Schema) -> bool:
    """Return whether a text is bytes in base64.

    Sources: OpenAPI 3.0.4 §4.4, JSON Schema 2020-12 validation §8.3.
    """
    encoding = (schema.content_encoding or "").lower()
    return encoding == "base64" or (schema.format == "byte" and not encoding)


def listed_values(schema: Schema) -> Iterator[str | int]:
    """Yield the texts and integers that a schema lists."""
    yield from (value for value in schema.enum or () if isinstance(value, (str, int)))


def _is_literal(value: str | int) -> bool:
    """Return whether type checkers take a value in a ``Literal``."""
    return not isinstance(value, int) or value.bit_length() < 64


def kind_of_values(schema: Schema) -> Literal["str", "int"]:
    """Return the Python type of the values that a schema lists."""
    return "str" if isinstance(next(listed_values(schema)), str) else "int"


def _leaves(schema: Schema) -> Iterator[Schema]:
    """Yield the branches of a union, and of the unions in it; else the schema."""
    if schema.union is None:
        yield schema
    else:
        for branch in schema.union.branches:
            yield from _leaves(branch)


def _nullable(made: Type) -> Type:
    return made if isinstance(made, Nullable) or made == Scalar("any") else Nullable(made)


def union_of(options: Iterable[Type]) -> Type:
    """Return the union of types, each once; nullable if one of them is."""
    flat: dict[str, Type] = {}  # by their text, because the constants True and 1 are equal
    null = False
    for option in options:
        if isinstance(option, Nullable):
            null, option = True, option.inner
        for one in option.options if isinstance(option, UnionType) else (option,):
            flat.setdefault(repr(one), one)
    kept = _told_apart([*flat.values()])
    made = kept[0] if len(kept) == 1 else UnionType(tuple(kept)) if kept else Scalar("any")
    return Nullable(made) if null else made


def _told_apart(options: list[Type]) -> list[Type]:
    """Return the options of a union in an order in which pydantic converts no value.

    It takes 1 for true unless a branch is for flags, and a value of an enumeration for what another
    branch makes of it.
    """
    kinds = [json_type(option) for option in options]
    if not {"boolean", "integer", "number"}.isdisjoint(kinds):
        options = sorted(options, key=lambda one: not (isinstance(one, Ref) and one.beside))
        kinds = [json_type(option) for option in options]
    if "boolean" not in kinds or not {"integer", "number"}.intersection(kinds):
        return options
    rest = [type_ for type_, kind in zip(options, kinds, strict=True) if kind != "boolean"]
    return [Scalar("boolean"), *rest]
