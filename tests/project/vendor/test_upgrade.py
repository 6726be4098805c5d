"""``speclock upgrade``: what changes for callers is said first, then it is written."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.support.command import Outcome, Terminal, python, speclock
from tests.support.project import CALL, SHRUBS, Project, manifest, tree

pytestmark = pytest.mark.slow


def changes(found: Outcome) -> list[str]:
    """The lines that tell of names, without their indent."""
    return [
        re.sub(r"^((?:breaks )?) *(\w+) +", r"\1\2 ", line.strip())
        for line in found.out.splitlines()
        if line.startswith("  ")
    ]


def bump(found: Outcome) -> str:
    """What is suggested."""
    match = re.search(r"^Suggested version bump: (\w+)\.$", found.out, re.MULTILINE)
    assert match, found.out + found.err
    return match[1]


KIND = "enum: [APPLE, PEAR, PLUM]"
LIMIT = "- {name: limit, in: query, schema: {type: integer, maximum: 100}}"
WEIGHT = "weight: {type: number}"

# The kinds of changes are in tests/codegen/apidiff.
CASES: dict[str, tuple[str, str, str, list[str]]] = {
    "a member that goes": (
        KIND, "enum: [APPLE, PEAR]", "major", ["breaks removed Kind.PLUM = 'PLUM'"],
    ),
    "a member that comes": (
        KIND, "enum: [APPLE, PEAR, PLUM, FIG]", "minor", ["added Kind.FIG = 'FIG'"],
    ),
    "a required field of what is only read": (
        WEIGHT, WEIGHT + "\n        id: {type: string}\n      required: [id]", "minor",
        ["added Basket.id: str"],
    ),
    "a required parameter that comes": (
        LIMIT,
        LIMIT + "\n        - {name: page, in: query, required: true, schema: {type: integer}}",
        "major", ["breaks added baskets.list(page: int)"],
    ),
    "a call that is called otherwise": (
        "operationId: baskets/list", "operationId: baskets/all", "major",
        ["breaks renamed baskets.list(", "breaks renamed testing.Fake.baskets_list: "],
    ),
    "prose": ("description: The baskets.", "description: All baskets.", "patch",
              ["No public name changes."]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_changes(case: str, maker: Project, copy: Path) -> None:
    old, new, wanted, lines = CASES[case]
    maker.describe((old, new))
    before = tree(copy)
    found = maker.run("upgrade", copy, "--dry-run", code=1)
    assert tree(copy) == before
    told = changes(found)
    assert len(told) == len(lines), told
    for line, start in zip(told, lines, strict=True):
        assert line.startswith(start), line
    assert bump(found) == wanted


def test_a_resource_with_another_name(maker: Project, copy: Path) -> None:
    """Its methods, its classes and what leads there have other names."""
    maker.describe(SHRUBS)
    told = [re.split(r"[(:→]", line)[0].rstrip() for line in changes(
        maker.run("upgrade", copy, "--dry-run")
    )]  # fmt: skip
    assert told == [
        "breaks renamed Orchard.baskets",
        "breaks renamed baskets.list",
        "breaks renamed class resources.baskets.AsyncBasketsResource",
        "breaks renamed class resources.baskets.BasketsResource",
        "breaks renamed testing.Fake.baskets_list",
    ]


def test_the_answer_counts(maker: Project, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal it asks, after it has said what changes."""
    maker.describe((KIND, "enum: [APPLE, PEAR]"))
    before = tree(copy)

    for answer, code in (("", 1), ("n\n", 1), ("y\n", 0)):
        monkeypatch.setattr(sys, "stdin", Terminal(answer or "\n"))
        found = maker.run("upgrade", copy)
        assert found.code == code
        assert found.out.index("removed   Kind.PLUM") < found.out.index("Write it? [y/N]")
        assert (tree(copy) == before) == bool(code)


def test_an_edit_that_is_no_python(maker: Project, copy: Path) -> None:
    maker.describe((KIND, "enum: [APPLE, PEAR]"))
    (copy / "models.py").write_text("x = 1\nclass ???\n", encoding="utf-8")
    error = maker.refuses("upgrade", copy, "--yes", "--force")
    assert f"{copy / 'models.py'}:2: " in error
    assert "speclock vendor --force" in error


def test_what_is_no_longer_wanted_goes(maker: Project, copy: Path) -> None:
    (copy / "resources" / "mine.py").write_text("mine = 1\n", encoding="utf-8")
    maker.describe(SHRUBS)
    maker.does("upgrade", copy, "--yes")
    assert {path.name for path in (copy / "resources").glob("*.py")} == {
        "__init__.py", "trees.py", "shrubs.py", "mine.py",
    }  # fmt: skip


def test_the_tests_go_along(maker: Project, copy: Path) -> None:
    maker.describe((KIND, "enum: [APPLE, FIG]"), ('version: "1.0"', 'version: "2.0"'))
    maker.does("upgrade", copy, "--yes")
    assert maker.does("verify", copy).err == ""
    assert maker.does("upgrade", copy).out == f"{copy}: up to date with orchard.\n"
    tests = copy.parent / "tests" / "fruit"
    assert "FIG" in (tests / "openapi.json").read_text(encoding="utf-8")
    assert manifest(copy)["spec"]["info.version"] == "2.0"
    assert python(copy.parent, "-c", CALL.format(name="fruit")).out == "fruit.models 3\n"


def test_json(maker: Project, copy: Path) -> None:
    maker.describe((KIND, "enum: [APPLE, PEAR]"))
    found = maker.run("upgrade", copy, "--dry-run", "--format", "json", code=1)
    data = json.loads(found.out)
    assert data["bump"] == "major"
    assert data["changes"] == [
        {
            "action": "removed", "kind": "member", "name": "Kind.PLUM",
            "before": "PLUM = 'PLUM'", "after": "", "breaks": True,
        }
    ]  # fmt: skip
    assert any(name.endswith("fruit/models.py") for name in data["files"])
    assert json.loads(maker.does("upgrade", copy, "--yes", "--format", "json").out) == data
    assert json.loads(maker.does("upgrade", copy, "--format", "json").out)["bump"] == "none"


def test_from_the_strangers_side(maker: Project, copy: Path) -> None:
    """There the original is named; without that it is said what is wanted."""
    maker.describe((KIND, "enum: [APPLE, PEAR]"))
    found = speclock(copy.parent, "upgrade", "fruit", "--yes")
    assert found.code == 2
    assert "fruit is a copy of 'orchard', which isn't a client" in found.err
    found = speclock(copy.parent, "upgrade", "fruit", "--yes", "--from", maker.package)
    assert found.code == 0, found.err
    assert "PLUM" not in (copy / "models.py").read_text(encoding="utf-8")


def test_what_is_no_copy(maker: Project, tmp_path: Path) -> None:
    assert "wasn't made by speclock vendor" in maker.refuses("upgrade", maker.package)
    assert "no speclock.json that can be read" in maker.refuses("upgrade", tmp_path)


def test_a_copy_that_was_moved(maker: Project, copy: Path) -> None:
    """It works under its new name, and the next upgrade records that."""
    moved = copy.with_name("pears")
    copy.rename(moved)
    assert maker.run("verify", moved).code in (0, 1)
    maker.does("upgrade", moved, "--yes")
    assert manifest(moved)["vendored"]["import"].endswith("pears")
    maker.does("verify", moved)
