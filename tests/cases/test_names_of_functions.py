"""Arguments with the names of functions that methods and the constructor call."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client.test_types import Complaints, basedpyright, mypy
from tests.support.answers import Recorder
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec

IN_METHODS = ("body_or_fields", "wait_for", "async_wait_for", "or_of_client", "with_arguments")
IN_CONSTRUCTORS = (
    "bind", "choose_credentials", "env", "env_pair", "isinstance", "login", "needed_env", "secret",
    "set_arguments", "super", "with_variables",
)  # fmt: skip
NAMES = (*IN_METHODS, *IN_CONSTRUCTORS)
PETS = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [
        {"url": "https://{stage}.pets.example", "variables": {"stage": {"default": "live"}}}
    ],
    "security": [{"key": []}, {"login": []}],
    "paths": {
        "/pets": {
            "post": {
                "operationId": "pets/create",
                "parameters": [
                    {"name": name, "in": "query", "schema": {"type": "string"}} for name in NAMES
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"name": {"type": "string"}},
                            }
                        }
                    },
                },
                "responses": {"200": {"$ref": "#/components/responses/Job"}},
            }
        },
        "/jobs/{id}": {
            "get": {
                "operationId": "jobs/get",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {
                        "name": "wait_for",
                        "in": "query",
                        "required": True,
                        "schema": {"type": "string"},
                    },
                ],
                "responses": {"200": {"$ref": "#/components/responses/Job"}},
            }
        },
    },
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "login": {"type": "http", "scheme": "basic"},
        },
        "responses": {
            "Job": {
                "description": "A job.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}},
            }
        },
        "schemas": {
            "Job": {
                "type": "object",
                "required": ["id", "status"],
                "properties": {"id": {"type": "string"}, "status": {"type": "string"}},
            }
        },
    },
}
SETTINGS = (
    'arguments = "fields"',
    'poll."pets/create" = { operation = "jobs/get", status = "status", until = ["done"] }',
)
GLOBALS = "globals = " + json.dumps([f"query {name}" for name in NAMES])
DONE = {"id": "7", "status": "done"}


def load(cases: GeneratedCases, topic: str, *settings: str) -> Case:
    return load_spec(cases, topic, json.dumps(PETS), *SETTINGS, *settings)


@pytest.fixture(scope="module")
def of_calls(cases: GeneratedCases) -> Case:
    return load(cases, "names_of_functions")


@pytest.fixture(scope="module")
def of_client(cases: GeneratedCases) -> Case:
    return load(cases, "names_of_functions_of_client", GLOBALS)


def test_arguments_of_calls(of_calls: Case, mode: str) -> None:
    server = Recorder(DONE, DONE, DONE)
    arguments = {f"{name}_": name for name in IN_METHODS}
    with of_calls.connect(server, mode, key="k") as client:
        method_of(client, "pets.create")(name="Rex", **arguments)
        wait = of_calls.package.Wait(pause=0.001)
        method_of(client, "pets.create_and_wait")({"name": "Rex"}, wait_for_="all", wait=wait)
    first, second, question = server.requests
    assert json.loads(first.content) == {"name": "Rex"}
    assert dict(first.url.params) == {name: name for name in IN_METHODS}
    assert second.url.query == question.url.query == b"wait_for=all"


def test_arguments_of_the_client(
    of_client: Case, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPLE_KEY", "k")
    server = Recorder(DONE)
    arguments = {f"{name}_": name for name in NAMES}
    with of_client.connect(server, mode, make="from_env", **arguments) as client:
        method_of(client, "pets.create")(name="Rex", login="theirs")
    assert dict(server.request.url.params) == {name: name for name in NAMES} | {"login": "theirs"}
    assert server.request.headers["x-key"] == "k"


def test_what_the_question_alone_needs_is_missed_before_the_start(
    of_client: Case, mode: str
) -> None:
    server = Recorder(DONE)
    with (
        of_client.connect(server, mode, key="k") as client,
        pytest.raises(TypeError, match=r"^pets.create_and_wait\(\) needs wait_for_, an argument"),
    ):
        method_of(client, "pets.create_and_wait")({"name": "Rex"})
    assert not server.requests


def test_an_operation_with_the_name_of_the_fakes_list(cases: GeneratedCases, mode: str) -> None:
    get = {"operationId": "remembers", "responses": {"204": {"description": "Done."}}}
    spec = {**PETS, "paths": {"/all": {"get": get}}}
    case = load_spec(cases, f"named_remembers_{mode}", json.dumps(spec), 'features = ["remember"]')
    fake = case.fake(remember=True)
    with case.connect(None, mode, transport=fake, key="k") as client:
        method_of(client, "remembers")()
    assert fake.remembers == ()
    assert len(fake.remembers_.calls) == 1


@pytest.mark.slow
@pytest.mark.parametrize("check", [mypy, basedpyright])
def test_type_checkers(
    check: Callable[[Path, list[str]], Complaints], of_client: Case, tmp_path: Path
) -> None:
    package = Path(str(of_client.package.__file__)).parent
    shutil.copytree(package, tmp_path / package.name)
    assert check(tmp_path, [package.name]) == {}
