"""The recorder: what is recorded of an exchange, and what is left out."""

from __future__ import annotations

import base64
import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pinterest_audiences
import pytest
from pinterest_audiences import NO_CREDENTIALS, Pinterest
from pinterest_audiences.errors import ApiError, TransportError
from pinterest_audiences.testing import Fake, Fault

from generator.project.services.comparison.recording import recorder, runtime_of
from tests.client.conftest import TOKEN, make_body
from tests.support.answers import Pieces, answering
from tests.support.answers import Recorder as Server
from tests.support.clients import connect
from tests.support.spellings import spellings

OK = {"id": "7", "name": "A", "ad_account_id": "1"}
KEYS = [("header", "X-Key"), ("query", "api key"), ("cookie", "sid")]
NAMES = {"header": {"X-Key"}, "query": {"api key"}, "cookie": {"sid"}, "body": ()}
RUNTIME: Any = runtime_of(pinterest_audiences)


def record(path: Path, transport: Any) -> Any:
    """Return a recording transport of the seed's client."""
    return recorder(path, pinterest_audiences, transport)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def call(mode: str, transport: Any, token: Any = TOKEN) -> None:
    with connect(pinterest_audiences, mode, None, token, transport=transport) as client:
        client.audiences.create("1", make_body())


def recorded(path: Path, response: httpx.Response, **request: Any) -> dict[str, Any]:
    """Return what is recorded of a request and the response to it."""
    transport = RUNTIME.RecordingTransport(path, httpx.MockTransport(lambda _: response), KEYS)
    with httpx.Client(transport=transport) as client:
        client.request("POST", **{"url": "https://api.example/", **request})
    return lines(path)[-1]


@pytest.mark.parametrize("is_streamed", [False, True])
def test_an_exchange_is_a_line(tmp_path: Path, mode: str, is_streamed: bool) -> None:
    content = json.dumps({**OK, "echo": f"Bearer {TOKEN}"}).encode()
    packed = gzip.compress(content)
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    more: dict[str, Any] = {"content": packed}
    if is_streamed:
        more = {"stream": Pieces([packed[:9], packed[9:]])}
    server = httpx.MockTransport(lambda _: httpx.Response(201, headers=headers, **more))
    path = tmp_path / "recording.ndjson"

    call(mode, record(path, server))
    call(mode, record(path, server), NO_CREDENTIALS)

    assert path.stat().st_mode & 0o777 == 0o600
    first, second = lines(path)
    assert list(first) == ["speclock_recording", "time", "operation", "request", "response"]
    assert first["speclock_recording"] == 1
    assert first["time"].endswith("Z")
    assert first["operation"] == "audiences.create"
    assert first["request"]["method"] == "POST"
    assert first["request"]["url"].endswith("/ad_accounts/1/audiences")
    assert ["authorization", "***"] in first["request"]["headers"]
    assert json.loads(first["request"]["body"])["name"] == make_body().name
    assert first["response"]["status"] == 201
    assert ["content-encoding", "gzip"] in first["response"]["headers"]
    assert json.loads(first["response"]["body"]) == {**OK, "echo": "Bearer ***"}
    assert TOKEN not in path.read_text("utf-8").splitlines()[0]
    assert "authorization" not in dict(second["request"]["headers"])
    assert {"base64", "truncated"}.isdisjoint({*first["request"], *first["response"]})


@pytest.mark.parametrize(
    ("request_", "secret"),
    [
        ({"headers": {"Authorization": "Bearer s3cr/et"}}, "s3cr/et"),
        ({"headers": {"X-KEY": "s3cr/et"}}, "s3cr/et"),
        ({"params": {"api key": "s3cr/et", "q": "1"}}, "s3cr/et"),
        ({"headers": {"Cookie": "theme=dark; sid=s3cr/et"}}, "s3cr/et"),
        ({"auth": ("user", "s3cr/et")}, "s3cr/et"),
        ({"auth": ("user", "s3cr/et")}, base64.b64encode(b"user:s3cr/et").decode()),
    ],
)
def test_secrets_are_left_out(tmp_path: Path, request_: dict[str, Any], secret: str) -> None:
    """Also where the server repeats them, in any of the usual spellings."""
    escaped = secret.replace("/", "%2F")
    response = httpx.Response(
        200,
        headers={"Set-Cookie": "sid=other", "X-Echo": secret, "Location": f"/?k={escaped}"},
        stream=Pieces([f"a {secret} b {escaped}".encode()]),
    )
    line = recorded(tmp_path / "r", response, json={"echo": secret}, **request_)

    assert line["response"]["body"] == "a *** b ***"
    assert ["set-cookie", "***"] in line["response"]["headers"]
    assert "theme=dark" not in json.dumps(line)
    assert secret not in json.dumps(line)
    assert escaped not in json.dumps(line)


