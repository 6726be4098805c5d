"""Security schemes: which secret is sent where, and that none is shown.

OAuth (RFC 6749) is in the case ``oauth``.
"""

from __future__ import annotations

import base64
import inspect
import json
import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from tests.support.answers import Answer, Pieces, Recorder, Reply, answering
from tests.support.generated_case import Case, own_frames


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
    assert case.sent(mode, "digest", digest=Signature()).headers["authorization"] == "Signature s1"

    ask = 'Digest realm="bank", nonce="n", qop="auth", algorithm=MD5'
    server = Recorder(answering(401, www_authenticate=ask), 204)
    with case.connect(server, mode, digest=httpx.DigestAuth("user", "password")) as client:
        client.digest()
    first, second = server.headers("authorization")
    assert first is None
    assert str(second).startswith('Digest username="user"')
    with pytest.raises(bank.errors.RequestError, match=r"httpx\.Auth is needed, not str"):
        case.sent(mode, "digest", digest="no")


def test_a_key_goes_out_beside_an_httpx_auth(case: Case, mode: str) -> None:
    request = case.sent(mode, "signed", digest=Signature(), x_hyphen_key="k1")
    assert request.headers["authorization"] == "Signature s1"
    assert request.headers["x-key"] == "k1"


def test_a_client_certificate_needs_nothing_in_the_request(case: Case, mode: str) -> None:
    bank = case.package
    assert "authorization" not in case.sent(mode, "certificate").headers
    assert case.sent(mode, "certified_key", x_hyphen_key="k1").headers["x-key"] == "k1"
    assert "certificate of yours" in str(bank.Sample.__doc__)


def test_an_optional_credential_is_sent_if_it_was_given(case: Case, mode: str) -> None:
    assert "x-key" not in case.sent(mode, "optional_first").headers
    assert case.sent(mode, "optional_first", x_hyphen_key="k1").headers["x-key"] == "k1"


def test_keys_with_one_wire_name_and_odd_argument_names(case: Case, mode: str) -> None:
    both = {"x_key": "preferred", "x_hyphen_key": "other"}
    assert case.sent(mode, "either", **both).headers["x-key"] == "preferred"
    assert case.sent(mode, "either", x_hyphen_key="other").headers["x-key"] == "other"
    three = {"headers_": "h1", "settings_": "s1", "token": "t1"}
    request = case.sent(mode, "three", **three, headers={"x-more": "m"})
    assert request.headers["x-headers"] == "h1"
    assert request.headers["cookie"] == "settings=s1"
    assert request.url.params["token"] == "t1"
    assert request.headers["x-more"] == "m"


def test_names_that_the_constructor_uses_itself(case: Case, mode: str) -> None:
    """Also with the setting of that name."""
    keys = {"credentials_": "c1", "follow_redirects_": "f1", "follow_redirects": True}
    headers = case.sent(mode, "reserved", **keys).headers
    assert (headers["x-credentials"], headers["x-follow"]) == ("c1", "f1")


def test_open_id_connect_takes_a_token(case: Case, mode: str) -> None:
    assert case.sent(mode, "identity", login_token="t1").headers["authorization"] == "Bearer t1"
    assert (
        case.sent(mode, "identity", login_token=Signature()).headers["authorization"].endswith("s1")
    )


def test_two_basic_schemes_stay_two(case: Case, mode: str) -> None:
    secrets = {"clerk": ("c", "1"), "guard": ("g", "2")}
    assert case.sent(mode, "basics", **secrets).headers["authorization"] == "Basic Yzox"
    assert case.sent(mode, "other_basics", **secrets).headers["authorization"] == "Basic Zzoy"


@pytest.mark.parametrize(
    "pair", [("a:b", "c"), ("a", "b\n"), ("a",), "ab", ("a", "b", "c"), ("a", 1), None, "\udc80"]
)
def test_what_is_no_user_and_password(case: Case, mode: str, pair: Any) -> None:
    bank = case.package
    with pytest.raises(bank.errors.RequestError):
        case.sent(mode, "basics", clerk=pair)


@pytest.mark.parametrize("key", ["", "a\r\nx: y", "a\0b", "\udc80", 7])
@pytest.mark.parametrize("name", ["headers_", "settings_", "token"])
def test_what_is_no_key(case: Case, mode: str, key: Any, name: str) -> None:
    bank = case.package
    keys = {"headers_": "h1", "settings_": "s1", "token": "t1", name: key}
    with pytest.raises(bank.errors.RequestError) as caught:
        case.sent(mode, "three", **keys)
    assert not key or str(key) not in str(caught.value)


