"""Parameters of many operations as arguments of the client: the setting ``globals``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder
from tests.support.clients import method_of, wait_for
from tests.support.command import speclock
from tests.support.generated_case import Case, GeneratedCases, generate_spec, load_spec

OURS: dict[str, Any] = {
    "account_id": "a/1", "api_version": 3, "region": "eu", "locale": "de", "x_tenant": "ours",
    "list_": ["x", "y"],
}  # fmt: skip
PETS = """
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: "https://{stage}.pets.example", variables: {stage: {default: live}}}]
paths:
  /pets:
    get:
      operationId: list
      tags: [models]
      security: [{key: []}]
      parameters:
        - {name: X-Tenant, in: header, required: true, schema: {type: string}}
        - {name: x_tenant, in: query, schema: {type: string}}
        - {name: timeout, in: query, schema: {type: integer}}
        - {name: stage, in: query, schema: {type: string}}
        - {name: key, in: query, schema: {type: string}}
        - {name: X-Key, in: header, schema: {type: string}}
        - {name: since, in: query, required: true, schema: {type: [string, "null"]}}
        - {name: kind, in: query, schema: {$ref: "#/components/schemas/Kind"}}
      responses: {"204": {description: Done.}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas: {Kind: {type: string, enum: [cat, dog]}}
"""


def sent(case: Case, mode: str, call: str, *arguments: Any, **settings: Any) -> httpx.Request:
    """Return the request of a call by a client that has each argument."""
    return case.sent(mode, call, *arguments, **{"token": "t", **OURS, **settings})


def test_each_place(case: Case, mode: str) -> None:
    server = Recorder(["Rex"])
    with case.connect(server, mode, "t", **OURS) as client:
        client.pets.list_pets()
    request = server.request
    assert request.url.raw_path == b"/v1/accounts/a%2F1/pets?api_version=3&region=eu"
    assert request.headers["x-tenant"] == "ours"
    created = sent(case, mode, "pets.create_pet", {"name": "Rex"}, api_version="b")
    assert created.url.query == b"api_version=b"
    assert created.headers["cookie"] == "locale=de"
    assert sent(case, mode, "pets.get_pet", "7").url.query == b"list=x&list=y"


def test_the_argument_of_a_call_wins(case: Case, mode: str) -> None:
    server = Recorder(["Rex"])
    with case.connect(server, mode, "t", **OURS) as client:
        client.pets.list_pets(account_id="b", api_version=0, region="us", x_tenant="")
        client.pets.list_pets()
    first, second = server.requests
    assert first.url.raw_path == b"/v1/accounts/b/pets?api_version=0&region=us"
    assert (first.headers["x-tenant"], second.headers["x-tenant"]) == ("", "ours")


def test_one_that_is_optional_may_be_missing(case: Case, mode: str) -> None:
    server = Recorder()
    with case.connect(server, mode, "t") as client:
        client.pets.get_pet("7")
    assert "x-tenant" not in server.request.headers
    assert server.request.url.query == b""


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("pets.list_pets", ()),
        ("pets.list_pets_all", ()),
        ("pets.picture_stream", ("7",)),
        ("start_job_and_wait", ()),
    ],
)
def test_a_missing_one_is_told_as_a_missing_argument(
    case: Case, mode: str, call: str, arguments: tuple[str, ...]
) -> None:
    server = Recorder()
    settings = {**OURS, "x_tenant": None}
    name = call.removesuffix("_all").removesuffix("_stream").removesuffix("_and_wait")
    told = rf"^{name}\(\) needs x_tenant, an argument of the call or of the client; nothing was"
    with (
        case.connect(server, mode, "t", **settings) as client,
        pytest.raises(TypeError, match=told),
    ):
        method_of(client, call)(*arguments)
    assert not server.requests


def test_a_value_of_another_type_is_refused_by_the_call(case: Case, mode: str) -> None:
    with pytest.raises(ValidationError, match=r"pets.list_pets\(api_version='b'\)"):
        sent(case, mode, "pets.list_pets", api_version="b")


def test_pages_and_streams(case: Case, mode: str) -> None:
    server = Recorder(["a"], ["b"], [])
    with case.connect(server, mode, "t", **OURS) as client:
        assert [*client.pets.list_pets_all(api_version=4)] == ["a", "b"]
    assert [request.url.params["api_version"] for request in server.requests] == ["4"] * 3
    assert [request.headers["x-tenant"] for request in server.requests] == ["ours"] * 3
    assert sent(case, mode, "pets.picture_stream", "7").headers["x-tenant"] == "ours"


def test_the_question_of_a_wait_has_them_too(case: Case, mode: str) -> None:
    started = httpx.Response(202, json={"id": "7", "status": "running"})
    server = Recorder(lambda _: started, {"id": "7", "status": "done"})
    wait = case.package.Wait(pause=0.001)
    with case.connect(server, mode, "t", **OURS) as client:
        assert client.start_job_and_wait(x_tenant="theirs", wait=wait).status == "done"
    assert [request.headers["x-tenant"] for request in server.requests] == ["theirs"] * 2
    assert server.requests[1].url.query == b"api_version=3"


def test_options_and_other_constructors(
    case: Case, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPLE_TOKEN", "t")
    server = Recorder()
    options = case.package.Options(headers={"X-Tenant": "option"}, query={"debug": "1"})
    with case.connect(server, mode, make="from_env", **OURS) as client:
        client.pets.get_pet("7", options=options)
        raw = wait_for(client.raw(client.pets.get_pet, "7"))
    assert raw.status_code == 204
    first, second = server.requests
    assert first.headers["x-tenant"] == "option"
    assert first.url.query == b"list=x&list=y&debug=1"
    assert second.headers["x-tenant"] == "ours"


def test_the_fake(case: Case) -> None:
    fake = case.fake()
    with case.package.Sample("t", transport=fake, **OURS) as client:
        client.pets.list_pets()
    (call,) = fake.pets_list_pets.calls
    assert call.request.headers["x-tenant"] == "ours"


def test_two_clients_have_their_own(case: Case, mode: str) -> None:
    assert sent(case, mode, "pets.get_pet", "7", x_tenant="a").headers["x-tenant"] == "a"
    assert sent(case, mode, "pets.get_pet", "7", x_tenant="b").headers["x-tenant"] == "b"


def setting(*names: str) -> str:
    return f"globals = [{', '.join(map(repr, names))}]"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (
            ["query timeout"],
            (
                "names 'query timeout', whose argument 'timeout' would be a setting of the "
                "constructor. Remove it."
            ),
        ),
        (
            ["query key"],
            (
                "names 'query key', whose argument 'key' would be that of a credential. Rename the "
                'credential: credentials = { "key" = "key_credential" }'
            ),
        ),
        (
            ["query stage"],
            (
                "names 'query stage', whose argument 'stage' would be that of a server variable. "
                "Remove it."
            ),
        ),
        (["header x-key"], "names 'header x-key', which the credential 'key' sends. Remove it."),
        (
            ["header X-Tenant", "query x_tenant"],
            (
                "names 'query x_tenant', whose argument 'x_tenant' would be that of 'header "
                "X-Tenant', too. Remove it."
            ),
        ),
        (
            ["query since"],
            (
                "names 'query since', which may be null in list: None would have two meanings. "
                "Remove it."
            ),
        ),
    ],
)
def test_one_that_cannot_be_is_refused_at_its_line(
    names: list[str], told: str, tmp_path: Path
) -> None:
    outcome = generate_spec(tmp_path, "pets", PETS, setting(*names))
    assert outcome.code == 2
    assert "pyproject.toml:7: tool.speclock.clients.pets.globals" in outcome.err
    assert told in outcome.err


def test_the_remedy_for_a_credential_is_right(tmp_path: Path) -> None:
    renamed = 'credentials = { "key" = "key_credential" }'
    assert generate_spec(tmp_path, "pets", PETS, setting("query key"), renamed).code == 0


def test_another_form_is_refused(tmp_path: Path) -> None:
    outcome = generate_spec(tmp_path, "pets", PETS, setting("X-Tenant"))
    assert outcome.code == 2
    assert "a parameter's place and name, as `header X-Tenant`" in outcome.err


def test_one_that_no_operation_has_is_a_warning_at_its_line(tmp_path: Path) -> None:
    outcome = generate_spec(tmp_path, "pets", PETS, setting("header X-Tenent", "path none"))
    assert outcome.code == 0
    assert "pyproject.toml:7:1: warning: the entry 'header X-Tenent' of `globals`" in outcome.err
    assert "Did you mean 'header X-Tenant'?" in outcome.err
    assert "the entry 'path none' of `globals` has no effect" in outcome.err


def test_resources_that_hide_types(cases: GeneratedCases) -> None:
    """Without methods of the client, its module imports the models for type checkers alone."""
    case = load_spec(cases, "hidden_models", PETS, setting("query kind", "header X-Tenant"))
    text = Path(str(case.client.__file__)).read_text(encoding="utf-8")
    assert "    from . import models as models_\n" in text
    assert "kind: models_.Kind | str | None = None," in text
    server = Recorder()
    with case.connect(server, "sync", key="k", kind="cat", x_tenant="ours") as client:
        client.models.list(since="now")
    assert server.request.url.query == b"since=now&kind=cat"


def test_a_shared_runtime(tmp_path: Path) -> None:
    settings = setting("header X-Tenant"), 'runtime = "shared_runtime"'
    assert generate_spec(tmp_path, "pets", PETS, *settings).code == 0
    program = """
import pets.testing
fake = pets.testing.Fake()
pets.Sample(key="k", x_tenant="ours", transport=fake).models.list("now")
print(fake.models_list.calls[0].request.headers["x-tenant"])
"""
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "ours\n"
    assert not (tmp_path / "pets" / "_runtime").exists()


def test_show_tells_it(tmp_path: Path) -> None:
    generate_spec(tmp_path, "pets", PETS, setting("header X-Tenant"))
    shown = speclock(tmp_path, "show", "list").out
    assert "x_tenant_header: str | None = None" in shown
    assert "by default that of the client" in shown


@pytest.mark.parametrize("strict", ["false", "true"])
def test_show_of_an_operation_that_the_client_lacks_tells_it(strict: str, tmp_path: Path) -> None:
    spec = PETS.replace(
        "components:",
        """\
  /toys:
    get:
      operationId: toys
      parameters: [{name: X-Shop, in: header, required: true, schema: {type: string}}]
      responses: {"204": {description: Done.}}
components:""",
    )
    renamed = 'credentials = { "key" = "key_credential" }'
    names = setting("header X-Tenant", "header X-Shop", "query key")
    assert generate_spec(tmp_path, "pets", spec, renamed, names, f"strict = {strict}").code == 0
    project = tmp_path / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(f'{text}operations = ["toys"]\n', encoding="utf-8")
    shown = speclock(tmp_path, "show", "list")
    assert (shown.code, shown.err) == (0, "")
    for argument in ("x_tenant_header: str | None = None", "key: str | None = None"):
        assert argument in shown.out
