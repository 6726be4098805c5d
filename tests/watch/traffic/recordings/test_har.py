"""Bodies, headers and status codes of HAR files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.watch.traffic.recordings.conftest import Write, har, har_entry, read

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content", "body", "unreadable"),
    [
        ({"text": "é"}, "é".encode(), ""),
        ({"text": ""}, b"", ""),
        ({}, None, ""),
        ({"text": None}, None, ""),
        ({"text": "YQ==", "encoding": "base64"}, b"a", ""),
        ({"text": "YQ==", "encoding": ""}, b"YQ==", ""),
        ({"text": "YQ==", "encoding": None}, b"YQ==", ""),
        ({"text": "YW\r\nE=\n", "encoding": "base64"}, b"aa", ""),
        ({"text": "!!!", "encoding": "base64"}, None, "the recorded base64 isn't well-formed"),
        ({"text": "a", "encoding": "base64"}, None, "the recorded base64 isn't well-formed"),
        ({"text": "é", "encoding": "base64"}, None, "the recorded base64 isn't well-formed"),
        ({"text": "a", "encoding": "hex"}, None, "recorded in the unknown encoding 'hex'"),
        ({"text": "\ud800\udc00"}, "\U00010000".encode(), ""),
        ({"text": "\ud800"}, b"\xed\xa0\x80", ""),
    ],
)
def test_the_body_of_a_response(
    content: dict[str, Any], body: bytes | None, unreadable: str, write: Write
) -> None:
    found = read(write(har(har_entry({}, {"content": content})))).only.response
    assert (found.body, found.unreadable, found.is_cut) == (body, unreadable, False)


def test_a_status(write: Write) -> None:
    for status in (0, 200, 599, 999):
        code = read(write(har(har_entry({}, {"status": status})))).only.status
        assert (code, type(code)) == (status, int)
    for text in ("NaN", "1e999", "9" * 5000):
        found = read(write(har(har_entry({}, {"status": "X"})).replace('"X"', text)))
        assert "entry 1" in found.problem.fact


def test_a_body_is_never_decoded_again(write: Write) -> None:
    headers = [{"name": "Content-Encoding", "value": "gzip"}]
    response = {"headers": headers, "content": {"text": "H4sI", "encoding": "base64"}}
    assert read(write(har(har_entry({}, response)))).only.response.body == b"\x1f\x8b\x08"


@pytest.mark.parametrize(
    ("posted", "body"),
    [
        ({"mimeType": FORM, "text": "a=1", "params": [{"name": "b", "value": "2"}]}, b"a=1"),
        (
            {"mimeType": f"{FORM.title()}; charset=utf-8", "params": [
                {"name": "a b", "value": "ä&"}, {"name": "c"}, {"name": "d", "value": "\ud800"},
            ]},
            b"a+b=%C3%A4%26&c=&d=%ED%A0%80",
        ),
        ({"mimeType": FORM, "text": "", "params": [{"name": "b", "value": "2"}]}, b"b=2"),
        ({"mimeType": FORM, "params": []}, None),
        ({"mimeType": "multipart/form-data", "params": [{"name": "a", "value": "b"}]}, None),
        ({"mimeType": "text/plain", "text": "a"}, b"a"),
        (None, None),
    ],
)  # fmt: skip
def test_the_body_of_a_request(posted: object, body: bytes | None, write: Write) -> None:
    assert read(write(har(har_entry({"postData": posted})))).only.request.body == body


@pytest.mark.parametrize(
    ("headers", "media_type", "expected"),
    [
        ([], "text/html; charset=utf-8", {"content-type": ("text/html; charset=utf-8",)}),
        ([{"name": "Content-Type", "value": "a/b"}], "c/d", {"content-type": ("a/b",)}),
        ([], "x-unknown", {}),
        ([], "", {}),
        ([{"name": ":status", "value": "200"}, {"name": "A", "value": None}], "", {"a": ("",)}),
        (
            [{"name": name, "value": value} for name, value in ("A1", "b2", "a3", "a4")],
            "",
            {"a": ("1", "3", "4"), "b": ("2",)},
        ),
    ],
)
def test_headers(
    headers: object, media_type: str, expected: dict[str, tuple[str, ...]], write: Write
) -> None:
    response = {"headers": headers, "content": {"mimeType": media_type, "text": ""}}
    request = {"headers": headers, "postData": {"mimeType": media_type, "text": ""}}
    found = read(write(har(har_entry(request, response)))).only
    assert (found.request.headers, found.response.headers) == (expected, expected)


@pytest.mark.parametrize(
    "entry",
    [
        1,
        None,
        [],
        {},
        {"request": har_entry()["request"]},
        {"response": har_entry()["response"]},
        har_entry({"method": None}),
        har_entry({"url": 1}),
        har_entry({"headers": {"a": "b"}}),
        har_entry({"headers": [1]}),
        har_entry({"headers": [{"name": "a"}]}),
        har_entry({"headers": [{"value": "a"}]}),
        har_entry({"headers": [{"name": 1, "value": ""}]}),
        har_entry({"headers": [{"name": "a", "value": {}}]}),
        har_entry({"postData": [1]}),
        har_entry({"postData": {"text": 1}}),
        har_entry({"postData": {"mimeType": FORM, "params": {"a": 1}}}),
        har_entry({"postData": {"mimeType": FORM, "params": [{"value": "1"}]}}),
        har_entry({}, {"content": {"text": []}}),
        har_entry({}, {"content": "a"}),
        har_entry({}, {"status": None}),
        har_entry({}, {"status": "2 0"}),
        har_entry({}, {"status": "²"}),
        har_entry({}, {"status": -2}),
        har_entry({}, {"status": 1e300}),
    ],
)
def test_an_entry_of_another_form_is_one_problem(entry: object, write: Write) -> None:
    found = read(write(har(har_entry(), entry, har_entry())))
    assert [one.place.entry for one in found.exchanges] == [1, 3]
    assert found.problem.fact.startswith("entry 2 isn't readable: ")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_a_number_that_is_none(number: str, write: Write) -> None:
    """In a member that isn't used, only what isn't JSON is a problem."""
    text = har(har_entry(), har_entry() | {"time": "X"}, har_entry()).replace('"X"', number)
    found = read(write(text))
    is_json = number[-1] == "9"
    assert [one.place.entry for one in found.exchanges] == ([1, 2, 3] if is_json else [1, 3])
    if not is_json:
        assert found.problem.fact == f"entry 2 isn't readable: {number} isn't a number in JSON"


def test_members_around_the_entries(write: Write) -> None:
    around = '"pages": [{"id": "p", "entries": [{}]}], "version": 1.2, "x": null, '
    text = har(har_entry(), before=around, after=', "_y": {"log": {"entries": 1}}, "z": 1e3')
    assert read(write(text)).only.status == 200
    text = json.dumps({"a": [1], "log": {"entries": []}, "b": {"interactions": [1]}})
    assert read(write(text)).problems == []
