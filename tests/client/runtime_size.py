"""A section of the page of faults: the size of the package for one POST, and what it is for."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "generated" / "pinterest_audiences"


def count_lines(path: Path) -> int:
    """Return the lines of code of a module, without blank lines, comments and docstrings."""
    source = path.read_text(encoding="utf-8")
    prose: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                prose.update(range(node.lineno, (node.end_lineno or 0) + 1))
            case _:
                pass
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in layout | {tokenize.ENDMARKER}:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - prose)


def section() -> list[str]:
    """Return the lines of the section."""
    aside = {"fake", "models", "pytest_plugin", "recorder", "testing"}
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if path.stem not in aside]
    counts = {path: count_lines(path) for path in modules}
    rows = [
        f"| `{path.relative_to(PACKAGE).with_suffix('')}` | {count} | {_purpose(path)} |"
        for path, count in counts.items()
        if count
    ]
    return [
        "## What the code of one POST is for",
        "",
        f"The package for this POST has {sum(counts.values())} lines of code without blank lines,",
        "comments and docstrings, beside its models and its fake server. A module of `_runtime` is",
        "the same in every package, and is there if another module imports it.",
        "",
        "| module | lines | what it does |",
        "|---|---|---|",
        *rows,
    ]


def _purpose(path: Path) -> str:
    """Return the first sentence of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=\.)\s", " ".join(text.split()))[0].replace("``", "`")
