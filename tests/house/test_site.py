"""The documentation site: it builds without warnings, is complete, and needs no other host."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

import generator
from generator.base.version import REPOSITORY, SITE
from tests.house.test_page_lengths import navigation
from tests.watch.drift import browser

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FILES = f"https://github.com/{REPOSITORY}/blob/main/"
CAPTIONS = ["Guide", "Further tasks", "Reference", "Developing speclock"]
RESULTS = """new Promise(resolve => {
    const read = () => {
        const summary = document.querySelector('#search-results .search-summary');
        if (!summary || !summary.textContent.includes('finished')) return setTimeout(read, 20);
        const links = document.querySelectorAll('#search-results ul.search > li > a');
        resolve([...links].map(link => link.pathname));
    };
    read();
})"""
"""The pages of the results of a search, best first."""
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
    out = tmp_path_factory.mktemp("site") / "html"
    assert build(DOCS, out) == ""
    return out


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Tab]:
    binary = browser.program()
    if binary is None:
        pytest.skip("no Chromium: install chromium, or set SPECLOCK_CHROMIUM to a browser")
    with browser.opened(binary, tmp_path_factory.mktemp("profile")) as tab:
        yield tab


class _Page(HTMLParser):
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
    return _Page(path.read_text(encoding="utf-8"))


def elsewhere(text: str) -> list[str]:
    loaded = _Page(text).loaded + re.findall(r"(?:@import|url\()\s*[\"']?([^\"')\s]+)", text)
    return [url for url in loaded if re.match(r"(?:https?:)?//", url)]


# ── the build ────────────────────────────────────────────────────────────────────────────────────


# ── the pages ────────────────────────────────────────────────────────────────────────────────────


def test_the_navigation_has_every_page_under_a_caption(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    tree = text.partition('<div class="sidebar-tree">')[2].partition("</div>")[0]
    assert re.findall(r'class="caption-text">([^<]+)<', tree) == CAPTIONS
    assert sorted(Path(link).stem for link in _Page(tree).links) == [
        page for page in PAGES if page != "index"
    ]


def test_pages_for_developers_are_last_in_the_navigation(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    _, *parts = text.partition('<div class="sidebar-tree">')[2].split('class="caption-text">')
    pages = [[Path(link).stem for link in _Page(part).links] for part in parts]
    pages[-1] = [Path(link).stem for link in _Page(parts[-1].partition("</div>")[0]).links]
    assert dict(zip(CAPTIONS, pages, strict=True)) == navigation()


def test_links_have_targets(site: Path) -> None:
    """Those of the pages, some of which Sphinx doesn't read, and of their Markdown."""
    for page in PAGES:
        this = read(site / f"{page}.html")
        for link in this.links:
            path, _, anchor = unquote(link).partition("#")
            if path.startswith(FILES):
                file = path.removeprefix(FILES).partition("?")[0]
                assert (ROOT / file).exists(), link
            elif not re.match(r"https?:", path):
                target = site / path if path else site / f"{page}.html"
                assert target.is_file(), link
                assert not anchor or target.suffix != ".html" or anchor in read(target).ids, link
        for link in re.findall(r"\]\(([^)#]+)", (site / f"{page}.md").read_text(encoding="utf-8")):
            inside = link.removeprefix(FILES)
            path = (ROOT if link.startswith(FILES) else site) / inside
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
    assert text.startswith("The Python API\n====")
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


# ── previews ─────────────────────────────────────────────────────────────────────────────────────


class _Head(HTMLParser):
    """The properties and names of a page's ``<meta>``, and the icon."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.icon = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta":
            key = values.get("property", values.get("name", ""))
            self.meta[key] = values.get("content", "")
        if tag == "link" and "icon" in values["rel"].split():
            self.icon = values["href"]


def test_each_page_has_a_summary_of_its_own_and_a_card(site: Path) -> None:
    heads = {page: _Head((site / f"{page}.html").read_text(encoding="utf-8")) for page in PAGES}
    summaries = {head.meta["description"] for head in heads.values()}
    assert len(summaries) == len(PAGES)
    for page, head in heads.items():
        assert not re.search(r"[`<>\n]|\]\(", head.meta["description"]), page
        assert head.meta["og:description"] == head.meta["description"]
        assert head.meta["og:url"] == f"{SITE}{page}.html"
        assert head.meta["og:title"]
        assert (site / head.meta["og:image"].removeprefix(SITE)).is_file()
        assert (site / head.icon).is_file()
    drift = heads["drift"].meta
    assert drift["og:title"] == "Drift"
    assert drift["description"].startswith("Drift: what changed, ")


def test_each_page_links_to_the_repository(site: Path) -> None:
    for page in PAGES:
        assert f"https://github.com/{REPOSITORY}" in read(site / f"{page}.html").links, page


# ── in a browser ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("query", ["decisions", "architecture", "fingerprint", "overlay"])
def test_a_search_finds_pages_for_developers_last(site: Path, tab: browser.Tab, query: str) -> None:
    tab.open(site / "search.html", query=query)
    pages = [Path(path).stem for path in tab.run(RESULTS)]
    assert pages
    is_last = [page in navigation()[CAPTIONS[-1]] for page in pages]
    assert is_last == sorted(is_last)
    assert any(is_last), "the query is one that these pages have, too"


@pytest.mark.nightly
def test_a_phone_shows_the_pages_without_scrolling_sideways(site: Path, tab: browser.Tab) -> None:
    for page in PAGES:
        tab.open(site / f"{page}.html", width=390)
        assert tab.run("document.documentElement.scrollWidth") == 390, page
        assert tab.run(WIDE) == [], page
        assert {url.partition(":")[0] for url in tab.requests()} <= {"file", "data"}
