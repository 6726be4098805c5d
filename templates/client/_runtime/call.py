"""One call: the request of each attempt, the meaning of its response, retries, logs; no I/O."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Generic, TypeVar

from .budget import Limits
from .content import Decoder
from .deviations import Deviations
from .errors import (
    ApiError,
    Exchange,
    PackageError,
    RequestError,
    ResponseError,
    TransportError,
    own_error,
    remove_frames,
)
from .http import httpx
from .operation import OPERATION, TOKEN_URL, Credential, Operation, RequestBuilder
from .options import Options, Settings, checked_options, limit_steps, write_options
from .retry import reset_after, retry_after
from .words import one_line

T = TypeVar("T")

_NOTICES = {"deprecation": "api/operation/deprecated/added", "sunset": "api/operation/sunset/added"}
"""Response headers of operations that will go, and their rules (RFC 9745, RFC 8594)."""
DEADLINE_PASSED = "the deadline of the call has passed"
DEADLINE = "deadline"
"""The key of the end of a call in a request's ``extensions``, by ``time.monotonic``."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def redirect_address(response: httpx.Response) -> str:
    """Return the address that a GET or a HEAD is redirected to at the same origin, or nothing.

    Source: RFC 9110 §15.4.
    """
    here, following = response.request, response.next_request
    if following is None or not response.headers["location"] or here.method not in ("GET", "HEAD"):
        return ""
    origins = {(url.scheme, url.host, url.port) for url in (here.url, following.url)}
    return str(following.url.copy_with(fragment=None)) if len(origins) == 1 else ""


def checked_url(url: str) -> httpx.URL:
    """Parse a URL; raise :class:`RequestError` if it is too long for the HTTP library."""
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as cause:
        raise RequestError(f"{one_line(str(cause))}; nothing was sent") from cause


cached_url = lru_cache(maxsize=1024)(checked_url)
"""Parsing takes as long as reading a small response."""


