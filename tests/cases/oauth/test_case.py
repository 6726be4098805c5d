"""OAuth tokens that the client fetches, keeps and renews (RFC 6749 §4.4, §5 and §6).

The servers are scripted transports; what matters is which requests they see, in which order.
"""

from __future__ import annotations

import asyncio
import copy
import importlib
import json
import logging
import pickle
import threading
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from tests.support.both_clients import Load
from tests.support.generated_case import Case

SECRET = "s3cr3t:&é"
TOKEN_URL = "https://mill.example/oauth/token"
REFRESH_URL = "https://mill.example/oauth/refresh?v=2"


@pytest.fixture
def mill(case: Case) -> ModuleType:
    """The package whose tokens the client can fetch."""
    return case.package


class Server:
    """The API and its authorization server; ``answers`` are those of the token endpoint."""

    def __init__(self, *answers: Any, expires_in: Any = 3600) -> None:
        self.answers: list[Any] = list(answers)
        self.expires_in = expires_in
        self.tokens: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []
        self.signed: list[str] = []
        self.log: list[str] = []
        self.revoked: set[str] = set()
        self.status = 200
        self.pause = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            return self._token(request)
        token = request.headers.get("authorization", "")
        self.calls.append(request)
        self.signed.append(token)
        self.log.append(request.method)
        return httpx.Response(401 if token in self.revoked else self.status, json=5)

    def _token(self, request: httpx.Request) -> httpx.Response:
        self.tokens.append(request)
        self.log.append("token")
        time.sleep(self.pause)
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        given = {"access_token": f"t{len(self.tokens)}", "token_type": "Bearer", **answer}
        return httpx.Response(200, json={"expires_in": self.expires_in, **given})

    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(r.content.decode())) for r in self.tokens]


def run(
    package: ModuleType,
    mode: str,
    server: Callable[[httpx.Request], httpx.Response],
    token: Any,
    *calls: str,
    **settings: Any,
) -> list[Any]:
    """Calls of one client, one after the other."""
    settings = {"retry": package.Retry(attempts=1), **settings}
    transport = httpx.MockTransport(server)

    def arguments(name: str) -> tuple[Any, ...]:
        return ({"kind": "rye"},) if name == "grind" else ()

    if mode == "sync":
        with package.Sample(token=token, transport=transport, **settings) as client:
            return [getattr(client.flour, name)(*arguments(name)) for name in calls]

    async def main() -> list[Any]:
        async with package.AsyncSample(token=token, transport=transport, **settings) as client:
            return [await getattr(client.flour, name)(*arguments(name)) for name in calls]

    return asyncio.run(main())


# ── client credentials ───────────────────────────────────────────────────────────────────────────


def test_a_token_is_fetched_once_and_kept(mill: ModuleType, mode: str) -> None:
    server = Server()
    token = mill.ClientCredentials("mine & yours", SECRET, scopes=["grind", "weigh"])
    assert run(mill, mode, server, token, "weigh", "grind", "weigh") == [5, 5, 5]
    assert server.log == ["token", "GET", "POST", "GET"]
    assert server.signed == ["Bearer t1"] * 3
    (request,) = server.tokens
    assert (request.method, str(request.url)) == ("POST", TOKEN_URL)
    assert server.forms() == [{"grant_type": "client_credentials", "scope": "grind weigh"}]
    pair = b64encode(b"mine+%26+yours:s3cr3t%3A%26%C3%A9").decode()  # RFC 6749 §2.3.1
    assert request.headers["authorization"] == f"Basic {pair}"
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.extensions["timeout"]["read"] == 30.0


def test_an_operation_without_security_needs_no_token(mill: ModuleType, mode: str) -> None:
    server = Server()
    server.status = 204
    run(mill, mode, server, mill.ClientCredentials("me", SECRET), "look")
    assert server.log == ["GET"]
    assert server.signed == [""]


def test_the_secret_in_the_body_and_more_members(mill: ModuleType, mode: str) -> None:
    server = Server()
    token = mill.ClientCredentials(
        "me", SECRET, secret_in_body=True, extra={"audience": "https://mill.example/"}
    )
    run(mill, mode, server, token, "weigh")
    assert "authorization" not in server.tokens[0].headers
    assert server.forms() == [
        {"grant_type": "client_credentials", "client_id": "me", "client_secret": SECRET,
         "audience": "https://mill.example/"}
    ]  # fmt: skip


