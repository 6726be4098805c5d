"""The parts of a client that ``features`` of the settings add."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from generator.base.config import FEATURES, PARTS_OF_TESTING
from generator.base.errors import UsageError
from generator.project.services.comparison.recording import recorder
from tests.support.command import Outcome, python, speclock
from tests.support.generated_case import Case, GeneratedCases, generate_spec

SPEC = """\
openapi: 3.1.0
info: {title: Sample, version: "1"}
servers: [{url: "https://pets.example/v1"}]
security: [{key: []}]
paths:
  /pets:
    post:
      operationId: pets/create
      requestBody:
        required: true
        content: &pet
          application/json: {schema: {$ref: "#/components/schemas/Pet"}}
          application/xml: {schema: {$ref: "#/components/schemas/Pet"}}
      responses:
        "200":
          description: The pet.
          headers: {X-Left: {schema: {type: integer}}}
          content: *pet
        "400": {description: No., content: {text/plain: {}, application/json: {}}}
  /note:
    get:
      operationId: notes/get
      responses: {"200": {description: A note., content: {text/plain: {}}}}
components:
  securitySchemes: {key: {type: apiKey, in: query, name: api key}}
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string}}}
"""


PAGES = """\
openapi: 3.1.0
info: {title: Sample, version: "1"}
servers: [{url: "https://pets.example/v1"}]
paths:
  /pets:
    get:
      operationId: pets/list
      responses:
        "200":
          description: The names of all pets, as a page or a table, too.
          content:
            application/json: {schema: {type: array, items: {type: string}}}
            text/csv: {schema: {type: string}}
            text/html: {schema: {type: string}}
"""


def load(cases: GeneratedCases, name: str, *settings: str, spec: str = SPEC) -> tuple[Case, str]:
    """Return a client with settings, and what `generate` said."""
    said: list[str] = []

    def make(folder: Path) -> Outcome:
        outcome = generate_spec(folder, f"case_{name}", spec, *settings)
        said.append(outcome.err)
        return outcome

    return cases.add(name, make), "".join(said)


def annotation(case: Case, argument: str) -> str:
    """Return the annotation of an argument of ``pets.create``, or of its result."""
    source = Path(str(case.modules["resources.pets"].__file__)).read_text(encoding="utf-8")
    method = next(
        n
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.FunctionDef) and n.name == "create"
    )
    if argument == "return":
        return ast.unparse(method.returns or ast.Constant(None))
    every = [*method.args.args, *method.args.kwonlyargs]
    return next((ast.unparse(one.annotation or one) for one in every if one.arg == argument), "")


def test_none_by_default(cases: GeneratedCases) -> None:
    case, said = load(cases, "no_features")
    added = {"recorder", "response_headers", "pytest_plugin", "params", "fake_memory"}
    assert added.isdisjoint(name.rpartition(".")[2] for name in case.modules)
    assert not hasattr(case.modules["testing"], "Recorder")
    assert (annotation(case, "body"), annotation(case, "return")) == (
        "models.Pet | JsonObject",
        "models.Pet",
    )
    assert annotation(case, "content_type") == annotation(case, "accept") == ""
    assert "2 media types of text beside JSON left out, the first application/xml of" in said
    assert said.count("[text]") == 1
    with case.connect(lambda _: httpx.Response(200, text="Hello"), key="k") as client:
        assert client.notes.get() == "Hello"  # text alone is no alternative
    with case.connect(lambda _: httpx.Response(400, text="No"), key="k") as client:
        with pytest.raises(case.errors.ApiError) as caught:
            client.pets.create({"name": "Rex"})
        assert caught.value.error == "No"  # an error is read in each of its media types


def test_no_module_has_code_for_other_settings(cases: GeneratedCases) -> None:
    """Neither for the fake's memory, nor for arguments of the client."""
    case, _ = load(cases, "testing_alone", 'features = ["testing"]')
    for name, module in case.modules.items():
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        found = re.findall(r"fake_memory|--remember|remembers|of_client|sender\.arguments", text)
        assert found == [], name


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_text_that_is_left_out_is_not_called_undocumented(cases: GeneratedCases, mode: str) -> None:
    """A server chooses it by an argument; the message for a page has the remedy."""
    table = httpx.Response(200, text="a,b", headers={"content-type": "text/csv"})
    page = httpx.Response(200, html="<p>a</p>")
    found: list[object] = []
    case, _ = load(cases, f"left_out_{mode}", spec=PAGES)
    with case.connect(lambda _: table, mode, on_deviation=found.append) as client:
        assert client.pets.list() == "a,b"
    rule = "response/body/media-type/added"
    assert [*map(str, found)] == [f"pets.list: response has another media type ({rule})"]
    with (
        case.connect(lambda _: page, mode) as client,
        pytest.raises(case.errors.ResponseError) as caught,
    ):
        client.pets.list()
    remedy = 'if the description has that beside JSON, with the feature "text"; the body begins'
    assert remedy in str(caught.value)
    case, _ = load(cases, f"kept_{mode}", 'features = ["text"]', spec=PAGES)
    found.clear()
    with case.connect(lambda _: page, mode, on_deviation=found.append) as client:
        assert client.pets.list() == "<p>a</p>"
    assert found == []


