"""Files of text are read and written in the same way on every system."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "generator").rglob("*.py"), *(ROOT / "templates").rglob("*.py")]
PLATFORM_ONLY = {"fcntl", "grp", "msvcrt", "pwd", "resource", "termios", "winreg"}
"""Modules that some systems lack."""
POSIX_ONLY = {
    "fork",
    "getuid",
    "geteuid",
    "killpg",
    "mkfifo",
    "setsid",
    "O_NOFOLLOW",
    "O_DIRECTORY",
}
"""Attributes of ``os`` that Windows lacks."""


def faults(source: str) -> Iterator[str]:
    """Yield the calls that depend on the system: of the encoding, or of the line ends."""
    if not re.search(r"open\(|(read|write)_text\(", source):
        return
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="read_text"), args=args, keywords=keywords):
                mode, position = "r", 0
            case ast.Call(func=ast.Attribute(attr="write_text"), args=args, keywords=keywords):
                mode, position = "w", 1
            case ast.Call(func=ast.Name("open"), args=args, keywords=keywords):
                mode, position = _mode(args[1:], keywords), 3
            case ast.Call(func=ast.Attribute(ast.Name("os"), "open")):
                continue
            case ast.Call(func=ast.Attribute(attr="open"), args=args, keywords=keywords):
                mode, position = _mode(args, keywords), 2
            case _:
                continue
        names = {one.arg for one in keywords}
        if "b" in mode:
            continue
        if "encoding" not in names and len(args) <= position:
            yield f"{node.lineno}: no encoding"
        if set(mode) & set("wax+") and "newline" not in names:
            yield f"{node.lineno}: no newline"


def _mode(args: list[ast.expr], keywords: list[ast.keyword]) -> str:
    found = [*args[:1], *(one.value for one in keywords if one.arg == "mode")]
    return str(found[0].value) if found and isinstance(found[0], ast.Constant) else "r"


def test_every_text_has_an_encoding_and_line_ends() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{fault}"
        for path in SOURCES
        for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_what_a_system_lacks_is_guarded() -> None:
    """A module is imported inside a function that looks at the system; no attribute is used."""
    found: list[str] = []
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        if not any(name in source for name in PLATFORM_ONLY | POSIX_ONLY):
            continue
        tree = ast.parse(source)
        for node in tree.body:
            match node:
                case ast.Import(names=names):
                    found += [f"{path.name}: {n.name}" for n in names if n.name in PLATFORM_ONLY]
                case ast.ImportFrom(module=str(module)) if module in PLATFORM_ONLY:
                    found.append(f"{path.name}: {module}")
                case _:
                    pass
        used = [one for one in ast.walk(tree) if isinstance(one, ast.Attribute)]
        found += [
            f"{path.name}: os.{one.attr}"
            for one in used
            if one.attr in POSIX_ONLY and isinstance(one.value, ast.Name) and one.value.id == "os"
        ]
    assert found == []
