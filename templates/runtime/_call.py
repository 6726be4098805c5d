"""One call from its first attempt to its end: everything that decides, and no I/O."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote, urlencode

from ._auth import Credential, header_safe
from ._deadline import LIMIT, PASSED
from ._http import httpx
from ._operation import Draft, Exchange, Operation, Upload
from ._options import (
    DEFAULT_BASE_URL,
    RATE_LIMIT_RESET_HEADER,
    RATE_LIMIT_RESET_UNIT,
    USER_AGENT,
    Options,
)
from ._retry import Retry, reset_after, retry_after
from .errors import ApiError, RequestError, ResponseError, TransportError, one_line

T = TypeVar("T")

log = logging.getLogger(__package__ or __name__)
log.addHandler(logging.NullHandler())

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_ENCODING = b"content-encoding"
DEFAULT_TIMEOUT = 30.0
DEFAULT_DEADLINE = 300.0


@lru_cache(maxsize=1024)
def _url(text: str) -> httpx.URL:
    return httpx.URL(text)  # parsing one costs as much as reading a small response


class Settings:
    """What a client was made with."""

    __slots__ = (
        "_last", "base_url", "chosen", "credentials", "deadline", "extensions", "headers",
        "longest_step", "retry",
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
        self.base_url = base_url.rstrip("/")
        self.credentials = credentials
        self.chosen: dict[int, tuple[tuple[Credential, ...], httpx.Auth | None]] = {}
        """By operation the credentials, and the caller's own auth, as chosen at its first call."""
        own = {
            "accept-encoding": "gzip, deflate",
            "connection": "keep-alive",
            "user-agent": USER_AGENT,
        }
        theirs: Mapping[str, str] = {} if http_client is None else http_client.headers
        kept = {name: theirs[name] for name in theirs if name not in ("user-agent", "accept")}
        self.headers: dict[str, str] = {**own, **kept, **_checked(headers)}
        self._last: dict[int, tuple[dict[str, str], httpx.Headers]] = {}
        self.deadline = deadline
        self.extensions = _extensions(timeout)
        steps = self.extensions["timeout"].values()
        self.longest_step: float = max(float("inf") if s is None else s for s in steps)
        self.retry = retry

    def lines(
        self, operation: Operation[Any], url: httpx.URL, headers: dict[str, str]
    ) -> httpx.Headers:
        """Headers as they go out; as a rule they are those of the operation's last call."""
        last = self._last.get(id(operation))
        if last is not None and last[0] == headers:
            return last[1]
        pairs = {**headers, "host": headers.get("host") or url.netloc.decode()}
        made = httpx.Headers([(name.encode(), value.encode()) for name, value in pairs.items()])
        self._last[id(operation)] = headers, made
        return made

    def begin(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any,
        options: Options | None,
    ) -> Call[T]:
        """The call; nothing is sent yet, and what can't be sent is refused here."""
        return Call(self, operation, operation.draft(arguments, body), options or _DEFAULTS)


_DEFAULTS = Options()


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


def _within(timeouts: dict[str, float | None], left: float) -> dict[str, float | None]:
    """Time-outs, none of them longer than what is left of the deadline."""
    left = max(left, 0.001)
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
        own = operation.server if settings.base_url == DEFAULT_BASE_URL else ""
        self.url = (own or settings.base_url) + draft.path
        known = settings.chosen.get(id(operation))
        if known is None:
            credentials = self._chosen(operation, settings.credentials)
            auth = next((c.auth for c in credentials if c.auth is not None), None)
            known = settings.chosen[id(operation)] = credentials, auth
        self.credentials, self.auth = known
        self.limit = 0.0
        self.again = False
        self.pause = 0.0

    def _chosen(
        self, operation: Operation[T], given: Mapping[str, Credential]
    ) -> tuple[Credential, ...]:
        """The credentials of the first alternative that the caller can satisfy."""
        if not operation.security:
            return ()
        for alternative in operation.security:
            if all(name in given for name in alternative):
                return tuple(given[name] for name in alternative)
        needed = " or ".join(" and ".join(names) for names in operation.security)
        raise RequestError(f"this operation needs {needed}; give it to the client's constructor")

    def fresh(self) -> Draft:
        """A copy of the draft for the next attempt, which the secrets are then written into."""
        self._attempts += 1
        self.again = False
        options = self._options
        deadline = self._settings.deadline if options.deadline is None else options.deadline
        self.limit = time.monotonic() + deadline
        LIMIT.set(self.limit)
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
            query = urlencode(draft.query, quote_via=quote, safe=",")
            url = httpx.URL(f"{self.url}?{query}")  # it may hold a key, so it isn't cached
        else:
            url = _url(self.url)
        headers = draft.headers
        if draft.cookies:
            headers["cookie"] = "; ".join(draft.cookies)
        if options.headers:
            headers.update(_checked(options.headers))
        timeout = options.timeout
        extensions = settings.extensions if timeout is None else _extensions(timeout)
        left = self.limit - time.monotonic()
        if timeout is not None or left < settings.longest_step:
            extensions = {"timeout": _within(extensions["timeout"], left)}
        content = draft.content or b""
        if not isinstance(content, bytes):
            return self._upload(draft, url, content, extensions)
        request = httpx.Request(
            draft.method,
            url,
            headers=settings.lines(self.operation, url, headers),
            stream=httpx.ByteStream(content),  # a finished one, which httpx needn't look at
            extensions=extensions,
        )
        if content or draft.method not in ("GET", "HEAD", "OPTIONS", "TRACE", "DELETE"):
            request.headers["content-length"] = str(len(content))
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
        error = TransportError(
            self.operation.method,
            self.url,
            fact,
            may_have_reached_server=not isinstance(cause, _NEVER_SENT),
        )
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
