"""Our own files as dataclasses, which their JSON Schema (draft-07) is made from.

A field's type gives its schema, its docstring the description. Its metadata, from :func:`also`, may
have ``schema``, what the type doesn't express, and ``wire``, the place of its value in the file
where that isn't its name: the names of nested objects, none for a field that no file has.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from types import NoneType, SimpleNamespace, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from .record_validity import is_certainly_valid

if TYPE_CHECKING:
    import jsonschema_rs

T = TypeVar("T")
Schema: TypeAlias = dict[str, Any]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_TYPES: Final[Mapping[object, str]] = {
    str: "string", bool: "boolean", int: "integer", date: "string", NoneType: "null",
}  # fmt: skip


def also(*wire: str, **schema: Any) -> dict[str, Any]:
    """Return the metadata of a field: its place in the file, and more keywords of its schema."""
    return {"schema": schema, **({"wire": wire} if wire else {})}


NOT_IN_FILE: Final[dict[str, Any]] = {"schema": {}, "wire": ()}
"""The metadata of a field that no file has."""


# ── schemas ──────────────────────────────────────────────────────────────────────────────────────


@cache
def schema_of(kind: Any, *, is_closed: bool = True, is_described: bool = True) -> Schema:
    """Return the schema of a dataclass, with those of dataclasses in it.

    With ``is_described`` it has the docstrings, which takes longer.
    """
    schema: Schema = {"$schema": DRAFT, "type": "object", "properties": {}}
    hints, texts = _hints_of(kind), descriptions(kind) if is_described else {}
    inner = {"is_closed": is_closed, "is_described": is_described}
    if is_described and (text := about(kind)):
        schema["description"] = text
    for field in fields_of(kind):
        *outer, name = _wire(field)
        parent = schema
        for key in outer:
            parent = parent["properties"].setdefault(key, {"type": "object", "properties": {}})
        shape = _shape(hints[field.name], inner) | dict(field.metadata.get("schema", {}))
        if "enum" in shape and isinstance(shape.get("type"), list):
            del shape["type"]
        if field.name in texts:
            shape["description"] = texts[field.name]
        if _is_value(field.default):
            shape["default"] = field.default
        parent["properties"][name] = shape
        if field.default is MISSING and field.default_factory is MISSING:
            parent.setdefault("required", []).append(name)
    if is_closed:
        schema["additionalProperties"] = False
    return schema | getattr(kind, "CONDITIONS", {})


def about(kind: type) -> str:
    """Return the text about a dataclass, in Markdown."""
    text = _markdown(ast.get_docstring(_source(kind)) or "").partition(": ")[2]
    return text[:1].upper() + text[1:]


def descriptions(kind: type) -> dict[str, str]:
    """Return the docstring of each field, which follows it in the source, in Markdown."""
    body = _source(kind).body
    return {
        field.target.id: _markdown(str(text))
        for field, after in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(text := ast.literal_eval(after.value), str)
    }


def _source(kind: type) -> ast.ClassDef:
    (node,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(node, ast.ClassDef)
    return node


def _markdown(text: str) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))


def fields_of(kind: Any) -> list[Field[Any]]:
    """Return the fields of a dataclass that a file has."""
    return [field for field in fields(kind) if _wire(field)]


@cache
def _hints_of(kind: Any) -> dict[str, Any]:
    """Return the types of a dataclass's fields; equal annotations are evaluated once."""
    texts: dict[str, str] = {}
    for field in fields(kind):
        text = str(field.type)
        texts[text] = text
    names = vars(sys.modules[kind.__module__])
    types = get_type_hints(SimpleNamespace(__annotations__=texts), names)
    hints: dict[str, Any] = {}
    for field in fields(kind):
        hints[field.name] = types[str(field.type)]
    return hints


def _wire(field: Field[Any]) -> tuple[str, ...]:
    wire: tuple[str, ...] = field.metadata.get("wire", (field.name,))
    return wire


def _is_value(default: object) -> bool:
    """Return whether a default is a value, not the sign that the setting is left out."""
    return isinstance(default, bool) or default not in (MISSING, "", (), None)


