"""``speclock drift`` as a command: exit codes, the allow-list, where reports go, the lock."""

from __future__ import annotations

import io
import json
import socket
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.cli import main
from tests.support.command_line import Outcome, speclock
from tests.support.http_server import answer, serving
from tests.support.skip_formatting import without_layout

SPEC = """\
openapi: 3.1.0
info: {title: Orchard, version: "1.0"}
servers: [{url: https://orchard.example}]
paths:
  /trees:
    get:
      operationId: trees/list
      responses:
        "200":
          description: The trees.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Tree"}}
    post:
      operationId: trees/plant
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Tree"}
      responses: {"204": {description: Planted.}}
components:
  schemas:
    Tree:
      type: object
      required: [kind]
      properties:
        kind: {type: string, enum: [apple, pear, plum]}
        age: {type: integer}
"""
GONE = SPEC.replace("[apple, pear, plum]", "[apple, plum]")
"""A value less: breaking to send."""
MORE = SPEC.replace("plum]", "plum, quince]")
"""A value more: a risk to read."""
NEW = SPEC.replace("        age:", "        height: {type: number}\n        age:")
"""A member more: safe."""
FORMAT = SPEC.replace("{type: integer}", "{type: integer, deprecated: true}")
PROSE = SPEC.replace("The trees.", "All trees.")
RENAMED = SPEC.replace("trees/plant", "trees/put")
"""Another method in Python, nothing on the wire."""
CONFIG = """\
[tool.speclock]
output = "generated"

[tool.speclock.clients.orchard]
spec = "spec/orchard.yaml"
upstream = "upstream.yaml"
"""


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one client whose upstream is as its description."""
    root = tmp_path / "project"
    (root / "spec").mkdir(parents=True)
    (root / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    (root / "spec" / "orchard.yaml").write_text(SPEC, encoding="utf-8")
    (root / "upstream.yaml").write_text(SPEC, encoding="utf-8")
    return root


def _upstream(project: Path, text: str) -> None:
    (project / "upstream.yaml").write_text(text, encoding="utf-8")


def _told(project: Path, *arguments: str) -> Any:
    return json.loads(speclock(project, "drift", "--format", "json", *arguments).out)


def _fingerprint(project: Path) -> str:
    (change,) = _told(project)["changes"]
    return str(change["fingerprint"])


def _allow(project: Path, *entries: str, name: str = "spec/orchard.allowed.toml") -> None:
    (project / name).write_text("# What we live with.\n\n" + "\n".join(entries), encoding="utf-8")


def _entry(fingerprint: str, expires: str = "2999-01-01") -> str:
    return (
        f'[[allowed]]\nfingerprint = "{fingerprint}"\nchange = "pears"\n'
        f'reason = "we send none"\nowner = "Mo"\nexpires = {expires}\n'
    )


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
    _upstream(project, text)
    levels = ("none", "safe", "risk", "breaking", "python")
    failed = {n for n in levels if speclock(project, "drift", "--fail-on", n).code == 1}
    assert failed == set(failing)
    assert speclock(project, "drift").code == ("breaking" in failing)


def test_misuse_and_refusals_are_2(project: Path) -> None:
    for arguments, words in (
        (["--fail-on", "all"], "invalid choice"),
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
    _upstream(project, "openapi: 3.1.0\npaths: {a: [}\n")
    outcome = speclock(project, "drift")
    assert outcome.code == 2
    assert "upstream.yaml:2:" in outcome.err


@pytest.mark.parametrize("status", ["500 Down", "403 Forbidden", "404 Not Found"])
def test_an_upstream_that_refuses_is_3(project: Path, status: str) -> None:
    with serving() as server:
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
    with serving() as server:
        server.answers["/api.yaml"] = answer(GONE.encode())
        outcome = speclock(project, "drift", "--insecure", "--revision", server.url())
        config = CONFIG.replace("upstream.yaml", server.url())
        (project / "pyproject.toml").write_text(config, encoding="utf-8")
        again = speclock(project, "drift", "--insecure")
    assert outcome.code == again.code == 1
    assert f"{server.url()}:" in outcome.out, "the place in the revision"
    step = f" --revision {server.url()}"
    assert again.out == outcome.out.replace(step, "")


# ── what is compared ─────────────────────────────────────────────────────────────────────────────


def test_two_files_need_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(GONE, encoding="utf-8")
    both = ["--base", "old.yaml", "--revision", "new.yaml"]
    assert speclock(tmp_path, "drift", *both).code == 1
    assert speclock(tmp_path, "drift", *both, "--operation", "trees/list").code == 0
    refused = speclock(tmp_path, "drift", *both, "--write")
    assert refused.code == 2
    assert "leave --base out" in refused.err
    assert speclock(tmp_path, "drift", "--base", "old.yaml").code == 2, "the revision is missing"


def test_base_stands_in_for_the_checked_in_description(project: Path) -> None:
    (project / "older.yaml").write_text(GONE, encoding="utf-8")
    (change,) = _told(project, "--base", "older.yaml")["changes"]
    assert change["id"] == "response/schema/enum/value-added"
    assert change["base"]["file"] == "older.yaml"


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
    _upstream(project, GONE)
    (change,) = json.loads(speclock(project / "spec", "drift", "--format", "json").out)["changes"]
    assert change["base"]["file"] == "orchard.yaml"
    assert change["base"]["line"] == 28


def test_the_line_of_the_generated_code_is_told(project: Path) -> None:
    with without_layout():
        assert speclock(project, "generate").code == 0
    _upstream(project, GONE.replace("trees/plant", "trees/put"))
    told = _told(project)
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


# ── the allow-list ───────────────────────────────────────────────────────────────────────────────


def test_an_allowed_change_is_shown_and_not_counted(project: Path) -> None:
    _upstream(project, GONE)
    _allow(project, _entry(_fingerprint(project)))
    outcome = speclock(project, "drift", "--fail-on", "safe")
    assert outcome.code == 0
    assert outcome.out.startswith(
        "none: nothing changed for trees/list and trees/plant except what"
    )
    assert "because we send none (Mo, until 2999-01-01)" in outcome.out
    told = _told(project)
    assert told["changes"][0]["allowed"]["owner"] == "Mo"
    assert (told["wire"], told["python"], told["bump"]) == ("none", False, "none")


def test_an_allow_list_elsewhere(project: Path) -> None:
    _upstream(project, GONE)
    _allow(project, _entry(_fingerprint(project)), name="allowed.toml")
    assert speclock(project, "drift").code == 1
    config = CONFIG + 'allowed = "allowed.toml"\n'
    (project / "pyproject.toml").write_text(config, encoding="utf-8")
    assert speclock(project, "drift").code == 0


def test_what_nobody_allowed_still_fails(project: Path) -> None:
    _upstream(project, GONE)
    _allow(project, _entry(_fingerprint(project)))
    _upstream(project, GONE.replace("required: [kind]", "required: [kind, age]"))
    outcome = speclock(project, "drift")
    assert outcome.code == 1
    assert outcome.out.startswith("breaking: the only change can break trees/plant\n")


def test_an_expired_entry_fails(project: Path) -> None:
    _upstream(project, GONE)
    _allow(project, _entry(_fingerprint(project), "2020-01-31"))
    outcome = speclock(project, "drift", "--fail-on", "breaking")
    assert outcome.code == 1
    assert "at spec/orchard.allowed.toml:3:1: the entry for" in outcome.out
    assert "expired on 2020-01-31" in outcome.out
    assert "Ask Mo whether it still applies" in outcome.out
    assert _told(project)["changes"][0]["allowed"] is None, "it counts again"


def test_an_entry_that_expires_today_holds(project: Path) -> None:
    import datetime as dt

    _upstream(project, GONE)
    today = dt.datetime.now(dt.UTC).date().isoformat()
    _allow(project, _entry(_fingerprint(project), today))
    assert speclock(project, "drift").code == 0


def test_an_entry_that_matches_nothing_fails(project: Path) -> None:
    _allow(project, _entry("0123456789ab"))
    outcome = speclock(project, "drift")
    assert outcome.code == 1
    assert "no change has the fingerprint 0123456789ab any more" in outcome.out
    assert "Fix the allow-list." in outcome.out
    (fault,) = _told(project)["faults"]
    assert fault["place"]["file"] == "spec/orchard.allowed.toml"
    assert fault["place"]["line"] == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("allowed = [", "spec/orchard.allowed.toml: not well-formed TOML"),
        ("allowed = 1", "spec/orchard.allowed.toml: write [[allowed]], with two brackets."),
        ("x = 1", "spec/orchard.allowed.toml:1: unknown 'x'. Known: [[allowed]]."),
        ("\n[[allowed]]\nreason = 1", "spec/orchard.allowed.toml:2: an entry needs 'fingerprint'"),
        (_entry("a") + "more = 1\n", "spec/orchard.allowed.toml:1: unknown 'more'. Known: finger"),
        (_entry("a", '"2020-01-01"'), "an entry needs 'expires', a date, as 2027-06-30."),
        (_entry("a").replace("Mo", ""), "spec/orchard.allowed.toml:1: an entry needs 'owner'"),
        (_entry("a") + "\n" + _entry("a"), "spec/orchard.allowed.toml:8: a is listed twice."),
    ],
)
def test_an_allow_list_that_is_none_is_refused(project: Path, text: str, words: str) -> None:
    (project / "spec" / "orchard.allowed.toml").write_text(text, encoding="utf-8")
    outcome = speclock(project, "drift")
    assert outcome.code == 2
    assert words in outcome.err


def test_the_report_says_where_to_allow_a_change(project: Path) -> None:
    _upstream(project, GONE)
    assert any("`spec/orchard.allowed.toml`" in step for step in _told(project)["steps"])
    assert f"fingerprint  {_fingerprint(project)}\n" in speclock(project, "drift").out


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
    _upstream(project, GONE)
    printed = speclock(project, "drift", "--format", name)
    written = speclock(project, "drift", "--format", name, "--output", "report")
    assert printed.code == written.code == 1
    assert check(printed.out)
    assert written.out == "report: written.\n"
    assert (project / "report").read_text(encoding="utf-8") == printed.out


def test_quiet_says_only_what_fails(project: Path) -> None:
    assert speclock(project, "drift", "-q") == Outcome(0, "", "")
    assert json.loads(speclock(project, "drift", "-q", "--format", "json").out)["wire"] == "none"
    _upstream(project, GONE)
    assert speclock(project, "drift", "-q").out.startswith("breaking: ")
    assert not speclock(project, "drift", "-q", "--output", "report").out


def test_inside_an_action_it_annotates_and_sums_up(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _upstream(project, GONE)
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
    _upstream(project, GONE)
    assert _on_a_terminal(project, monkeypatch).startswith("\x1b[1;31mbreaking\x1b[0m: ")


def test_no_color_takes_them_away(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _upstream(project, GONE)
    monkeypatch.setenv("NO_COLOR", "1")
    assert _on_a_terminal(project, monkeypatch) == speclock(project, "drift").out
    assert "\x1b" not in speclock(project, "drift").out


# ── speclock.lock ────────────────────────────────────────────────────────────────────────────────


class _ComparisonError(BaseException):
    """An error that no code catches."""


def _no_comparison(*_: object) -> None:
    raise _ComparisonError


@pytest.fixture
def pulled(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose description was pulled; a comparison is an error."""
    _upstream(project, "# Theirs.\n" + SPEC)
    assert speclock(project, "pull", "--force").code == 0
    monkeypatch.setattr("generator.drift.compare.documents.compare", _no_comparison)
    return project


