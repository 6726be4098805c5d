"""Functions that recurse as deeply as the schemas of a description refer to each other."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import wraps
from typing import Generic, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")
_FRAMES = 50_000
_STACK = 512 * 1024 * 1024
"""Bytes of address space, of which only what is used becomes memory: 10 kB for each frame."""
_limits = threading.RLock()


class _Thread(threading.Thread, Generic[_R]):
    """A call in a thread with a large stack."""

    def __init__(self, call: Callable[[], _R]) -> None:
        super().__init__(daemon=True)
        self.call = call
        self.results: list[_R] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.results.append(self.call())
        except BaseException as error:  # noqa: BLE001 - it is raised where the caller waits
            self.error = error


def deeply_recursive(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return ``function`` for calls that need more frames than Python allows by default.

    The limit belongs to the process and the stack to a thread, so the call is made in another
    thread, for which the caller waits. Where its stack doesn't fit, it is made in this one.
    """

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if isinstance(threading.current_thread(), _Thread):
            return function(*args, **kwargs)
        thread = _Thread(lambda: function(*args, **kwargs))
        with _limits:
            frames, stack = sys.getrecursionlimit(), threading.stack_size()
            try:
                threading.stack_size(_STACK)
                sys.setrecursionlimit(max(frames, _FRAMES))
                try:
                    thread.start()
                except RuntimeError:  # too little address space
                    sys.setrecursionlimit(frames)
                    return function(*args, **kwargs)
                finally:
                    threading.stack_size(stack)
                thread.join()
            finally:
                sys.setrecursionlimit(frames)
        if thread.error is not None:
            raise thread.error
        return thread.results[0]

    return call
