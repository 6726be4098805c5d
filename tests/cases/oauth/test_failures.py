"""Token endpoints that refuse, and URLs that no secret is sent to."""

from __future__ import annotations

import copy
import importlib
import logging
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from tests.cases.oauth.authorization_server import SECRET, TOKEN_URL, Server, run
from tests.support.both_clients import Load


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
     "https://", "https://[::no", "javascript:alert(1)", "http://127.evil.example/t",
     "http://127.0.0.1.evil.example/t", "http://localhost.evil.example/t", "http://[::2]/t"],
)  # fmt: skip
def test_a_token_url_that_no_secret_goes_to(mill: ModuleType, mode: str, url: str) -> None:
    kind = mill.Sample if mode == "sync" else mill.AsyncSample
    with pytest.raises(ValueError, match=r"URL|https") as caught:
        kind(token=mill.ClientCredentials("me", SECRET, token_url=url))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8"])
def test_plain_http_on_this_machine(mill: ModuleType, host: str) -> None:
    mill.Sample(token=mill.ClientCredentials("me", SECRET, token_url=f"http://{host}/t"))


def test_no_token_url_at_all(mill: ModuleType) -> None:
    """Outside a client nothing tells the URL that the description has."""
    server = Server()
    token = mill.ClientCredentials("me", SECRET)
    with (
        httpx.Client(transport=httpx.MockTransport(server), auth=token) as http,
        pytest.raises(ValueError, match=r"ClientCredentials needs token_url=…"),
    ):
        http.get("https://mill.example/flour")
    assert server.log == []


def test_an_error_in_a_success_is_not_the_servers_reason(mill: ModuleType, mode: str) -> None:
    server = Server(httpx.Response(200, json={"error": "odd"}))
    with pytest.raises(mill.errors.AuthError, match="holds no access_token") as caught:
        run(mill, mode, server, mill.ClientCredentials("me", SECRET), "weigh")
    assert (caught.value.method, caught.value.url) == ("POST", TOKEN_URL)
    assert caught.value.code == ""
    assert "odd" not in str(caught.value)


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
