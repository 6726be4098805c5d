"""Files that aren't OpenAPI are named for what they are, in every command that reads one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import speclock

POSTMAN = '{"info": {"name": "Ferry", "_postman_id": "7"}, "item": []}'
COMMANDS = (
    ("ls", "FILE"), ("slice", "FILE", "--operation", "*", "-o", "cut.yaml"), ("init", "FILE"),
    ("generate", "--spec", "FILE", "--package", "ferry", "--output", "out"),
    ("drift", "--base", "FILE", "--revision", "FILE"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fact", "remedy"),
    [
        (POSTMAN, "a Postman collection", "Convert it to OpenAPI 3 first."),
        (
            "asyncapi: 2.6.0\ninfo: {title: Ferry}\n",
            "an AsyncAPI document",
            "a generator for AsyncAPI",
        ),
        (
            '# ours\n"""A trip."""\ntype Trip {\n  id(a: Int): ID!\n}\n',
            "a GraphQL",
            "generator for",
        ),
        ("schema { query: Query }\n", "a GraphQL schema", "a generator for GraphQL"),
        ('{"data": {"__schema": {}}}', "a GraphQL schema", "a generator for GraphQL"),
        (
            "\n<!-- a --><!DOCTYPE html>\n<p>Log in: {}",
            "a web page in HTML",
            "Name the JSON or YAML",
        ),
        ('<?xml version="1.0"?><definitions/>', "XML", "an OpenAPI 3 document"),
        ("overlay: 1.0.0\nactions: []\n", "an OpenAPI Overlay", "--overlay"),
        (" \n", "the file is empty", "name another file"),
        ("# nothing yet\n", "the file has no content", "Name an OpenAPI"),
    ],
)
def test_another_format(text: str, fact: str, remedy: str, tmp_path: Path) -> None:
    file = tmp_path / "ferry.yaml"
    file.write_text(text, encoding="utf-8")
    for command in COMMANDS:
        found = speclock(tmp_path, *(word.replace("FILE", file.name) for word in command))
        assert found.code == 2
        assert f"{file.name}:1:1: error: " in found.err
        assert fact in found.err and remedy in found.err
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("url", ["ferry.example/api.yaml", "localhost:8000/api.yaml"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_url_without_its_scheme(command: tuple[str, ...], url: str, tmp_path: Path) -> None:
    found = speclock(tmp_path, *(word.replace("FILE", url) for word in command))
    assert found.code == 2
    assert f"For a URL, write the scheme: https://{url}" in found.err
