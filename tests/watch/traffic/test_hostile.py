"""Recordings that were made to break the comparison: nothing is raised."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Final

import pytest

from generator.watch.changes.formats import FORMATS
from tests.watch.traffic.conftest import Run
from tests.watch.traffic.exchanges import TIME, Exchange
from tests.watch.traffic.making import JSON, MULTIPART, URLS, call, parts, send

pytestmark = pytest.mark.slow

_ITEM_URL: Final = f"{URLS['shop']}/items"
_PARTS: Final = parts(("file", b"\0\xff"), ("title", "T"), ("meta", '{"page": 1}', JSON))


def _measures(text: str) -> Exchange:
    return call("measures", "GET /measures", 200, text, kind=JSON)


def _uploads(body: bytes, kind: str = MULTIPART) -> Exchange:
    return send(call("files", "POST /uploads", 202, headers={"Location": "/"}), body, kind)


def test_json_at_its_limits(compared: Run) -> None:
    malformed, deep = "response/body/content/malformed", '{"value": 1, "parts": ['
    cases: tuple[tuple[str, list[str]], ...] = (
        ('{"word": "\\ud800"}', [malformed]),
        ('{"\\ud800": 1}', [malformed]),
        ('{"whole": "\\ud800"}', [malformed]),
        ('{"real": 1e400, "above": 1e400}', []),
        ('{"below": 1e400}', ["response/schema/maximum/widened"]),
        ('{"whole": -1e400}', []),
        ('{"any": ' + "[" * 900 + "]" * 900 + "}", []),
        ('{"any": ' + "[" * 90_000 + "]" * 90_000 + "}", [malformed]),
        ('{"whole": Infinity}', [malformed]),
        ("\x00", [malformed]),
        ('{"tree": ' + deep * 300 + '{"value": "x"}' + "]}" * 300 + "}",
         ["response/schema/type/changed"]),
    )  # fmt: skip
    for text, rules in cases:
        found = compared("measures", "ndjson", (_measures(text),)).findings
        assert [one.deviation.rule for each in found.values() for one in each] == rules
    every = [_measures(text) for text, _ in cases]
    compared("measures", "ndjson", every)  # raises nothing


def test_any_url_can_be_recorded(compared: Run) -> None:
    urls = (
        "", "*", "a", "http://[", "data:text/plain,a", "//shop.example.com/v1/items", "https://",
        "https://shop.example.com", f"{_ITEM_URL}/%zz", f"{_ITEM_URL}/%FF", f"{_ITEM_URL}?=&&=",
        f"{_ITEM_URL}?q=%FF&%FF=%FF", f"{_ITEM_URL}?q=\ud800&\ud800=1", f"{_ITEM_URL}/\ud800",
        f"{_ITEM_URL}?filter[a][b]=1&filter[=1&q=a", f"{_ITEM_URL}/" + "/" * 5000,
        f"{URLS['shop']}/grid/;/./",
    )  # fmt: skip
    report = compared("shop", "ndjson", [Exchange("GET", url, 404) for url in urls]).report
    assert report.traffic is not None
    assert len(report.faults) + report.traffic.exchanges == len(urls)


@pytest.mark.parametrize("kind", [MULTIPART, "multipart/form-data", 'multipart/form-data; x="'])
def test_any_bytes_can_be_a_multipart_body(kind: str, compared: Run) -> None:
    chance = random.Random(1)
    made: list[Exchange] = []
    for _ in range(200):
        body = bytearray(_PARTS)
        for _ in range(chance.randint(1, 8)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        made.append(_uploads(bytes(body[: chance.randrange(len(body))]), kind))
    traffic = compared("files", "ndjson", made).report.traffic
    assert traffic is not None
    assert traffic.judged == 200


def test_names_that_have_no_encoding_are_shown_somehow(compared: Run) -> None:
    made = [
        _measures('{"\\ud800": "\\ud800", "whole": "\\ud800"}'),
        call("measures", "GET /measures?\ud800=1", 200, {}, headers={"\ud800": "\ud800"}),
        call("measures", "GET https://\ud800/", 200, {}, kind="a/\ud800"),
        call("measures", "\ud800 /measures", 200, {}),
    ]
    report = compared("measures", "ndjson", made, show=True).report
    assert report.changes
    for write in FORMATS.values():
        write(report).encode()  # raises for what can't be written


def test_a_time_is_only_shown_if_it_is_one(compared: Run) -> None:
    one = _measures('{"small": 11}')
    odd = compared("measures", "ndjson", (replace(one, time="PlantedTime"),)).report
    assert "maximum/widened" in FORMATS["json"](odd)
    assert "PlantedTime" not in FORMATS["json"](odd)
    ((found,),) = compared("measures", "har", (one,)).findings.values()
    assert (found.first, found.last) == (TIME, TIME)
