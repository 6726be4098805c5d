"""Examples in a form of their own: as data, as text, and in a file (OpenAPI 3.2.0 §4.19)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from generator.reading.openapi.model.schemas import Json
from tests.reading.openapi.typed import canonical

JSON_TYPE = "application/json"


def read(
    example: Json, media_type: str, folder: Path, files: Mapping[str, bytes] | None = None
) -> tuple[list[Json], list[str], list[str]]:
    content: Json = {media_type: {"schema": {}, "examples": {"it": example}}}
    description: Json = {
        "openapi": "3.2.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/x": {"get": {"responses": {"200": {"description": "", "content": content}}}}},
    }
    path = folder / "api" / "api.json"
    for name, data in (files or {}).items():
        file = path.parent / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    document, findings, refs = canonical(description, path)
    findings.raise_refusals()
    found = document.operations[0].responses["200"].content
    assert found is not None
    (media,) = found.media_types.values()
    values = [one.value for one in media.examples.values()]
    names = [source.name for source in refs.texts.values()]
    return values, [warning.fact for warning in findings.warnings], names


@pytest.mark.parametrize(
    ("example", "media_type", "value"),
    [
        ({"dataValue": {"a": 1}}, JSON_TYPE, {"a": 1}),
        ({"dataValue": None, "serializedValue": "1"}, JSON_TYPE, None),
        ({"value": 2, "serializedValue": "1"}, JSON_TYPE, 2),
        ({"serializedValue": '{"a": [1, 2.5, null]}'}, JSON_TYPE, {"a": [1, 2.5, None]}),
        ({"serializedValue": '"a"'}, "application/vnd.x+json; charset=utf-8", "a"),
        ({"serializedValue": "7"}, "*/*", 7),
        ({"serializedValue": "{"}, "text/plain", "{"),
        ({"serializedValue": "<a/>"}, "application/xml", "<a/>"),
    ],
)
def test_a_value(example: Json, media_type: str, value: Json, tmp_path: Path) -> None:
    assert read(example, media_type, tmp_path) == ([value], [], [])


@pytest.mark.parametrize(
    ("example", "media_type", "fact"),
    [
        ({"serializedValue": "{"}, JSON_TYPE, "serializedValue is not well-formed JSON"),
        ({"serializedValue": "NaN"}, JSON_TYPE, "serializedValue has a number that is not finite"),
        ({"serializedValue": '{"a":1,"a":2}'}, JSON_TYPE, "serializedValue has the key 'a'"),
        ({"serializedValue": "[" * 100_000}, JSON_TYPE, "serializedValue is nested too deep"),
        ({"serializedValue": r'"\ud800"'}, JSON_TYPE, "serializedValue is a lone surrogate"),
        ({"serializedValue": 7}, JSON_TYPE, "serializedValue isn't text"),
        ({"serializedValue": "a=1"}, "application/x-www-form-urlencoded", "only JSON and text"),
        ({"externalValue": 7}, JSON_TYPE, "externalValue isn't text"),
        ({"externalValue": "https://a.example/b.json"}, JSON_TYPE, "nothing is fetched"),
        ({"externalValue": "b.json"}, "image/png", "only JSON and text"),
        ({"externalValue": "b.json"}, JSON_TYPE, "isn't a file of at most"),
        ({"externalValue": "."}, JSON_TYPE, "isn't a file of at most"),
        ({"externalValue": "../b.json"}, JSON_TYPE, "leaves the description's folder"),
        ({"externalValue": "/etc/passwd"}, JSON_TYPE, "isn't the relative path of a file"),
        ({"externalValue": "%2e%2e/b.json"}, JSON_TYPE, "leaves the description's folder"),
        ({"externalValue": "a\0b"}, JSON_TYPE, "cannot be the name of a file"),
        ({"externalValue": "urn:a"}, JSON_TYPE, "isn't the relative path of a file"),
    ],
)
def test_another_is_noted(example: Json, media_type: str, fact: str, tmp_path: Path) -> None:
    values, facts, files = read(example, media_type, tmp_path, {"../b.json": b'"secret"'})
    assert values == []
    assert files == []
    assert [found for found in facts if fact not in found or len(found) > 300] == []
    assert facts


@pytest.mark.parametrize(
    ("data", "media_type", "value"),
    [
        (b'{"a": 1}', JSON_TYPE, {"a": 1}),
        (b"\xef\xbb\xbf[1]", JSON_TYPE, [1]),
        (b'{"a": 1}', "text/plain", '{"a": 1}'),
    ],
)
def test_a_file(data: bytes, media_type: str, value: Json, tmp_path: Path) -> None:
    files = {"examples/one.json": data}
    found = read({"externalValue": "examples/one.json"}, media_type, tmp_path, files)
    assert found == ([value], [], ["api/examples/one.json"])


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"\xff", "isn't a file of at most 1,048,576 bytes of UTF-8"),
        (b"1" * (1024 * 1024 + 1), "isn't a file of at most 1,048,576 bytes of UTF-8"),
        (b"{", "is not well-formed JSON"),
    ],
)
def test_a_file_without_a_value(data: bytes, fact: str, tmp_path: Path) -> None:
    values, facts, _ = read({"externalValue": "one.json"}, JSON_TYPE, tmp_path, {"one.json": data})
    assert values == []
    assert fact in facts[0]
