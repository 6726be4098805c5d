"""Imports within a generated package, those for type checkers and those in functions included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from generator.codegen.templates import HEADERS
from generator.reading.document.cycles import strongly_connected
from tests.support.cases import CASES, package_of, topics
from tests.support.generated_case import GeneratedCases

PACKAGE = Path(__file__).resolve().parents[2] / "generated" / "pinterest_audiences"
RUNTIME = PACKAGE.parents[1] / "templates" / "client" / "_runtime"


@pytest.fixture(params=["pinterest_audiences", *topics(CASES)])
def package(request: pytest.FixtureRequest, cases: GeneratedCases) -> Path:
    """Return the folder of a package."""
    if request.param == PACKAGE.name:
        return PACKAGE
    cases.load(request.param)
    return cases.folder / package_of(request.param)


def test_no_circle(package: Path) -> None:
    modules = {path.relative_to(package).with_suffix("").parts for path in package.rglob("*.py")}
    imports = {module: set(imported(package, module, modules)) for module in modules}
    circles = strongly_connected(imports, lambda module: sorted(imports[module] - {module}))
    assert [circle for circle in circles if len(circle) > 1] == []


def imported(
    package: Path, module: tuple[str, ...], modules: set[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """Yield the modules of a package that one of them imports."""
    source = package.joinpath(*module).with_suffix(".py").read_text(encoding="utf-8")
    for level, path, name in relative_imports(source):
        place = (*module[: len(module) - level], *path)
        ways = ((*place, name), (*place, name, "__init__"), place)
        yield from [way for way in ways if way in modules][:1]


@cache
def relative_imports(source: str) -> list[tuple[int, tuple[str, ...], str]]:
    """Return the level, the module and the name of each; most packages share their modules."""
    return [
        (node.level, tuple(filter(None, (node.module or "").split("."))), name.name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.level
        for name in node.names
    ]


def test_each_import_of_the_runtime_is_of_a_module_in_the_package(package: Path) -> None:
    """Type checkers don't notice one that is absent: they read one runtime for all packages."""
    for path in package.rglob("*.py"):
        module = path.relative_to(package).parts
        for level, place, name in relative_imports(path.read_text(encoding="utf-8")):
            target = (*module[: len(module) - level], *place)
            if target == ("_runtime",):
                target = (*target, name)
            if target[:1] == ("_runtime",):
                assert package.joinpath(*target).with_suffix(".py").is_file(), target


def test_the_runtime_is_the_same_everywhere(package: Path) -> None:
    """But for the one line that chooses the HTTP library."""
    for path in (package / "_runtime").rglob("*.py"):
        if path.name != "http.py":
            template = RUNTIME / path.relative_to(package / "_runtime")
            assert path.read_bytes() == HEADERS[".py"].encode() + template.read_bytes()


def test_each_module_of_the_runtime_is_imported(package: Path) -> None:
    modules = {path.relative_to(package).with_suffix("").parts for path in package.rglob("*.py")}
    used = {target for module in modules for target in imported(package, module, modules)}
    unused = {m for m in modules - used if m[0] == "_runtime" and m[-1] != "__init__"}
    assert unused <= {("_runtime", "http")}


def test_a_package_lacks_modules_for_other_types_and_operations() -> None:
    """The example has no dates, decimals, discriminators, streamed bodies or tokens to fetch."""
    there = {path.stem for path in (PACKAGE / "_runtime").glob("*.py")}
    others = {"auth_errors", "body_streams", "environment", "exact", "formats", "http_auth"}
    assert not there & {*others, "oauth", "unions", "parameters", "stream"}
