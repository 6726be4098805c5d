"""The workflows are audited by zizmor, and use actions by their commits."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from generator.services import ci_workflow
from tests.house.daily_run import CLIENT
from tests.house.github_runner import ROOT

pytestmark = pytest.mark.slow

ZIZMOR = Path(sys.executable).parent / "zizmor"
USES = re.compile(r"\buses: *([^\s@]+)@(\S+)(.*)")
FILES = [
    ROOT / "action.yml",
    ROOT / "templates" / "ci" / "speclock.yml",
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
]


def uses(path: Path) -> list[tuple[str, str, str]]:
    """Return the name, the ref and the comment of every action that a file uses."""
    return USES.findall(path.read_text(encoding="utf-8"))


def audited(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ZIZMOR, "--offline", "--persona=auditor", "--no-progress", "--color=never", folder],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with our workflows and action, and those that ``init`` writes."""
    workflows = tmp_path / ".github" / "workflows"
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copy(ROOT / "action.yml", tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / "it's").mkdir(parents=True)
    for name, upstream, below, requirement in (
        ("daily", CLIENT.upstream, "", "speclock==1.0"),
        ("alone", "api.yaml", "a/it's", ""),
    ):
        client = replace(CLIENT, upstream=upstream)
        text = ci_workflow.workflow(tmp_path / below, client, requirement)
        (workflows / f"{name}.yml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(not ZIZMOR.exists(), reason="zizmor isn't installed")
def test_the_audit_finds_nothing(repository: Path) -> None:
    done = audited(repository)
    assert done.returncode == 0, done.stdout
    for name in ("ci.yml", "release.yml", "daily.yml", "alone.yml", "action.yml", "dependabot.yml"):
        assert f"{name}\n" in done.stderr
    assert "No findings to report." in done.stdout + done.stderr


@pytest.mark.skipif(not ZIZMOR.exists(), reason="zizmor isn't installed")
def test_the_audit_would_find_something(repository: Path) -> None:
    path = repository / ".github" / "workflows" / "daily.yml"
    path.write_text(path.read_text("utf-8").replace("persist-credentials: false", "fetch-depth: 0"))
    done = audited(repository)
    assert done.returncode != 0
    assert "artipacked" in done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_ignored(path: Path) -> None:
    assert "zizmor:" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    assert uses(path)
    for name, ref, comment in uses(path):
        assert re.fullmatch(r"[0-9a-f]{40}", ref), name
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), name


def test_an_action_has_one_pin() -> None:
    pages = [ROOT / "docs" / name for name in ("drift-in-ci.md", "vendoring.md")]
    pins: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in [*FILES, *pages]:
        for name, ref, comment in uses(path):
            if not name.startswith("OWNER/"):
                pins[name].add((ref, comment))
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}
    assert "actions/checkout" in pins
