"""``speclock drift`` as a command: exit codes, what is compared, where reports go."""

from __future__ import annotations

import json
import shlex
import socket
from pathlib import Path

import pytest

from generator.project.cli import main
from generator.watch.changes.formats import FORMATS
from tests.support.command import Outcome, Terminal, speclock
from tests.support.project import Project, settings
from tests.support.sockets import Server, answer
from tests.watch.drift.orchard import (
    FORMAT,
    GONE,
    MORE,
    NEW,
    PROSE,
    RENAMED,
    SPEC,
    drift_json,
)

pytestmark = pytest.mark.usefixtures("surroundings")

# ── exit codes ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        (SPEC, ()),
        (PROSE, ()),
        (RENAMED, ("python",)),
        (NEW, ("safe",)),
        (FORMAT, ("safe",)),
        (MORE, ("safe", "risk")),
        (GONE, ("safe", "risk", "breaking", "python")),
    ],
    ids=["same", "prose", "python", "new", "deprecated", "risk", "breaking"],
)
def test_fail_on_says_what_fails(project: Project, text: str, failing: tuple[str, ...]) -> None:
    project.write("upstream.yaml", text)
    levels = ("never", "none", "safe", "risk", "breaking", "python")
    failed = {n for n in levels if project.run("drift", "--fail-on", n).code == 1}
    assert failed == set(failing)
    assert project.run("drift").code == ("breaking" in failing)


def test_the_second_spelling_of_never_is_not_documented(project: Project) -> None:
    shown = " ".join(project.run("drift", "--help").out.split())
    assert "--fail-on {breaking,risk,safe,python,never}" in shown
    refused = project.run("drift", "--fail-on", "all")
    assert "never" in refused.err
    assert "none" not in refused.err.partition("invalid choice")[2]


def test_misuse_and_refusals_are_2(project: Project) -> None:
    for arguments, words in (
        (["--fail-on", "all"], "invalid choice"),
        (["--level", "never"], "invalid choice"),
        (["--format", "pdf"], "invalid choice"),
        (["pears"], "no client 'pears' in pyproject.toml. Known: orchard."),
        (["--operation", "trees/cut"], "no operation 'trees/cut' in spec/orchard.yaml."),
        (["--revision", "none.yaml"], "none.yaml cannot be read: No such file or directory."),
        (["--base", "none.yaml"], "none.yaml cannot be read"),
        (["--config", "none.toml"], "none.toml doesn't exist"),
        (["--revision", "http://127.0.0.1/x.yaml"], "--insecure"),
        (["--output", "none/report.txt"], "none/report.txt cannot be written: No such file"),
    ):
        outcome = project.run("drift", *arguments)
        assert outcome.code == 2, arguments
        assert words in outcome.err, arguments


def test_an_upstream_without_a_document_is_3(project: Project) -> None:
    with Server() as server:
        for status in ("500 Down", "403 Forbidden", "404 Not Found"):
            server.answers["/api.yaml"] = answer(b"no", status)
            outcome = project.run("drift", "--insecure", "--revision", server.url())
            assert (outcome.code, outcome.out) == (3, ""), "no verdict"
            assert server.url() in outcome.err
            assert status.split()[0] in outcome.err
    with socket.create_server(("127.0.0.1", 0)) as once:
        url = f"http://127.0.0.1:{once.getsockname()[1]}/api.yaml"
    outcome = project.run("drift", "--insecure", "--revision", url)
    assert (outcome.code, outcome.out) == (3, "")
    assert url in outcome.err


