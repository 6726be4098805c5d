"""The pictures of output in ``docs/pictures``: of `speclock show`, and of the HTML report."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from tests.support.command import speclock
from tests.watch.drift import browser

from .pages import DOCS, ROOT

PICTURES = DOCS / "pictures"
PATHS = (PICTURES / "show.svg",)
SPEC = "pinterest-audiences.yaml"
COLUMNS = 84
NEWS = {
    "        - ACTALIKE\n": "        - ACTALIKE_V2\n",
    "- CATALOG_SALES\n        - VIDEO": "- CATALOG_SALES\n        - LEADS\n        - VIDEO",
    "  version: 5.23.0\n": "  version: 5.24.0\n",
}
"""What an invented release of the API changes."""
ALLOWED = """\
[[allowed]]
fingerprint = "d0f2c6e1474c"
change = "ObjectiveType: enum gained LEADS"
reason = "Our reports leave out goals that they don't know."
owner = "Ada"
expires = 2027-06-30
"""
"""The entry of the allow-list for the comment."""
STYLE = """\
<style>
text { font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #c9d1d9; }
text { white-space: pre; }
.head { fill: #79c0ff; }
.typed { fill: #7ee787; }
</style>"""
COMMAND = "speclock show audiences/create"
LINE, CHARACTER, MARGIN = 18, 7.8, 16


def terminal(lines: list[str]) -> str:
    """Return an SVG of a terminal with these lines."""
    width = round(2 * MARGIN + CHARACTER * max(map(len, lines)))
    height = 2 * MARGIN + LINE * len(lines)
    rows = [
        f'<text x="{MARGIN}" y="{MARGIN + 13 + LINE * row}"{_class(line)}>{escape(line)}</text>'
        for row, line in enumerate(lines)
        if line
    ]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    background = f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return "\n".join([head, STYLE, background, *rows, "</svg>\n"])


def _class(line: str) -> str:
    """Return the class of a line: the command, a heading or none."""
    if line.startswith("$"):
        return ' class="typed"'
    return "" if line.startswith(" ") else ' class="head"'


def written(_text: str) -> str:
    """Return what `speclock show` prints, down to the answer, as a picture."""
    outcome = speclock(ROOT, *COMMAND.split()[1:])
    text = outcome.out.partition("\nAnswer\n")[0]
    lines = [f"$ {COMMAND}", *text.rstrip().split("\n")]
    return terminal([one if len(one) <= COLUMNS else f"{one[: COLUMNS - 1]}…" for one in lines])


def report(folder: Path) -> Path:
    """Write the HTML report of an invented release."""
    text = (ROOT / "spec" / SPEC).read_text(encoding="utf-8")
    (folder / "spec").mkdir()
    (folder / "spec" / SPEC).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for old, new in NEWS.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "upstream.yaml").write_text(text, encoding="utf-8")
    for name, form in (("drift.html", "html"), ("drift.md", "markdown")):
        command = ["drift", "--revision", "upstream.yaml", "--format", form, "--output", name]
        outcome = speclock(folder, *command)
        assert outcome.code == 1, outcome.err
        (folder / "spec" / "pinterest-audiences.allowed.toml").write_text(ALLOWED, "utf-8")
    return folder / "drift.html"


# GitHub's own style for Markdown, as far as a comment of ours has elements.
PAGE = """\
<!doctype html><meta charset="utf-8"><style>
body { margin: 16px; font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Arial, sans-serif; }
body { color: #1f2328; background: #fff; }
div { border: 1px solid #d1d9e0; border-radius: 6px; }
header { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; color: #59636e; }
header { border-radius: 6px 6px 0 0; }
header b { color: #1f2328; }
header i { border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 7px; }
header i { font: 500 12px/18px sans-serif; }
main { padding: 16px; }
h2 { font-size: 1.5em; margin: 0 0 16px; padding-bottom: .3em; border-bottom: 1px solid #d1d9e0b3; }
h3 { font-size: 1.25em; margin: 24px 0 16px; }
p, ul, ol, pre, details { margin: 0 0 16px; }
ul, ol { padding-left: 2em; }
li p { margin-top: 16px; }
code, pre { font: 85%/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { padding: .2em .4em; border-radius: 6px; background: #818b981f; }
pre { overflow: hidden; padding: 16px; border-radius: 6px; background: #f6f8fa; }
pre code { padding: 0; background: none; font-size: 100%; }
del { background: #ffebe9; color: #82071e; text-decoration: none; }
ins { background: #dafbe1; color: #116329; text-decoration: none; }
</style><div><header><b>github-actions</b> <i>bot</i> commented now</header><main>"""


def comment(folder: Path) -> Path:
    """Write the comment on the pull request that changes the example, as GitHub shows it."""
    page, text = folder / "comment.html", (folder / "drift.md").read_text(encoding="utf-8")
    html = MarkdownIt("commonmark").enable("table").render(text)
    for sign, name in (("-", "del"), ("\\+", "ins")):
        html = re.sub(f"(?<=[>\n])({sign} .*?)(?=\n)", rf"<{name}>\1</{name}>", html)
    for sign, color in (("🔴", "e5534b"), ("🟠", "f0883e")):  # not every machine has a font of them
        html = html.replace(sign, f'<b style="color: #{color}">●</b>')
    html = html.replace("<details>", "<details open>", 1)
    page.write_text(f"{PAGE}{html}</main></div>", encoding="utf-8")
    return page


def take_picture() -> None:
    """Write the pictures of the HTML report and of a comment.

    Before they are committed, reduce them to 48 colors, for instance with Pillow's ``quantize``.
    """
    binary = browser.program()
    if binary is None:
        sys.exit("no Chromium: install chromium, or set SPECLOCK_CHROMIUM to a browser")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as profile:
        path = report(Path(folder))
        with browser.opened(binary, Path(profile)) as tab:
            tab.open(path, width=860)
            tab.run("document.getElementById('steps-title').parentElement.remove()")
            tab.picture(PICTURES / "drift-report.png")
            tab.open(comment(Path(folder)), width=860)
            tab.picture(PICTURES / "comment.png")
