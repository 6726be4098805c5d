"""One call from its first attempt to its end: everything that decides, and no I/O."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from ._auth import Credential, header_safe
from ._http import httpx
from ._operation import OPERATION, Draft, Exchange, Operation, Upload
from ._options import (
    API_VERSION,
    BASE_PATH,
    DEFAULT_BASE_URL,
    RATE_LIMIT_RESET_HEADER,
    RATE_LIMIT_RESET_UNIT,
    Options,
)
from ._retry import Retry, reset_after, retry_after
from .errors import ApiError, RequestError, ResponseError, TransportError, one_line

T = TypeVar("T")

log = logging.getLogger(__package__ or __name__)
log.addHandler(logging.NullHandler())

USER_AGENT = f"{(__package__ or '').rpartition('.')[2]}/{API_VERSION}"
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_ENCODING = b"content-encoding"
TOKEN_URL = "token_url"
"""Marks a request for a token among a request's ``extensions``."""
DEADLINE = "deadline"
"""The end of an attempt among them, on the clock of ``time.monotonic``."""
PASSED = "the deadline for the whole attempt has passed"
DEFAULT_TIMEOUT = 30.0
DEFAULT_DEADLINE = 300.0


@lru_cache(maxsize=1024)
def _url(text: str) -> httpx.URL:
    return httpx.URL(text)  # parsing one costs as much as reading a small response


class Settings:
    """What a client was made with."""

    __slots__ = (
        "base_url", "credentials", "deadline", "extensions", "headers", "longest_step", "retry",
        "routes",
    )  # fmt: skip

    def __init__(
        self,
        base_url: str,
        credentials: Mapping[str, Credential],
        headers: Mapping[str, str] | None,
        timeout: float | httpx.Timeout,
        deadline: float,
        retry: Retry,
        http_client: httpx.Client | httpx.AsyncClient | None,
    ) -> None:
        fault = _base_url_fault(base_url)
        if fault:
            raise ValueError(f"base_url {fault}")
        self.base_url = with_path(base_url)
        self.credentials = credentials
        self.routes: dict[Operation[Any], Route] = {}
        """Where each operation goes, with what; settled at its first call."""
        own = {
            "accept-encoding": "gzip, deflate",
            "connection": "keep-alive",
            "user-agent": USER_AGENT,
        }
        theirs: Mapping[str, str] = {} if http_client is None else http_client.headers
        kept = {name: theirs[name] for name in theirs if name not in ("user-agent", "accept")}
        self.headers: dict[str, str] = {**own, **kept, **_checked(headers)}
        self.deadline = deadline
        self.extensions = _extensions(timeout)
        steps = self.extensions["timeout"].values()
        self.longest_step: float = max(float("inf") if s is None else s for s in steps)
        self.retry = retry

    def begin(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any,
        options: Options | None,
    ) -> Call[T]:
        """The call; nothing is sent yet, and what can't be sent is refused here."""
        return Call(self, operation, operation.draft(arguments, body), options or _DEFAULTS)

    def route(self, operation: Operation[Any]) -> Route:
        """Where an operation goes, with the first alternative of credentials that was given.

        The description names the server and what it is shown; a ``base_url`` of the caller's own
        stands for all of the API's servers. Raises :class:`RequestError` for what is missing.
        """
        server, base = operation.server.rstrip("/"), self.base_url
        if operation.server.startswith("/"):
            base = "/".join(base.split("/", 3)[:3]) + server
        elif server and DEFAULT_BASE_URL in ("", base):
            base = server
        chosen = self._chosen(operation)
        written = tuple(credential for credential in chosen if credential.auth is None)
        return Route(base, written, next((c.auth for c in chosen if c.auth is not None), None))

    def _chosen(self, operation: Operation[Any]) -> list[Credential]:
        for alternative in operation.security:
            if all(name in self.credentials for name in alternative):
                return [self.credentials[name] for name in alternative]
        if not operation.security:
            return []
        needed = " or ".join(" and ".join(names) for names in operation.security)
        raise RequestError(f"this operation needs {needed}; give it to the client's constructor")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation's server, what is written into its requests, and what else signs them."""

    base: str
    credentials: tuple[Credential, ...]
    auth: httpx.Auth | None


_DEFAULTS = Options()


def with_path(base_url: str) -> str:
    """A base URL as it is used: one without a path gets that of the description's server."""
    base_url = base_url.rstrip("/")
    return f"{base_url}{BASE_PATH}" if base_url.count("/") == 2 else base_url


