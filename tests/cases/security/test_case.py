"""Secrets and servers: what a generated client shows to whom, and what it keeps to itself.

Each test generates from a description of ``tests/cases`` and runs both clients over a scripted
transport. OAuth (RFC 6749) has its own module, ``test_oauth.py``.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.support.cases import generate_case, package_of
from tests.support.command_line import speclock

Load = Callable[[str], ModuleType]
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("security")


@pytest.fixture
def load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Generates the package of a topic, once, and imports it."""

    def imported(topic: str) -> ModuleType:
        if not (folder / package_of(topic)).is_dir():
            assert generate_case(topic, folder).code == 0
        monkeypatch.syspath_prepend(folder)
        package = importlib.import_module(package_of(topic))
        importlib.import_module(f"{package.__name__}.errors")
        return package

    return imported


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def call(package: ModuleType, mode: str, method: str, answer: Answer, **settings: Any) -> Any:
    """One call without arguments, of a client that is made for it."""
    settings = {"retry": package.Retry(attempts=1), **settings}
    if "http_client" not in settings:
        settings["transport"] = httpx.MockTransport(answer)
    if mode == "sync":
        with package.Sample(**settings) as client:
            return getattr(client, method)()

    async def run() -> Any:
        async with package.AsyncSample(**settings) as client:
            return await getattr(client, method)()

    return asyncio.run(run())


