"""What a first user meets: the pages, the output of commands, and the remedies in it."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import tomllib
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from generator.base.printable import printable
from generator.watch.changes import allowlist
from generator.watch.changes.change import Change, Report, Side, Verdict
from generator.watch.changes.formats import FORMATS
from tests.house.test_code_blocks import CodeBlock
from tests.house.test_code_blocks import blocks as code_blocks
from tests.support.command import ROOT, python, speclock
from tests.support.project import FIG, Project, make_project, new_farm
from tests.watch.drift.orchard import GONE, SPEC, write_allow_list
from tests.watch.drift.reports import on_the_wire, with_changes

DOCS = ROOT / "docs"
pytestmark = pytest.mark.slow


def blocks(page: Path, language: str) -> list[CodeBlock]:
    found = code_blocks(page.read_text(encoding="utf-8"))
    return [block for block in found if block.language == language]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose upstream lacks a value that the client may send."""
    project = make_project(tmp_path / "project", SPEC, upstream="upstream.yaml")
    project.write("upstream.yaml", GONE)
    return project


def test_the_commands_print_what_is_shown(tmp_path: Path) -> None:
    (code,), (_, commands, _), (_, shown) = (
        blocks(ROOT / "README.md", name) for name in ("python", "sh", "text")
    )
    (tmp_path / "call.py").write_text(code.text, encoding="utf-8")
    *lines, call = commands.text.splitlines()
    assert call == "PYTHONPATH=generated python call.py"
    lines = [line for line in lines if line.startswith("speclock ")]
    printed = "".join(speclock(tmp_path, *line.split()[1:]).out for line in lines)
    printed += python(tmp_path, "-W", "error", "call.py", path=["generated"]).out
    assert re.fullmatch(re.escape(shown.text).replace("…", "(?s:.+)"), printed)


def test_the_first_screen_of_the_site_is_that_of_the_readme() -> None:
    """Its code, and what that prints: the test above runs it."""
    (code,), (report, shown) = (blocks(ROOT / "README.md", name) for name in ("python", "text"))
    page = code_blocks((DOCS / "index.md").read_text(encoding="utf-8"))
    program, printed, report_of_page = next(page), next(page), next(page)
    assert program.text == code.text
    assert shown.text.endswith(f"\n{printed.text}")
    assert report.text == report_of_page.text


def test_logs_headers_and_time_outs() -> None:
    page = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("errors.md", "calls.md"))
    names = (
        "Log requests",
        "Proxy",
        "A header for all calls, and for one",
        "Default time-outs",
        "404",
    )
    parts = [
        re.search(rf"^##+ {name}\n(.*?)^##+ ", page, re.DOTALL | re.MULTILINE) for name in names
    ]
    code = [next(code_blocks(part[1])).text for part in parts if part]
    assert len(code) == len(names)
    program = f"""
import httpx
from pinterest_audiences import Options, Pinterest
from pinterest_audiences.models import AudienceCreateRequest, AudienceRule

def answer(request):
    headers, times = request.headers, request.extensions["timeout"]
    print(headers.get("x-team"), headers.get("x-trace"), times["read"])
    return httpx.Response(200 if "x-team" in headers or times["read"] == 2 else 404, json={{}})
httpx.HTTPTransport = lambda **_: httpx.MockTransport(answer)
class Pinterest(Pinterest):
    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **{{"transport": httpx.HTTPTransport(), **settings}})
account = "1"
request = AudienceCreateRequest(audience_type="VISITOR", name="x", rule=AudienceRule())
{"".join(code)}
Pinterest("token").audiences.create(account, request)
"""
    done = python(ROOT, "-W", "error", "-c", program, path=[ROOT / "generated"], code=1)
    assert done.out == "shop 7 30.0\nNone None 2\nNone None 10\nNone None 30.0\n"
    assert done.err.count("INFO:httpx:HTTP Request: POST https://api.pinterest.com/v5/") == 4


@pytest.mark.parametrize(
    "words", ["log requests", "proxy", "header for all calls", "default time-outs", "404",
              "compared with"],
)  # fmt: skip
def test_a_heading_is_what_people_search(words: str) -> None:
    """The search of the site finds a heading of at most twice the length, and no number alone."""
    pages = ("calls", "errors", "works-with", "index")
    texts = [(DOCS / f"{page}.md").read_text(encoding="utf-8").lower() for page in pages]
    headings = [one for text in texts for one in re.findall("^#+ (.+)$", text, re.MULTILINE)]
    assert any(words in one and len(one) <= 2 * len(words) for one in headings)


@pytest.mark.parametrize("words", ["fastapi lifespan", "fastapi dependency", "django", "celery"])
def test_a_page_has_the_words_that_people_search(words: str) -> None:
    page = (DOCS / "works-with.md").read_text(encoding="utf-8").lower()
    assert all(word in page for word in words.split())


