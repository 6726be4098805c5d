"""A client that lives through the releases of an API, as its user would from the docs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generator import Settings, find_drift, load_settings
from generator.apidiff.compare import compare
from generator.apidiff.from_source import from_source
from generator.drift.changes import Report
from tests.support.command import Outcome, speclock, without_layout


@dataclass(frozen=True)
class Release:
    """One release of an API's description."""

    version: str
    data: bytes


class Life:
    """A project with a client of one API, and a vendored copy of it."""

    def __init__(
        self, folder: Path, package: str, upstream: str, publish: Callable[[bytes], None]
    ) -> None:
        self.folder = folder
        self.package = package
        self.upstream = upstream
        self.publish = publish
        self.copy = folder / "src" / "copied"
        folder.mkdir(parents=True)
        (folder / ".git").mkdir()

    def run(self, *words: str, code: int = 0) -> Outcome:
        with without_layout():
            outcome = speclock(self.folder, *words)
        assert outcome.code == code, (words, outcome.code, outcome.out[-3000:], outcome.err[-3000:])
        return outcome

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder / "pyproject.toml")

    @property
    def spec(self) -> Path:
        return self.folder / self.settings.clients[0].spec

    def start(self, release: Release, operations: Sequence[str]) -> None:
        """Start the client, and vendor it."""
        self.publish(release.data)
        named = [word for one in operations for word in ("--operation", one)]
        insecure = ["--insecure"] if self.upstream.startswith("http:") else []
        self.run("init", self.upstream, *named, *insecure, "--package", self.package, "--no-ci")
        self.run("vendor", str(self.copy))
        self.check(release)

    def update(self, release: Release) -> None:
        """Take a release in; what ``upgrade`` shows is what ``drift`` shows for Python."""
        self.publish(release.data)
        expected = _python_changes(self.drift())
        self.run("update", "--yes")
        self.check(release)
        shown = json.loads(self.run("upgrade", str(self.copy), "--yes", "--format", "json").out)
        found = {(one["name"], one["breaks"]) for one in shown["changes"]}
        assert found == expected, release.version

    def drift(self) -> Report:
        settings = self.settings
        return find_drift(settings.clients[0], settings.root).report

    def check(self, release: Release) -> None:
        """Everything is green, and names the release."""
        self.run("check", "--full")
        self.run("drift", "--fail-on", "python")
        assert self.drift().wire == "none"
        assert self.run("update").out.count("up to date")
        whole = yaml.safe_load(self.spec.read_text(encoding="utf-8"))
        assert whole["info"]["version"] == release.version
        assert self.lock["info.version"] == release.version
        self.test()

    def test(self) -> None:
        """Run the generated tests."""
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-pno:cacheprovider", "-pno:asyncio",
             "-Werror",
             "--import-mode=importlib", "--rootdir", ".", f"tests/{self.package}"],
            cwd=self.folder / "generated", env={"PYTHONPATH": ".", "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]

    @property
    def lock(self) -> dict[str, Any]:
        data = json.loads((self.spec.parent / "speclock.lock").read_text(encoding="utf-8"))
        found: dict[str, Any] = data[self.spec.name]
        return found

    def tree(self) -> Any:
        return yaml.safe_load(self.spec.read_text(encoding="utf-8"))

    def source(self) -> dict[str, bytes]:
        """The Python files of the client, by name."""
        folder = self.folder / "generated" / self.package
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.py")}


def live_through(
    folder: Path,
    releases: Sequence[Release],
    operations: Sequence[str],
    more: Sequence[str],
    upstream: Callable[[Path], tuple[str, Callable[[bytes], None]]],
) -> None:
    """Start with the first release and update to each; once from the first to the last directly.

    Then add the operations ``more``, and remove the first of them. ``upstream`` returns an
    upstream for a folder, and the function that publishes a release there.
    """
    step = Life(folder / "step", "api", *upstream(folder / "step"))
    step.start(releases[0], operations)
    for release in releases[1:]:
        step.update(release)
    leap = Life(folder / "leap", "api", *upstream(folder / "leap"))
    leap.start(releases[0], operations)
    leap.update(releases[-1])
    assert step.tree() == leap.tree()
    assert step.lock == {**leap.lock, "upstream": step.lock["upstream"]}
    outcome = leap.run("drift", "--base", str(leap.spec), "--revision", str(step.spec))
    assert outcome.out.startswith("none: nothing changed")
    assert not compare(from_source(leap.source()), from_source(step.source()))
    step.run("add", *more, "--yes")
    step.check(releases[-1])
    step.run("remove", more[0], "--yes")
    step.check(releases[-1])
    (client,) = step.settings.clients
    assert client.operations == (*operations, *more[1:])
    shutil.rmtree(folder)


def by_file(folder: Path) -> tuple[str, Callable[[bytes], None]]:
    """An upstream that is a file beside the project."""
    path = folder.with_suffix(".yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"../{path.name}", lambda data: void(path.write_bytes(data))


def void(_: object) -> None:
    """Drop a value."""


def _python_changes(report: Report) -> set[tuple[str, bool]]:
    return {(s.name, s.breaks) for change in report.changes for s in change.signatures}
