"""Libraries that answer in place of a server, or that record and repeat what one answered."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import respx
import vcr  # type: ignore[import-untyped]
from polyfactory.exceptions import ParameterException
from polyfactory.factories.pydantic_factory import ModelFactory
from pydantic import BaseModel
from pytest_httpx import HTTPXMock

from tests.client.conftest import Caller
from tests.client.shapes import Shape, do
from tests.support.answers import Recorder
from tests.support.clients import connect
from tests.support.generated_case import Case
from tests.support.project import make_project
from tests.support.sockets import Server, answered
from tests.works_with import calls
from tests.works_with.conftest import SPEC
from tests.works_with.page import UserProject

SCHEMATHESIS = os.environ.get("SPECLOCK_SCHEMATHESIS", "")
Mock = Callable[[str, str, list[httpx.Response]], None]


@pytest.mark.slow
def test_respx(project: UserProject) -> None:
    project.show("test_respx.py")
    assert project.pytest("test_respx.py").startswith("2 passed")


@pytest.mark.slow
def test_pytest_httpx(project: UserProject) -> None:
    project.show("test_pytest_httpx.py")
    assert project.pytest("test_pytest_httpx.py").startswith("1 passed")


@pytest.mark.slow
def test_vcrpy(project: UserProject, staging: Server) -> None:
    """The first run records, the second one sends nothing; no cassette has the token."""
    project.show("test_vcrpy.py")
    for _ in range(2):
        passed = project.pytest("test_vcrpy.py", PINTEREST_STAGING=staging.base_url)
        assert passed.startswith("2 passed")
    assert [request.headers["authorization"] for request in staging.requests] == [
        "Bearer token"
    ] * 2
    for name in ("create.yaml", "create_async.yaml"):
        text = (project.root / "cassettes" / name).read_text(encoding="utf-8")
        assert "interactions:" in text
        assert "Bearer" not in text


def test_drift_reads_a_cassette_of_vcrpy(tmp_path: Path, serve: Callable[..., Server]) -> None:
    """A member that the description doesn't have is found."""
    server = serve(answered(200, {"id": "7", "extra": 1}))
    with vcr.use_cassette(tmp_path / "cassette.yaml", filter_headers=["authorization"]):
        Caller("sync").create(server.base_url)
    spec = SPEC.read_text(encoding="utf-8")
    project = make_project(tmp_path, spec, "pinterest_audiences", client="Pinterest")
    outcome = project.does("drift", "--traffic", "cassette.yaml", "--base-url", server.base_url)
    assert "the member extra, which isn't described" in outcome.out
    assert "1 of 1 exchanges call operations in use" in outcome.out


@pytest.mark.slow
@pytest.mark.skipif(not SCHEMATHESIS, reason="SPECLOCK_SCHEMATHESIS names no program")
def test_drift_reads_reports_of_schemathesis(tmp_path: Path, serve: Callable[..., Server]) -> None:
    url = serve(answered(200, {"id": "7", "extra": 1}), life=120.0).base_url
    project = make_project(tmp_path, SPEC.read_text("utf-8"), "pinterest_audiences")
    words = f"run {SPEC} --url {url} --mode positive --phases fuzzing --max-examples 1"
    words += " --report har,vcr --header Authorization:x"
    subprocess.run([SCHEMATHESIS, *words.split()], cwd=tmp_path, check=False, capture_output=True)
    outcome = project.does("drift", "--traffic", "schemathesis-report", "--base-url", url)
    assert "safe: 1 deviation, which doesn't break audiences/create" in outcome.out
    assert "2 of 2 exchanges call operations in use" in outcome.out


def again(response: httpx.Response, _: httpx.Request) -> httpx.Response:
    return response


@pytest.fixture(params=["respx", "pytest-httpx"])
def mock(request: pytest.FixtureRequest) -> Iterator[Mock]:
    """Return the function that has a library answer a method and an URL, in turn."""
    if request.param == "pytest-httpx":
        known: HTTPXMock = request.getfixturevalue("httpx_mock")

        def add(method: str, url: str, responses: list[httpx.Response]) -> None:
            for response in responses:
                known.add_callback(partial(again, response), method=method, url=url)

        yield add
        return
    with respx.mock as router:

        def route(method: str, url: str, responses: list[httpx.Response]) -> None:
            router.route(method=method, url=url).side_effect = responses

        yield route


@pytest.mark.parametrize("shape", calls.WIRE, ids=lambda shape: shape.name)
def test_a_mock_answers_every_shape(shape: Shape, mode: str, case: Case, mock: Mock) -> None:
    method, url = shape.request.split()
    mock(method, url, [shape.answer(httpx.Request(method, url))])
    result, _ = do(shape, case, mode, shape.answer, transport=None)
    assert result == shape.result


def test_a_mock_answers_pages(mode: str, load_case: Callable[[str], Case], mock: Mock) -> None:
    first, second = (httpx.Response(200, json=page) for page in calls.PAGES)
    mock("GET", f"{calls.PETS}?cursor=n", [second])
    mock("GET", calls.PETS, [first])
    with load_case("pagination").connect(None, mode) as client:
        assert [pet.id for pet in client.pets.list_all()] == ["a", "b"]


