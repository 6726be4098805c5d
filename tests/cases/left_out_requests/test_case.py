"""Bodies and queries that the description lacks, as options of one call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from tests.support.answers import Recorder, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec

JOB = {"id": "7"}
BODILESS = """
openapi: 3.1.0
info: {title: Doors, version: "1"}
servers: [{url: https://api.example.com}]
paths:
  /doors: {post: {operationId: shut, responses: {"204": {description: Done}}}}
"""
LINKED = """
openapi: 3.1.0
info: {title: Doors, version: "1"}
servers: [{url: https://api.example.com}]
paths:
  /doors:
    get:
      operationId: doors
      responses:
        "200":
          description: Found
          content: {application/json: {schema: {type: array, items: {type: integer}}}}
"""


def sent(case: Case, mode: str, call: str = "jobs.start", **options: Any) -> httpx.Request:
    """Return the request of a call with options."""
    server = Recorder(JOB)
    with case.connect(server, mode, key="s3") as client:
        method_of(client, call)(options=case.package.Options(**options))
    return server.request


@pytest.mark.parametrize(
    ("options", "content_type", "content"),
    [
        ({"body": {"a": [1, None, "é"]}}, "application/json", '{"a":[1,null,"é"]}'),
        ({"body": []}, "application/json", "[]"),
        ({"body": "text"}, "application/json", '"text"'),
        ({"body": False}, "application/json", "false"),
        ({"body": {}, "content_type": "application/x+json"}, "application/x+json", "{}"),
        ({"body": "a=é", "content_type": "text/plain"}, "text/plain", "a=é"),
        ({"body": b"\xc3\xa9", "content_type": "image/x"}, "image/x", "é"),
        ({"body": b"", "content_type": "text/plain"}, "text/plain", ""),
    ],
)
def test_a_body(
    options: dict[str, Any], content_type: str, content: str, case: Case, mode: str
) -> None:
    request = sent(case, mode, **options)
    assert request.headers["content-type"] == content_type
    assert request.content.decode() == content
    assert request.headers["content-length"] == str(len(content.encode()))


def test_a_model_is_sent_as_it_is_elsewhere(case: Case) -> None:
    value = case.models.Job(id="1", **{"run-at": "now"})
    assert json.loads(sent(case, "sync", body=[value]).content) == [{"id": "1", "run-at": "now"}]


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ({"a b": "c&d"}, "a%20b=c%26d"),
        ({"n": 1, "f": 2.0, "no": None, "d": date(2026, 1, 2)}, "n=1&f=2&d=2026-01-02"),
        ({"yes": True}, "yes=true"),
        ({"a": [1, None, "x"], "t": ("p",), "none": []}, "a=1&a=x&t=p"),
        ({"ignored": {"a": 1, "b": [2]}, "last": Decimal("1.50")}, "a=1&b=%5B2%5D&last=1.50"),
    ],
)  # fmt: skip
def test_a_query(query: Mapping[str, Any], target: str, case: Case, mode: str) -> None:
    url = sent(case, mode, query=query).url
    assert url.raw_path.decode() == f"/v1/jobs?{target}&key=s3"


@pytest.mark.parametrize(
    ("call", "options", "message"),
    [
        ("jobs.replace", {"content_type": "text/plain"}, "needs both"),
        ("jobs.start", {"content_type": "text/plain"}, "needs both"),
        ("jobs.start", {"body": b"x"}, "needs both"),
        ("jobs.start", {"body": "x", "content_type": "a\r\nb: c"}, "header content-type"),
        ("jobs.start", {"body": {"a": object()}}, "Unable to serialize"),
        ("jobs.start", {"body": {"a": [float("nan")]}}, "can't be written"),
        ("jobs.start", {"body": ["\ud800"]}, "nothing was sent"),
        ("jobs.start", {"body": "\ud800", "content_type": "text/plain"}, "surrogate"),
        ("jobs.start", {"query": {"a": object()}}, "nothing was sent"),
        ("jobs.start", {"query": {"a": "\ud800"}}, "nothing was sent"),
    ],
)
def test_what_cannot_be_sent(
    call: str, options: dict[str, Any], message: str, case: Case, mode: str
) -> None:
    server = Recorder(JOB)
    arguments = ({"id": "1"},) if call == "jobs.replace" else ()
    wanted = pytest.raises(case.errors.RequestError, match=message)
    with case.connect(server, mode) as client, wanted:
        method_of(client, call)(*arguments, options=case.package.Options(**options))
    assert server.requests == []


def test_headers_of_the_call_take_precedence(case: Case) -> None:
    request = sent(case, "sync", body={}, headers={"Content-Type": "application/x"})
    assert request.headers["content-type"] == "application/x"


def test_a_repr_shows_neither(case: Case) -> None:
    shown = repr(case.package.Options(body="s3cret", query={"token": "s3cret"}))
    assert "s3cret" not in shown


def test_each_attempt_has_them(case: Case, mode: str) -> None:
    server = Recorder(answering(429, retry_after="0"), JOB)
    retry = case.package.Retry(attempts=2, base=0)
    options = case.package.Options(body={"a": 1}, query={"b": 2}, retry=retry)
    with case.connect(server, mode) as client:
        client.jobs.start(options=options)
    assert [one.content for one in server.requests] == [b'{"a":1}'] * 2
    assert [one.url.query for one in server.requests] == [b"b=2"] * 2


def test_each_page_has_them(case: Case, mode: str) -> None:
    server = Recorder({"jobs": [JOB], "next": "5"}, {"jobs": []})
    options = case.package.Options(query={"q": "x"}, body={"a": 1})
    with case.connect(server, mode) as client:
        assert len(list(client.jobs.list_all(options=options))) == 1
    assert [one.url.query for one in server.requests] == [b"q=x", b"after=5&q=x"]
    assert [one.content for one in server.requests] == [b'{"a":1}'] * 2


def test_a_link_to_a_page_has_the_whole_query(cases: GeneratedCases, mode: str) -> None:
    own = load_spec(cases, "linked", LINKED, 'pagination = { style = "link" }')
    link = '<https://api.example.com/doors?q=x&page=2>; rel="next"'
    server = Recorder(answering(200, [1], link=link), [2])
    options = own.package.Options(query={"q": "x"})
    with own.connect(server, mode) as client:
        assert list(client.doors_all(options=options)) == [1, 2]
    assert [one.url.query for one in server.requests] == [b"q=x", b"q=x&page=2"]


def test_the_fake_and_the_recorder_see_them(case: Case, mode: str, tmp_path: Path) -> None:
    fake = case.fake()
    options = case.package.Options(body={"a": "s3cret"}, query={"b": "s3cret"})
    recorder = case.modules["testing"].Recorder(tmp_path / "traffic.ndjson", fake)
    with case.connect(None, mode, transport=recorder, key="s3cret") as client:
        client.jobs.start(options=options)
    assert fake.jobs_start.calls[0].query == {"b": "s3cret", "key": "s3cret"}
    assert fake.jobs_start.calls[0].body == b'{"a":"s3cret"}'
    line = json.loads((tmp_path / "traffic.ndjson").read_bytes())
    assert line["request"]["body"] == '{"a":"***"}'
    assert unquote(line["request"]["url"]).endswith("?b=***&key=***")


def test_a_stream_has_them(case: Case, mode: str) -> None:
    request = sent(case, mode, "logs.read", body={"a": 1}, query={"b": 2})
    assert request.content == b'{"a":1}'
    assert request.url.query == b"b=2&key=s3"


def test_a_package_without_any_type(cases: GeneratedCases, mode: str) -> None:
    own = load_spec(cases, "bodiless", BODILESS)
    server = Recorder(answering(204))
    options = own.package.Options(body={"a": "é"}, query={"b": [1, 2]})
    with own.connect(server, mode) as client:
        client.shut(options=options)
    assert server.request.content.decode() == '{"a":"é"}'
    assert server.request.headers["content-type"] == "application/json"
    assert server.request.url.raw_path == b"/doors?b=1&b=2"
