"""Questions until something is done that have arguments of the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from .polling import Polling

T = TypeVar("T")


def with_arguments(polling: Polling[T], arguments: Mapping[int, Any]) -> Polling[T]:
    """Return a polling whose question has these arguments, by their indexes."""
    sources = [*polling.arguments]
    for index, value in arguments.items():
        sources[index] = _constant(value)
    return replace(polling, arguments=sources)


def _constant(value: Any) -> Callable[[Any], Any]:
    """Return a function that reads a value from no result."""
    return lambda _: value
