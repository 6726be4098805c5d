"""What the module of every resource uses: the base classes of its methods, and operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .operation import Operation as Operation
from .options import Options as Options

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
