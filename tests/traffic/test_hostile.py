"""Recordings that were made to break the comparison: nothing is raised."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

import pytest

from tests.support.command import speclock
from tests.traffic.conftest import Run
from tests.traffic.exchanges import TIME, Exchange, ndjson
from tests.traffic.making import JSON, MULTIPART, SPECS, URLS, call, parts, send

_ITEM_URL: Final = f"{URLS['shop']}/items"
_PARTS: Final = parts(("file", b"\0\xff"), ("title", "T"), ("meta", '{"page": 1}', JSON))


def _measures(text: str) -> Exchange:
    return call("measures", "GET /measures", 200, text, kind=JSON)


def _uploads(body: bytes, kind: str = MULTIPART) -> Exchange:
    return send(call("files", "POST /uploads", 202, headers={"Location": "/"}), body, kind)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"word": "\\ud800"}', "response/body/content/malformed"),
        ('{"\\ud800": 1}', "response/body/content/malformed"),
        ('{"whole": "\\ud800"}', "response/body/content/malformed"),
        ('{"real": 1e400, "above": 1e400}', ""),
        ('{"below": 1e400}', "response/schema/maximum/widened"),
        ('{"whole": -1e400}', ""),
        ('{"any": ' + "[" * 900 + "]" * 900 + "}", ""),
        ('{"any": ' + "[" * 90_000 + "]" * 90_000 + "}", "response/body/content/malformed"),
        ('{"whole": Infinity}', "response/body/content/malformed"),
        ("\x00", "response/body/content/malformed"),
        (
            '{"tree": ' + '{"value": 1, "parts": [' * 300 + '{"value": "x"}' + "]}" * 300 + "}",
            "response/schema/type/changed",
        ),
    ],
)
def test_json_at_its_limits(text: str, rule: str, compared: Run) -> None:
    found = compared("measures", "ndjson", (_measures(text),)).findings
    assert [one.deviation.rule for each in found.values() for one in each] == [rule][: bool(rule)]


@pytest.mark.parametrize(
    "url",
    [
        "", "*", "a", "http://[", "data:text/plain,a", "//shop.example.com/v1/items", "https://",
        "https://shop.example.com", f"{_ITEM_URL}/%zz", f"{_ITEM_URL}/%FF", f"{_ITEM_URL}?=&&=",
        f"{_ITEM_URL}?q=%FF&%FF=%FF", f"{_ITEM_URL}?q=\ud800&\ud800=1", f"{_ITEM_URL}/\ud800",
        f"{_ITEM_URL}?filter[a][b]=1&filter[=1&q=a", f"{_ITEM_URL}/" + "/" * 5000,
        f"{URLS['shop']}/grid/;/./",
    ],
)  # fmt: skip
def test_any_url_can_be_recorded(url: str, compared: Run) -> None:
    outcome = compared("shop", "ndjson", (Exchange("GET", url, 404),))
    assert outcome.faults + outcome.traffic.exchanges == 1


@pytest.mark.parametrize("kind", [MULTIPART, "multipart/form-data", 'multipart/form-data; x="'])
def test_any_bytes_can_be_a_multipart_body(kind: str, compared: Run) -> None:
    chance = random.Random(1)
    made: list[Exchange] = []
    for _ in range(200):
        body = bytearray(_PARTS)
        for _ in range(chance.randint(1, 8)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        made.append(_uploads(bytes(body[: chance.randrange(len(body))]), kind))
    assert compared("files", "ndjson", tuple(made)).traffic.judged == 200


@pytest.mark.parametrize("kind", ["text", "json", "markdown", "github", "sarif", "html"])
def test_names_that_have_no_encoding_are_shown_somehow(kind: str, tmp_path: Path) -> None:
    made = [
        _measures('{"\\ud800": "\\ud800", "whole": "\\ud800"}'),
        call("measures", "GET /measures?\ud800=1", 200, {}, headers={"\ud800": "\ud800"}),
        call("measures", "GET https://\ud800/", 200, {}, kind="a/\ud800"),
        call("measures", "\ud800 /measures", 200, {}),
    ]
    (tmp_path / "recording").write_bytes(ndjson(made))
    outcome = speclock(
        tmp_path, "drift", "--base", str(SPECS["measures"]), "--traffic", "recording",
        "--format", kind, "--show-values",
    )  # fmt: skip
    assert outcome.code == 1
    outcome.out.encode()  # raises for what can't be written


def test_a_time_is_only_shown_if_it_is_one(compared: Run, tmp_path: Path) -> None:
    made = ndjson([_measures('{"small": 11}')]).replace(TIME.encode(), b"PlantedTime")
    (tmp_path / "recording").write_bytes(made)
    outcome = speclock(
        tmp_path, "drift", "--base", str(SPECS["measures"]), "--traffic", "recording",
        "--format", "json",
    )  # fmt: skip
    assert "maximum/widened" in outcome.out
    assert "PlantedTime" not in outcome.out
    ((found,),) = compared("measures", "har", (_measures('{"small": 12}'),)).findings.values()
    assert (found.first, found.last) == (TIME, TIME)