def _base_url_fault(base_url: str) -> str:
    """Why a base URL can't be, or nothing; it may hold a password, so it isn't shown."""
    try:
        url = httpx.URL(base_url)
        url.host.encode("ascii")
        too_long = any(len(label) > 63 for label in url.host.split("."))
    except (httpx.InvalidURL, ValueError, UnicodeError):
        return "is no URL"
    if url.scheme not in ("https", "http") or not url.host:
        return "must begin with https:// (or http://) and name a host"
    if too_long or not 0 < (url.port or 1) < 65536:
        return "names a host or a port that can't be"
    if url.userinfo or url.query or url.fragment:
        return "must not hold a user, a query or a fragment"
    return ""


def _checked(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): header_safe(name, value) for name, value in (headers or {}).items()}


def _extensions(timeout: float | httpx.Timeout) -> dict[str, Any]:
    made = timeout if isinstance(timeout, httpx.Timeout) else httpx.Timeout(timeout)
    return {"timeout": made.as_dict()}


def _token_request(cause: Exception) -> httpx.Request | None:
    """The request for a token, if that is what failed; the call itself wasn't sent then."""
    try:
        found = cause.request if isinstance(cause, httpx.RequestError) else None
    except RuntimeError:  # raised by who knew no request
        return None
    return found if found is not None and TOKEN_URL in found.extensions else None


def _within(timeouts: dict[str, float | None], left: float) -> dict[str, float | None]:
    """Time-outs, none of them longer than what is left of the deadline."""
    return {
        step: left if seconds is None or seconds > left else seconds
        for step, seconds in timeouts.items()
    }


