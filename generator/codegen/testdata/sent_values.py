"""JSON values as they are sent: times and UUIDs in the spelling of RFC 3339 and RFC 9562."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from ..ir import (
    Alias,
    Array,
    Component,
    Dict,
    Json,
    Model,
    Nullable,
    Ref,
    Scalar,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_TIMES = ("date-time", "time", "duration")


def as_sent(made: Type, value: Json, components: Mapping[str, Component]) -> Json:
    """Return a value of a type as a client sends it."""
    match made:
        case Scalar(format=form) if isinstance(value, str) and form in (*_TIMES, "uuid"):
            return _spelled(form, value)
        case Nullable(inner):
            return as_sent(inner, value, components)
        case UnionType(options):
            texts = [one for one in options if isinstance(one, Scalar) and one.kind == "string"]
            if isinstance(value, str) and any(not one.format for one in texts):
                return value
            for option in options:
                sent = as_sent(option, value, components)
                if sent != value:
                    return sent
            return value
        case Array(inner) if isinstance(value, list):
            return [as_sent(inner, item, components) for item in value]
        case Dict(inner) if isinstance(value, dict):
            return {key: as_sent(inner, item, components) for key, item in value.items()}
        case Ref(name):
            return _component(components[name], value, components)
        case _:
            return value


def _component(component: Component, value: Json, components: Mapping[str, Component]) -> Json:
    if isinstance(component, Alias):
        return as_sent(component.type, value, components)
    if not isinstance(component, Model) or not isinstance(value, dict):
        return value
    types = {field.wire: field.type for field in component.fields}
    other = component.extra
    sent = dict(value)
    for key, item in value.items():
        made = types.get(key, other)
        if made is not None:
            sent[key] = as_sent(made, item, components)
    return sent


@cache
def _types(form: str) -> TypeAdapter[object]:
    from pydantic import TypeAdapter  # most descriptions have no such value

    kinds = {"date-time": datetime, "time": time, "duration": timedelta, "uuid": UUID}
    return TypeAdapter(kinds[form])


def _spelled(form: str, value: str) -> str:
    if form == "date-time" and len(value) <= len("2026-01-02"):
        return value  # a date in a union of both
    try:
        types = _types(form)
        return str(types.dump_python(types.validate_python(value), mode="json"))
    except ValueError:
        return value