def test_the_document_in_the_lock_is_not_compared(pulled: Path) -> None:
    said = "nothing changed for trees/list and trees/plant; upstream is the document recorded in"
    outcome = speclock(pulled, "drift", "--fail-on", "safe")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"none: {said} speclock.lock\n")
    assert "orchard: spec/orchard.yaml (1.0) → upstream.yaml (1.0)" in outcome.out
    told = _told(pulled)
    assert (told["wire"], told["changes"], told["faults"]) == ("none", [], [])
    assert told["operations"] == ["trees/list", "trees/plant"]
    assert told["base"]["sha256"] != told["revision"]["sha256"]


def test_the_report_is_as_if_it_had_been_compared(project: Path) -> None:
    _upstream(project, "# Theirs.\n" + SPEC)
    assert speclock(project, "pull", "--force").code == 0
    quick = _told(project)
    (project / "spec" / "speclock.lock").unlink()
    slow = _told(project)
    sentence = slow["summary"]["sentence"]
    slow["summary"]["sentence"] += "; upstream is the document recorded in speclock.lock"
    assert quick == slow
    assert sentence == "none: nothing changed for trees/list and trees/plant"


@pytest.mark.parametrize("expires", ["2020-01-31", "2999-01-01"])
def test_an_allow_list_is_read_all_the_same(pulled: Path, expires: str) -> None:
    _allow(pulled, _entry("0123456789ab", expires))
    outcome = speclock(pulled, "drift")
    assert outcome.code == 1
    assert "no change has the fingerprint 0123456789ab any more" in outcome.out


