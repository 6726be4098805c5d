"""The documentation site: it builds without warnings, is complete, and needs no other host."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

import generator
from tests.drift import browser

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REPOSITORY = "https://github.com/OWNER/speclock/blob/main/"
CAPTIONS = ["Tutorial", "How-to guides", "Reference", "Explanation", "Contributing"]
PAGES = sorted(page.stem for page in DOCS.glob("*.md"))
WIDE = """[...document.querySelectorAll('article *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1
        && !one.closest('.table-wrapper, .highlight, .sig'))
    .map(one => one.outerHTML.slice(0, 100))"""
"""The elements that reach over the edge of the window, outside a box that scrolls."""


def build(docs: Path, out: Path) -> str:
    """Build the site as `make docs` does; what is wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-E", "-W", "--keep-going", "-n", "-q",
         "-d", f"{out}-trees", docs, out],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert bool(done.returncode) == bool(done.stderr), done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site."""
    out = tmp_path_factory.mktemp("site") / "html"
    assert build(DOCS, out) == ""
    return out


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Tab]:
    """A tab of a browser that lives as long as these tests."""
    binary = browser.program()
    if binary is None:
        pytest.skip("no Chromium: install chromium, or set SPECLOCK_CHROMIUM to a browser")
    with browser.opened(binary, tmp_path_factory.mktemp("profile")) as tab:
        yield tab


class _Page(HTMLParser):
    """The links of a page, its ids, and what a browser loads with it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.ids += [known["id"]] if "id" in known else []
        if tag == "a":
            self.links.append(known.get("href", ""))
        else:
            self.loaded += [
                known[name] for name in ("src", "srcset", "href", "data") if name in known
            ]
        assert tag != "img" or known["alt"].strip(), known


@cache
def read(path: Path) -> _Page:
    """Return a page of the site."""
    return _Page(path.read_text(encoding="utf-8"))


def elsewhere(text: str) -> list[str]:
    """Return the addresses of other hosts that a page or a style sheet loads."""
    loaded = _Page(text).loaded + re.findall(r"(?:@import|url\()\s*[\"']?([^\"')\s]+)", text)
    return [url for url in loaded if re.match(r"(?:https?:)?//", url)]


# ── the build ────────────────────────────────────────────────────────────────────────────────────


FAULTS = {
    "[a](missing.md)": "cross-reference target not found: 'missing.md'",
    "[a](#no-heading)": "cross-reference target not found: 'no-heading'",
    "[a](index.md#no-section)": "local id not found in doc 'index': 'no-section'",
    "![a](pictures/missing.svg)": "image file not readable: pictures/missing.svg",
    "#### A\n": "Non-consecutive header level increase",
    "```{eval-rst}\n.. autofunction:: speclock.missing\n```": "failed to import 'missing'",
    "```{eval-rst}\n:py:class:`speclock.Missing`\n```": "target not found: speclock.Missing",
    "```{no-directive}\n```": "Unknown directive type: 'no-directive'",
}
"""What the build must complain of, with the words of the complaint."""