class Call(Generic[T]):
    """A call of an operation."""

    def __init__(
        self,
        settings: Settings,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any,
        options: Options | None,
    ) -> None:
        """Raises for what can't be sent."""
        self._began, self._handled = time.monotonic(), sys.exception()
        self.settings, self.operation = settings, operation
        self.options = options = checked_options(operation.name, options)
        self.attempts = 0
        self.redirects = 0
        """How many redirects were followed."""
        self.may_have_reached_server = False
        """True if an earlier attempt may have been processed."""
        self.steps = settings.steps
        if options.timeout is not None:
            self.steps = limit_steps(httpx.Timeout(options.timeout).as_dict())
        self.limit = self._began + (options.deadline or settings.deadline or math.inf)
        """The end of the call, by ``time.monotonic``."""
        self.builder = operation.build(arguments, body, has_other_body=options.body is not None)
        write_options(options, operation, self.builder)
        self.url = settings.server(operation) + self.builder.path
        self.credentials: list[Credential] = []
        self.auth: Any = None
        for credential in settings.chosen(operation):
            if credential.auth is None:
                self.credentials.append(credential)
            elif self.auth is None:
                self.auth = credential.auth

    def begin_attempt(self) -> RequestBuilder:
        """Begin an attempt: return what it sends, for the credentials to be added."""
        self.attempts += 1
        self.chunks: list[bytes] = []
        """What has arrived of the body."""
        self.size = 0
        self.redirect = ""
        """The address of a redirect that may be followed."""
        self.is_sending = False
        """True once the HTTP library has the request."""
        made = self.builder.copy(self.settings.sent_headers)
        self.secrets = made.secrets
        return made

    def new_request(self, builder: RequestBuilder, others: Mapping[str, Any]) -> httpx.Request:
        """Return the request of an attempt; its time-outs end with the deadline.

        ``others`` are further extensions of the request.
        """
        seconds = self.seconds_left()
        if seconds <= 0:
            raise httpx.ConnectTimeout(DEADLINE_PASSED)  # nothing was sent
        mark = "&" if "?" in self.url else "?"
        query = "&".join(builder.query)  # not cached: it may have a key
        url = checked_url(f"{self.url}{mark}{query}") if query else cached_url(self.url)
        if builder.cookies:
            builder.headers["cookie"] = "; ".join(builder.cookies)
        timeout = limit_steps(self.steps, seconds)
        extensions = {**others, "timeout": timeout, OPERATION: self.operation.name}
        extensions[DEADLINE] = self.limit
        extensions["value"] = builder.value  # for the fake
        extensions["other_body"] = self.options.body
        # An argument may be the same header as a credential, and takes precedence.
        headers = {**builder.headers, **self.builder.headers}
        method, self.is_sending = self.operation.method, True
        # httpx adds no Host header to a request with a stream.
        headers.setdefault("host", url.netloc.decode())
        stream = builder.content
        if isinstance(stream, bytes):
            stream = httpx.ByteStream(stream)  # which httpx needn't encode
        made = httpx.Request(method, url, headers=headers, extensions=extensions, stream=stream)
        if isinstance(stream, httpx.ByteStream):
            made.read()  # so that hooks and an httpx.Auth find the content
        return made

    def seconds_left(self) -> float:
        """Return the seconds until the deadline, which may be infinite, or less than 0."""
        return self.limit - time.monotonic()

    def queue_seconds(self) -> float | None:
        """Return the seconds for which an attempt may wait until fewer calls are under way.

        It isn't sent shortly before the deadline, when nobody would wait for the response.
        """
        left = max(0.0, self.seconds_left())
        return limit_steps(self.steps, left - min(left / 4, 0.25))["pool"]

    def deadline_error(self) -> httpx.TimeoutException:
        """Return the error of an attempt that the deadline has ended."""
        kind = httpx.ReadTimeout if self.is_sending else httpx.PoolTimeout
        return kind(DEADLINE_PASSED)

    def check_deadline(self) -> None:
        """Raise ``httpx.ReadTimeout`` after the deadline."""
        if time.monotonic() > self.limit:
            raise httpx.ReadTimeout(DEADLINE_PASSED)

    def add_chunk(self, chunk: bytes) -> bool:
        """Add a chunk of the body; return False if the body is too large then."""
        self.chunks.append(chunk)
        self.check_deadline()
        self.size += len(chunk)
        return self.settings.takes(self.size)

    def read_response(self, response: httpx.Response, received: bytes | None) -> T:
        """Return the result; ``received`` is the body as it arrived, None if httpx has read it."""
        exchange = self.exchange(response, response.content if received is None else received)
        headers = response.headers
        encoding = headers.get("content-encoding", "")
        try:
            if received and (encoding or not self.settings.takes(self.size)):
                exchange.content = self._decode(received, encoding)
        except ValueError as cause:
            if response.is_success:
                raise ResponseError(exchange, f"unreadable body: {cause}") from cause
        finally:
            self.note_response(exchange)
        size = None if received is None else self.size
        limits = Limits(size, self.settings.max_size is None, self.check_deadline)
        deviations = Deviations(self.operation.name, self.settings.api.package, limits)
        for name, rule in _NOTICES.items():
            if name in headers:
                deviations(rule)
        try:
            result = self.operation.read(exchange, deviations)
        except ApiError as error:
            if error.error is not None:
                deviations.tell(self.settings, None)
            raise
        deviations.tell(self.settings, exchange)
        return result

    def exchange(self, response: httpx.Response, content: bytes) -> Exchange:
        """Return the request and its response, for errors and readers."""
        headers, self.redirect = response.headers, redirect_address(response)
        api, wait = self.settings.api, None
        if response.status_code == 429:
            wait = retry_after(headers)
            if wait is None:
                wait = reset_after(headers.get(api.reset_header, ""), is_time=api.resets_at)
        method, url = self.operation.method, self.url
        exchange = Exchange(method, url, response.status_code, headers, content, wait)
        exchange.request_id = headers.get(api.request_id_header)
        sent = response.request.headers.get("authorization", "").rpartition(" ")[2]
        exchange.secrets = [*self.secrets, *filter(None, [sent])]  # an httpx.Auth has its own
        return exchange

    def _decode(self, received: bytes, encoding: str) -> bytes:
        """Return the body without its content-encoding; raise ``ValueError`` if it is too large."""
        decoder, parts, size = Decoder(encoding), list[bytes](), 0
        for part in decoder.feed(received):
            parts.append(part)
            size += len(part)
            if not self.settings.takes(size):
                raise ValueError(f"more than {self.settings.max_size} bytes, which is max_size")
            self.check_deadline()
        decoder.end()
        return b"".join(parts)

    def transport_error(self, cause: Exception) -> TransportError:
        """Return the error for an attempt that ended without a response."""
        method, url = self.operation.method, self.url
        reached = self.may_have_reached_server or not isinstance(cause, _NEVER_SENT)
        exchange = Exchange(method, url, 0, {}, b"", None, secrets=self.secrets)
        self.note_response(exchange)
        fact = ": ".join(filter(None, (type(cause).__name__, exchange.shown(str(cause), 200))))
        with suppress(RuntimeError):  # of an exception without a request
            request = cause.request if isinstance(cause, httpx.RequestError) else None
            if request is not None and TOKEN_URL in request.extensions:
                method, url = request.method, request.extensions[TOKEN_URL]
                reached = self.may_have_reached_server
                fact = f"no token for the call: {fact}"
        error = TransportError(method, url, fact, may_have_reached_server=reached)
        error.__cause__ = cause
        return error

    def pause_after(self, cause: Exception) -> float:
        """Return the seconds until the next attempt; raise the error if there is none.

        An attempt that would begin after the deadline isn't made.
        """
        remove_frames(cause, self._handled)
        errors = self.settings.api.errors
        error = cause if isinstance(cause, PackageError) else self.transport_error(cause)
        error = own_error(error, errors)
        own: tuple[type[TransportError], type[ApiError]] = errors.TransportError, errors.ApiError
        if not isinstance(error, own):
            raise error
        if self.redirect and self.settings.follow_redirects and self.redirects < 10:
            self.builder.query = []
            self.url = self.redirect
            self.redirects += 1
            self.attempts -= 1
            return 0.0
        wait = self._seconds_to_wait(error)
        if wait is None or wait >= self.seconds_left():
            raise error
        if isinstance(error, TransportError):
            self.may_have_reached_server |= error.may_have_reached_server
        else:
            self.may_have_reached_server |= error.status_code != 429
        log = logging.getLogger(self.settings.api.package)
        log.info("%s; attempt %d follows in %.2f s", error, self.attempts + 1, wait)
        return wait

    def _seconds_to_wait(self, error: TransportError | ApiError) -> float | None:
        """Return the pause by the policy of retries; None if the call isn't repeated."""
        if not getattr(self.builder.content, "is_repeatable", True):
            return None
        policy = self.options.retry or self.settings.retry
        has_key = self.operation.key_header in self.builder.headers
        idempotent = self.operation.idempotent or has_key
        return policy.wait(error, attempt=self.attempts, idempotent=idempotent)

    def note_response(self, exchange: Exchange) -> None:
        """Fill in the caller's information on the response."""
        info = self.options.response
        if info is not None:
            info.attempts, info.elapsed = self.attempts, time.monotonic() - self._began
            info.status_code, info.headers = exchange.status_code, exchange.headers
            info.body, info.request_id = exchange.content, exchange.request_id
