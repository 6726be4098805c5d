"""Calls that start something, and those that ask until it is done."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .errors import PackageError
from .operation import Operation
from .options import Options, ResponseInfo
from .own_errors import own_errors
from .retry import retry_after
from .words import one_line

if TYPE_CHECKING:
    from .transport import AsyncSender, Sender

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Wait:
    """How long a method waits for a result, and how often it asks."""

    deadline: float = 600.0
    """Seconds from the call to the start of the last question."""
    pause: float = 1.0
    """Seconds before the first question; each further pause is half as long again. The header
    ``Retry-After`` of the last response takes precedence (RFC 9110 §10.2.3).
    """
    longest: float = 30.0
    """Seconds: the longest pause that the client chooses."""


class WaitError(PackageError):
    """There is no result: it failed, or the deadline passed."""

    result: Any
    """The last answer."""
    status: Any
    """The last status; None if there is none."""
    has_failed: bool
    """True if the status is one of a failure; else the result may still be there later."""

    def __init__(self, name: str, fact: str, result: Any, status: Any, *, has_failed: bool) -> None:
        self.result, self.status, self.has_failed = result, status, has_failed
        super().__init__(f"{name} → {fact}; the last status is {one_line(str(status), 80)}")


@dataclass(frozen=True)
class Polling(Generic[T]):
    """An operation that starts something, and the one that asks for its result."""

    start: Operation[Any]
    asked: Callable[[], Operation[T]]
    arguments: Sequence[int | Callable[[Any], Any] | None]
    """The arguments of the question: that of the start at an index, or read from its result."""
    status: Callable[[Any], Any]
    until: Sequence[str]
    failed: Sequence[str] = ()
    wait: Wait = Wait()

    def within(self, wait: Wait | None) -> Polling[T]:
        """Return the same with other limits, unless they are None."""
        return self if wait is None else replace(self, wait=wait)


class _Waiting(Generic[T]):
    """The state of a call that waits; no I/O."""

    def __init__(self, polling: Polling[T], options: Options | None) -> None:
        self.polling, self.operation, self._limits = polling, polling.asked(), polling.wait
        self._info = (options.response if options else None) or ResponseInfo()
        self.first = replace(options or Options(), response=self._info)
        self.later = replace(self.first, query=None, body=None, content_type="")
        self._end = time.monotonic() + self._limits.deadline
        self._pause = self._limits.pause
        self._result: Any = None
        self._status: Any = None

    def question(self, arguments: Sequence[Any], started: Any) -> list[Any]:
        """Return the arguments of the question; raise :class:`WaitError` if one is not there."""
        self._result = started
        question: list[Any] = []
        for parameter, source in zip(
            self.operation.parameters, self.polling.arguments, strict=True
        ):
            value = arguments[source] if isinstance(source, int) else None
            if callable(source):
                with suppress(AttributeError):
                    value = source(started)
                value = value if value is None else parameter.read_value(value)
            if value is None and parameter.required:
                fact = f"the result of {self.polling.start.name} has nothing for {parameter.name!r}"
                raise self._error(fact, has_failed=False)
            question.append(value)
        return question

    def pause(self) -> float:
        """Return the seconds until the next question; raise :class:`WaitError` after the end."""
        seconds = retry_after(self._info.headers)
        if not seconds:  # not 0, which would be a question without end
            seconds, self._pause = self._pause, min(self._pause * 1.5, self._limits.longest)
        if time.monotonic() + seconds > self._end:
            fact = f"no result within the deadline of {self._limits.deadline:g} s"
            raise self._error(fact, has_failed=False)
        return seconds

    def is_result(self, answer: T) -> bool:
        """Return whether an answer is the result; raise :class:`WaitError` if that has failed."""
        self._result, self._status = answer, None
        with suppress(AttributeError):  # of a member that the server left out
            self._status = self.polling.status(answer)
        is_text = isinstance(self._status, str)
        status = self._status if is_text else json.dumps(self._status, default=str)
        if status in self.polling.failed:
            raise self._error("failed", has_failed=True)
        return status in self.polling.until

    def _error(self, fact: str, *, has_failed: bool) -> WaitError:
        name = self.operation.name
        return WaitError(name, fact, self._result, self._status, has_failed=has_failed)


def wait_for(
    sender: Sender, polling: Polling[T], body: Any, options: Options | None, *arguments: Any
) -> T:
    """Start something and ask until there is a result; raise as both calls, and WaitError."""
    waiting = _Waiting(polling, options)
    with own_errors(sender.settings.api.errors):
        started = sender.call(polling.start, body, waiting.first, *arguments)
        question = waiting.question(arguments, started)
        while True:
            time.sleep(waiting.pause())
            answer = sender.call(waiting.operation, None, waiting.later, *question)
            if waiting.is_result(answer):
                return answer


async def async_wait_for(
    sender: AsyncSender, polling: Polling[T], body: Any, options: Options | None, *arguments: Any
) -> T:
    """Start something and ask until there is a result; raise as both calls, and WaitError."""
    import anyio  # a dependency of httpx; asyncio and trio

    waiting = _Waiting(polling, options)
    with own_errors(sender.settings.api.errors):
        started = await sender.call(polling.start, body, waiting.first, *arguments)
        question = waiting.question(arguments, started)
        while True:
            await anyio.sleep(waiting.pause())
            answer = await sender.call(waiting.operation, None, waiting.later, *question)
            if waiting.is_result(answer):
                return answer
