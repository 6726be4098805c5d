"""Response headers as values (OpenAPI 3.1.1 §4.8.21: the style ``simple``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import from_json

from .readers import RECEIVED


class Headers(BaseModel):
    """Headers of a response; one that the server didn't send is None."""

    model_config = ConfigDict(
        alias_generator=lambda name: name.replace("_", "-"),
        validate_by_name=True,
        frozen=True,
        allow_inf_nan=False,
        protected_namespaces=(),
    )

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Self:
        """Return the described ones of a response's headers.

        Raises ``pydantic.ValidationError``, a ``ValueError``, which names each header whose text
        isn't of the described type; no limit of the description counts. Undocumented members of
        objects are kept.
        """
        given = {name.lower(): text for name, text in headers.items()}
        return cls.model_validate(given, by_alias=True, by_name=False, context=RECEIVED)


def _of_text(read: Callable[[str], Any]) -> BeforeValidator:
    """Return a mark for a type whose values ``read`` makes of text."""
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


LIST = _of_text(lambda text: [part for part in _parts(text) if part])
"""``a, b`` (RFC 9110 §5.6.1)."""


def _pairs(text: str) -> dict[str, str]:
    parts = _parts(text)
    return dict(zip(parts[::2], parts[1::2], strict=False))


PAIRS = _of_text(_pairs)
"""An object as ``a,1,b,2``."""


def _exploded(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in _parts(text))
    return {name: value for name, _, value in pairs}


EXPLODED = _of_text(_exploded)
"""An object as ``a=1,b=2``."""

JSON = _of_text(from_json)


def _time(text: str) -> Any:
    if re.match(r"-?P[^T]*[YM]", text):
        raise ValueError("years and months have no fixed length")
    return parsedate_to_datetime(text) if ", " in text else text


TIME = _of_text(_time)
"""A time or a duration as in JSON, or a time as in HTTP (RFC 9110 §5.6.7)."""
