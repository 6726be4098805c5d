"""Call real servers on this machine with clients generated from the descriptions that they emit.

The frameworks are installed into `.live/`, and each app is started on a loopback socket, and
stopped at the end. `calls.py` in its folder has a row for each call with the exact result or error.
The synchronous client makes all calls, then, after a restart, the asynchronous one. The code of
docs/works-with.md that needs frameworks is run there, too.

columns:
  operations  called / those of the description
  calls       made by both clients
  passed      of these, the ones with the expected result
  seconds     of start, generation and calls
"""

from __future__ import annotations

import importlib
import json
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from itertools import chain
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic_core import to_jsonable_python

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import generator
from generator.base.config import FEATURES
from generator.project.services.comparison.probe import ProbeOptions, probe
from tests.qa.corpus.process import run
from tests.qa.live import calling
from tests.qa.live.calling import Failure
from tests.qa.live.rows import Row
from tests.qa.live.servers import ENVIRONMENT, SERVERS, Server, running
from tests.qa.runner import command
from tests.qa.runner.environment import Unavailable, installed
from tests.support.project import toml
from tests.works_with.page import PAGE, UserProject, shown_files

TEST_OF_DJANGO = """
import shop_django as shop
from django.conf import settings
from django.test import Client
from pinterest_audiences.testing import Fake
settings.configure(ROOT_URLCONF="shop_django")
def test_create(monkeypatch):
    monkeypatch.setattr(shop, "pinterest", lambda: shop.Pinterest("token", transport=Fake()))
    assert Client().post("/audiences").json()["id"]
"""
COLUMNS = (("server", 14), *((name, 10) for name in ("operations", "calls", "passed", "seconds")))