def test_a_token_is_renewed_ahead_of_its_end(
    mill: ModuleType, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, clock = Server(expires_in="100"), [1000.0]
    oauth = importlib.import_module(f"{mill.__name__}._oauth")
    monkeypatch.setattr(oauth.time, "monotonic", lambda: clock[0])
    token = mill.ClientCredentials("me", SECRET, margin=20)
    for now, fetched in ((1000.0, 1), (1079.0, 1), (1081.0, 2), (1160.0, 2), (1162.0, 3)):
        clock[0] = now
        run(mill, mode, server, token, "weigh")
        assert len(server.tokens) == fetched


@pytest.mark.parametrize("expires_in", [None, "soon", 0, -5, float("inf"), float("nan"), [1]])
def test_a_token_without_an_end_is_kept_until_it_is_refused(
    mill: ModuleType, mode: str, expires_in: Any
) -> None:
    server = Server(httpx.Response(200, content=json.dumps(
        {"access_token": "t1", "token_type": "bearer", "expires_in": expires_in}
    )))  # fmt: skip
    run(mill, mode, server, mill.ClientCredentials("me", SECRET), "weigh", "weigh")
    assert server.log == ["token", "GET", "GET"]


def test_a_short_lived_token_is_used_for_half_its_time(mill: ModuleType, mode: str) -> None:
    server = Server(expires_in=40)  # less than the margin
    run(mill, mode, server, mill.ClientCredentials("me", SECRET), "weigh", "weigh")
    assert server.log == ["token", "GET", "GET"]


# ── 401 ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_token_is_renewed_once_and_the_call_repeated(mill: ModuleType, mode: str) -> None:
    server = Server()
    token = mill.ClientCredentials("me", SECRET)
    run(mill, mode, server, token, "weigh")
    server.revoked = {"Bearer t1"}
    assert run(mill, mode, server, token, "grind") == [5]
    assert server.log == ["token", "GET", "POST", "token", "POST"]
    assert server.signed[1:] == ["Bearer t1", "Bearer t2"]
    assert server.calls[1].content == server.calls[2].content == b'{"kind":"rye"}'


def test_a_401_that_a_new_token_does_not_cure(mill: ModuleType, mode: str) -> None:
    """The first token of all isn't fetched twice, and a kept one is renewed once."""
    server = Server()
    server.revoked = {"Bearer t1", "Bearer t2"}
    token = mill.ClientCredentials("me", SECRET)
    with pytest.raises(mill.errors.ApiError) as caught:
        run(mill, mode, server, token, "grind")
    assert caught.value.status_code == 401
    assert server.log == ["token", "POST"]
    with pytest.raises(mill.errors.ApiError):
        run(mill, mode, server, token, "grind")
    assert server.log == ["token", "POST", "POST", "token", "POST"]


# ── refresh ──────────────────────────────────────────────────────────────────────────────────────


def test_a_new_refresh_token_is_kept_and_handed_over(mill: ModuleType, mode: str) -> None:
    server = Server({"refresh_token": "r2"}, {}, {"refresh_token": "r3"})
    stored: list[str] = []

    def store(token: str) -> None:
        stored.append(token)
        server.log.append("stored")

    token = mill.RefreshToken("r1", "me", SECRET, on_refresh=store, access_token="t0")
    run(mill, mode, server, token, "weigh")
    assert server.log == ["GET"]
    for number in (0, 1, 2):
        server.revoked |= {f"Bearer t{number}"}
        run(mill, mode, server, token, "weigh")
    assert [form["refresh_token"] for form in server.forms()] == ["r1", "r2", "r2"]
    assert stored == ["r2", "r3"]
    assert server.log[:5] == ["GET", "GET", "token", "stored", "GET"]
    assert str(server.tokens[0].url) == REFRESH_URL
    assert server.forms()[0] == {"grant_type": "refresh_token", "refresh_token": "r1"}


def test_a_public_client_names_itself_in_the_body(mill: ModuleType, mode: str) -> None:
    server = Server()
    run(mill, mode, server, mill.RefreshToken("r1", "me"), "weigh")
    assert "authorization" not in server.tokens[0].headers
    assert server.forms() == [
        {"grant_type": "refresh_token", "refresh_token": "r1", "client_id": "me"}
    ]


def test_a_refresh_token_outlives_a_callback_that_fails(mill: ModuleType, mode: str) -> None:
    server = Server({"refresh_token": "r2"})

    def store(_: str) -> None:
        raise OSError("disk full")

    token = mill.RefreshToken("r1", "me", on_refresh=store)
    with pytest.raises(OSError, match="disk full"):
        run(mill, mode, server, token, "weigh")
    assert run(mill, mode, server, token, "weigh") == [5]
    assert server.log == ["token", "GET"]


# ── many at once ─────────────────────────────────────────────────────────────────────────────────


def test_threads_fetch_one_token(mill: ModuleType) -> None:
    server = Server({"refresh_token": "r2"}, {"refresh_token": "r3"})
    server.pause = 0.05
    token = mill.RefreshToken("r1", "me")
    client = mill.Sample(token=token, transport=httpx.MockTransport(server))
    barrier = threading.Barrier(8)

    def once(_: int) -> int:
        barrier.wait()
        return int(client.flour.weigh())

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(once, range(8))) == [5] * 8
        assert len(server.tokens) == 1
        server.revoked = {"Bearer t1"}
        assert list(pool.map(once, range(8))) == [5] * 8
    assert [form["refresh_token"] for form in server.forms()] == ["r1", "r2"]


