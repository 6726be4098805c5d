"""Values of the models for tests, which were made when the package was generated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import to_json

from .model import Model

M = TypeVar("M", bound=Model)


def example_of(file: str, model: type[M], fields: Mapping[str, Any]) -> M:
    """Return the value of a class with some fields replaced; ``_values.json`` is beside ``file``.

    Raises ``pydantic.ValidationError`` for a field that doesn't match the description.
    """
    data = _values(file).get(model.__name__)
    if data is None:
        return model(**fields)
    value = model.model_validate(json.loads(data))
    for name in vars(value).keys() & value.model_fields_set - fields.keys():
        _check(value, name)
    return value.model_copy(update=fields)


@cache
def _values(file: str) -> Mapping[str, str]:
    """Return the JSON text of each class."""
    text = Path(file).with_name("_values.json").read_text(encoding="utf-8")
    return {name: json.dumps(value) for name, value in json.loads(text).items()}


def _check(value: Model, name: str) -> None:
    """Put bytes in the place of what the class has as a file."""
    before = vars(value)[name]  # without the warning of a deprecated field
    try:
        setattr(value, name, before)
    except ValidationError:
        items: list[Any] = [*before] if isinstance(before, list) else [before]
        content = [each.encode() if isinstance(each, str) else to_json(each) for each in items]
        with suppress(ValidationError):
            setattr(value, name, content if isinstance(before, list) else content[0])