def _shape(hint: Any, inner: Mapping[str, bool]) -> Schema:
    origin, arguments = get_origin(hint), [a for a in get_args(hint) if a is not NoneType]
    if origin is UnionType:
        shapes = [_shape(argument, inner) for argument in arguments]
        return shapes[0] if len(shapes) == 1 else {"type": [shape["type"] for shape in shapes]}
    if hint is object:
        return {}
    if origin is tuple:
        return {"type": "array", "items": _shape(arguments[0], inner)}
    if origin is Mapping:
        values = _shape(arguments[1], inner)
        return {"type": "object", "additionalProperties": values}
    if is_dataclass(hint):
        schema = schema_of(cast("Any", hint), **inner)
        return {key: value for key, value in schema.items() if key != "$schema"}
    return {"type": _TYPES[hint], **({"format": "date"} if hint is date else {})}


# ── reading and writing ──────────────────────────────────────────────────────────────────────────


def read(kind: type[T], data: object, *, is_closed: bool = True) -> T:
    """Return the dataclass in data of TOML or JSON; raises :class:`RecordError`.

    An unknown member is an error if ``is_closed``, and else ignored.
    """
    model: Any = kind
    if not is_certainly_valid(data, schema_of(model, is_closed=is_closed, is_described=False)):
        for error in _validator(model, is_closed).iter_errors(_plain(data)):
            from .record_faults import explained  # here, since most values are valid

            raise explained(error, schema_of(model, is_closed=is_closed))
    record: T = _record(kind, data)
    return record


@cache
def _validator(kind: Any, is_closed: bool) -> jsonschema_rs.Validator:
    import jsonschema_rs  # here, since few values need it

    schema = json.dumps(schema_of(kind, is_closed=is_closed, is_described=False))
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def to_data(record: Any) -> dict[str, Any]:
    """Return data for JSON, without what is optional and empty or the default."""
    data: dict[str, Any] = {}
    for field in fields_of(record):
        value = getattr(record, field.name)
        is_optional = field.default is not MISSING or field.default_factory is not MISSING
        if is_optional and (not value or value == field.default):
            continue
        *outer, name = _wire(field)
        parent = data
        for key in outer:
            parent = parent.setdefault(key, {})
        parent[name] = _data(value)
    return data


def _data(value: Any) -> Any:
    if is_dataclass(value):
        return to_data(value)
    if isinstance(value, Mapping):
        return {key: _data(item) for key, item in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, tuple):
        return [_data(item) for item in cast("Sequence[Any]", value)]
    return value


def member(data: Any, key: str, default: Any = None) -> Any:
    """Return a member of data; ``default`` if it isn't an object with one."""
    return cast("dict[str, Any]", data).get(key, default) if isinstance(data, dict) else default


def _plain(data: Any) -> Any:
    """Return data of TOML as data of JSON: a date is a text."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in cast("dict[str, Any]", data).items()}
    if isinstance(data, list):
        return [_plain(value) for value in cast("Sequence[Any]", data)]
    return data.isoformat() if isinstance(data, date) else data


def _record(hint: Any, data: Any) -> Any:
    """Return valid data as a value of a type."""
    arguments = [a for a in get_args(hint) if a is not NoneType]
    if get_origin(hint) is UnionType:
        is_list = isinstance(data, list)
        fitting = [a for a in arguments if is_list == (get_origin(a) is tuple)]
        return _record(fitting[0], data)
    if get_origin(hint) is tuple:
        return tuple(_record(arguments[0], item) for item in data)
    if get_origin(hint) is Mapping:
        return {key: _record(arguments[1], value) for key, value in data.items()}
    if hint is date and isinstance(data, str):
        return date.fromisoformat(data)
    if not is_dataclass(hint):
        return data
    hints, values = _hints_of(cast("Any", hint)), dict[str, Any]()
    for field in fields_of(hint):
        value = data
        for key in _wire(field):
            value = member(value, key, MISSING)
        if value is not MISSING:
            values[field.name] = _record(hints[field.name], value)
    return cast("Any", hint)(**values)
