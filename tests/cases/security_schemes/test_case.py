"""Security schemes: which secret is sent where, and that none is shown.

OAuth (RFC 6749) is in the case ``oauth``.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.support.both_clients import call, ours, sent
from tests.support.generated_case import Answer, Case


def argument(package: ModuleType, name: str) -> str:
    return str(inspect.signature(package.Sample.__init__).parameters[name].annotation)


class Signature(httpx.Auth):
    """An ``httpx.Auth`` as a caller writes one."""

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["authorization"] = "Signature s1"
        yield request


def test_a_scheme_that_only_an_httpx_auth_can_do(case: Case, mode: str) -> None:
    bank = case.package
    assert argument(bank, "digest") == "httpx.Auth | None"
    assert sent(bank, mode, "digest", digest=Signature()).headers["authorization"] == "Signature s1"

    challenges: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        challenges.append(request.headers.get("authorization"))
        if len(challenges) == 1:
            ask = 'Digest realm="bank", nonce="n", qop="auth", algorithm=MD5'
            return httpx.Response(401, headers={"www-authenticate": ask})
        return httpx.Response(204)

    call(bank, mode, "digest", answer, digest=httpx.DigestAuth("user", "password"))
    assert challenges[0] is None
    assert str(challenges[1]).startswith('Digest username="user"')
    with pytest.raises(bank.errors.RequestError, match=r"httpx\.Auth is needed, not str"):
        sent(bank, mode, "digest", digest="no")


def test_a_key_goes_out_beside_an_httpx_auth(case: Case, mode: str) -> None:
    bank = case.package
    request = sent(bank, mode, "signed", digest=Signature(), x_hyphen_key="k1")
    assert request.headers["authorization"] == "Signature s1"
    assert request.headers["x-key"] == "k1"


def test_a_client_certificate_needs_nothing_in_the_request(case: Case, mode: str) -> None:
    bank = case.package
    assert "authorization" not in sent(bank, mode, "certificate").headers
    assert sent(bank, mode, "certified_key", x_hyphen_key="k1").headers["x-key"] == "k1"
    assert "certificate of yours" in str(bank.Sample.__doc__)


def test_an_optional_credential_is_sent_if_it_was_given(case: Case, mode: str) -> None:
    bank = case.package
    assert "x-key" not in sent(bank, mode, "optional_first").headers
    assert sent(bank, mode, "optional_first", x_hyphen_key="k1").headers["x-key"] == "k1"


def test_keys_with_one_wire_name_and_odd_argument_names(case: Case, mode: str) -> None:
    bank = case.package
    both = {"x_key": "preferred", "x_hyphen_key": "other"}
    assert sent(bank, mode, "either", **both).headers["x-key"] == "preferred"
    assert sent(bank, mode, "either", x_hyphen_key="other").headers["x-key"] == "other"
    three = {"headers_": "h1", "settings_": "s1", "token_": "t1"}
    request = sent(bank, mode, "three", **three, headers={"x-more": "m"})
    assert request.headers["x-headers"] == "h1"
    assert request.headers["cookie"] == "settings=s1"
    assert request.url.params["token"] == "t1"
    assert request.headers["x-more"] == "m"


def test_open_id_connect_takes_a_token(case: Case, mode: str) -> None:
    bank = case.package
    assert sent(bank, mode, "identity", token="t1").headers["authorization"] == "Bearer t1"
    assert sent(bank, mode, "identity", token=Signature()).headers["authorization"].endswith("s1")


def test_two_basic_schemes_stay_two(case: Case, mode: str) -> None:
    bank = case.package
    secrets = {"clerk": ("c", "1"), "guard": ("g", "2")}
    assert sent(bank, mode, "basics", **secrets).headers["authorization"] == "Basic Yzox"
    assert sent(bank, mode, "other_basics", **secrets).headers["authorization"] == "Basic Zzoy"


@pytest.mark.parametrize(
    "pair", [("a:b", "c"), ("a", "b\n"), ("a",), "ab", ("a", "b", "c"), ("a", 1), None, "\udc80"]
)
def test_what_is_no_user_and_password(case: Case, mode: str, pair: Any) -> None:
    bank = case.package
    with pytest.raises(bank.errors.RequestError):
        sent(bank, mode, "basics", clerk=pair)


@pytest.mark.parametrize("key", ["", "a\r\nx: y", "a\0b", "\udc80", 7])
@pytest.mark.parametrize("name", ["headers_", "settings_", "token_"])
def test_what_is_no_key(case: Case, mode: str, key: Any, name: str) -> None:
    bank = case.package
    keys = {"headers_": "h1", "settings_": "s1", "token_": "t1", name: key}
    with pytest.raises(bank.errors.RequestError) as caught:
        sent(bank, mode, "three", **keys)
    assert not key or str(key) not in str(caught.value)


def test_a_cookie_key_is_one_cookie(case: Case, mode: str) -> None:
    bank = case.package
    with pytest.raises(bank.errors.RequestError, match="semicolon"):
        sent(bank, mode, "three", headers_="h1", settings_="s; admin=1", token_="t1")


def test_what_no_cookie_can_hold(case: Case, mode: str) -> None:
    bank = case.package
    with pytest.raises(bank.errors.RequestError, match="the header cookie holds"):
        sent(bank, mode, "three", headers_="h1", settings_="s\0", token_="t1")


def test_a_key_is_no_httpx_auth(case: Case, mode: str) -> None:
    bank = case.package
    auths = {"digest": Signature(), "x_hyphen_key": Signature()}
    with pytest.raises(bank.errors.RequestError, match="X-Key must be text"):
        sent(bank, mode, "signed", **auths)


@pytest.mark.parametrize("follows", [False, True])
def test_a_redirect_takes_no_secret_along(case: Case, mode: str, follows: bool) -> None:
    """Not even where the HTTP client that the caller gave follows redirects."""
    bank = case.package
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"location": "https://evil.example/"})

    kind = httpx.Client if mode == "sync" else httpx.AsyncClient
    http: Any = kind(transport=httpx.MockTransport(answer), follow_redirects=follows)
    with pytest.raises(bank.errors.ApiError):
        call(bank, mode, "identity", answer, token="t1", http_client=http)
    assert [r.url.host for r in seen] == ["bank.example"]


SECRETS: dict[str, dict[str, Any]] = {
    "digest": {"digest": httpx.BasicAuth("user", "s3cr3t")},
    "basics": {"clerk": ("user", "s3cr3t")},
    "identity": {"token": "s3cr3t"},
    "three": {"headers_": "s3cr3t-h", "settings_": "s3cr3t-c", "token_": "s3cr3t-q"},
}


def refusing(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize("method", SECRETS)
@pytest.mark.parametrize(
    "answer", [lambda _: httpx.Response(500), lambda _: httpx.Response(299), refusing]
)
def test_no_error_log_repr_or_frame_shows_a_secret(
    case: Case, mode: str, method: str, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    bank = case.package
    caplog.set_level(logging.DEBUG)
    info = bank.ResponseInfo()
    kind = bank.Sample if mode == "sync" else bank.AsyncSample
    client = kind(
        transport=httpx.MockTransport(answer), retry=bank.Retry(attempts=1), **SECRETS[method]
    )
    error = failure(client, mode, method, bank.Options(response=info))
    shown = [str(error), repr(error), repr(error.__dict__), repr(client), repr(info), caplog.text]
    shown += ours(error, bank)
    assert "s3cr3t" not in "\n".join(shown)
    if method == "three" and answer is not refusing:
        assert "token=hidden" in caplog.text


def test_a_bad_header_of_one_call_shows_no_secret(case: Case, mode: str) -> None:
    bank = case.package
    kind = bank.Sample if mode == "sync" else bank.AsyncSample
    client = kind(transport=httpx.MockTransport(refusing), **SECRETS["three"])
    error = failure(client, mode, "three", bank.Options(headers={"x": "a\nb"}))
    assert isinstance(error, bank.errors.RequestError)
    assert "s3cr3t" not in "\n".join(ours(error, bank))


def failure(client: Any, mode: str, method: str, options: Any) -> BaseException:
    """What a call raises."""
    try:
        result = getattr(client, method)(options=options)
        if mode == "async":
            asyncio.run(result)
    except Exception as error:  # noqa: BLE001 - whichever it is
        return error
    raise AssertionError("no error")


@pytest.mark.parametrize(
    ("method", "secret"),
    [
        ("identity", "s3cr3t"), ("basics", "s3cr3t"),
        ("three", "s3cr3t-h"), ("three", "s3cr3t-c"), ("three", "s3cr3t-q"),
    ],
)  # fmt: skip
def test_a_secret_that_the_server_sends_back_is_masked(
    case: Case, mode: str, method: str, secret: str
) -> None:
    """Before the text is cut, which could leave a part of it."""
    bank = case.package
    kind = bank.Sample if mode == "sync" else bank.AsyncSample
    answer = httpx.Response(400, text="x" * 290 + f" {secret}")
    client = kind(transport=httpx.MockTransport(lambda _: answer), **SECRETS[method])
    error = failure(client, mode, method, None)
    assert str(error).endswith("x ***")


def test_what_the_recorder_hides(case: Case, tmp_path: Path) -> None:
    """The keys of every security scheme, in the request and where the response repeats them."""
    testing = importlib.import_module(f"{case.package.__name__}.testing")
    transport = testing.Recorder(
        tmp_path / "r", httpx.MockTransport(lambda one: httpx.Response(200, text=str(one.headers)))
    )
    secrets = {"X-Key": "k1-secret", "X-Headers": "k2-secret", "Cookie": "settings=k3-secret; a=b"}
    with httpx.Client(transport=transport) as client:
        client.get("https://bank.example/?token=k4-secret&a=b", headers=secrets)

    line = (tmp_path / "r").read_text("utf-8")
    assert "secret" not in line
    assert "/?token=***&a=b" in line
    assert "settings=***; a=b" in line
