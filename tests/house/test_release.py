"""The workflow of a release, its notes, and the lines that install speclock.

No page leads to a package that is not this project.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from docs.tools import release_notes as writer
from docs.tools.install_lines import LINES, PATHS, written
from docs.tools.release_notes import main, release_notes
from generator.base.version import RELEASED, __version__
from tests.house.workflow_files import ROOT, read

WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
CHANGELOG = """\
# Changelog

## [Unreleased]

- Not yet.

## [1.10.0] - 2027-02-01

### Added

- A thing.

## [1.1.0] - 2027-01-01

- The first.

[1.1.0]: https://example.com/1.1.0
"""


@pytest.mark.parametrize(
    ("version", "notes"),
    [("1.10.0", "### Added\n\n- A thing.\n"), ("1.1.0", "- The first.\n")],
)
def test_the_notes_are_a_section(version: str, notes: str) -> None:
    assert release_notes(f"v{version}", version, CHANGELOG) == notes


@pytest.mark.parametrize(
    ("tag", "version", "changelog", "reason"),
    [
        ("v1.10.0", "1.1.0", CHANGELOG, "the tag is v1.10.0, but"),
        ("1.1.0", "1.1.0", CHANGELOG, "the tag is 1.1.0, but"),
        ("v1.1", "1.1", CHANGELOG, "## [1.1] - DATE"),
        ("v1.1.0", "1.1.0", CHANGELOG.replace("] - 2027-01-01", "]"), "## [1.1.0] - DATE"),
        ("v1.1.0", "1.1.0", CHANGELOG.replace("- The first.\n", ""), "## [1.1.0] - DATE"),
        ("v1.1.0", "1.1.0", CHANGELOG + CHANGELOG, "## [1.1.0] - DATE"),
        ("v1.1.0", "1.1.0", CHANGELOG.replace("[1.1.0] -", "[1x1.0] -"), "## [1.1.0] - DATE"),
    ],
)
def test_a_release_that_is_not_ready(tag: str, version: str, changelog: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        release_notes(tag, version, changelog)


def test_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changelog, notes = tmp_path / "CHANGELOG.md", tmp_path / "notes.md"
    monkeypatch.setattr(writer, "CHANGELOG", changelog)
    monkeypatch.setattr(writer, "REPOSITORY", "maker/speclock")
    changelog.write_text(f"# Changelog\n\n## [{__version__}] - 2027-01-01\n\n- é\n", "utf-8")
    assert main("v0", str(notes)).startswith("::error::the tag is v0, but ")
    assert not notes.exists()
    assert main(f"v{__version__}", str(notes)) == ""
    assert notes.read_text(encoding="utf-8") == "- é\n"


def test_a_release_has_an_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "REPOSITORY", "OWNER/x")
    assert "REPOSITORY in generator/base/version.py" in main(
        f"v{__version__}", str(tmp_path / "notes")
    )
    assert not (tmp_path / "notes").exists()


def test_the_changelog_has_headings_that_are_found() -> None:
    """The version in use is released, or all changes are under Unreleased."""
    text = writer.CHANGELOG.read_text(encoding="utf-8")
    assert "\n## [Unreleased]\n" in text or release_notes(f"v{__version__}", __version__, text)


def test_a_job_may_do_what_it_needs() -> None:
    jobs: dict[str, Any] = read(WORKFLOW)["jobs"]
    assert {name: job.get("permissions", {}) for name, job in jobs.items()} == {
        "build": {}, "test": {}, "publish": {"id-token": "write"}, "github": {"contents": "write"},
    }  # fmt: skip
    assert [jobs[name].get("needs") for name in jobs] == [None, "build", "test", "publish"]
    assert jobs["publish"]["environment"]["name"] == "pypi"
    assert not [step for step in jobs["publish"]["steps"] if "run" in step]


def test_only_what_was_tested_is_published() -> None:
    jobs: dict[str, Any] = read(WORKFLOW)["jobs"]
    for name in ("test", "publish", "github"):
        taken = [step["with"] for step in jobs[name]["steps"] if "download" in step.get("uses", "")]
        assert {"name": "dist", "path": "dist"} in taken
    for name in ("publish", "github"):
        used = [step["uses"].partition("@")[0] for step in jobs[name]["steps"] if "uses" in step]
        assert "actions/checkout" not in used


def test_the_site_is_published_by_a_job_that_only_publishes() -> None:
    jobs: dict[str, Any] = read(WORKFLOW.with_name("site.yml"))["jobs"]
    assert {name: job.get("permissions", {}) for name, job in jobs.items()} == {
        "build": {}, "publish": {"pages": "write", "id-token": "write"},
    }  # fmt: skip
    assert [step.get("run") for step in jobs["build"]["steps"]][2] == "make docs"
    (uploaded,) = (step["with"] for step in jobs["build"]["steps"] if "pages" in str(step))
    assert uploaded == {"path": "build/docs"}
    assert jobs["publish"]["needs"] == "build"
    (step,) = jobs["publish"]["steps"]
    assert step["uses"].startswith("actions/deploy-pages@")
    address = jobs["publish"]["environment"]["url"]
    assert address == f"${{{{ steps.{step['id']}.outputs.page_url }}}}"


# ── the lines that install it ────────────────────────────────────────────────────────────────────

SHOWN = [
    *PATHS,
    *(ROOT / name for name in ("action.yml", ".pre-commit-hooks.yaml", "Makefile")),
    *(
        path
        for folder in (".github", ".ci", "templates", "generator")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ),
]
INSTALL = r"\b(?:uvx|uv run|(?:pip3?|pipx|uv|poetry|pdm|conda)(?: tool| pip)? (?:install|add|run))"
NAMED = re.compile(
    rf"{INSTALL}\s(?:[^\n|;&`#]*[ \t])?"
    r"[\"']?speclock(?:\[[\w,]*\])?(?:[=<>~!@][^\n]*)?[\"'`]?(?=\s|$)"
)
"""A command that gets ``speclock`` by its name."""
ELSEWHERE = re.compile(r"uvx --from \S*/\S+ speclock\b")
"""The same words for a package from elsewhere."""


def by_name(text: str) -> list[str]:
    return NAMED.findall(ELSEWHERE.sub("", text))


def test_each_line_is_on_a_page_and_changes_with_a_release() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PATHS]
    for words in LINES.values() if RELEASED else LINES:
        assert any(words in text for text in texts), words
    assert [written(written(text, released=not RELEASED)) for text in texts] == texts
    assert not [text for text in texts if "path/to/speclock" in written(text, released=True)]


@pytest.mark.parametrize("name", ["README.md", "docs/index.md", "docs/getting-started.md"])
def test_the_first_pages_install_it(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    (line,) = [line for line in LINES if line.startswith("`")]
    for words in ("uv tool install path/to/speclock", line):
        assert written(words) in text


@pytest.mark.skipif(RELEASED, reason="the name is ours")
def test_nothing_installs_the_name_from_an_index() -> None:
    assert {path: c for path in SHOWN if (c := by_name(path.read_text(encoding="utf-8")))} == {}
