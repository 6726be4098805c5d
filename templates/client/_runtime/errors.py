"""What can go wrong with a call; catching it needs no import of an HTTP library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any, TypeVar, cast

from .content import bare_type, is_html
from .words import LONGEST, Mask, parsed, words_and_code


class PackageError(Exception):
    """The base of every error that a client raises on its own.

    The module ``errors`` of a package has subclasses of these classes, which callers catch. Here
    the base is raised; on its way to the caller :func:`own_error` makes it the package's.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by state, whatever a subclass's constructor takes."""
        return Exception.__new__, (type(self), *self.args), self.__dict__.copy()


class RequestError(PackageError, ValueError):
    """The call can't be sent as it is, for instance because a header would hold a line break."""


class TransportError(PackageError):
    """The server gave no complete answer: refused, dropped, timed out.

    The exception of the HTTP library is ``__cause__``.
    """

    may_have_reached_server: bool
    """False only where the request surely was not processed; then repeating it is safe."""
    method: str
    url: str

    def __init__(self, method: str, url: str, fact: str, *, may_have_reached_server: bool) -> None:
        self.method = method
        self.url = url
        self.may_have_reached_server = may_have_reached_server
        reach = "the server may have processed it" if may_have_reached_server else "never sent"
        super().__init__(f"{method} {url} → no answer: {fact} ({reach})")


@dataclass(slots=True, eq=False, repr=False)
class Exchange:
    """A request and its response; its repr shows neither."""

    method: str
    url: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes
    retry_after: float | None
    request_id: str | None = None
    """The server's name for the request."""
    secrets: Sequence[str] = ()
    """What the credentials of the request were."""

    def shown(self, text: str, limit: int = 80) -> str:
        """Return the server's text on one line, without the credentials of the request."""
        return Mask(self.secrets).line(text, limit)

    @property
    def content_type(self) -> str:
        """The media type of the content; empty if the server doesn't send it."""
        return self.headers.get("content-type", "")


class _ResponseReceived(PackageError):
    """An error with a response."""

    status_code: int
    body: bytes
    """The body, without its content-encoding; one that is damaged is as it arrived."""
    headers: Mapping[str, str]
    """The response's headers, names in lower case."""
    request_id: str | None
    """The server's id of this request, which the API's support may ask for."""
    method: str
    url: str

    def __init__(self, exchange: Exchange, text: str) -> None:
        self.status_code = exchange.status_code
        self.body = exchange.content
        self.headers = exchange.headers
        self.request_id = exchange.request_id
        self.method = exchange.method
        self.url = exchange.url
        super().__init__(f"{self.method} {self.url} → {self.status_code}: {text}")


class ApiError(_ResponseReceived):
    """The server answered, but not with a success; the message has the server's words."""

    error: Any
    """The documented error, or None where the body isn't one."""

    def __init__(self, exchange: Exchange, error: Any, fact: str, details: str) -> None:
        super().__init__(exchange, fact + details)
        self.error = error

    @property
    def problem(self) -> Mapping[str, Any] | None:
        """The members of a problem (RFC 9457 §3.1), for instance ``title`` and ``detail``; None
        where the response isn't ``application/problem+json``.
        """
        kind = bare_type(self.headers.get("content-type", ""))
        data = parsed(self.body) if kind == "application/problem+json" else None
        return cast("dict[str, Any]", data) if isinstance(data, dict) else None


class RateLimitError(ApiError):
    """429: too many requests."""

    retry_after: float | None
    """Seconds after which the server will listen again, or None if it didn't tell."""

    def __init__(self, exchange: Exchange, error: Any, fact: str, details: str) -> None:
        super().__init__(exchange, error, fact, details)
        self.retry_after = exchange.retry_after


