"""The pages for users: their examples run, and the commands, settings and links in them exist."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml

from docs.tools import pictures
from docs.tools.__main__ import outdated
from generator.project.cli.parser import COMMANDS
from generator.project.settings_file import read_settings
from tests.house.test_code_blocks import PAGES, CodeBlock, check_command, saved_files
from tests.house.test_code_blocks import blocks as code_blocks
from tests.house.test_workflows import schema_errors
from tests.support.command import ROOT, python, speclock

pytestmark = pytest.mark.slow

DOCS = ROOT / "docs"
START, DRIFT = DOCS / "getting-started.md", DOCS / "drift-in-ci.md"


def blocks(page: Path, language: str = "") -> list[CodeBlock]:
    found = code_blocks(page.read_text(encoding="utf-8"))
    return [block for block in found if language in ("", block.language)]


def test_what_to_do_when_the_server_differs(tmp_path: Path) -> None:
    """The code of the page, and the overlay after it."""
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    section = page.partition("## When the server doesn't do what is described")[2]
    (tmp_path / "section.md").write_text(section.partition("\n## ")[0], encoding="utf-8")
    code, overlay = blocks(tmp_path / "section.md")
    program = f"""
import httpx
from pinterest_audiences.models import AudienceCreateRequest, AudienceRule
answer = {{"id": "1", "size": "7", "new": 1}}
server = httpx.MockTransport(lambda _: httpx.Response(201, json=answer))
account = "1"
request = AudienceCreateRequest(audience_type="VISITOR", name="x", rule=AudienceRule())
{code.text}
try:
    tested.audiences.create(account, request)
except Exception as error:
    print(type(error).__name__)
"""
    done = python(ROOT, "-W", "error", "-c", program, path=[ROOT / "generated"])
    reported = [
        "audiences.create response/status/success/added ",
        "audiences.create response/schema/type/changed /size",
        "audiences.create response/schema/property/added /new",
    ]
    expected = [*reported, *reported, "201 application/json 29 True", "ResponseError", ""]
    assert sorted(done.out.split("\n")) == sorted(expected), done.err
    (tmp_path / "fixes.yaml").write_text(overlay.text, encoding="utf-8")
    shutil.copy(ROOT / "spec" / "pinterest-audiences.yaml", tmp_path / "spec.yaml")
    outcome = speclock(
        tmp_path, "generate", "--spec", "spec.yaml", "--overlay", "fixes.yaml",
        "--package", "changed", "--output", "out",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    models = (tmp_path / "out" / "changed" / "models.py").read_text(encoding="utf-8")
    assert "size: str | None" in models


def test_recorded_traffic(tmp_path: Path) -> None:
    """The code of the page: a recording, its comparison, and the tests of cassettes."""
    record, recipe = blocks(ROOT / "docs" / "traffic.md", "python")
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    shutil.copytree(ROOT / "generated", tmp_path / "generated")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "recordings").mkdir()
    (tmp_path / "cassettes").mkdir()
    for name, answer in (("good", {"id": "1"}), ("stale", {"id": "1", "type": 7, "extra": 1})):
        program = f"""
