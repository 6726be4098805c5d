"""``speclock drift`` as a command: exit codes, what is compared, where reports go."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli import main
from tests.drift.orchard import (
    CONFIG,
    FORMAT,
    GONE,
    MORE,
    NEW,
    PROSE,
    RENAMED,
    SPEC,
    drift_json,
    write_upstream,
)
from tests.support.answers import Server, answer
from tests.support.command import Outcome, speclock, without_layout

pytestmark = pytest.mark.usefixtures("surroundings")

# ── exit codes ───────────────────────────────────────────────────────────────────────────────────


def test_nothing_changed(project: Path) -> None:
    outcome = speclock(project, "drift")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("none: nothing changed for trees/list and trees/plant\n")
    assert "orchard: spec/orchard.yaml (1.0) → upstream.yaml (1.0)" in outcome.out


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
def test_fail_on_says_what_fails(project: Path, text: str, failing: tuple[str, ...]) -> None:
    write_upstream(project, text)
    levels = ("never", "none", "safe", "risk", "breaking", "python")
    failed = {n for n in levels if speclock(project, "drift", "--fail-on", n).code == 1}
    assert failed == set(failing)
    assert speclock(project, "drift").code == ("breaking" in failing)


def test_the_second_spelling_of_never_is_not_documented(project: Path) -> None:
    shown = " ".join(speclock(project, "drift", "--help").out.split())
    assert "--fail-on {breaking,risk,safe,python,never}" in shown
    refused = speclock(project, "drift", "--fail-on", "all")
    assert "never" in refused.err
    assert "none" not in refused.err.partition("invalid choice")[2]


def test_misuse_and_refusals_are_2(project: Path) -> None:
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
        outcome = speclock(project, "drift", *arguments)
        assert outcome.code == 2, arguments
        assert words in outcome.err, arguments


def test_a_document_that_is_none_is_refused_with_its_place(project: Path) -> None:
    write_upstream(project, "openapi: 3.1.0\npaths: {a: [}\n")
    outcome = speclock(project, "drift")
    assert outcome.code == 2
    assert "upstream.yaml:2:" in outcome.err


@pytest.mark.parametrize("status", ["500 Down", "403 Forbidden", "404 Not Found"])
def test_an_upstream_that_refuses_is_3(project: Path, status: str) -> None:
    with Server() as server:
        server.answers["/api.yaml"] = answer(b"no", status)
        outcome = speclock(project, "drift", "--insecure", "--revision", server.url())
    assert outcome.code == 3
    assert server.url() in outcome.err
    assert status.split()[0] in outcome.err
    assert not outcome.out, "no verdict"


def test_a_dead_port_is_3(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        url = f"http://127.0.0.1:{once.getsockname()[1]}/api.yaml"
    outcome = speclock(project, "drift", "--insecure", "--revision", url)
    assert outcome.code == 3
    assert url in outcome.err
    assert not outcome.out


def test_an_upstream_that_answers_is_compared(project: Path) -> None:
    with Server() as server:
        server.answers["/api.yaml"] = answer(GONE.encode())
        outcome = speclock(project, "drift", "--insecure", "--revision", server.url())
        config = CONFIG.replace("upstream.yaml", server.url())
        (project / "pyproject.toml").write_text(config, encoding="utf-8")
        again = speclock(project, "drift", "--insecure")
    assert outcome.code == again.code == 1
    assert f"{server.url()}:" in outcome.out, "the place in the revision"
    table = "[tool.speclock.clients.orchard]"
    old = f"To take the changes in, set `upstream` of {table} to {server.url()}."
    assert again.out == outcome.out.replace(old, "Take the changes in: `speclock update orchard`")


# ── what is compared ─────────────────────────────────────────────────────────────────────────────


def test_two_files_need_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(GONE, encoding="utf-8")
    both = ["--base", "old.yaml", "--revision", "new.yaml"]
    assert speclock(tmp_path, "drift", *both).code == 1
    assert speclock(tmp_path, "drift", *both, "--operation", "trees/list").code == 0
    assert speclock(tmp_path, "drift", "--base", "old.yaml").code == 2, "the revision is missing"


def test_base_stands_in_for_the_checked_in_description(project: Path) -> None:
    (project / "older.yaml").write_text(GONE, encoding="utf-8")
    (change,) = drift_json(project, "--base", "older.yaml")["changes"]
    assert change["id"] == "response/schema/enum/value-added"
    assert change["base"]["file"] == "older.yaml"


@pytest.mark.parametrize("command", ["drift", "update"])
def test_a_missing_upstream_is_told_with_its_setting(command: str, project: Path) -> None:
    (project / "upstream.yaml").unlink(missing_ok=True)
    outcome = speclock(project, command)
    assert outcome.code == 2
    assert "upstream.yaml cannot be read: No such file or directory." in outcome.err
    assert "Check the path, upstream of [tool.speclock.clients.orchard]." in outcome.err


def test_without_an_upstream_it_says_what_to_set(project: Path) -> None:
    config = CONFIG.replace('upstream = "upstream.yaml"\n', "")
    (project / "pyproject.toml").write_text(config, encoding="utf-8")
    outcome = speclock(project, "drift")
    assert outcome.code == 2
    assert "no upstream is known for orchard. Set `upstream`" in outcome.err
    assert speclock(project, "drift", "--revision", "upstream.yaml").code == 0


def test_two_clients_are_compared_one_after_the_other(project: Path) -> None:
    second = CONFIG[CONFIG.index("[tool.speclock.clients.orchard]") :]
    second = second.replace("orchard]", "garden]").replace("orchard.yaml", "garden.yaml")
    second = second.replace("upstream.yaml", "garden-upstream.yaml")
    (project / "pyproject.toml").write_text(f"{CONFIG}\n{second}", encoding="utf-8")
    (project / "spec" / "garden.yaml").write_text(SPEC, encoding="utf-8")
    (project / "garden-upstream.yaml").write_text(GONE, encoding="utf-8")
    assert speclock(project, "drift", "-q").out.count("\n") == 2, "a verdict for each"
    outcome = speclock(project, "drift")
    assert outcome.code == 1, "the worst of both"
    assert outcome.out.index("orchard: spec/orchard.yaml") < outcome.out.index("garden: spec/")
    assert speclock(project, "drift", "orchard").code == 0
    assert speclock(project, "drift", "garden").code == 1
    several = speclock(project, "drift", "--format", "json")
    assert several.code == 2
    assert "one report is for one client. Name one: orchard, garden." in several.err
    assert json.loads(speclock(project, "drift", "--format", "json", "garden").out)["changes"]


def test_of_several_clients_only_those_with_an_upstream_count(project: Path) -> None:
    more = '[tool.speclock.clients.lone]\nspec = "spec/lone.yaml"\n'
    (project / "pyproject.toml").write_text(f"{CONFIG}\n{more}", encoding="utf-8")
    (project / "spec" / "lone.yaml").write_text(SPEC, encoding="utf-8")
    outcome = speclock(project, "drift")
    assert outcome.code == 0
    assert "lone" not in outcome.out


def test_it_works_from_a_subfolder(project: Path) -> None:
    write_upstream(project, GONE)
    (change,) = json.loads(speclock(project / "spec", "drift", "--format", "json").out)["changes"]
    assert change["base"]["file"] == "orchard.yaml"
    assert change["base"]["line"] == 28


def test_the_line_of_the_generated_code_is_told(project: Path) -> None:
    with without_layout():
        assert speclock(project, "generate").code == 0
    write_upstream(project, GONE.replace("trees/plant", "trees/put"))
    told = drift_json(project)
    places = {s["name"]: s["place"] for c in told["changes"] for s in c["signatures"]}
    models = (project / "generated/orchard/models.py").read_text(encoding="utf-8").splitlines()
    resource = project / "generated/orchard/resources/trees.py"
    place = places["TreeKind.PEAR"]
    assert place["file"] == "generated/orchard/models.py"
    assert models[place["line"] - 1].split() == ["PEAR", "=", "'pear'"]
    place = places["trees.plant"]
    assert place["file"] == "generated/orchard/resources/trees.py"
    assert "def plant" in resource.read_text(encoding="utf-8").splitlines()[place["line"] - 1]
    outcome = speclock(project, "drift")
    assert f"{place['file']}:{place['line']}" in outcome.out


# ── where reports go ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("text", lambda text: text.startswith("breaking: ")),
        ("json", lambda text: json.loads(text)["wire"] == "breaking"),
        ("markdown", lambda text: "trees/plant" in text and "\x1b" not in text),
        ("github", lambda text: text.startswith("::error file=spec/orchard.yaml,line=28")),
        ("sarif", lambda text: json.loads(text)["version"] == "2.1.0"),
        ("html", lambda text: text.lower().startswith("<!doctype html>")),
    ],
)
def test_each_format_goes_to_the_screen_or_a_file(
    project: Path, name: str, check: Callable[[str], bool]
) -> None:
    write_upstream(project, GONE)
    printed = speclock(project, "drift", "--format", name)
    written = speclock(project, "drift", "--format", name, "--output", "report")
    assert printed.code == written.code == 1
    assert check(printed.out)
    assert written.out == "report: written.\n"
    assert (project / "report").read_text(encoding="utf-8") == printed.out


def test_quiet_is_the_verdict_alone(project: Path) -> None:
    same = "none: nothing changed for trees/list and trees/plant\n"
    assert speclock(project, "drift", "-q") == Outcome(0, same, "")
    assert json.loads(speclock(project, "drift", "-q", "--format", "json").out)["wire"] == "none"
    write_upstream(project, GONE)
    verdict = speclock(project, "drift").out.splitlines(keepends=True)[0]
    assert speclock(project, "drift", "-q") == Outcome(1, verdict, "")
    assert verdict.startswith("breaking: ")
    assert not speclock(project, "drift", "-q", "--output", "report").out


def test_quiet_is_one_line_inside_an_action(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    write_upstream(project, GONE)
    assert speclock(project, "drift", "-q").out.count("\n") == 1


def test_the_level_applies_to_what_is_listed(project: Path) -> None:
    write_upstream(project, MORE)
    assert "fingerprint  " in speclock(project, "drift", "--level", "risk").out
    told = speclock(project, "drift", "--level", "breaking", "--fail-on", "risk")
    assert told.code == 1, "what isn't listed counts"
    assert "fingerprint  " not in told.out
    assert "not listed (risk 1). `--level risk` lists all." in told.out
    assert drift_json(project, "--level", "breaking")["changes"]


def test_inside_an_action_it_annotates_and_sums_up(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_upstream(project, GONE)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    outcome = speclock(project, "drift")
    assert outcome.out.startswith("breaking: ")
    assert "\n::error file=spec/orchard.yaml,line=28" in outcome.out
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n"), "appended"
    assert text.removeprefix("before\n") == speclock(project, "drift", "--format", "markdown").out
    assert "::error" not in speclock(project, "drift", "--format", "markdown").out


def test_a_summary_that_cannot_be_written_changes_no_verdict(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))
    outcome = speclock(project, "drift")
    assert outcome.code == 0
    assert "summary.md cannot be written: No such file or directory" in outcome.err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _on_a_terminal(project: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    terminal = _Terminal()
    monkeypatch.chdir(project)
    monkeypatch.setattr("sys.stdout", terminal)
    main(["drift"])
    return terminal.getvalue()


def test_a_terminal_gets_colours(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_upstream(project, GONE)
    assert _on_a_terminal(project, monkeypatch).startswith("\x1b[1;31mbreaking\x1b[0m: ")


def test_no_color_takes_them_away(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_upstream(project, GONE)
    monkeypatch.setenv("NO_COLOR", "1")
    assert _on_a_terminal(project, monkeypatch) == speclock(project, "drift").out
    assert "\x1b" not in speclock(project, "drift").out


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
    (tmp_path / "old.yaml").write_text(text, encoding="utf-8")
    new = text.replace(
        "{200: {description: yes}}", "{200: {description: a}, 201: {description: b}}"
    )
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    (tmp_path / "twice.yaml").write_text(
        new.replace("{operationId: a,", "{operationId: a, deprecated: true, deprecated: true,"),
        encoding="utf-8",
    )
    told = speclock(tmp_path, "drift", "--base", "old.yaml", "--revision", "new.yaml")
    assert "response/status/success/added" in told.out
    assert "unreadable" not in told.out
    told = speclock(tmp_path, "drift", "--base", "old.yaml", "--revision", "twice.yaml")
    assert "api/operation/part/unreadable" in told.out


def test_the_next_step_shows_no_secret(project: Path) -> None:
    with Server() as server:
        server.answers["/api.yaml"] = answer(GONE.encode())
        url = server.url().replace("//", "//mo:hidden@")
        outcome = speclock(project, "drift", "--insecure", "--revision", url)
    assert "set `upstream` of [tool.speclock.clients.orchard] to http://" in outcome.out
    assert "hidden" not in outcome.out + outcome.err
