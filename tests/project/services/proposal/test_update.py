"""``speclock propose update``: from upstream's changes to a pull request or an issue."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from generator.base.errors import Unreachable, UsageError
from tests.project.services.proposal.jobs import GONE, MAJOR, SAFE, Jobs, files, leave_files, push
from tests.support.project import git

pytestmark = pytest.mark.slow
CLIENT_FILE = "generated/orchard/resources/trees.py"


def upstream_is(update: Jobs, text: str) -> None:
    (update.folder / "upstream.yaml").write_text(text, encoding="utf-8")


def test_nothing_new(update: Jobs) -> None:
    assert not update.make()
    assert (update.code, update.log) == (0, "")


def test_one_pull_request_and_one_comment_for_all_changes(update: Jobs) -> None:
    upstream_is(update, SAFE)
    assert update.run(), update.log
    (pull,) = update.github.issues
    assert pull["head"] == {"label": "orchards:speclock/update"}
    assert "This is what `speclock update` wrote" in pull["body"]
    assert "height" in update.report
    assert "height: int | None = None" in update.show(CLIENT_FILE)
    changed = git(update.origin, "diff", "--name-only", "main", "speclock/update").split()
    assert {path.split("/")[0] for path in changed} == {"generated", "spec"}
    assert {"spec/orchard.yaml", "spec/speclock.lock", CLIENT_FILE} <= set(changed)
    first = update.branch()

    assert update.run(), update.log  # upstream is the same, and the pull request is open
    assert (len(update.github.issues), update.branch()) == (1, first)

    upstream_is(update, SAFE.replace("height", "girth"))
    assert update.run(), update.log
    assert len(update.github.issues) == 1
    second = update.branch()
    assert second != first
    assert "girth" in update.report and "height" not in update.report
    assert git(update.origin, "rev-list", "--count", "main..speclock/update") == "1\n"

    upstream_is(update, GONE)
    assert not update.run()  # the refusal is in the comment, and the branch stays
    assert (len(update.github.issues), update.branch()) == (1, second)
    assert "The update was refused" in update.report

    upstream_is(update, SAFE.replace("height", "girth"))
    git(update.origin, "update-ref", "refs/heads/main", second.strip())
    git(update.origin, "update-ref", "-d", "refs/heads/speclock/update")
    update.github.issues[0]["state"] = "closed"
    assert not update.make()
    upstream_is(update, MAJOR)
    assert not update.run()
    assert update.log == (
        "::error::The client needs a new major version, or a change was left to you. Read the "
        "report in the pull request or issue.\n"
    )
    assert len(update.github.issues) == 2
    assert "kind: str" in update.show(CLIENT_FILE)


def test_only_what_the_update_changed_is_proposed(update: Jobs) -> None:
    """Not files of other steps or of the user, whether git has them or not."""
    upstream_is(update, SAFE)
    assert update.make(), update.log
    diff = (update.proposal / "changes.diff").read_bytes()
    update.other_step = partial(leave_files, package="generated/orchard")
    assert update.make(), update.log
    assert (update.proposal / "changes.diff").read_bytes() == diff
    assert {path.name for path in update.proposal.iterdir()} == {*files(diff)}
    status = git(update.folder / "work", "status", "--porcelain", "-z").split("\0")
    assert {"A  staged.txt", " M other.txt", "?? credentials.json"} <= {*status}
    assert update.publish(), update.log


def test_a_file_of_another_step_that_the_update_writes_is_proposed(update: Jobs) -> None:
    def edit(checkout: Path) -> None:
        settings = checkout / "pyproject.toml"
        settings.write_text(f"# a step\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
        (checkout / "spec" / "orchard.yaml").unlink()
        git(checkout, "checkout", "--", "spec")

    update.other_step = edit
    upstream_is(update, SAFE)
    assert update.run(), update.log
    changed = git(update.origin, "diff", "--name-only", "main", "speclock/update").split()
    assert "spec/orchard.yaml" in changed and "pyproject.toml" not in changed


def test_a_refused_update_is_one_issue(update: Jobs) -> None:
    upstream_is(update, GONE)
    for _ in range(2):
        assert not update.run()
        assert update.log.startswith("::error::The update was refused. Read the reason in")
    (issue,) = update.github.issues
    assert issue["title"] == "Upstream has changed: decide what to do"
    assert "    error: " in update.report and "trees/list" in update.report
    assert update.branch() == ""


@pytest.mark.parametrize(
    ("error", "is_found"),
    [(UsageError("no"), True), (KeyError("no"), True), (Unreachable("no", "no", "no"), False)],
)
def test_an_error_is_a_refusal(update: Jobs, error: Exception, is_found: bool) -> None:
    with patch("generator.project.cli.update.plan_updates", side_effect=error):
        assert update.make() == is_found
    report = (update.proposal / "report.md").read_text(encoding="utf-8")
    assert report.startswith("The update was refused:\n\n    error: ") and "no" in report
    assert update.log.startswith("::error::Upstream could not be fetched. ") == (not is_found)
    assert update.summary == report


def test_pull_requests_that_are_forbidden(update: Jobs) -> None:
    update.github.forbids_pull_requests = True
    upstream_is(update, SAFE)
    assert not update.run()
    assert "Enable Settings → Actions → General → Allow GitHub Actions to create" in update.log
    assert "height" in update.show(CLIENT_FILE)


def test_what_others_wrote_is_not_touched(update: Jobs) -> None:
    github, marker = update.github, "<!-- speclock update -->\n\n"
    fork = github.add_issue("Theirs", "mallory", head="mallory:speclock/update")
    github.add_issue("Upstream has changed: decide what to do", "mallory")
    github.add_comment(fork, marker, "mallory")
    for body, user in ((f"{marker}theirs", "mallory"), ("No marker", "github-actions[bot]")):
        github.add_comment(3, body, user)
        github.add_comment(4, body, user)
    before = [dict(comment) for comment in github.comments]
    upstream_is(update, SAFE)
    assert update.run()
    github.issues[2]["state"] = "closed"
    upstream_is(update, GONE)
    assert not update.run()
    assert github.comments[:5] == before
    assert [comment["issue"] for comment in github.comments[5:]] == [3, 4]
    assert github.issues[2]["head"] == {"label": "orchards:speclock/update"}

    theirs = update.clone("theirs", "--branch=speclock/update")
    (theirs / "other.txt").write_text("new\n", encoding="utf-8")
    push(theirs, "speclock/update")
    commit, writes = update.branch(), len(github.writes)
    upstream_is(update, MAJOR)
    assert not update.run()
    assert "::error::The branch speclock/update has a commit of somebody else. " in update.log
    assert (update.branch(), len(github.writes)) == (commit, writes)
