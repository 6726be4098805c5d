"""What the module of every resource uses: the base classes of its methods, and operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from .operation import Operation as Operation
from .options import Options as Options

JsonObject: TypeAlias = Mapping[str, Any]
"""A dictionary in place of an object of a class; it is checked as the arguments of the class are.
"""

if TYPE_CHECKING:
    from .transport import AsyncSender, Sender


class Resource:
    """A group of methods of the synchronous client."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender


class AsyncResource:
    """A group of methods of the asynchronous client."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender
