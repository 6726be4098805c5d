"""Responses as they arrived, beside what they were read as."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, ParamSpec, TypeVar

from ._options import Options, ResponseInfo
from .errors import ResponseError

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class RawResponse(Generic[T]):
    """A response as it arrived."""

    status_code: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)
    """Without its content-encoding; empty where it is read as a stream."""
    result: T | ResponseError = field(repr=False)
    """What the method returns, or the error that it raises because it can't read the body."""

    @property
    def value(self) -> T:
        """What the method returns; raises :class:`ResponseError` if it can't read the body."""
        if isinstance(self.result, ResponseError):
            raise self.result
        return self.result


class Raw:
    """What the synchronous client has for raw responses."""

    @staticmethod
    def raw(method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        """Call a method and return its response as it arrived: ``raw(client.pets.get, "7")``.

        Raises what the method raises, except for :class:`ResponseError`.
        """
        info = _noted(kwargs)
        try:
            result: T | ResponseError = method(*args, **kwargs)
        except ResponseError as error:
            result = error
        return RawResponse(info.status_code, info.headers, info.body, result)


class AsyncRaw:
    """What the asynchronous client has for raw responses."""

    @staticmethod
    async def raw(
        method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> RawResponse[T]:
        """As :meth:`Raw.raw`."""
        info = _noted(kwargs)
        try:
            result: T | ResponseError = await method(*args, **kwargs)
        except ResponseError as error:
            result = error
        return RawResponse(info.status_code, info.headers, info.body, result)


def _noted(arguments: dict[str, Any]) -> ResponseInfo:
    """Add an option that notes the response to the arguments of a call."""
    options: Options = arguments.get("options") or Options()
    info = options.response or ResponseInfo()
    arguments["options"] = replace(options, response=info)
    return info
