"""Text of descriptions that are written in HTML, in the Markdown that docstrings have."""

from __future__ import annotations

import re
from html import unescape
from itertools import chain

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS = (
    "p", "div", "section", "ul", "ol", "dl", "table", "blockquote", "hr", *_HEADINGS,
)  # fmt: skip
_LINES = ("br", "li", "tr", "dt", "dd")
_LISTS = ("ul", "ol")
_INLINE = (
    "a", "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "span",
    "font", "code", "tt", "kbd", "var", "td", "th", "thead", "tbody", "pre",
)  # fmt: skip
"""Tags that have to be closed: a single ``<b>`` may be the name of a value."""
_CODE = ("code", "tt", "kbd")
_NAMES = "|".join((*_PARAGRAPHS, *_LINES, *_INLINE))
_TAG = re.compile(rf"<(/?)({_NAMES})((?:\s[^<>]*)?)/?>", re.IGNORECASE)
_CODE_SPAN = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_LINK = re.compile(r"""\shref\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


def as_text(text: str) -> str:
    """Return a text with HTML as Markdown; one without stays as it is, as code in it does."""
    if not _TAG.search(text):
        return text
    parts = _CODE_SPAN.split(text)
    closed: set[str] = set()
    for tag in chain.from_iterable(map(_TAG.finditer, parts[::2])):
        if tag[1]:
            closed.add(tag[2].lower())
    writer = _MarkdownWriter(closed)
    for index, part in enumerate(parts):
        writer.code(part) if index % 2 else writer.html(part)
    return "".join(writer.pieces)


class _MarkdownWriter:
    def __init__(self, closed: set[str]) -> None:
        self.closed = closed
        self.pieces: list[str] = []
        self._is_line_start = False
        self._depth = 0
        self._links: list[str] = []
        self._is_pre = False

    def code(self, text: str) -> None:
        self.pieces.append(text)
        self._is_line_start = False

    def html(self, text: str) -> None:
        end = 0
        for match in _TAG.finditer(text):
            name = match[2].lower()
            if name in _INLINE and name not in self.closed:
                continue
            self._text(text[end : match.start()])
            self._tag(name, match[3], is_end=bool(match[1]))
            end = match.end()
        self._text(text[end:])

    def _text(self, text: str) -> None:
        text = unescape(text)
        if self._is_line_start:
            text = text.lstrip("\n" if self._is_pre else None)
        if text:
            self.pieces.append(text)
            self._is_line_start = False

    def _break(self, text: str) -> None:
        """Begin a line, unless an item of a list has just begun."""
        if self._is_line_start and self.pieces[-1].endswith("- "):
            return
        while self.pieces and not self._is_line_start:
            last = self.pieces.pop().rstrip()
            self.pieces += [last] if last else []
            if last:
                break
        self.pieces.append(text)
        self._is_line_start = True

    def _tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        if name in _LISTS:
            self._depth = max(0, self._depth + (-1 if is_end else 1))
        if name == "pre":
            self._break("\n```\n")
            self._is_pre = not is_end
        elif name in _PARAGRAPHS:
            self._break("\n\n" if self._depth < 2 or not is_end else "\n")
        elif name in _LINES:
            if not is_end or name == "br":
                self._break("\n")
            if name == "li" and not is_end:
                self.pieces.append(f"{'  ' * max(0, self._depth - 1)}- ")
        elif name in ("td", "th"):
            self._text(" " if is_end else "")
        elif name in _CODE and not self._is_pre:
            self._text("`")
        elif name == "a":
            self._link(attributes, is_end=is_end)

    def _link(self, attributes: str, *, is_end: bool) -> None:
        if not is_end:
            match = _LINK.search(attributes)
            self._links.append(unescape(match[1]) if match else "")
        elif self._links and (url := self._links.pop()) and url not in self.pieces[-1]:
            self.pieces.append(f" ({url})")
