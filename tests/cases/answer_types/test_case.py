"""What is read of an answer by its status and its Content-Type."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case


def read(case: Case, mode: str, name: str, kind: str, body: bytes, status: int = 200) -> Any:
    """Return the result of a call that is answered with ``body`` of the type ``kind``."""
    headers = {"content_type": kind} if kind else {}
    return case.exchange(mode, answering(status, body, **headers), name)[0]


@pytest.mark.parametrize(
    ("kind", "body", "value"),
    [
        ("application/json", b'{"c": 1}', {"c": 1}),
        ("APPLICATION/hal+JSON ; charset=UTF-8", b"[1]", [1]),
        ("text/plain", b"7", "7"),
        ("text/plain; charset=latin-1", b"caf\xe9", "café"),
        ("application/xml", b"<a/>", "<a/>"),
        ("image/png", b"\x89PNG\xff", b"\x89PNG\xff"),
        ("", b'{"c": 1}', {"c": 1}),
        ("", b"plain", "plain"),
        ("", b"\xff", b"\xff"),
    ],
)
def test_anything(case: Case, mode: str, kind: str, body: bytes, value: object) -> None:
    """``*/*`` without a schema."""
    assert read(case, mode, "any.read", kind, body) == value


@pytest.mark.parametrize("kind", ["application/json", "text/plain; charset=us-ascii", ""])
def test_a_range_with_a_schema(case: Case, mode: str, kind: str) -> None:
    assert read(case, mode, "any.replace", kind, b'{"c": 1}') == case.models.Plain(c=1)


def test_a_range_of_applications_without_a_schema_is_bytes(case: Case, mode: str) -> None:
    assert read(case, mode, "any.create", "application/json", b"{}") == b"{}"


def test_a_range_of_texts(case: Case, mode: str) -> None:
    assert read(case, mode, "any.remove", "text/css", b"a {}") == "a {}"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/json; version=1", "First"),
        ("application/json; version=2", "Second"),
        ('application/json;version="2"', "Second"),
        ("Application/JSON ; charset=utf-8 ; Version=2", "Second"),
        ("application/json; version=3", "First"),
        ("application/json", "First"),
        ("application/vnd.PLAIN+json; charset=utf-8", "Plain"),
        ("application/vnd.other+json", "First"),
        ("text/plain", "First"),
        ("", "First"),
    ],
)
def test_json_of_several_types(case: Case, mode: str, kind: str, name: str) -> None:
    body = b'{"a": 1, "b": 2, "c": 3}'
    assert type(read(case, mode, "versions.read", kind, body)).__name__ == name


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/vnd.second+json", "Second"),
        ("application/json", "First"),
        ("application/vnd.first+json", "First"),
    ],
)
def test_two_types_of_one_schema(case: Case, mode: str, kind: str, name: str) -> None:
    made = read(case, mode, "versions.create", kind, b"{}", 201)
    assert type(made).__name__ == name


@pytest.mark.parametrize(
    ("kind", "name"), [("application/vnd.plain+json", "Plain"), ("application/json; v=1", "First")]
)
def test_errors_of_several_types(case: Case, mode: str, kind: str, name: str) -> None:
    with pytest.raises(case.errors.ApiError) as caught:
        read(case, mode, "versions.read", kind, b"{}", 404)
    assert type(caught.value.error).__name__ == name


@pytest.mark.parametrize(
    ("kind", "body", "name"),
    [
        ("application/json", b"{}", "First"),
        ("application/hal+json", b"{}", "Plain"),
        ("text/csv", b"{}", "str"),
        ("image/svg+xml", b"<svg/>", "str"),
    ],
)
def test_a_type_beside_ranges(case: Case, mode: str, kind: str, body: bytes, name: str) -> None:
    """The narrowest that fits (RFC 9110 §12.5.1)."""
    assert type(read(case, mode, "versions.replace", kind, body)).__name__ == name


@pytest.mark.parametrize("kind", ["text/plain", "", "text/html; charset=utf-8", "Application/JSON"])
def test_json_under_another_type(case: Case, mode: str, kind: str) -> None:
    assert read(case, mode, "typed.json", kind, b'{"c": 1}') == case.models.Plain(c=1)


def test_text_where_an_object_is_described(case: Case, mode: str) -> None:
    with pytest.raises(case.errors.ResponseError, match="unreadable body: not JSON"):
        read(case, mode, "typed.json", "text/html", b"<html>")


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/plain", "naïve ✓".encode(), "naïve ✓"),
        ("", b"plain", "plain"),
        ("application/json", b'"plain"', '"plain"'),
        ("text/plain; charset=latin-1", b"caf\xe9", "café"),
        ("Text/Plain ;Charset = ISO-8859-1", b"caf\xe9", "café"),
        ('text/plain; format=flowed; charset="utf-16"', "café".encode("utf-16"), "café"),
        ("text/plain; charset=UTF-16BE", "✓".encode("utf-16-be"), "✓"),
        ("text/plain; charset=", b"plain", "plain"),
        ("text/plain; x-charset=utf-16", b"plain", "plain"),
    ],
)
def test_text(case: Case, mode: str, kind: str, body: bytes, text: str) -> None:
    """In the charset of the answer (RFC 9110 §8.3.2)."""
    assert read(case, mode, "typed.text", kind, body) == text
    with pytest.raises(case.errors.ApiError) as caught:
        read(case, mode, "typed.text", kind, body, 400)
    assert caught.value.error == text


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("text/plain", "not UTF-8;"),
        ("text/plain; charset=ascii", "not ASCII;"),
        ("text/plain; charset=x-klingon", "the charset 'x-klingon' is unknown;"),
        ("text/plain; charset=hex", "the charset 'hex' is unknown;"),
        ("text/plain; charset=punycode", "the charset 'punycode' is unknown;"),
    ],
)
def test_unreadable_text(case: Case, mode: str, kind: str, says: str) -> None:
    with pytest.raises(case.errors.ResponseError, match=f"unreadable body: {says}"):
        read(case, mode, "typed.text", kind, b"caf\xe9")
    with pytest.raises(case.errors.ApiError) as caught:
        read(case, mode, "typed.text", kind, b"caf\xe9", 400)
    assert (caught.value.error, caught.value.body) == (None, b"caf\xe9")


def test_tables_xml_and_pictures(case: Case, mode: str) -> None:
    """XML is text, which the warnings of the case say."""
    assert read(case, mode, "typed.csv", "text/csv; header=present", b"a,b") == "a,b"
    assert read(case, mode, "typed.xml", "application/xml", b"<c>1</c>") == "<c>1</c>"
    assert read(case, mode, "typed.image", "image/png", b"\x89\xff") == b"\x89\xff"


@pytest.mark.parametrize("status", [200, 204, 299])
def test_a_body_that_is_not_described(case: Case, mode: str, status: int) -> None:
    body = b"" if status == 204 else b'{"a": 1}'
    value = None if status == 204 else {"a": 1}
    assert read(case, mode, "nothing.read", "application/json", body, status) == value


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (200, b'{"b": 1}', "First"),
        (202, b'{"a": 1}', "Second"),
        (203, b"text", "str"),
        (204, b"", "NoneType"),
    ],
)
def test_several_successes_by_status(
    case: Case, mode: str, status: int, body: bytes, name: str
) -> None:
    result = read(case, mode, "nothing.several", "application/json", body, status)
    assert type(result).__name__ == name


def test_the_fake_answers_with_the_type_of_a_result(case: Case) -> None:
    fake = case.fake()
    client = case.package.Sample(transport=fake)
    for name in ("First", "Second", "Plain"):
        fake.versions_read.answers(getattr(case.models, name)())
        assert type(client.versions.read()).__name__ == name