def sent(package: ModuleType, mode: str, method: str, **settings: Any) -> httpx.Request:
    """The one request of a call."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    call(package, mode, method, answer, **settings)
    (request,) = seen
    return request


def argument(package: ModuleType, name: str) -> str:
    return str(inspect.signature(package.Sample.__init__).parameters[name].annotation)


class Signature(httpx.Auth):
    """An ``httpx.Auth`` as a caller writes one."""

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["authorization"] = "Signature s1"
        yield request


# ── schemes ──────────────────────────────────────────────────────────────────────────────────────


def test_a_scheme_that_only_an_httpx_auth_can_do(load: Load, mode: str) -> None:
    bank = load("security_schemes")
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


def test_a_key_goes_out_beside_an_httpx_auth(load: Load, mode: str) -> None:
    bank = load("security_schemes")
    request = sent(bank, mode, "signed", digest=Signature(), x_key_a70bef="k1")
    assert request.headers["authorization"] == "Signature s1"
    assert request.headers["x-key"] == "k1"


def test_a_client_certificate_needs_nothing_in_the_request(load: Load, mode: str) -> None:
    bank = load("security_schemes")
    assert "authorization" not in sent(bank, mode, "certificate").headers
    assert sent(bank, mode, "certified_key", x_key_a70bef="k1").headers["x-key"] == "k1"
    assert "certificate of yours" in str(bank.Sample.__doc__)


def test_an_optional_credential_is_sent_if_it_was_given(load: Load, mode: str) -> None:
    bank = load("security_schemes")
    assert "x-key" not in sent(bank, mode, "optional_first").headers
    assert sent(bank, mode, "optional_first", x_key_a70bef="k1").headers["x-key"] == "k1"


def test_keys_with_one_wire_name_and_odd_argument_names(load: Load, mode: str) -> None:
    bank = load("security_schemes")
    both = {"x_key": "preferred", "x_key_a70bef": "other"}
    assert sent(bank, mode, "either", **both).headers["x-key"] == "preferred"
    assert sent(bank, mode, "either", x_key_a70bef="other").headers["x-key"] == "other"
    three = {"headers_": "h1", "settings_": "s1", "token_": "t1"}
    request = sent(bank, mode, "three", **three, headers={"x-more": "m"})
    assert request.headers["x-headers"] == "h1"
    assert request.headers["cookie"] == "settings=s1"
    assert request.url.params["token"] == "t1"
    assert request.headers["x-more"] == "m"


def test_open_id_connect_takes_a_token(load: Load, mode: str) -> None:
    bank = load("security_schemes")
    assert sent(bank, mode, "identity", token="t1").headers["authorization"] == "Bearer t1"
    assert sent(bank, mode, "identity", token=Signature()).headers["authorization"].endswith("s1")


def test_two_basic_schemes_stay_two(load: Load, mode: str) -> None:
    bank = load("security_schemes")
    secrets = {"clerk": ("c", "1"), "guard": ("g", "2")}
    assert sent(bank, mode, "basics", **secrets).headers["authorization"] == "Basic Yzox"
    assert sent(bank, mode, "other_basics", **secrets).headers["authorization"] == "Basic Zzoy"


@pytest.mark.parametrize(
    "pair", [("a:b", "c"), ("a", "b\n"), ("a",), "ab", ("a", "b", "c"), ("a", 1), None, "\udc80"]
)
def test_what_is_no_user_and_password(load: Load, mode: str, pair: Any) -> None:
    bank = load("security_schemes")
    with pytest.raises(bank.errors.RequestError):
        sent(bank, mode, "basics", clerk=pair)


@pytest.mark.parametrize("key", ["", "a\r\nx: y", "a\0b", "\udc80", 7])
@pytest.mark.parametrize("name", ["headers_", "settings_", "token_"])
def test_what_is_no_key(load: Load, mode: str, key: Any, name: str) -> None:
    bank = load("security_schemes")
    keys = {"headers_": "h1", "settings_": "s1", "token_": "t1", name: key}
    with pytest.raises(bank.errors.RequestError) as caught:
        sent(bank, mode, "three", **keys)
    assert not key or str(key) not in str(caught.value)


def test_a_cookie_key_is_one_cookie(load: Load, mode: str) -> None:
    bank = load("security_schemes")
    with pytest.raises(bank.errors.RequestError, match="semicolon"):
        sent(bank, mode, "three", headers_="h1", settings_="s; admin=1", token_="t1")


# ── several tokens ───────────────────────────────────────────────────────────────────────────────


def test_tokens_of_different_meaning_stay_apart(load: Load, mode: str) -> None:
    ads = load("security_tokens")
    tokens = {"user_token": "u", "app_token": "a", "event_token": "e"}
    for method, token in (("mine", "u"), ("ours", "a"), ("events", "e")):
        header = sent(ads, mode, method, **tokens).headers["authorization"]
        assert header == f"Bearer {token}"
    assert sent(ads, mode, "ours", user_token="u").headers["authorization"] == "Bearer u"
    with pytest.raises(ads.errors.RequestError, match="app_token or user_token; give it to"):
        sent(ads, mode, "ours", event_token="e")


def test_tokens_that_stand_for_each_other_are_one(load: Load, mode: str) -> None:
    """Those that every operation takes alternatively, and those that share the header."""
    ads = load("security_tokens")
    names = [n for n in inspect.signature(ads.Sample.__init__).parameters if n.endswith("token")]
    assert names == ["app_token", "event_token", "four_token", "one_token", "user_token"]
    for method in ("shared", "shared_too"):
        assert sent(ads, mode, method, one_token="1").headers["authorization"] == "Bearer 1"
    assert sent(ads, mode, "both", four_token="4").headers["authorization"] == "Bearer 4"


def test_a_key_is_no_httpx_auth(load: Load, mode: str) -> None:
    bank = load("security_schemes")
    auths = {"digest": Signature(), "x_key_a70bef": Signature()}
    with pytest.raises(bank.errors.RequestError, match="X-Key must be text"):
        sent(bank, mode, "signed", **auths)


# ── servers ──────────────────────────────────────────────────────────────────────────────────────


def test_each_operation_goes_to_its_server(load: Load, mode: str) -> None:
    post = load("servers")
    wanted = {
        "letters": "https://eu.post.example:8443/v1/letters",
        "parcels": "https://parcels.example/v2/parcels",
        "send": "https://eu.post.example:8443/upload/parcels",
        "about": "https://eu.post.example:8443/about",
        "same": "https://eu.post.example:8443/v1/same",
    }
    assert {m: str(sent(post, mode, m, key="k").url) for m in wanted} == wanted
    assert "region=eu (or us)" in str(post.Sample.__doc__)


def test_a_base_url_of_the_callers_stands_for_every_server(load: Load, mode: str) -> None:
    """So what is secret goes to the caller's address alone."""
    post = load("servers")
    wanted = {
        "letters": "https://proxy.example/post/letters",
        "parcels": "https://proxy.example/post/parcels",
        "send": "https://proxy.example/upload/parcels",
        "about": "https://proxy.example/about",
    }
    found = {
        m: sent(post, mode, m, key="k", base_url="https://proxy.example/post/") for m in wanted
    }
    assert {m: str(r.url) for m, r in found.items()} == wanted