def test_each_fault_fails(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    shutil.copytree(DOCS, docs, ignore=shutil.ignore_patterns("*.md"))
    (tmp_path / "generator").symlink_to(ROOT / "generator")
    (docs / "index.md").write_text("# A\n\n> B\n\n## C\n\n- [D](page.md): E\n", encoding="utf-8")
    (docs / "page.md").write_text("# Page\n\n" + "\n\n".join(FAULTS), encoding="utf-8")
    (docs / "other.md").write_text("# Not in the navigation\n", encoding="utf-8")
    said = build(docs, tmp_path / "out")
    for complaint in [*FAULTS.values(), "document isn't included in any toctree"]:
        assert complaint in said
    assert said.count("WARNING") == len(FAULTS) + 1


# ── the pages ────────────────────────────────────────────────────────────────────────────────────


def test_the_navigation_has_every_page_under_a_caption(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    tree = text.partition('<div class="sidebar-tree">')[2].partition("</div>")[0]
    assert re.findall(r'class="caption-text">([^<]+)<', tree) == CAPTIONS
    assert sorted(Path(link).stem for link in _Page(tree).links) == [
        page for page in PAGES if page != "index"
    ]


def test_links_have_targets(site: Path) -> None:
    """Those of the pages, some of which Sphinx doesn't read, and of their Markdown."""
    for page in PAGES:
        this = read(site / f"{page}.html")
        for link in this.links:
            path, _, anchor = unquote(link).partition("#")
            if path.startswith(REPOSITORY):
                assert (ROOT / path.removeprefix(REPOSITORY)).exists(), link
            elif not re.match(r"https?:", path):
                target = site / path if path else site / f"{page}.html"
                assert target.is_file(), link
                assert not anchor or target.suffix != ".html" or anchor in read(target).ids, link
        for link in re.findall(r"\]\(([^)#]+)", (site / f"{page}.md").read_text(encoding="utf-8")):
            inside = link.removeprefix(REPOSITORY)
            path = (ROOT if link.startswith(REPOSITORY) else site) / inside
            assert "://" in inside or path.exists(), link


def test_pages_whose_text_is_elsewhere(site: Path) -> None:
    for name, path in (("contributing", ".github/CONTRIBUTING.md"), ("changelog", "CHANGELOG.md")):
        headings = re.findall(r"^## .+$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
        assert re.findall(r"^## .+$", (site / f"{name}.md").read_text("utf-8"), re.MULTILINE)
        shown = (site / f"{name}.html").read_text(encoding="utf-8")
        assert shown.count("<h2>") == len(headings)
        link = re.findall(r"\]\(([^)]+)\)", (DOCS / f"{name}.md").read_text(encoding="utf-8"))
        assert link == [f"../{path}"]


def test_every_public_name_has_its_reference(site: Path) -> None:
    documented = {
        name for name in read(site / "api.html").ids if re.fullmatch(r"speclock\.\w+", name)
    }
    assert documented == {f"speclock.{name}" for name in generator.__all__} - {
        "speclock.__version__"
    }


def test_signatures_are_read_as_python(site: Path) -> None:
    """One that isn't is shown as its text, with `~` before the names of types."""
    text = (site / "api.html").read_text(encoding="utf-8")
    assert "progress" in text
    assert not re.findall(r"~\w|&lt;function|&lt;factory|object at 0x", text)


def test_the_reference_is_text_too(site: Path) -> None:
    text = (site / "api.md").read_text(encoding="utf-8")
    assert text.startswith("Python API reference\n====")
    assert "\nErrors\n------\n" in text
    assert "eval-rst" not in text
    assert "speclock.check(\n   settings: Settings,\n   *,\n   full: bool = False,\n" in text


def test_llms_txt(site: Path) -> None:
    """https://llmstxt.org: a heading, a summary, and sections with lists of links."""
    text = (site / "llms.txt").read_text(encoding="utf-8")
    heading, summary, *sections = text.removesuffix("\n").split("\n\n")
    assert heading == "# speclock"
    assert all(line.startswith("> ") for line in summary.splitlines())
    assert sections[::2] == [f"## {caption}" for caption in CAPTIONS]
    entries = [line for section in sections[1::2] for line in section.splitlines()]
    found = [re.fullmatch(r"- \[[^\]]+\]\(([\w-]+)\.md\): \w.+", entry) for entry in entries]
    assert sorted(match[1] for match in found if match) == [one for one in PAGES if one != "index"]
    assert len(entries) == len(PAGES) - 1


# ── other hosts ──────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    files = [path for kind in ("html", "css", "svg") for path in site.rglob(f"*.{kind}")]
    assert len(files) > len(PAGES)
    assert {path.name: elsewhere(path.read_text(encoding="utf-8")) for path in files} == {
        path.name: [] for path in files
    }


def test_what_is_loaded_from_elsewhere_is_found() -> None:
    for text in (
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/x.css">',
        '@import "https://fonts.example/x.css";',
        "a { background: url(https://a.example/x.png) }",
    ):
        assert len(elsewhere(text)) == 1, text


# ── in a browser ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.nightly
def test_a_phone_shows_the_pages_without_scrolling_sideways(site: Path, tab: browser.Tab) -> None:
    for page in PAGES:
        tab.open(site / f"{page}.html", width=390)
        assert tab.run("document.documentElement.scrollWidth") == 390, page
        assert tab.run(WIDE) == [], page
        assert {url.partition(":")[0] for url in tab.requests()} <= {"file", "data"}


@pytest.mark.nightly
def test_a_phone_shows_the_descriptions_of_settings(site: Path, tab: browser.Tab) -> None:
    """The column of the keys is at most 40 % of the width, and the last column is on the screen."""
    tab.open(site / "configuration.html", width=390)
    columns = tab.run(
        "[...document.querySelectorAll('table.docutils')]"
        ".map(table => [...table.rows[1].cells].map(cell => cell.getBoundingClientRect()))"
        ".filter(cells => cells.length == 4)"
        ".map(cells => [cells[0].width, cells[3].left, cells[3].right])"
    )
    assert len(columns) == 5
    for keys, left, right in columns:
        assert keys <= 0.4 * 390
        assert (390 - left) / (right - left) > 0.9


@pytest.mark.nightly
def test_the_search_works_from_a_folder(site: Path, tab: browser.Tab) -> None:
    tab.open(site / "index.html")
    tab.run("document.querySelector('.sidebar-search').focus()")
    for letter in "idempotency":
        tab.press(letter, ord(letter.upper()))
    tab.run("document.querySelector('.sidebar-search').form.submit()")
    tab.wait_for("Page.loadEventFired")
    found = tab.run(
        """new Promise(done => {
            const look = () => {
                const summary = document.querySelector('.search-summary')?.innerText || '';
                if (!summary.includes('finished')) return setTimeout(look, 50);
                done([...document.querySelectorAll('#search-results li a')].map(a => a.href));
            };
            look();
        })"""
    )
    pages = {Path(url.partition("#")[0].partition("?")[0]).name for url in found}
    assert {"using-a-client.html", "api.html"} <= pages
    assert {url.partition(":")[0] for url in tab.requests()} <= {"file", "data"}
