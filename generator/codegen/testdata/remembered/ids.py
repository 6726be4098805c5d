"""The ids that the fake server gives to new items."""

from __future__ import annotations

import re

from ....base.immutable import immutable
from ....reading.openapi.model.schemas import Json, Schema
from .values import ItemValues

_FORMATS = ("{}", "{:06}", "{:08}", "{:012}", "{:024x}", "{:032x}")
_UUID = "00000000-0000-4000-8000-{:012x}"
_TRIED_IDS = (1, 25, 9_999)


@immutable
class Ids:
    """The ids of new items; ``format`` is empty if none fits."""

    format: str
    is_number: bool = False
    first: int = 1


def find_ids(values: ItemValues, member: Schema, parameter: Schema | None) -> Ids:
    """Return ids that the member and the parameter of the path may have."""
    kinds = values.document.kinds(member)
    if "string" not in kinds:
        least = values.document.resolve(member).minimum or 1
        first = max(1, int(least))
        is_number = bool(kinds & {"integer", "number"})
        if is_number and _fits(values, first, member, parameter):
            return Ids("{}", is_number, first)
        return Ids("")
    formats = [*_FORMATS, _UUID]
    example = values.value(member)
    if isinstance(example, str):
        plain = example.replace("{", "").replace("}", "")
        formats += [f"{plain[:-digits]}{{:0{digits}}}" for digits in (6, 4)]
    for id_format in formats:
        if _takes_ids(values, id_format, member, parameter):
            return Ids(id_format)
    return Ids("")


def find_id_member(parameter: str, item: Schema) -> str | None:
    """Return the member that has the value of the last parameter of a path."""
    members = item.properties or {}
    if parameter in members:
        return parameter
    loose = _loose(parameter)
    for name in members:
        if _loose(name) == loose:
            return name
    if "id" in members and loose.endswith("id"):
        return "id"
    return None


def _takes_ids(
    values: ItemValues, id_format: str, member: Schema, parameter: Schema | None
) -> bool:
    """Return whether ids of a format are valid."""
    for number in _TRIED_IDS:
        if not _fits(values, id_format.format(number), member, parameter):
            return False
    return True


def _fits(values: ItemValues, value: str | int, member: Schema, parameter: Schema | None) -> bool:
    if not values.is_valid(value, member):
        return False
    if parameter is None:
        return True
    forms: list[Json] = [str(value)]
    if str(value).isdigit():
        forms.append(int(value))
    return any(values.is_valid(form, parameter) for form in forms)


def _loose(name: str) -> str:
    """Return a name without what styles of writing differ in."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
