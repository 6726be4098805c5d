"""The fake server that a package has for the tests of its users."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from pinterest_audiences import Pinterest, errors, testing
from pinterest_audiences._runtime.fake import FakeTransport
from pinterest_audiences._runtime.json import Json
from pinterest_audiences._runtime.operation import Operation
from pinterest_audiences._runtime.responses import ResponseReader
from pinterest_audiences.client import API_FACTS
from pinterest_audiences.models import Audience, AudienceCreateRequest, AudienceRule
from pinterest_audiences.testing import Fake, Fault, Refused, Reply

from tests.client.conftest import GOOD, OFF, Caller
from tests.support.clients import Blocking

BASE_URL = "https://api.pinterest.com/v5"
URL = f"{BASE_URL}/ad_accounts/1/audiences"


def send(mode: str, fake: Fake, content: bytes, method: str = "POST", url: str = URL) -> Any:
    """Send a body that no model has checked, in pieces by the asynchronous client."""
    headers = {"content-type": "application/json; charset=utf-8"}
    if mode == "sync":
        with httpx.Client(transport=fake) as client:
            return client.request(method, url, headers=headers, content=content)

    async def pieces() -> Any:
        yield content

    with Blocking(httpx.AsyncClient(transport=fake)) as blocking:
        return blocking.request(method, url, headers=headers, content=pieces())


def test_it_answers_with_the_example_and_keeps_the_request(caller: Caller) -> None:
    fake = Fake()
    body = AudienceCreateRequest(**GOOD)

    audience = caller.create(BASE_URL, body, transport=fake, headers={"x-extra": "1"})

    assert (audience.id, audience.audience_type) == ("2542620333444", "CUSTOMER_LIST")
    (received,) = fake.audiences_create.calls
    assert received.path == {"ad_account_id": "1"}
    assert received.query == {}
    assert received.headers["x-extra"] == "1"
    assert type(received.body) is AudienceCreateRequest
    assert received.body == body
    assert received.body.model_fields_set == body.model_fields_set


def test_it_answers_in_turn(caller: Caller) -> None:
    """With faults, replies and results; the last one is repeated."""
    fake = Fake()
    faults = {
        Fault.TIMEOUT: (httpx.ReadTimeout, True),
        Fault.DROPPED: (httpx.ReadError, True),
        Fault.REFUSED: (httpx.ConnectError, False),
    }
    assert set(faults) == set(Fault)
    result = Audience.model_validate({"id": "7", "new": 1})
    fake.audiences_create.answers(*faults, Reply(418, "a teapot", {"X-Kind": "pot"}), result)

    for fault, (cause, reached) in faults.items():
        with pytest.raises(errors.TransportError, match=fault.value) as failed:
            create(caller, fake)
        assert type(failed.value.__cause__) is cause
        assert failed.value.may_have_reached_server is reached
    with pytest.raises(errors.ApiError) as caught:
        create(caller, fake)
    assert (caught.value.status_code, caught.value.body) == (418, b"a teapot")
    assert caught.value.headers["x-kind"] == "pot"
    assert [create(caller, fake), create(caller, fake)] == [result, result]
    assert len(fake.audiences_create.calls) == 6
    response = fake.audiences_create.reply(httpx.Request("POST", URL))
    assert response.headers["content-type"] == "application/json"


def create(caller: Caller, fake: Fake) -> Audience:
    return caller.create(BASE_URL, transport=fake, retry=OFF)


@pytest.mark.parametrize(
    ("reply", "content", "media_type"),
    [
        (Reply(201, {"a": [1, None]}), b'{"a":[1,null]}', "application/json"),
        (Reply(200, AudienceRule(pin_id=["1"])), b'{"pin_id":["1"]}', "application/json"),
        (Reply(200, [], {"Content-Type": "application/x-odd"}), b"[]", "application/x-odd"),
        (Reply(200, "a", {"Content-Type": "application/json"}), b'"a"', "application/json"),
        (Reply(200, None, {"Content-Type": "a/b", "X": "1"}), b"", "a/b"),
        (Reply(200, None, {"content-type": "text/json"}), b"null", "text/json"),
        (Reply(200, "a", {"content-type": "application/stream+json"}), b"a", None),
        (Reply(200, "a"), b"a", None),
        (Reply(200, b"\xff"), b"\xff", None),
        (Reply(204), b"", None),
    ],
    ids=repr,
)
def test_replies(reply: Reply, content: bytes, media_type: str | None) -> None:
    response = reply.response()

    assert response.status_code == reply.status_code
    assert response.content == content
    if media_type:
        assert response.headers["content-type"] == media_type


def test_an_unknown_operation_is_refused(mode: str) -> None:
    """The message lists those that there are; an assertion fails in the caller's test."""
    for method, url in (("PURGE", URL), ("POST", f"{BASE_URL}/other"), ("POST", f"{URL}/2")):
        with pytest.raises(Refused, match=f"no operation for {method} .*; the API has: POST /ad"):
            send(mode, Fake(), b"{}", method, url)
    assert issubclass(Refused, AssertionError)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("text", "the body: "),
        ({**GOOD, "slip": 1}, "slip: Extra inputs"),
        ({**GOOD, "rule": {"slip": 1}}, "rule.slip: Extra inputs"),
        ({"name": "x", "rule": {}}, "audience_type: Field required"),
        ({**GOOD, "audience_type": "PASSER_BY"}, "audience_type: Input should be"),
        ({**GOOD, "name": None}, "name: Input should be a valid string"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(body: object, message: str, mode: str) -> None:
    with pytest.raises(Refused, match="POST /v5/ad_accounts/1/audiences: the body doesn't") as it:
        send(mode, Fake(), json.dumps(body).encode())
    assert message in str(it.value)


def test_a_value_in_the_path_that_does_not_fit(mode: str) -> None:
    """It is taken: a client checks it before."""
    fake = Fake()
    send(mode, fake, json.dumps(GOOD).encode(), url=URL.replace("/1/", "/x%20y/"))
    assert fake.audiences_create.calls[0].path == {"ad_account_id": "x y"}


def test_what_the_models_do_not_know_passes_unless_strict(mode: str) -> None:
    fake = Fake(strict=False)
    body = {**GOOD, "slip": 1, "audience_type": "PASSER_BY"}

    assert send(mode, fake, json.dumps(body).encode()).status_code == 200

    (received,) = fake.audiences_create.calls
    assert received.body.audience_type == "PASSER_BY"
    assert received.body.model_extra == {"slip": 1}
    with pytest.raises(Refused, match="audience_type"):
        send(mode, fake, b'{"name": "x", "rule": {}}')


def test_an_address_of_the_callers(caller: Caller) -> None:
    """A base URL without a path gets the description's, as in the client."""
    for base_url in ("https://api.example.com/other", "https://api.example.com"):
        fake = Fake(base_url=base_url)
        caller.create(base_url, transport=fake)
        assert len(fake.audiences_create.calls) == 1
    with pytest.raises(Refused, match="no operation"):
        caller.create("https://api.example.com/another", transport=fake)


class Text:
    """A body of text, which this API doesn't have."""

    media_type = "text/plain"

    def takes(self, value: object) -> bool:
        return isinstance(value, str)

    def read(self, content: bytes, *_: object) -> str:
        return content.decode()


@pytest.mark.parametrize(
    ("answer", "label", "content"),
    [
        (Json(lambda: str), "application/json", b'"a \\"word\\""'),
        (Text(), "text/plain", b'a "word"'),
    ],
)
def test_text_answers_an_operation_in_its_own_form(
    answer: ResponseReader, label: str | None, content: bytes
) -> None:
    operation: Operation[Any] = Operation(name="word", request="GET /word", answers={"200": answer})
    operations = [("WORD", operation)]
    fake: Any = FakeTransport(API_FACTS, BASE_URL, operations, testing.__file__, strict=True)
    fake.word.answers('a "word"')

    with Pinterest("t", base_url=BASE_URL, transport=fake) as client:
        assert client._sender.call(operation, None, None) == 'a "word"'

    response = fake.handle_request(httpx.Request("GET", f"{BASE_URL}/word"))
    assert response.content == content
    assert response.headers.get("content-type") == label
