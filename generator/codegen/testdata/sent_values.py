"""JSON values as they are sent: integers without a fraction, times and UUIDs as their RFCs do.

Sources: RFC 3339 (times), RFC 9562 (UUIDs), JSON Schema 2020-12 §4.2.3 (1.0 is an integer).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...reading.openapi.formats import adapter_of
from ..ir.models import Component, Enumeration, Model, plain
from ..ir.types import Array, Constant, Dict, Json, Ref, Scalar, Type, UnionType

_TIMES = ("date-time", "time", "duration")


def as_sent(type_: Type, value: Json, components: Mapping[str, Component]) -> Json:
    """Return a value of a type as a client sends it."""
    return _Sent(components).of(type_, value)


class _Sent:
    """The parts of one value as they are sent, each read once by each type."""

    def __init__(self, components: Mapping[str, Component]) -> None:
        self._components = components
        self._found: dict[tuple[int, int], Json] = {}
        """By type and value, which the caller holds."""

    def of(self, type_: Type, value: Json) -> Json:
        """Return a part as it is sent."""
        key = id(type_), id(value)
        if key not in self._found:
            self._found[key] = self._read(type_, value)
        return self._found[key]

    def _read(self, type_: Type, value: Json) -> Json:
        match plain(type_, self._components):
            case Scalar(format=form) if isinstance(value, str) and form in (*_TIMES, "uuid"):
                return _spelled(form, value)
            case Scalar("integer") | Constant() if isinstance(value, float) and value.is_integer():
                return int(value)
            case Ref(name) if isinstance(self._components[name], Enumeration):
                return int(value) if isinstance(value, float) and value.is_integer() else value
            case UnionType(options):
                texts = [one for one in options if isinstance(one, Scalar) and one.kind == "string"]
                if isinstance(value, str) and any(not text.format for text in texts):
                    return value
                sent = (self.of(option, value) for option in options)
                found = next((one for one in sent if one != value), value)
                lists = [one for one in options if isinstance(one, Array)]
                return _with_floats(lists[0], value) if found is value and lists else found
            case _:
                return with_parts(type_, value, self._components, self.of)


def with_parts(
    type_: Type,
    value: Json,
    components: Mapping[str, Component],
    of: Callable[[Type, Json], Json],
    *,
    keeps_undeclared: bool = True,
) -> Json:
    """Return a value with what ``of`` returns for each part; members without a type are kept."""
    match plain(type_, components):
        case Array(inner) if isinstance(value, list):
            return [of(inner, item) for item in value]
        case Dict(inner) if isinstance(value, dict):
            return {key: of(inner, item) for key, item in value.items()}
        case Ref(name):
            component = components[name]
            if isinstance(component, Model) and isinstance(value, dict):
                types = {field.wire: field.type for field in component.fields}
                typed = (
                    (key, item, types.get(key, component.extra)) for key, item in value.items()
                )
                return {
                    key: of(type_, item) if type_ else item
                    for key, item, type_ in typed
                    if type_ or keeps_undeclared
                }
        case _:
            pass
    return value


def _with_floats(type_: Type, value: Json) -> Json:
    """Return a value with a fraction in each number, as tests write a list for a union."""
    match type_:
        case Array(inner) if isinstance(value, list):
            return [_with_floats(inner, item) for item in value]
        case Scalar("number") if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        case _:
            return value


def _spelled(form: str, value: str) -> str:
    if form == "date-time" and len(value) <= len("2026-01-02"):
        return value  # a date in a union of both
    try:
        adapter = adapter_of(form)
        return str(adapter.dump_python(adapter.validate_python(value), mode="json"))
    except ValueError:
        return value
