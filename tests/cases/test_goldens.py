"""Every case of ``tests/cases``: a description in, a package out that is exactly the expected one,
imports and passes its own generated tests. Type checkers run in ``tests/client/test_types.py``.

A case is a folder; its ``test_case.py`` asserts what it is about. After a change of output run
``python tests/update_goldens.py`` and read the diff.
"""

from __future__ import annotations

import ast
import difflib
import os
import re
import subprocess
import sys
import typing
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from xml.etree.ElementTree import Element

import pytest
from pydantic import BaseModel

from generator.base.errors import Findings
from generator.codegen.ir.html_text import as_text
from generator.project.services.project.descriptions import no_progress
from generator.project.services.project.read_api import read_package
from generator.reading.openapi.model.document import Document
from tests.support.cases import (
    CASES,
    HASHES,
    case_goldens,
    package_hash,
    package_of,
    read_hashes,
    settings_of,
    spec_of,
    topics,
)
from tests.support.generated_case import Case, GeneratedCases

TOPICS = topics(CASES)
"""The functions and classes that some packages have for nothing, each with the reason."""
EXAMPLE = CASES.parents[1] / "generated" / "pinterest_audiences"


@pytest.fixture(scope="module")
def own_tests(cases: GeneratedCases) -> Element:
    """Run the generated tests of all cases in one process; return the report."""
    packages = [package_of(topic) for topic in TOPICS if not cases.outcome(topic).code]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-pno:cacheprovider", "-pno:asyncio", "-Werror",
         "--import-mode=importlib", "--rootdir=.", "--tb=short", "--junitxml=junit.xml",
         *(f"tests/{package}" for package in packages)],
        cwd=cases.folder, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = cases.folder / "junit.xml"
    assert report.is_file(), done.stdout[-3000:] + done.stderr[-3000:]
    return ET.parse(report).getroot()


@pytest.mark.parametrize("topic", TOPICS)
def test_is_as_expected(topic: str, cases: GeneratedCases) -> None:
    outcome = cases.outcome(topic)
    assert outcome.code == 0, outcome.err
    found = case_goldens(topic, cases.folder, outcome)
    expected = CASES / topic / "expected"
    wanted = {
        path.relative_to(expected).as_posix(): path.read_text(encoding="utf-8")
        for path in expected.rglob("*")
        if path.is_file()
    }
    diff: list[str] = []
    for name in sorted({*found, *wanted}):
        old, new = wanted.get(name, "").splitlines(), found.get(name, "").splitlines()
        diff += difflib.unified_diff(old, new, f"{topic}/expected/{name}", "made", lineterm="")
    if package_hash(topic, cases.folder) != read_hashes().get(topic):
        diff += [f"{topic}: the package isn't the one with the hash in {HASHES.name}"]
    if diff:
        accept = f"To see what differs, and to accept it: python tests/update_goldens.py {topic}"
        pytest.fail("\n".join([*diff, accept]), pytrace=False)


@pytest.mark.parametrize("topic", TOPICS)
def test_imports(topic: str, load_case: Callable[[str], Case]) -> None:
    """Every module imports without a warning, and every annotation means something."""
    case = load_case(topic)
    modules = case.modules
    for value in vars(case.models).values():
        if (
            isinstance(value, type)
            and issubclass(value, BaseModel)
            and value.__module__ == case.models.__name__
        ):
            typing.get_type_hints(value, include_extras=True)
            value.model_json_schema(mode="validation")
    params = modules.get("params")  # imported for type checkers alone
    hidden = {"params": params, "params_": params}
    public = [m for n, m in modules.items() if n == "client" or n.startswith("resources.")]
    for module, value in [(m, v) for m in public for v in vars(m).values()]:
        if not (isinstance(value, type) and value.__module__ == module.__name__):
            continue
        assert value.__doc__, f"{value.__name__} has no docstring"
        for name, member in vars(value).items():
            if callable(member) and not name.startswith("_"):
                assert member.__doc__, f"{value.__name__}.{name} has no docstring"
                typing.get_type_hints(getattr(member, "__wrapped__", member), None, hidden)


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_passes_its_own_tests(topic: str, own_tests: Element) -> None:
    passed, failed = 0, list[str]()
    for test in own_tests.iter("testcase"):
        place = f"{test.get('classname')} {test.get('name')}"
        if package_of(topic) not in re.split(r"[. /]", place):
            continue
        faults = [*test.iter("failure"), *test.iter("error")]
        passed += not faults and test.find("skipped") is None
        failed += [f"{place}: {fault.get('message')}"[:600] for fault in faults]
    assert not failed, "\n".join(failed[:8])
    assert passed, f"no generated test ran for {topic}"


