"""The HTML report in a real browser: it filters, loads nothing, and keeps text text.

Where there is no Chromium these tests are skipped, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from generator.watch.changes.change import Report
from generator.watch.changes.formats import FORMATS
from generator.watch.changes.rules import RULES
from tests.watch.drift import browser
from tests.watch.drift.reports import (
    HOSTILE_TEXT,
    NOTHING,
    OBJECTIVES,
    STATUS,
    WHOLE,
    hostile,
    prose,
)

BINARY = browser.program()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        BINARY is None,
        reason="no Chromium: install chromium, or set SPECLOCK_CHROMIUM to a browser",
    ),
]

WIDE = replace(
    WHOLE,
    changes=(
        *(replace(STATUS, operations=(f"audiences/operation-{n}",)) for n in range(12)),
        prose(3, "x" * 400, "y " * 200),
    ),
)
"""Enough groups for a table of contents, and values that want to be wide."""

SHOWN = """[...document.querySelectorAll('.change')]
    .filter(change => change.checkVisibility()).map(change => change.id)"""
SECTIONS = """[...document.querySelectorAll('.section')]
    .filter(section => section.checkVisibility()).map(section => section.id)"""
NOTHING_SHOWN = "document.querySelector('.nothing').checkVisibility()"

# The changes of WHOLE in its order.
BREAKING, ALLOWED, RISK, SAFE, DOCS, MORE_DOCS = (f"change-{n}" for n in range(1, 7))


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Tab]:
    assert BINARY is not None
    with browser.opened(BINARY, tmp_path_factory.mktemp("profile")) as tab:
        yield tab


def show(
    tab: browser.Tab, report: Report, folder: Path, *, width: int = 1280, dark: bool = False
) -> Path:
    """Open the page of a report, with all that is folded unfolded; the page's file."""
    path = folder / "report.html"
    path.write_text(FORMATS["html"](report), encoding="utf-8")
    tab.open(path, width=width, dark=dark)
    tab.run("document.querySelectorAll('details').forEach(details => details.open = true)")
    return path


# ── filters ──────────────────────────────────────────────────────────────────────────────────────


EVERYTHING = {BREAKING, ALLOWED, RISK, SAFE, DOCS, MORE_DOCS}
BOXES = {
    "show-breaking": ({BREAKING}, ["operations-1", "operations-2", "allowed", "prose"]),
    "show-risk": ({RISK}, ["operations-1", "allowed", "prose"]),
    "show-safe": ({SAFE}, ["operations-1", "operations-2", "allowed", "prose"]),
    "show-docs": ({DOCS, MORE_DOCS}, ["operations-1", "operations-2", "allowed"]),
    "show-allowed": ({ALLOWED}, ["operations-1", "operations-2", "prose"]),
    "only-python": ({ALLOWED, RISK, SAFE, DOCS, MORE_DOCS}, ["operations-1"]),
}
"""What each box hides, and the sections that are left."""


def test_each_box_filters(tab: browser.Tab, tmp_path: Path) -> None:
    boxes = "[...document.querySelectorAll('input')].map(box => box.id)"
    show(tab, NOTHING, tmp_path)
    assert tab.run(boxes) == []
    assert "Nothing changed for audiences/create." in tab.run("document.body.innerText")
    show(tab, WHOLE, tmp_path)
    assert tab.run(boxes) == [*BOXES]
    assert set(tab.run(SHOWN)) == EVERYTHING
    assert tab.run(SECTIONS) == ["operations-1", "operations-2", "allowed", "prose"]
    for box, (hidden, sections) in BOXES.items():
        tab.run(f"document.getElementById('{box}').click()")
        assert EVERYTHING - set(tab.run(SHOWN)) == hidden
        assert tab.run(SECTIONS) == sections
        assert not tab.run(NOTHING_SHOWN)
        tab.run(f"document.getElementById('{box}').click()")
        assert set(tab.run(SHOWN)) == EVERYTHING
    for box in ("only-python", "show-breaking"):
        tab.run(f"document.getElementById('{box}').click()")
    assert (tab.run(SHOWN), tab.run(SECTIONS), tab.run(NOTHING_SHOWN)) == ([], [], True)


