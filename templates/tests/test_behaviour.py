"""What the client promises for every call: options, credentials, retries and errors."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import time
from collections.abc import Callable
from typing import Any

import pytest

REPEATABLE = (502, 503, 504)
"""Repeated where the method is idempotent (RFC 9110 §9.2.2); 429 always."""


def one_after(api: Any, case: dict[str, Any], first: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A server that does ``first`` once, then answers with a success."""
    success = api.success(case["call"])

    def respond(request: Any) -> Any:
        return first(request) if len(api.sent) == 1 else success(request)

    return respond


def raising(error: Exception) -> Callable[[Any], Any]:
    """A server that never answers."""

    def respond(_: Any) -> Any:
        raise error

    return respond


def with_content(api: Any, status: int, content: bytes, **headers: str) -> Callable[[Any], Any]:
    """A server whose body is read by the client, not by httpx beforehand."""

    def respond(_: Any) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return api.httpx.Response(status, headers=named, stream=api.httpx.ByteStream(content))

    return respond


def error_of(api: Any, mode: str, case: dict[str, Any], server: Any, **more: Any) -> Any:
    """The error that a call ends in."""
    kinds = (api.errors.ApiError, api.errors.TransportError, api.errors.ResponseError)
    with pytest.raises(kinds) as caught:
        api.call(mode, case, server, **more)
    return caught.value


def tried(api: Any, mode: str, case: dict[str, Any], server: Any, **more: Any) -> int:
    """How many requests a call sends, whatever comes of it."""
    kinds = (api.errors.ApiError, api.errors.TransportError, api.errors.ResponseError)
    with contextlib.suppress(*kinds):
        api.call(mode, case, server, **more)
    return len(api.sent)


def asked_reset(api: Any) -> dict[str, str]:
    """The header by which the server says when a rate limit ends; seconds, if it has one."""
    environment = api.data["environment"]
    name = environment["rate_limit_reset_header"]
    return {name: "11"} if name and environment["rate_limit_reset_unit"] == "seconds" else {}


# ── what goes out ────────────────────────────────────────────────────────────────────────────────