import httpx
from pinterest_audiences.models import AudienceCreateRequest, AudienceRule
server = httpx.MockTransport(lambda _: httpx.Response(200, json={answer}))
account = "1"
request = AudienceCreateRequest(audience_type="VISITOR", name="x", rule=AudienceRule())
{record.text.replace("from speclock", "from generator")}
"""
        python(tmp_path, "-W", "error", "-c", program, path=["generated", ROOT])
        recording = tmp_path / "recordings" / "staging.ndjson"
        shutil.move(recording, tmp_path / "cassettes" / f"{name}.yaml")
    outcome = speclock(tmp_path, "drift", "--traffic", "cassettes", "--fail-on", "risk")
    assert outcome.code == 1
    assert "risk: 1 of 2 deviations is a risk to audiences/create" in outcome.out
    test = recipe.text.replace("from speclock", "from generator")
    test = test.replace("check_traffic(cassette)", "check_traffic(cassette, fail_on='safe')")
    (tmp_path / "test_cassettes.py").write_text(test, encoding="utf-8")
    words = ("-q", "-pno:cacheprovider", "-pno:asyncio", "--rootdir", ".", "-c", os.devnull)
    run = python(tmp_path, "-m", "pytest", *words, "test_cassettes.py", code=1, path=[ROOT])
    assert "1 failed, 1 passed" in run.out
    assert "test_the_cassette_is_current[stale]" in run.out
    assert "the member extra, which isn't described" in run.out


# ── getting started ──────────────────────────────────────────────────────────────────────────────


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash isn't here")
def test_getting_started_works_from_top_to_bottom(tmp_path: Path) -> None:
    programs, folder = tmp_path / "bin", tmp_path / "empty"
    programs.mkdir()
    folder.mkdir()
    source, python = shlex.quote(str(ROOT)), shlex.quote(sys.executable)
    program(programs / "speclock", f'PYTHONPATH={source} exec {python} -m generator "$@"')
    program(programs / "python", f'exec {python} -W error "$@"')
    program(programs / "gh", 'echo "gh $*"; git diff --stat HEAD~1')
    names = {
        f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **names, "PATH": path, "PYTEST_ADDOPTS": "-pno:asyncio"}

    def run(text: str) -> str:
        done = subprocess.run(
            ["bash", "-euc", text], cwd=folder, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        return done.stdout

    said: list[str] = []
    with_pip, with_uv, *scripts = [block.text for block in blocks(START, "sh")]
    assert (
        "pip install" in with_pip and "uv pip install" in with_uv
    )  # test_first_lines.py runs them
    (folder / ".venv").mkdir()
    (folder / ".venv" / "pyvenv.cfg").touch()
    for name, text in saved_files(START).items():
        (folder / name).write_text(text, encoding="utf-8")
    for text in scripts:
        if text.startswith("speclock update"):  # the release that the page speaks of
            description = (folder / "bookshop.yaml").read_text(encoding="utf-8")
            new = description.replace('"1.4"', '"1.5"').replace(
                "copies: {type: integer}\n",
                "copies: {type: integer}\n        sent: {type: boolean}\n",
            )
            (folder / "bookshop.yaml").write_text(new, encoding="utf-8")
        said.append(run(text))
    started, _, tested, looked, added, updated = said
    assert re.search(r"^\d+ passed", tested, re.MULTILINE)
    assert "orders/place  POST    /orders  orders  Order a book" in looked
    assert "models.OrderRequest" in looked
    assert started.endswith("A-17\n2\n")
    assert "prints `A-17`, the description's example, and `2`" in START.read_text("utf-8")
    assert "added to bookshop: books/list" in added and "bookshop: up to date" in added
    assert "safe" in updated and "version 1.4 → 1.5" in updated
    assert "gh pr create --fill" in updated and "generated/bookshop/models.py" in updated
    assert "sent: Opt[bool]" in (folder / "generated/bookshop/models.py").read_text(
        encoding="utf-8"
    )
    table = re.findall(r"^\| `([^`]+)` \|", START.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(table) == 7
    for name in table:
        assert (folder / name).exists(), name
        assert name.rstrip("/") in started or name.endswith("lock")
    committed = run("git ls-files\n")
    assert "__pycache__" not in committed and ".venv" not in committed
    *_, settings = blocks(START, "toml")
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(settings.text)
    (folder / "tests").mkdir()
    (folder / "tests" / "conftest.py").touch()
    shutil.move(folder / "test_shop.py", folder / "tests" / "test_orders.py")
    assert (folder / "generated" / "tests" / "bookshop" / "test_orders.py").exists()
    assert re.search(r"^\d+ passed", run("python -m pytest --quiet\n"), re.MULTILINE)
    assert "no issues found in 3 source files" in run("python -m mypy --strict .\n")
    assert "All checks passed" in run("python -m ruff check .\n")
    assert "bookshop: up to date" in run("python -m ruff format .\nspeclock check\n")


# ── drift in CI ──────────────────────────────────────────────────────────────────────────────────


def workflows_shown() -> list[str]:
    return [block.text for block in blocks(DRIFT, "yaml") if "\njobs:" in block.text]


def test_the_workflow_shown_fits_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "workflow.yml"
    for text in workflows_shown():
        path.write_text(text, encoding="utf-8")
        assert schema_errors("github-workflows", path) == ""


def test_the_action_has_the_inputs_shown() -> None:
    jobs = [*chain(*(yaml.safe_load(text)["jobs"].values() for text in workflows_shown()))]
    known = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"].keys()
    steps = chain(*(job["steps"] for job in jobs))
    given = [one["with"].keys() for one in steps if "speclock@" in one["uses"]]
    assert len(given) == 3
    assert all(keys <= known for keys in given)
    page = DRIFT.read_text(encoding="utf-8")
    table = page.partition("| input |")[2].partition("\n\n")[0]
    assert {
        *re.findall(r"`([\w-]+)`", re.sub(r"\|[^|]*\|[^|]*\|$", "", table, flags=re.MULTILINE))
    } == known


def test_the_hooks_shown_are_there(tmp_path: Path) -> None:
    (text,) = (block.text for block in blocks(DRIFT, "yaml") if block.text.startswith("repos:"))
    path = tmp_path / ".pre-commit-config.yaml"
    path.write_text(text, encoding="utf-8")
    assert python(ROOT, "-m", "pre_commit", "validate-config", path).out == ""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (repo,) = yaml.safe_load(text)["repos"]
    assert [hook["id"] for hook in repo["hooks"]] == [hook["id"] for hook in hooks]


# ── every page ───────────────────────────────────────────────────────────────────────────────────


def test_pages_are_as_their_sources() -> None:
    assert [*outdated()] == [], "To fix: python -m docs.tools"


@pytest.mark.parametrize(
    "page", ["CONTRIBUTING", "architecture", "add-a-schema-keyword", "add-a-drift-rule"]
)
def test_files_that_a_page_for_contributors_names_exist(page: str) -> None:
    (path,) = (path for path in PAGES if path.stem == page)
    named = re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?)`", path.read_text(encoding="utf-8"))
    assert named
    bases = (ROOT, ROOT / "generator", path.parent)
    assert [name for name in named if not any((base / name).exists() for base in bases)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_settings_shown_are_valid(page: Path, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    for block in blocks(page, "toml"):
        if "speclock" not in tomllib.loads(block.text).get("tool", {}):
            continue  # an allow-list, or settings of another tool
        path.write_text(block.text, encoding="utf-8")
        assert read_settings(path).clients


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_in_the_text_are_valid(page: Path) -> None:
    """Those in code blocks: tests/house/test_code_blocks.py."""
    for words in re.findall(r"`speclock ([^`]+)`", page.read_text(encoding="utf-8")):
        name, *arguments = shlex.split(words)
        assert name in COMMANDS or name in ("COMMAND", "--version")
        if arguments and name in COMMANDS:
            check_command([name, *arguments])


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_have_targets(page: Path) -> None:
    for target, heading in re.findall(r"\]\(([^)#]*)(?:#([^)]+))?\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        path = page.parent / target if target else page
        assert path.exists(), target
        headings = re.findall(
            r"^#+ (.+)$", path.read_text("utf-8") if heading else "", re.MULTILINE
        )
        assert not heading or heading in map(anchor, headings), heading


def test_the_report_has_the_changes_that_its_picture_shows(tmp_path: Path) -> None:
    text = re.sub(r"<[^>]+>", "", pictures.report(tmp_path).read_text(encoding="utf-8"))
    assert "1 of 2 changes can break audiences/create." in text
    assert "AudienceType: enum lost ACTALIKE and gained ACTALIKE_V2" in text
    assert "ObjectiveType: enum gained LEADS" in text