class ResponseError(_ResponseReceived):
    """The status is a success, but the answer isn't readable as described.

    Repeating the call would do it twice, unless the answer is the web page of a proxy.
    """

    def __init__(self, exchange: Exchange, fact: str) -> None:
        name = exchange.request_id
        request = f" (request {exchange.shown(name)})" if name else ""
        start = exchange.shown(exchange.content[:LONGEST].decode("utf-8", "replace"))
        body = f"; the body begins {start!r}" if start else ""
        effect = "the call did succeed on the server"
        if is_html(exchange.content_type):
            effect = "it may be a page of a proxy or a login, so the call may not have succeeded"
        text = f"{exchange.shown(fact, 400)}{body}; {effect}{request}"
        super().__init__(exchange, f"{text}. {_REMEDY}")


_REMEDY = "`client.raw` returns the response as it arrived; an overlay corrects the description."
_PHRASES = {int(status): status.phrase for status in HTTPStatus}


def api_error(exchange: Exchange, error: Any, text: str = "") -> ApiError:
    """Return the error for a response; ``text`` are the documented words for its status."""
    phrase = text or _PHRASES.get(exchange.status_code, "an undocumented status")
    fact = f"{phrase}, no body"
    if exchange.content:
        kind = exchange.shown(exchange.content_type.partition(";")[0]) or "no stated type"
        fact = f"{phrase}, {len(exchange.content)} bytes of {kind}"
    if 300 <= exchange.status_code < 400 and exchange.status_code != 304:
        address = exchange.shown(exchange.headers.get("location", ""), 200)
        fact = f"a redirect{' to ' if address else ''}{address}, which is not followed"
    message, number = words_and_code(exchange.content)
    fact = exchange.shown(message, 299) or fact
    details: list[str] = []
    if number := exchange.shown(number):
        details.append(f"code {number}")
    if exchange.request_id:
        details.append(f"request {exchange.shown(exchange.request_id)}")
    if exchange.retry_after is not None:
        details.append(f"retry after {exchange.retry_after:g} s")
    class_ = RateLimitError if exchange.status_code == 429 else ApiError
    return class_(exchange, error, fact, f" ({', '.join(details)})" if details else "")


_NAMES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
}
"""The class of a package for the status of an :class:`ApiError`, 500 for all from there on."""
Error = TypeVar("Error", bound=PackageError)


def own_error(error: Error, errors: Any) -> Error:
    """Give an error the class of its name in a package's module ``errors``, and return it.

    One of another package that shares the runtime, which a caller's transport may raise, stays.
    """
    if type(error).__module__.startswith(f"{__package__}."):
        name = type(error).__name__
        if isinstance(error, ApiError):
            name = _NAMES.get(min(error.status_code, 500), name)
        own: Any = getattr(errors, name, type(error))
        error.__class__ = own
    return error


_HTTP_STACK = frozenset((
    "httpx", "httpx2", "httpcore", "httpcore2", "h11", "h2", "hpack", "httpx_aiohttp", "aiohttp",
    "anyio", "trio", "asyncio", "ssl", "socket",
))  # fmt: skip
"""The modules of the HTTP library, and of those that it sends with."""


def remove_frames(error: BaseException | None, handled: BaseException | None) -> None:
    """Remove frames whose variables hold secrets from the tracebacks of an error and its causes.

    Those are the frames of this package and of the HTTP library. The frames of the caller's own
    transports, hooks and credentials stay, as does an error that the caller handles. No frame is
    cleared: an HTTP library may raise one error in several calls, of which others still run.
    """
    while error is not None and error is not handled:
        error.__traceback__ = _without_secrets(error.__traceback__)
        error = error.__cause__ or error.__context__


def _without_secrets(entry: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frames of this package and of the HTTP library."""
    entries: list[TracebackType] = []
    while entry is not None:
        module: str = entry.tb_frame.f_globals.get("__name__", "")
        is_own = module.startswith(f"{__package__}.")
        if not is_own and module.partition(".")[0] not in _HTTP_STACK:
            entries.append(entry)
        entry = entry.tb_next
    following: TracebackType | None = None
    for entry in reversed(entries):
        following = TracebackType(following, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return following
