"""OAuth tokens that the client fetches, keeps and renews (RFC 6749 §4.4, §5 and §6).

The servers are scripted transports; what matters is which requests they see, in which order.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.cases.oauth.authorization_server import SECRET, TOKEN_URL, Server, run
from tests.support.generated_case import Case

REFRESH_URL = "https://mill.example/oauth/refresh?v=2"


def test_a_token_is_fetched_once_and_kept(case: Case, mode: str) -> None:
    server = Server()
    token = case.package.ClientCredentials("mine & yours", SECRET, scopes=["grind", "weigh"])
    assert run(case, mode, server, token, "weigh", "grind", "weigh") == [5, 5, 5]
    assert server.log == ["token", "GET", "POST", "GET"]
    assert server.signed == ["Bearer t1"] * 3
    (request,) = server.tokens
    assert (request.method, str(request.url)) == ("POST", TOKEN_URL)
    assert server.forms() == [{"grant_type": "client_credentials", "scope": "grind weigh"}]
    pair = b64encode(b"mine+%26+yours:s3cr3t%3A%26%C3%A9").decode()  # RFC 6749 §2.3.1
    assert request.headers["authorization"] == f"Basic {pair}"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == "case_oauth/1"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.extensions["timeout"]["read"] == 30.0


def test_an_operation_without_security_needs_no_token(case: Case, mode: str) -> None:
    server = Server()
    server.status = 204
    run(case, mode, server, case.package.ClientCredentials("me", SECRET), "look")
    assert server.log == ["GET"]
    assert server.signed == [""]


def test_the_secret_in_the_body_and_more_members(case: Case, mode: str) -> None:
    server = Server()
    token = case.package.ClientCredentials(
        "me", SECRET, secret_in_body=True, extra={"audience": "https://mill.example/"}
    )
    run(case, mode, server, token, "weigh")
    assert "authorization" not in server.tokens[0].headers
    assert server.forms() == [
        {"grant_type": "client_credentials", "client_id": "me", "client_secret": SECRET,
         "audience": "https://mill.example/"}
    ]  # fmt: skip


def test_a_token_is_renewed_ahead_of_its_end(
    case: Case, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, clock = Server(expires_in="100"), [1000.0]
    oauth = case.modules["_runtime.oauth"]
    monkeypatch.setattr(oauth.time, "monotonic", lambda: clock[0])
    token = case.package.ClientCredentials("me", SECRET, margin=20)
    for now, fetched in ((1000.0, 1), (1079.0, 1), (1081.0, 2), (1160.0, 2), (1162.0, 3)):
        clock[0] = now
        run(case, mode, server, token, "weigh")
        assert len(server.tokens) == fetched


@pytest.mark.parametrize("expires_in", [None, "soon", 0, -5, float("inf"), float("nan"), [1]])
def test_a_token_without_an_end_is_kept_until_it_is_refused(
    case: Case, mode: str, expires_in: Any
) -> None:
    server = Server(httpx.Response(200, content=json.dumps(
        {"access_token": "t1", "token_type": "bearer", "expires_in": expires_in}
    )))  # fmt: skip
    run(case, mode, server, case.package.ClientCredentials("me", SECRET), "weigh", "weigh")
    assert server.log == ["token", "GET", "GET"]


def test_an_answer_that_is_not_quite_the_standard(case: Case, mode: str) -> None:
    """As from servers that create a token (201), or call its type as Apigee does."""
    server = Server(httpx.Response(201, json={"access_token": "t1", "token_type": "BearerToken"}))
    run(case, mode, server, case.package.ClientCredentials("me", SECRET), "weigh")
    assert server.signed == ["Bearer t1"]


def test_a_short_lived_token_is_used_for_half_its_time(case: Case, mode: str) -> None:
    server = Server(expires_in=40)  # less than the margin
    run(case, mode, server, case.package.ClientCredentials("me", SECRET), "weigh", "weigh")
    assert server.log == ["token", "GET", "GET"]


def test_a_refused_token_is_renewed_once_and_the_call_repeated(case: Case, mode: str) -> None:
    server = Server()
    token = case.package.ClientCredentials("me", SECRET)
    run(case, mode, server, token, "weigh")
    server.revoked = {"Bearer t1"}
    assert run(case, mode, server, token, "grind") == [5]
    assert server.log == ["token", "GET", "POST", "token", "POST"]
    assert server.signed[1:] == ["Bearer t1", "Bearer t2"]
    assert server.calls[1].content == server.calls[2].content == b'{"kind":"rye"}'


def test_a_401_that_a_new_token_does_not_cure(case: Case, mode: str) -> None:
    """The first token of all isn't fetched twice, and a kept one is renewed once."""
    server = Server()
    server.revoked = {"Bearer t1", "Bearer t2"}
    token = case.package.ClientCredentials("me", SECRET)
    with pytest.raises(case.errors.ApiError) as caught:
        run(case, mode, server, token, "grind")
    assert caught.value.status_code == 401
    assert server.log == ["token", "POST"]
    with pytest.raises(case.errors.ApiError):
        run(case, mode, server, token, "grind")
    assert server.log == ["token", "POST", "POST", "token", "POST"]


