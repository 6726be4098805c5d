"""Reports of recordings that hold secrets: none is shown, body values only if asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from generator.watch.changes.formats import FORMATS
from tests.support.command import speclock
from tests.watch.traffic.conftest import Run
from tests.watch.traffic.exchanges import FORMATS as WRITERS
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.making import FORM, SPECS, call, form, send

_IN_BODIES: Final = ("PlantedAnswer", "PlantedTree", "PlantedForm", "PlantedMarkup")
"""Values that can't be what is described, and that ``--show-values`` shows."""
_SENT: Final = {
    "Authorization": "Bearer PlantedToken",
    "Proxy-Authorization": "Basic PlantedProxy",
    "Cookie": "sid=PlantedSession; theme=PlantedTheme; id=PlantedCookie",
    "X-Trace": "PlantedTrace",
    "X-Api-Key": "PlantedKeyHeader",
    "Referer": "https://a.example/?t=PlantedReferer",
}
_ANSWERED: Final = {"Set-Cookie": "sid=PlantedNewSession", "X-Shop": "PlantedHeader"}
_TRACES: Final[Mapping[str, tuple[Exchange, ...]]] = {
    "shop": (
        call("shop", "GET /items?q=a&api_key=PlantedKey&limit=PlantedLimit&odd=PlantedOdd", 200,
             [{"id": "PlantedAnswer"}], headers=_ANSWERED, sent_headers=_SENT),
        call("shop", "GET /items/PlantedPath", 200, {"id": 1, "api_key": "PlantedMember"}),
        call("shop", "GET /items/1/PlantedSegment", 200, "PlantedUnknown", kind="text/plain"),
        call("shop", "GET https://ann:PlantedPassword@other.example/PlantedOther", 200),
        send(call("shop", "POST /orders", 418, "PlantedError", kind="text/x-odd"),
             form(("item", "lamp"), ("count", "PlantedForm"), ("password", "PlantedFormField")),
             FORM),
        send(call("shop", "POST /orders", 201), '{"token": "PlantedJson"}'),
        call("shop", "GET /items/2", 200, '{"id": PlantedBroken'),
    ),
    "measures": (
        call("measures", "GET /measures", 200, {"tree": {"value": "PlantedTree"}}),
        call("measures", "GET /measures", 200, {"whole": "<PlantedMarkup>\u001b[31m"}),
    ),
}  # fmt: skip
_BROKEN: Final = '{"log": {"entries": [{"request": {"url": "PlantedEntry", "method": 1}}, Planted'


@pytest.mark.parametrize("kind", FORMATS)
def test_values_of_bodies_are_shown_on_request_and_credentials_never(
    kind: str, compared: Run
) -> None:
    hidden = ("Token", "Proxy", "Session", "Cookie", "Key", "Referer", "NewSession", "Password")
    shown = ""
    for spec, made in _TRACES.items():
        report = compared(spec, "har", made).report
        assert "planted" not in FORMATS[kind](report).lower()
        shown += FORMATS[kind](compared(spec, "har", made, show=True).report)
    assert [word for word in _IN_BODIES if word not in shown] == []
    assert [word for word in hidden if f"Planted{word}" in shown] == []
    assert "<PlantedMarkup>" not in shown if kind == "html" else True
    assert "\u001b" not in shown


def test_the_command_shows_no_value_of_any_recording(tmp_path: Path) -> None:
    for name, write in WRITERS.items():
        (tmp_path / f"{name}.json").write_bytes(write(_TRACES["shop"]))
    (tmp_path / "broken.har").write_text(_BROKEN, encoding="utf-8")
    traffic = ("drift", "--base", str(SPECS["shop"]), "--traffic", ".")
    for more, is_shown in (((), False), (("--show-values",), True)):
        outcome = speclock(tmp_path, *traffic, *more)
        assert outcome.code == 1, outcome.err
        assert ("PlantedAnswer" in outcome.out) == is_shown
        assert is_shown or "planted" not in (outcome.out + outcome.err).lower()
