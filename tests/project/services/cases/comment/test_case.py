"""The one comment on a pull request, against the stand-in for GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.support.command import Outcome
from tests.support.github_api import BOT, REPOSITORY, TOKEN, GitHubAPI, github_api
from tests.support.project import ORCHARD, Project, make_project

MARKER = "<!-- speclock drift -->"
BREAKING = ("enum: [APPLE, PEAR, PLUM]", "enum: [APPLE, PEAR]")


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubAPI]:
    with github_api() as api:
        for name, value in {
            "GITHUB_API_URL": api.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REF_NAME": "2/merge",
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "NO_PROXY": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        api.add_issue("An issue")
        api.add_issue("A pull request", "somebody", head="orchards:branch")
        yield api


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = make_project(tmp_path, upstream="upstream.yaml")
    event(made, monkeypatch)
    return made


def event(
    project: Project,
    patch: pytest.MonkeyPatch,
    name: str = "pull_request",
    head: object = REPOSITORY,
) -> None:
    """Set the event of the workflow; ``head`` is the repository of the pull request's branch."""
    repository = {"full_name": head} if head else None
    data = {"number": 2, "pull_request": {"head": {"repo": repository}}}
    project.write("event.json", json.dumps(data))
    patch.setenv("GITHUB_EVENT_NAME", name)


def drift(project: Project, *changes: tuple[str, str], more: str = "") -> Outcome:
    text = project.spec.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    project.write("upstream.yaml", text)
    return project.run("drift", "--comment", *more.split())


def test_one_comment_is_edited(project: Project, github: GitHubAPI) -> None:
    """Not those of others with the marker, nor ours on something else."""
    for user in ("somebody", BOT):
        github.add_comment(2, f"I write about {MARKER}", user)
    github.add_comment(2, f"{MARKER}\n\nmine", "somebody")
    github.add_comment(1, f"{MARKER}\n\nof an issue")
    before = json.dumps(github.comments)
    assert drift(project).code == 0
    assert not github.writes  # nothing changed, and there is no comment to correct
    assert drift(project, BREAKING).code == 1
    assert github.writes == ["POST issues/2/comments"]
    (made,) = github.comments[4:]
    assert made["body"].startswith(f"{MARKER}\n\n## 🔴 Drift: breaking\n\n**")
    assert made["body"].removeprefix(f"{MARKER}\n\n") in project.read("summary.md")
    assert drift(project).code == 0
    assert github.writes[1:] == [f"PATCH issues/comments/{made['id']}"]
    assert "Drift: none" in made["body"]
    assert json.dumps(github.comments[:4]) == before


