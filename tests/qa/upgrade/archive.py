"""Text files of a folder as one text file, in which equal contents stand once.

A line ``== PATH`` begins a file, and each line ``=+ PATH`` after it names another one with the same
content. The lines of the content follow, each after a vertical bar, so that none of them can be
taken for such a line.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

_FILE = "== "
_SAME = "=+ "
_LINE = "|"


def write(archive: Path, files: Mapping[str, str]) -> None:
    """Write files, which are named by paths with slashes; each content ends with a line break."""
    paths: dict[str, list[str]] = {}
    for path, content in sorted(files.items()):
        paths.setdefault(content, []).append(path)
    lines: list[str] = []
    for content, (first, *others) in paths.items():
        if content and not content.endswith("\n"):
            raise ValueError(f"{first} has no line break at its end")
        lines.append(f"{_FILE}{first}\n")
        lines += [f"{_SAME}{path}\n" for path in others]
        lines += [f"{_LINE}{line}" for line in io.StringIO(content, newline="\n")]
    archive.write_bytes("".join(lines).encode())


def read(archive: Path) -> dict[str, str]:
    """Return the content of each file."""
    contents: dict[str, list[str]] = {}
    content: list[str] = []
    for line in io.StringIO(archive.read_bytes().decode(), newline="\n"):
        if line.startswith(_FILE):
            content = []
        if line.startswith((_FILE, _SAME)):
            contents[line[len(_FILE) :].rstrip("\n")] = content
        else:
            content.append(line.removeprefix(_LINE))
    return {path: "".join(lines) for path, lines in contents.items()}
