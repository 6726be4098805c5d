"""The daily workflow that takes upstream in: its two jobs, run against a repository."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.house import fake_gh
from tests.house.daily_run import GONE, MAJOR, SAFE, Project, git, new_origin, push
from tests.house.github_runner import Runner, bash_only

pytestmark = [
    pytest.mark.slow,
    bash_only,
    pytest.mark.skipif(shutil.which("jq") is None, reason="jq isn't here"),
]
CLIENT_FILE = "generated/orchard/resources/trees.py"
MARKER = "<!-- speclock update -->\n\n"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_origin(tmp_path_factory.mktemp("origin"))


@pytest.fixture
def project(runner: Runner, origin: Path) -> Project:
    return Project(runner, origin)


def titles(project: Project) -> list[str]:
    return [one["title"] for one in project.state["issues"]]


def report(project: Project) -> str:
    """The text of the only comment of the workflow."""
    (found,) = project.state["comments"]
    body: str = found["body"]
    assert body.startswith(MARKER)
    return body.removeprefix(MARKER)


# ── from upstream to a pull request ──────────────────────────────────────────────────────────────


def test_nothing_new_is_green_and_writes_nothing(project: Project) -> None:
    run = project.run()
    assert (run.jobs, run.is_green) == (("update",), True), run.log
    assert project.state == fake_gh.EMPTY
    assert project.branch() == ""


def test_one_pull_request_and_one_comment_for_all_changes(project: Project) -> None:
    run = project.run(SAFE)
    assert (run.jobs, run.is_green) == (("update", "pull-request"), True), run.log
    (pull,) = project.state["issues"]
    assert pull["head"] == {"label": "orchards:speclock/update"}
    assert "This is what `speclock update` wrote" in pull["body"]
    assert "height" in report(project)
    assert "height: int | None = None" in project.show(CLIENT_FILE)
    changed = git(project.origin, "diff", "--name-only", "main", "speclock/update").split()
    assert {one.split("/")[0] for one in changed} == {"generated", "spec"}
    assert {"spec/orchard.yaml", "spec/speclock.lock", CLIENT_FILE} <= set(changed)
    first = project.branch()

    run = project.run()  # upstream is the same, and the pull request is open
    assert run.is_green, run.log
    assert (len(titles(project)), project.branch()) == (1, first)

    run = project.run(SAFE.replace("height", "girth"))
    assert run.is_green, run.log
    assert len(titles(project)) == 1
    assert project.branch() != first
    assert "girth" in report(project)
    assert "height" not in report(project)
    assert "girth" in project.show(CLIENT_FILE)
    assert git(project.origin, "rev-list", "--count", "main..speclock/update") == "1\n"

    project.merge()
    before = project.state
    assert project.run().jobs == ("update",)
    assert project.state == before
    assert project.run(MAJOR).jobs == ("update", "pull-request")
    assert len(titles(project)) == 2


def test_a_new_major_version_is_a_pull_request_and_red(project: Project) -> None:
    run = project.run(MAJOR)
    assert (run.jobs, run.is_green) == (("update", "pull-request"), False)
    assert "::error::The client needs a new major version" in run.log
    assert "kind: str" in project.show(CLIENT_FILE)
    assert "kind" in report(project)


def test_a_refused_update_is_one_issue_and_red(project: Project) -> None:
    for _ in range(2):
        run = project.run(GONE)
        assert (run.jobs, run.is_green) == (("update", "pull-request"), False)
        assert "::error::The update was refused" in run.log
    assert titles(project) == ["Upstream has changed: decide what to do"]
    assert "    error: " in report(project)
    assert "trees/list" in report(project)
    assert project.branch() == ""


def test_a_refused_update_is_told_in_the_open_pull_request(project: Project) -> None:
    assert project.run(SAFE).is_green
    before = project.branch()
    assert not project.run(GONE).is_green
    assert len(titles(project)) == 1
    assert "The update was refused" in report(project)
    assert project.branch() == before


@pytest.mark.parametrize(
    ("drift", "update", "jobs"),
    [
        (0, 0, ("update",)),
        (1, 0, ("update", "pull-request")),
        (2, 2, ("update", "pull-request")),
        (0, 2, ("update", "pull-request")),
        (2, 0, ("update", "pull-request")),
        (3, 3, ("update",)),
        (0, 3, ("update",)),
        (3, 0, ("update",)),
    ],
)
def test_only_two_zeros_are_green(
    project: Project, drift: int, update: int, jobs: tuple[str, ...]
) -> None:
    script = 'echo "error: of $1" >&2; [ $1 = drift ] || echo "# Report" > "${@: -1}"\n'
    codes = f"if [ $1 = drift ]; then exit {drift}; fi; exit {update}"
    project.runner.stub("speclock", script + codes)
    run = project.run()
    assert (run.jobs, run.is_green) == (jobs, (drift, update) == (0, 0)), run.log
    if len(jobs) == 2:
        refused = "    error: of update\n    error: of drift\n"
        assert report(project).endswith("# Report\n" if (drift, update) == (1, 0) else refused)
    elif not run.is_green:
        assert "::error::Upstream could not be fetched" in run.log
        assert "    error: of drift\n" in project.runner.summary.read_text(encoding="utf-8")


def test_what_to_enable_where_pull_requests_are_forbidden(project: Project) -> None:
    project.state = {**project.state, "is_forbidden": True}
    run = project.run(SAFE)
    assert not run.is_green
    assert "Enable Settings → Actions → General → Allow GitHub Actions to create" in run.log
    assert "height" in project.show(CLIENT_FILE)


def test_what_others_wrote_is_not_touched(project: Project) -> None:
    state = project.state
    fork = fake_gh.issue(state, "Theirs", "mallory", head="mallory:speclock/update")
    fake_gh.issue(state, "Upstream has changed: decide what to do", "mallory")
    fake_gh.comment(state, fork["number"], MARKER, "mallory")
    fake_gh.comment(state, 3, f"{MARKER}theirs", "mallory")
    fake_gh.comment(state, 3, "Not the marker", fake_gh.BOT)
    project.state = state
    assert project.run(SAFE).is_green
    made = project.state
    assert made["issues"][:2] == state["issues"]
    assert made["comments"][:3] == state["comments"]
    assert [one["issue"] for one in made["comments"][3:]] == [3]
    assert made["issues"][2]["head"] == {"label": "orchards:speclock/update"}


def test_a_commit_of_a_person_on_the_branch_stays(project: Project) -> None:
    assert project.run(SAFE).is_green
    theirs = project.clone("theirs", "--branch=speclock/update")
    (theirs / "other.txt").write_text("new\n", encoding="utf-8")
    push(theirs, "HEAD:speclock/update")
    before = project.branch()
    run = project.run(MAJOR)
    assert not run.is_green
    assert "::error::The branch speclock/update has a commit of somebody else" in run.log
    assert project.branch() == before


# ── hostile text and hostile artifacts ───────────────────────────────────────────────────────────

EVIL = (
    "$(touch pwned) `touch pwned` ${{ github.token }} '; touch pwned; \\\" \\n"
    "::set-output name=found::evil\\n##[set-output name=found]evil\\r\\n::error::evil\\nEOF\\n"
)


@pytest.mark.parametrize("base", [SAFE, MAJOR, GONE], ids=["safe", "major", "gone"])
def test_upstreams_text_is_inert(project: Project, base: str) -> None:
    text = base.replace('version: "1"', f'version: "{EVIL}"').replace("The trees.", f'"{EVIL}"')
    text = text.replace("title: Orchard", f'title: "{EVIL}"').replace(
        "forest/list", "trees/list`>pwned`"
    )
    run = project.run(text.replace("name: height", f'description: "{EVIL}", name: height'))
    assert run.jobs == ("update", "pull-request")
    assert "pwned" in report(project)
    assert not list(project.runner.folder.rglob("pwned"))
    assert "::set-output" not in [line.strip()[:12] for line in report(project).splitlines()]
    for word in ("evil", "set-output", "pwned", "github.token"):
        assert word not in run.log
        assert word not in str(project.state["issues"])
    assert not re.search("pwned|evil", git(project.origin, "log", "--all", "--format=%B%an%D"))


def patch(path: str, mode: str = "100644", text: str = "hostile") -> bytes:
    return (
        f"diff --git a/{path} b/{path}\nnew file mode {mode}\nindex 0000000..1111111\n"
        f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+{text}\n"
    ).encode()


def artifact(diff: bytes, codes: bytes = b"0 0\n") -> dict[str, bytes]:
    return {"update.diff": diff, "exit-codes.txt": codes, "report.md": b"fine\n"}


RENAMED = b"""\
diff --git a/spec/orchard.yaml b/.github/workflows/x.yml
similarity index 100%
rename from spec/orchard.yaml
rename to .github/workflows/x.yml
"""
CHANGED = b"--- a/other.txt\n+++ b/other.txt\n@@ -1 +1 @@\n-old\n+new\n"
NO_DIFF = b"not a diff\n"
GOOD = patch("generated/orchard/new.py")
LINKS = b"".join(patch(f"generated/{i}.py", "120000", "/etc/passwd") for i in range(3000))


@pytest.mark.parametrize(
    "hostile",
    [
        patch(".github/workflows/x.yml"),
        patch("../../x"),
        patch("generated/../../../x"),
        patch("/etc/speclock-x"),
        patch(".git/hooks/pre-commit"),
        patch("generated.py"),
        patch("spec/../.github/x.yml"),
        patch("generated/link", "120000", "../.github") + patch("generated/link/x.yml"),
        patch("generated/link", "120000", "/etc/passwd"),
        patch("generated/module", "160000", f"Subproject commit {'1' * 40}"),
        LINKS,
        RENAMED,
        CHANGED,
        NO_DIFF,
    ],
    ids=lambda diff: diff.split(b"\n")[0][:40].decode(),
)
def test_a_hostile_diff_is_refused_whole(project: Project, hostile: bytes) -> None:
    diff = hostile if hostile == NO_DIFF else GOOD + hostile
    assert not project.run_second(artifact(diff)).is_green
    assert project.branch() == ""
    assert project.state == fake_gh.EMPTY


@pytest.mark.parametrize("path", [".github", ".github/workflows/x.yml", ".", "", ":/", "*"])
def test_no_setting_of_paths_opens_the_workflows(project: Project, path: str) -> None:
    text = project.workflow.read_text(encoding="utf-8")
    assert "            generated\n" in text
    text = text.replace("            generated\n", f"            {path}\n")
    project.workflow.write_text(text, encoding="utf-8")
    assert not project.run_second(artifact(patch(".github/workflows/x.yml"))).is_green
    assert project.branch() == ""


def test_a_good_diff_is_pushed(project: Project) -> None:
    run = project.run_second(artifact(GOOD))
    assert run.is_green, run.log
    assert project.show("generated/orchard/new.py") == "hostile\n"


@pytest.mark.parametrize("path", ["generated/x.py", "::error::evil", "a##[error]evil", "../evil"])
def test_the_log_has_no_line_of_the_diff(project: Project, path: str) -> None:
    """``git apply`` warns of trailing spaces, and shows the line."""
    run = project.run_second(
        artifact(patch(path, text="\n+::error::evil  ").replace(b",0 +1", b",0 +1,2"))
    )
    assert run.is_green == (path == "generated/x.py"), run.log
    assert "evil" not in run.log


@pytest.mark.parametrize("codes", [b"", b"0 0 0", b"$(touch pwned)", b"0 0\n::error::x", b"*"])
def test_strange_exit_codes_are_red(project: Project, codes: bytes) -> None:
    run = project.run_second(artifact(GOOD, codes))
    assert not run.is_green
    assert "::error::The update was refused" in run.log
    assert "::error::x" not in run.log