def test_a_new_refresh_token_is_kept_and_handed_over(case: Case, mode: str) -> None:
    server = Server({"refresh_token": "r2"}, {}, {"refresh_token": "r3"})
    stored: list[str] = []

    def store(token: str) -> None:
        stored.append(token)
        server.log.append("stored")

    token = case.package.RefreshToken("r1", "me", SECRET, on_refresh=store, access_token="t0")
    run(case, mode, server, token, "weigh")
    assert server.log == ["GET"]
    for number in (0, 1, 2):
        server.revoked |= {f"Bearer t{number}"}
        run(case, mode, server, token, "weigh")
    assert [form["refresh_token"] for form in server.forms()] == ["r1", "r2", "r2"]
    assert stored == ["r2", "r3"]
    assert server.log[:5] == ["GET", "GET", "token", "stored", "GET"]
    assert str(server.tokens[0].url) == REFRESH_URL
    assert server.forms()[0] == {"grant_type": "refresh_token", "refresh_token": "r1"}


def test_a_public_client_names_itself_in_the_body(case: Case, mode: str) -> None:
    server = Server()
    run(case, mode, server, case.package.RefreshToken("r1", "me"), "weigh")
    assert "authorization" not in server.tokens[0].headers
    assert server.forms() == [
        {"grant_type": "refresh_token", "refresh_token": "r1", "client_id": "me"}
    ]


def test_a_refresh_token_outlives_a_callback_that_fails(case: Case, mode: str) -> None:
    server = Server({"refresh_token": "r2"})

    def store(_: str) -> None:
        raise OSError("disk full")

    token = case.package.RefreshToken("r1", "me", on_refresh=store)
    with pytest.raises(OSError, match="disk full"):
        run(case, mode, server, token, "weigh")
    assert run(case, mode, server, token, "weigh") == [5]
    assert server.log == ["token", "GET"]


def test_threads_fetch_one_token(case: Case) -> None:
    server = Server({"refresh_token": "r2"}, {"refresh_token": "r3"})
    server.pause = 0.05
    token = case.package.RefreshToken("r1", "me")
    client = case.connect(server, token=token)
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


def test_tasks_fetch_one_token_and_a_cancelled_one_lets_go(case: Case) -> None:
    server = Server()
    token = case.package.ClientCredentials("me", SECRET)

    asked: list[str] = []

    async def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            asked.append(request.url.path)
            await asyncio.sleep(60 if len(asked) == 1 else 0.05)
        return server(request)

    transport = httpx.MockTransport(slow)

    async def main() -> None:
        async with case.package.AsyncSample(token=token, transport=transport) as client:
            first = asyncio.create_task(client.flour.weigh())
            others = [asyncio.create_task(client.flour.weigh()) for _ in range(5)]
            await asyncio.sleep(0.05)
            assert len(asked) == 1
            first.cancel()
            assert await asyncio.gather(*others) == [5] * 5
            with pytest.raises(asyncio.CancelledError):
                await first

    async def again() -> int:
        async with case.package.AsyncSample(token=token, transport=transport) as client:
            return int(await client.flour.weigh())

    asyncio.run(main())
    assert asyncio.run(again()) == 5  # another event loop; the token is still good
    assert len(asked) == 2


def test_who_waits_for_a_token_too_long_gives_up(case: Case) -> None:
    server, gate = Server(), threading.Event()

    def stuck(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            gate.wait(5)
        return server(request)

    token = case.package.ClientCredentials("me", SECRET)
    client = case.connect(stuck, token=token)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.flour.weigh)
        while not token._lock.locked():
            time.sleep(0.001)
        with pytest.raises(case.errors.TransportError, match="still fetching") as caught:
            client.flour.weigh(options=case.package.Options(deadline=0.05))
        assert not caught.value.may_have_reached_server
        gate.set()
        assert first.result() == 5
