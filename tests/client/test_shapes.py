"""What holds for every call, whatever its body, its result and its credentials are."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import httpx
import pytest

from tests.client.shapes import SHAPES, Shape, do
from tests.support.answers import Recorder, Reply, answering
from tests.support.generated_case import Case


@pytest.fixture(params=SHAPES, ids=lambda shape: shape.name)
def shape(request: pytest.FixtureRequest) -> Shape:
    found: Shape = request.param
    return found


@pytest.fixture
def case(shape: Shape, load_case: Callable[[str], Case]) -> Case:
    return load_case(shape.topic)


def test_the_result_is_read(shape: Shape, case: Case, mode: str) -> None:
    result, requests = do(shape, case, mode, shape.answer)

    assert result == shape.result
    assert [f"{request.method} {request.url}" for request in requests] == [shape.request]


def test_options_reach_the_call(shape: Shape, case: Case, mode: str) -> None:
    info = case.package.ResponseInfo()
    sent = {"X-Extra": "call", "host": "gateway.example", "Accept": "text/x"}
    options = case.package.Options(timeout=1.5, headers=sent, response=info)

    _, (request,) = do(
        shape,
        case,
        mode,
        shape.answer,
        options=options,
        headers={"x-extra": "client", "x-own": "client"},
        timeout=9,
    )

    names = ("x-extra", "x-own", "host", "accept")
    wanted = ["call", "client", "gateway.example", "text/x"]
    assert [request.headers[name] for name in names] == wanted
    assert request.extensions["timeout"] == dict.fromkeys(("connect", "read", "write", "pool"), 1.5)
    assert (info.status_code, info.attempts) == (shape.status, 1)
    assert info.elapsed > 0


def test_a_part_of_a_body_is_an_error_that_did_succeed(shape: Shape, case: Case, mode: str) -> None:
    with pytest.raises(case.errors.ResponseError, match="did succeed on the server") as caught:
        do(shape, case, mode, answering(206, b"{}"))

    assert caught.value.status_code == 206
    assert f"{caught.value.method} {caught.value.url}" == shape.request.partition("?")[0]


@pytest.mark.parametrize("status", [300, 399, 400, 599])
def test_every_other_status_is_an_error(shape: Shape, case: Case, mode: str, status: int) -> None:
    """A redirect is one, too, even if the caller's HTTP client would follow it."""
    kind = httpx.Client if mode == "sync" else httpx.AsyncClient
    server = Recorder(answering(status, location="https://elsewhere.example/"))
    http = kind(
        transport=httpx.MockTransport(server), follow_redirects=True, headers={"x-own": "1"}
    )
    with pytest.raises(case.errors.ApiError) as caught:
        do(shape, case, mode, http_client=http)

    assert caught.value.status_code == status
    assert caught.value.headers["location"] == "https://elsewhere.example/"
    assert server.headers("x-own") == ["1"]
    for part in (f"{caught.value.method} {caught.value.url}", str(status)):
        assert part in str(caught.value)
    assert (
        "a redirect to https://elsewhere.example/, which is not followed" in str(caught.value)
    ) is (status < 400)


def test_too_many_requests(shape: Shape, case: Case, mode: str) -> None:
    with pytest.raises(case.errors.RateLimitError, match="retry after 7 s") as caught:
        do(shape, case, mode, answering(429, retry_after="7"))

    assert caught.value.retry_after == 7.0


def test_no_answer(shape: Shape, case: Case, mode: str) -> None:
    """A connection that was never made is told apart from one that was dropped."""
    for cause, reached in ((httpx.ConnectError("a"), False), (httpx.ReadError("b"), True)):
        with pytest.raises(case.errors.TransportError, match=type(cause).__name__) as caught:
            do(shape, case, mode, cause)
        assert f"{caught.value.method} {caught.value.url}" == shape.request.partition("?")[0]
        assert caught.value.may_have_reached_server is reached
        assert caught.value.__cause__ is cause


@pytest.mark.parametrize("failure", [429, httpx.ConnectError("refused")])
def test_what_was_not_processed_is_repeated(
    shape: Shape, case: Case, mode: str, failure: Reply
) -> None:
    retry = case.package.Retry(attempts=2, base=0)
    result, requests = do(shape, case, mode, failure, shape.answer, retry=retry)

    assert result == shape.result
    first, second = requests
    assert first.headers == second.headers or "multipart" in first.headers["content-type"]


@pytest.mark.parametrize("failure", [503, httpx.ReadError("dropped")])
def test_the_rest_is_repeated_by_method(
    shape: Shape, case: Case, mode: str, failure: Reply
) -> None:
    """Only where doing it twice is doing it once (RFC 9110 §9.2.2)."""
    server = Recorder(failure)
    with pytest.raises((case.errors.ApiError, case.errors.TransportError)):
        do(shape, case, mode, server, retry=case.package.Retry(attempts=2, base=0))

    assert len(server.requests) == (2 if shape.is_idempotent else 1)


def test_after_the_deadline_nothing_is_sent(shape: Shape, case: Case, mode: str) -> None:
    passed = case.package.Options(deadline=1e-9)
    for settings in ({"deadline": 1e-9}, {"options": passed}):
        with pytest.raises(case.errors.TransportError, match="the deadline") as caught:
            do(shape, case, mode, AssertionError("something was sent"), **settings)
        assert not caught.value.may_have_reached_server


def test_no_credential_is_shown(shape: Shape, case: Case, mode: str) -> None:
    """In no message, and in no repr."""
    with pytest.raises(case.errors.ApiError) as caught:
        do(shape, case, mode, 500)
    client = case.package.Sample(**shape.settings)

    for text in (str(caught.value), repr(caught.value), repr(client)):
        assert "s3cr3t" not in text


def test_the_fake_takes_and_answers_it(shape: Shape, case: Case, mode: str) -> None:
    """With an example at first, then by script."""
    testing = case.modules["testing"]
    fake = case.fake(**{k: v for k, v in shape.settings.items() if k == "base_url"})
    script = getattr(fake, shape.call.replace(".", "_").removesuffix("_stream"))
    with contextlib.suppress(case.errors.ResponseError):  # where there is no example
        do(shape, case, mode, transport=fake)
    assert len(script.calls) == 1

    script.answers(testing.Reply(shape.status, shape.content, {"Content-Type": shape.media_type}))
    result, _ = do(shape, case, mode, transport=fake)
    assert result == shape.result
    assert len(script.calls) == 2

    script.answers(testing.Fault.TIMEOUT)
    with pytest.raises(case.errors.TransportError) as caught:
        do(shape, case, mode, transport=fake)
    assert caught.value.may_have_reached_server
