"""What can go wrong on the wire, and what the caller gets then, over a real loopback socket.

The table is also the page ``docs/faults.md``; after a change here, write it anew with
``python tests/client/test_faults.py --write-docs``.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import pickle
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Pytest has it there already; this is for when the file runs as a script.
sys.path.extend(str(Path(__file__).parents[2] / part) for part in (".", "generated"))

import pydantic
import pytest
from pinterest_audiences import Deviation, Options, ResponseInfo, Retry, errors
from pinterest_audiences._runtime.json import Json
from pinterest_audiences._runtime.operation import Operation
from pinterest_audiences._runtime.path import Path as PathParameter

from tests.client import answer_faults, connection_faults
from tests.client.conftest import TOKEN, Caller, make_body
from tests.client.fault_cases import OK, Case, reset_read, silent
from tests.support.sockets import Server, Step, answered, deaf_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
COMMAND = "python tests/client/test_faults.py --write-docs"

TABLE = {**connection_faults.TABLE, **answer_faults.TABLE}
CASES = [case for cases in TABLE.values() for case in cases]

THING: Operation[Any] = Operation(
    name="things",
    request="POST /things/{thing}/end",
    answers={"200": Json(lambda: dict[str, Any])},
    errors={},
    parameters=(PathParameter("thing", lambda: str),),
)
"""An operation whose path parameter takes any text."""


def dig(value: Any, path: str) -> Any:
    """``rule.pin_id.0`` of a value."""
    for name in path.split("."):
        if isinstance(value, dict):
            value = value[name]
        else:
            value = value[int(name)] if name.isdigit() else getattr(value, name)
    return value


@contextlib.contextmanager
def place(where: str, server: Server) -> Iterator[str]:
    """The base URL of a case."""
    if where in ("refused", "full"):
        with deaf_port(waits=where == "full") as port:
            yield f"http://127.0.0.1:{port}/v5"
    else:
        yield where.format(base=server.base_url, port=server.port)


def attempt(
    case: Case,
    caller: Caller,
    server: Server,
    base_url: str,
    body: Any,
    reported: list[str],
    info: ResponseInfo,
) -> Any:
    """Do the call; the result, or the error. ``reported`` gets the deviations."""

    def note(deviation: Deviation) -> None:
        reported.append(f"{deviation.rule} {deviation.pointer}".strip())

    client = caller.client(base_url, case.token, on_deviation=note, **case.settings)
    options = Options(headers=case.headers, response=info)

    def begin() -> Any:
        if case.plain is not None:
            return client._sender.call(THING, None, options, case.plain)
        content = body if case.content == "as usual" else case.content
        return client.audiences.create(case.account, content, options=options)

    async def cancel() -> Any:
        async with client.own:
            task = asyncio.ensure_future(client.own.audiences.create(case.account, body))
            await asyncio.to_thread(server.read_one.wait, 5)
            await asyncio.sleep(0.15)
            task.cancel()
            return await task

    if case.cancel:
        return asyncio.run(cancel())
    with client:
        return begin()


@pytest.mark.parametrize("case", CASES, ids=[case.fault[:70] for case in CASES])
def test_fault(case: Case, caller: Caller, serve: Callable[..., Server]) -> None:
    """The error, its facts, how long it took, and how many POSTs the server saw."""
    if case.cancel and caller.mode == "sync":
        pytest.skip("only an async call can be cancelled")
    other = serve()
    waits = case.sync_waits and caller.mode == "sync"
    server = serve(
        *(case.script or (answered(200, OK),)), eager=case.eager, life=2.5 if waits else 60.0
    )
    server.other = other.location

    result: Any = None
    reported: list[str] = []
    info = ResponseInfo()
    caught: BaseException | None = None
    with place(case.at, server) as base_url:
        began = time.monotonic()
        try:
            result = attempt(case, caller, server, base_url, make_body(), reported, info)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - judged below
            caught = error
        took = time.monotonic() - began
    server.close()

    told = "".join(traceback.format_exception(caught)) if caught else repr(result)
    assert type(caught).__name__ == (case.raises or "NoneType"), told
    assert server.posts == case.posts, told
    assert ", ".join(reported) == case.reported
    assert {request.target for request in server.requests} <= {case.target}
    assert other.connections == 0
    assert case.least <= took < 50
    for path, wanted in case.facts.items():
        assert dig(caught or result, path) == wanted, path
    assert case.check is None or case.check(caught or result)
    if caught is not None:
        assert_explains_itself(caught, case.says, TOKEN)
    if isinstance(caught, errors.ApiError):
        facts = caught.status_code, caught.request_id, caught.headers
        assert (info.status_code, info.request_id, info.headers) == facts


def assert_explains_itself(error: BaseException, says: str, secret: str) -> None:
    """One line that says what happened, no secret in it, and an error that can be handed on."""
    assert secret not in "".join(traceback.format_exception(error))
    if isinstance(error, asyncio.CancelledError):
        return
    assert says in str(error)
    if isinstance(error, pydantic.ValidationError):
        return
    assert isinstance(error, errors.PinterestError)
    assert str(error).isprintable()
    assert 10 < len(str(error)) < 1000
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(copied) is type(error)
        assert str(copied) == str(error)
        assert copied.__dict__.keys() == error.__dict__.keys()
    if isinstance(error, errors.TransportError):
        assert error.__cause__ is not None
    if isinstance(error, errors.ResponseError):
        is_page = error.headers.get("content-type") == "text/html"
        assert ("did succeed on the server" in str(error)) is not is_page
        assert 200 <= error.status_code < 300
    if not isinstance(error, errors.RequestError):
        assert str(error).startswith("POST http")
        assert error.__dict__["method"] == "POST"


def test_there_are_enough() -> None:
    """Forty at least, each under a name of its own."""
    assert len({case.fault for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize(
    ("step", "name"),
    [(reset_read, "dropped"), (silent, "silent"), (answered(503), "503"), (answered(502), "502")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_post_is_never_repeated_however_patient_the_policy(
    step: Step, name: str, caller: Caller, serve: Callable[..., Server]
) -> None:
    """More attempts don't make it safe."""
    server = serve(step)
    with pytest.raises(errors.PinterestError):
        caller.create(server.base_url, retry=Retry(attempts=50, base=0.001), timeout=0.2)
    server.close()
    assert server.posts == 1, name