def test_an_allowed_change_that_expires_is_told_of_the_same_upstream(project: Path) -> None:
    """Upstream is as it was at the last run, but not as it was pulled."""
    assert speclock(project, "pull", "--force").code == 0
    _upstream(project, GONE)
    fingerprint = _fingerprint(project)
    _allow(project, _entry(fingerprint))
    assert speclock(project, "drift").code == 0
    _allow(project, _entry(fingerprint, "2020-01-31"))
    outcome = speclock(project, "drift")
    assert outcome.code == 1
    assert "expired on 2020-01-31" in outcome.out


def test_selectors_and_overlays_are_still_checked(pulled: Path) -> None:
    outcome = speclock(pulled, "drift", "--operation", "trees/cut")
    assert outcome.code == 2
    assert "no operation 'trees/cut' in spec/orchard.yaml." in outcome.err
    (pulled / "spec" / "fix.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\n"
        "actions: [{target: $.nowhere, update: {a: 1}}]\n",
        encoding="utf-8",
    )
    config = CONFIG + 'overlays = ["spec/fix.yaml"]\n'
    (pulled / "pyproject.toml").write_text(config, encoding="utf-8")
    outcome = speclock(pulled, "drift")
    assert outcome.code == 2
    assert "spec/fix.yaml:3:" in outcome.err


