"""Logs, and that neither they nor errors show a token."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pinterest_audiences import Options, errors
from pinterest_audiences import _options as constants
from pinterest_audiences._http import httpx

if TYPE_CHECKING:
    from tests.client.conftest import Caller
    from tests.support.answers import Peer, Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]
from tests.client.http_clients import OFF, silent

PACKAGE = Path(constants.__file__).parent


def told(error: BaseException) -> str:
    """An error as an error tracker sees it: with its cause, and the locals of all our frames."""
    text = [f"{error} {error!r} {error.__dict__}", *traceback.format_exception(error)]
    for one in (error, error.__cause__):
        if one is not None:
            stack = traceback.TracebackException.from_exception(one, capture_locals=True).stack
            text += [f"{f.name}: {f.locals}" for f in stack if PACKAGE in Path(f.filename).parents]
    return "\n".join(text)


def reset(peer: Peer) -> None:
    peer.read()
    peer.reset()


@pytest.mark.parametrize(
    "step",
    [
        lambda peer: peer.answer(500),
        lambda peer: peer.answer(429, retry_after="99"),
        lambda peer: peer.answer(200, b"no JSON"),
        lambda peer: peer.answer(204),
        reset,
        silent,
        lambda peer: (peer.read(), peer.send(b"garbage\r\n\r\n"), peer.finish()),
    ],
    ids=["500", "429", "not JSON", "204", "reset", "silent", "garbage"],
)
@pytest.mark.parametrize("dynamic", [False, True], ids=["text", "callable"])
def test_no_token_in_what_an_error_shows(
    step: Step, dynamic: bool, caller: Caller, serve: Serve, token: str
) -> None:
    """Message, repr, and the traceback with the locals of every frame of the package."""
    server = serve(step)
    with pytest.raises(errors.PinterestError) as caught:
        caller.create(
            server.base_url, token=(lambda: token) if dynamic else token, timeout=0.2, retry=OFF
        )
    assert "create: {" in told(caught.value)
    assert token not in told(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\nx: y", "\0", " ", "\u2019"], ids=ascii)
def test_no_token_in_what_a_refusal_shows(
    end: str, caller: Caller, serve: Serve, token: str
) -> None:
    """A token that no header can hold is still a secret."""
    server = serve()
    with pytest.raises(errors.PinterestError) as caught:
        caller.create(server.base_url, token=lambda: token + end, retry=OFF)
    assert "header authorization holds" in str(caught.value)
    assert token not in told(caught.value)


@pytest.mark.parametrize("where", ["client", "call"])
def test_a_header_that_is_refused_is_not_shown(where: str, caller: Caller, serve: Serve) -> None:
    """Its value may be a secret; its name is shown."""
    headers = {"x-note": "pr1vate\r\nx-evil: 1"}
    given: dict[str, Any] = (
        {"headers": headers} if where == "client" else {"options": Options(headers=headers)}
    )
    server = serve()
    with pytest.raises(errors.RequestError, match="header x-note holds") as caught:
        caller.create(server.base_url, **given)
    assert "pr1vate" not in str(caught.value)
    assert server.connections == 0


@dataclass
class Records(logging.Handler):
    """Every record of every logger."""

    seen: list[logging.LogRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.NOTSET)

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)

    def of(self, name: str) -> list[logging.LogRecord]:
        return [r for r in self.seen if r.name == name or r.name.startswith(f"{name}.")]


@pytest.fixture
def records() -> Iterator[Records]:
    """Everything that anything logs, at every level."""
    handler = Records()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def test_debug_logs(
    records: Records, caller: Caller, serve: Serve, answered: Answered, token: str
) -> None:
    """One logger says what happened; a token, a body or a header's value isn't in it."""
    server = serve(answered(429), answered(x_pinterest_rid="1234", set_cookie="session=s3cr3t"))
    caller.create(server.base_url, headers={"x-note": "pr1vate"})

    mine = records.of("pinterest_audiences")
    assert {record.name for record in mine} == {"pinterest_audiences"}
    text = "\n".join(record.getMessage() for record in mine)
    url = f"POST {server.base_url}/ad_accounts/1/audiences"
    assert f"{url} → 429 in " in text
    assert "attempt 2 follows in" in text
    assert f"{url} → 200 in " in text
    assert "request 1234" in text
    for secret in (token, "Bearer", "pr1vate", "s3cr3t", "Recent visitors"):
        assert secret not in text
    assert all(record.levelno <= logging.INFO for record in mine)
    everyone = "\n".join(f"{r.getMessage()} {r.args} {r.__dict__}" for r in records.seen)
    assert token not in everyone


def test_nothing_is_logged_by_default(
    caller: Caller,
    serve: Serve,
    answered: Answered,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither printed nor left to logging's last resort, in good times and in bad."""
    server = serve(answered(429), answered(), answered(500))
    caller.create(server.base_url)
    with pytest.raises(errors.ApiError):
        caller.create(server.base_url)
    assert capfd.readouterr() == ("", "")
    logger = logging.getLogger("pinterest_audiences")
    assert logger.level == logging.NOTSET
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
    assert logger.propagate


def test_logging_can_be_turned_on(caller: Caller, serve: Serve) -> None:
    """In the usual way."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("pinterest_audiences")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        caller.create(serve().base_url)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert stream.getvalue().startswith("POST http://127.0.0.1:")


def test_opentelemetry_sees_the_calls(caller: Caller, serve: Serve, token: str) -> None:
    """Through the HTTP library's own instrumentation, with nothing of ours."""
    instrumentation = pytest.importorskip("opentelemetry.instrumentation.httpx")
    trace = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    if httpx.__name__ != "httpx":
        pytest.skip(f"the instrumentation doesn't know {httpx.__name__} {version(httpx.__name__)}")
    spans = memory.InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(spans))
    instrumentor = instrumentation.HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        server = serve()
        caller.create(server.base_url)
    finally:
        instrumentor.uninstrument()

    (span,) = spans.get_finished_spans()
    assert "POST" in span.name
    assert "traceparent" in server.requests[0].headers
    assert token not in span.to_json()
