"""Responses whose Content-Type states another type than the JSON that is described."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.clients import method_of
from tests.support.generated_case import Case

ADDED, CHANGED = "response/body/media-type/added", "response/schema/type/changed"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
NUMPY = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8'}"
ASCII_OCTETS = b"GIF89a;plain"
"""Bytes of a picture that happen to be UTF-8."""
HTML = b"<!doctype html><title>Sign in</title>"
REPORT = b' {"rows": 2}\n'


class Reader:
    """Calls of methods, and the deviations that were reported."""

    def __init__(self, case: Case, mode: str) -> None:
        self.case = case
        self.mode = mode
        self.found: list[Any] = []

    @property
    def rules(self) -> list[str]:
        """Return the rules of the deviations."""
        return [one.rule for one in self.found]

    def read(self, method: str, kind: str, body: bytes, status: int = 200) -> Any:
        """Return the result of a call; ``kind`` is the Content-Type, empty without one."""
        server = answering(status, body, **({"content_type": kind} if kind else {}))
        with self.case.connect(server, self.mode, on_deviation=self.found.append) as client:
            return method_of(client, f"exports.{method}")()


@pytest.fixture
def reader(case: Case, mode: str) -> Reader:
    return Reader(case, mode)


OTHERS = [
    ("image/png", PNG, PNG),
    ("image/gif", ASCII_OCTETS, ASCII_OCTETS),
    ("application/octet-stream", b"12", b"12"),
    ("application/zip", b"PK\x03\x04", b"PK\x03\x04"),
    ("application/x-npy", NUMPY, NUMPY),
    ("text/csv", b'"a","b"\n1,2\n', '"a","b"\n1,2\n'),
    ("text/plain; charset=latin-1", b"caf\xe9", "café"),
    ("text/plain", b"{unfinished", "{unfinished"),
    ("text/plain", b"\xff\xfe", b"\xff\xfe"),
    ("image/svg+xml", b"<svg/>", "<svg/>"),
    ("application/xml", b"<a/>", "<a/>"),
]


@pytest.mark.parametrize("method", ["anything", "report", "names", "page", "name"])
@pytest.mark.parametrize(("kind", "body", "value"), OTHERS)
def test_the_stated_type_is_that_of_the_value(
    method: str, kind: str, body: bytes, value: object, reader: Reader
) -> None:
    assert reader.read(method, kind, body) == value
    assert reader.rules == [ADDED]


@pytest.mark.parametrize(("kind", "body", "value"), OTHERS)
def test_in_a_range_of_types(kind: str, body: bytes, value: object, reader: Reader) -> None:
    """The type is described; a report isn't what it describes."""
    assert reader.read("any_type", kind, body) == value
    assert reader.rules == []
    assert reader.read("report_of_any_type", kind, body) == value
    assert reader.rules == [CHANGED]


@pytest.mark.parametrize(
    ("kind", "body", "value"),
    [
        ("text/plain", b'{"a": 1}', '{"a": 1}'),
        ("text/csv", b'"one cell"', '"one cell"'),
        ("application/octet-stream", b"[1]", b"[1]"),
        ("text/html", HTML, HTML.decode()),
        ("application/vnd.a+json", b'{"a": 1}', {"a": 1}),
        ("", b'{"a": 1}', {"a": 1}),
        ("", b"plain", "plain"),
        ("", b"\xff", b"\xff"),
    ],
)
def test_any_value(kind: str, body: bytes, value: object, reader: Reader) -> None:
    assert reader.read("anything", kind, body) == value
    assert reader.read("any_type", kind, body) == value


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", "a/b", ""])
@pytest.mark.parametrize("method", ["report", "page", "report_of_any_type"])
def test_an_object_is_read_as_described(method: str, kind: str, reader: Reader) -> None:
    value = reader.read(method, kind, REPORT)
    if (method, kind) == ("page", "text/html"):  # which an overlay describes as text
        assert value == REPORT.decode()
    else:
        assert value == reader.case.models.Report(rows=2)


def test_an_array_is_read_as_described(reader: Reader) -> None:
    assert reader.read("names", "text/plain", b'["a"]') == ["a"]
    assert reader.read("report", "text/plain", b"[1]") == [1]
    assert reader.rules == [ADDED, ADDED, CHANGED]


@pytest.mark.parametrize(
    ("method", "kind", "body", "value"),
    [
        ("count", "text/plain", b"7", 7),
        ("count", "application/octet-stream", b"7", 7),
        ("count", "text/plain", b"many", "many"),
        ("flag", "text/plain", b"false", False),
        ("name", "text/plain", b'"quoted"', '"quoted"'),
        ("name", "text/plain", b'{"a": 1}', '{"a": 1}'),
        ("name", "", b"plain", "plain"),
        ("day", "text/plain", b"2030-01-02", dt.date(2030, 1, 2)),
        ("day", "text/plain", b"today", "today"),
    ],
)
def test_single_values(method: str, kind: str, body: bytes, value: object, reader: Reader) -> None:
    result = reader.read(method, kind, body)
    assert (result, type(result)) == (value, type(value))
    assert reader.rules == [ADDED]


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/xhtml+xml"])
@pytest.mark.parametrize("method", ["report", "names", "name", "count", "report_of_any_type"])
def test_a_web_page(method: str, kind: str, reader: Reader) -> None:
    """A proxy may have sent it; then the call never reached the server."""
    with pytest.raises(reader.case.errors.ResponseError) as caught:
        reader.read(method, kind, HTML)
    assert "not JSON but a web page" in str(caught.value)
    assert "did succeed" not in str(caught.value)
    assert caught.value.body == HTML


def test_a_web_page_that_is_described(reader: Reader) -> None:
    assert reader.read("page", "text/html", HTML) == HTML.decode()
    assert reader.read("name_of_any_type", "text/html", HTML) == HTML.decode()
    assert reader.rules == []


@pytest.mark.parametrize("kind", ["text/plain", "image/png", "text/html"])
def test_an_error_is_the_documented_one_or_none(kind: str, reader: Reader) -> None:
    with pytest.raises(reader.case.errors.ApiError) as caught:
        reader.read("report", kind, b"no rows", 400)
    assert (caught.value.error, caught.value.body) == (None, b"no rows")
    with pytest.raises(reader.case.errors.ApiError) as caught:
        reader.read("report", kind, REPORT, 400)
    assert caught.value.error == reader.case.models.Report(rows=2)


@pytest.mark.parametrize(
    ("kind", "body", "value"),
    [
        ("image/gif", ASCII_OCTETS, ASCII_OCTETS),
        ("application/octet-stream", b"12", b"12"),
        ("text/csv; charset=latin-1", b"caf\xe9", "café"),
        ("text/plain", b"12", "12"),
        ("text/plain", b'{"a": 1}', {"a": 1}),
        ("application/json", b"12", 12),
        ("", b"12", 12),
        ("", b"plain", "plain"),
    ],
)
def test_a_body_that_is_not_described(
    kind: str, body: bytes, value: object, reader: Reader
) -> None:
    """Servers that find out the type of a body label JSON as text."""
    assert reader.read("unknown", kind, body) == value


def test_a_limit_is_an_error_whatever_the_type(reader: Reader) -> None:
    body = gzip.compress(b"[" + b"{}," * 300_000 + b"{}]")
    server = answering(200, body, content_type="text/plain", content_encoding="gzip")
    with (
        reader.case.connect(server, reader.mode) as client,
        pytest.raises(reader.case.errors.ResponseError, match="the limit of values"),
    ):
        method_of(client, "exports.report")()