def test_what_the_allow_list_has_is_accepted(project: Project, github: GitHubAPI) -> None:
    drift(project, BREAKING)
    entries = re.findall(r"\[\[allowed\]\]\n(?:\w.+\n)+", github.comments[0]["body"])
    entry = entries[0].replace('""', '"It is @fine."')
    project.write("spec/orchard.allowed.toml", "".join([entry, *entries[1:]]).replace('""', '"me"'))
    assert drift(project, BREAKING).code == 0
    body = github.comments[0]["body"]
    assert "<summary>Accepted, and not counted: " in body
    assert "@&#8203;fine" in body


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("pull_request", "somebody/client"),
        ("pull_request", None),  # a fork that was deleted
        ("push", REPOSITORY),
        ("workflow_run", REPOSITORY),
        ("schedule", REPOSITORY),
    ],
)
def test_others_get_the_summary_alone(
    name: str, head: object, project: Project, github: GitHubAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    event(project, monkeypatch, name, head)
    found = drift(project, BREAKING)
    assert found.code == 1 and "No comment: this is not a pull request of the" in found.err
    assert "Drift: breaking" in project.read("summary.md")
    assert not github.writes


def test_pull_request_target_is_refused(
    project: Project, github: GitHubAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    event(project, monkeypatch, "pull_request_target")
    found = drift(project, BREAKING)
    assert (found.code, "under pull_request_target" in found.err, found.out) == (2, True, "")
    project.write("probe.toml", "")
    assert project.run("probe", "probe.toml", "--comment").code == 2
    assert not github.writes and not (project.root / "summary.md").exists()


@pytest.mark.usefixtures("github")
@pytest.mark.parametrize("fault", ["token", "api", "event"])
def test_a_comment_that_cannot_be_written_changes_no_exit_code(
    fault: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    match fault:
        case "token":
            monkeypatch.setenv("GITHUB_TOKEN", "another")
        case "api":
            monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
        case _:
            project.write("event.json", "[")
    found = drift(project)
    assert (found.code, found.err.startswith("warning: no comment: ")) == (0, True), found
    assert "another" not in found.err and TOKEN not in found.err


def test_a_long_report_is_cut_after_a_summary(project: Project, github: GitHubAPI) -> None:
    names = [f"property_{number:04}" for number in range(2000)]
    lines = "".join(f"        {name}: {{type: string}}\n" for name in names)
    old = "        weight: {type: number}\n"
    assert old in ORCHARD
    project.replace(old, old + lines)
    drift(project, *[(f"{name}: {{type: string}}", f"{name}: {{type: integer}}") for name in names])
    body = github.comments[0]["body"]
    assert 40_000 < len(body) <= 65_536
    assert body.index("All 2000 changes can break") < 100 and "didn't fit here" in body


def test_several_clients_have_one_comment(project: Project, github: GitHubAPI) -> None:
    for name in ("pear", "plum"):
        project.configure(f'[tool.speclock.clients.{name}]\nspec = "spec/orchard.yaml"\n')
        project.configure('upstream = "upstream.yaml"\n')
    drift(project, BREAKING)
    (comment,) = github.comments
    start = "\n".join(f"- `{name}`: breaking: " for name in ("orchard", "pear", "plum"))
    assert re.sub("(: breaking: ).*", r"\1", comment["body"]).startswith(
        f"{MARKER}\n\n{start}\n\n# `"
    )
    assert comment["body"].count("## 🔴 Drift: breaking") == 3


EVIL = [
    "@team please", "#1", "GH-1", "https://evil.example", "www.evil.example", "--> out",
    "<!-- speclock drift -->", "</details><img src=x>", "[a](https://evil.example)", "![a](//e.x)",
    "```\\n@team\\n```", "`@team`", "| a | b |", "$$x$$", "1. one",
    "orchards/client#3", "\\u202eabc",
]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_text_of_a_description_stays_text(evil: str, project: Project, github: GitHubAPI) -> None:
    """In names, values and prose; GitHub's own links are made of text outside of code."""
    quoted = json.dumps(json.loads(f'"{evil}"'))
    old = f"{quoted}: {{type: string, description: {quoted}}}"
    number = "        weight: {type: number}\n"
    project.replace(number, f"{number}        {old}\n")
    changes = [
        (old, f"{quoted}: {{type: integer, description: a}}"),
        ("enum: [APPLE, PEAR, PLUM]", f"enum: [APPLE, PEAR, {quoted}]"),
        ('version: "1.0"', f"version: {quoted}"),
        ("operationId: baskets/list", f"operationId: baskets/list\n      description: {quoted}"),
    ]
    assert drift(project, *changes, more="--level none").code == 1
    body = github.comments[0]["body"].removeprefix(f"{MARKER}\n\n")
    assert body.startswith("## 🔴 Drift: breaking")
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(body)
    outside = re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)
    elements = "h2 h3 p strong em ul ol li details summary"
    assert {*re.findall(r"<(\W?\w+)", outside)} <= {
        *elements.split(),
        *re.findall("/\\w+", outside),
    }
    plain = re.sub(r"<[^>]*>", "", outside)
    assert not re.search(r"(?<!\w)@\w|#\d|GH-\d|https?://|www\.\w|<!|\u202e", plain), plain