@dataclass
class Report:
    """The calls of one server."""

    server: Server
    operations: str = ""
    calls: int = 0
    failed: int = 0
    """The number of failed calls."""
    failures: list[Failure] = field(default_factory=list[Failure])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.explained(
        __doc__,
        "each call had the expected result, and each operation of an app was called",
        "one hadn't, or a framework can't be installed or started",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these servers")
    options = parser.parse_args(arguments)
    known = [*(server.name for server in SERVERS), PAGE.name]
    if unknown := set(options.names) - {*known}:
        parser.error(f"no server {min(unknown)!r}; known: {', '.join(known)}")
    chosen = [one for one in SERVERS if one.name in (options.names or known)]
    pages = [PAGE.name] if PAGE.name in (options.names or known) else []
    results = chain(map(_tried, chosen), map(_tried_page, pages))
    return command.print_all(COLUMNS, len(chosen) + len(pages), results)


def _tried_page(name: str) -> tuple[tuple[object, ...], list[str]]:
    """Run the code of the page that needs frameworks; return the cells of a row, and failures."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="live-") as folder:
        project = UserProject(Path(folder))
        project.show(*(one for one in shown_files() if "shop_" in one))
        project.write("test_shop_django.py", TEST_OF_DJANGO)
        project.write("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = "generated ."\n')
        python = installed(*ENVIRONMENT) / "python"
        program = (python, "-m", "pytest", "-q", ".", "--ignore=generated")
        ended = run(program, cwd=project.root, timeout=300)
    cells = name, "", 2, 0 if ended.code else 2, f"{time.monotonic() - began:.1f}"
    return cells, [ended.text] if ended.code else []


def _tried(server: Server) -> tuple[tuple[object, ...], list[str]]:
    """Call a server; return the cells of its row, and its failures."""
    began = time.monotonic()
    report = Report(server)
    try:
        with tempfile.TemporaryDirectory(prefix="live-") as folder:
            _measure(report, Path(folder))
    except Unavailable as error:
        report.failures.append(Failure(f"can't be started: {error}"))
    except Exception as error:  # noqa: BLE001 - the other servers are called too
        text = "".join(traceback.format_exception(error))
        report.failures.append(Failure(f"no calls: {error!r}", tuple(text.splitlines())))
    passed, seconds = report.calls - report.failed, f"{time.monotonic() - began:.1f}"
    cells = server.name, report.operations, report.calls, passed, seconds
    return cells, [*_shown(report.failures)]


def _shown(failures: Sequence[Failure]) -> Iterator[str]:
    """Yield each failure once, with the request and the answer of the first client that had it."""
    by_fault: dict[str, list[Failure]] = {}
    for failure in failures:
        by_fault.setdefault(failure.fault, []).append(failure)
    for fault, same in by_fault.items():
        modes = " and ".join(one.mode for one in same if one.mode)
        title = ": ".join(filter(None, [modes, fault]))
        yield "\n    ".join([title, *same[0].exchange])


def _measure(report: Report, folder: Path) -> None:
    """Generate a server's client, make all calls twice, and note what isn't as expected."""
    server = report.server
    calls = importlib.import_module(f"tests.qa.live.cases.{server.folder}.calls")
    package: ModuleType | None = None
    for mode in ("sync", "async"):
        with running(server) as url:
            package = package or _client(report, url, folder, calls)
            rows: list[Row] = calls.rows(package)
            settings = calls.settings(package) if hasattr(calls, "settings") else {}
            settings["base_url"] = url = url + getattr(calls, "base_path", "")
            report.calls += len(rows)
            recording = folder / f"{mode}.ndjson"
            found = calling.failures(package, mode, rows, settings, recording)
            report.failed += len(found)
            report.failures += found
            report.failures += _recorded(folder, recording, url, calls)
            if mode == "sync":
                report.failures += _probed(package, rows, settings, folder)


def _client(report: Report, url: str, folder: Path, calls: ModuleType) -> ModuleType:
    """Generate a client from the emitted description, and import it."""
    server = report.server
    name = f"live_{server.folder}"
    spec = folder / "openapi.yaml"  # JSON is YAML too
    spec.write_bytes(httpx.get(url + server.description).content)
    client = generator.Client(
        spec.name,
        name,
        ".",
        client="Live",
        operations=getattr(calls, "operations", ()),
        pagination=getattr(calls, "pagination", ()),
        features=FEATURES,
    )
    (made,) = generator.generate(generator.Settings(folder, (client,)))
    report.failures += [Failure(f"left out: {one}") for one in made.left_out]
    sys.path.insert(0, str(folder))
    package = importlib.import_module(name)
    sys.path.remove(str(folder))
    for module in ("models", "errors"):
        importlib.import_module(f"{name}.{module}")
    left = [*uncalled(package, calls.rows(package))]
    report.operations = f"{made.operations - len(left)}/{made.operations}"
    report.failures += map(Failure, left)
    return package


def _recorded(folder: Path, recording: Path, url: str, calls: ModuleType) -> Iterator[Failure]:
    """Yield what `drift --traffic` finds in a recording and isn't expected, and the reverse."""
    client = generator.Client("openapi.yaml")
    result = generator.find_traffic_drift(client, folder, [recording], base_urls=[url])
    found = {f"{one.deviation.rule} {one.deviation.expected}".strip() for one in result.findings}
    expected: set[str] = calls.recorded
    yield from (Failure(f"recorded: {one}") for one in sorted(found - expected))
    yield from (Failure(f"not recorded: {one}") for one in sorted(expected - found))
    yield from (Failure(f"recorded: {fault}") for fault in result.report.faults)


def _probed(
    package: ModuleType, rows: Sequence[Row], settings: Mapping[str, Any], folder: Path
) -> Iterator[Failure]:
    """Yield what `probe` finds where `drift --traffic` of the same calls doesn't, and the reverse.

    These are the calls of GET and HEAD whose arguments are the same. An error that isn't described,
    as 404 is in many, must be the answer to the client, too.
    """
    client = generator.Client("openapi.yaml", package.__name__, client="Live", features=FEATURES)
    again, recording = list[Row](), folder / "again.ndjson"
    lines = ["interval = 0", "max_calls = 1000"]
    with package.Live(**settings) as live, pytest.MonkeyPatch.context() as patch:
        operations = {one["call"]: one for one in operations_of(package)}
        for row in rows:
            safe = operations.get(row.call, {}).get("method") in ("GET", "HEAD")
            if safe and row.status and row.settings is None:
                method = attrgetter(row.call)(live)
                given = signature(method).bind(*row.positional, **row.named).arguments
                values = {k: v for k, v in to_jsonable_python(given).items() if v is not None}
                name = "{method} {path}".format(**operations[row.call])
                lines += ["[[call]]", f"operation = {toml(name)}", f"arguments = {toml(values)}"]
                again.append(row)
        headers: list[str] = []
        for header, text in settings.get("headers", {}).items():
            patch.setenv(f"LIVE_HEADER_{len(headers)}", text)
            headers.append(f"{header}: $LIVE_HEADER_{len(headers)}")
        for name, value in settings.items():
            if name == "headers":
                continue
            pair = value if isinstance(value, tuple) else (value,)
            for part, text in zip(
                ("_USERNAME", "_PASSWORD") if pair[1:] else ("",), pair, strict=True
            ):
                patch.setenv(f"LIVE_{name.upper()}{part}", str(text))
        (folder / "probe.toml").write_text("\n".join(lines), encoding="utf-8")
        url = settings["base_url"]
        result, faults = probe(
            client,
            folder,
            str(folder / "probe.toml"),
            ProbeOptions(base_url=url, headers=headers),
        )
    calling.failures(package, "sync", again, settings, recording)
    expected = generator.find_traffic_drift(client, folder, [recording], base_urls=[url])
    found, known = (
        {one.fingerprint: one for one in each.report.changes} for each in (result, expected)
    )
    yield from (Failure(f"probe alone finds {found[one].message}") for one in found.keys() - known)
    yield from (Failure(f"probe doesn't find {known[one].message}") for one in known.keys() - found)
    answered = [json.loads(line)["response"]["status"] for line in recording.open(encoding="utf-8")]
    errors = {str(status) for status in answered if not 200 <= status < 300}
    for fault in faults:
        told = re.search(r"the server answered (\d+), which isn't described", fault)
        if told is None or told[1] not in errors:
            yield Failure(f"probe: {fault}")


def uncalled(package: ModuleType, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the operations of a client that no row calls."""
    called = {row.call.removesuffix("_stream").removesuffix("_all") for row in rows}
    called |= {row.call for row in rows}
    for operation in operations_of(package):
        if operation["call"] not in called:
            yield "no row calls {call}, {method} {path}".format(**operation)


def operations_of(package: ModuleType) -> list[dict[str, str]]:
    """Return the operations in a client's manifest."""
    manifest = Path(str(package.__file__)).with_name("speclock.json")
    operations: list[dict[str, str]] = json.loads(manifest.read_bytes())["operations"]
    return operations


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
