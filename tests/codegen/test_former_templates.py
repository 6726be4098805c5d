"""Templates of the user's that were copied from an earlier version, or that make no usable package.

Nothing that they make is run: the message names the template, what is missing and where it is now.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.codegen.former_templates import FORMER_FIXTURES, successors
from generator.codegen.templates import Templates
from tests.support.command import ROOT, run_tests
from tests.support.project import ORCHARD, Project, make_project

pytestmark = pytest.mark.slow

OURS = ROOT / "templates"
FEATURES = ["testing", "response_headers", "text"]
COMMITS = ("262790d", "f884a88c")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project with an empty folder of templates."""
    made = make_project(tmp_path, templates="own", client="Orchard", features=FEATURES)
    (tmp_path / "own").mkdir()
    return made


def replace_in(project: Project, name: str, old: str, new: str) -> None:
    """Write a template as the user's, which is ours but for one text."""
    text = (OURS / name).read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    project.write(f"own/{name}", text.replace(old, new))


CASES = {
    "a module that is gone": (
        "client/__init__.py.jinja", "from ._runtime.retry import", "from ._retry import",
        "{line}: there is no module ._retry; its code is now in client/_runtime/retry.py",
    ),
    "a name that a module doesn't have": (
        "client/__init__.py.jinja", "import RawResponse", "import ReadResponse as RawResponse",
        "own/client/__init__.py.jinja:{line}: _runtime/clients.py has no ReadResponse",
    ),
    "a module that lacks a name which others import": (
        "client/_runtime/headers.py", "safe_headers", "all_headers",
        "own/client/_runtime/headers.py: has no safe_headers, which _runtime/",
    ),
    "a name that nothing defines": (
        "client/_runtime/retry.py", "random.uniform(", "randomly.uniform(",
        "own/client/_runtime/retry.py:{line}: nothing defines randomly, which _runtime/retry.py",
    ),
    "a name that __all__ has alone": (
        "client/testing.py.jinja", '__all__ = [', '__all__ = ["Faker", ',
        "own/client/testing.py.jinja:{line}: nothing defines Faker, which testing.py uses",
    ),
    "a fixture of an earlier conftest.py": (
        "tests/_resource.py.jinja", "({{ function", "(server, {{ function",
        "own/tests/_resource.py.jinja:{line}: no fixture server; use the fixture `fake`",
    ),
    "a conftest.py without a fixture": (
        "tests/conftest.py.jinja", "def fake(", "def pretended(",
        "own/tests/conftest.py.jinja: no fixture fake for tests/test_",
    ),
    "a name in a test": (
        "tests/conftest.py.jinja", "import asyncio\n", "",
        "own/tests/conftest.py.jinja:{line}: nothing defines asyncio, which tests/conftest.py uses",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_missing_is_told(case: str, project: Project) -> None:
    """A package that can't be imported, or tests that can't run, aren't written."""
    name, old, new, says = CASES[case]
    replace_in(project, name, old, new)
    changed = (project.root / "own" / name).read_text(encoding="utf-8").splitlines()
    missing = new or "asyncio"
    lines = [number for number, line in enumerate(changed, 1) if missing.strip() in line]
    error = project.refuses("generate")
    assert says.format(line=lines[0] if lines else 0) in error, error
    assert "docs/upgrading.md" in error
    assert not project.output.exists()
    project.does("generate", "--no-templates")


def test_copies_of_all_templates_are_accepted(project: Project) -> None:
    """What is as speclock has it makes a package that can be used."""
    for name in Templates.of().sources:
        project.write(f"own/{name}", (OURS / name).read_text(encoding="utf-8"))
    project.generate()
    run_tests(project.output)


def test_names_that_python_resolves_are_accepted(project: Project) -> None:
    """Names from blocks, stars, modules as names, builtins, and a plugin's fixture."""
    more = """
try:
    import tomllib as toml
except ImportError:
    toml = None
with open(__file__) as source:
    first, (second, *rest) = 1, (2, 3)
for number in (first, second):
    last = number
if (walrus := last) and rest:
    from . import words as our_words
from .words import *
def use(): return toml, source, walrus, our_words, last, one_line, __name__
"""
    headers = "client/_runtime/headers.py"
    project.write(f"own/{headers}", (OURS / headers).read_text(encoding="utf-8") + more)
    for module in ("responses", "json"):
        name = f"client/_runtime/{module}.py"
        text = (OURS / name).read_text(encoding="utf-8")
        names = "first, last, our_words, second, source, toml, use, walrus"
        project.write(f"own/{name}", f"{text}\nfrom .headers import {names}  # noqa\n")
    arguments = "({{ function.arguments }}"
    plugin = "(tmp_path, httpx_mock, {{ function.arguments }}"
    replace_in(project, "tests/_resource.py.jinja", arguments, plugin)
    replace_in(
        project, "client/__init__.py.jinja", "__all__ =",
        "def __getattr__(name: str) -> str:\n    return name\n\n\n__all__ =",
    )  # fmt: skip
    project.generate()


def former(commit: str) -> dict[str, bytes]:
    """Return the templates of a client that a commit had, and that are others now."""
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", commit, "templates"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("the clone is shallow")
    contents: dict[str, bytes] = {}
    for path in listed.stdout.splitlines():
        name = path.removeprefix("templates/")
        if name.startswith(("client/", "models/", "tests/")):
            contents[name] = subprocess.run(
                ["git", "show", f"{commit}:{path}"], cwd=ROOT, capture_output=True, check=True
            ).stdout
    return contents


CALLED_OTHERWISE = {
    ("262790d", "models/pydantic_v2/BaseModel.jinja2"),
    ("f884a88c", "client/_runtime/arguments.py"),
    ("f884a88c", "client/_runtime/deviations.py"),
    ("f884a88c", "client/_runtime/json.py"),
    ("f884a88c", "client/_runtime/operation.py"),
    ("f884a88c", "client/_runtime/transport.py"),
}
"""Each name is there, but takes other arguments: the generated tests tell that, and no import."""


@pytest.mark.nightly
@pytest.mark.parametrize("commit", COMMITS)
def test_an_earlier_template_works_or_is_refused(
    commit: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each template of an earlier version, alone, is refused by name, or makes tests that pass."""
    for name, content in former(commit).items():
        if (OURS / name).is_file() and (OURS / name).read_bytes() == content:
            continue
        root = tmp_path_factory.mktemp("project")
        project = make_project(root, ORCHARD, templates="own", client="Orchard", features=FEATURES)
        project.write(f"own/{name}", content.decode())
        outcome = project.run("generate")
        if outcome.code:
            assert outcome.code == 2, (name, outcome)
            assert "docs/upgrading.md" in outcome.err, (name, outcome)
            assert f"own/{name}" in outcome.err, (name, outcome)
        elif name.endswith((".py", ".jinja", ".jinja2")):
            passed = run_tests(project.output, "tests", code=None).code == 0
            assert passed or (commit, name) in CALLED_OTHERWISE, name


@pytest.mark.parametrize("commit", COMMITS)
def test_each_former_name_has_a_successor(commit: str) -> None:
    """A template that isn't there any more leads to those that have its code, on the page, too."""
    sources = Templates.of().sources
    for name in former(commit):
        if name not in sources:
            moved = successors(name, sources)
            assert moved, name
            assert set(moved) <= sources.keys(), name


def test_the_names_of_fixtures_are_those_of_conftest() -> None:
    """No fixture of today's is told to be gone."""
    text = (OURS / "tests" / "conftest.py.jinja").read_text(encoding="utf-8")
    for name in FORMER_FIXTURES:
        assert f"def {name}(" not in text