def test_says_who_it_is(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """Package and version, and what encodings the client reads."""
    headers = api.send(mode, any_case).headers

    assert headers["user-agent"] == api.user_agent(any_case)
    assert headers["accept-encoding"] == any_case["headers"].get("accept-encoding", "gzip, deflate")
    assert headers["connection"] == "keep-alive"
    assert headers["host"]

    options = api.package.Options(headers={"Host": "gateway.example"})
    assert api.send(mode, any_case, options=options).headers["host"] == "gateway.example"


@pytest.mark.parametrize(
    "base_url",
    ["ftp://example.com", "example.com", "https://", "", "https://u:p@example.com", "https://[::x"],
)
def test_refuses_a_base_url(api: Any, mode: str, base_url: str) -> None:
    """An address that can't be the API's is refused at once, and isn't shown."""
    with pytest.raises(ValueError, match="base_url") as caught:
        api.client(mode, api.answer(200), base_url=base_url)

    assert "u:p" not in str(caught.value)


def test_options_count(api: Any, mode: str, call_case: dict[str, Any]) -> None:
    """Headers, time-outs and the place for what happened reach each method's call."""
    info = api.package.ResponseInfo()
    options = api.package.Options(timeout=1.5, headers={"X-Extra": "call"}, response=info)

    request = api.send(mode, call_case, options=options)

    assert request.headers["x-extra"] == "call"
    assert request.extensions["timeout"] == dict.fromkeys(("connect", "read", "write", "pool"), 1.5)
    assert info.attempts == 1
    assert 200 <= info.status_code < 300
    assert info.elapsed > 0


def test_settings_count(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """The client's headers and time-outs go for each call, unless the call has its own."""
    settings = {"headers": {"X-Extra": "client", "x-other": "client"}, "timeout": 2.5}
    request = api.send(mode, any_case, **settings)
    assert request.headers["x-extra"] == "client"
    assert request.extensions["timeout"]["read"] == 2.5

    options = api.package.Options(headers={"x-extra": "call"})
    request = api.send(mode, any_case, options=options, **settings)
    assert request.headers["x-extra"] == "call"
    assert request.headers["x-other"] == "client"
    assert request.extensions["timeout"]["read"] == 2.5


@pytest.mark.parametrize("headers", [{"x-extra": "a\r\nb"}, {"x extra": "a"}, {"x-extra": "\x00"}])
def test_refuses_headers(
    api: Any, mode: str, any_case: dict[str, Any], headers: dict[str, str]
) -> None:
    """A header that would be two, or none, isn't sent; no message shows its value."""
    with pytest.raises(api.errors.RequestError) as caught:
        api.client(mode, api.answer(200), headers=headers)
    assert not any(repr(value) in str(caught.value) for value in headers.values())

    with pytest.raises(api.errors.RequestError):
        api.send(mode, any_case, options=api.package.Options(headers=headers))
    assert api.sent == []


def test_a_given_http_client_is_used_and_stays_open(
    api: Any, mode: str, any_case: dict[str, Any]
) -> None:
    """Its headers count, but not its name; it follows redirects no more than the own one does."""
    kind = api.httpx.AsyncClient if mode == "async" else api.httpx.Client
    given = kind(
        transport=api.transport(api.success(any_case["call"])),
        headers={"x-house": "rule", "user-agent": "other"},
        follow_redirects=True,
    )
    api.attempt(mode, any_case, http_client=given)
    (request,) = api.sent
    assert request.headers["x-house"] == "rule"
    assert request.headers["user-agent"] == api.user_agent(any_case)
    assert not given.is_closed

    away = api.answer(302, headers={"location": "https://elsewhere.example/"})
    given = kind(transport=api.transport(away), follow_redirects=True)
    assert error_of(api, mode, any_case, away, http_client=given).status_code == 302
    assert len(api.sent) == 1


def test_the_own_http_client(api: Any, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps as many connections as it opens, drops idle ones soon, follows no redirect."""
    name = "AsyncClient" if mode == "async" else "Client"
    made: list[dict[str, Any]] = []
    kind: Any = getattr(api.httpx, name)
    initialise: Any = kind.__init__

    def noted(self: Any, **settings: Any) -> None:
        made.append(settings)
        initialise(self, **settings)

    monkeypatch.setattr(kind, "__init__", noted)
    api.client(mode, api.answer(200), timeout=3.5)

    (settings,) = made
    limits = settings["limits"]
    assert limits.max_connections == limits.max_keepalive_connections
    assert 0 < limits.keepalive_expiry <= 30
    assert settings["timeout"] == 3.5


# ── credentials ──────────────────────────────────────────────────────────────────────────────────


def test_a_token_may_be_a_function(api: Any, mode: str, bearer_case: dict[str, Any]) -> None:
    """It is asked for each request; the asynchronous client takes an async one too."""
    name = api.data["environment"]["bearer"]
    tokens = iter(["first", "second", "third", "fourth"])

    async def later() -> str:
        return next(tokens)

    for token in (lambda: next(tokens), later) if mode == "async" else (lambda: next(tokens),):
        busy = one_after(api, bearer_case, api.answer(429, headers={"retry-after": "0"}))
        tried(api, mode, bearer_case, busy, **{name: token}, retry=api.package.Retry(attempts=2))
        first, second = (request.headers["authorization"] for request in api.sent)
        assert (first, second) in (
            ("Bearer first", "Bearer second"),
            ("Bearer third", "Bearer fourth"),
        )


@pytest.mark.parametrize("token", ["two\nlines", "", " ", None, 7, "naïve"])
def test_refuses_a_token(api: Any, mode: str, bearer_case: dict[str, Any], token: Any) -> None:
    """What can't be a token is refused before anything is sent, and isn't shown."""
    given = {api.data["environment"]["bearer"]: lambda: token}
    with pytest.raises(api.errors.RequestError) as caught:
        api.attempt(mode, bearer_case, **given)

    assert api.sent == []
    assert "lines" not in str(caught.value)
    if isinstance(token, str) and token.strip():
        assert "header authorization holds" in str(caught.value)


def test_an_httpx_auth_does_all_of_it(api: Any, mode: str, bearer_case: dict[str, Any]) -> None:
    """Instead of a token, whatever signs requests with httpx."""
    auth = api.httpx.BasicAuth("user", "password")
    request = api.send(mode, bearer_case, **{api.data["environment"]["bearer"]: auth})

    assert request.headers["authorization"].startswith("Basic ")


# ── what comes back ──────────────────────────────────────────────────────────────────────────────


def test_an_error_explains_itself(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """Method, address and status; what the body is, where it isn't the documented error."""
    header = api.data["environment"]["request_id_header"]
    headers = {"content-type": "text/x-odd; charset=utf-8", **({header: "rid-7"} if header else {})}
    server = api.answer(503, headers=headers, content=b"<oh no>")
    info = api.package.ResponseInfo()
    error = error_of(api, mode, any_case, server, options=api.package.Options(response=info))
    (request,) = api.sent

    assert type(error) is api.errors.ApiError
    assert error.method == request.method
    assert api.httpx.URL(error.url).path == request.url.path
    assert error.body == b"<oh no>"
    assert error.headers["content-type"] == headers["content-type"]
    for part in (error.method, error.url, "503", "7 bytes of text/x-odd"):
        assert part in str(error)
    assert info.status_code == 503
    assert info.headers["content-type"] == headers["content-type"]
    assert info.request_id == error.request_id == ("rid-7" if header else None)
    assert info.attempts == 1

    error = error_of(api, mode, any_case, raising(api.httpx.ReadTimeout("late")))
    assert error.method == request.method
    for part in (error.method, error.url, "ReadTimeout: late"):
        assert part in str(error)


@pytest.mark.parametrize("status", [300, 399, 400, 499, 500, 599])
def test_only_2xx_is_a_success(api: Any, mode: str, any_case: dict[str, Any], status: int) -> None:
    """Everything else is an ApiError; of redirects the message says that none is followed."""
    error = error_of(api, mode, any_case, api.answer(status))

    assert type(error) is api.errors.ApiError
    assert error.status_code == status
    assert ("a redirect, which is not followed" in str(error)) is (status < 400)


@pytest.mark.parametrize(
    "location", ["https://elsewhere.example/", "https://[::no", "http://a:port"]
)
def test_a_redirect_tells_where(
    api: Any, mode: str, any_case: dict[str, Any], location: str
) -> None:
    """The address is in the error's headers, even where it is none."""
    error = error_of(api, mode, any_case, api.answer(307, headers={"location": location}))

    assert type(error) is api.errors.ApiError
    assert error.headers["location"] == location


@pytest.mark.parametrize("status", [200, 201, 299, 300, 399, 400, 500])
def test_a_body_in_another_encoding(
    api: Any, mode: str, any_case: dict[str, Any], status: int
) -> None:
    """A success is unreadable then; another answer is the error that it is. Both have the body."""
    server = with_content(api, status, b"no gzip at all", content_encoding="gzip")
    error = error_of(api, mode, any_case, server)

    assert error.status_code == status
    assert error.body == b"no gzip at all"
    if status < 300:
        assert type(error) is api.errors.ResponseError
        assert "not gzip" in str(error)
        assert "did succeed" in str(error)
    else:
        assert type(error) is api.errors.ApiError


def test_a_packed_body(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """It is unpacked, whatever the answer."""
    content = gzip.compress(b"<oh no>")
    server = with_content(api, 500, content, Content_Encoding="gzip")
    assert error_of(api, mode, any_case, server).body == b"<oh no>"


def test_after_the_end(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """A closed client says so, be it its owner's or its own HTTP client that is closed."""
    kind = api.httpx.AsyncClient if mode == "async" else api.httpx.Client
    given = kind(transport=api.transport(api.success(any_case["call"])))
    api.call(mode, any_case, None, http_client=given)
    assert len(api.sent) == 1
    end(given)
    with pytest.raises(api.errors.RequestError, match="closed"):
        api.call(mode, any_case, None, http_client=given)
    assert len(api.sent) == 1


def end(http: Any) -> None:
    """Close an HTTP client of either kind."""
    closed = getattr(http, "aclose", None) or http.close
    made = closed()
    if made is not None:
        asyncio.run(made)


def test_an_unreadable_success(api: Any, mode: str, response_case: dict[str, Any]) -> None:
    """The message says that the call did succeed, so that nobody repeats it."""
    if response_case["codec"] != "json":
        return
    kind = {"content-type": response_case["content_type"]}
    error = error_of(
        api, mode, response_case, api.answer(response_case["status"], headers=kind, content=b"{no")
    )

    assert type(error) is api.errors.ResponseError
    assert error.status_code == response_case["status"]
    assert error.body == b"{no"
    for part in (error.method, error.url, "unreadable body", "did succeed"):
        assert part in str(error)


def test_a_body_that_cant_be_written(
    api: Any, mode: str, json_case: dict[str, Any], unchecked: Callable[[Any, str, Any], Any]
) -> None:
    """A model made past its checks is refused before anything is sent."""
    kind: Any = api.body(json_case).__class__
    field: str = next(iter(kind.model_fields))
    made = unchecked(kind, field, object())
    with pytest.raises(api.errors.RequestError, match="body"):
        api.attempt(mode, json_case, changes={"body": made})

    assert api.sent == []


def test_the_deadline_ends_an_attempt(api: Any, any_case: dict[str, Any]) -> None:
    """A time-out by another name: the server may have got the request.

    That of an asynchronous call is cancelled: see the tests over the network.
    """

    def server(_: Any) -> Any:
        time.sleep(0.1)
        return api.httpx.Response(200, content=iter([b"{}"]))

    late: list[dict[str, Any]] = [
        {"options": api.package.Options(deadline=0.05)},
        {"deadline": 0.05},
    ]
    for more in late:
        error = error_of(api, "sync", any_case, server, **more)
        assert isinstance(error, api.errors.TransportError)
        assert error.may_have_reached_server
        assert "deadline" in str(error)
        assert api.sent[0].extensions["timeout"]["read"] < 1


def test_after_the_deadline_nothing_is_sent(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    error = error_of(api, mode, any_case, api.answer(200), deadline=1e-9)

    assert isinstance(error, api.errors.TransportError)
    assert not error.may_have_reached_server
    assert api.sent == []


# ── retries ──────────────────────────────────────────────────────────────────────────────────────


def test_repeats_what_was_not_processed(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """A connection that was never made, and 429; what may have been done twice isn't."""
    retry = api.package.Retry(attempts=3, base=0)
    once = {
        "refused": raising(api.httpx.ConnectError("refused")),
        "busy": api.answer(429),
        "busy for a moment": api.answer(429, headers={"retry-after": "0"}),
    }
    for name, server in once.items():
        info = api.package.ResponseInfo()
        options = api.package.Options(response=info)
        again = one_after(api, any_case, server)
        assert tried(api, mode, any_case, again, retry=retry, options=options) == 2, name
        assert info.attempts == 2
        assert tried(api, mode, any_case, server, retry=retry) == 3, name
        options = api.package.Options(retry=api.package.Retry(attempts=1))
        assert tried(api, mode, any_case, server, retry=retry, options=options) == 1, name
    for server in (api.answer(400), api.answer(500), api.answer(501)):
        assert tried(api, mode, any_case, server, retry=retry) == 1


def test_repeats_the_rest_by_method(api: Any, mode: str, call_case: dict[str, Any]) -> None:
    """A dropped connection and 503 only where doing it twice is doing it once."""
    retry = api.package.Retry(attempts=2, base=0)
    names = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY")
    idempotent = call_case["method"] in names
    for server in (raising(api.httpx.ReadError("dropped")), api.answer(503)):
        sent = tried(api, mode, call_case, server, retry=retry)
        assert sent == (2 if idempotent else 1)


@pytest.mark.parametrize("status", [302, 400, 408, 409, 429, 430, 500, 501, 502, 503, 504, 505])
@pytest.mark.parametrize("idempotent", [True, False])
def test_the_rules_of_repeating(
    api: Any, any_case: dict[str, Any], status: int, *, idempotent: bool
) -> None:
    """By status; a policy that has run out gives up."""
    error = error_of(api, "sync", any_case, api.answer(status))
    retry = api.package.Retry(attempts=3, base=0)
    wanted = 0.0 if status == 429 or (idempotent and status in REPEATABLE) else None

    assert retry.wait(error, attempt=1, idempotent=idempotent) == wanted
    assert retry.wait(error, attempt=2, idempotent=idempotent) == wanted
    assert retry.wait(error, attempt=3, idempotent=idempotent) is None


def test_waits_as_long_as_the_server_asks(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """``Retry-After``, or the header for the end of the limit; not longer than the policy says."""
    busy = error_of(api, mode, any_case, api.answer(503, headers={"retry-after": "9"}))
    limited = error_of(api, mode, any_case, api.answer(429, headers={"retry-after": "9"}))
    silent = error_of(api, mode, any_case, api.answer(429))
    for error in (busy, limited):
        assert api.package.Retry(longest=9).wait(error, attempt=1, idempotent=True) == 9.0
        assert api.package.Retry(longest=8).wait(error, attempt=1, idempotent=True) is None
    assert silent.retry_after is None

    headers = asked_reset(api)
    if headers:
        limited = error_of(api, mode, any_case, api.answer(429, headers=headers))
        assert limited.retry_after == 11.0
        assert "retry after 11 s" in str(limited)


def test_pauses_between_attempts(api: Any, mode: str, any_case: dict[str, Any]) -> None:
    """The pause is one, in both clients."""
    info = api.package.ResponseInfo()
    busy = one_after(api, any_case, api.answer(429, headers={"retry-after": "0.03"}))
    options = api.package.Options(response=info, retry=api.package.Retry(attempts=2))
    assert tried(api, mode, any_case, busy, options=options) == 2

    assert info.elapsed >= 0.03
