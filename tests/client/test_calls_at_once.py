"""Many calls at once: each one ends, none of them spoils a connection or another call."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import anyio
import pytest
from pinterest_audiences import AsyncPinterest, Options, Pinterest, Retry, errors
from pinterest_audiences._runtime.http import httpx

from tests.client.conftest import AUDIENCE, GOOD, OFF, TOKEN
from tests.client.fault_cases import close_read, reset_read
from tests.client.shapes import named
from tests.support.answers import Pieces
from tests.support.clients import method_of, wait_for
from tests.support.generated_case import Case
from tests.support.http2 import dropping_server
from tests.support.sockets import Peer, Server

pytestmark = pytest.mark.slow

TRIES = [0, *(pytest.param(number, marks=pytest.mark.nightly) for number in range(1, 20))]


# ── calls that share one failure ─────────────────────────────────────────────────────────────────


def failures(client: AsyncPinterest, count: int) -> list[BaseException | None]:
    """Return the errors of calls at once; the test fails if one hangs."""

    async def run() -> list[BaseException | None]:
        own: Any = client
        async with own, own._sender._http:
            tasks = [asyncio.create_task(client.audiences.create("1", GOOD)) for _ in range(count)]
            done, pending = await asyncio.wait(tasks, timeout=20)
        assert len(pending) == 0
        return [task.exception() for task in done]

    return asyncio.run(run())


@pytest.mark.parametrize("_number", TRIES)
def test_a_dropped_http2_connection_ends_each_of_its_calls(_number: int) -> None:
    """The HTTP library raises one exception object in all of them."""
    with dropping_server(streams=8) as url:
        client = AsyncPinterest(
            TOKEN,
            base_url=url,
            http_client=httpx.AsyncClient(http1=False, http2=True),
            retry=Retry(attempts=3, base=0.05),
        )
        found = failures(client, 8)
    assert all(isinstance(error, errors.TransportError) for error in found)


@pytest.mark.parametrize("_number", TRIES)
@pytest.mark.parametrize("step", [reset_read, close_read], ids=["reset", "closed"])
def test_dropped_http1_connections_end_their_calls(
    _number: int, step: Callable[[Peer], None]
) -> None:
    with Server(step) as server:
        client = AsyncPinterest(TOKEN, base_url=server.base_url, retry=Retry(attempts=3, base=0.05))
        found = failures(client, 8)
    assert all(isinstance(error, errors.TransportError) for error in found)
    assert server.posts == 8


def test_one_exception_in_several_calls_ends_each() -> None:
    transport = mock.create_autospec(httpx.AsyncBaseTransport, instance=True)
    transport.handle_async_request.side_effect = httpx.ConnectError("no route")
    client = AsyncPinterest(TOKEN, transport=transport, retry=Retry(attempts=3, base=0.01))
    found = failures(client, 3)
    assert all(isinstance(error, errors.TransportError) for error in found)
    assert transport.handle_async_request.call_count == 9


# ── variables of the caller's frames ─────────────────────────────────────────────────────────────


def fail(_: Any) -> None:
    attempt_number = 17
    raise httpx.ReadTimeout(f"slow in attempt {attempt_number}")


class FailingTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A caller's transport."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fail(request)
        raise AssertionError

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fail(request)
        raise AssertionError


class FailingAuth(httpx.Auth):
    """A caller's credential."""

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        fail(request)
        yield request


def failing_client(mode: str, part: str) -> Any:
    """Return a client with a part of the caller that fails."""

    async def fail_later(request: httpx.Request) -> None:
        fail(request)

    kind: Any = Pinterest if mode == "sync" else AsyncPinterest
    http: Any = httpx.Client if mode == "sync" else httpx.AsyncClient
    hook = fail if mode == "sync" else fail_later
    if part == "transport":
        return kind(TOKEN, transport=FailingTransport(), retry=OFF)
    if part == "hook":
        return kind(TOKEN, http_client=http(event_hooks={"request": [hook]}), retry=OFF)
    return kind(FailingAuth(), transport=FailingTransport(), retry=OFF)


