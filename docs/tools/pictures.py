"""The pictures of output in ``docs/pictures``: of `speclock show`, and of the HTML report."""

from __future__ import annotations

import shutil
import sys
import tempfile
from html import escape
from pathlib import Path

from tests.drift import browser
from tests.support.command import speclock

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
    command = ["drift", "--revision", "upstream.yaml", "--format", "html", "--output", "drift.html"]
    outcome = speclock(folder, *command)
    assert outcome.code == 1, outcome.err
    return folder / "drift.html"


def take_picture() -> None:
    """Write the picture of the HTML report."""
    binary = browser.program()
    if binary is None:
        sys.exit("no Chromium: install chromium, or set SPECLOCK_CHROMIUM to a browser")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as profile:
        path = report(Path(folder))
        with browser.opened(binary, Path(profile)) as tab:
            tab.open(path, width=860)
            tab.run("document.getElementById('steps-title').parentElement.remove()")
            tab.picture(PICTURES / "drift-report.png")
