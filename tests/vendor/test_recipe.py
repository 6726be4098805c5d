"""The recipe of docs/vendoring.md for a machine without speclock: it agrees with ``verify``."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from generator.hashing import sha256_of
from generator.services.verify import verify
from tests.support.command import Outcome, python, standing_in
from tests.support.manglings import MANGLINGS, record
from tests.support.project import Farm

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "vendoring.md"


def recipe() -> str:
    """The only Python of the page."""
    (found,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


CODE = compile(recipe(), "verify.py", "exec")


@pytest.fixture
def folder(farm: Farm) -> Iterator[Path]:
    """The folder with the copy, to spoil; the current one."""
    with standing_in(farm.root):
        yield farm.root


def run_recipe(folder: Path, package: str) -> Outcome:
    """Run it with an interpreter that finds nothing but the standard library."""
    (folder / "verify.py").write_text(recipe(), encoding="utf-8")
    return python(folder, "-I", "-S", "-W", "error", "verify.py", package, code=None)


def found_by_recipe(package: str) -> set[Path] | None:
    """The files that the recipe prints; None if it fails."""
    before = sys.argv
    sys.argv = ["verify.py", package]
    try:
        exec(CODE, {"__name__": "__main__"})  # noqa: S102 - a page of this repository
    except SystemExit as end:
        return set(map(Path, str(end.code or "").splitlines()))
    except (OSError, ValueError, LookupError):
        return None
    finally:
        sys.argv = before
    raise AssertionError("the recipe has no exit code")


def found_by_verify(package: str) -> set[Path] | None:
    """The files that ``verify`` names; None if it refuses the copy."""
    found = verify(package)
    if found.state == "unknown":
        return None
    assert (found.state == "untouched") == (not found.edits)
    return {Path.cwd() / one.path for one in found.edits}


def test_the_recipe_is_short() -> None:
    assert len([line for line in recipe().splitlines() if line]) <= 25


def test_it_needs_only_the_standard_library(folder: Path) -> None:
    """In a process of its own: as it was copied, with one extra file, and without tests."""
    assert run_recipe(folder, "fruit").code == 0
    (folder / "fruit" / "mine.py").touch()
    found = run_recipe(folder, "fruit")
    assert (found.code, found.err) == (1, f"{folder / 'fruit' / 'mine.py'}\n")
    (folder / "fruit" / "mine.py").unlink()
    shutil.rmtree(folder / "tests")
    assert run_recipe(folder, "fruit").code == 1


def test_what_is_fine(farm: Farm, folder: Path) -> None:
    assert found_by_recipe("fruit") == set()
    assert found_by_recipe(str(folder / "fruit")) == set()
    with standing_in(folder / "fruit"):
        assert found_by_recipe(".") == set()
    original = farm.maker.package
    assert found_by_recipe(str(original)) == set()
    installed = shutil.copytree(original, folder / "site-packages" / "orchard")
    assert found_by_recipe(str(installed)) == found_by_verify(str(installed)) == set()


@pytest.mark.parametrize(
    ("part", "inside", "name"),
    [("edited", "fruit", "models.py"), ("edited_tests", "tests/fruit", "conftest.py")],
)
def test_an_edit_that_is_recorded(folder: Path, part: str, inside: str, name: str) -> None:
    path = folder / inside / name
    good = path.read_bytes()
    edited = good + b"x = 1\n"
    path.write_bytes(edited)
    assert found_by_recipe("fruit") == {path}
    record(lambda _, data: data.update({part: {name: sha256_of(edited)}}))(Random(0), folder)
    assert found_by_recipe("fruit") == set()
    for other in (good, edited + b"y = 1\n"):
        path.write_bytes(other)
        assert found_by_recipe("fruit") == {path}


SEEDS = [
    *range(len(MANGLINGS)),
    *(pytest.param(n, marks=pytest.mark.nightly) for n in range(len(MANGLINGS), 220)),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_recipe_and_verify_agree(folder: Path, seed: int) -> None:
    """Each way alone at least once, and then up to three at a time."""
    rng = Random(seed)
    first = MANGLINGS[seed % len(MANGLINGS)]
    more = rng.choices(MANGLINGS, k=rng.choice([0, 0, 1, 2])) if seed >= len(MANGLINGS) else []
    for mangle in (first, *more):
        try:
            mangle(rng, folder)
        except (OSError, ValueError, LookupError):  # what it needs is gone
            continue
    ours, theirs = found_by_verify("fruit"), found_by_recipe("fruit")
    if ours is None:
        assert theirs is None or theirs
    else:
        assert theirs == ours
