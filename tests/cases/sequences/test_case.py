"""Sequential media types: a schema for arrays is that of all items, any other that of one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case

LINES = b'{"word":"a"}\n{"word":"b"}\n'
WORDS = [{"word": "a"}, {"word": "b"}]


def read(case: Case, mode: str, method: str, content: bytes, media_type: str) -> Any:
    """Return the result of a call as plain JSON data; of a stream, the list of its items."""
    with case.connect(answering(200, content, content_type=media_type), mode) as client:
        result = [*getattr(client.log, method)()]
    return json.loads(json.dumps(result, default=lambda item: item.model_dump()))


@pytest.mark.parametrize(
    ("method", "content", "items"),
    [
        ("array", LINES, WORDS),
        ("words_stream", LINES, WORDS),
        ("either", LINES, WORDS),
        ("word", LINES, WORDS),
        ("tree", b"\x1e[[],[]]\n\x1e[]\n", [[[], []], []]),
        ("rows", b"[1,2]\n[]\n", [[1, 2], []]),
        ("pair", b'"a"\n1\n', ["a", 1]),
        ("text", LINES, WORDS),
        ("text", b'"a"\n1\n', ["a", 1]),
        ("records", b'\x1e{"word":"a"}\n', [{"word": "a"}]),
        ("told", b'data: {"word":"a"}\n\n', ['{"word":"a"}']),
        ("events", b'data: {"word":"a"}\n\n', [{"word": "a"}]),
    ],
)
def test_each_line_is_an_item(
    method: str, content: bytes, items: list[Any], case: Case, mode: str
) -> None:
    assert read(case, mode, method, content, "") == items


def test_the_whole_in_another_media_type(case: Case, mode: str) -> None:
    assert read(case, mode, "words", json.dumps(WORDS).encode(), "application/json") == WORDS


def test_lines_that_are_described_as_text_are_any_json(case: Case, mode: str) -> None:
    """An item is what its line has, and nothing is reported; an error's text is text."""
    found: list[Any] = []
    server = answering(200, LINES, content_type="application/x-ndjson")
    with case.connect(server, mode, on_deviation=found.append) as client:
        assert [*client.log.text()] == WORDS
    assert found == []
    server = answering(400, LINES, content_type="application/x-ndjson")
    with case.connect(server, mode) as client, pytest.raises(case.errors.ApiError) as caught:
        client.log.text()
    assert caught.value.error == LINES.decode()


@pytest.mark.parametrize(
    "content", [LINES, b"1\n\n2", b'{"a":\n1}'], ids=["objects", "numbers", "one in two lines"]
)
def test_lines_where_one_value_is_described(content: bytes, case: Case, mode: str) -> None:
    server = answering(200, content, content_type="application/json")
    with case.connect(server, mode) as client:
        if content.startswith(b'{"a"'):
            assert client.log.words() == {"a": 1}
            return
        with pytest.raises(case.errors.ResponseError) as caught:
            client.log.words()
    fact = "several, one a line: the method …_stream reads them, which an overlay adds"
    assert fact in str(caught.value)
    assert "application/x-ndjson, too; the body begins" in str(caught.value)
