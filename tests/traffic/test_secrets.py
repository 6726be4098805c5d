"""Reports of recordings that hold secrets: none is shown, body values only if asked for."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.support.command import speclock
from tests.traffic.exchanges import FORMATS, Exchange
from tests.traffic.making import FORM, SPECS, call, form, send

_REPORTS: Final = ("text", "json", "markdown", "github", "sarif", "html")
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


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with recordings."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    lines = ["[tool.speclock]"]
    for spec, made in _TRACES.items():
        shutil.copy(SPECS[spec], tmp_path / f"{spec}.yaml")
        lines += [f"[tool.speclock.clients.{spec}]", f'spec = "{spec}.yaml"']
        folder = tmp_path / "recordings" / spec
        folder.mkdir(parents=True)
        for name, write in FORMATS.items():
            (folder / f"{name}.json").write_bytes(write(made))
        (folder / "broken.har").write_text(_BROKEN, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def _report(project: Path, spec: str, kind: str, *more: str) -> str:
    outcome = speclock(
        project, "drift", spec, "--traffic", f"recordings/{spec}", "--format", kind, *more
    )
    assert outcome.code == 1, outcome.err
    assert outcome.out
    return outcome.out + outcome.err


@pytest.mark.parametrize("kind", _REPORTS)
@pytest.mark.parametrize("spec", _TRACES)
def test_no_recorded_value_is_shown(spec: str, kind: str, project: Path) -> None:
    assert "planted" not in _report(project, spec, kind).lower()


@pytest.mark.parametrize("kind", _REPORTS)
def test_values_of_bodies_are_shown_on_request(kind: str, project: Path) -> None:
    shown = "".join(_report(project, spec, kind, "--show-values") for spec in _TRACES)
    assert [word for word in _IN_BODIES if word not in shown] == []
    assert "<PlantedMarkup>" not in shown if kind == "html" else True
    assert "\u001b" not in shown


@pytest.mark.parametrize("kind", _REPORTS)
def test_credentials_are_never_shown(kind: str, project: Path) -> None:
    shown = _report(project, "shop", kind, "--show-values")
    hidden = ("Token", "Proxy", "Session", "Cookie", "Key", "Referer", "NewSession", "Password")
    assert [word for word in hidden if f"Planted{word}" in shown] == []
