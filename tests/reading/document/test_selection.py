"""What the selectors of ``operations`` name, and what is left out and recorded."""

from __future__ import annotations

import random
import re
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from generator.base.budget import close_names
from generator.reading.document.selectors import _glob
from tests.support.command import Outcome, speclock
from tests.support.project import edit_manifest, manifest, replace, settings

OK = "{'204': {description: Fine.}}"
SPEC = f"""\
openapi: 3.0.3
info: {{title: Shop, version: "1"}}
servers: [{{url: https://shop.example}}]
paths:
  /pets:
    get: {{operationId: pets/list, tags: [pets], responses: {OK}}}
    post: {{operationId: pets/add, tags: [pets, write], responses: {OK}}}
  /pets/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
    get: {{operationId: pets/get, tags: [pets], responses: {OK}}}
    delete: {{tags: [write], responses: {OK}}}
  /users:
    get: {{operationId: users/list, tags: [users], responses: {OK}}}
"""
ALL = ["GET /pets", "POST /pets", "GET /pets/{id}", "DELETE /pets/{id}", "GET /users"]

FAULTY = """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example}]
paths:
  /good:
    get:
      operationId: good
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "#/components/schemas/Good"}}}
  /broken:
    get:
      operationId: broken
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "#/components/schemas/Broken"}}}
    post:
      operationId: broken_too
      requestBody:
        content: {application/json: {schema: {$ref: "#/components/schemas/Broken"}}}
      responses: {"204": {description: Fine.}}
  /typo:
    get:
      operationId: typo
      parameters: [{name: "a b", in: header, required: true, schema: {type: string}}]
      responses: {"204": {description: Fine.}}
components:
  schemas:
    Good: {type: object, properties: {name: {type: string}}}
    Broken:
      type: object
      properties:
        name: {type: string}
        lost: {$ref: "https://elsewhere.example/lost.yaml"}
        good: {$ref: "#/components/schemas/Good"}
"""


WHERE = ("--spec", "spec.yaml", "--package", "shop", "--output")
SHOP = {"spec": "spec.yaml"}


def run(folder: Path, text: str, *arguments: str, output: str = "out") -> Outcome:
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    return speclock(folder, "generate", *WHERE, output, *arguments, layout=False)


def emitted(folder: Path) -> list[str]:
    return [f"{op['method']} {op['path']}" for op in manifest(folder / "out/shop")["operations"]]


@pytest.mark.parametrize(
    ("selectors", "wanted"),
    [
        (["pets/list"], [0]),
        (["/pets"], [0, 1]),
        (["path:/pets*"], [0, 1, 2, 3]),
        (["GET /pets*"], [0, 2]),
        (["tag:write"], [1, 3]),
        (["method:get"], [0, 2, 4]),
        (["pets/*", "users/list"], [0, 1, 2, 4]),
        (["!method:get"], [1, 3]),
        (["tag:pets", "!pets/get"], [0, 1]),
    ],
)
def test_selectors(selectors: list[str], wanted: list[int], tmp_path: Path) -> None:
    arguments = [part for selector in selectors for part in ("--operation", selector)]
    outcome = run(tmp_path, SPEC, *arguments)
    assert outcome.code == 0, outcome.err
    assert emitted(tmp_path) == [ALL[index] for index in wanted]
    assert manifest(tmp_path / "out/shop")["selection"] == selectors


@pytest.mark.parametrize(
    ("selector", "says"),
    [
        ("pets/lst", "Did you mean 'pets/list'"),
        ("pets_list", "'pets/list'"),
        ("PETS/LIST", "'pets/list'"),
        ("GET /pet", "Did you mean 'GET /pets'"),
        ("tag:pet", "'tag:pets'"),
        ("method:put", "no operation 'method:put'"),
        ("!*", "exclude every operation"),
    ],
)
def test_a_selector_that_matches_nothing_is_an_error(
    selector: str, says: str, tmp_path: Path
) -> None:
    outcome = run(tmp_path, SPEC, "--operation", selector)
    assert outcome.code == 2
    assert says in outcome.err
    assert not (tmp_path / "out").exists()


