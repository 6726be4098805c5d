"""Checks of multipart bodies other than forms (RFC 2046 §5.1)."""

# ruff: noqa: E501 - tables
from __future__ import annotations

import httpx

from tests.openapi.support_table.harness import Made

LETTER = "{type: object, properties: {a: {type: array, items: {type: integer}}, b: {type: string, format: binary}}}"


def _parts(request: httpx.Request) -> list[bytes]:
    """The parts of a multipart body, with their headers."""
    boundary = request.headers["content-type"].partition("boundary=")[2].partition(";")[0]
    return request.content.split(b"--" + boundary.encode())[1:-1]


def named_parts(made: Made) -> None:
    """The members of an object are parts with names."""
    model = next(m for n, m in vars(made.models).items() if n.startswith("CallRequest"))
    first, second, third = _parts(made.sent(model(b=b"1", a=[1, 2])))
    assert (b'name="a"' in first, b'name="a"' in second) == (True, True)
    assert first.endswith(b"\r\n\r\n1\r\n")
    assert b"Content-Type: image/png\r\n" in third
    assert b'form-data; name="b"' in third


def ordered_parts(made: Made) -> None:
    """The items of a list are parts in their order."""
    first, second = _parts(made.sent([made.models.Body(a="x"), b"1"]))
    assert first == b'\r\nContent-Type: application/vnd.a+json\r\n\r\n{"a":"x"}\r\n'
    assert second == b"\r\nContent-Type: image/png\r\n\r\n1\r\n"


def opaque_part(made: Made) -> None:
    """A part in another media type is sent as it is."""
    model = next(m for n, m in vars(made.models).items() if n.startswith("CallRequest"))
    (part,) = _parts(made.sent(model(a=b"<a/>")))
    assert part.endswith(b"\r\n\r\n<a/>\r\n")


def read_parts(made: Made) -> None:
    """Parts become members, by name or else in their order."""
    content = (
        b'--x\r\nContent-Disposition: form-data; name="b"\r\n\r\n\xff\r\n--x\r\n\r\n1\r\n--x--'
    )
    made.answer = httpx.Response(
        200, content=content, headers={"content-type": "multipart/related; boundary=x"}
    )
    value = made.call()
    assert (value.a, value.b) == ([1], b"\xff")


def read_list(made: Made) -> None:
    """Parts become items."""
    content = b"--x\r\n\r\n1\r\n--x\r\n\r\n2\r\n--x--"
    made.answer = httpx.Response(
        200, content=content, headers={"content-type": "multipart/mixed; boundary=x"}
    )
    assert made.call() == [1, 2]