@pytest.mark.parametrize("side", ["spec/orchard.yaml", "upstream.yaml"])
def test_what_changed_since_the_pull_is_compared(pulled: Path, side: str) -> None:
    text = (pulled / side).read_text(encoding="utf-8")
    (pulled / side).write_text(text.replace("The trees.", "All trees."), encoding="utf-8")
    with pytest.raises(_ComparisonError):
        speclock(pulled, "drift")


def test_layout_and_comments_of_the_description_are_no_change(pulled: Path) -> None:
    path = pulled / "spec" / "orchard.yaml"
    path.write_text("# Ours.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert speclock(pulled, "drift").code == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"orchard.yaml": {}}'])
def test_a_lock_that_says_nothing_is_ignored(pulled: Path, text: str) -> None:
    (pulled / "spec" / "speclock.lock").write_text(text, encoding="utf-8")
    with pytest.raises(_ComparisonError):
        speclock(pulled, "drift")


def test_another_base_is_compared(pulled: Path) -> None:
    (pulled / "older.yaml").write_text(SPEC, encoding="utf-8")
    with pytest.raises(_ComparisonError):
        speclock(pulled, "drift", "--base", "older.yaml")


def test_an_upstream_of_several_files_is_compared_each_time(project: Path) -> None:
    """The lock's hash is of the first file."""
    _upstream(project, SPEC.replace('"#/components/schemas/Tree"', '"parts.yaml#/Tree"'))
    tree = textwrap.dedent(SPEC[SPEC.index("    Tree:") :])
    (project / "parts.yaml").write_text(tree, encoding="utf-8")
    assert speclock(project, "pull", "--force").code == 0
    assert speclock(project, "drift").code == 0
    (project / "parts.yaml").write_text(tree.replace("pear, ", ""), encoding="utf-8")
    assert speclock(project, "drift").code == 1


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


def test_the_next_step_repeats_the_revision(project: Path, tmp_path: Path) -> None:
    """The command as printed takes the changes of what was compared."""
    other = tmp_path / "new release.yaml"
    other.write_text(GONE, encoding="utf-8")
    out = speclock(project, "drift", "--revision", str(other)).out
    assert f"`speclock drift orchard --revision '{other}' --write`" in out
    speclock(project, "drift", "orchard", "--revision", str(other), "--write")
    written = (project / "spec" / "orchard.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(written) == yaml.safe_load(GONE)


def test_the_next_step_shows_no_secret(project: Path) -> None:
    with serving() as server:
        server.answers["/api.yaml"] = answer(GONE.encode())
        url = server.url().replace("//", "//mo:hidden@")
        outcome = speclock(project, "drift", "--insecure", "--revision", url)
    assert "--revision http://" in outcome.out
    assert "hidden" not in outcome.out + outcome.err
