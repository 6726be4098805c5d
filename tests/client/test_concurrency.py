"""One client in several threads, processes and event loops."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pinterest_audiences import AsyncPinterest, errors
from pinterest_audiences._runtime.http import httpx
from pinterest_audiences.models import (
    Audience,
)

from tests.client.conftest import HOME, Caller, make_body
from tests.support.answers import Recorder
from tests.support.command import ROOT, python
from tests.support.sockets import Peer, Server

Serve = Callable[..., Server]

pytestmark = pytest.mark.slow


def echo(peer: Peer) -> None:
    """Answer with an audience that has the request's name, so that a mix-up shows."""
    request = peer.read()
    peer.reply(200, {"id": "1", "name": request.json()["name"]})


def test_threads_share_a_client(caller: Caller, serve: Serve) -> None:
    """Eight threads of twenty calls: each gets its own answer, over no more than 8 connections."""
    server = serve(echo)
    client = caller.client(server)

    def work(create: Callable[..., Audience]) -> None:
        def one(number: int) -> bool:
            name = f"audience {number}"
            return create("1", make_body(name=name)).name == name

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(one, range(160)))

    async def run() -> None:
        async with client.own:
            loop = asyncio.get_running_loop()

            def create(*arguments: Any) -> Audience:
                call = client.own.audiences.create(*arguments)
                made: Audience = asyncio.run_coroutine_threadsafe(call, loop).result(60)
                return made

            await asyncio.to_thread(work, create)

    if caller.mode == "sync":
        with client:
            work(client.audiences.create)
    else:
        asyncio.run(run())
    assert server.posts == 160
    assert server.connections <= 8


FORKING = """
import asyncio, os, sys
from pinterest_audiences import AsyncPinterest, Pinterest
from pinterest_audiences.models import AudienceCreateRequest, AudienceRule

mode, used, base_url = sys.argv[1:]
client = (Pinterest if mode == "sync" else AsyncPinterest)("t", base_url=base_url, timeout=2.0)

def body(name):
    return AudienceCreateRequest(audience_type="VISITOR", name=name, rule=AudienceRule())

async def awaited(names):
    return [(await client.audiences.create("1", body(name))).name for name in names]

loop = None

def call(*names):
    global loop
    if mode == "sync":
        got = [client.audiences.create("1", body(name)).name for name in names]
    else:
        loop = loop or asyncio.new_event_loop()
        got = loop.run_until_complete(awaited(names))
    assert got == [*names], got

if used == "used":
    call("parent")
children = []
for child in ("first child", "second child"):
    children.append(os.fork())
    if not children[-1]:
        loop = None
        try:
            call(child, child, child)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
try:
    call("parent", "parent", "parent")
finally:
    if loop is not None:
        loop.close()
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
assert codes == [0, 0], codes
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("used", ["unused", "used"])
def test_a_forked_worker_uses_the_client(mode: str, used: str, serve: Serve) -> None:
    """Processes don't talk over each other's connections, also where one was open at the fork."""
    server = serve(echo)
    # In a process of its own, which has no other threads when it forks.
    python(ROOT, "-c", FORKING, mode, used, server.base_url, path=[HOME])
    server.close()
    users: dict[int, set[str]] = {}
    for request in server.requests:
        users.setdefault(request.connection, set()).add(request.json()["name"])
    assert all(len(names) == 1 for names in users.values()), users
    assert server.posts == (10 if used == "used" else 9)


LOOPS = """
import asyncio, sys
from pinterest_audiences import AsyncPinterest
from pinterest_audiences.models import AudienceCreateRequest, AudienceRule

client = AsyncPinterest("t", base_url=sys.argv[1], timeout=2.0)
for name in ("one", "two", "three"):
    body = AudienceCreateRequest(audience_type="VISITOR", name=name, rule=AudienceRule())
    try:
        print(asyncio.run(client.audiences.create("1", body)).name)
    except Exception as error:
        print(repr(error))
asyncio.run(client.aclose())
"""


def test_a_client_belongs_to_its_event_loop(serve: Serve) -> None:
    """One ``asyncio.run`` after the other: the second is refused before anything is sent."""
    server = serve(echo)
    done = python(ROOT, "-c", LOOPS, server.base_url, code=None, path=[HOME])
    server.close()
    first, second, third, _ = done.out.split("\n")
    assert first == "one", done.err
    assert second.startswith("RequestError('the client belongs to another event loop")
    assert second.endswith("Nothing was sent')")
    assert third == second
    assert server.posts == 1


def test_a_closed_client_says_so_in_any_loop() -> None:
    """Rather than that it belongs to another."""
    client = AsyncPinterest("t")
    asyncio.run(client.aclose())
    with pytest.raises(errors.RequestError, match="the client is closed"):
        asyncio.run(client.audiences.create("1", make_body()))


def test_an_injected_transport_serves_any_loop() -> None:
    """It has no connections of ours."""
    client = AsyncPinterest("t", transport=httpx.MockTransport(Recorder({"id": "7"})))
    for _ in range(2):
        assert asyncio.run(client.audiences.create("1", make_body())).id == "7"
