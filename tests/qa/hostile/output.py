"""The emitted source as evidence: its literals, comments, imports and calls, by its syntax tree."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from tests.qa.corpus.process import ROOT
from tests.qa.hostile.trial import PACKAGE, Trial

# What models may import beside the modules that the templates do.
_TYPES = frozenset({
    "__future__", "collections", "datetime", "decimal", "enum", "httpx", "httpx2", "pydantic",
    "re", "typing", "typing_extensions", "uuid", PACKAGE,
})  # fmt: skip
_RUNNING = frozenset({"__import__", "eval", "exec", "compile", "__builtins__", "breakpoint"})


@dataclass
class Output:
    """Everything that the output says."""

    literals: set[str] = field(default_factory=set[str])
    """String literals of the package."""
    constants: set[str] = field(default_factory=set[str])
    """These, and the strings in the data of its tests."""
    prose: str = ""
    """The same as one text with its white space made even, docstrings included."""
    faults: list[str] = field(default_factory=list[str])

    @cached_property
    def _patterns(self) -> set[str]:
        return {_respelt(text) for text in self.literals}

    def has_pattern(self, pattern: str) -> bool:
        """Whether a pattern is among the literals, in one dialect's spelling or another's."""
        return _respelt(pattern) in self._patterns


def _respelt(pattern: str) -> str:
    """A pattern without the spellings in which ECMA-262 and Python's engines differ."""
    for ours, theirs in (("(?P<", "(?<"), (r"\d", "[0-9]"), (r"\w", "[A-Za-z0-9_]")):
        pattern = pattern.replace(ours, theirs)
    return re.sub(r"\\([^A-Za-z0-9])", r"\1", pattern)


def read(trial: Trial, texts: set[str]) -> Output:
    """The output of a trial; ``texts`` are the description's own, which mustn't be comments."""
    output = Output()
    for name, source in trial.sources():
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError) as error:
            output.faults.append(f"{name} doesn't compile: {error}")
            continue
        output.faults += [f"{name}:{fault}" for fault in _code(tree)]
        output.faults += [f"{name}:{fault}" for fault in _comments(source, texts)]
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                output.literals.add(node.value)
    output.constants |= output.literals
    tests = trial.out / "tests" / PACKAGE
    for path in (*tests.glob("*.json"), trial.out / PACKAGE / "speclock.json"):
        if path.is_file():
            output.constants.update(_strings(json.loads(path.read_text(encoding="utf-8"))))
    output.prose = " ".join(even(text) for text in sorted(output.constants))
    for path in trial.out.rglob("*"):
        if path.is_file() and path.suffix in (".py", ".json"):
            try:
                path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                output.faults.append(f"{path.name} isn't UTF-8")
    return output


def even(text: str) -> str:
    """A text with all white space made single blanks."""
    return " ".join(text.split())


def _code(tree: ast.Module) -> Iterator[str]:
    """Names and imports that no client needs."""
    allowed = _TYPES | _template_modules()
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules = [node.module or ""]
        for module in modules:
            if module.partition(".")[0] not in allowed:
                yield f"{node.lineno} imports {module}"  # type: ignore[attr-defined]
        if isinstance(node, ast.Name) and node.id in _RUNNING:
            yield f"{node.lineno} names {node.id}"
        if isinstance(node, ast.JoinedStr) and any(
            isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
            and inner.func.id in _RUNNING
            for inner in ast.walk(node)
        ):  # fmt: skip
            yield f"{node.lineno} runs something inside a text"


def _comments(source: str, texts: set[str]) -> Iterator[str]:
    """Comments that hold or begin with a text of the description, and aren't the templates'."""
    ours = _template_text()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        words = token.string.lstrip("# ").strip()
        if len(words) >= 4 and words not in ours and any(words in text for text in texts):
            yield f"{token.start[0]} has a comment out of the description: {words[:80]}"


@cache
def _template_modules() -> frozenset[str]:
    found = re.findall(r"^ *(?:from|import) ([A-Za-z_]\w*)", _template_text(), re.MULTILINE)
    return frozenset(found)


@cache
def _template_text() -> str:
    texts: list[str] = []
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            texts.append(path.read_text(encoding="utf-8"))
    return "\n".join(texts)


def _strings(data: Any) -> Iterator[str]:
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
