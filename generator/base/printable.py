"""The one guard for untrusted text that is shown: of a description, a manifest, a diff or a path.

A terminal obeys control characters, and shows text in another order after a bidirectional control.
So does an editor, so it guards generated files, too. GitHub's runner obeys ``::name …`` at the
start of a line of a log, spaces aside, and ``##[name]`` anywhere in a line. The names of files in
messages, and plurals, are here as well.
"""

from __future__ import annotations

import os
import re

_OUTSIDE_ASCII = re.compile(r"[^\n\x20-\x7e]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Controls but tab and line feed, bidirectional controls (UAX #9 §2) and separators of lines: what
an editor or a terminal obeys and doesn't show."""
TAB = 4
"""Columns between the stops of a tab."""


def on_one_line(text: str) -> str:
    """Return ``text`` on one line, with each character that isn't printable as an escape."""
    if text.isprintable():
        return text
    return _escaped(" ".join(text.splitlines()))


def shortened(text: str, limit: int) -> str:
    """Return ``text`` on one line, without its middle where it is longer than ``limit``."""
    if len(text) > 4 * limit:  # a line has at least half of the characters
        text = text[: 2 * limit] + text[-2 * limit :]
    text = on_one_line(text)
    half = limit // 2
    return text if len(text) <= limit else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"


def printable(text: str) -> str:
    """Return ``text`` as lines that neither a terminal nor GitHub's runner obeys.

    Only line feeds stay; tabs become spaces, other characters that aren't printable escapes.
    """
    return "\n".join(map(printable_line, text.replace("\r\n", "\n").expandtabs(TAB).split("\n")))


def printable_line(text: str) -> str:
    """Return ``text`` as one line that neither a terminal nor GitHub's runner obeys."""
    text = on_one_line(text)
    if "##[" in text:
        text = text.replace("##[", "#\\x23[")
    if text.lstrip().startswith("::"):
        text = text.replace("::", "\\x3a:", 1)
    return text


def printable_json(text: str) -> str:
    """Return the JSON in ``text`` as JSON of the same value that :func:`printable` wouldn't change.

    Each character in question is inside a string, where JSON has an escape for it (RFC 8259 §7).
    """
    return _OUTSIDE_ASCII.sub(_json_escape, text).replace("##[", "#\\u0023[")


def escaped_json(text: str) -> str:
    """Return the JSON in ``text`` as JSON of the same value without invisible controls.

    This is for files: unlike :func:`printable_json`, it keeps spaces and joiners of any language.
    """
    return _CONTROL.sub(_json_escape, text)


def find_control(text: str) -> tuple[int, str] | None:
    """Return the line of the first invisible control, and its name as ``U+202E``; None if none."""
    match = _CONTROL.search(text)
    if match is None:
        return None
    return text.count("\n", 0, match.start()) + 1, f"U+{ord(match[0]):04X}"


def counted(number: int, noun: str) -> str:
    """Return ``1 change``, ``2 changes``, ``1,000 changes``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def display_path(path: str | os.PathLike[str], root: str | os.PathLike[str] = ".") -> str:
    """Return how a message names a file: relative to the current folder, or absolute if shorter.

    A report names it relative to ``root``, the project's folder.
    """
    absolute = os.path.abspath(path)  # noqa: PTH100 - no links are resolved
    try:
        return min(os.path.relpath(path, root), absolute, key=len)
    except ValueError:  # on another drive of Windows
        return absolute


def _escaped(text: str) -> str:
    return _OUTSIDE_ASCII.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return char if char.isprintable() else char.encode("unicode_escape").decode()


def _json_escape(match: re.Match[str]) -> str:
    char = match[0]
    if char.isprintable():
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
