"""The generated tests: what they contain, and a test of one's own beside them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.command import speclock

ROOT = Path(__file__).resolve().parents[2]
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


def run_tests(folder: Path, *arguments: str) -> str:
    """Run tests in a folder as a user would, with warnings as errors, and return the output."""
    options = ["-q", "-pno:cacheprovider", "-pno:asyncio", "-W", "error", "--import-mode=importlib"]
    command = [sys.executable, "-m", "pytest", *options, "--rootdir=.", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout


def generate(folder: Path) -> Path:
    """Generate the client of SPEC and return the folder of its tests."""
    (folder / "zoo.yaml").write_text(SPEC, encoding="utf-8")
    found = speclock(folder, "generate", "--spec", "zoo.yaml", "--package", "zoo", "--output", ".")
    assert found.code == 0, found.err
    assert "the example 'invalid' doesn't satisfy its schema" in found.err
    return folder / "tests" / "zoo"


def test_each_example_and_error_has_its_literals(tmp_path: Path) -> None:
    """Examples, results and errors, in files that no name of a resource overwrites."""
    tests = generate(tmp_path)
    names = {path.name for path in tests.glob("test_*.py")}
    assert names == {"test_client.py", "test_client_.py", "test_models.py", "test_models_.py"}
    text = (tests / "test_models_.py").read_text(encoding="utf-8")
    functions = re.findall(r"^def (\w+)", text, re.MULTILINE)
    assert functions == [
        "test_put_cat",
        "test_put_unknown_member",
        "test_put_third",
        "test_put_errors",
        "test_put_error_500_made",
    ]
    for literal in (
        'models.Cat(kind="cat", lives=9, born=date.fromisoformat("2026-01-02"))',
        'models.Animal({"kind": "dog", "tail": {"length": 3}})',
        'since=datetime.fromisoformat("2026-01-02T03:04:05.000+00:00")',
        '"https://zoo.example/models/a%20b?since=2026-01-02T03%3A04%3A05Z"',
        "assert isinstance(result, models.Cat)",
        "assert result.lives == 8",
        "assert result.born is None",
        '(404, {"code": 7}, models.Fault)',
        '@pytest.mark.filterwarnings("ignore::DeprecationWarning")',
    ):
        assert literal in text or literal.startswith("models.Animal("), literal
    assert 'models.Dog.model_validate({"kind": "dog", "tail": {"length": 3}})' in text
    assert "passed" in run_tests(tmp_path, "tests")
    assert "failed" not in run_tests(tmp_path, "tests")


def test_a_wrong_client_is_noticed(tmp_path: Path) -> None:
    """By a test that names the method."""
    tests = generate(tmp_path)
    module = tmp_path / "zoo" / "resources" / "models.py"
    text = module.read_text(encoding="utf-8")
    for before, after in (
        ('method="PUT"', 'method="POST"'),
        ('path="/models/{name}"', 'path="/model/{name}"'),
        ('"since"', '"until"'),
    ):
        assert before in text
        module.write_text(text.replace(before, after), encoding="utf-8")
        assert "FAILED tests/zoo/test_models_.py::test_put_cat[sync]" in run_tests(
            tmp_path, "tests"
        )
    module.write_text(text, encoding="utf-8")
    models = tmp_path / "zoo" / "models.py"
    text = models.read_text(encoding="utf-8")
    for before, after in (("le=9", "le=8"), ("    names: list", "    nouns: list")):
        assert before in text
        models.write_text(text.replace(before, after), encoding="utf-8")
        assert f"FAILED {tests.relative_to(tmp_path)}/test_models.py" in run_tests(
            tmp_path, "tests"
        )


def test_a_test_of_ones_own_stays(tmp_path: Path) -> None:
    """That of the documentation, in a file beside the generated ones."""
    page = (ROOT / "docs" / "using-a-client.md").read_text(encoding="utf-8")
    block = re.search(r"```python\n(def test_create_customer_list.*?)```", page, re.DOTALL)
    assert block is not None
    shutil.copytree(ROOT / "generated", tmp_path / "generated")
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    own = tmp_path / "generated" / "tests" / "pinterest_audiences" / "test_of_our_own.py"
    own.write_text(f"from typing import Any\n\n\n{block[1]}", encoding="utf-8")
    out = run_tests(tmp_path / "generated", f"tests/pinterest_audiences/{own.name}")
    assert out.endswith("\n") and "2 passed" in out, out
    kept = own.read_bytes()
    for command in (("check",), ("check", "--full"), ("generate", "--fresh"), ("check",)):
        found = speclock(tmp_path, *command)
        assert found.code == 0, found.err
        assert own.read_bytes() == kept