def test_a_mock_skips_a_transport(caller: Caller, mock: Mock, staging: Server) -> None:
    """It answers for httpx's own transport, and not for one of the caller's."""
    answer = httpx.Response(200, json={"id": "mocked"})
    mock("POST", f"{staging.base_url}/ad_accounts/1/audiences", [answer])
    own = httpx.MockTransport(Recorder({"id": "own"}))
    theirs = httpx.HTTPTransport() if caller.mode == "sync" else httpx.AsyncHTTPTransport()
    assert caller.create(staging.base_url, transport=own).id == "own"
    assert caller.create(staging.base_url, transport=theirs).id == "mocked"
    assert staging.requests == []


def test_mocks_of_httpx_do_not_answer_httpx2(
    mode: str, over: Callable[[str], ModuleType], staging: Server, httpx_mock: HTTPXMock
) -> None:
    """The request reaches the server."""
    package = over("httpx2")
    httpx_mock.add_response(is_optional=True)
    with respx.mock(assert_all_called=False) as router:
        router.route().respond(500)
        with connect(package, mode, staging, "token") as client:
            audience = calls.create(package, client)
    assert audience.id == "7"
    assert len(staging.requests) == 1


@pytest.mark.parametrize("shape", calls.WIRE, ids=lambda shape: shape.name)
def test_a_cassette_has_every_shape(
    shape: Shape, mode: str, case: Case, serve: Callable[..., Server], tmp_path: Path
) -> None:
    """The second call gets the same result from the file."""
    server = serve(partial(calls.step, shape))
    settings: dict[str, Any] = {"transport": None, "base_url": server.location}
    for _ in range(2):
        with vcr.use_cassette(tmp_path / "cassette.yaml"):
            result, _ = do(shape, case, mode, shape.answer, **settings)
        assert result == shape.result
    assert len(server.requests) == 1


def test_a_cassette_has_all_pages(
    mode: str, load_case: Callable[[str], Case], serve: Callable[..., Server], tmp_path: Path
) -> None:
    server = serve(*(answered(200, page) for page in calls.PAGES))
    for _ in range(2):
        cassette = vcr.use_cassette(tmp_path / "cassette.yaml")
        with cassette, load_case("pagination").connect(server, mode) as client:
            assert [pet.id for pet in client.pets.list_all()] == ["a", "b"]
    assert len(server.requests) == 2


def test_a_cassette_of_httpx2(
    mode: str, over: Callable[[str], ModuleType], staging: Server, tmp_path: Path
) -> None:
    package = over("httpx2")
    for _ in range(2):
        cassette = vcr.use_cassette(tmp_path / "cassette.yaml")
        with cassette, connect(package, mode, staging, "token") as client:
            audience = calls.create(package, client)
        assert audience.id == "7"
    assert len(staging.requests) == 1


@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_cassette_reads_a_stream_first(is_recorded: bool, case: Case, tmp_path: Path) -> None:
    """Its pieces have all arrived when the stream is opened; without a cassette none has."""
    left = [b"\xff", b"\xff"]

    def pieces() -> Iterator[bytes]:
        while left:
            yield left.pop()

    headers = {"content-type": "image/png"}
    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=pieces()))
    cassette = vcr.use_cassette(tmp_path / "cassette.yaml") if is_recorded else nullcontext()
    with (
        cassette,
        case.package.Sample(transport=answer) as client,
        client.prints.download_stream("7") as photo,
    ):
        assert len(left) == (0 if is_recorded else 2)
        assert b"".join(photo) == b"\xff\xff"


def wsgi(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    """Answer with the path."""
    start_response("200 OK", [("content-type", "application/json")])
    text = f'{{"id": "{environ["PATH_INFO"]}", "name": "x"}}'
    return [text.encode()]


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the path, in one piece."""
    await receive()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    text = f'{{"id": "{scope["path"]}", "name": "x"}}'
    await send({"type": "http.response.body", "body": text.encode()})


def test_an_application(caller: Caller) -> None:
    if caller.mode == "sync":
        audience = caller.create("http://shop.test", transport=httpx.WSGITransport(wsgi))
    else:
        audience = caller.create("http://shop.test", transport=httpx.ASGITransport(asgi))
    assert (audience.id, audience.name) == ("/ad_accounts/1/audiences", "x")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["test_factory_boy.py", "test_polyfactory.py"])
def test_factories(name: str, project: UserProject) -> None:
    project.show(name)
    assert project.pytest(name).startswith("1 passed")


@pytest.mark.parametrize(
    ("topic", "fault"),
    [
        ("bodies", "PathLike"), ("subtypes", "ForwardRef"),
        ("scalars_and_constraints", ""), ("maps_and_extras", ""),
    ],
)  # fmt: skip
def test_polyfactory_makes_other_classes(
    topic: str, fault: str, load_case: Callable[[str], Case]
) -> None:
    models = load_case(topic).models
    classes = [one for one in vars(models).values() if isinstance(one, type)]
    own = [one for one in classes if one.__module__ == models.__name__]
    faults: set[str] = set()
    for seed in range(5):
        for model in (one for one in own if issubclass(one, BaseModel)):
            ModelFactory.seed_random(seed)
            try:
                ModelFactory.create_factory(model).build()
            except ParameterException as error:
                faults.add(str(error))
    assert bool(faults) is bool(fault)
    assert all(fault in one for one in faults), faults
