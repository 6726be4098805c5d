"""The generated tests of a time-out, a rate limit, an error with examples, and a null body."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.command import run_tests
from tests.support.project import ORCHARD, Project, make_project, replace

NULLS = """\
openapi: 3.1.0
info: {title: Nulls, version: "1"}
servers: [{url: https://nulls.example}]
paths:
  /optional:
    delete:
      operationId: clear
      requestBody: {content: {application/json: {schema: {type: "null"}}}}
      responses: {"204": {description: Gone.}}
    put:
      operationId: change
      requestBody: {content: {application/json: {schema: {type: [string, "null"]}, example: null}}}
      responses: {"204": {description: Changed.}}
  /required:
    put:
      operationId: reset
      requestBody: {required: true, content: {application/json: {schema: {type: "null"}}}}
      responses:
        "204": {description: Reset.}
        default:
          description: No.
          content:
            application/json: {schema: {type: string}, examples: {a: {value: x}, b: {value: y}}}
            text/plain: {schema: {type: string}, examples: {c: {value: z}}}
"""
"""A description whose bodies may be null, and whose error has three examples."""


@pytest.fixture
def orchard(tmp_path: Path) -> Project:
    project = make_project(tmp_path, ORCHARD)
    project.generate()
    return project


def failed(project: Project) -> set[str]:
    """Run the generated tests, and return the names of those that fail."""
    out = run_tests(project.root, "generated/tests", code=1).out
    return set(re.findall(r"^FAILED [^:]*::(\w+)\[", out, re.MULTILINE))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "before", "after", "test"),
    [
        (
            "retry.py",
            "= idempotent or not error.may_have",
            "= True or not error.may_have",
            "timeout",
        ),
        ("call.py", "or not isinstance(cause, _NEVER", "or isinstance(cause, _NEVER", "timeout"),
        ("errors.py", "= RateLimitError if exchange.", "= ApiError if exchange.", "rate_limit"),
        ("call.py", "wait = retry_after(headers)", "wait = None", "rate_limit"),
    ],
)
def test_faults_of_the_runtime_are_noticed(
    module: str, before: str, after: str, test: str, orchard: Project
) -> None:
    """By both clients, in the tests of the first operation that isn't repeated."""
    run_tests(orchard.root, "generated/tests")
    replace(orchard.package / "_runtime" / module, (before, after))
    assert failed(orchard) == {f"test_plant_{test}"}


def test_a_client_has_two_tests_of_failures(orchard: Project) -> None:
    text = orchard.read("generated/tests/orchard/test_trees.py")
    assert text.count("Fault.TIMEOUT") == text.count("Reply(429") == 1
    assert "len(fake.trees_plant.calls) == 1" in text
    assert "TIMEOUT" not in orchard.read("generated/tests/orchard/test_baskets.py")


@pytest.mark.parametrize("is_post", [True, False])
def test_a_repeatable_call_is_tested_as_such(is_post: bool, tmp_path: Path) -> None:
    """One of an idempotent method, or with a key that the client makes."""
    spec = ORCHARD if is_post else ORCHARD.replace("    post:", "    put:")
    project = make_project(tmp_path, spec)
    if is_post:
        project.configure('idempotency_header = "Idempotency-Key"\n')
    project.generate()
    texts = [
        project.read(f"generated/tests/orchard/test_{name}.py") for name in ("trees", "baskets")
    ]
    assert ".calls) == 2" in "".join(texts)
    run_tests(project.root, "generated/tests")


@pytest.fixture(scope="module")
def nulls(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = make_project(tmp_path_factory.mktemp("nulls"), NULLS, "nulls")
    project.generate()
    return project


def test_a_body_of_null(nulls: Project) -> None:
    """None sends no body where that is optional, and null where it is required."""
    text = nulls.read("generated/tests/nulls/test_client.py")
    assert text.count("assert request.content == b''") == 2
    assert text.count("assert json.loads(request.content) is None") == 1
    run_tests(nulls.root, "generated/tests")


def test_an_optional_null_is_named_once_in_annotations(nulls: Project) -> None:
    text = nulls.read("generated/nulls/client.py")
    assert "body: None = None" in text
    assert "body: str | None = None" in text
    assert "None | None" not in text


def test_an_error_is_one_case(nulls: Project) -> None:
    """Whatever media types and examples it has, unless all examples are tested."""
    row = re.compile(r"^ +\(Reply\(400", re.MULTILINE)
    path = "generated/tests/nulls/test_client.py"
    assert len(row.findall(nulls.read(path))) == 1
    nulls.configure('tests = "examples"\n')
    nulls.generate()
    assert len(row.findall(nulls.read(path))) == 3
    run_tests(nulls.root, "generated/tests")
