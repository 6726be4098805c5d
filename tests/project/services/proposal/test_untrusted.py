"""Text of others in the first job, and a folder of somebody else in the second."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.project.services.updates import proposal
from tests.project.services.proposal.jobs import GONE, MAJOR, SAFE, Jobs, files, new_file
from tests.support.command import speclock
from tests.support.project import Project, git

pytestmark = pytest.mark.slow

EVIL = (
    "$(touch pwned) `touch pwned` ${{ github.token }} '; touch pwned; \\\" \\n"
    "::set-output name=found::evil\\n##[set-output name=found]evil\\r\\n::error::evil\\nEOF\\n"
)


def assert_inert(jobs: Jobs) -> None:
    assert "pwned" in jobs.report
    assert not list(jobs.folder.rglob("pwned"))
    assert "::set-output" not in [line.strip()[:12] for line in jobs.report.splitlines()]
    for word in ("evil", "set-output", "pwned", "github.token"):
        assert word not in jobs.log
        assert word not in str(jobs.github.issues)
    assert not re.search("pwned|evil", git(jobs.origin, "log", "--all", "--format=%B%an%D"))


@pytest.mark.parametrize("base", [SAFE, MAJOR, GONE], ids=["safe", "major", "gone"])
def test_upstreams_text_is_inert(update: Jobs, base: str) -> None:
    text = base.replace('version: "1"', f'version: "{EVIL}"').replace("The trees.", f'"{EVIL}"')
    text = text.replace("title: Orchard", f'title: "{EVIL}"')
    text = text.replace("forest/list", "trees/list`>pwned`")
    text = text.replace("  /forest:", "  /trees:")  # renamed there, so that the name is shown
    text = text.replace("name: height", f'description: "{EVIL}", name: height')
    (update.folder / "upstream.yaml").write_text(text, encoding="utf-8")
    assert update.make()
    assert update.log == ""
    update.publish()
    assert_inert(update)


def test_the_originals_text_is_inert(upgrade: Jobs, maker: Project) -> None:
    maker.describe(('version: "1.0"', f'version: "{EVIL}"'), ("PLUM]", f'"{EVIL}"]'))
    assert upgrade.run(), upgrade.log
    assert_inert(upgrade)


GOOD = new_file("generated/orchard/new.py")
RENAMED = b"""\
diff --git a/spec/orchard.yaml b/.github/workflows/x.yml
similarity index 100%
rename from spec/orchard.yaml
rename to .github/workflows/x.yml
"""
CHANGED = b"--- a/other.txt\n+++ b/other.txt\n@@ -1 +1 @@\n-old\n+new\n"
LINKS = b"".join(new_file(f"generated/{i}.py", "120000", "/etc/passwd") for i in range(3000))


@pytest.mark.parametrize(
    "hostile",
    [
        new_file(".github/workflows/x.yml"),
        new_file("../../x"),
        new_file("generated/../../../x"),
        new_file("/etc/speclock-x"),
        new_file(".git/hooks/pre-commit"),
        new_file("generated.py"),
        new_file("spec/../.github/x.yml"),
        new_file("generated/link", "120000", "../.github") + new_file("generated/link/x.yml"),
        new_file("generated/link", "120000", "/etc/passwd"),
        new_file("generated/module", "160000", f"Subproject commit {'1' * 40}"),
        LINKS,
        RENAMED,
        CHANGED,
        b"not a diff\n",
    ],
    ids=lambda diff: diff.split(b"\n")[0][:40].decode(),
)
def test_a_hostile_diff_is_refused_whole(update: Jobs, hostile: bytes) -> None:
    assert not update.publish(files(hostile if hostile.startswith(b"not") else GOOD + hostile))
    assert update.log.startswith("::error::The ") and "Nothing was pushed.\n" in update.log
    assert (update.branch(), update.github.writes) == ("", [])


def test_a_good_diff_is_pushed(update: Jobs) -> None:
    assert update.publish(files(GOOD)), update.log
    assert update.show("generated/orchard/new.py") == "hostile\n"


@pytest.mark.parametrize("path", [".github", ".github/workflows/x.yml", ".", "", ":/", "*", ".."])
def test_no_path_opens_the_workflows(update: Jobs, path: str) -> None:
    update.paths = (path,)
    assert not update.publish(files(new_file(".github/workflows/x.yml")))
    assert update.branch() == ""


@pytest.mark.parametrize("path", ["*", "generated/o*", ":(glob)**", "..", "generated/orch", "/"])
def test_a_path_is_no_pattern(update: Jobs, path: str) -> None:
    update.paths = (path,)
    assert not update.publish(files(GOOD))
    assert update.branch() == ""


@pytest.mark.parametrize("path", ["generated/x.py", "::error::evil", "a##[error]evil", "../evil"])
def test_the_log_has_no_line_of_the_diff(update: Jobs, path: str) -> None:
    """``git apply`` warns of trailing spaces, and shows the line."""
    text = new_file(path, text="\n+::error::evil  ").replace(b",0 +1", b",0 +1,2")
    assert update.publish(files(text)) == (path == "generated/x.py"), update.log
    assert "evil" not in update.log


@pytest.mark.parametrize("verdict", ["", "done done", "$(touch pwned)", "done\n::error::x", "*"])
def test_an_unknown_verdict_is_a_refusal(update: Jobs, verdict: str) -> None:
    assert not update.publish(files(GOOD, verdict))
    assert update.log.startswith("::error::The update was refused")
    assert "::error::x" not in update.log


def test_an_empty_diff_of_an_upgrade(upgrade: Jobs) -> None:
    assert not upgrade.publish(files(b""))
    assert "::error::The diff of the upgrade cannot be applied" in upgrade.log
    assert upgrade.github.writes == []


def fifo(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    path.symlink_to("/proc/self/environ")


@pytest.mark.parametrize("name", ["changes.diff", "report.md", "verdict.txt"])
@pytest.mark.parametrize("put", [link, fifo, Path.mkdir], ids=["link", "fifo", "folder"])
def test_only_regular_files_are_read(update: Jobs, name: str, put: Callable[[Path], None]) -> None:
    """A link to the environment would publish the token."""
    proposal = files(GOOD)
    del proposal[name]
    update.proposal.mkdir(parents=True)
    put(update.proposal / name)
    assert not update.publish(proposal)
    assert (update.branch(), update.github.writes) == ("", [])


def test_limits(update: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    assert update.publish(files(GOOD) | {"report.md": "é".encode() * 66_000})
    assert len(update.github.comments[0]["body"]) == 65_000
    assert not update.publish(files(GOOD) | {"report.md": b"x" * 1_000_000})
    assert "report.md has more than 260,000 bytes. Nothing was pushed." in update.log
    monkeypatch.setattr(proposal, "_MAX_DIFF", len(GOOD) - 1)
    assert not update.publish(files(GOOD))
    assert "changes.diff has more than" in update.log


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_REF_NAME"])
def test_outside_of_a_workflow(update: Jobs, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    assert not update.publish(files(GOOD))
    assert "--publish is for workflows of GitHub" in update.log
    monkeypatch.setenv("GITHUB_ACTIONS", "")
    done = speclock(update.folder, "propose", "--publish", "update", str(update.proposal))
    assert done.err.startswith("error: --publish is for workflows of GitHub")


def test_a_token_that_is_refused_is_not_shown(
    update: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "wrong-token")
    assert not update.publish(files(GOOD))
    assert "GitHub answered GET pulls?state=open" in update.log
    assert "wrong-token" not in update.log
