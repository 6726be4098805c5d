"""Bodies of text, of bytes and of any JSON."""

from __future__ import annotations

import httpx
import pytest

from tests.support.answers import Answer, answering
from tests.support.generated_case import Case


def test_text_and_bytes(case: Case) -> None:
    echo: Answer = lambda r: httpx.Response(  # noqa: E731
        200, content=r.content, headers={"x-type": r.headers.get("content-type", "none")}
    )
    with case.connect(echo) as client:
        assert client.notes.write("naïve ✓") == "naïve ✓"
        assert client.blobs.put(b"\x00\xff") == b"\x00\xff"
        assert client.blobs.put() == b""
        assert client.pages.post(case.models.Page(title="t")).title == "t"
        assert client.free.send({"a": [1, None]}) == {"a": [1, None]}
    with case.connect(answering(400, "no ✓".encode(), content_type="text/plain")) as client:
        with pytest.raises(case.errors.ApiError) as caught:
            client.notes.write("x")
        assert caught.value.error == "no ✓"
