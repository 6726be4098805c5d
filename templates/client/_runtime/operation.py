"""An operation: how a call of it becomes a request, and what its responses mean; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar
from uuid import uuid4

from .arguments import Writer, write_all
from .budget import Limits, limits_of
from .content import bare_type
from .deviations import Deviations, Report
from .errors import Exchange, ResponseError, api_error
from .responses import Nothing, ResponseReader, Undescribed, find_reader, select
from .words import explain

T = TypeVar("T")

JsonObject: TypeAlias = Mapping[str, Any]
"""A dictionary in place of an object of a class; it is checked as the arguments of the class are.
"""

_ABOUT_BODY = "; options=Options(body=…) sends a body unchecked"
OPERATION = "operation"
"""The key of the operation's name in a request's ``extensions``, for transports."""
TOKEN_URL = "token_url"
"""The key of the token URL in the ``extensions`` of a request for a token."""


@dataclass(slots=True, eq=False, repr=False)
class RequestBuilder:
    """What is sent, except for the server's address. Its repr shows no credentials."""

    path: str
    headers: dict[str, str]
    """Names in lower case."""
    secrets: list[str] = field(default_factory=list[str])
    """The credentials among it."""
    content: Any = None
    """The body: bytes, an iterator of them that is also asynchronous, or None."""
    value: Any = None
    """The value of a form or of a multipart body."""
    query: list[str] = field(default_factory=list[str])
    cookies: list[str] = field(default_factory=list[str])

    def copy(self, headers: Mapping[str, str]) -> RequestBuilder:
        """Return a copy with more headers, to which an attempt adds its own."""
        merged, query, cookies = {**headers, **self.headers}, [*self.query], [*self.cookies]
        return RequestBuilder(self.path, merged, [], self.content, self.value, query, cookies)

    def set_body(self, content: bytes, media_type: str) -> None:
        """Set the body."""
        self.content = content
        self.headers |= {"content-type": media_type, "content-length": str(len(content))}


class Credential(Protocol):
    """Puts a secret of the caller into a request."""

    @property
    def auth(self) -> Any:
        """The caller's own ``httpx.Auth``, which then does all of it; None without one."""
        ...

    def secret(self) -> Any:
        """Return the secret, or an awaitable of it."""
        ...

    def write(self, builder: RequestBuilder, secret: Any) -> str:
        """Write the secret; return what is wrong with it, or nothing."""
        ...


