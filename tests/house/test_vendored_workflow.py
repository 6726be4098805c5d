"""The reusable workflow of a project with copies: its text, and its jobs run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house import fake_gh
from tests.house.daily_run import git, push
from tests.house.github_runner import ROOT, Runner, bash_only, read, step
from tests.house.test_action import schema_errors
from tests.house.vendored_run import INPUTS, WORKFLOW, Consumer, new_repositories

pytestmark = [
    pytest.mark.slow,
    bash_only,
    pytest.mark.skipif(shutil.which("jq") is None, reason="jq isn't here"),
]
PAGE = ROOT / "docs" / "vendoring.md"
MARKER = "<!-- speclock upgrade -->\n\n"
FIG = ("PLUM]", "FIG]")


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_repositories(tmp_path_factory.mktemp("repositories"))


@pytest.fixture
def consumer(runner: Runner, repositories: Path) -> Consumer:
    made = Consumer(runner, repositories / "origin.git")
    made.give(repositories / "maker")
    return made


def report(consumer: Consumer) -> str:
    """The text of the only comment of the workflow."""
    (found,) = consumer.state["comments"]
    body: str = found["body"]
    assert body.startswith(MARKER)
    return body.removeprefix(MARKER)


# ── the text ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("job", ["verify", "upgrade", "pull-request"])
def test_only_the_job_that_runs_nothing_may_write(job: str) -> None:
    found = read(WORKFLOW)["jobs"][job]
    text = str(found)
    if job == "pull-request":
        assert found["permissions"] == {"contents": "write", "pull-requests": "write"}
        assert not re.search(r"python|make |pip |generator|source", text)
    else:
        assert found.get("permissions", {"contents": "read"}) == {"contents": "read"}
        assert not re.search(r"secrets|github\.token|GH_TOKEN", text)
    assert not re.search(r"GITHUB_ENV|GITHUB_PATH", text)


def test_inputs_are_explained_used_and_known() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    assert re.findall(r'echo "([^"]*)" >> "\$GITHUB_OUTPUT"', text) == ["found=yes"]
    whole: Any = read(WORKFLOW)
    called = whole[True]["workflow_call"]  # YAML 1.1 reads `on` as a boolean
    assert called["inputs"].keys() == INPUTS.keys()
    used = set(re.findall(r"inputs\.([\w-]+)", text))
    assert used == called["inputs"].keys()
    for about in called["inputs"].values():
        assert about["description"]
        assert about.get("required", False) != ("default" in about)


def test_the_page_shows_how_to_call_it(tmp_path: Path) -> None:
    """With known inputs, those that are required, and the permissions of all jobs."""
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "caller.yml"
    path.write_text(text, encoding="utf-8")
    assert schema_errors("vendor.github-workflows", path) == ""
    ((_, job),) = yaml.safe_load(text)["jobs"].items()
    assert job["uses"].split("@")[0].endswith("/.github/workflows/vendored.yml")
    assert {"copies", "requirement"} <= job["with"].keys() <= INPUTS.keys()
    assert job["permissions"] == read(WORKFLOW)["jobs"]["pull-request"]["permissions"]


def test_the_original_is_checked_out_without_credentials() -> None:
    found = step(WORKFLOW, "Check out the original")["with"]
    assert found == {
        "repository": "${{ inputs.source }}", "ref": "${{ inputs.ref }}", "path": "source",
        "fetch-depth": 0, "persist-credentials": False,
    }  # fmt: skip


# ── verify ───────────────────────────────────────────────────────────────────────────────────────


def test_verify(consumer: Consumer) -> None:
    consumer.inputs["copies"] = "src/fruit\n\nsrc/pear\n"
    consumer.is_scheduled = False
    run = consumer.verify()
    assert run.is_green, run.log
    assert run.log.count(": untouched; a copy of orchard") == 2
    clone = consumer.clone("theirs")
    (clone / "src" / "fruit" / "mine.py").touch()
    push(clone, "HEAD:main")
    run = consumer.verify()
    assert not run.is_green
    assert "src/fruit/mine.py: extra" in run.log
    assert "src/pear: untouched" in run.log  # and the others are verified


@pytest.mark.parametrize("is_scheduled", [True, False])
def test_the_manifest_is_fetched_on_a_schedule_only(consumer: Consumer, is_scheduled: bool) -> None:
    consumer.runner.stub("speclock", "exit 3")
    consumer.is_scheduled = is_scheduled
    url = "https://maker.example/speclock.json"
    consumer.inputs |= {"manifest": url, "copies": "src/fruit\nsrc/p ear"}
    assert not consumer.verify().is_green
    more = ["--against", url] if is_scheduled else []
    assert consumer.runner.called() == [
        ["speclock", "verify", *more, "src/fruit"], ["speclock", "verify", *more, "src/p ear"],
    ]  # fmt: skip


# ── upgrade ──────────────────────────────────────────────────────────────────────────────────────


def test_nothing_new_is_green_and_writes_nothing(consumer: Consumer) -> None:
    run = consumer.run_both()
    assert (run.jobs, run.is_green) == (("upgrade",), True), run.log
    assert consumer.state == fake_gh.EMPTY
    assert consumer.branch() == ""


def test_one_pull_request_and_one_comment(consumer: Consumer) -> None:
    consumer.maker.describe(FIG)
    run = consumer.run_both()
    assert (run.jobs, run.is_green) == (("upgrade", "pull-request"), True), run.log
    (pull,) = consumer.state["issues"]
    assert pull["head"] == {"label": "orchards:speclock/upgrade"}
    assert report(consumer).startswith("## Upgrade of `src/fruit`\n")
    assert "- **removed** `Kind.PLUM = 'PLUM'`\n" in report(consumer)
    assert "FIG" in consumer.show("src/fruit/models.py")
    changed = git(consumer.origin, "diff", "--name-only", "main", "speclock/upgrade").split()
    assert "tests/fruit/openapi.json" in changed
    assert all(path.startswith(("src/fruit/", "tests/fruit/")) for path in changed)
    first = consumer.branch()

    run = consumer.run_both()  # the pull request is open
    assert run.is_green, run.log
    assert (len(consumer.state["issues"]), consumer.branch()) == (1, first)

    consumer.maker.describe(("APPLE, ", "CHERRY, "))
    run = consumer.run_both()
    assert run.is_green, run.log
    assert len(consumer.state["issues"]) == 1
    assert "CHERRY" in report(consumer)
    assert git(consumer.origin, "rev-list", "--count", "main..speclock/upgrade") == "1\n"

    git(consumer.origin, "update-ref", "refs/heads/main", consumer.branch().strip())
    before = consumer.state
    assert consumer.run_both().jobs == ("upgrade",)
    assert consumer.state == before


def test_a_project_below_the_top(consumer: Consumer) -> None:
    consumer.maker.describe(FIG)
    inside = consumer.runner.folder / "source" / "a b"
    inside.mkdir()
    for path in [*consumer.maker.root.iterdir()]:
        if path != inside:
            path.rename(inside / path.name)
    consumer.inputs["project"] = "a b"
    assert consumer.run_both().is_green
    assert "FIG" in consumer.show("src/fruit/models.py")


@pytest.mark.parametrize("tests", ["", "tests/frui", "other\n"])
def test_folders_that_are_not_listed_are_not_written(consumer: Consumer, tests: str) -> None:
    consumer.maker.describe(FIG)
    consumer.inputs["tests"] = tests
    run = consumer.run_both()
    assert not run.is_green
    assert "::error::The upgrade changes a file outside of the folders" in run.log
    assert consumer.branch() == ""
    assert consumer.state == fake_gh.EMPTY


@pytest.mark.parametrize("copies", ["./src/fruit/", "src/fruit\nsrc/pear", "\n\nsrc/fruit\n\n"])
def test_spellings_of_folders(consumer: Consumer, copies: str) -> None:
    consumer.maker.describe(FIG)
    consumer.inputs["copies"] = copies
    run = consumer.run_both()
    assert run.is_green, run.log
    assert report(consumer).count("## Upgrade of") == (2 if "pear" in copies else 1)
    assert ("FIG" in consumer.show("src/pear/models.py")) == ("pear" in copies)


def edit(consumer: Consumer, path: str, *, is_conflict: bool = True) -> None:
    """Edit a copy: the line that the new version changes, or the file's end."""
    clone = consumer.clone("theirs")
    file = clone / path
    text = file.read_text(encoding="utf-8")
    new = (
        re.sub(r"(?m)^( +PLUM = .*)$", r"\1  # MINE", text) if is_conflict else text + "MINE = 1\n"
    )
    assert new != text
    file.write_text(new, encoding="utf-8")
    push(clone, "HEAD:main")


