"""Bearer tokens that the client fetches, keeps and renews (RFC 6749 §4.4 and §6)."""

from __future__ import annotations

import base64
import ipaddress
import json
import math
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast
from urllib.parse import quote_plus, urlencode, urljoin

from .auth_errors import AuthError
from .call import DEADLINE, DEADLINE_PASSED
from .content import Decoder
from .headers import header_fault
from .http import httpx
from .operation import TOKEN_URL, Credential
from .options import limit_steps
from .words import Mask

Steps = Generator[httpx.Request | float, httpx.Response | None, None]
"""Requests to send, and seconds to wait; the same for both kinds of client."""

_POLL = 0.01
_MOST = 1024 * 1024
"""The bytes of a response that are read: a token's has hundreds."""


def bind(credential: Credential | None, base_url: str, token_url: str, refresh_url: str) -> None:
    """Tell a credential that is one of ours where its tokens come from.

    Raises ``ValueError`` where no URL is known, or where one isn't fit for a secret.
    """
    value = None if credential is None else credential.auth
    if isinstance(value, OAuth):
        value.bind(base_url, token_url, refresh_url)


class OAuth(httpx.Auth):
    """A token that is fetched when first needed and kept until shortly before it expires.

    It is also renewed once where the API answers 401, and the call, which was refused, is repeated.
    A value may serve several threads, tasks and clients of one API: one of them fetches, the others
    wait. What is wrong with an answer of the authorization server is an :class:`AuthError`.
    """

    _token = ""
    _client: tuple[str, str | None]
    """The client's id and its secret."""

    def __init__(
        self,
        scopes: Sequence[str],
        token_url: str,
        margin: float,
        secret_in_body: bool,
        extra: Mapping[str, str] | None,
    ) -> None:
        """Check the arguments; a subclass sets the secrets before, so that no frame has them."""
        if not all(map(_is_text, [self._client[0], *filter(None, self._secrets())])):
            raise TypeError("the client's id, its secret and tokens must be printable text")
        self._scope = scopes if isinstance(scopes, str) else " ".join(scopes)
        self._given_url = token_url
        self._margin = float(margin)
        self._secret_in_body = secret_in_body
        self._extra = dict(extra or {})
        self._url = ""
        self._lock = threading.Lock()
        self._until = math.inf
        self._version = 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: hidden>"

    # ── where ────────────────────────────────────────────────────────────────────────────────

    def bind(self, base_url: str, token_url: str, refresh_url: str) -> None:
        """Settle the token URL: the caller's, else the description's, relative to ``base_url``."""
        chosen = self._given_url or self._described(token_url, refresh_url)
        if not chosen:
            raise ValueError(f"{type(self).__name__} needs token_url=…: the API describes none")
        try:
            is_absolute = "://" in chosen
            url = httpx.URL(chosen if is_absolute else urljoin(f"{base_url}/", chosen))
        except httpx.InvalidURL:
            raise ValueError(
                "the token URL, or the base_url that it is relative to, is no URL"
            ) from None
        if url.scheme not in ("https", "http") or not url.host or url.userinfo or url.fragment:
            raise ValueError("a token URL must be an https one, without a user or a fragment")
        if url.scheme == "http" and not _is_loopback(url.host):
            raise ValueError("secrets go to https only: give a token_url or a base_url with it")
        if self._url and str(url) != self._url:
            raise ValueError(f"this {type(self).__name__} is for another token URL: make a new one")
        self._url = str(url)

    def _described(self, token_url: str, refresh_url: str) -> str:
        raise NotImplementedError

    # ── the steps of a call ──────────────────────────────────────────────────────────────────

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield what the HTTP library asks for; see :class:`OAuth`."""
        steps, answer = self._steps(request), None
        try:
            while True:
                step = steps.send(answer)
                if answer is not None:  # or else the HTTP library would read all of it
                    _read(answer, request)
                answer = None
                if not isinstance(step, httpx.Request):
                    time.sleep(step)
                    continue
                answer = yield step
                if step is not request:
                    _read(answer, request)
        except StopIteration:
            return
        finally:
            steps.close()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """As :meth:`sync_auth_flow`."""
        import anyio  # a dependency of httpx; asyncio and trio

        steps, answer = self._steps(request), None
        try:
            while True:
                step = steps.send(answer)
                if answer is not None:
                    await _read_async(answer, request)
                answer = None
                if not isinstance(step, httpx.Request):
                    await anyio.sleep(step)
                    continue
                answer = yield step
                if step is not request:
                    await _read_async(answer, request)
        except StopIteration:
            return
        finally:
            steps.close()

    def _steps(self, request: httpx.Request) -> Steps:
        version = self._version
        if not self._is_fresh():
            yield from self._renewed(request, version)
        used = self._version
        self._sign(request)
        response = yield request
        if response is None or response.status_code != 401 or used != version:
            return  # a token that is brand new is refused for another reason
        if self._version == used:
            self._until = -math.inf
        if isinstance(request.stream, httpx.ByteStream):  # another stream can't be sent again
            yield from self._renewed(request, used)
            self._sign(request)
            yield request

    def _is_fresh(self) -> bool:
        return bool(self._token) and time.monotonic() < self._until

    def _sign(self, request: httpx.Request) -> None:
        _shorten_timeouts(request, request)
        request.headers["authorization"] = f"Bearer {self._token}"

    def _renewed(self, request: httpx.Request, seen: int) -> Steps:
        """Fetch a token, unless another call just did."""
        while not self._lock.acquire(blocking=False):
            if time.monotonic() > request.extensions.get(DEADLINE, math.inf):
                raise httpx.PoolTimeout("another call is still fetching the token", request=request)
            yield _POLL
        try:
            if self._version != seen and self._is_fresh():
                return
            response = yield self._request(request)
            if response is None:
                raise RuntimeError("the HTTP library gave no answer")
            fault = self._taken(response) if response.is_success else ""
            if not response.is_success or fault:
                raise self._refusal(response, fault)
            self._announce()
        finally:
            self._lock.release()

    # ── the token endpoint ───────────────────────────────────────────────────────────────────

    def _form(self) -> dict[str, str]:
        raise NotImplementedError

    def _request(self, call: httpx.Request) -> httpx.Request:
        """Return the request for a token that a call needs (RFC 6749 §2.3.1)."""
        if not self._url:
            self.bind("", "", "")
        headers = {
            "accept": "application/json",
            "content-type": "application/x-www-form-urlencoded",
            "user-agent": call.headers["user-agent"],
        }
        form = {**self._form(), **self._extra}
        if self._scope:
            form["scope"] = self._scope
        client_id, secret = self._client
        if secret is None or self._secret_in_body:
            form["client_id"] = client_id
            form |= {} if secret is None else {"client_secret": secret}
        else:
            pair = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        extensions = {TOKEN_URL: _shown(self._url)}
        content = urlencode(form).encode()
        request = httpx.Request(
            "POST", self._url, headers=headers, content=content, extensions=extensions
        )
        _shorten_timeouts(request, call)
        return request

    def _taken(self, response: httpx.Response) -> str:
        """Keep an answer (RFC 6749 §5.1); returns what is wrong with it, or nothing.

        It doesn't raise, so that no traceback has a frame that holds a token.
        """
        answer = _members(response)
        token, kind = answer.get("access_token"), answer.get("token_type", "bearer")
        if not isinstance(token, str) or not token:
            return "the answer holds no access_token"
        if not isinstance(kind, str) or kind.lower() not in ("bearer", "bearertoken"):  # Apigee's
            return "the token isn't a bearer token"
        if header_fault("authorization", f"Bearer {token}"):
            return "the token holds what no header can"
        try:
            seconds = float(answer.get("expires_in", 0))
        except (TypeError, ValueError, OverflowError):
            seconds = 0.0
        seconds = seconds if seconds > 0 else math.inf  # unknown: a 401 tells
        self._token = token
        self._until = time.monotonic() + seconds - min(self._margin, seconds / 2)
        self._version += 1
        self._keep(answer)
        return ""

    def _refusal(self, response: httpx.Response, fault: str) -> AuthError:
        """Return the error for an answer without a token (RFC 6749 §5.2); it repeats no secret."""
        answer = {} if response.is_success else _members(response)
        mask = Mask(filter(None, self._secrets()))
        code, about = (
            mask.line(value) if isinstance(value, str) else ""
            for value in (answer.get("error"), answer.get("error_description"))
        )
        facts = [fault, code, about and f"({about})"]
        fact = " ".join(filter(None, facts)) or "no token, and no reason that can be read"
        return AuthError(_shown(self._url), response.status_code, code, fact)

    def _secrets(self) -> list[str | None]:
        return [self._client[1], self._token]

    def _keep(self, answer: Mapping[str, Any]) -> None:
        """Keep what else a server answered."""

    def _announce(self) -> None:
        """Tell the caller what has changed."""


class ClientCredentials(OAuth):
    """A token for the application itself (RFC 6749 §4.4); give it as the client's token.

    ``scopes`` are asked for where given; ``extra`` are more members of the token request, for
    instance ``{"audience": "…"}``; ``margin`` is how many seconds ahead of its end a token is
    renewed. ``token_url`` replaces the description's. ``secret_in_body`` is for servers that don't
    take the secret in the Authorization header.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        scopes: Sequence[str] = (),
        token_url: str = "",
        margin: float = 60.0,
        secret_in_body: bool = False,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self._client = (client_id, client_secret)
        del client_secret
        super().__init__(scopes, token_url, margin, secret_in_body, extra)

    def _described(self, token_url: str, refresh_url: str) -> str:  # noqa: ARG002 - see RefreshToken
        return token_url

    def _form(self) -> dict[str, str]:
        return {"grant_type": "client_credentials"}