class Argument(Protocol):
    """Checks an argument of a call and writes it into a request."""

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Raises ``pydantic.ValidationError`` or :class:`RequestError`; nothing is sent then."""
        ...


class Parameter(Argument, Protocol):
    """A parameter."""

    name: str
    required: bool

    def read_value(self, data: Any) -> Any:
        """Return data of a response as an argument."""
        ...


class Body(Argument, Protocol):
    """A request body in one media type."""

    media_type: str


@dataclass(eq=False, repr=False)
class Operation(Generic[T]):
    """One operation of the API."""

    name: str
    """The method that calls it, for instance ``pets.get``."""
    request: str
    """The method and the path, for instance ``GET /pets/{id}``."""
    answers: Mapping[str, ResponseReader]
    """The readers of the success responses, by status."""
    errors: Mapping[str, ResponseReader] = field(default_factory=dict[str, ResponseReader])
    parameters: Sequence[Parameter] = ()
    body: Body | None = None
    body_required: bool = True
    security: Sequence[Sequence[str]] = ()
    """Alternatives of credentials, by name."""
    error_texts: Mapping[str, str] = field(default_factory=dict[str, str])
    """The documented words for statuses of errors."""
    error_when: Callable[[bytes, Limits], bool] | None = None
    """Returns whether the body of a success makes it an error."""
    key_header: str = ""
    """The header, in lower case, with a key of the call, by which a server knows a repetition."""
    makes_key: bool = True
    """False if only the caller can make the key."""
    accept: str = "application/json"
    prepare: Callable[[Any], Any] | None = None
    """Returns the body that is sent for that of the caller."""
    server: str = ""
    """Its server if it isn't the API's: a URL, or a path at the API's origin."""

    is_streamed: ClassVar[bool] = False
    """True if its response is read as it arrives."""

    @cached_property
    def method(self) -> str:
        """The method of HTTP."""
        return self.request.partition(" ")[0]

    @cached_property
    def path(self) -> str:
        """The path, which is appended to the server's URL, with its parameters in braces."""
        return self.request.partition(" ")[2]

    @property
    def idempotent(self) -> bool:
        """True if repeating a request has no further effect (RFC 9110 §9.2.2)."""
        return self.method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY")

    def build(
        self, arguments: Sequence[Any], body: Any, *, has_other_body: bool = False
    ) -> RequestBuilder:
        """Return what a call sends; arguments that are None are left out.

        With ``has_other_body``, that of the options takes the place of ``body``.

        Raises ``pydantic.ValidationError`` for an argument that doesn't match the description, and
        :class:`RequestError` for one that can't be sent.
        """
        builder = RequestBuilder(self.path, {"accept": self.accept})
        given: list[tuple[str, Writer, Any]] = []
        for parameter, value in zip(self.parameters, arguments, strict=True):
            if value is not None or parameter.required:
                given.append((parameter.name, parameter.write, value))
        is_written = not has_other_body and (body is not None or self.body_required)
        if self.body is not None and is_written:
            sent = body if self.prepare is None else self.prepare(body)
            given.append(("body", self.body.write, sent))
        write_all(self.name, builder, given, about_body=_ABOUT_BODY)
        if self.key_header and self.makes_key:
            builder.headers.setdefault(self.key_header, str(uuid4()))
        return builder

    def is_success(self, status: int) -> bool:
        """Return whether a status is one of a success; a documented redirect is one."""
        return 200 <= status < 300 or str(status) in self.answers

    def read(self, exchange: Exchange, report: Report) -> T:
        """Return the result, and report how the response deviates from the description.

        Raises :class:`ApiError` for a response that isn't a success, :class:`ResponseError` for a
        success that can't be read.
        """
        if not self.is_success(exchange.status_code):
            text = self.error_texts.get(str(exchange.status_code), "")
            raise api_error(exchange, self._error(exchange, report), text)
        is_error = self.error_when
        if is_error is not None and is_error(exchange.content, limits_of(report)):
            raise api_error(exchange, self._error(exchange, report))
        reader = find_reader(self.answers, exchange.status_code)
        if reader is None:
            if exchange.status_code == 206:
                raise ResponseError(exchange, "a part of a body, which was not requested")
            report("response/status/success/added")
        content, kind = exchange.content, exchange.content_type
        if exchange.status_code in (204, 205):  # RFC 9110 §15.3.5 and §15.3.6
            Nothing().read(content, "", report)
            content = b""
        if reader is None or not content:
            reader = self.substitute(reader, is_empty=not content)
        if content:
            reader = select(reader, kind, self.accept, report)
        try:
            return reader.read(content, kind if content else "", report)  # type: ignore[no-any-return]
        except ValueError as fault:
            raise ResponseError(exchange, f"unreadable body: {explain(fault)}") from fault

    def substitute(
        self, reader: ResponseReader | None = None, *, is_empty: bool = False
    ) -> ResponseReader:
        """Return the reader of a success that isn't documented, or has no body.

        Without a body it is that of a documented success without one. With a body it is that of
        the only documented success with one; if there are several, the body isn't described.
        """
        documented = [one for status, one in self.answers.items() if status[0] != "3"]
        empty = [one for one in documented if isinstance(one, Nothing)]
        described = [one for one in documented if one not in empty]
        if is_empty and empty:
            return empty[0]
        if reader is None and described and (is_empty or len(described) == 1):
            return described[0]
        return reader or Undescribed()

    def _error(self, exchange: Exchange, report: Report) -> Any:
        """Return the documented error; None if the body is another."""
        status, kind = exchange.status_code, exchange.content_type
        reader = find_reader(self.errors, status)
        if reader is None and self.is_success(status):
            reader = find_reader(self.answers, status)
            report = Deviations(self.name, limits=limits_of(report))  # of no success
        with suppress(ValueError):
            if reader is not None and exchange.content:
                reader = select(reader, kind, self.accept, report)
                value = reader.read(exchange.content, kind, report)
                is_other = isinstance(value, (str, bytes)) and "json" not in bare_type(kind)
                return value if not is_other or reader.takes(value) else None
        return None