def test_all(cases: GeneratedCases) -> None:
    case, said = load(cases, "all_features", f"features = {json.dumps(FEATURES)}")
    assert {"response_headers", "pytest_plugin"} <= {
        Path(str(path)).stem for path in Path(str(case.package.__file__)).parent.iterdir()
    }
    guide = Path(str(case.package.__file__)).with_name("AGENTS.md").read_text(encoding="utf-8")
    assert "testing --port 8080" in guide
    assert "testing.example(" in guide
    assert "[text]" not in said
    assert annotation(case, "return") == "models.Pet | str"
    read = case.modules["response_headers"].PetsCreateHeaders.read
    assert read({"x-left": "3"}).x_left == 3
    plugin: Any = __import__(f"{case.package.__name__}.pytest_plugin", fromlist=["fake_sample"])
    assert isinstance(plugin.fake_sample.__wrapped__(), case.modules["testing"].Fake)


@pytest.mark.parametrize("former", PARTS_OF_TESTING)
def test_a_former_name_is_the_feature_testing(cases: GeneratedCases, former: str) -> None:
    case, said = load(cases, f"former_{former}", f'features = ["{former}", "readme"]')
    warning = (
        f'warning: [tool.speclock] features: "{former}" is deprecated. Write "testing" instead.\n'
    )
    assert said.count("deprecated") == said.count(warning) == 1
    assert {"Recorder", "example"} <= {*dir(case.modules["testing"])}
    assert (Path(str(case.package.__file__)).parent / "pytest_plugin.py").is_file()


def test_several_clients_are_told_once(tmp_path: Path) -> None:
    """In each command, whatever the clients; the settings are read several times."""
    clients = ""
    for package, features in (("one", "recorder"), ("two", 'recorder", "examples')):
        table = f'[tool.speclock.clients.{package}]\nspec = "spec.yaml"'
        clients += f'{table}\nfeatures = ["testing", "{features}"]\n'
    (tmp_path / "pyproject.toml").write_text(clients, encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    for words in (["generate"], ["check", "--full"], ["ls"]):
        outcome = speclock(tmp_path, *words)
        assert outcome.code == 0, outcome.err
        assert outcome.err.count("deprecated") == 1
        assert outcome.err.count('features: "recorder", "examples" is deprecated') == 1
    assert "deprecated" not in speclock(tmp_path, "check", "--quiet").err


@pytest.mark.parametrize("former", PARTS_OF_TESTING)
def test_a_former_name_is_taken_on_the_command_line(tmp_path: Path, former: str) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    client = ("--spec", "spec.yaml", "--package", "one", "--output", "out")
    assert speclock(tmp_path, "generate", *client, "--feature", former).code == 0
    assert (tmp_path / "out" / "one" / "pytest_plugin.py").is_file()


def test_no_server_without_the_feature(cases: GeneratedCases) -> None:
    case, _ = load(cases, "no_features")
    name, folder = case.package.__name__, Path(str(case.package.__file__)).parents[1]
    done = python(folder, "-m", f"{name}.testing", code=1)
    assert done.out == ""
    remedy = 'No server: set features = ["testing"] for this client, and generate it.\n'
    assert done.err == remedy


def test_a_pinned_media_type_of_text_is_kept(cases: GeneratedCases) -> None:
    pin = '{"pets/create" = "application/xml"}'
    case, said = load(cases, "pinned_text", f"content_type = {pin}", f"accept = {pin}")
    assert "[text]" not in said

    def echo(request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "application/xml"}
        return httpx.Response(200, content=request.content, headers=headers)

    with case.connect(echo, key="k") as client:
        assert client.pets.create("<pet/>") == "<pet/>"


@pytest.mark.parametrize("has_feature", [True, False])
def test_a_recording_hides_the_keys_of_the_description(
    cases: GeneratedCases, tmp_path: Path, has_feature: bool
) -> None:
    features = f"features = {json.dumps(FEATURES)}"
    case, _ = load(cases, *(("all_features", features) if has_feature else ("no_features",)))
    path, fake = tmp_path / "recording.ndjson", case.fake()
    transport = (
        case.modules["testing"].Recorder(path, fake)
        if has_feature
        else recorder(path, case.package, fake)
    )
    with case.package.Sample(key="a b&secret", transport=transport) as client:
        client.pets.create({"name": "Rex"})
    (line,) = path.read_text("utf-8").splitlines()
    assert json.loads(line)["request"]["url"] == "https://pets.example/v1/pets?api%20key=***"
    assert json.loads(json.loads(line)["request"]["body"]) == {"name": "Rex"}
    assert "secret" not in line


@pytest.mark.parametrize("package", ["json", "case_models_alone"])
def test_what_cannot_be_recorded(cases: GeneratedCases, tmp_path: Path, package: str) -> None:
    cases.load("models_alone")
    module: ModuleType = __import__(package)
    with pytest.raises(UsageError, match=f"{package} cannot be recorded"):
        recorder(tmp_path / "recording.ndjson", module)


def test_a_subclass_of_a_client_has_its_resources(cases: GeneratedCases) -> None:
    case, _ = load(cases, "no_features")
    kind: Any = type("Mine", (case.package.Sample,), {})
    with kind(key="k", transport=case.fake()) as client:
        assert client.pets.create({"name": "Rex"}).name
        assert client.pets is client.pets


def test_an_unknown_feature(tmp_path: Path) -> None:
    outcome = generate_spec(tmp_path, "sample", SPEC, 'features = ["xml"]')
    assert outcome.code == 2
    assert f"features must be one of {', '.join(FEATURES)}, not 'xml'" in outcome.err
