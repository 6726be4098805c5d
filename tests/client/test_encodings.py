"""Bodies that a server compresses, or says that it does (RFC 9110 §8.4)."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from typing import Any

import pytest
from pinterest_audiences import errors

from tests.client.conftest import OFF, Caller
from tests.support.answers import Answer, answering


def failure(caller: Caller, server: Answer) -> Any:
    with pytest.raises((errors.ApiError, errors.ResponseError)) as caught:
        caller.create(server, retry=OFF)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 299])
def test_a_success_with_a_wrong_label_is_unreadable(status: int, caller: Caller) -> None:
    """It did succeed; the body is kept as it was received."""
    error = failure(caller, answering(status, b"plain", content_encoding="gzip"))
    assert type(error) is errors.ResponseError
    assert (error.status_code, error.body) == (status, b"plain")
    assert "unreadable body: not gzip; the body begins" in str(error)


@pytest.mark.parametrize("status", [300, 301, 399, 400, 429, 500])
def test_an_error_with_a_wrong_label_is_that_error(status: int, caller: Caller) -> None:
    error = failure(caller, answering(status, b"plain", content_encoding="gzip"))
    assert isinstance(error, errors.ApiError)
    assert (error.status_code, error.body, error.error) == (status, b"plain", None)


@pytest.mark.parametrize("name", ["content_encoding", "Content_Encoding"])
def test_a_compressed_body_is_read(name: str, caller: Caller) -> None:
    """Of a success and of an error."""
    audience = gzip.compress(b'{"id": "7"}')
    assert caller.create(answering(200, audience, **{name: "gzip"})).id == "7"

    error = failure(caller, answering(500, gzip.compress(b"<oh no>"), **{name: "gzip"}))
    assert error.body == b"<oh no>"


def packed(content: bytes, wbits: int) -> bytes:
    deflate = zlib.compressobj(wbits=wbits)
    return deflate.compress(content) + deflate.flush()


@pytest.mark.parametrize(
    ("encoding", "wbits"),
    [("gzip", 31), ("x-gzip", 31), ("deflate", 15), ("deflate", -15), ("GZIP", 31)],
)
def test_each_coding(encoding: str, wbits: int, caller: Caller) -> None:
    """Deflate is what zlib writes, or, from some servers, the same without its header."""
    content = packed(b'{"id": "7"}', wbits)
    assert caller.create(answering(200, content, content_encoding=encoding)).id == "7"


def test_several_members_of_gzip_are_one_body(caller: Caller) -> None:
    content = gzip.compress(b'{"id":') + gzip.compress(b'"7"}') + b"\x00\x00"
    assert caller.create(answering(200, content, content_encoding="gzip")).id == "7"


def test_an_unknown_coding_is_ignored(caller: Caller) -> None:
    assert caller.create(answering(200, b'{"id": "7"}', content_encoding="utf-8")).id == "7"


@pytest.mark.parametrize("front", [b"", b" " * 100, b"\xef\xbb\xbf"], ids=["", "spaces", "mark"])
def test_what_is_in_front_of_many_values_does_not_matter(front: bytes, caller: Caller) -> None:
    many = front + b"[" + b'{"a":12},' * 200_000 + b"{}]"
    error = failure(caller, answering(200, gzip.compress(many), content_encoding="gzip"))
    assert "values in JSON, the limit of values; max_size=None lifts this limit" in str(error)


@pytest.mark.slow
def test_a_body_is_unpacked_up_to_the_maximum_size(caller: Caller) -> None:
    """Never more than 1 MiB beyond it is in memory at once."""
    bomb = gzip.compress(b"0" * 60_000_000)
    given = answering(200, bomb, content_encoding="gzip")
    tracemalloc.start()
    with pytest.raises(errors.ResponseError, match="more than 5000000 bytes, which is max_size"):
        caller.create(given, max_size=5_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("status", [200, 500])
def test_a_body_is_received_up_to_the_maximum_size(status: int, caller: Caller) -> None:
    content = b'{"id": "7", "name": "' + b"x" * 100_000 + b'"}'
    given = answering(status, content)
    with pytest.raises((errors.ResponseError, errors.ApiError)) as caught:
        caller.create(given, retry=OFF, max_size=1000)
    kind = errors.ResponseError if status == 200 else errors.InternalServerError
    assert type(caught.value) is kind
    assert caught.value.status_code == status
    found = caller.create(answering(200, content), max_size=None)
    assert found.id == "7"
