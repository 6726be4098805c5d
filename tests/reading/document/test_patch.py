"""Bringing a description up to date: the tree is the new one, the rest is as it was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.reading.document.edit.patch import patch_tree
from generator.reading.document.load import parse
from generator.reading.document.tree import SourceFile

pytestmark = pytest.mark.slow

TEXT = """\
# A licence.
openapi: "3.1.0"

info:
  title: 'Pets'   # a name
  version: 1.0.0

# Where it is.
paths:
  /pets:
    get:   # reads
      operationId: pets/get
      parameters:
      - name: limit   # how many
        in: query
        # from one
        schema: {type: integer, minimum: 1}
      - name: page
        in: query
      tags: [a, b]
      description: >-
        Folded
        text.

        # no comment
    # Not yet.
    post:
      operationId: pets/make

components:
  schemas:
    Pet:
      type: object
      required: [id]
      properties:
        # Given by the server.
        id:
          type: string
        kind:
          enum:
            - cat
            - dog   # not yet
"""


def read(text: str) -> SourceFile:
    return parse(text.encode(), path=Path("description"), name="the description")


def patch_text(text: str, new: dict[str, Any]) -> str:
    return patch_tree(read(text), read(json.dumps(new)).root)


def edited(**changes: Any) -> dict[str, Any]:
    """The tree of ``TEXT`` with members replaced, or taken out (``...``), by path."""
    root: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(TEXT)))
    for path, value in changes.items():
        *above, last = path.split(" ")
        node: Any = root
        for part in above:
            node = node[int(part)] if isinstance(node, list) else node[part]
        if value is ...:
            del node[int(last) if isinstance(node, list) else last]
        elif isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value
    return root


def lines_changed(text: str, new: str) -> tuple[list[str], list[str]]:
    old_lines, new_lines = text.splitlines(), new.splitlines()
    gone = [line for line in old_lines if line not in new_lines and line.strip()]
    return gone, [line for line in new_lines if line not in old_lines and line.strip()]


@pytest.mark.parametrize(
    ("changes", "gone", "come"),
    [
        ({}, [], []),
        ({"info title": "no"}, ["  title: 'Pets'   # a name"], ["  title: 'no'   # a name"]),
        ({"info summary": "S"}, [], ["  summary: S"]),
        ({"paths /pets post": ...}, ["    # Not yet.", "    post:", "      operationId: pets/make"],
         []),
        (
            {"paths /pets get parameters 0 in": "path"},
            [],
            ["        in: path"],
        ),
        (
            {"paths /pets get parameters 0 schema minimum": 2},
            ["        schema: {type: integer, minimum: 1}"],
            ["        schema:", "          type: integer", "          minimum: 2"],
        ),
        (
            {"paths /pets get parameters 1": ...},
            ["      - name: page"],
            [],
        ),
        ({"paths /pets get parameters 1 required": True}, [], ["        required: true"]),
        ({"paths /pets get tags": ["a"]}, ["      tags: [a, b]"], ["      tags:", "        - a"]),
        (
            {"paths /pets get description": "Short."},
            ["      description: >-", "        Folded", "        text.", "        # no comment"],
            ["      description: Short."],
        ),
        (
            {"components schemas Pet properties kind enum": ["cat", "cow", "dog"]},
            [],
            ["            - cow"],
        ),
        (
            {"components schemas Pet properties kind enum": ["dog", "cow"]},
            ["            - cat"],
            ["            - cow"],
        ),
        (
            {"components schemas Toy": {"type": "string"}, "components schemas Pet title": "T"},
            [],
            ["      title: T", "    Toy:", "      type: string"],
        ),
        ({"components": ...}, None, []),
        ({"components schemas Pet": True}, None, ["    Pet: true"]),
        ({"tags": [{"name": "a"}]}, [], ["tags:", "  - name: a"]),
    ],
)  # fmt: skip
def test_only_the_lines_of_what_changed(
    changes: dict[str, Any], gone: list[str] | None, come: list[str]
) -> None:
    new = edited(**changes)
    text = patch_text(TEXT, new)
    assert yaml.safe_load(text) == new
    went, came = lines_changed(TEXT, text)
    assert came == come
    if gone is None:
        assert text.startswith(TEXT[: TEXT.index("components:")].rstrip())
    else:
        assert went == gone


def test_a_new_member_stands_where_it_stands_in_the_new_tree() -> None:
    root = edited()
    paths = {"/": {"get": {}}, **root["paths"], "/z": {"get": {}}}
    text = patch_text(TEXT, {**root, "paths": paths})
    assert list(yaml.safe_load(text)["paths"]) == ["/", "/pets", "/z"]
    assert "# Not yet." in text


def test_the_order_of_what_is_there_stays() -> None:
    root = dict(reversed(edited().items()))
    assert patch_text(TEXT, root) == TEXT
    text = patch_text(TEXT, {**root, "info": {"version": "2.0.0", "title": "Pets"}})
    assert lines_changed(TEXT, text) == (["  version: 1.0.0"], ["  version: 2.0.0"])


def test_json_keeps_its_order_and_indent() -> None:
    text = '{\n    "b": 1,\n    "a": {"y": 1, "x": 2}\n}\n'
    found = patch_text(text, {"a": {"x": 3, "z": 0, "y": 1}, "c": [], "b": 1})
    assert found == json.dumps({"b": 1, "a": {"y": 1, "x": 3, "z": 0}, "c": []}, indent=4) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {b: 1}\nc: *x\n",
        "base: &x\n  b: 1\na:\n  <<: *x\n  d: 2\nc: 3\n",
        "# one\n{a: 1,\n c: {b: 2}}\n",
        "? a\n: b\nc:\n- - 1\n  - 2\n-\n  - d: 1\n    e: 2\n",
        "a: |+\n  b\n\nc: 1\n",
        '"a":\n    "b": "c\n      # d"\n    e: 1\nc: 1\n',
        "a:\n- b: 1\n  c: 2\n-   b: 2\n    d: 1\nc: x\n...\n",
    ],
)
@pytest.mark.parametrize("key", ["a", "c", "new"])
@pytest.mark.parametrize("value", [1, "x\ny\n", {"b": {"c": [1]}}, [[1, [2]], {"b": 1}], ...])
def test_any_style_gives_the_new_tree(text: str, key: str, value: Any) -> None:
    new = yaml.safe_load(text)
    if value is ...:
        new.pop(key, None)
    else:
        new[key] = value
    assert yaml.safe_load(patch_text(text, new)) == new


WORDS = st.sampled_from(["a", "b", "c", "no", "0x1", "x y", "#", "12", "é\nf\n", " ", ""])
TREES = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "no", "/x{y}", "12"]),
    st.recursive(
        WORDS | st.integers(-5, 5) | st.booleans() | st.none() | st.floats(-1, 1),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["a", "b", "c", "y"]), inner, max_size=4)
        ),
        max_leaves=12,
    ),
    min_size=1,
)


@settings(max_examples=100, deadline=None)
@given(old=TREES, new=TREES)
def test_any_tree_becomes_any_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    text = patch_text("{}\n", old) if not old else yaml.safe_dump(old, sort_keys=False)
    assert yaml.safe_load(patch_text(text, new)) == new
