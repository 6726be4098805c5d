"""`make live` itself: values are compared exactly, faults are told, and servers are stopped."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel

import generator
from tests.qa.live import calling, run, servers
from tests.qa.live.rows import call, difference
from tests.qa.runner import command

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DESCRIPTION = """
openapi: 3.1.0
info: {title: Lamp, version: "1"}
paths:
  /lamp:
    get:
      operationId: lamp/read
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Lamp"}}}
    delete: {operationId: lamp/drop, responses: {"204": {description: ok}}}
components:
  schemas:
    Lamp: {type: object, required: [on], properties: {on: {type: boolean}, watts: {type: number}}}
"""
APP = """
import socket, sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        text = b'{"on": true, "watts": 60}'
        if self.path == "/api.yaml":
            text = open("api.yaml", "rb").read()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text)

    def do_DELETE(self):
        self.send_response(409)
        self.end_headers()


server = HTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
server.socket.close()
server.socket = socket.socket(fileno=int(sys.argv[1]))
server.serve_forever()
"""


class Pet(BaseModel):
    name: str
    born: datetime | None = None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (1, 1.0),
        (1, True),
        ("a", b"a"),
        ([1], (1,)),
        ([1, 2], [1]),
        ({"a": 1}, {"a": 1, "b": 2}),
        (Decimal("1.0"), Decimal("1.00")),
        (NOON, NOON.astimezone(timezone(timedelta(hours=1)))),
        (NOON, NOON.replace(tzinfo=None)),
        (Pet(name="Rex"), {"name": "Rex"}),
        (Pet(name="Rex"), Pet(name="Rex", born=None)),
        (Pet(name="Rex"), Pet(name="Max")),
        (None, ""),
    ],
)
def test_values_that_differ(expected: object, actual: object) -> None:
    assert difference(expected, expected) == ""
    assert difference([{"a": expected}], [{"a": actual}]).startswith("result[0].a")


@pytest.fixture
def lamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> servers.Server:
    """A server of the standard library, in an environment that is there already."""
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    (tmp_path / "api.yaml").write_text(DESCRIPTION, encoding="utf-8")
    monkeypatch.setattr(servers, "installed", lambda *_: Path(sys.executable).parent)
    return servers.Server("Lamp", str(tmp_path), "python app.py {fd}", "/api.yaml")


@pytest.mark.nightly
@pytest.mark.slow
def test_calls_of_a_server(
    lamp: servers.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with servers.running(lamp) as url:
        client = generator.Client(
            "api.yaml", "live_lamp", ".", client="Live", features=("testing",)
        )
        generator.generate(generator.Settings(tmp_path, (client,)))
        monkeypatch.syspath_prepend(str(tmp_path))
        import live_lamp  # type: ignore[import-not-found]
        from live_lamp import models

        rows = [
            call("lamp.read").gives(models.Lamp(on=True, watts=60)),
            call("lamp.read").gives(models.Lamp(on=True, watts=60.0)),
            call("lamp.read", 7).gives(None),
            call("lamp.drop").raises(409),
            call("lamp.drop").answers(204),
        ]
        for mode in ("sync", "async"):
            file = tmp_path / f"{mode}.ndjson"
            found = calling.failures(live_lamp, mode, rows, {"base_url": url}, file)
            assert len(file.read_bytes().splitlines()) == 4
            assert [failure.fault.partition(" instead")[0] for failure in found] == [
                "lamp.read: result.watts: 60",
                "lamp.read: TypeError",
                "lamp.drop: ConflictError",
            ]
            (exchange,) = found[2].exchange
            assert '"DELETE"' in exchange
            assert "409" in exchange
        assert list(run.uncalled(live_lamp, rows[:1])) == ["no row calls lamp.drop, DELETE /lamp"]
        assert list(run.uncalled(live_lamp, rows)) == []


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.parametrize("end", [None, KeyboardInterrupt])
def test_a_server_is_stopped(lamp: servers.Server, end: type[BaseException] | None) -> None:
    url = ""

    def use() -> None:
        nonlocal url
        with servers.running(lamp) as url:
            assert httpx.get(url).status_code == 200
            if end is not None:
                raise end

    if end is None:
        use()
    else:
        with pytest.raises(end):
            use()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


@pytest.mark.slow
def test_a_server_that_does_not_start(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "installed", lambda *_: Path(sys.executable).parent)
    broken = servers.Server("Framework", "fastapi_app", "python -c raise", "")
    monkeypatch.setattr(run, "SERVERS", (broken,))
    assert run.main(["Framework"]) == command.BAD
    assert "No active exception" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        run.main(["Unknown"])
    assert ended.value.code == command.MISUSED