@pytest.mark.parametrize("part", ["transport", "hook", "auth"])
def test_frames_of_the_callers_own_code_keep_their_variables(mode: str, part: str) -> None:
    """A debugger and an error tracker show them."""
    client = failing_client(mode, part)
    with pytest.raises(errors.TransportError) as caught:
        wait_for(client.audiences.create("1", GOOD))
    cause = caught.value.__cause__
    assert cause is not None
    variables = [dict(frame.f_locals) for frame, _ in traceback.walk_tb(cause.__traceback__)]
    assert variables[-1]["attempt_number"] == 17


# ── connections ──────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def stalling_server() -> Generator[tuple[Server, threading.Event]]:
    """Serve audiences, once the event is set; until then nothing is answered."""
    recovered = threading.Event()

    def step(peer: Peer) -> None:
        peer.read()
        if recovered.is_set():
            peer.reply(200, AUDIENCE)
        else:
            peer.hold()

    with Server(step) as server:
        yield server, recovered


def pool_of(client: Any) -> Any:
    """Return the connection pool of a client, which has no public name."""
    return client._sender._http._transport._pool


def text_of(error: Exception) -> str:
    return str(error).rpartition("no answer: ")[2]


def burst_sync(
    client: Pinterest, count: int, at_once: int, options: Options | None = None
) -> list[str]:
    """Return the errors of calls in threads."""

    def call(_: int) -> str:
        try:
            client.audiences.create("1", GOOD, options=options)
        except errors.TransportError as error:
            return text_of(error)
        return ""

    with ThreadPoolExecutor(at_once) as threads:
        return [*threads.map(call, range(count))]


async def burst_async(
    client: AsyncPinterest, count: int, at_once: int, options: Options | None = None
) -> list[str]:
    """Return the errors of calls in tasks."""
    limiter = anyio.CapacityLimiter(at_once)
    texts: list[str] = []

    async def call() -> None:
        async with limiter:
            try:
                await client.audiences.create("1", GOOD, options=options)
            except errors.TransportError as error:
                texts.append(text_of(error))
            else:
                texts.append("")

    async with anyio.create_task_group() as tasks:
        for _ in range(count):
            tasks.start_soon(call)
    return texts


@pytest.mark.filterwarnings("ignore:Async generator 'httpx:ResourceWarning")
@pytest.mark.parametrize("_number", TRIES)
@pytest.mark.parametrize("backend", ["threads", "asyncio", "trio"])
@pytest.mark.parametrize("pool", ["default", "injected", "injected, 20"])
def test_calls_that_end_by_the_deadline_leak_no_connection(
    pool: str, backend: str, _number: int
) -> None:
    """A pool with fewer connections than the calls at once needs the limit of the caller.

    What only waited was never sent, so that it may be repeated.
    """
    mode = "sync" if backend == "threads" else "async"
    kind: Any = Pinterest if mode == "sync" else AsyncPinterest
    http: Any = httpx.Client if mode == "sync" else httpx.AsyncClient
    settings: dict[str, Any] = {"retry": OFF, "deadline": 1.0}
    patient = Options(deadline=60.0, timeout=60.0)
    sent: list[str] = []
    count, at_once = 130, 130
    if pool == "injected":
        settings["http_client"] = http()
    if pool == "injected, 20":
        count, at_once = 40, 20
        settings["http_client"] = http(limits=httpx.Limits(max_connections=20))

    with stalling_server() as (server, recovered):
        client = kind(TOKEN, base_url=server.base_url, **settings)

        def check(texts: list[str]) -> None:
            assert "" not in texts
            sent.extend(text for text in texts if "never sent" not in text)
            assert server.posts <= len(sent)
            assert pool_of(client).connections == []

        def run_sync() -> None:
            for _ in range(2):
                check(burst_sync(client, count, at_once))
            recovered.set()
            assert {*burst_sync(client, at_once, at_once, patient)} == {""}
            client._sender._http.close()

        async def run_async() -> None:
            for _ in range(2):
                check(await burst_async(client, count, at_once))
            recovered.set()
            assert {*await burst_async(client, at_once, at_once, patient)} == {""}
            await client._sender._http.aclose()

        if mode == "sync":
            run_sync()
        else:
            anyio.run(run_async, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_call_that_ends_while_it_connects_leaks_no_connection(backend: str) -> None:
    """The deadline passes after the server has accepted, before the call goes on."""

    async def run(base_url: str) -> None:
        client = AsyncPinterest(TOKEN, base_url=base_url, retry=OFF)
        network = pool_of(client)._network_backend
        connect = network.connect_tcp

        async def connect_slowly(*arguments: Any, **options: Any) -> Any:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.2)
                return await connect(*arguments, **options)

        with mock.patch.object(network, "connect_tcp", connect_slowly):
            with pytest.raises(errors.TransportError):
                await client.audiences.create("1", GOOD, options=Options(deadline=0.1))
            with anyio.move_on_after(0.1):
                await client.audiences.create("1", GOOD)
        assert pool_of(client).connections == []
        await client.audiences.create("1", GOOD)
        await client._sender._http.aclose()

    def step(peer: Peer) -> None:
        peer.read()
        peer.reply(200, AUDIENCE)

    with Server(step) as server:
        anyio.run(run, server.base_url, backend=backend)


