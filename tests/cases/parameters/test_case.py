"""Every style of parameter on the wire, as OpenAPI 3.1.1 §4.8.12.4 shows them."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from tests.support.answers import Recorder
from tests.support.generated_case import Case


def sent(case: Case, **given: Any) -> httpx.Request:
    """Return the request for these arguments."""
    server = Recorder()
    arguments = {"layers": ["roads"], "point": case.models.Point(x=1, y=2), "area": [1], **given}
    with case.connect(server) as client:
        client.tiles.find(**arguments)
    return server.request


POINT = {"x": 1, "y": 2.5}


@pytest.mark.parametrize(
    ("given", "query"),
    [
        ({"tags_query": ["a b", "c&d", "é"]}, "tags=a%20b&tags=c%26d&tags=%C3%A9"),
        ({"tags_query": []}, ""),
        ({"csv": ["a,b", "c"]}, "csv=a%2Cb,c"),
        ({"ssv": ["a b", "c"]}, "ssv=a%20b%20c"),
        ({"psv": ["a|b", "c"]}, "psv=a%7Cb%7Cc"),
        ({"box": {"min": POINT, "levels": [1, 2]}},
         "box%5Bmin%5D%5Bx%5D=1&box%5Bmin%5D%5By%5D=2.5&box%5Blevels%5D%5B0%5D=1&box%5Blevels%5D%5B1%5D=2"),
        ({"at": POINT}, "x=1&y=2.5"),
        ({"near": POINT}, "near=x,1,y,2.5"),
        ({"pageable": {"sort": ["a,b", "c"], "sizes": [1]}}, "sort=a%2Cb&sort=c&sizes=1"),
        ({"url": "https://a.example/b?c=d&e#f"}, "url=https://a.example/b?c%3Dd%26e%23f"),
        ({"filter": {"name": "a"}}, "filter=%7B%22name%22%3A%22a%22%7D"),
        ({"empty": ""}, "empty="),
        ({"empty": "+/"}, "empty=%2B%2F"),
    ],
)  # fmt: skip
def test_query(given: dict[str, Any], query: str, case: Case) -> None:
    assert sent(case, **given).url.raw_path.decode().partition("?")[2] == query


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "/tiles/roads/;x=1;y=2/.1"),
        ({"layers": ["a/b", "c,d"], "area": [1, 2]}, "/tiles/a%2Fb,c%2Cd/;x=1;y=2/.1,2"),
        ({"layers": ["", ".."]}, "/tiles/,../;x=1;y=2/.1"),
    ],
)
def test_path(given: dict[str, Any], path: str, case: Case) -> None:
    assert sent(case, **given).url.raw_path.decode() == path


@pytest.mark.parametrize(
    ("given", "header", "value"),
    [
        ({"x_zoom": [1, 2]}, "x-zoom", "1,2"),
        ({"x_at": POINT}, "x-at", "x=1,y=2.5"),
        ({"tags_header": True}, "tags", "true"),
        ({"seen": "a b;c"}, "cookie", "seen=a%20b%3Bc"),
        ({"place": POINT}, "cookie", "place=x%3D1%2Cy%3D2.5"),
        ({"raw": ["a+b", "c"]}, "cookie", "raw=a+b; raw=c"),
    ],
)
def test_headers_and_cookies(given: dict[str, Any], header: str, value: str, case: Case) -> None:
    assert sent(case, **given).headers[header] == value


@pytest.mark.parametrize(("value", "text"), [(["a", None, "b"], "a,b"), ([], "")])
def test_null_is_left_out(case: Case, value: list[Any], text: str) -> None:
    """It is undefined (RFC 6570 §2.3), as an empty list is; a list of nothing else is sent."""
    server, row = Recorder(), ["a", None]
    with case.connect(server) as client:
        client.rows.find(row, csv=value, many=value, deep={"a": row, "b": None}, x_row=value)
    query = [f"csv={text}"] if text else []
    query += [f"many={one}" for one in value if one]
    assert server.targets == ["GET /rows/a?" + "&".join([*query, "deep%5Ba%5D%5B0%5D=a"])]
    assert server.request.headers.get("x-row", "") == text
    with case.connect(server := Recorder()) as client:
        client.rows.find([None], many=[None, None])
    assert server.targets == ["GET /rows/null?many=null&many=null"]


@pytest.mark.parametrize(
    "given", [{"layers": []}, {"layers": [".."]}, {"area": []}, {"raw": ["a\r\nb"]}]
)
def test_what_cant_be_sent(given: dict[str, Any], case: Case) -> None:
    with pytest.raises(case.errors.RequestError) as caught:
        sent(case, **given)
    assert "raw" not in given or "what no cookie can" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (7.0, "7"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (date(2026, 1, 2), "2026-01-02"),
        ({"a": [1, None]}, '{"a":[1,null]}'),
    ],
)
def test_values_as_text(value: object, text: str, case: Case) -> None:
    """An item of a list may be null or an object, for which OpenAPI has no other form."""
    encoding: Any = case.modules["_runtime.encoding"]
    assert encoding.as_text(value) == text
