"""The command line of recorded traffic, and the function for tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator import check_traffic
from tests.support.command import speclock
from tests.watch.drift.orchard import allow_entry
from tests.watch.traffic.exchanges import ndjson
from tests.watch.traffic.recorded import answer, described

SETTINGS = """
[tool.speclock.clients.{}]
spec = "api.json"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    schema = {"type": "array", "items": {"type": "string"}}
    content = {"application/json": {"schema": schema}}
    get = {
        "operationId": "names/list",
        "responses": {"200": {"description": "OK", "content": content}},
    }
    servers = [{"url": "https://names.example"}]
    document = described({"/names": {"get": get}}, servers=servers)
    (tmp_path / "api.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(SETTINGS.format("names"), encoding="utf-8")
    for name, body in (("good", ["a"]), ("odd", [1]), ("broken", {"a": 1})):
        _record(tmp_path / f"{name}.ndjson", json.dumps(body))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _record(file: Path, body: str, day: str = "2026-11-01") -> None:
    made = answer(text=body, url="https://names.example/names", day=day)
    with file.open("ab") as opened:
        opened.write(ndjson([made]))


@pytest.mark.parametrize(
    ("arguments", "code", "head"),
    [
        (("good.ndjson",), 0, "none: no deviation of names/list in 1 exchange"),
        (("odd.ndjson",), 0, "risk: the only deviation is a risk to names/list"),
        (("odd.ndjson", "--fail-on", "risk"), 1, "risk: the only deviation is a risk"),
        (("good.ndjson", "broken.ndjson"), 1, "breaking: the only deviation can break names/list"),
        ((".",), 1, "breaking: 1 of 2 deviations can break names/list"),
        (("missing.har",), 1, "none: no exchange of names/list was compared; 1 fault"),
    ],
)
def test_verdicts(arguments: tuple[str, ...], code: int, head: str, project: Path) -> None:
    outcome = speclock(project, "drift", "--traffic", *arguments)
    assert (outcome.code, outcome.out.startswith(head)) == (code, True), outcome.out


def test_a_deviation_is_counted_and_placed(project: Path) -> None:
    _record(project / "odd.ndjson", "[2]", "2026-11-03")
    outcome = speclock(project, "drift", "--traffic", "odd.ndjson")
    assert "seen         2 exchanges, 2026-11-01 to 2026-11-03; the first is entry 1" in outcome.out
    assert "recorded     odd.ndjson:1:1" in outcome.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--traffic", "good.ndjson", "--revision", "api.json"), "leave out --revision"),
        (("--coverage",), "TraceCov"),
        (("--write-overlay", "x.yaml"), "--traffic"),
    ],
)
def test_options_that_belong_together(options: tuple[str, ...], words: str, project: Path) -> None:
    outcome = speclock(project, "drift", *options)
    assert outcome.code == 2
    assert words in outcome.err


def test_what_is_allowed(project: Path) -> None:
    report = json.loads(
        speclock(project, "drift", "--traffic", "broken.ndjson", "--format", "json").out
    )
    (change,) = report["changes"]
    entry = allow_entry(change["fingerprint"])
    text = speclock(project, "drift", "--traffic", "broken.ndjson").out
    proposed = text[text.index("\n[[allowed]]\n") :].replace('""', '"seen"')
    assert 'change = "names/list: a value of another type than array"' in proposed
    allowed = project / "api.allowed.toml"
    allowed.write_text(entry, encoding="utf-8")
    assert speclock(project, "drift", "--traffic", "broken.ndjson").code == 1
    allowed.write_text(proposed, encoding="utf-8")
    assert speclock(project, "drift", "--traffic", "broken.ndjson").code == 0
    stale = speclock(project, "drift", "--traffic", "good.ndjson")
    assert (stale.code, "no change has the fingerprint" in stale.out) == (1, True)
    assert speclock(project, "drift", "--revision", "api.json").code == 0


def test_check_traffic(project: Path) -> None:
    assert check_traffic("good.ndjson") == ""
    assert check_traffic("odd.ndjson", package="names") == ""
    assert "a value of another type than string" in check_traffic("odd.ndjson", fail_on="risk")
    assert "a value of another type than array" in check_traffic(project / "broken.ndjson")
    text = (project / "api.json").read_text(encoding="utf-8")
    (project / "api.json").write_text(text.replace('"string"', '"integer"'), encoding="utf-8")
    assert check_traffic("odd.ndjson", fail_on="safe") == ""
