"""What the fake does with answers that this API has none of: JSON that is just text."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import httpx
import pytest
from pinterest_audiences import Pinterest
from pinterest_audiences._fake import FakeTransport
from pinterest_audiences._json import Json
from pinterest_audiences._operation import Answer, Operation

BASE_URL = "https://api.example.com/v5"


class Text:
    """A body of text, which this API doesn't have."""

    def read(self, content: bytes, _content_type: str = "", /) -> str:
        return content.decode()


@pytest.mark.parametrize(
    ("answer", "label", "content"),
    [
        (Json(lambda: str), "application/json", b'"a \\"word\\""'),
        (Text(), None, b'a "word"'),
    ],
)
def test_text_answers_an_operation_in_its_own_form(
    answer: Answer, label: str | None, content: bytes
) -> None:
    operation: Operation[Any] = Operation(
        id="word", method="GET", path="/word", answers={"200": answer}
    )
    module: Any = ModuleType("words")
    module.WORD = operation
    fake: Any = FakeTransport(BASE_URL, [module], strict=True)
    fake.word.answers('a "word"')

    with Pinterest("t", base_url=BASE_URL, transport=fake) as client:
        assert client._sender.call(operation, (), None, None) == 'a "word"'

    response = fake.handle_request(httpx.Request("GET", f"{BASE_URL}/word"))
    assert response.content == content
    assert response.headers.get("content-type") == label
