"""The text of the action, of the workflows, and of those that ``init`` and the pages show."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.base.config import Client
from generator.project.cli.parser import parse
from generator.project.services.project import ci_workflow
from generator.project.services.project.provenance import TOOLS
from tests.house.workflow_files import ROOT, read, steps

GITHUB = ROOT / ".github"
ACTION = ROOT / "action.yml"
TEMPLATE = ROOT / "templates" / "ci" / "speclock.yml"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
DRIFT, VENDORED = GITHUB / "workflows" / "drift.yml", GITHUB / "workflows" / "vendored.yml"
FILES = [ACTION, *WORKFLOWS]
FORMS = sorted(
    {*(GITHUB / "ISSUE_TEMPLATE").glob("*.yml")} - {GITHUB / "ISSUE_TEMPLATE/config.yml"}
)
PAGES = [ROOT / "docs" / name for name in ("drift-in-ci.md", "vendoring.md")]
ZIZMOR = Path(sys.executable).parent / "zizmor"
PIN = f"o/speclock@{'c0ffee' * 6}c0ff"
CLIENT = Client(
    spec="spec/orchard.yaml",
    package="orchard",
    output="generated",
    upstream="https://orchard.example/openapi.yaml",
)
USED = {
    "actions/checkout", "actions/setup-python", "actions/upload-artifact",
    "actions/download-artifact", "actions/upload-pages-artifact", "actions/deploy-pages",
    "pypa/gh-action-pypi-publish", "$/.",
}  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    shutil.copytree(GITHUB, folder / ".github")
    shutil.copy(ACTION, folder)
    (folder / ".git").mkdir()
    for name, upstream, below in (
        ("daily", CLIENT.upstream, ""),
        ("alone", "api.yaml", "a/it's"),
        ("below", CLIENT.upstream, "a/it's"),
    ):
        (folder / below).mkdir(parents=True, exist_ok=True)
        text = ci_workflow.workflow(folder / below, replace(CLIENT, upstream=upstream), PIN)
        text = re.sub("^  # ((?:probe:|  ).*)", r"  \1", text, flags=re.MULTILINE)  # no comment
        (folder / ".github" / "workflows" / f"{name}.yml").write_text(text, encoding="utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", PAGES[0].read_text(encoding="utf-8"), re.DOTALL)
    (text,) = (
        one.replace(ci_workflow.UNKNOWN_ACTION, PIN) for one in shown if "comment: true" in one
    )
    (folder / ".github" / "workflows" / "comment.yml").write_text(text, encoding="utf-8")
    return folder


# ── checked by others ────────────────────────────────────────────────────────────────────────────


def schema_errors(schema: str, *paths: Path) -> str:
    command = [sys.executable, "-m", "check_jsonschema", f"--builtin-schema=vendor.{schema}"]
    command += [str(path) for path in paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.slow
def test_the_schemas_of_github(repository: Path, tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGES[1].read_text(encoding="utf-8"), re.DOTALL)
    caller = tmp_path / "caller.yml"
    caller.write_text(example, encoding="utf-8")
    workflows = [*(repository / ".github" / "workflows").glob("*.yml"), caller]
    assert schema_errors("github-workflows", *workflows) == ""
    assert schema_errors("github-actions", ACTION) == ""
    assert schema_errors("dependabot", GITHUB / "dependabot.yml") == ""
    assert schema_errors("github-issue-forms", *FORMS) == ""
    assert schema_errors("github-issue-config", GITHUB / "ISSUE_TEMPLATE" / "config.yml") == ""
    wrong = tmp_path / "action.yml"
    wrong.write_text(ACTION.read_text(encoding="utf-8").replace("shell: bash", "shel: bash", 1))
    assert "shel" in schema_errors("github-actions", wrong)


@pytest.mark.slow
@pytest.mark.skipif(not ZIZMOR.exists(), reason="zizmor isn't installed")
def test_the_audit_of_zizmor(repository: Path, tmp_path: Path) -> None:
    def audited(folder: Path) -> subprocess.CompletedProcess[str]:
        words = ["--offline", "--persona=auditor", "--no-progress", "--color=never", str(folder)]
        return subprocess.run([ZIZMOR, *words], capture_output=True, text=True, check=False)

    done = audited(repository)
    assert done.returncode == 0, done.stdout
    for name in (
        "ci.yml",
        "release.yml",
        "daily.yml",
        "alone.yml",
        "comment.yml",
        "action.yml",
        "dependabot.yml",
    ):
        assert f"{name}\n" in done.stderr
    wrong = tmp_path / "wrong.yml"
    text = (repository / ".github" / "workflows" / "daily.yml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("persist-credentials: false", "fetch-depth: 0"))
    assert "artipacked" in audited(wrong).stdout


# ── each file ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_inputs_reach_a_script_only_as_variables(path: Path) -> None:
    assert "zizmor:" not in path.read_text(encoding="utf-8")
    assert not [one for one in steps(path) if "${{" in one.get("run", "")]
    assert not re.search("GITHUB_ENV|GITHUB_PATH", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*FILES, TEMPLATE], ids=lambda path: path.name)
def test_only_actions_of_github_and_the_index_are_used(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"^ +(?:- )?uses: *([^\s@]+)(.*)", text, re.MULTILINE)
    assert {name for name, _ in used} - {"ACTION"} <= USED
    for name, ref in used:
        assert name in ("$/.", "ACTION") or re.fullmatch(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+", ref)


def test_an_action_has_one_pin() -> None:
    pins: defaultdict[str, set[str]] = defaultdict(set)
    for path in [*FILES, TEMPLATE, *PAGES]:
        for name, ref in re.findall(r"\buses: *([^\s@]+)@(.*)", path.read_text(encoding="utf-8")):
            pins[name].add(ref)
    assert {name for name, refs in pins.items() if len(refs) > 1} == set()
    assert "actions/checkout" in pins


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read(path: Path) -> None:
    assert read(path)["permissions"] in ({}, {"contents": "read"})


@pytest.mark.parametrize("path", [ACTION, VENDORED], ids=lambda path: path.name)
def test_every_input_is_used_and_explained(path: Path) -> None:
    whole: Any = read(path)  # YAML 1.1 reads `on` as a boolean
    inputs = whole["inputs"] if path == ACTION else whole[True]["workflow_call"]["inputs"]
    used = set(re.findall(r"inputs\.([\w-]+)", path.read_text(encoding="utf-8")))
    assert used == inputs.keys() - {"requirement"}
    for about in inputs.values():
        assert about["description"]
        assert about.get("required", False) != ("default" in about)


def test_ci_runs_every_stage_that_needs_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (stages,) = re.findall(r"^STAGES=\((.+)\)$", script, re.MULTILINE)
    needing = {
        name
        for name in stages.split()
        if f"{name}() {{ if shared" in script or f"{name}() {{\n    shared {name} ||" in script
    }
    others = {
        "called",
        "drift",
        "recordings",
        "slices",
        "corpus",
        "hostile",
        "suites",
        "swagger2",
        "values",
    }
    assert needing == others
    groups = read(GITHUB / "workflows" / "ci.yml")["jobs"]["ci"]["strategy"]["matrix"]["stages"]
    run = [stage for group in groups for stage in group.split()]
    assert sorted(run) == sorted({*stages.split()} - needing - {"environment"})


# ── proposals ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [DRIFT, VENDORED], ids=lambda path: path.name)
def test_only_the_job_that_publishes_may_write(path: Path) -> None:
    for name, job in read(path)["jobs"].items():
        permissions = job.get("permissions", {"contents": "read"})
        if name == "pull-request":
            kinds = {"contents", "pull-requests", *(["issues"] if path == DRIFT else [])}
            assert permissions == dict.fromkeys(kinds, "write")
            (last,) = (one["with"] for one in job["steps"] if "token" in one.get("with", {}))
            assert (last["token"], last["arguments"].split()[0]) == (
                "${{ github.token }}",
                "--publish",
            )
        else:
            assert permissions == {"contents": "read"}
            assert not re.search(r"secrets|github\.token", str(job))


def test_the_workflow_of_this_repository_is_that_of_init(repository: Path) -> None:
    daily, ours = (
        (repository / ".github" / "workflows" / name).read_text(encoding="utf-8")
        for name in ("daily.yml", "drift.yml")
    )
    start = "  # This job reads text from the network."
    daily = daily.partition("\n  # Once a day: does the server")[0]
    assert ours.partition(start)[2] == daily.partition(start)[2].replace(PIN, "$/.")


VALUES = {
    "runner.temp": "/temp", "inputs.project": ".", "inputs.copies": "a\nb c\n", "inputs.tests": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "job", "expected"),
    [
        (DRIFT, "update", {"kind": "update", "folder": "/temp/update", "publish": False}),
        (
            DRIFT,
            "pull-request",
            {
                "publish": True,
                "folder": "/temp/update",
                "paths": ["spec", "generated", "pyproject.toml"],
            },
        ),
        (VENDORED, "verify", {"dest": ["a", "b c"], "against": ""}),
        (
            VENDORED,
            "upgrade",
            {"kind": "upgrade", "config": "../source/./pyproject.toml", "paths": ["a", "b c"]},
        ),
        (VENDORED, "pull-request", {"kind": "upgrade", "publish": True, "paths": ["a", "b c"]}),
    ],
    ids=lambda one: one.stem if isinstance(one, Path) else one if isinstance(one, str) else "",
)
def test_the_command_understands_the_arguments(path: Path, job: str, expected: Any) -> None:
    (given,) = (one["with"] for one in read(path)["jobs"][job]["steps"] if one["uses"] == "$/.")
    text = re.sub(r"\$\{\{ (.*?) \}\}", lambda found: VALUES.get(found[1], ""), given["arguments"])
    options = vars(parse([given["command"], *filter(None, text.split("\n"))]))
    assert {name: options[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("below", "output", "paths"),
    [
        ("", "generated", ["spec", "generated", "pyproject.toml"]),
        ("", "my src/", ["spec", "my src", "pyproject.toml"]),
        ("", ".", ["spec", "orchard", "tests/orchard", "pyproject.toml"]),
        ("a/it's", "../lib", ["a/it's/spec", "a/lib", "a/it's/pyproject.toml"]),
    ],
)
def test_the_paths_that_an_update_may_change(
    tmp_path: Path, below: str, output: str, paths: list[str]
) -> None:
    (tmp_path / ".git").mkdir()
    client = replace(CLIENT, output=output)
    jobs = yaml.safe_load(ci_workflow.workflow(tmp_path / below, client, PIN))["jobs"]
    assert jobs["pull-request"]["steps"][-1]["with"]["arguments"].split("\n")[3:] == paths
    for name in ("check", "update"):
        (given,) = (one["with"] for one in jobs[name]["steps"] if one["uses"] == PIN)
        assert os.path.normpath(given.get("working-directory", ".")) == os.path.normpath(below)


@pytest.mark.parametrize("action", ["", PIN])
def test_the_action_in_the_workflow_of_init(tmp_path: Path, action: str) -> None:
    text = ci_workflow.workflow(tmp_path, CLIENT, action)
    assert text.count(f"uses: {action or ci_workflow.UNKNOWN_ACTION}\n") == 4
    assert (f"Fill it in, in each step: {ci_workflow.UNKNOWN_ACTION}" in text) == (not action)


def test_the_page_shows_how_to_call_the_workflow_of_copies() -> None:
    """With known inputs, those that are required, and the permissions of all jobs."""
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGES[1].read_text(encoding="utf-8"), re.DOTALL)
    ((_, job),) = yaml.safe_load(text)["jobs"].items()
    whole: Any = read(VENDORED)
    assert job["uses"].split("@")[0].endswith("/.github/workflows/vendored.yml")
    assert {"copies"} <= job["with"].keys() <= whole[True]["workflow_call"]["inputs"].keys()
    assert job["permissions"] == whole["jobs"]["pull-request"]["permissions"]


# ── dependabot ───────────────────────────────────────────────────────────────────────────────────


def test_dependabot_waits_and_groups() -> None:
    """The packages that shape generated code are a group of their own."""
    updates = {one["package-ecosystem"]: one for one in read(GITHUB / "dependabot.yml")["updates"]}
    assert updates.keys() == {"github-actions", "pip"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates.values())
    shaping = ["datamodel-code-generator", "ruff"]
    assert {*shaping} < {*TOOLS}
    groups = updates["pip"]["groups"]
    assert groups["generated-code"]["patterns"] == shaping
    assert groups["packages"]["exclude-patterns"] == shaping


# ── the lock of the action: a part of requirements.lock ──────────────────────────────────────────

WHOLE = ROOT / "requirements.lock"
OF_ACTION = ROOT / ".github" / "action-requirements.lock"


def pins(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    found = [re.match(r"([\w.-]+)==(\S+)", block) for block in blocks]
    return {
        match[1]: (match[2], frozenset(re.findall(r"--hash=(\S+)", block)))
        for match, block in zip(found, blocks, strict=True)
        if match
    }


def test_every_pin_is_that_of_the_whole_lock() -> None:
    whole, ours = pins(WHOLE), pins(OF_ACTION)
    assert ours.items() <= whole.items(), "To fix: make lock"
    assert len(ours) < len(whole)
    assert all(hashes for _, hashes in ours.values())


def test_it_has_what_speclock_and_its_build_need() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    names = {re.split(r"[^\w.-]", one)[0] for one in wanted}
    assert names <= pins(OF_ACTION).keys()
    development = {re.split(r"[^\w.-]", one)[0] for one in project["dependency-groups"]["dev"]}
    both = {"hatchling", "filelock"}  # the second one is needed on Windows, and tested everywhere
    assert pins(OF_ACTION).keys() & development == both


def test_no_host_is_named() -> None:
    text = OF_ACTION.read_text(encoding="utf-8")
    assert "://" not in text
    assert text.startswith("# Written by `make lock`")