class RefreshToken(OAuth):
    """A token for a user who once gave consent (RFC 6749 §6); give it as the client's token.

    A server may answer with a new refresh token, and the old one then ends: the new one is kept
    here, and ``on_refresh`` is called with it, so that you can store it before it is needed. It is
    called in the middle of a call and should be quick. ``access_token`` is one that you still
    have. A public client has no ``client_secret``. The rest is as in :class:`ClientCredentials`.
    """

    def __init__(
        self,
        refresh_token: str,
        client_id: str,
        client_secret: str | None = None,
        *,
        on_refresh: Callable[[str], object] | None = None,
        access_token: str = "",
        scopes: Sequence[str] = (),
        token_url: str = "",
        margin: float = 60.0,
        secret_in_body: bool = False,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self._client = (client_id, client_secret)
        self._token = access_token
        self._refresh_token = self._announced = refresh_token
        del client_secret, access_token, refresh_token
        self._on_refresh = on_refresh
        super().__init__(scopes, token_url, margin, secret_in_body, extra)

    def _described(self, token_url: str, refresh_url: str) -> str:  # noqa: ARG002 - see ClientCredentials
        return refresh_url

    def _form(self) -> dict[str, str]:
        return {"grant_type": "refresh_token", "refresh_token": self._refresh_token}

    def _secrets(self) -> list[str | None]:
        return [*super()._secrets(), self._refresh_token]

    def _keep(self, answer: Mapping[str, Any]) -> None:
        new = answer.get("refresh_token")
        if isinstance(new, str) and new:
            self._refresh_token = new

    def _announce(self) -> None:
        if self._refresh_token != self._announced and self._on_refresh is not None:
            self._announced = self._refresh_token
            self._on_refresh(self._refresh_token)


def _shorten_timeouts(request: httpx.Request, call: httpx.Request) -> None:
    """Let a request have the time-outs of a call's request, which end with its deadline.

    Raises ``httpx.PoolTimeout`` after the deadline.
    """
    if "timeout" not in call.extensions:
        return
    left = call.extensions.get(DEADLINE, math.inf) - time.monotonic()
    if left <= 0:
        raise httpx.PoolTimeout(DEADLINE_PASSED, request=request)
    request.extensions["timeout"] = limit_steps(call.extensions["timeout"], left)


def _read(response: httpx.Response, request: httpx.Request) -> None:
    """Read a response up to 1 MiB, and until the deadline of the call's request."""
    if not response.is_stream_consumed:
        stream, content = cast("httpx.SyncByteStream", response.stream), bytearray()
        with _naming(response.request):
            for chunk in stream:
                if not _add(content, chunk, request):
                    break
            stream.close()
        _settle(response, content)
    response.read()


async def _read_async(response: httpx.Response, request: httpx.Request) -> None:
    """As :func:`_read`."""
    if not response.is_stream_consumed:
        stream, content = cast("httpx.AsyncByteStream", response.stream), bytearray()
        with _naming(response.request):
            async for chunk in stream:
                if not _add(content, chunk, request):
                    break
            await stream.aclose()
        _settle(response, content)
    await response.aread()


@contextmanager
def _naming(request: httpx.Request) -> Generator[None]:
    """Let an error of the HTTP library name its request."""
    try:
        yield
    except httpx.RequestError as cause:
        cause.request = request
        raise


def _add(content: bytearray, chunk: bytes, request: httpx.Request) -> bool:
    """Add a chunk; return False if there are enough. Raises ``httpx.ReadTimeout`` if it is late."""
    if time.monotonic() > request.extensions.get(DEADLINE, math.inf):
        raise httpx.ReadTimeout(DEADLINE_PASSED)
    content += chunk
    return len(content) <= _MOST


def _settle(response: httpx.Response, content: bytearray) -> None:
    """Let a response have what was read of its body, at most 1 MiB without its coding."""
    unpacked = b""
    with suppress(ValueError):
        decoder = Decoder(response.headers.pop("content-encoding", ""))
        unpacked = next(decoder.feed(bytes(content)), b"")
    response.stream = httpx.ByteStream(unpacked)


def _members(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object in a body; empty where there is none."""
    try:
        answer: dict[str, Any] = dict(json.loads(response.content))
    except (ValueError, TypeError, RecursionError):
        return {}
    return answer


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def _shown(url: str) -> str:
    return str(httpx.URL(url).copy_with(query=None))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
