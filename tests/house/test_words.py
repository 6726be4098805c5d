"""The rules for words that a program can check; .github/CONTRIBUTING.md explains them.

`ALLOWED` is the number of violations that each rule may still have. Lower it when you remove some;
never raise it.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "generator").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.py"))
"""What every package has; the rest of it is made from Jinja templates."""
NAMES = re.compile(
    r"_?(?:at|found|given|kept|known|left|made|noted|one|shown|taken|takes|tell)_?\Z"
)
"""Words that aren't the name of anything."""
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / ".github").glob("*.md")),
    ROOT / "spec" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]

OPENINGS = re.compile(
    r"(?:What|Whether|Where|Who|Whoever|Which|How|Something|Is|Are|Do|Does)\b|One that\b|As :meth:"
)
BANNED = {
    "stands, goes, comes, says": r"\b(?:stands?|goes|comes|says?)\b",
    "is no, are no": r"(?<!\bthere )\b(?:is|are) no\b(?! longer)",
    "can't be": r"\bcan't be\b",
    "as if it weren't there": r"\bas if (?:it|they) (?:weren't|wasn't)\b",
    "mend": r"\bmend(?:s|ed|ing)?\b",
    "whoever": r"\bwhoever\b",
}
"""Phrases that readers of English as a second language stumble over."""

ALLOWED = {
    "docstring openings": 0,
    "class names": 0,
    "words in generator": 1,
    "words in pages": 0,
    "docstring openings in templates": 0,
    "words in templates": 35,
    "names in templates": 114,
    "names in generator": 774,
}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def docstring_openings(sources: list[Path]) -> Iterator[str]:
    for path in sources:
        for node in ast.walk(parsed(path)):
            if not isinstance(
                node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
            ):
                continue
            text = ast.get_docstring(node) or ""
            if OPENINGS.match(text):
                yield f"{shown(path)}:{node.body[0].lineno}: {text.splitlines()[0]}"


def class_names(sources: list[Path]) -> Iterator[str]:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in sources:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{shown(path)}:{node.lineno}")
    yield from (f"{name}: {', '.join(at)}" for name, at in places.items() if len(at) > 1)


def prose(path: Path) -> Iterator[tuple[int, str]]:
    if path.suffix == ".md":
        yield from enumerate(without_code(path.read_text(encoding="utf-8")).splitlines(), 1)
        return
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield from enumerate(node.value.splitlines(), node.lineno)
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def without_code(text: str) -> str:
    text = re.sub(
        r"^```.*?^```$",
        lambda match: "\n" * match[0].count("\n"),
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    return re.sub(r"`[^`\n]*`", "``", text)


def banned_words(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for line, text in sorted(prose(path)):
            for phrase, pattern in BANNED.items():
                if re.search(pattern, text, re.IGNORECASE):
                    yield f"{shown(path)}:{line}: {phrase}: {text.strip()[:100]}"


def verbless_docstrings(sources: list[Path]) -> Iterator[str]:
    for path in sources:
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            is_property = any("property" in ast.unparse(one) for one in node.decorator_list)
            text = ast.get_docstring(node) or ""
            if not is_property and re.match(r"(?:The|An?|What|Whe\w+|All|One|Its|How)\b", text):
                yield f"{shown(path)}:{node.body[0].lineno}: {text.splitlines()[0]}"


def vague_names(sources: list[Path]) -> Iterator[str]:
    for path in sources:
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                    pass
                case ast.FunctionDef(name=name) | ast.Attribute(attr=name, ctx=ast.Store()):
                    pass
                case _:
                    continue
            if NAMES.match(name):
                yield f"{shown(path)}:{node.lineno}: {name}"


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "docstring openings": lambda: docstring_openings(SOURCES),
    "class names": lambda: class_names(SOURCES),
    "words in generator": lambda: banned_words(SOURCES),
    "words in pages": lambda: banned_words(PAGES),
    "docstring openings in templates": lambda: verbless_docstrings(TEMPLATES),
    "words in templates": lambda: banned_words(TEMPLATES),
    "names in templates": lambda: vague_names(TEMPLATES),
    "names in generator": lambda: vague_names(SOURCES),
}


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_words(rule: str) -> None:
    violations = list(RULES[rule]())
    assert len(violations) <= ALLOWED[rule], (
        f"{rule}: {len(violations)}, but {ALLOWED[rule]} are allowed:\n" + "\n".join(violations)
    )
