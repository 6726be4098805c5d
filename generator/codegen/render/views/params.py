"""The views of the module ``params``: typed dictionaries, and aliases of the types in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....base.immutable import immutable
from ...ir.models import Model, ModelField
from ...ir.package import Api
from ...ir.typed_dicts import MODULE, TypedDicts, sent_fields
from ...ir.types import Code, Text
from ...names import own_name
from .operations import OperationView

_NAME = re.compile(r"[A-Za-z_]\w*")


@immutable
class KeyView:
    """A key of a dictionary."""

    name: str | None
    """The key as an identifier; None if it isn't one."""
    wire: str
    hint: Code
    doc: Text


@immutable
class TypedDictView:
    """A dictionary.

    ``is_class`` unless a key cannot be a name in a class; then ``doc`` has those of the keys, too.
    """

    name: str
    doc: Text
    keys: Sequence[KeyView]
    is_class: bool


@immutable
class ParamAliasView:
    """An alias."""

    name: str
    hint: Code
    is_recursive: bool
    """True if it has itself in it, which pyright always knows in a ``TypeAlias`` alone."""


@immutable
class ParamsView:
    """The module."""

    dictionaries: Sequence[TypedDictView]
    aliases: Sequence[ParamAliasView]


def params_views(api: Api) -> list[ParamsView]:
    """Return the module, if the package has dictionaries."""
    dicts = api.typed_dicts
    if dicts is None or not dicts.names:
        return []
    dictionaries: list[TypedDictView] = []
    aliases: list[ParamAliasView] = []
    for key, name in dicts.names.items():
        component = dicts.components[key]
        if isinstance(component, Model):
            dictionaries.append(_dictionary(name, component, dicts))
        else:
            hint = dicts.alias_annotation(component)
            aliases.append(ParamAliasView(name, hint, dicts.is_recursive(key)))
    return [ParamsView(dictionaries, aliases)]


def import_of_params(operations: Sequence[OperationView]) -> Code:
    """Return what a module of methods imports for their annotations; empty for nothing.

    In a class that has the name ``params`` itself, the module has another one.
    """
    if not any(_takes_dictionary(op) for op in operations):
        return Code("")
    is_hidden = "params" in operations[0].shadows
    return Code("params as params_" if is_hidden else "params")


def _takes_dictionary(op: OperationView) -> bool:
    arguments = [parameter.typed for parameter in op.ir.parameters]
    arguments += [body.typed for body in op.ir.bodies]
    return any(hint is not None and MODULE in hint for hint in arguments)


def _dictionary(name: str, model: Model, dicts: TypedDicts) -> TypedDictView:
    fields = sent_fields(model)
    keys = [_key(field, dicts) for field in fields]
    used = {word for key in keys for word in _NAME.findall(key.hint)}
    is_class = all(key.name is not None and key.name not in used for key in keys)
    return TypedDictView(name, model.doc if is_class else _whole_doc(model), keys, is_class)


def _key(field: ModelField, dicts: TypedDicts) -> KeyView:
    return KeyView(own_name(field.wire), field.wire, dicts.field_annotation(field), field.doc)


def _whole_doc(model: Model) -> Text:
    """Return the description of a class with those of the members that a request has."""
    members = [f"{field.wire}: {field.doc.value}" for field in sent_fields(model) if field.doc]
    return Text("\n\n".join([model.doc.value, *members]).strip())