def test_a_stream_is_one_of_the_calls_at_once_until_it_is_closed(
    load_case: Callable[[str], Case], mode: str
) -> None:
    """As its connection is in use until then."""
    case = load_case("bodies")
    shape = named("a stream of bytes")
    arguments = shape.arguments(case)

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(shape.status, stream=Pieces([b"piece"]))

    with case.connect(answer, mode, timeout=0.1) as client:
        call = method_of(client, shape.call)
        streams = [call(**arguments) for _ in range(100)]
        with contextlib.ExitStack() as opened:
            entered = [opened.enter_context(stream) for stream in streams]
            with pytest.raises(case.errors.TransportError, match="100 other calls were under way"):
                call(**arguments).__enter__()
            entered[0].__exit__()
            with call(**arguments) as stream:
                assert b"".join(stream) == b"piece"


def test_a_call_waits_while_too_many_others_are_under_way() -> None:
    """It is sent as soon as one of them ends."""
    released = threading.Event()
    started = threading.Semaphore(0)

    def answer(_: httpx.Request) -> httpx.Response:
        started.release()
        released.wait(20)
        return httpx.Response(200, json=AUDIENCE)

    client = Pinterest(TOKEN, transport=httpx.MockTransport(answer), retry=OFF)
    with ThreadPoolExecutor(101) as threads:
        calls = [threads.submit(client.audiences.create, "1", GOOD) for _ in range(101)]
        for _ in range(100):
            assert started.acquire(timeout=20)
        assert not started.acquire(timeout=0.2)
        released.set()
        assert [call.result(20).id for call in calls] == [AUDIENCE["id"]] * 101


def test_a_call_that_others_outrun_ends_by_its_deadline() -> None:
    """Others take the one place that becomes free again and again, and keep it in the end."""
    held, fast, patient = "1", "2", "3"
    is_full, released = threading.Event(), threading.Event()
    started = threading.Semaphore(0)

    def answer(request: httpx.Request) -> httpx.Response:
        account = request.url.path.split("/")[-2]
        if account == held or (account == fast and is_full.is_set()):
            started.release()
            released.wait(60)
        return httpx.Response(200, json=AUDIENCE)

    client = Pinterest(TOKEN, transport=httpx.MockTransport(answer), retry=OFF, deadline=60.0)

    def outrun() -> None:
        while not released.is_set():
            client.audiences.create(fast, GOOD)

    def wait() -> None:
        while not is_full.is_set():
            with contextlib.suppress(errors.TransportError):
                client.audiences.create(patient, GOOD, options=Options(deadline=0.05))

    with ThreadPoolExecutor(150) as threads:
        holding = [threads.submit(client.audiences.create, held, GOOD) for _ in range(99)]
        for _ in holding:
            assert started.acquire(timeout=20)
        outrunning = [threads.submit(outrun) for _ in range(2)]
        waiting = [threads.submit(wait) for _ in range(40)]
        time.sleep(0.5)
        is_full.set()
        _, hanging = futures.wait(waiting, timeout=20)
        released.set()
        for call in holding:
            call.result(60)
        for loop in outrunning:
            loop.result(60)
    assert len(hanging) == 0