def test_an_edit_is_kept(consumer: Consumer) -> None:
    edit(consumer, "src/fruit/models.py", is_conflict=False)
    consumer.maker.describe(FIG)
    run = consumer.run_both()
    assert run.is_green, run.log
    text = consumer.show("src/fruit/models.py")
    assert "FIG" in text and "MINE = 1" in text
    assert '"edited"' in consumer.show("src/fruit/speclock.json")


def test_an_edit_that_cannot_be_merged_is_refused(consumer: Consumer) -> None:
    edit(consumer, "src/fruit/models.py")
    consumer.maker.describe(FIG)
    run = consumer.run_both()
    assert (run.jobs, run.is_green) == (("upgrade",), False)
    assert "::error::The upgrade was refused. The job summary has the reason." in run.log
    summary = consumer.runner.summary.read_text(encoding="utf-8")
    assert "\n    src/fruit/models.py:" in summary.replace(
        str(consumer.runner.folder / "here") + "/", ""
    )
    assert consumer.branch() == ""


def test_the_others_are_upgraded(consumer: Consumer) -> None:
    edit(consumer, "src/fruit/models.py")
    consumer.maker.describe(FIG)
    consumer.inputs["copies"] = "src/fruit\nsrc/pear\n"
    run = consumer.run_both()
    assert (run.jobs, run.is_green) == (("upgrade", "pull-request"), False)
    assert "::error::The upgrade of a copy was refused." in run.log
    assert report(consumer).startswith("An upgrade was refused:\n\n    error: ")
    assert "## Upgrade of `src/pear`" in report(consumer)
    assert "MINE" in consumer.show("src/fruit/models.py")
    assert "FIG" in consumer.show("src/pear/models.py")


