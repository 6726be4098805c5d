"""Type checkers, linters and formatters in a user's project."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import pytest

from tests.works_with.page import UserProject, shown_files

pytestmark = pytest.mark.slow

PROGRAMS = [name for name in shown_files() if name.endswith(".py")]
UNTYPED = {"test_vcrpy.py", "test_factory_boy.py", *(name for name in PROGRAMS if "shop_" in name)}
"""Those of libraries that have no types, or aren't installed here."""

WRONG = "import shop\n\nshop.create(7)\n"


@pytest.fixture
def examples(project: UserProject) -> UserProject:
    """A project with the programs and tests of the page."""
    project.show(*PROGRAMS)
    return project


def test_mypy(examples: UserProject) -> None:
    """The package, its tests and the examples, and one program that is wrong."""
    for name in UNTYPED:
        (examples.root / name).unlink()
    examples.write("wrong.py", WRONG)
    done = examples.python("-m", "mypy", "--strict", ".", MYPYPATH="generated")
    error, summary, _ = done.out.split("\n")
    assert error.startswith('wrong.py:3: error: Argument 1 to "create" has incompatible type "int"')
    assert summary.startswith("Found 1 error in 1 file (checked ")


@pytest.mark.nightly
def test_pyright(project: UserProject) -> None:
    """The package, its tests and the module that calls it: one program is wrong."""
    project.write("wrong.py", WRONG)
    settings = {"typeCheckingMode": "strict", "extraPaths": ["generated"]}
    project.write("pyrightconfig.json", json.dumps(settings))
    done = project.python("-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable)
    found = json.loads(done.out)
    (diagnostic,) = found["generalDiagnostics"]
    assert diagnostic["file"].endswith("wrong.py")
    assert found["summary"]["filesAnalyzed"] > 35


COMMANDS: Mapping[str, list[str]] = {
    "ruff check": ["ruff", "check", "--fix", "--exit-zero", "--no-cache"],
    "ruff format": ["ruff", "format", "--no-cache"],
    "black": ["black", "--quiet"],
    "isort": ["isort", "--quiet"],
}
UNTIDY = "import sys\nimport os\nprint( os, sys )\n"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "named", [(), ("generated/pinterest_audiences/_runtime/readers.py",)], ids=["folder", "file"]
)
def test_linters_leave_the_files(
    command: str, named: tuple[str, ...], project: UserProject
) -> None:
    """With the lines of the page; without them, the tool would change generated files."""
    for path in project.output.rglob("*.py"):
        if path.name != "readers.py":
            path.unlink()  # one that each tool would change is enough, and faster
    before = project.files("generated")

    def run() -> bool:
        """Run the tool; return whether it changed a generated file."""
        project.write("untidy.py", UNTIDY)
        project.python("-m", *COMMANDS[command], *(named or ["."]), "untidy.py", code=0)
        assert (project.root / "untidy.py").read_text(encoding="utf-8") != UNTIDY
        return project.files("generated") != before

    project.write_settings(shown_files()["pyproject.toml"])
    assert not run()
    project.write_settings("")
    assert run()


def test_the_examples_are_tidy(examples: UserProject) -> None:
    """By the defaults of ruff, as in a new project."""
    examples.write_settings(shown_files()["pyproject.toml"])
    for command in (["check"], ["format", "--check"]):
        examples.python("-m", "ruff", *command, "--no-cache", ".", code=0)
