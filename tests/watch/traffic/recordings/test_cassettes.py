"""Cassettes: their bodies, tags, aliases and what is refused in YAML."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
import yaml

from generator.watch.traffic.recordings import entries, json_reader, yaml_events
from tests.watch.traffic.recordings.conftest import Write, har, har_entry, interaction, read

GOOD = "- request: {method: GET, uri: /a}\n  response: {status: {code: 200}}\n"


def cassette(*interactions: str) -> str:
    return "interactions:\n" + "".join(interactions)


@pytest.mark.parametrize(
    ("recorded", "body"),
    [
        (None, None),
        ({}, None),
        ({"string": None}, None),
        ("", b""),
        ({"string": ""}, b""),
        ("é", "é".encode()),
        (b"\xff", b"\xff"),
        ({"string": b"\xff\xfe"}, b"\xff\xfe"),
        ({"base64_string": "/w=="}, b"\xff"),
        ({"encoding": "utf-8", "base64_string": "YQ=="}, b"a"),
    ],
)
def test_bodies(recorded: object, body: bytes | None, write: Write) -> None:
    value = interaction({"body": recorded}, {"body": recorded})
    texts = [yaml.safe_dump({"interactions": [value]})]
    if not ((isinstance(recorded, dict) and "string" in recorded) or recorded == b"\xff"):
        texts += [json.dumps({"interactions": [value]})]
    for text in texts:
        found = read(write(text)).only
        assert (found.request.body, found.response.body) == (body, body)


@pytest.mark.parametrize(
    ("code", "status"),
    [("200", 200), ("'404'", 404), ("0", 0), ("!!int 201", 201)],
)
def test_a_status(code: str, status: int, write: Write) -> None:
    assert read(write(cassette(GOOD.replace("200", code)))).only.status == status


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("{A: 1, b: [x, '2', true]}", {"a": ("1",), "b": ("x", "2", "true")}),
        ("{a: !!binary 5A==, b: null, c: []}", {"a": ("ä",), "b": ("",)}),
        ("!!map {a: !!python/tuple [!!python/unicode x, !!python/str 'y']}", {"a": ("x", "y")}),
        ("['A: b:c', 'a:d']", {"a": ("b:c", "d")}),
        ("{a: 1, A: 2, ':path': /}", {"a": ("1", "2")}),
        ("", {}),
    ],
)
def test_headers(headers: str, expected: dict[str, tuple[str, ...]], write: Write) -> None:
    text = GOOD.replace("/a", f"/a, headers: {headers}")
    assert read(write(cassette(text))).only.request.headers == expected


@pytest.mark.parametrize(
    "part",
    [
        "body: !!python/object/apply:os.system ['touch x']",
        "body: !!python/object/new:_io.BytesIO {state: [YQ==, 0]}",
        "body: !!python/name:os.system",
        "? !!python/tuple [a]\n    : b",
        "? [a]\n    : b",
        "body: !!set {a}",
        "body: !mine a",
        "body: !!binary 'a'",
        "body: !!binary 'ä'",
        "<<: {body: a}",
        "headers: {<<: {a: b}}",
        "headers: [[a, b]]",
        "headers: a",
        "headers: {a: {b: c}}",
        "body: [a]",
        "method: []",
        "method: null",
        "uri: null",
    ],
)
def test_what_is_not_plain_data_is_a_problem_of_its_entry(part: str, write: Write) -> None:
    request = f"request:\n    method: GET\n    uri: /a\n    {part}"
    bad = GOOD.replace("request: {method: GET, uri: /a}", request)
    found = read(write(cassette(GOOD, bad, GOOD)))
    assert [one.place.entry for one in found.exchanges] == [1, 3]
    assert "entry 2" in found.problem.fact and found.problem.place.line == 4


def test_aliases(write: Write) -> None:
    """PyYAML writes them for values that are the same object."""
    headers = {"a": ["b", "c"]}
    value = interaction({"headers": headers}, {"headers": headers})
    text = yaml.safe_dump({"interactions": [value, value]})
    assert "&id002" in text
    first, second = read(write(text)).exchanges
    assert first.response.headers == second.request.headers == {"a": ("b", "c")}
    assert (first.place.line, second.place.line) == (2, 17)


def test_a_time_that_no_calendar_has(write: Write) -> None:
    """Its zone is so far away that Python's own error is another one than for other text."""
    time = "Sun, 06 Nov 1994 08:49:37 +" + "9" * 400
    text = json.dumps({"http_interactions": [{**interaction(), "recorded_at": time}]})
    assert read(write(text)).only.time == time