def test_reports_that_do_not_fit_are_counted(consumer: Consumer) -> None:
    long = 'printf "é%.0s" $(seq 40000) > "${@: -1}"; echo x >> src/fruit/models.py'
    consumer.runner.stub("speclock", long)
    consumer.inputs["copies"] = "src/fruit\na\nb\n"
    assert consumer.run_both().is_green
    shown = report(consumer)
    assert shown.count("é") == 40_000
    assert shown.endswith("\n*The reports of 2 more copies are not shown here.*\n")


def test_what_to_enable_where_pull_requests_are_forbidden(consumer: Consumer) -> None:
    consumer.state = {**consumer.state, "is_forbidden": True}
    consumer.maker.describe(FIG)
    run = consumer.run_both()
    assert not run.is_green
    assert "Enable Settings → Actions → General → Allow GitHub Actions to create" in run.log


def test_what_others_wrote_is_not_touched(consumer: Consumer) -> None:
    state = consumer.state
    fork = fake_gh.issue(state, "Theirs", "mallory", head="mallory:speclock/upgrade")
    fake_gh.comment(state, fork["number"], MARKER, "mallory")
    fake_gh.comment(state, 2, f"{MARKER}theirs", "mallory")
    consumer.state = state
    consumer.maker.describe(FIG)
    assert consumer.run_both().is_green
    assert consumer.state["comments"][:2] == state["comments"]
    assert [one["issue"] for one in consumer.state["comments"][2:]] == [2]

    theirs = consumer.clone("theirs", "--branch=speclock/upgrade")
    (theirs / "other.txt").write_text("new\n", encoding="utf-8")
    push(theirs, "HEAD:speclock/upgrade")
    before = consumer.branch()
    run = consumer.run_both()
    assert not run.is_green
    assert "::error::The branch speclock/upgrade has a commit of somebody else" in run.log
    assert consumer.branch() == before


# ── hostile originals and hostile artifacts ──────────────────────────────────────────────────────

EVIL = "$(touch pwned) `touch pwned` ${{ github.token }} '; touch pwned; ::error::evil"