class Call(Generic[T]):
    """One call from its first attempt to its end; decides, but doesn't do I/O."""

    __slots__ = (
        "_attempts",
        "_began",
        "_draft",
        "_error",
        "_headers",
        "_options",
        "_settings",
        "again",
        "auth",
        "credentials",
        "limit",
        "operation",
        "pause",
        "url",
    )  # fmt: skip

    def __init__(
        self, settings: Settings, operation: Operation[T], draft: Draft, options: Options
    ) -> None:
        self._settings = settings
        self.operation = operation
        self._draft = draft
        self._options = options
        self._attempts = 0
        self._began = time.monotonic()
        route = settings.routes.get(operation)
        if route is None:
            route = settings.routes[operation] = settings.route(operation)
        self.url = route.base + draft.path
        self.credentials = route.credentials
        self.auth = route.auth
        self._headers = _checked(options.headers) if options.headers else None
        self.limit = 0.0
        self.again = False
        self.pause = 0.0

    def fresh(self) -> Draft:
        """A copy of the draft for the next attempt, which the secrets are then written into."""
        self._attempts += 1
        self.again = False
        options = self._options
        deadline = self._settings.deadline if options.deadline is None else options.deadline
        self.limit = time.monotonic() + deadline
        draft = self._draft
        return Draft(
            draft.method,
            draft.path,
            [*draft.query],
            {**self._settings.headers, **draft.headers},
            [*draft.cookies],
            draft.content,
        )

    def request(self, draft: Draft) -> httpx.Request:
        """The request of this attempt."""
        settings, options = self._settings, self._options
        if draft.query:
            query = "&".join(draft.query)
            mark = "&" if "?" in self.url else "?"
            url = httpx.URL(f"{self.url}{mark}{query}")  # it may hold a key, so it isn't cached
        else:
            url = _url(self.url)
        headers = draft.headers
        if draft.cookies:
            headers["cookie"] = "; ".join(draft.cookies)
        headers.update(self._draft.headers)  # an argument may be what a credential wrote, too
        if self._headers:
            headers.update(self._headers)
        timeout = options.timeout
        extensions = settings.extensions if timeout is None else _extensions(timeout)
        left = self.limit - time.monotonic()
        if left <= 0:
            raise httpx.ConnectTimeout(PASSED)  # nothing was sent
        if timeout is not None or left < settings.longest_step:
            extensions = {"timeout": _within(extensions["timeout"], left)}
        extensions = {**extensions, OPERATION: self.operation.id, DEADLINE: self.limit}
        content = draft.content or b""
        if not isinstance(content, bytes):
            return self._upload(draft, url, content, extensions)
        headers.setdefault("host", url.netloc.decode())
        if content or draft.method not in ("GET", "HEAD", "OPTIONS", "TRACE", "DELETE"):
            headers["content-length"] = str(len(content))
        stream = httpx.ByteStream(content)  # a finished one, which httpx needn't look at
        request = httpx.Request(
            draft.method, url, headers=headers, stream=stream, extensions=extensions
        )
        request.read()  # so that hooks and an httpx.Auth find the content
        return request

    def _upload(
        self, draft: Draft, url: httpx.URL, content: Upload, extensions: dict[str, Any]
    ) -> httpx.Request:
        """A request whose body is read while it is sent."""
        headers = {"host": url.netloc.decode(), **draft.headers}
        if content.length is None:
            headers["transfer-encoding"] = "chunked"
        else:
            headers["content-length"] = str(content.length)
        return httpx.Request(
            draft.method, url, headers=headers, stream=cast("Any", content), extensions=extensions
        )

    def refuse(self, fault: str) -> None:
        """Raises :class:`RequestError` if there is a fault."""
        if fault:
            raise RequestError(fault)

    def check_deadline(self) -> None:
        """Raises a time-out where the attempt has had its time."""
        if time.monotonic() > self.limit:
            raise httpx.ReadTimeout(PASSED)

    def answered(self, response: httpx.Response, chunks: Sequence[bytes] | None) -> T | None:
        """The result; or None with :attr:`again` set, where another attempt is due.

        ``chunks`` is the body as it came over the wire, None where the HTTP library has it.
        """
        content = response.content if chunks is None else b"".join(chunks)
        exchange = self._exchange(response, content)
        undecodable: httpx.DecodingError | None = None
        if chunks and any(name.lower() == _ENCODING for name, _ in response.headers.raw):
            try:
                exchange.content = self._decoded(response, chunks)
            except httpx.DecodingError as cause:
                undecodable = cause  # and the content stays what came over the wire
        self._note(exchange)
        if undecodable is not None and 200 <= response.status_code < 300:
            kind = one_line(response.headers["content-encoding"], 40)
            raise ResponseError(exchange, f"unreadable body: not {kind}") from undecodable
        try:
            return self.operation.read(exchange)
        except ApiError as error:
            self._again(error)
            return None

    def begun(self, response: httpx.Response) -> Exchange:
        """A success whose body is still to be read."""
        exchange = self._exchange(response, b"")
        self._note(exchange)
        return exchange

    def _decoded(self, response: httpx.Response, chunks: Sequence[bytes]) -> bytes:
        """The body without its content-encoding (RFC 9110 §8.4), which httpx knows to undo."""
        headers = {"content-encoding": response.headers["content-encoding"]}
        parts: list[bytes] = []
        for part in httpx.Response(200, headers=headers, content=iter(chunks)).iter_bytes():
            parts.append(part)
            self.check_deadline()  # a little can unpack to very much
        return b"".join(parts)

    def _exchange(self, response: httpx.Response, content: bytes) -> Exchange:
        headers = response.headers
        if "location" in response.extensions:
            headers["location"] = response.extensions["location"]
        wait: float | None = None
        if response.status_code == 429:
            wait = retry_after(headers)
            if wait is None:
                wait = reset_after(headers, RATE_LIMIT_RESET_HEADER, RATE_LIMIT_RESET_UNIT)
        return Exchange(
            self.operation.method,
            self.url,
            response.status_code,
            headers,
            content,
            wait,
        )

    def failed(self, cause: Exception) -> None:
        """Raises :class:`TransportError`, or sets :attr:`again` where another attempt is due."""
        self._note(None)
        name = type(cause).__name__
        fact = f"{name}: {one_line(str(cause))}" if str(cause) else name
        method, url = self.operation.method, self.url
        reached = not isinstance(cause, _NEVER_SENT)
        request = _token_request(cause)
        if request is not None:
            method, url, reached = request.method, request.extensions[TOKEN_URL], False
            fact = f"no token for the call: {fact}"
        error = TransportError(method, url, fact, may_have_reached_server=reached)
        error.__cause__ = cause
        self._again(error)

    def _again(self, error: TransportError | ApiError) -> None:
        policy = self._options.retry or self._settings.retry
        wait = policy.wait(error, attempt=self._attempts, idempotent=self.operation.idempotent)
        if wait is None or not getattr(self._draft.content, "is_repeatable", True):
            raise error
        log.info("%s; attempt %d follows in %.2f s", error, self._attempts + 1, wait)
        self.again, self.pause = True, wait

    def _note(self, exchange: Exchange | None) -> None:
        elapsed = time.monotonic() - self._began
        info = self._options.response
        if info is not None:
            info.attempts, info.elapsed = self._attempts, elapsed
            info.status_code = exchange.status_code if exchange else 0
            info.headers = exchange.headers if exchange else {}
            info.body = exchange.content if exchange else b""
            info.request_id = exchange.request_id if exchange else None
        if exchange is not None and log.isEnabledFor(logging.DEBUG):
            log.debug(
                "%s %s → %d in %.0f ms (attempt %d, %d bytes, request %s)",
                exchange.method,
                exchange.url,
                exchange.status_code,
                elapsed * 1000,
                self._attempts,
                len(exchange.content),
                exchange.request_id or "without id",
            )
