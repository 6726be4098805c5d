"""What the two clients of any API have; they differ only in ``await``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, ClassVar, Generic, ParamSpec, Self, TypedDict, TypeVar

from .deviations import Deviation
from .errors import PackageError, ResponseError, own_error
from .http import httpx
from .operation import Credential
from .options import Api, Options, ResponseInfo, Settings
from .retry import Retry
from .transport import AsyncSender, Sender

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S")

NOTHING: Mapping[str, Credential] = {}


class _Settings(TypedDict, total=False):
    """The keyword arguments that both clients have; each may be left out."""

    timeout: float | httpx.Timeout
    """The limit of each step of an attempt in seconds, 30 by default; it ends with the deadline."""
    deadline: float | None
    """The limit of a whole call in seconds, 300 by default: of all its attempts, pauses, redirects
    and the fetch of a token; None: no limit. A call that returns a stream ends when it is open. The
    deadline limits the time-outs of each attempt, is checked after each chunk of a response, and
    cancels an asynchronous call. A synchronous one can exceed it by a time-out, and for as long as
    a server sends its headers very slowly.
    """
    retry: Retry
    """What is repeated, and when."""
    headers: Mapping[str, str] | None
    """Headers of every call."""
    max_size: int | None
    """The most bytes of a body, or of one item of a stream: 100 MiB by default; None: no limit."""
    on_deviation: Callable[[Deviation], None]
    """Gets what a response has that isn't described; by default it is logged once."""
    strict: bool
    """With True a deviation of a success is a :class:`ResponseError`."""
    follow_redirects: bool
    """With True a GET or a HEAD follows a redirect to the same scheme, host and port."""


class ClientSettings(_Settings, total=False):
    """The keyword arguments of a synchronous client; each may be left out."""

    transport: httpx.BaseTransport | None
    """Replaces the network below our HTTP client."""
    http_client: httpx.Client | None
    """Is used instead of our HTTP client, and isn't closed."""


class AsyncClientSettings(_Settings, total=False):
    """The keyword arguments of an asynchronous client; each may be left out."""

    transport: httpx.AsyncBaseTransport | None
    """Replaces the network below our HTTP client."""
    http_client: httpx.AsyncClient | None
    """Is used instead of our HTTP client, and isn't closed."""


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


class _AnyClient(Generic[S]):
    """What both clients have."""

    _api: ClassVar[Api]
    _kind: ClassVar[Any]
    """The class of the sender."""
    _sender: S
    _base_url = ""

    def __init__(
        self,
        base_url: str,
        credentials: Mapping[str, Credential] = NOTHING,
        *,
        is_described: bool | None = None,
        transport: Any = None,
        http_client: Any = None,
        **settings: Any,
    ) -> None:
        """``is_described`` is that of :class:`Settings`."""
        names = [*credentials, "base_url", *ClientSettings.__annotations__]
        for name in settings:
            if name not in names:
                raise TypeError(_unknown(type(self).__name__, name, names))
        try:
            checked = Settings(
                api=self._api, base_url=base_url, credentials=credentials,
                is_described=is_described, http_client=http_client, **settings,
            )  # fmt: skip
        except PackageError as error:
            own_error(error, self._api.errors)
            raise
        self._base_url = checked.base_url
        self._sender = self._kind(checked, http_client, transport)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r})"


class _Lazy:
    """An attribute of a client with the methods of a resource."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, client: Any, owner: Any) -> Any:
        module = import_module(f"{owner._api.package}.resources.{self._name}")
        resource: Any = getattr(module, self._owner.__annotations__[self._name])
        if client is None:  # for mocks of the class, which have its methods then
            return resource
        vars(client)[self._name] = own = resource(client._sender)
        return own


def lazy() -> Any:
    """Return an attribute of a client whose annotation is the class of a resource.

    The module of the resource, which has the attribute's name, is imported when that is first used.
    """
    return _Lazy()


class Resource:
    """A group of methods of the synchronous client."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender


class AsyncResource:
    """A group of methods of the asynchronous client."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender


class Client(_AnyClient[Sender]):
    """A synchronous client."""

    _kind = Sender

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless an ``http_client`` was given: that one stays open.

        A call after that raises :class:`RequestError`.
        """
        self._sender.close()

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


class AsyncClient(_AnyClient[AsyncSender]):
    """An asynchronous client."""

    _kind = AsyncSender

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless an ``http_client`` was given: that one stays open.

        A call after that raises :class:`RequestError`.
        """
        await self._sender.aclose()

    @staticmethod
    async def raw(
        method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> RawResponse[T]:
        """As :meth:`Client.raw`."""
        info = _noted(kwargs)
        try:
            result: T | ResponseError = await method(*args, **kwargs)
        except ResponseError as error:
            result = error
        return RawResponse(info.status_code, info.headers, info.body, result)


def _unknown(client: str, name: str, names: Sequence[str]) -> str:
    """Return the message for an argument that a client doesn't have."""
    import difflib

    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
    return f"{client}() has no argument {name!r}; {hint}"


def _noted(arguments: dict[str, Any]) -> ResponseInfo:
    """Add an option that notes the response to the arguments of a call."""
    options: object = arguments.get("options") or Options()
    if not isinstance(options, Options):  # for which the call raises
        return ResponseInfo()
    info = options.response or ResponseInfo()
    arguments["options"] = replace(options, response=info)
    return info