def test_the_keyboard_reaches_and_works_everything(tab: browser.Tab, tmp_path: Path) -> None:
    show(tab, WIDE, tmp_path, width=390)
    wanted = tab.run("document.querySelectorAll('a[href], input, summary').length")
    assert wanted > 20
    focused = """(() => {
        const now = document.activeElement, ring = getComputedStyle(now.closest('.pill') ?? now);
        return [now.id || now.textContent.trim(), ring.outlineStyle, parseFloat(ring.outlineWidth)];
    })()"""
    reached: list[str] = []
    shown: list[list[str]] = []
    for _ in range(wanted):
        tab.press("Tab", 9)
        name, style, width = tab.run(focused)
        assert (style, width) == ("solid", 3), f"no ring around {name}"
        reached.append(name)
        if name == "show-risk":
            tab.press(" ", 32)
            shown.append(tab.run(SHOWN))
            tab.press(" ", 32)
            shown.append(tab.run(SHOWN))
    assert reached[:3] == ["What was compared: 4 operations", "show-risk", "show-docs"]
    everything = [f"change-{number}" for number in range(1, 14)]
    assert shown == [everything[-1:], everything], "the space bar takes the risks away, and back"


# ── nothing from outside ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("report", [WHOLE, hostile()], ids=["whole", "hostile"])
def test_nothing_is_loaded(tab: browser.Tab, tmp_path: Path, report: Report) -> None:
    path = show(tab, report, tmp_path)
    tab.run("new Promise(done => setTimeout(done, 100))")
    assert tab.requests() == [path.as_uri()]
    assert [event for event in tab.events if event.get("method") == "Log.entryAdded"] == []


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='https://out.example/a.png'>",
        "<iframe src='https://out.example/'></iframe>",
        "<style>body { display: none }</style>",
        "<p style='color: red'>",
        "<p onclick='document.title = 1'>",
        "<object data='https://out.example/'></object>",
    ],
)
def test_the_policy_refuses_what_could_be_slipped_in(
    tab: browser.Tab, tmp_path: Path, markup: str
) -> None:
    """Were the escaping ever to fail, the page still could do nothing."""
    show(tab, WHOLE, tmp_path)
    refused = tab.run(
        f"""new Promise(done => {{
            document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
            setTimeout(done, 60_000, 'let through');
            document.body.insertAdjacentHTML('beforeend', {markup!r});
            document.body.lastElementChild.click?.();
        }})"""
    )
    assert refused != "let through"
    assert tab.run("getComputedStyle(document.body).display") == "block"
    outside = {url for url in tab.requests() if url.startswith("https:")}
    failed = [
        event["params"].get("blockedReason") or event["params"]["errorText"]
        for event in tab.events
        if event.get("method") == "Network.loadingFailed"
    ]
    assert len(outside) <= len(failed)
    assert set(failed) <= {"csp", "net::ERR_BLOCKED_BY_CSP"}


# ── text stays text ──────────────────────────────────────────────────────────────────────────────