def test_tasks_fetch_one_token_and_a_cancelled_one_lets_go(mill: ModuleType) -> None:
    server = Server()
    token = mill.ClientCredentials("me", SECRET)

    asked: list[str] = []

    async def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            asked.append(request.url.path)
            await asyncio.sleep(60 if len(asked) == 1 else 0.05)
        return server(request)

    async def main() -> None:
        async with mill.AsyncSample(token=token, transport=httpx.MockTransport(slow)) as client:
            first = asyncio.create_task(client.flour.weigh())
            others = [asyncio.create_task(client.flour.weigh()) for _ in range(5)]
            await asyncio.sleep(0.05)
            assert len(asked) == 1
            first.cancel()
            assert await asyncio.gather(*others) == [5] * 5
            with pytest.raises(asyncio.CancelledError):
                await first

    async def again() -> int:
        async with mill.AsyncSample(token=token, transport=httpx.MockTransport(slow)) as client:
            return int(await client.flour.weigh())

    asyncio.run(main())
    assert asyncio.run(again()) == 5  # another event loop; the token is still good
    assert len(asked) == 2


def test_who_waits_for_a_token_too_long_gives_up(mill: ModuleType) -> None:
    server, gate = Server(), threading.Event()

    def stuck(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            gate.wait(5)
        return server(request)

    token = mill.ClientCredentials("me", SECRET)
    client = mill.Sample(
        token=token, transport=httpx.MockTransport(stuck), retry=mill.Retry(attempts=1)
    )
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.flour.weigh)
        while not token._lock.locked():
            time.sleep(0.001)
        with pytest.raises(mill.errors.TransportError, match="still fetching") as caught:
            client.flour.weigh(options=mill.Options(deadline=0.05))
        assert not caught.value.may_have_reached_server
        gate.set()
        assert first.result() == 5


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "code", "text"),
    [
        (httpx.Response(400, json={"error": "invalid_grant", "error_description": "Too\nold."}),
         "invalid_grant", "400: invalid_grant (Too old.); the call was not processed"),
        (httpx.Response(401, json={"error": "invalid_client", "error_description": f"a {SECRET}"}),
         "invalid_client", "401: invalid_client (a …)"),
        (httpx.Response(400, json={"error": {"a": 1}}), "", "400: no token, and no reason"),
        (httpx.Response(502, text="<html>"), "", "502: no token, and no reason"),
        (httpx.Response(302, headers={"location": "https://evil.example/"}), "", "302: no token"),
        (httpx.Response(200, text="<html>"), "", "200: the answer holds no access_token"),
        (httpx.Response(200, json=[1]), "", "200: the answer holds no access_token"),
        (httpx.Response(200, json={"access_token": 5}), "", "200: the answer holds no access_t"),
        (httpx.Response(200, json={"access_token": "l34ked", "token_type": "mac"}), "",
         "200: the token isn't a bearer token"),
        (httpx.Response(200, json={"access_token": "l34ked\r\nx: y"}), "",
         "200: the token holds what no header can"),
        (httpx.Response(200, content=b"[" * 100_000), "", "200: the answer holds no access_token"),
    ],
)  # fmt: skip
def test_what_the_authorization_server_refuses_is_an_auth_error(
    mill: ModuleType, mode: str, answer: httpx.Response, code: str, text: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    server = Server(
        httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
    )
    token = mill.RefreshToken("r3fr3sh", "me", SECRET)
    with pytest.raises(mill.errors.AuthError) as caught:
        run(mill, mode, server, token, "grind")
    error = caught.value
    assert isinstance(error, mill.errors.SampleError)
    assert (error.status_code, error.code) == (answer.status_code, code)
    assert error.url == "https://mill.example/oauth/refresh"
    assert text in str(error)
    assert "\n" not in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(copy.deepcopy(error)) == str(error)  # noqa: S301
    assert server.log == ["token"]
    shown = [repr(error), repr(vars(error)), repr(token), caplog.text, *ours(error, mill)]
    for secret in (SECRET, "r3fr3sh", "l34ked"):
        assert secret not in "\n".join(shown)
    assert run(mill, mode, server, token, "weigh") == [5]  # the next call asks again


def ours(error: BaseException, package: ModuleType) -> Iterator[str]:
    """Each of the package's own frames in a traceback, with what it holds."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if str(Path(str(package.__file__)).parent) in frame.f_code.co_filename:
            yield f"{frame.f_code.co_name} {frame.f_locals!r}"


def test_no_answer_from_the_authorization_server(mill: ModuleType, mode: str) -> None:
    """It says where, that the call itself was never sent, and is repeated as such."""
    server = Server(httpx.ReadTimeout("late"), httpx.ReadError("dropped"))
    token = mill.ClientCredentials("me", SECRET)
    retry = mill.Retry(attempts=2, base=0.0)
    with pytest.raises(mill.errors.TransportError) as caught:
        run(mill, mode, server, token, "grind", retry=retry)
    assert caught.value.url == TOKEN_URL
    assert caught.value.may_have_reached_server is False
    assert str(caught.value) == (
        f"POST {TOKEN_URL} → no answer: no token for the call: ReadError: dropped (never sent)"
    )
    server.answers = [httpx.ConnectError("refused")]
    assert run(mill, mode, server, token, "grind", retry=retry) == [5]
    assert server.log == ["token", "token", "token", "token", "POST"]


# ── where tokens come from ───────────────────────────────────────────────────────────────────────


def test_a_token_url_of_the_callers(mill: ModuleType, mode: str) -> None:
    server = Server()
    token = mill.ClientCredentials("me", SECRET, token_url="https://id.example/oauth/x?y=1")
    run(mill, mode, server, token, "weigh")
    assert str(server.tokens[0].url) == "https://id.example/oauth/x?y=1"


def test_a_relative_token_url_follows_the_base_url(
    mill: ModuleType, load_case: Load, mode: str
) -> None:
    server = Server()
    run(
        mill,
        mode,
        server,
        mill.ClientCredentials("me", SECRET),
        "weigh",
        base_url="http://h.example/x",
    )
    assert str(server.tokens[0].url) == "http://h.example/oauth/token"
    post = load_case("servers_relative").package
    for base in ("https://h.example", "https://h.example/api/v3/"):
        token = post.ClientCredentials("me", SECRET)
        post.Sample(base_url=base, token=token)
        assert token._url == "https://h.example/api/v3/token"


@pytest.mark.parametrize(
    "url",
    ["http://id.example/t", "ftp://id.example/t", "https://u:p@id.example/t", "https://id.example/#a",
     "https://", "https://[::no", "javascript:alert(1)"],
)  # fmt: skip
def test_a_token_url_that_no_secret_goes_to(mill: ModuleType, mode: str, url: str) -> None:
    kind = mill.Sample if mode == "sync" else mill.AsyncSample
    with pytest.raises(ValueError, match=r"URL|https") as caught:
        kind(token=mill.ClientCredentials("me", SECRET, token_url=url))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8"])
def test_plain_http_on_this_machine(mill: ModuleType, host: str) -> None:
    mill.Sample(token=mill.ClientCredentials("me", SECRET, token_url=f"http://{host}/t"))


def test_one_value_for_one_token_url(mill: ModuleType) -> None:
    token = mill.ClientCredentials("me", SECRET)
    mill.Sample(token=token)
    mill.AsyncSample(token=token)
    with pytest.raises(ValueError, match="another token URL"):
        mill.Sample(token=token, base_url="https://elsewhere.example")


def test_the_fake_gives_tokens_too(mill: ModuleType) -> None:
    testing = importlib.import_module(f"{mill.__name__}.testing")
    fake = testing.Fake()
    fake.flour_weigh.answers(7)
    for token in (mill.ClientCredentials("me", SECRET), mill.RefreshToken("r1", "me")):
        assert mill.Sample(token=token, transport=fake).flour.weigh() == 7
    assert [c.headers["authorization"] for c in fake.flour_weigh.calls] == ["Bearer fake"] * 2


def test_where_no_flow_is_described_the_caller_names_the_url(load_case: Load) -> None:
    ads = load_case("security_tokens").package
    assert not hasattr(ads, "ClientCredentials")
    assert not Path(str(ads.__file__)).with_name("_oauth.py").exists()
    assert not hasattr(ads.errors, "AuthError")