def test_globs() -> None:
    names = ["", "a", "ab", "aba", "abab", "b", "a\nb"]
    for selector in ("*", "a*", "*a", "a*a", "*a*", "a**", "*ab*b", "**", "a*b", "ab*ab", "*b*a*"):
        found = [name for name in names if _glob(selector).fullmatch(name)]
        assert found == [name for name in names if fnmatchcase(name, selector)], selector


@pytest.mark.slow
@pytest.mark.parametrize("selector", ["*" * 3_000 + "!", "a*" * 3_000 + "b", "*a" * 3_000 + "*b"])
def test_globs_cost_little(selector: str) -> None:
    began = time.process_time()
    assert not _glob(selector).fullmatch("a" * 10_000)
    assert time.process_time() - began < 2


def test_hints_cost_little() -> None:
    signs = [chr(0x4E00 + number) for number in range(300)]
    name = "".join(random.Random(1).choices(signs, k=20_000))
    began = time.process_time()
    assert close_names(name, [name[::-1]]) == []
    assert close_names("list", ["lists", *[name] * 10, *["x"] * 20_000, "list2"]) == ["lists"]
    assert time.process_time() - began < 2


def test_a_selector_that_excludes_nothing_is_a_warning(tmp_path: Path) -> None:
    """So a slice, which has no longer the operations that it excludes, can be generated."""
    outcome = run(tmp_path, SPEC, "--operation", "!users/lis")
    assert outcome.code == 0
    assert "'!users/lis' excludes nothing of" in outcome.err
    assert "Did you mean '!users/list'" in outcome.err
    assert emitted(tmp_path) == ALL


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--strict"], "error: 'a b' isn't a valid name of a header or cookie"),
        (["--operation", "*", "--operation", "broken"], "error: $ref leads to another host"),
        (["--operation", "*", "--operation", "GET /broken"], "error: $ref leads to another host"),
        (["--operation", "broken*"], "[ref-remote]"),
    ],
    ids=["strict", "named", "named by its path", "nothing else"],
)
def test_an_operation_is_not_left_out(arguments: list[str], says: str, tmp_path: Path) -> None:
    outcome = run(tmp_path, FAULTY, *arguments)
    assert outcome.code == 2
    assert says in outcome.err
    assert not (tmp_path / "out").exists()


def test_whole_operations_are_left_out(tmp_path: Path) -> None:
    outcome = run(tmp_path, FAULTY)
    assert outcome.code == 0, outcome.err
    assert emitted(tmp_path) == ["GET /good"]
    found = manifest(tmp_path / "out/shop")["left_out"]
    assert [(left["operation"], left["code"], left["line"]) for left in found] == [
        ("broken", "ref-remote", 36),
        ("broken_too", "ref-remote", 36),
        ("typo", "header-name", 27),
    ]
    assert found[0]["file"] == "spec.yaml"
    assert found[0]["pointer"] == "/components/schemas/Broken/properties/lost/$ref"
    assert "another host: elsewhere.example" in found[0]["fact"]
    assert "3 left out" in outcome.out
    assert outcome.err.count("left out: ") == 2  # two operations have the same reason
    assert "left out: broken and broken_too: $ref leads" in outcome.err
    models = (tmp_path / "out/shop/models.py").read_text("utf-8")
    assert "class Good" in models
    assert "Broken" not in models


def test_the_rest_is_as_if_the_left_out_operations_were_not_described(tmp_path: Path) -> None:
    assert run(tmp_path, FAULTY).code == 0
    selected = run(tmp_path, FAULTY, "--operation", "good", output="other")
    assert selected.code == 0, selected.err
    shop = tmp_path / "out/shop"
    for path in shop.rglob("*.py"):
        other = tmp_path / "other/shop" / path.relative_to(shop)
        assert path.read_bytes() == other.read_bytes(), path