def test_hostile_text_stays_text(
    tab: browser.Tab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        RULES,
        OBJECTIVES.id,
        replace(RULES[OBJECTIVES.id], sentences=("w",), why=HOSTILE_TEXT, do=HOSTILE_TEXT),
    )
    report = hostile()
    show(tab, report, tmp_path)
    elements = set(
        tab.run("[...document.querySelectorAll('*')].map(e => e.localName)")
    )  # what the template itself writes
    assert elements <= {
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "article",
        "details", "summary", "fieldset", "legend", "label", "input", "figure", "figcaption", "div",
        "p", "span", "strong", "code", "pre", "mark", "h1", "h2", "h3", "h4", "ul", "ol", "li",
        "dl", "dt", "dd",
    }  # fmt: skip
    attributes = set(
        tab.run("[...document.querySelectorAll('body *')].flatMap(e => e.getAttributeNames())")
    )
    assert attributes <= {
        "class", "id", "type", "checked", "autocomplete", "open", "aria-label", "aria-labelledby",
        "data-level", "data-sort", "data-side", "data-python",
    }  # fmt: skip
    assert "owned" not in tab.run("document.title").partition("<script>")[0]
    shown = tab.run("document.body.innerText")
    assert shown.count("<script>document.title='owned'</script><img src=") > 10
    assert "{{ 7*7 }}" in shown
    assert "49" not in shown
    assert "\\x1b[31mred\\x07\\u202egnp\\x00" in shown


# ── light and dark, wide and narrow ──────────────────────────────────────────────────────────────

CONTRASTS = """(() => {
    const rgb = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = element => {
        for (; element; element = element.parentElement) {
            const found = rgb(getComputedStyle(element).backgroundColor);
            if (found.length === 3 || found[3] === 1) return found;
            if (found[3] !== 0) throw Error('a background that lets through');
        }
        throw Error('no background');
    };
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
        const pair = [rgb(getComputedStyle(element).color), behind(element)].map(light);
        const [dark, bright] = pair.sort((a, b) => a - b);
        found.push([(bright + 0.05) / (dark + 0.05), element.className || element.localName]);
    }
    return found;
})()"""
"""The contrast of every visible text with what is behind it (WCAG 2.2, 1.4.3)."""


@pytest.mark.parametrize("ticked", [True, False], ids=["ticked", "unticked"])
def test_every_text_has_contrast_in_light_and_dark(
    tab: browser.Tab, tmp_path: Path, ticked: bool
) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    none = replace(OBJECTIVES, verdicts=tuple(replace(v, wire="none") for v in OBJECTIVES.verdicts))
    for dark, color in ((False, "rgb(246, 246, 243)"), (True, "rgb(19, 21, 24)")):
        for report in (replace(WHOLE, changes=(*WHOLE.changes, none)), WIDE, NOTHING):
            show(tab, report, tmp_path, dark=dark)
            assert tab.run(background) == color
            if not ticked:
                tab.run("document.querySelectorAll('input').forEach(box => box.click())")
            found = tab.run(CONTRASTS)
            assert len(found) > 10
            assert [(round(ratio, 2), what) for ratio, what in found if ratio < 4.5] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out(tab: browser.Tab, tmp_path: Path, width: int) -> None:
    for report in (WHOLE, WIDE, hostile(), hostile("x" * 3_000)):
        show(tab, report, tmp_path, width=width)
        assert tab.run("[innerWidth, document.documentElement.scrollWidth]") == [width, width]
        # What is cut off by its own box doesn't make the page scroll.
        assert (
            tab.run(
                """[...document.querySelectorAll('body *')]
                .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth)
                .map(e => e.className || e.localName)"""
            )
            == []
        )


def test_old_and_new_stand_side_by_side_where_there_is_room(
    tab: browser.Tab, tmp_path: Path
) -> None:
    lefts = "new Set([...document.querySelectorAll('.pair figure')].map(e => e.offsetLeft)).size"
    for width, columns in ((390, 1), (1280, 2)):
        show(tab, WHOLE, tmp_path, width=width)
        assert tab.run(lefts) == columns
    marks = "[...document.querySelectorAll('#{} [data-side={}] mark')].map(e => e.textContent)"
    assert tab.run(marks.format(BREAKING, "old")) == ["VIDEO_VIEW", "WEB_SESSIONS"]
    assert tab.run(marks.format(BREAKING, "new")) == []
    assert tab.run(marks.format(RISK, "new")) == ["ARCHIVED"]
