"""Recorded exchanges: what is compared, and with which client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator import UsageError, check_traffic
from tests.support.answers import answering
from tests.support.command import speclock
from tests.support.generated_case import Case
from tests.traffic.exchanges import Exchange, ndjson
from tests.traffic.recorded import answer, compared, described, description, obj, rules

TEXT: Any = {"type": "string"}
LIST: Any = {"type": "array", "items": obj(name=TEXT)}


# ── what is counted and compared ─────────────────────────────────────────────────────────────────


def test_exchanges_are_counted_not_values(tmp_path: Path) -> None:
    """Not the items of a list in one of them."""
    bodies = [[{"name": 1}, {"name": 2}, {"new": 1}], [{"name": 3}], [{"name": "a"}]]
    result = compared(tmp_path, description(LIST), [answer(body) for body in bodies])
    counts = {one.deviation.rule: one.count for one in result.findings}
    assert counts == {"response/schema/type/changed": 2, "response/schema/property/added": 1}


def project(folder: Path, **servers: str) -> None:
    """Write a project with a client of each server, all with the operation ``GET /v5/PACKAGE``."""
    settings = ""
    for package, server in servers.items():
        get = {"operationId": package, "responses": {"200": {"description": "OK"}}}
        spec = described({f"/{package}": {"get": get}}, servers=[{"url": server}])
        (folder / f"{package}.json").write_text(json.dumps(spec), encoding="utf-8")
        settings += f'[tool.speclock.clients.{package}]\nspec = "{package}.json"\n'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")


def record(folder: Path, *urls: str) -> None:
    made = [Exchange("GET", url, 200) for url in urls]
    (folder / "r.ndjson").write_bytes(ndjson(made))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://localhost:8080/v5/pets", "Add the address of the server: --base-url http://lo"),
        ("http://localhost:8080/pets", "--base-url http://localhost:8080 "),
        ("https://pets.example/v5/pets", ""),
        ("", "no exchange is recorded there (docs/traffic.md tells how to record)"),
    ],
)
def test_comparing_nothing_is_an_error(
    tmp_path: Path, url: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its advice is right when it is followed."""
    project(tmp_path, pets="https://pets.example/v5")
    record(tmp_path, *([url] if url else []))
    if not url:
        (tmp_path / "r.ndjson").write_bytes(b'{"log": {"entries": []}}')
    monkeypatch.chdir(tmp_path)
    words = ("drift", "--traffic", "r.ndjson")
    outcome = speclock(tmp_path, *words)
    assert (outcome.code, said in outcome.err) == (2 if said else 0, True), outcome.err
    if said:
        with pytest.raises(UsageError):
            check_traffic("r.ndjson")
    if "--base-url" in said:
        address = outcome.err.partition("--base-url ")[2].split()[0]
        assert speclock(tmp_path, *words, "--base-url", address).code == 0
        assert check_traffic("r.ndjson", base_urls=[address]) == ""


def test_operations_that_are_not_in_use_are_not_compared(tmp_path: Path) -> None:
    project(tmp_path, pets="https://pets.example/v5", orders="https://pets.example/v5")
    spec = json.loads((tmp_path / "pets.json").read_bytes())
    spec["paths"]["/others"] = {"get": {**spec["paths"]["/pets"]["get"], "operationId": "others"}}
    (tmp_path / "pets.json").write_text(json.dumps(spec), encoding="utf-8")
    record(tmp_path, "https://pets.example/v5/others")
    words = ("drift", "pets", "--operation", "pets", "--traffic", "r.ndjson")
    outcome = speclock(tmp_path, *words)
    assert outcome.code == 2
    assert "none of 1 exchange calls an operation in use" in outcome.err


# ── the client that a recording is of ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_recording_is_of_the_client_whose_server_it_is(
    tmp_path: Path, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, pets="https://pets.example/v5", orders="https://orders.example/v5")
    record(tmp_path, "https://orders.example/v5/orders", "https://orders.example/v5/new")
    outcome = speclock(tmp_path, "drift", "--traffic", "r.ndjson", "--format", format_)
    assert outcome.code == 0, outcome.err
    assert ("pets" in outcome.out, "/new" in outcome.out) == (False, False)
    assert "1 to no path of the description" in outcome.out or format_ == "json"
    monkeypatch.chdir(tmp_path)
    assert "GET /{…}" in check_traffic("r.ndjson", fail_on="safe")
    assert speclock(tmp_path, "drift", "pets", "--traffic", "r.ndjson").code == 2
    record(tmp_path, "https://orders.example/v5/orders", "https://pets.example/v5/pets")
    outcome = speclock(tmp_path, "drift", "--traffic", "r.ndjson", "--format", format_)
    assert outcome.code == (2 if format_ == "json" else 0), outcome.err
    assert outcome.out.count("1 of 1 exchanges") == (0 if format_ == "json" else 2)


def test_clients_of_one_server_have_the_calls_of_their_paths(tmp_path: Path) -> None:
    project(tmp_path, pets="https://api.example/v5", orders="https://api.example/v5")
    record(tmp_path, *(f"https://api.example/v5/{name}" for name in ("pets", "orders")))
    outcome = speclock(tmp_path, "drift", "--traffic", "r.ndjson")
    assert outcome.out.count("1 of 1 exchanges call operations in use.") == 2
    assert outcome.out.count("none: no deviation") == 2


# ── what a call accepts ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/csv"])
def test_a_body_of_another_media_type_is_what_the_call_accepts(
    case: Case, mode: str, kind: str, tmp_path: Path
) -> None:
    server = answering(200, b"rows\n7", content_type=kind)
    found: list[Any] = []
    with case.connect(server, mode, on_deviation=found.append) as client:
        assert client.report.get(accept="text/csv") == "rows\n7"
    assert len(found) == (kind != "text/csv")
    content = {"application/json": {"schema": obj(rows={"type": "integer"})}, "text/csv": {}}
    spec = description({}, more={"content": content})
    sent = {"accept": "text/csv"}
    recorded = Exchange(
        "GET", "https://things.example/things", 200, b"rows\n7", {"content-type": kind},
        sent_headers=sent,
    )  # fmt: skip
    result = compared(tmp_path, spec, [recorded])
    assert rules(result) == ["response/body/media-type/added"] * len(found)
    assert result.report.wire != "breaking"
