"""Answers that are read while they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


def nothing(_: Any) -> None:
    """Reads nothing of an answer."""


def test_yields_each_item(
    api: Any, mode: str, stream_case: dict[str, Any], plain: Callable[[Any], Any]
) -> None:
    """Every item arrives, read as its type; bytes come in pieces of any size."""
    items = api.call(mode, stream_case, api.respond(stream_case))

    if stream_case["codec"] == "bytes":
        assert b"".join(items) == stream_case["body"].encode()
    else:
        assert plain(items) == stream_case["items"]


def test_pieces_may_end_anywhere(
    api: Any, mode: str, stream_case: dict[str, Any], plain: Callable[[Any], Any]
) -> None:
    """A network cuts where it likes."""
    content: bytes = stream_case["body"].encode()

    def respond(_: Any) -> Any:
        kind = {"content-type": stream_case["content_type"]}
        pieces = [content[i : i + 1] for i in range(len(content))]
        return api.httpx.Response(stream_case["status"], headers=kind, stream=api.pieces(pieces))

    items = api.call(mode, stream_case, respond)
    if stream_case["codec"] == "bytes":
        assert b"".join(items) == content
    else:
        assert plain(items) == stream_case["items"]


def test_saves_to_a_file(api: Any, mode: str, stream_case: dict[str, Any], tmp_path: Path) -> None:
    """The answer's bytes land in the file that the caller names; the server's name counts not."""
    target = tmp_path / "saved"
    respond = api.respond(stream_case, **{"content-disposition": 'attachment; filename="../x"'})

    def save(stream: Any) -> Any:
        return stream.save(target)

    count = api.open_stream(mode, stream_case, respond, save)

    assert target.read_bytes() == stream_case["body"].encode()
    assert count == len(target.read_bytes())
    assert [path.name for path in tmp_path.iterdir()] == ["saved"]


def test_says_what_happened(api: Any, mode: str, stream_case: dict[str, Any]) -> None:
    """Status and headers are there before the first item."""
    respond = api.respond(stream_case, **{"x-note": "here"})

    def told(stream: Any) -> tuple[int, str]:
        return stream.status_code, stream.headers["x-note"]

    found = api.open_stream(mode, stream_case, respond, told)

    assert found == (stream_case["status"], "here")


def test_an_error_is_raised_at_once(api: Any, mode: str, stream_case: dict[str, Any]) -> None:
    """As of any call; nothing needs to be iterated."""
    with pytest.raises(api.errors.ApiError) as caught:
        api.open_stream(mode, stream_case, api.answer(500, content=b"oh"), nothing)

    assert caught.value.status_code == 500
    assert caught.value.body == b"oh"


def test_an_item_that_cant_be_read(api: Any, mode: str, stream_case: dict[str, Any]) -> None:
    """A success all the same, and the error says so."""
    if stream_case["codec"] not in ("lines", "sequence"):
        return
    separator = b"\n" if stream_case["codec"] == "lines" else b"\x1e"
    broken = api.answer(stream_case["status"], content=separator + b"{no" + separator)

    with pytest.raises(api.errors.ResponseError, match="unreadable item"):
        api.call(mode, stream_case, broken)


def test_a_connection_dropped_amid_the_answer(
    api: Any, mode: str, stream_case: dict[str, Any]
) -> None:
    """What came before is there; then the error says that the server may have done its part."""

    def pieces() -> Iterator[bytes]:
        yield stream_case["body"].encode()
        raise api.httpx.ReadError("gone")

    def respond(_: Any) -> Any:
        return api.httpx.Response(stream_case["status"], stream=api.pieces(pieces()))

    with pytest.raises(api.errors.TransportError, match="amid the answer") as caught:
        api.call(mode, stream_case, respond)
    assert caught.value.may_have_reached_server


def test_letting_go_early(api: Any, mode: str, stream_case: dict[str, Any]) -> None:
    """Leaving ``with`` closes the answer, read or not."""
    seen: list[Any] = []

    def respond(_: Any) -> Any:
        stream = api.pieces([b"first", b"second"])
        seen.append(stream)
        return api.httpx.Response(stream_case["status"], stream=stream)

    api.open_stream(mode, stream_case, respond, nothing)

    assert seen[0].is_closed