def test_a_relative_server_is_added_to_an_address_without_a_path(load: Load, mode: str) -> None:
    post = load("servers_relative")
    with pytest.raises(TypeError, match="base_url"):
        post.Sample()
    for base, wanted in (
        ("https://h.example", "https://h.example/api/v3/letters"),
        ("https://h.example/", "https://h.example/api/v3/letters"),
        ("https://h.example/elsewhere", "https://h.example/elsewhere/letters"),
    ):
        assert str(sent(post, mode, "letters", base_url=base).url) == wanted
        upload = sent(post, mode, "uploads", base_url=base)
        assert str(upload.url) == "https://h.example/upload/uploads"


def test_an_absolute_server_needs_no_base_url(load: Load, mode: str) -> None:
    relative, own = load("servers_relative"), load("servers_of_operations")
    request = sent(relative, mode, "parcels", base_url="https://h.example", token="t")
    assert str(request.url) == "https://parcels.example/parcels"
    assert str(sent(own, mode, "letters").url) == "https://letters.example/v1/letters"
    assert str(sent(own, mode, "parcels", token="t").url) == "https://parcels.example/parcels"
    assert str(sent(own, mode, "stamps", token="t").url) == "https://letters.example/v1/stamps"


@pytest.mark.parametrize(
    ("url", "warning"),
    [
        ("http://api.example", "'http://api.example' is plain http"),
        ("HTTPS://api.example", ""),
        ("http://127.0.0.1:8080/v1", ""),
        ("http://localhost", ""),
        ("http://localhost.evil.example", "is plain http"),
        ("/v1", ""),
        ("", ""),
    ],
)
def test_plain_http_is_warned_of(tmp_path: Path, url: str, warning: str) -> None:
    """And so is a server that isn't used, where it makes no sense."""
    others = [{"url": "wss://sandbox.example"}, {"url": "https://sandbox.example"}]
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": url}, *others],
        "paths": {"/": {"get": {"operationId": "a", "responses": {"204": {"description": "."}}}}},
    }
    (tmp_path / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    found = speclock(tmp_path, "generate", "--spec", "spec.json", "--package", "p", "--output", "o")
    assert found.code == 0
    assert warning in found.err
    assert ("plain http" in found.err) is bool(warning)
    assert "'wss://sandbox.example' is neither http nor https" in found.err


@pytest.mark.parametrize("follows", [False, True])
def test_a_redirect_takes_no_secret_along(load: Load, mode: str, follows: bool) -> None:
    """Not even where the HTTP client that the caller gave follows redirects."""
    bank = load("security_schemes")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"location": "https://evil.example/"})

    kind = httpx.Client if mode == "sync" else httpx.AsyncClient
    http: Any = kind(transport=httpx.MockTransport(answer), follow_redirects=follows)
    with pytest.raises(bank.errors.ApiError):
        call(bank, mode, "identity", answer, token="t1", http_client=http)
    assert [r.url.host for r in seen] == ["bank.example"]


# ── what stays hidden ────────────────────────────────────────────────────────────────────────────

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
    load: Load, mode: str, method: str, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    bank = load("security_schemes")
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


def test_a_bad_header_of_one_call_shows_no_secret(load: Load, mode: str) -> None:
    bank = load("security_schemes")
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


def ours(error: BaseException, package: ModuleType) -> list[str]:
    """Each of the package's own frames in a traceback and its causes, with what it holds."""
    shown: list[str] = []
    found: BaseException | None = error
    while found is not None:
        for frame, line in traceback.walk_tb(found.__traceback__):
            if str(Path(str(package.__file__)).parent) in frame.f_code.co_filename:
                shown.append(f"{frame.f_code.co_name}:{line} {frame.f_locals!r}")
        found = found.__cause__ or found.__context__
    assert shown
    return shown
