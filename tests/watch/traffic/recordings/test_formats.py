"""The same exchanges are read from each format, which the content tells."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from generator.watch.traffic.exchange import RecordedExchange
from tests.watch.traffic.recordings.conftest import (
    EVERY_FORMAT,
    HAR,
    LINES,
    PLACE,
    TRAFFIC,
    YAML,
    Write,
    har,
    interaction,
    line,
    read,
)

every_format = pytest.mark.parametrize("text", EVERY_FORMAT.values(), ids=EVERY_FORMAT)


def bare(exchanges: list[RecordedExchange]) -> list[RecordedExchange]:
    return [replace(one, place=PLACE, time="", operation="") for one in exchanges]


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "two gzip members": lambda data: (
        gzip.compress(data[:100], mtime=0) + gzip.compress(data[100:], mtime=0) + b"\0" * 8
    ),
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
}


@every_format
def test_each_format_gives_the_same_exchanges(text: str, write: Write) -> None:
    """Whatever the form of the text."""
    for form in FORMS.values():
        found = read(write(form(text.encode())))
        assert (found.problems, found.others) == ([], [])
        assert bare(found.exchanges) == TRAFFIC
        assert [one.place.entry for one in found.exchanges] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (HAR, [5, 11, 15]),
        (YAML, [3, 15, 27]),
        (LINES, [1, 3, 4]),
        ("\n\n" + LINES, [3, 5, 6]),
        (EVERY_FORMAT["old"], [2, 14, 18]),
        (EVERY_FORMAT["json"], [1, 1, 1]),
        (EVERY_FORMAT["indented"], [4, 31, 54]),
    ],
)
def test_lines_are_those_of_the_beginnings(text: str, lines: list[int], write: Write) -> None:
    found = read(write(text)).exchanges
    assert [one.place.line for one in found] == lines
    assert {one.place.file for one in found} == {"recording"}


@pytest.mark.parametrize(
    ("text", "time", "operation"),
    [
        (HAR, "2026-03-01T10:00:00.000Z", ""),
        (line(), "2026-03-01T10:00:00Z", "pets.list"),
        (YAML, "", ""),
        (
            json.dumps([interaction() | {"recorded_at": "2026-03-01T10:00:00"}]),
            "2026-03-01T10:00:00",
            "",
        ),
        (
            f"interactions: {json.dumps([interaction() | {'recorded_at': '2026-03-01'}])}",
            "2026-03-01",
            "",
        ),
    ],
)
def test_the_time_and_the_operation(text: str, time: str, operation: str, write: Write) -> None:
    first = read(write(text)).exchanges[0]
    assert (first.time, first.operation) == (time, operation)


@pytest.mark.parametrize(
    "text",
    [har(), "interactions: []\nversion: 1\n", '{"interactions": [], "version": 1}'],
)
def test_a_recording_without_exchanges(text: str, write: Write) -> None:
    found = read(write(text))
    assert (found.exchanges, found.problems, found.others) == ([], [], [])


def test_members_of_a_line_may_be_in_any_order(write: Write) -> None:
    members = json.loads(line())
    turned = json.dumps(dict(reversed(members.items())))
    found = read(write(f"{turned}\n{line()}\n"))
    assert found.problems == []
    assert [one.place.line for one in found.exchanges] == [1, 2]


SCHEMA = (Path(__file__).resolve().parents[4] / "docs" / "traffic.schema.json").read_text("utf-8")
"""The published schema of a line."""


def test_the_schema_of_a_line_is_one_and_describes_all() -> None:
    schema = json.loads(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(schema)
    for member, described in schema["properties"].items():
        assert "description" in described, member
        for part, inner in described.get("properties", {}).items():
            assert {"description", "$ref"} & inner.keys(), f"{member}.{part}"


def schema_problems(value: object) -> list[str]:
    """How a line violates the schema without the members of later versions."""
    closed = SCHEMA.replace('"type": "object"', '"type": "object", "additionalProperties": false')
    return [
        e.message for e in jsonschema.Draft202012Validator(json.loads(closed)).iter_errors(value)
    ]


def test_what_fits_the_schema_is_read(write: Write) -> None:
    for one in (*filter(None, LINES.split("\n")), line({}, {"truncated": True, "body": None})):
        assert schema_problems(json.loads(one)) == []
        assert read(write(one)).only.place.entry == 1


@pytest.mark.parametrize(
    "text",
    [
        line({"method": 1}),
        line({"method": ""}),
        line({"url": None}),
        line({"headers": {"a": "b"}}),
        line({"headers": [["a"]]}),
        line({"headers": [["a", "b", "c"]]}),
        line({"headers": [["a", 1]]}),
        line({"body": {}}),
        line({}, {"status": 1000}),
        line({}, {"status": -1}),
        line({}, {"status": "200"}).replace('"200"', '"2xx"'),
        line({}, {"status": 200.5}),
        line({}, {"status": True}),
        line({}, {"headers": None}),
        line().replace('": 1', '": 2'),
        line().replace('"request"', '"requested"'),
        line().replace('"response"', '"responded"'),
    ],
)
def test_what_does_not_fit_the_schema_is_a_problem(text: str, write: Write) -> None:
    assert schema_problems(json.loads(text)) != []
    found = read(write(f"{line()}\n{text}\n{line()}"))
    assert found.problem.place.line == 2
    assert "entry 2" in found.problem.fact
    assert [one.place.line for one in found.exchanges] == [1, 3]


def test_repeated_headers_of_a_line(write: Write) -> None:
    found = read(write(line({"headers": [["x-tag", "a"], ["X-Tag", "b"]]}))).only
    assert found.request.headers == {"x-tag": ("a", "b")}