def test_an_upstream_that_answers_is_compared(project: Project) -> None:
    """The next step shows no password of its URL."""
    with Server() as server:
        server.answers["/api.yaml"] = answer(GONE.encode())
        url = server.url().replace("//", "//mo:hidden@")
        outcome = project.run("drift", "--insecure", "--revision", url)
        project.replace("upstream.yaml", server.url(), "pyproject.toml")
        again = project.run("drift", "--insecure")
    assert outcome.code == again.code == 1
    assert f"{server.url()}:" in outcome.out, "the place in the revision"
    table = "[tool.speclock.clients.orchard]"
    old = f"To take the changes in, set `upstream` of {table} to {server.url()}."
    assert again.out == outcome.out.replace(old, "Take the changes in: `speclock update orchard`")
    assert "hidden" not in outcome.out + outcome.err


# ── what is compared ─────────────────────────────────────────────────────────────────────────────


def test_two_files_need_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(GONE, encoding="utf-8")
    both = ["--base", "old.yaml", "--revision", "new.yaml"]
    assert speclock(tmp_path, "drift", *both).code == 1
    assert speclock(tmp_path, "drift", *both, "--operation", "trees/list").code == 0
    assert speclock(tmp_path, "drift", "--base", "old.yaml").code == 2, "the revision is missing"


def test_base_stands_in_for_the_checked_in_description(project: Project) -> None:
    project.write("older.yaml", GONE)
    (change,) = drift_json(project, "--base", "older.yaml")["changes"]
    assert change["id"] == "response/schema/enum/value-added"
    assert change["base"]["file"] == "older.yaml"


def test_an_upstream_that_is_missing_or_broken_is_told(project: Project) -> None:
    project.write("upstream.yaml", "openapi: 3.1.0\npaths: {a: [}\n")
    error = project.refuses("drift")
    assert "upstream.yaml:2:" in error
    (project.root / "upstream.yaml").unlink()
    for command in ("drift", "update"):
        outcome = project.run(command)
        assert outcome.code == 2
        assert "upstream.yaml cannot be read: No such file or directory." in outcome.err
        assert "Check the path, upstream of [tool.speclock.clients.orchard]." in outcome.err
    project.replace('upstream = "upstream.yaml"\n', "", "pyproject.toml")
    error = project.refuses("drift")
    assert "no upstream is known for orchard. Set `upstream`" in error
    assert project.run("drift", "--revision", "spec/orchard.yaml").code == 0


def test_clients_are_compared_one_after_the_other(project: Project) -> None:
    """Without an upstream only the other ones are."""
    spec = {"spec": "spec/orchard.yaml"}
    clients = {
        "orchard": {**spec, "upstream": "upstream.yaml"},
        "garden": {**spec, "upstream": "garden.yaml"},
        "lone": spec,
    }
    project.write("pyproject.toml", settings(clients))
    project.write("garden.yaml", GONE)
    first, second = project.run("drift", "-q").out.splitlines()
    assert (first[:14], second[:16]) == ("orchard: none:", "garden: breaking")
    outcome = project.run("drift")
    assert outcome.code == 1, "the worst of both"
    assert outcome.out.index("orchard: spec/orchard.yaml") < outcome.out.index("garden: spec/")
    assert "lone" not in outcome.out
    assert "\n\nbreaking: " in outcome.out
    assert project.run("drift", "orchard").code == 0
    assert project.run("drift", "garden").code == 1
    several = project.refuses("drift", "--format", "json", "--output", "a b.json")
    for line in several.splitlines()[1:]:
        project.run(*shlex.split(line.partition(" -m generator ")[2]))
    assert json.loads(project.read("garden-a b.json"))["changes"]
    assert json.loads(project.read("orchard-a b.json"))["changes"] == []


def test_the_line_of_the_generated_code_is_told(project: Project) -> None:
    assert project.run("generate", layout=False).code == 0
    project.write("upstream.yaml", GONE.replace("trees/plant", "trees/put"))
    told = drift_json(project)
    places = {s["name"]: s["place"] for c in told["changes"] for s in c["signatures"]}
    for name, file, text in (
        ("TreeKind.PEAR", "models.py", "PEAR = 'pear'"),
        ("trees.plant", "resources/trees.py", "def plant"),
    ):
        place = places[name]
        assert place["file"] == f"generated/orchard/{file}"
        lines = project.read(place["file"]).splitlines()
        assert text in lines[place["line"] - 1]
    assert f"{place['file']}:{place['line']}" in project.run("drift").out


