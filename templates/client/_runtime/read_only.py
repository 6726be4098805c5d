"""Request bodies without the members that only responses have.

Source: OpenAPI 3.1.1 §4.8.24 and JSON Schema 2020-12 (validation) §9.4, ``readOnly``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from .model import Model, SetByCaller


def without_read_only(value: Any) -> Any:
    """Return a body without ``readOnly`` members, except for those that the caller set.

    What has such members is copied. A value in a circle is returned as it is: it is refused later.
    """
    try:
        return _sent(value)
    except RecursionError:
        return value


def _sent(value: Any) -> Any:
    """Return a value as it is sent."""
    if isinstance(value, Model):
        return _without(value)
    if isinstance(value, Mapping):
        members = cast("dict[Any, Any]", value)
        changed = _changed(members.items())
        return {**members, **changed} if changed else members
    if isinstance(value, (list, tuple)):
        given = cast("Sequence[Any]", value)
        items = [*given]
        changed = _changed(enumerate(items))
        for index, item in changed.items():
            items[index] = item
        return items if changed else given
    return value


def _without(value: Model) -> Model:
    names = value.model_fields_set
    set_by_caller = {name for name in names if isinstance(name, SetByCaller)}
    read_only = value._read_only  # pyright: ignore[reportPrivateUsage]
    unset = names.intersection(read_only) - set_by_caller
    sent_names = names - unset
    fields = _changed((name, item) for name, item in vars(value).items() if name in sent_names)
    extra = _changed((value.model_extra or {}).items())
    if not (unset or fields or extra):
        return value
    # A part without them may not be valid.
    copied: Any = super(Model, value).model_copy(update=fields)
    sent: Model = copied
    for name in unset:
        delattr(sent, name)
    if sent.model_extra:
        sent.model_extra.update(extra)
    return sent


def _changed(members: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Return the members, or the items by their index, that are sent as another value."""
    pairs = [(name, item, _sent(item)) for name, item in members]
    return {name: sent for name, item, sent in pairs if sent is not item}