def test_a_part_that_cannot_be_sent_is_recorded(tmp_path: Path) -> None:
    text = SPEC.replace(
        "pets/list, tags",
        "pets/list, parameters: [{name: a b, in: header, schema: {type: string}}], tags",
    )
    outcome = run(tmp_path, text)
    assert outcome.code == 0, outcome.err
    assert "'a b' isn't a valid name of a header or cookie" in outcome.err
    (left,) = manifest(tmp_path / "out/shop")["left_out"]
    assert (left["code"], left["operation"], left["line"]) == ("header-name", "", 6)


def test_check_names_the_arguments_in_its_remedy(tmp_path: Path) -> None:
    arguments = ["--operation", "good", "--strict"]
    assert run(tmp_path, FAULTY, *arguments).code == 0
    (tmp_path / "out/shop/models.py").write_text("", encoding="utf-8")
    outcome = speclock(tmp_path, "check", *WHERE, "out", *arguments)
    assert outcome.code == 1
    assert "--operation good --strict" in outcome.err


@pytest.mark.slow
@pytest.mark.parametrize("command", [["check"], ["check", "--full"], ["generate"]])
def test_an_operation_newly_left_out_is_accepted_by_the_line_that_is_printed(
    command: list[str], tmp_path: Path
) -> None:
    config = tmp_path / "pyproject.toml"
    keys = SHOP | {"operations": ["method:get"]}
    config.write_text(settings({"shop": keys}, output="out"), encoding="utf-8")
    spec = tmp_path / "spec.yaml"
    whole = FAULTY.replace('"a b"', '"ab"')
    spec.write_text(whole, encoding="utf-8")
    assert speclock(tmp_path, "generate", layout=False).code == 0
    assert emitted(tmp_path) == ["GET /good", "GET /typo"]
    assert speclock(tmp_path, "check", layout=False).code == 0
    spec.write_text(FAULTY, encoding="utf-8")
    before = (tmp_path / "out/shop/speclock.json").read_bytes()
    outcome = speclock(tmp_path, *command, layout=False)
    assert outcome.code == 1
    assert "spec.yaml:27:21: left out: typo: 'a b' isn't a valid name" in outcome.err
    assert "1 operation newly left out; nothing was written." in outcome.err
    assert (tmp_path / "out/shop/speclock.json").read_bytes() == before
    line = re.search(r'add ("!.*?") to `operations`', outcome.err)
    assert line, outcome.err
    replace(config, ('"method:get"', f'"method:get", {line[1]}'))
    assert speclock(tmp_path, "generate", layout=False).code == 0
    assert emitted(tmp_path) == ["GET /good"]
    assert speclock(tmp_path, "check", "--full", layout=False).code == 0


def test_a_path_item_that_cannot_be_read_is_accepted_by_the_line_that_is_printed(
    tmp_path: Path,
) -> None:
    config = tmp_path / "pyproject.toml"
    config.write_text(settings({"shop": SHOP}, output="out"), encoding="utf-8")
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    assert speclock(tmp_path, "generate", layout=False).code == 0
    spec.write_text(f"{SPEC}  /more: {{$ref: '#/nowhere'}}\n", encoding="utf-8")
    outcome = speclock(tmp_path, "generate", layout=False)
    assert outcome.code == 1
    assert 'add "!/more" to `operations`' in outcome.err
    keys = SHOP | {"operations": ["!/more"]}
    config.write_text(settings({"shop": keys}, output="out"), encoding="utf-8")
    assert speclock(tmp_path, "generate", layout=False).code == 0
    assert emitted(tmp_path) == ALL


def test_a_manifest_with_other_members_is_no_internal_error(tmp_path: Path) -> None:
    """It may be from a checkout, where anybody could have written it."""
    assert run(tmp_path, FAULTY).code == 0
    members: dict[str, Any] = {"operations": [{}], "left_out": [{}]}
    edit_manifest(tmp_path / "out/shop", lambda data: data.update(members))
    outcome = run(tmp_path, FAULTY, "--fresh")
    assert outcome.code == 1
    assert "newly left out" in outcome.err