# ── where reports go ─────────────────────────────────────────────────────────────────────────────


def test_each_format_goes_to_the_screen_or_a_file(project: Project) -> None:
    project.write("upstream.yaml", GONE)
    shown: set[str] = set()
    for name in FORMATS:
        printed = project.run("drift", "--format", name)
        written = project.run("drift", "--format", name, "--output", "report")
        assert printed.code == written.code == 1
        assert written.out == "report: written.\n"
        assert project.read("report") == printed.out
        assert "trees/plant" in printed.out
        assert "\x1b" not in printed.out
        shown.add(printed.out)
    assert len(shown) == len(FORMATS)


def test_quiet_is_the_verdict_alone(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    same = "none: nothing changed for trees/list and trees/plant\n"
    assert project.run("drift", "-q") == Outcome(0, same, "")
    assert json.loads(project.run("drift", "-q", "--format", "json").out)["wire"] == "none"
    project.write("upstream.yaml", GONE)
    verdict = project.run("drift").out.splitlines(keepends=True)[0]
    assert project.run("drift", "-q") == Outcome(1, verdict, "")
    assert verdict.startswith("breaking: ")
    assert not project.run("drift", "-q", "--output", "report").out
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert project.run("drift", "-q") == Outcome(1, verdict, "")


def test_the_level_applies_to_what_is_listed(project: Project) -> None:
    project.write("upstream.yaml", MORE)
    told = project.run("drift", "--level", "breaking", "--fail-on", "risk")
    assert told.code == 1, "what isn't listed counts"
    assert "not listed (risk 1). `--level risk` lists all." in told.out
    assert drift_json(project, "--level", "breaking")["changes"]


def test_inside_an_action_it_annotates_and_sums_up(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("upstream.yaml", GONE)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    outcome = project.run("drift")
    assert outcome.out.startswith("breaking: ")
    assert "\n::error file=spec/orchard.yaml,line=28" in outcome.out
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n"), "appended"
    assert text.removeprefix("before\n") == project.run("drift", "--format", "markdown").out
    assert "::error" not in project.run("drift", "--format", "markdown").out


def test_a_summary_that_cannot_be_written_changes_no_verdict(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))
    outcome = project.run("drift")
    assert outcome.code == 0
    assert "summary.md cannot be written: No such file or directory" in outcome.err


def test_a_terminal_gets_colors_unless_no_color_is_set(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("upstream.yaml", GONE)
    plain = project.run("drift").out
    monkeypatch.chdir(project.root)
    for variable, start in (("", "\x1b[1;31mbreaking\x1b[0m: "), ("1", plain)):
        monkeypatch.setenv("NO_COLOR", variable)
        monkeypatch.setattr("sys.stdout", terminal := Terminal())
        main(["drift"])
        assert terminal.getvalue().startswith(start)


def test_a_fault_of_the_text_elsewhere_stops_nothing(tmp_path: Path) -> None:
    text = """\
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /a:
    get: {operationId: a, responses: {200: {description: yes}}}
components:
  schemas:
    Unused: {type: object, type: string, maximum: .inf}
"""
    new = text.replace(
        "{200: {description: yes}}", "{200: {description: a}, 201: {description: b}}"
    )
    listed = new.replace("{operationId: a,", "{operationId: a, [deprecated]: true,")
    for name, content in (("old", text), ("new", new), ("listed", listed)):
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    told = speclock(tmp_path, "drift", "--base", "old.yaml", "--revision", "new.yaml")
    assert "response/status/success/added" in told.out
    assert "unreadable" not in told.out
    told = speclock(tmp_path, "drift", "--base", "old.yaml", "--revision", "listed.yaml")
    assert "api/operation/part/unreadable" in told.out
