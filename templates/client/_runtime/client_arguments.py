"""Arguments that a call has from its client, unless the caller gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")

_NAME = "arguments_of_client"
"""The attribute of a sender with the arguments."""


def set_arguments(sender: object, arguments: Mapping[str, Any]) -> None:
    """Give the sender of a client the arguments that calls have from there."""
    vars(sender)[_NAME] = arguments


def or_of_client(sender: object, name: str, value: T | None, needed_by: str = "") -> T | None:
    """Return the argument of a call, or else that of the client.

    Raise ``TypeError`` if there is neither, and the call ``needed_by`` needs it.
    """
    if value is None:
        value = vars(sender)[_NAME][name]
    if value is None and needed_by:
        where = "an argument of the call or of the client"
        raise TypeError(f"{needed_by}() needs {name}, {where}; nothing was sent")
    return value