def test_a_cookie_key_is_one_cookie(case: Case, mode: str) -> None:
    bank = case.package
    with pytest.raises(bank.errors.RequestError, match="semicolon"):
        case.sent(mode, "three", headers_="h1", settings_="s; admin=1", token="t1")


def test_what_no_cookie_can_hold(case: Case, mode: str) -> None:
    bank = case.package
    with pytest.raises(bank.errors.RequestError, match="the header cookie holds"):
        case.sent(mode, "three", headers_="h1", settings_="s\0", token="t1")


def test_a_key_is_no_httpx_auth(case: Case, mode: str) -> None:
    bank = case.package
    auths = {"digest": Signature(), "x_hyphen_key": Signature()}
    with pytest.raises(bank.errors.RequestError, match="X-Key must be text"):
        case.sent(mode, "signed", **auths)


@pytest.mark.parametrize("follows", [False, True])
def test_a_redirect_takes_no_secret_along(case: Case, mode: str, follows: bool) -> None:
    """Not even where the HTTP client that the caller gave follows redirects."""
    server = Recorder(answering(302, location="https://evil.example/"))
    kind = httpx.Client if mode == "sync" else httpx.AsyncClient
    http = kind(transport=httpx.MockTransport(server), follow_redirects=follows)
    with (
        case.connect(None, mode, login_token="t1", http_client=http) as client,
        pytest.raises(case.errors.ApiError),
    ):
        client.identity()
    assert server.request.url.host == "bank.example"


SECRETS: dict[str, dict[str, Any]] = {
    "digest": {"digest": httpx.BasicAuth("user", "s3cr3t")},
    "basics": {"clerk": ("user", "s3cr3t")},
    "identity": {"login_token": "s3cr3t"},
    "three": {"headers_": "s3cr3t-h", "settings_": "s3cr3t-c", "token": "s3cr3t-q"},
}


