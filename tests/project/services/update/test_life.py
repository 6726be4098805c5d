"""A client lives through the releases of an API, with all commands on each of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import find_drift, load_settings
from generator.base.config import Settings
from generator.codegen.apidiff.compare import compare
from generator.codegen.apidiff.from_source import from_source
from generator.watch.changes.change import Report
from tests.support.command import python
from tests.support.project import Project

pytestmark = pytest.mark.slow

RELEASES = Path(__file__).parent / "releases"
"""Of an orchard: a field is new (1.1.0), values are gone and a text changes (1.2.0), types change
(2.0.0), a schema becomes a component (2.1.0), another operation changes (2.2.0)."""
REAL = os.environ.get("SPECLOCK_RELEASES", "")
REAL_OPERATIONS = ["audiences/create", "audiences/list", "audiences/get", "audiences/update"]
OPERATIONS, MORE = ["trees/plant"], ["harvests/list", "trees/get", "DELETE /trees/{id}"]


@dataclass(frozen=True)
class Release:
    version: str
    data: bytes


Publish = Callable[[bytes], object]


class Life(Project):
    def __init__(self, root: Path, name: str, upstream: str, publish: Publish) -> None:
        super().__init__(root, name)
        self.name = name
        self.upstream = upstream
        self.publish = publish
        self.copy = root / "src" / "copied"
        (root / ".git").mkdir(parents=True)

    def load(self) -> Settings:
        return load_settings(self.root / "pyproject.toml")

    def start(self, release: Release, operations: Sequence[str]) -> None:
        self.publish(release.data)
        named = [word for one in operations for word in ("--operation", one)]
        self.does("init", self.upstream, *named, "--package", self.name, "--no-ci")
        self.does("vendor", self.copy)
        self.check(release)

    def update(self, release: Release) -> None:
        """Take a release in; what ``upgrade`` shows is what ``drift`` shows for Python."""
        self.publish(release.data)
        expected = _python_changes(self.drift())
        self.does("update", "--yes")
        self.check(release)
        shown = json.loads(self.does("upgrade", self.copy, "--yes", "--format", "json").out)
        found = {(one["name"], one["breaks"]) for one in shown["changes"]}
        assert found == expected, release.version

    def drift(self) -> Report:
        settings = self.load()
        return find_drift(settings.clients[0], settings.root).report

    def check(self, release: Release) -> None:
        """Everything is green, and names the release."""
        self.does("check", "--full")
        self.does("drift", "--fail-on", "python")
        assert self.drift().wire == "none"
        assert self.does("update").out.count("up to date")
        assert self.description()["info"]["version"] == release.version
        assert self.lock["info.version"] == release.version

    def test(self) -> None:
        options = ("-q", "-x", "-pno:cacheprovider", "-pno:asyncio", "-Werror")
        place = ("--import-mode=importlib", "--rootdir", ".", f"tests/{self.name}")
        python(self.output, "-m", "pytest", *options, *place, path=["."])

    @property
    def lock(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.read("spec/speclock.lock"))["descriptions"][
            self.spec.name
        ]
        return found

    def description(self) -> Any:
        return yaml.safe_load(self.read(f"spec/{self.spec.name}"))

    def source(self) -> dict[str, bytes]:
        return {
            name: d
            for name, d in self.files(f"generated/{self.name}").items()
            if name.endswith(".py")
        }


def live_through(
    folder: Path, releases: Sequence[Release], operations: Sequence[str], more: Sequence[str]
) -> None:
    """Start with the first release and update to each; once from the first to the last directly.

    Then add the operations ``more``, and remove the first of them.
    """
    step = Life(folder / "step", "api", *by_file(folder / "step"))
    step.start(releases[0], operations)
    for release in releases[1:]:
        step.update(release)
    leap = Life(folder / "leap", "api", *by_file(folder / "leap"))
    leap.start(releases[0], operations)
    leap.update(releases[-1])
    assert step.description() == leap.description()
    assert step.lock == {**leap.lock, "upstream": step.lock["upstream"]}
    outcome = leap.run("drift", "--base", leap.spec, "--revision", step.spec)
    assert outcome.out.startswith("none: nothing changed")
    assert not compare(from_source(leap.source()), from_source(step.source()))
    step.does("add", *more, "--yes")
    step.check(releases[-1])
    step.does("remove", more[0], "--yes")
    step.check(releases[-1])
    step.test()
    (client,) = step.load().clients
    assert client.operations == (*operations, *more[1:])
    shutil.rmtree(folder)


def by_file(folder: Path) -> tuple[str, Publish]:
    path = folder.with_suffix(".yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"../{path.name}", path.write_bytes


def _python_changes(report: Report) -> set[tuple[str, bool]]:
    return {(s.name, s.breaks) for change in report.changes for s in change.signatures}


def releases() -> list[Release]:
    return [Release(path.stem, path.read_bytes()) for path in sorted(RELEASES.glob("*.yaml"))]


def test_releases(tmp_path: Path) -> None:
    every = releases()
    live_through(tmp_path / "life", [every[0], every[2], every[-1]], OPERATIONS, MORE)


@pytest.mark.skipif(not REAL, reason="SPECLOCK_RELEASES names no folder")
def test_real_releases(tmp_path: Path) -> None:
    """Those of a large API, in a folder of files ``v1.2.3.yaml``."""
    every = [Release(path.stem[1:], path.read_bytes()) for path in sorted(Path(REAL).glob("v*"))]
    first, *more = REAL_OPERATIONS
    live_through(tmp_path / "life", every, [first], more)
