"""Arguments that a call has from its client, unless the caller gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class _Sender(Protocol):
    arguments: Mapping[str, Any]


def or_of_client(sender: _Sender, name: str, value: T | None, needed_by: str = "") -> T | None:
    """Return the argument of a call, or else that of the client.

    Raise ``TypeError`` if there is neither, and the call ``needed_by`` needs it.
    """
    if value is None:
        value = sender.arguments[name]
    if value is None and needed_by:
        where = "an argument of the call or of the client"
        raise TypeError(f"{needed_by}() needs {name}, {where}; nothing was sent")
    return value
