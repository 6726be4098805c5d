"""Token endpoints that refuse, and URLs that no secret is sent to."""

from __future__ import annotations

import asyncio
import copy
import gzip
import logging
import pickle
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cases.oauth.authorization_server import SECRET, TOKEN_URL, Server, run
from tests.support.generated_case import Case, own_frames


@pytest.mark.parametrize(
    ("answer", "code", "text"),
    [
        (httpx.Response(400, json={"error": "invalid_grant", "error_description": "Too\nold."}),
         "invalid_grant", "400: invalid_grant (Too old.); the call was not processed"),
        (httpx.Response(401, json={"error": "invalid_client", "error_description": f"a {SECRET}"}),
         "invalid_client", "401: invalid_client (a ***)"),
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
    case: Case, mode: str, answer: httpx.Response, code: str, text: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    server = Server(
        httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
    )
    token = case.package.RefreshToken("r3fr3sh", "me", SECRET)
    retry = case.package.Retry(attempts=2, base=0.0)  # which isn't for such errors
    with pytest.raises(case.errors.AuthError) as caught:
        run(case, mode, server, token, "grind", retry=retry)
    error = caught.value
    assert isinstance(error, case.errors.SampleError)
    assert (error.status_code, error.code) == (answer.status_code, code)
    assert error.url == "https://mill.example/oauth/refresh"
    assert text in str(error)
    assert "\n" not in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(copy.deepcopy(error)) == str(error)  # noqa: S301
    assert server.log == ["token"]
    shown = [
        repr(error),
        repr(vars(error)),
        repr(token),
        caplog.text,
        *own_frames(error, case.package),
    ]
    for secret in (SECRET, "r3fr3sh", "l34ked"):
        assert secret not in "\n".join(shown)
    assert run(case, mode, server, token, "weigh") == [5]  # the next call asks again


def test_no_answer_from_the_authorization_server(case: Case, mode: str) -> None:
    """It says where, that the call itself was never sent, and is repeated as such."""
    server = Server(httpx.ReadTimeout("late"), httpx.ReadError("dropped"))
    token = case.package.ClientCredentials("me", SECRET)
    retry = case.package.Retry(attempts=2, base=0.0)
    with pytest.raises(case.errors.TransportError) as caught:
        run(case, mode, server, token, "grind", retry=retry)
    assert caught.value.url == TOKEN_URL
    assert caught.value.may_have_reached_server is False
    assert str(caught.value) == (
        f"POST {TOKEN_URL} → no answer: no token for the call: ReadError: dropped (never sent)"
    )
    server.answers = [httpx.ConnectError("refused")]
    assert run(case, mode, server, token, "grind", retry=retry) == [5]
    assert server.log == ["token", "token", "token", "token", "POST"]


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of many pieces, counted."""

    def __init__(self, piece: bytes, pause: float = 0.0) -> None:
        self.piece, self.pause, self.count = piece, pause, 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.count += 1
            time.sleep(self.pause)
            yield self.piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.count += 1
            await asyncio.sleep(self.pause)
            yield self.piece


def test_an_endless_answer_is_read_up_to_a_limit(case: Case, mode: str) -> None:
    """That of the token endpoint, and a later 401 of the API."""
    endless = Pieces(b" " * 65536)
    server = Server(httpx.Response(200, stream=endless))
    token = case.package.ClientCredentials("me", SECRET)
    with pytest.raises(case.errors.AuthError, match="holds no access_token"):
        run(case, mode, server, token, "weigh")
    assert endless.count < 20

    refused = Pieces(b" " * 65536)
    answers = iter([httpx.Response(200, json=5), httpx.Response(401, stream=refused)])
    server = Server()

    def api(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            return server(request)
        return next(answers, None) or httpx.Response(200, json=6)

    token = case.package.ClientCredentials("me", SECRET)
    assert run(case, mode, api, token, "weigh", "weigh") == [5, 6]
    assert refused.count < 20


def test_a_small_answer_does_not_become_a_large_one(case: Case, mode: str) -> None:
    bomb = gzip.compress(gzip.compress(b" " * 50_000_000))
    for coding in ("gzip, gzip", "gzip"):
        answer = httpx.Response(
            200, stream=httpx.ByteStream(bomb), headers={"content-encoding": coding}
        )
        token = case.package.ClientCredentials("me", SECRET)
        with pytest.raises(case.errors.AuthError, match="holds no access_token"):
            run(case, mode, Server(answer), token, "weigh")
    packed = gzip.compress(b'{"access_token": "t1"}')
    answer = httpx.Response(
        200, stream=httpx.ByteStream(packed), headers={"content-encoding": "gzip"}
    )
    token = case.package.ClientCredentials("me", SECRET)
    assert run(case, mode, Server(answer), token, "weigh") == [5]


def test_the_deadline_holds_while_a_token_arrives(case: Case, mode: str) -> None:
    server = Server(httpx.Response(200, stream=Pieces(b" ", pause=0.01)))
    token = case.package.ClientCredentials("me", SECRET)
    off = case.package.Retry(attempts=1)
    with pytest.raises(case.errors.TransportError, match="deadline") as caught:
        run(case, mode, server, token, "weigh", deadline=0.2, retry=off)
    assert server.calls == []
    assert mode == "async" or caught.value.may_have_reached_server is False


def test_no_token_is_fetched_after_the_deadline(case: Case) -> None:
    """By a call that waits for the token of another one."""
    server = Server(httpx.Response(500))
    server.pause = 0.5
    token = case.package.ClientCredentials("me", SECRET)
    settings = {"token": token, "retry": case.package.Retry(attempts=1)}
    with case.connect(server, "sync", **settings) as client, ThreadPoolExecutor(1) as threads:
        other = threads.submit(client.flour.weigh)
        while not server.tokens:
            time.sleep(0.01)
        with pytest.raises(case.errors.TransportError, match="fetching the token") as caught:
            client.flour.weigh(options=case.package.Options(deadline=0.2))
        with pytest.raises(case.errors.AuthError):
            other.result()
    assert caught.value.may_have_reached_server is False
    assert server.log == ["token"]


def test_a_token_url_of_the_callers(case: Case, mode: str) -> None:
    server = Server()
    token = case.package.ClientCredentials("me", SECRET, token_url="https://id.example/oauth/x?y=1")
    run(case, mode, server, token, "weigh")
    assert str(server.tokens[0].url) == "https://id.example/oauth/x?y=1"


def test_a_relative_token_url_follows_the_base_url(
    case: Case, load_case: Callable[[str], Case], mode: str
) -> None:
    server = Server()
    token = case.package.ClientCredentials("me", SECRET)
    run(case, mode, server, token, "weigh", base_url="https://h.example/x")
    assert str(server.tokens[0].url) == "https://h.example/oauth/token"
    kind = case.package.Sample if mode == "sync" else case.package.AsyncSample
    with pytest.raises(ValueError, match="https only"):
        kind(token=case.package.ClientCredentials("me", SECRET), base_url="http://h.example/x")
    post = load_case("servers_relative").package
    for base in ("https://h.example", "https://h.example/api/v3/"):
        token = post.ClientCredentials("me", SECRET)
        post.Sample(base_url=base, token=token)
        assert token._url == "https://h.example/api/v3/token"


@pytest.mark.parametrize(
    "url",
    ["http://id.example/t", "ftp://id.example/t", "https://u:p@id.example/t", "https://id.example/#a",
     "https://", "https://[::no", "javascript:alert(1)", "http://127.evil.example/t",
     "http://127.0.0.1.evil.example/t", "http://localhost.evil.example/t", "http://[::2]/t"],
)  # fmt: skip
def test_a_token_url_that_no_secret_goes_to(case: Case, mode: str, url: str) -> None:
    kind = case.package.Sample if mode == "sync" else case.package.AsyncSample
    with pytest.raises(ValueError, match=r"URL|https") as caught:
        kind(token=case.package.ClientCredentials("me", SECRET, token_url=url))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8"])
def test_plain_http_on_this_machine(case: Case, host: str) -> None:
    case.package.Sample(
        token=case.package.ClientCredentials("me", SECRET, token_url=f"http://{host}/t")
    )


def test_no_token_url_at_all(case: Case) -> None:
    """Outside a client nothing tells the URL that the description has."""
    server = Server()
    token = case.package.ClientCredentials("me", SECRET)
    with (
        httpx.Client(transport=httpx.MockTransport(server), auth=token) as http,
        pytest.raises(ValueError, match=r"ClientCredentials needs token_url=…"),
    ):
        http.get("https://mill.example/flour")
    assert server.log == []


def test_an_error_in_a_success_is_not_the_servers_reason(case: Case, mode: str) -> None:
    server = Server(httpx.Response(200, json={"error": "odd"}))
    with pytest.raises(case.errors.AuthError, match="holds no access_token") as caught:
        run(case, mode, server, case.package.ClientCredentials("me", SECRET), "weigh")
    assert (caught.value.method, caught.value.url) == ("POST", TOKEN_URL)
    assert caught.value.code == ""
    assert "odd" not in str(caught.value)


def test_one_value_for_one_token_url(case: Case) -> None:
    token = case.package.ClientCredentials("me", SECRET)
    case.package.Sample(token=token)
    case.package.AsyncSample(token=token)
    with pytest.raises(ValueError, match="another token URL"):
        case.package.Sample(token=token, base_url="https://elsewhere.example")


def test_the_fake_gives_tokens_too(case: Case) -> None:
    fake = case.fake()
    fake.flour_weigh.answers(7)
    for token in (
        case.package.ClientCredentials("me", SECRET),
        case.package.RefreshToken("r1", "me"),
    ):
        assert case.package.Sample(token=token, transport=fake).flour.weigh() == 7
    assert [c.headers["authorization"] for c in fake.flour_weigh.calls] == ["Bearer fake"] * 2


def test_where_no_flow_is_described_the_caller_names_the_url(
    load_case: Callable[[str], Case],
) -> None:
    ads = load_case("security_tokens").package
    assert not hasattr(ads, "ClientCredentials")
    assert not (Path(str(ads.__file__)).parent / "_runtime/oauth.py").exists()
    assert not hasattr(ads.errors, "AuthError")


def fail(_: object) -> None:
    raise OSError("no place for the token")


SECRETS = ("r3fr3sh", SECRET, "l34ked", "n3w")


@pytest.mark.parametrize(
    "answer",
    [
        OSError("network"),
        httpx.ReadError("dropped"),
        {"access_token": "l34ked", "refresh_token": "n3w"},
        {"access_token": "l34ked", "token_type": "mac"},
        b'{"access_token": "l34ked", "token_type": %b}' % (b"[" * 400 + b"]" * 400),
        b'{"access_token": "l34ked"',
    ],
    ids=["OSError", "dropped", "on_refresh", "kind", "nested kind", "cut"],
)
def test_no_frame_of_the_package_holds_a_token(case: Case, mode: str, answer: Any) -> None:
    token = case.package.RefreshToken("r3fr3sh", "me", SECRET, on_refresh=fail)
    answer = httpx.Response(200, content=answer) if isinstance(answer, bytes) else answer
    with pytest.raises((OSError, case.errors.SampleError)) as caught:
        run(case, mode, Server(answer), token, "weigh")
    check_frames(case, caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"client_id": "me\ud800"}, {"client_id": None}, {"client_secret": SECRET.encode()},
        {"client_secret": 5}, {"refresh_token": "r3fr3sh\n"}, {"access_token": "l34ked\ud800"},
        {"margin": "x"}, {"scopes": [1]}, {"extra": 5},
    ],
    ids=lambda settings: "-".join(settings),
)  # fmt: skip
def test_arguments_of_a_token_are_checked_and_not_shown(
    case: Case, settings: dict[str, Any]
) -> None:
    """Before the first call needs it."""
    given: dict[str, Any] = {
        "refresh_token": "r3fr3sh", "client_id": "me", "client_secret": SECRET,
        "access_token": "l34ked",
    }  # fmt: skip
    with pytest.raises((TypeError, ValueError)) as caught:
        case.package.RefreshToken(**given | settings)
    check_frames(case, caught.value)


def check_frames(case: Case, error: BaseException) -> None:
    """Check that no frame of the package has a secret among its variables."""
    folder = str(Path(str(case.package.__file__)).parent)
    shown = [one for one in own_frames(error, case.package) if one.startswith(folder)]
    assert not [one for one in SECRETS if one in "\n".join(shown)]


def test_a_token_that_expires_in_ten_thousand_years_is_kept(case: Case, mode: str) -> None:
    content = b'{"access_token": "t1", "expires_in": 1%b}' % (b"0" * 400)
    token = case.package.ClientCredentials("me", SECRET)
    server = Server(httpx.Response(200, content=content))
    assert run(case, mode, server, token, "weigh", "weigh") == [5, 5]
    assert server.log == ["token", "GET", "GET"]
