"""The generated tests: what they contain, and a test of one's own beside them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.command import ROOT, run_tests, speclock

SPEC = """\
openapi: 3.1.0
info: {title: Zoo, version: "1"}
servers: [{url: https://zoo.example}]
paths:
  /models/{name}:
    put:
      operationId: models/put
      deprecated: true
      parameters:
        - {name: name, in: path, required: true, schema: {type: string}, example: "a b"}
        - {name: since, in: query, schema: {type: string, format: date-time}, example: "2026-01-02T03:04:05.000+00:00"}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Animal"}
            examples:
              cat: {value: {kind: cat, lives: 9, born: "2026-01-02"}}
              unknown member: {value: {kind: dog, tail: {length: 3}}}
              invalid: {value: {kind: dog, names: ["0"]}}
              third: {value: {kind: dog}}
              fourth: {value: {kind: dog, names: ["11", 1a1]}}
      responses:
        "200": {description: As it is., content: {application/json: {schema: {$ref: "#/components/schemas/Animal"}, example: {kind: cat, lives: 8, born: null}}}}
        "404": {description: None., content: {application/json: {schema: {$ref: "#/components/schemas/Fault"}, example: {code: 7}}}}
        "409": {description: Taken., content: {application/json: {schema: {$ref: "#/components/schemas/Fault"}}}}
        "500": {description: Broken., content: {text/plain: {schema: {type: string}}}}
  /client:
    get: {operationId: client/ping, responses: {"204": {description: Alive.}}}
  /ping:
    get: {operationId: ping, responses: {"204": {description: Alive.}}}
components:
  schemas:
    Animal:
      oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
      discriminator: {propertyName: kind, mapping: {cat: Cat, dog: Dog}}
    Cat: {type: object, required: [kind], properties: {kind: {type: string}, lives: {type: integer, maximum: 9}, born: {type: [string, "null"], format: date}}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}, names: {type: array, items: {type: string, pattern: "^[0-9]+[a-z]*[0-9]+$"}}}}
    Fault: {type: object, required: [code], properties: {code: {type: integer}}}
"""  # noqa: E501


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zoo")
    (folder / "zoo.yaml").write_text(SPEC, encoding="utf-8")
    found = speclock(
        folder,
        "generate",
        "--spec",
        "zoo.yaml",
        "--package",
        "zoo",
        "--output",
        ".",
        "--tests",
        "all",
    )
    assert found.code == 0, found.err
    assert "the example 'invalid' doesn't satisfy its schema" in found.err
    return folder


@pytest.mark.slow
def test_each_example_and_error_has_its_literals(zoo: Path) -> None:
    """Examples, results and errors, in files that no name of a resource overwrites."""
    tests = zoo / "tests" / "zoo"
    names = {path.name for path in tests.glob("test_*.py")}
    assert names == {"test_client.py", "test_client_.py", "test_models.py", "test_models_.py"}
    text = (tests / "test_models_.py").read_text(encoding="utf-8")
    functions = re.findall(r"^def (\w+)", text, re.MULTILINE)
    assert functions == [
        "test_put_cat",
        "test_put_unknown_member",
        "test_put_third",
        "test_put_errors",
        "test_put_timeout",
        "test_put_rate_limit",
    ]
    for literal in (
        'models.Cat(kind="cat", lives=9, born=date.fromisoformat("2026-01-02"))',
        'models.Dog.model_validate({"kind": "dog", "tail": {"length": 3}})',
        'since=datetime.fromisoformat("2026-01-02T03:04:05.000+00:00")',
        '"https://zoo.example/models/a%20b?since=2026-01-02T03%3A04%3A05Z"',
        'assert result == models.Cat(kind="cat", lives=8, born=None)',
        '(Reply(404, {"code": 7}), models.Fault(code=7)),',
        '@pytest.mark.filterwarnings("ignore::DeprecationWarning")',
    ):
        assert literal in text, literal
    assert "passed" in run_tests(zoo, "tests").out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "before", "after", "test"),
    [
        ("resources/models.py", "PUT /models/{name}", "PUT /a", "models_.py::test_put_cat"),
        ("models.py", "    names: Opt[list", "    nouns: Opt[list", "models.py::test_"),
    ],
)
def test_a_wrong_client_is_noticed(
    module: str, before: str, after: str, test: str, zoo: Path, tmp_path: Path
) -> None:
    """By a test that names the method or the class."""
    folder = shutil.copytree(zoo, tmp_path / "wrong")
    path = folder / "zoo" / module
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert f"FAILED tests/zoo/test_{test}" in run_tests(folder, "tests", code=1).out


OWN = """\
from pinterest_audiences import Pinterest, models
from pinterest_audiences.testing import Fake, Reply


def test_create_customer_list(client: Pinterest, fake: Fake) -> None:
    fake.audiences_create.answers(Reply(200, {"id": "2542620333444", "name": "Newsletter readers"}))

    result = client.audiences.create(
        "1",
        models.AudienceCreateRequest(
            audience_type=models.AudienceType.CUSTOMER_LIST,
            name="Newsletter readers",
            rule=models.AudienceRule(customer_list_id="643"),
        ),
    )

    (received,) = fake.audiences_create.calls
    assert str(received.request.url) == "https://api.pinterest.com/v5/ad_accounts/1/audiences"
    assert result.name == "Newsletter readers"
"""
RAW = """

def test_raw(client: Pinterest) -> None:
    body = {"audience_type": "VISITOR", "name": "x", "rule": {}}
    assert client.raw(client.audiences.create, "1", body).value.id
"""


@pytest.mark.slow
def test_a_test_of_ones_own_stays(tmp_path: Path) -> None:
    """A copy of a generated test, in a file beside the generated ones."""
    shutil.copytree(ROOT / "generated", tmp_path / "generated")
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    own = tmp_path / "generated" / "tests" / "pinterest_audiences" / "test_of_our_own.py"
    own.write_text(OWN + RAW, encoding="utf-8")
    assert "4 passed" in run_tests(tmp_path / "generated", own).out
    kept = own.read_bytes()
    for command in (("check",), ("generate", "--fresh")):
        found = speclock(tmp_path, *command)
        assert found.code == 0, found.err
        assert own.read_bytes() == kept