SPELLED = "s3cr/et+\"<\u00e9'& \U0001f600"
SPELLINGS = spellings(SPELLED)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_secrets_are_left_out_however_they_are_escaped(tmp_path: Path, spelling: str) -> None:
    """Also the beginning of one where the body is cut."""
    text = SPELLINGS[spelling]
    echo = {"X-Echo": quote(text)} if spelling.isascii() and text.isascii() else {}
    line = recorded(
        tmp_path / "r",
        httpx.Response(200, headers=echo, stream=Pieces([f"a {text}".encode()])),
        headers={"X-Key": SPELLED.encode()},
    )
    body = line["response"]["body"]
    assert "***" in body
    assert len(body.replace("***", "")) <= len("a YWJjOn***A6eA=="), body
    assert all("***" in value for name, value in line["response"]["headers"] if name == "x-echo")
    mask = RUNTIME._ExchangeMask(
        httpx.Request("GET", "https://a", headers={b"X-Key": SPELLED.encode()}), NAMES
    )
    for length in range(6, len(text.encode())):
        cut = RUNTIME._Body(httpx.ByteStream(b""), "", lambda: None)
        cut.note(f"a {text}".encode()[: 2 + length])
        assert len(mask.body(cut, httpx.Headers())["body"]) <= 2 + 14, length


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [b"\\", b"%25", b"%", b"&amp;", b"&", b"/s3cr", b"&a", b'\\"', b'name="x"\n', b'"":'],
)
def test_masks_cost_little(content: bytes) -> None:
    request = httpx.Request("GET", "https://a", headers={"X-Key": "/s3cr%&\\"})
    body = RUNTIME._Body(httpx.ByteStream(b""), "", lambda: None)
    body.note(content * (2**20 // len(content)))
    began = time.process_time()
    RUNTIME._ExchangeMask(request, NAMES).body(body, httpx.Headers())
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(204), {"body": None}),
        (httpx.Response(200, content=b"\xff"), {"body": "/w==", "base64": True}),
        (httpx.Response(200, stream=Pieces([b"a" * 2**20])), {"body": "a" * 2**20}),
        (
            httpx.Response(200, stream=Pieces([b"a" * (2**20 - 3), b"s3cr", b"et"])),
            {"body": "a" * (2**20 - 3), "truncated": True},
        ),
    ],
    ids=["empty", "bytes", "1 MiB", "more"],
)
def test_bodies(tmp_path: Path, response: httpx.Response, expected: dict[str, Any]) -> None:
    line = recorded(tmp_path / "r", response, headers={"Authorization": "Bearer s3cret-key"})
    del line["response"]["status"], line["response"]["headers"]
    assert line["response"] == expected


def test_damage_and_bodies_that_are_not_read_to_their_end(tmp_path: Path) -> None:
    server = Server(
        answering(200, b"no gzip", content_encoding="gzip"),
        lambda _: httpx.Response(200, stream=Pieces([b"a", b"b"])),
    )
    path = tmp_path / "r"
    with httpx.Client(transport=record(path, httpx.MockTransport(server))) as client:
        with client.stream("GET", "https://api.example/damaged") as response:
            assert [*response.iter_raw()] == [b"no gzip"]
        with client.stream("GET", "https://api.example/long") as response:
            assert next(response.iter_raw()) == b"a"
            assert not path.read_text("utf-8").count("/long")
    damaged, long = (line["response"] for line in lines(path))
    assert (damaged["body"], damaged["truncated"]) == (None, True)
    assert (long["body"], long["truncated"]) == ("a", True)


def test_bodies_that_are_read_while_they_are_sent(tmp_path: Path) -> None:
    line = recorded(tmp_path / "r", httpx.Response(200), content=iter([b"a", b"b"]))
    assert line["request"]["body"] == "ab"


def test_only_exchanges_with_a_response_are_recorded(tmp_path: Path) -> None:
    fake, path = Fake(), tmp_path / "r"
    fake.audiences_create.answers(Fault.REFUSED)
    with pytest.raises(TransportError):
        call("sync", record(path, fake))
    assert not path.read_bytes()


def test_a_request_for_a_token_is_not_recorded(tmp_path: Path) -> None:
    path = tmp_path / "r"
    transport = record(path, httpx.MockTransport(answering(200)))
    with httpx.Client(transport=transport) as client:
        request = client.build_request("POST", "https://api.example/token", data={"secret": "x"})
        request.extensions["token_url"] = "https://api.example/token"
        client.send(request)
    assert not path.read_bytes()


@pytest.mark.slow
def test_threads_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "r"
    with Pinterest(TOKEN, transport=record(path, Fake())) as client:

        def one(index: int) -> None:
            client.audiences.create(str(index), make_body())

        with ThreadPoolExecutor(8) as pool:
            [*pool.map(one, range(1000))]
    urls = {line["request"]["url"] for line in lines(path)}
    assert len(urls) == len(lines(path)) == 1000


def test_an_error_of_writing_is_the_caller_s(tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(OSError, match="directory"):
        call("sync", record(tmp_path, Fake()))
    monkeypatch.setattr("os.write", lambda _, data: len(data) - 1)
    with pytest.raises(OSError, match="wasn't written as a whole"):
        call("sync", record(tmp_path / "r", Fake()))


def test_errors_are_recorded_too(tmp_path: Path) -> None:
    server = httpx.MockTransport(answering(400, {"message": "no"}))
    with pytest.raises(ApiError):
        call("sync", record(tmp_path / "r", server))
    assert lines(tmp_path / "r")[0]["response"]["status"] == 400
