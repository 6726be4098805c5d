"""The templates keep the rules of the house; a description's text enters through two sinks only.

Templates are read as Jinja reads them, so a rule can't be met by spelling.
"""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from generator.codegen.ir import models, operations, package
from generator.codegen.render.views import package as packages
from generator.codegen.render.views import test_modules
from generator.watch.changes.formats import html_view as view

FOLDER = Path(__file__).resolve().parents[2] / "templates"

TEMPLATES = sorted(
    path for part in ("models", "client", "tests") for path in (FOLDER / part).rglob("*.jinja")
)
PLAIN = sorted(path for part in ("client", "tests") for path in (FOLDER / part).rglob("*.py"))
MODELS = sorted((FOLDER / "models").rglob("*.jinja2"))
PAGES = sorted((FOLDER / "report").glob("*.html.jinja"))
STYLES = sorted((FOLDER / "report").glob("*.css"))
FILTERS = {"docstring", "literal", "markdown", "names"}

FORBIDDEN = (
    nodes.Assign, nodes.AssignBlock, nodes.NSRef, nodes.Import, nodes.FromImport, nodes.Extends,
    nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.With, nodes.Block, nodes.CondExpr,
    nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow,
    nodes.List, nodes.Dict, nodes.Slice, nodes.ScopedEvalContextModifier,
)  # fmt: skip


def named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def parsed(path: Path) -> nodes.Template:
    return jinja2.Environment(autoescape=False).parse(path.read_text(encoding="utf-8"))


every_template = pytest.mark.parametrize("path", TEMPLATES, ids=named)
every_page = pytest.mark.parametrize("path", PAGES, ids=named)
both = pytest.mark.parametrize("path", [*TEMPLATES, *PAGES], ids=named)


def test_the_folders_are_as_the_house_says() -> None:
    assert all((TEMPLATES, PLAIN, MODELS, PAGES))
    others = {FOLDER / "ci" / "speclock.yml", FOLDER / "former_names.toml"}
    known = {*TEMPLATES, *PLAIN, *MODELS, *PAGES, *STYLES, *others}
    assert {p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts} == known


@both
def test_begins_by_naming_what_it_receives(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"\{#- (ir|views|changes\.formats\.html_view)\.(\w+)\b.* -#\}", first)
    assert found
    ir = {**vars(models), **vars(operations), **vars(package)}
    views = {**vars(packages), **vars(test_modules)}
    room = {"ir": ir, "views": views}.get(found[1], vars(view))
    assert isinstance(room[found[2]], type)


@both
def test_decides_nothing(path: Path) -> None:
    """No variable, macro, arithmetic or inline condition; branches by a plain attribute."""
    template = parsed(path)
    assert [type(node).__name__ for node in template.find_all(FORBIDDEN)] == []
    for branch in template.find_all(nodes.If):
        assert branch.elif_ == [], f"line {branch.lineno}: elif"
    for loop in template.find_all(nodes.For):
        assert loop.test is None, f"line {loop.lineno}: a filter in a loop"
        assert not loop.recursive
        assert loop.else_ == []


@every_template
def test_uses_only_the_known_filters(path: Path) -> None:
    for node in parsed(path).find_all(nodes.Filter):
        assert node.name in FILTERS, f"line {node.lineno}: {node.name}"
        assert node.kwargs == []
        assert len(node.args) <= (1 if node.name == "docstring" else 0)
        assert all(isinstance(arg, nodes.Const) and isinstance(arg.value, int) for arg in node.args)
    assert [node.name for node in parsed(path).find_all(nodes.Test)] == []


@both
def test_includes_by_a_constant_name(path: Path) -> None:
    for node in parsed(path).find_all(nodes.Include):
        assert isinstance(node.template, nodes.Const)
        assert (path.parent / str(node.template.value)).is_file()
        assert not node.ignore_missing


@both
def test_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@every_page
def test_a_page_lets_no_value_past_the_escaping(path: Path) -> None:
    template = parsed(path)
    assert {node.name for node in template.find_all(nodes.Filter)} <= {"length"}
    assert list(template.find_all(nodes.Call)) == []
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"=\s*\{\{", source), "a value as an attribute without quotes"
    assert not re.search(r"<script|\son\w+=|\ssrc=|href=\"(?!#)|\sstyle=", source)


@pytest.mark.parametrize("path", PLAIN, ids=named)
def test_code_without_holes_is_plain_python(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    compile(source, str(path), "exec")
    lines = [line for line in source.splitlines() if "f'" not in line and 'f"' not in line]
    assert not [line for line in lines if re.search(r"{[{%#]", line)]