@cache
def _attributes_and_texts(source: bytes) -> tuple[list[str], list[str]]:
    """Return the names of a module's attributes, and its texts; most packages share modules."""
    nodes = [*ast.walk(ast.parse(source))]
    attributes = [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return attributes, [" ".join(text.split()) for text in constants if isinstance(text, str)]


def _top_level(source: str) -> dict[str, set[str]]:
    """Each definition of a module to the names that it mentions."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(source).body:
        names: list[str] = []
        if isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        mentioned = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if names and isinstance(node, ast.Assign):  # a class that follows is mentioned as text
            texts = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
            mentioned |= {text for text in texts if isinstance(text, str)}
        found |= {name: mentioned - {name} for name in names}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_every_model_is_of_use(topic: str, cases: GeneratedCases) -> None:
    """No class is left over from what was merged into another, and none is numbered."""
    assert cases.outcome(topic).code == 0, cases.outcome(topic).err
    package = cases.folder / package_of(topic)
    definitions = _top_level((package / "models.py").read_text(encoding="utf-8"))
    users = [p for p in package.rglob("*.py") if p.name != "models.py"]
    reached: set[str] = set()
    wanted = [name for path in users for name in _attributes_and_texts(path.read_bytes())[0]]
    if settings_of(topic).models:  # models alone are for callers
        wanted += [name for name in definitions if not name.startswith("_")]
    while wanted:
        name = wanted.pop()
        if name in definitions and name not in reached:
            reached.add(name)
            wanted += definitions[name]
    assert sorted(set(definitions) - reached) == []
    assert [name for name in definitions if re.search(r"[a-z_][0-9a-f]{6}(OrStr)?$", name)] == []


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_no_prose_is_lost(topic: str, cases: GeneratedCases) -> None:
    """Each description of an operation, a parameter, a schema and a property is in the package."""
    assert cases.outcome(topic).code == 0, cases.outcome(topic).err
    name = package_of(topic)
    texts: list[str] = []
    for path in (cases.folder / name).rglob("*.py"):
        texts += _attributes_and_texts(path.read_bytes())[1]
    kept = "\n".join(texts)
    client = replace(settings_of(topic), spec=spec_of(CASES / topic).name, package=name)
    source, _ = read_package(client, CASES / topic, Findings(), no_progress)
    prose = map(as_text, _prose(source.canonical))
    lost = [text for text in prose if " ".join(text.split()) not in kept]
    assert lost == []


def _prose(document: Document) -> Iterator[str]:
    """Yield the descriptions in a canonical document that belong into a client."""
    for operation in document.operations:
        yield from (operation.summary, operation.description)
        yield from (parameter.description for parameter in operation.parameters)
    for schema in document.schemas.values():
        yield schema.description
        yield from (each.description for each in (schema.properties or {}).values())


def test_every_folder_has_a_description_and_a_test() -> None:
    assert {path.parent.name for path in CASES.glob("*/*")} - {"__pycache__"} == set(TOPICS)
    assert sorted(path.parent.name for path in CASES.glob("*/test_case.py")) == TOPICS
    assert sorted(read_hashes()) == TOPICS
    for topic in TOPICS:
        (spec,) = (CASES / topic).glob("spec.*")
        assert 20 <= len(spec.read_text(encoding="utf-8").splitlines()) <= 120