def bomb(levels: int) -> str:
    tens = (", ".join([f"*x{level}"] * 10) for level in range(levels))
    lines = (f"x{level}: &x{level} [{ten}]\n" for level, ten in enumerate(tens, 1))
    return "x0: &x0 [a]\n" + "".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        cassette(GOOD, f"- request: {{uri: /a, {bomb(30).replace(chr(10), ', ')}}}\n", GOOD),
        cassette(GOOD, "- &a [*a]\n", GOOD),
        cassette(GOOD, "- *nothing\n", GOOD),
        cassette(GOOD, "- " + "[" * 100_000 + "\n"),
        cassette(GOOD, "- " + "[" * 100_000 + "]" * 100_000 + "\n"),
        cassette(GOOD, "- " + "{a: " * 1000 + "}" * 1000 + "\n"),
        cassette(GOOD, "- " + "- " * 100_000 + "a\n"),
        cassette(GOOD, "- {a: b\n"),
        cassette(GOOD, "- 'a\n"),
        cassette(GOOD, '- "\\ud800"\n'),
        cassette(GOOD, "---\n", GOOD),
    ],
)
def test_what_ends_the_file(text: str, write: Write) -> None:
    found = read(write(text))
    assert found.exchanges[0].place.entry == 1
    assert found.problem.place.line > 1
    assert len(found.exchanges) == 1


def test_a_bomb_before_the_interactions(write: Write) -> None:
    assert "repeated by aliases" in read(write(bomb(30) + cassette(GOOD))).problem.fact


def test_the_limit_of_aliases(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    text = cassette(GOOD.replace("- ", "- &a\n  "), "- *a\n" * 5, GOOD * 10)
    assert len(read(write(text)).exchanges) == 16
    monkeypatch.setattr(yaml_events, "MAX_COPIED", 100)
    found = read(write(text))
    assert len(found.exchanges) < 16
    assert found.problem.place.line > 1


@pytest.mark.parametrize(
    ("limit", "large", "fact"),
    [
        ("MAX_NODES", f"- [{'[], ' * 60}]\n", "more than 50 values"),
        ("MAX_DEPTH", f"- {'[' * 60}{']' * 60}\n", "nested too deep"),
    ],
)
def test_a_large_entry_is_passed_over(
    limit: str, large: str, fact: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_events, limit, 50)
    found = read(write(cassette(GOOD, large, GOOD)))
    assert len(found.exchanges) == 2
    assert found.problem.fact.startswith(f"entry 2 isn't readable: {fact}")


def test_the_limit_of_values_in_a_compressed_cassette(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_events, "MAX_NODES", 50)
    text = cassette(GOOD * 1000)
    assert len(read(write(text)).exchanges) == 1000
    found = read(write(gzip.compress(text.encode(), mtime=0)))
    assert 1 < len(found.exchanges) < 1000
    assert found.problem.fact.endswith("values")


@pytest.mark.parametrize(
    ("limit", "few", "many"),
    [
        ("YAML", cassette(GOOD * 10), cassette(GOOD * 100)),
        ("JSON", har(*[har_entry()] * 5), har(*[har_entry()] * 50)),
    ],
)
def test_a_large_recording_is_refused_by_name(
    limit: str, few: str, many: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_reader, "MAX_ENTRY", 500)
    monkeypatch.setattr(entries, f"MAX_{limit}", 1000)
    assert read(write(few)).exchanges
    found = read(write(many))
    assert found.exchanges == []
    assert found.problem.place.file == "recording"
    assert found.problem.fact == f"larger than 0.000953674 MiB, the limit for {limit}"
    assert "NDJSON" in found.problem.remedy
    assert "the limit for" not in read(write("a: b\n" * 1000)).problem.fact


@pytest.mark.parametrize("of", ["request", "response"])
def test_a_body_is_decoded(of: str, write: Write) -> None:
    part: dict[str, Any] = {
        "headers": {"Content-Encoding": ["gzip"]},
        "body": {"base64_string": base64.b64encode(gzip.compress(b"whole", mtime=0)).decode()},
    }
    value = interaction(**{of: part})
    found = read(write(json.dumps({"interactions": [value]}))).only
    assert getattr(found, of).body == b"whole"