def test_the_originals_text_is_inert(consumer: Consumer) -> None:
    consumer.maker.describe(
        ('version: "1.0"', f'version: "{EVIL}\\n::set-output name=found::evil\\n"'),
        ("PLUM]", f'"{EVIL}"]'),
    )
    run = consumer.run_both()
    assert run.is_green, run.log
    assert "touch pwned" in report(consumer)
    assert not list(consumer.runner.folder.rglob("pwned"))
    assert "::set-output" not in [line.strip()[:12] for line in report(consumer).splitlines()]
    for word in ("evil", "set-output", "pwned", "github.token"):
        assert word not in run.log
        assert word not in str(consumer.state["issues"])


@pytest.mark.parametrize("name", ["copies", "tests", "project", "requirement"])
def test_inputs_are_never_run(consumer: Consumer, name: str) -> None:
    consumer.maker.describe(FIG)
    consumer.inputs[name] += EVIL
    consumer.run_both()
    assert not list(consumer.runner.folder.rglob("pwned"))


def patch(path: str, mode: str = "100644", text: str = "hostile") -> bytes:
    return (
        f"diff --git a/{path} b/{path}\nnew file mode {mode}\nindex 0000000..1111111\n"
        f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+{text}\n"
    ).encode()


def artifact(diff: bytes, code: bytes = b"0\n") -> dict[str, bytes]:
    return {"upgrade.diff": diff, "exit-code.txt": code, "report.md": b"fine\n"}


GOOD = patch("src/fruit/new.py")
CHANGED = b"--- a/other.txt\n+++ b/other.txt\n@@ -1 +1 @@\n-old\n+new\n"
RENAMED = b"""\
diff --git a/src/fruit/models.py b/.github/workflows/x.yml
similarity index 100%
rename from src/fruit/models.py
rename to .github/workflows/x.yml
"""


@pytest.mark.parametrize(
    "hostile",
    [
        patch(".github/workflows/x.yml"),
        patch("../../x"),
        patch("src/fruit/../../../x"),
        patch("/etc/speclock-x"),
        patch(".git/hooks/pre-commit"),
        patch("src/fruit.py"),
        patch("src/pear/new.py"),
        patch("src/fruit/link", "120000", "/etc/passwd"),
        patch("src/fruit/module", "160000", f"Subproject commit {'1' * 40}"),
        RENAMED,
        CHANGED,
        b"not a diff\n",
    ],
    ids=lambda diff: diff.split(b"\n")[0][:40].decode(),
)
def test_a_hostile_diff_is_refused_whole(consumer: Consumer, hostile: bytes) -> None:
    diff = hostile if hostile.startswith(b"not") else GOOD + hostile
    assert not consumer.run_second(artifact(diff)).is_green
    assert consumer.branch() == ""
    assert consumer.state == fake_gh.EMPTY


@pytest.mark.parametrize("path", [".github", ".github/workflows/x.yml", ".", ":/", "*", ".."])
def test_no_input_opens_the_workflows(consumer: Consumer, path: str) -> None:
    consumer.inputs["copies"] = path
    assert not consumer.run_second(artifact(patch(".github/workflows/x.yml"))).is_green
    assert consumer.branch() == ""


@pytest.mark.parametrize("inputs", ["", "*", "src/*", ":(glob)**", ".."])
def test_no_pattern_opens_other_folders(consumer: Consumer, inputs: str) -> None:
    consumer.inputs |= {"copies": inputs, "tests": inputs}
    assert not consumer.run_second(artifact(GOOD)).is_green
    assert consumer.branch() == ""


@pytest.mark.parametrize("code", [b"0\n", b"", b"2\n", b"$(touch pwned)", b"0\n::error::x"])
def test_only_a_zero_is_green(consumer: Consumer, code: bytes) -> None:
    run = consumer.run_second(artifact(GOOD, code))
    assert run.is_green == (code == b"0\n"), run.log
    assert "::error::x" not in run.log
    assert consumer.show("src/fruit/new.py") == "hostile\n"


@pytest.mark.parametrize("path", ["src/fruit/x.py", "::error::evil", "a##[error]evil", "../evil"])
def test_the_log_has_no_line_of_the_diff(consumer: Consumer, path: str) -> None:
    text = patch(path, text="\n+::error::evil  ").replace(b",0 +1", b",0 +1,2")
    run = consumer.run_second(artifact(text))
    assert run.is_green == (path == "src/fruit/x.py"), run.log
    assert "evil" not in run.log