@pytest.mark.parametrize("method", SECRETS)
@pytest.mark.parametrize(
    "reply", [500, 206, httpx.ConnectError("refused")], ids=["500", "206", "refused"]
)
def test_no_error_log_repr_or_frame_shows_a_secret(
    case: Case, mode: str, method: str, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    bank = case.package
    caplog.set_level(logging.DEBUG)
    info = bank.ResponseInfo()
    client = case.connect(Recorder(reply), mode, **SECRETS[method])
    error = failure(client, method, bank.Options(response=info))
    shown = [str(error), repr(error), repr(error.__dict__), repr(client), repr(info), caplog.text]
    shown += own_frames(error, bank)
    assert "s3cr3t" not in "\n".join(shown)
    if method == "three" and isinstance(reply, int):
        assert "token=hidden" in caplog.text


def test_a_bad_header_of_one_call_shows_no_secret(case: Case, mode: str) -> None:
    bank = case.package
    client = case.connect(Recorder(), mode, **SECRETS["three"])
    error = failure(client, "three", bank.Options(headers={"x": "a\nb"}))
    assert isinstance(error, bank.errors.RequestError)
    assert "s3cr3t" not in "\n".join(own_frames(error, bank))


def failure(client: Any, method: str, options: Any) -> Exception:
    """Return what a call raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is
        getattr(client, method)(options=options)
    return caught.value


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
    server = answering(400, b"x" * 290 + f" {secret}".encode(), content_type="text/plain")
    client = case.connect(server, mode, **SECRETS[method])
    assert str(failure(client, method, None)).endswith("x ***")


@pytest.mark.parametrize("form", ["%73%33", "Basic", "password", "pair"])
def test_a_password_that_the_server_sends_back_is_masked(case: Case, mode: str, form: str) -> None:
    """In a URL, in the header, and as it is; a word of it in another word isn't."""
    pair = base64.b64encode(b"user:s3cr3t/pass").decode()
    text = {
        "%73%33": "s3cr3t%2Fpass",
        "Basic": pair.replace("=", "%3D"),
        "password": "s3cr3t/pass",
        "pair": json.dumps(pair),
    }[form]
    server = answering(400, f"no {text}".encode(), content_type="text/plain")
    client = case.connect(server, mode, clerk=("user", "s3cr3t/pass"))
    message = str(failure(client, "basics", None))
    assert message.rstrip('"').endswith(f"no {json.dumps('***')[:-1] if form == 'pair' else '***'}")


def test_the_secret_of_an_httpx_auth_is_masked(case: Case, mode: str) -> None:
    server = answering(400, b"not Signature s1", content_type="text/plain")
    client = case.connect(server, mode, digest=Signature(), x_hyphen_key="k1")
    assert str(failure(client, "signed", None)).endswith("not Signature ***")


def test_what_the_recorder_hides(case: Case, tmp_path: Path) -> None:
    """The keys of every security scheme, in the request and where the response repeats them."""
    testing = case.modules["testing"]
    echo = httpx.MockTransport(lambda request: httpx.Response(200, text=str(request.headers)))
    transport = testing.Recorder(tmp_path / "r", echo)
    secrets = {"X-Key": "k1-secret", "X-Headers": "k2-secret", "Cookie": "settings=k3-secret; a=b"}
    with httpx.Client(transport=transport) as client:
        client.get("https://bank.example/?token=k4-secret&a=b", headers=secrets)

    line = (tmp_path / "r").read_text("utf-8")
    assert "secret" not in line
    assert "/?token=***&a=b" in line
    assert "settings=***; a=b" in line


def test_a_positional_credential_is_refused(case: Case, mode: str) -> None:
    kind = case.package.Sample if mode == "sync" else case.package.AsyncSample
    with pytest.raises(TypeError, match="credentials are keyword arguments"):
        kind("s3cr3t")


def raising(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises an error, whatever it is called with."""

    def function(*_: Any, **__: Any) -> Any:
        raise error

    return function


def invalid() -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(int).validate_python("x")
    return caught.value


def broken(_: httpx.Request) -> httpx.Response:
    """Return a response whose body can't be read to its end."""
    stream = Pieces(raising(OSError("network"))() for _ in range(1))
    return httpx.Response(200, stream=stream)


def hooks(mode: str, event: str) -> dict[str, Any]:
    """Return the setting of an HTTP client whose hook fails."""

    async def hook(_: Any) -> None:
        raise RuntimeError("a hook of the caller")

    fails = raising(RuntimeError("a hook of the caller")) if mode == "sync" else hook
    kind = httpx.Client if mode == "sync" else httpx.AsyncClient
    transport = httpx.MockTransport(Recorder())
    return {"http_client": kind(transport=transport, event_hooks={event: [fails]})}


def impatient(case: Case) -> dict[str, Any]:
    """Return the setting of a policy that fails."""
    retry = type("Policy", (case.package.Retry,), {"wait": raising(ZeroDivisionError())})()
    return {"transport": httpx.MockTransport(Recorder(500)), "retry": retry}


def transport(answer: Answer) -> dict[str, Any]:
    return {"transport": httpx.MockTransport(answer)}


FAILURES: dict[str, Callable[[Case, str], dict[str, Any]]] = {
    "OSError": lambda *_: transport(raising(OSError("disk"))),
    "SSLError": lambda *_: transport(raising(ssl.SSLError("protocol"))),
    "ValidationError": lambda *_: transport(raising(invalid())),
    "UnicodeError": lambda *_: transport(raising(UnicodeError("address"))),
    "KeyboardInterrupt": lambda *_: transport(raising(KeyboardInterrupt())),
    "connection": lambda *_: transport(raising(httpx.ConnectError("refused"))),
    "body": lambda *_: transport(broken),
    "status": lambda *_: transport(Recorder(500)),
    "retry": lambda case, _: impatient(case),
    "request hook": lambda _, mode: hooks(mode, "request"),
    "response hook": lambda _, mode: hooks(mode, "response"),
    "another token": lambda *_: {"token": raising(OSError("no token"))},
    "an odd token": lambda *_: {"token": "s3cr3t\udc80", "clerk": ("s3cr3t", 1)},
    "time-out": lambda *_: {"timeout": "s3"},
    "positional": lambda *_: {"positional": "s3cr3t"},
}


@pytest.mark.parametrize("method", ["three", "basics"])
@pytest.mark.parametrize("name", FAILURES)
def test_no_frame_of_the_package_holds_a_secret(
    case: Case, mode: str, name: str, method: str
) -> None:
    """Whoever raises: the caller's transport, hook, token or policy, or a library."""
    keys = {key: value for one in SECRETS.values() for key, value in one.items()}
    settings = {**keys, "transport": None, **FAILURES[name](case, mode)}
    given = [settings.pop("positional")] if "positional" in settings else []
    if settings["transport"] is None and "http_client" not in settings:
        settings["transport"] = httpx.MockTransport(Recorder())
    caught: list[BaseException] = []
    try:
        with case.connect(None, mode, *given, **settings) as client:
            getattr(client, method)()
    except BaseException as error:  # noqa: BLE001 - whichever it is
        caught.append(error)
    assert caught or (name, method) == ("another token", "basics")
    frames = own_frames(caught[0], case.package) if caught else []
    folder = str(Path(str(case.package.__file__)).parent)
    assert "s3cr3t" not in "\n".join(one for one in frames if one.startswith(folder))