@pytest.mark.parametrize(
    "words",
    [("drift",), ("drift", "--revision", "{}/upstream.yaml"), ("update", "--dry-run")],
)
def test_paths_are_relative_to_the_project(project: Project, words: tuple[str, ...]) -> None:
    project.generate()
    reports = [
        speclock(project.root / folder, *(word.format(up) for word in words)).out
        for folder, up in (("", "."), ("spec", ".."))
    ]
    assert "spec/orchard.yaml" in reports[0]
    assert reports[0] == reports[1]


@pytest.mark.parametrize("columns", [64, 80, 120])
def test_lines_of_show_fit_the_terminal(
    columns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "a column of text that is as wide as a table " * 3
    example = ROOT / "generator" / "project" / "services" / "bookshop.yaml"
    text = example.read_text(encoding="utf-8").replace(
        "{name: genre,", f"{{name: genre, description: {words},"
    )
    (tmp_path / "api.yaml").write_text(text.replace("note:", "a_long_name_of_a_member:"), "utf-8")
    outputs = [
        speclock(tmp_path, "show", one, "api.yaml").out for one in ("books/list", "orders/place")
    ]
    monkeypatch.setenv("COLUMNS", str(columns))
    for operation, before in zip(("books/list", "orders/place"), outputs, strict=True):
        shown = speclock(tmp_path, "show", operation, "api.yaml").out
        assert max(map(len, shown.splitlines())) <= columns
        assert re.sub(r"[\s,]", "", shown) == re.sub(r"[\s,]", "", before)


def test_a_report_has_the_entry_that_allows_a_change(project: Project) -> None:
    text = project.run("drift").out
    assert "Or allow a change: add its entry `[[allowed]]` to `spec/orchard.allowed.toml`" in text
    entry = text[text.index("\n[[allowed]]\n") :]
    annotation, _, _ = project.run("drift", "--format", "github").out.partition("\n")
    html = unescape(project.run("drift", "--format", "html").out)
    for shown in (project.run("drift", "--format", "markdown").out, html):
        assert entry.strip() in shown
    assert entry.strip() in annotation.replace("%0A", "\n")
    write_allow_list(project, entry)
    assert "reason is empty" in project.refuses("drift")
    write_allow_list(project, entry.replace('""', '"seen"'))
    assert project.run("drift").code == 0
    assert "[[allowed]]" not in project.run("drift").out


HOSTILE = (
    '"',
    "\\",
    "'''",
    "`" * 9,
    "##[error]",
    "\n::error::",
    "\x7f\x1b[2J\u202e",
    "\ud800",
    "é😀",
)


@pytest.mark.parametrize("words", [*HOSTILE, "x" * 1000])
def test_an_entry_is_toml_whatever_the_description_contains(words: str) -> None:
    verdict = Verdict("request/schema/enum/value-removed", "request", "breaking", ("op",))
    change = Change((verdict,), ("op",), "", f"lost {words}", "", "", None, None, "0" * 12)
    side = Side("api.yaml", "", "", "")
    report = Report("client", side, side, ("op",), (change,), steps=("Allow it.",))
    report = replace(report, entries=allowlist.proposals(report, dt.date(2026, 1, 1)))
    shown = FORMATS["text"](report)
    block = re.search(
        r"^(`+)toml\n(.*?)^\1$", FORMATS["markdown"](report), re.DOTALL | re.MULTILINE
    )
    assert block
    for entry in (shown[shown.index("[[allowed]]") :], block[2]):
        (allowed,) = tomllib.loads(entry)["allowed"]
        assert allowed["change"].startswith("lost ")
        assert allowed["expires"] == dt.date(2026, 6, 30)
    assert printable(shown) == shown


def test_a_long_report_lists_the_gravest_changes() -> None:
    report = with_changes(*[on_the_wire("safe", "a")] * 41, on_the_wire("risk", "b"))
    shown = FORMATS["text"](report)
    assert shown.count("fingerprint") == 1
    assert "41 changes are not listed (safe 41). `--level safe` lists all." in shown


def test_verify_prints_the_upgrade_of_the_original_that_it_was_given(
    shared_folder: Path, tmp_path: Path
) -> None:
    farm = new_farm(shared_folder, tmp_path / "both")
    farm.maker.describe(FIG)
    found = farm.run("verify", "fruit", "--from", "../maker/generated/orchard", code=1)
    command = found.err.partition("To see what changes: speclock ")[2]
    upgrade = farm.run(*shlex.split(command), code=1)
    assert "Kind.FIG" in upgrade.out and not upgrade.err


@pytest.mark.parametrize(
    ("rule", "other"),
    [("api/server/main/changed", 0), ("api/server/main/added", 1)],
)
def test_explain_names_the_command_of_an_update(tmp_path: Path, rule: str, other: int) -> None:
    shown = speclock(tmp_path, "explain", rule).out
    assert "Run `speclock update`, and review" in shown
    assert shown.count("The other way round: ") == other