# The page.


def outcome(case: Case) -> str:
    """What the caller gets, in words."""
    if case.raises is None:
        text = "the audience" if case.facts else "a value of another type"
    else:
        facts = {k: v for k, v in case.facts.items() if len(repr(v)) < 30}
        text = ", ".join([f"`{case.raises}`", *(f"`{k}={v!r}`" for k, v in facts.items())])
    reported = [f"`{one}`" for one in case.reported.split(", ") if one]
    more = [case.note] if case.note else []
    more += [f"reported: {', '.join(reported)}"] if reported else []
    return "; ".join([text, *more])


def page() -> str:
    """``docs/faults.md``."""
    lines = [
        "# Faults, and what the caller gets",
        "",
        "Every fault is a test over a real loopback socket, with the synchronous and the",
        "asynchronous client (`tests/client/test_faults.py`); a row has those with one outcome.",
        "The last column counts the POSTs that the server read completely: never a second one",
        "after the first, unless the server answered it with 429. The tests allow three attempts",
        "and a longest pause of 5 seconds.",
        "",
        f"Written by `{COMMAND}`.",
    ]
    for title, cases in TABLE.items():
        lines += ["", f"## {title}", "", "| fault | what the caller gets | POSTs seen |"]
        lines += ["|---|---|---|"]
        rows: dict[tuple[str, int], list[str]] = {}
        for case in cases:
            rows.setdefault((outcome(case), case.posts), []).append(case.fault)
        for (text, posts), faults in rows.items():
            cells = ("; ".join(faults), text, str(posts))
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


def test_the_page_is_current() -> None:
    """The documentation says what the tests hold."""
    assert PAGE.read_text(encoding="utf-8") == page(), f"run: {COMMAND}"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write-docs"]:
        sys.exit(f"usage: {COMMAND}")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(CASES)} faults")
