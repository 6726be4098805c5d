"""``verify --all`` and ``upgrade --all``: the copies of all clients in one run."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import Outcome, Terminal, speclock
from tests.support.project import FIG, SHRUBS, Project, edit_manifest, made_once, new_orchard, tree

pytestmark = pytest.mark.slow

UPGRADE = ("upgrade", "--all", "--outside", "--yes")
NAMES = ("apples", "figs", "pears")


@pytest.fixture
def root(shared_folder: Path, tmp_path: Path) -> Path:
    """The maker's project and three copies under three names, all of them listed."""

    def make(root: Path) -> None:
        maker = new_orchard(shared_folder, root / "maker")
        for name in NAMES:
            maker.does("vendor", root / "farm" / name, "--tests", root / "farm" / "tests" / name)
        list_copies(maker, *(f"../farm/{name}" for name in NAMES))

    made = made_once(shared_folder, "copies", make)
    return Path(shutil.copytree(made, tmp_path / "copies"))


@pytest.fixture
def maker(root: Path) -> Project:
    return Project(root / "maker")


@pytest.fixture
def farm(root: Path) -> Path:
    return root / "farm"


def list_copies(maker: Project, *paths: str) -> None:
    """Set ``vendored`` of the client, which is the last table."""
    text = maker.read("pyproject.toml").partition("vendored")[0]
    maker.write("pyproject.toml", f"{text}vendored = {json.dumps(paths)}\n")


def edit(copy: Path) -> None:
    path = copy / "models.py"
    path.write_bytes(path.read_bytes() + b"MINE = 1\n")


def of_another_client(copy: Path) -> None:
    edit_manifest(copy, lambda data: data["vendored"].update({"from": "vineyard"}))


def without_manifest(copy: Path) -> None:
    (copy / "speclock.json").unlink()


def with_hostile_manifest(copy: Path) -> None:
    hostile = {"../../maker/pyproject.toml": "0" * 64}
    edit_manifest(copy, lambda data: data["files"].update(hostile))


def linked(copy: Path) -> None:
    moved = copy.with_name("moved")
    copy.rename(moved)
    copy.symlink_to(moved)


FOREIGN: dict[str, tuple[Callable[[Path], None], str]] = {
    "another client": (of_another_client, "is a copy of vineyard, not of orchard"),
    "no manifest": (without_manifest, "has no speclock.json that can be read"),
    "no folder": (shutil.rmtree, "has no speclock.json that can be read"),
    "a hostile manifest": (with_hostile_manifest, "is not a plain relative path"),
    "a link": (linked, "is a symbolic link"),
}


def is_current(copy: Path) -> bool:
    return "FIG" in (copy / "models.py").read_text(encoding="utf-8")


def test_all_are_fine(maker: Project, farm: Path) -> None:
    before = tree(farm)
    found = maker.does("verify", "--all")
    assert found.err == ""
    assert [line.partition(":")[0] for line in found.out.splitlines()] == [
        "../farm/apples", "runtime", "../farm/figs", "runtime", "../farm/pears", "runtime",
    ]  # fmt: skip
    assert maker.does("upgrade", "--all").out == "".join(
        f"../farm/{name}: up to date with orchard.\n" for name in NAMES
    )
    assert tree(farm) == before


@pytest.mark.parametrize("case", FOREIGN)
def test_one_edited_one_behind_one_foreign(case: str, maker: Project, farm: Path) -> None:
    """Each is handled, whatever the others are; the worst decides the exit code."""
    spoil, reason = FOREIGN[case]
    edit(farm / "apples")
    maker.describe(FIG)
    spoil(farm / "pears")
    before = tree(farm.parent)

    error = maker.refuses("verify", "--all")
    facts = ("apples/models.py: edited", "older: ../farm/apples", "older: ../farm/figs", reason)
    places = [error.index(fact) for fact in facts]
    assert places == sorted(places)

    found = maker.run(*UPGRADE)
    assert found.code == 2
    assert "apples/models.py: edited; writing would lose that" in found.err
    assert reason in found.err
    assert "../farm/figs: to API version 1.0" in found.out
    assert found.out.endswith("../farm/figs: 3 files written.\n")
    changed = {name for name, data in tree(farm.parent).items() if before.get(name) != data}
    assert changed == {
        "farm/figs/models.py", "farm/figs/speclock.json", "farm/tests/figs/openapi.json",
    }  # fmt: skip

    list_copies(maker, "../farm/figs")
    maker.does("verify", "--all")


@pytest.mark.parametrize(("edited", "upgraded"), [(True, 2), (False, 0)])
def test_exit_codes(edited: bool, upgraded: int, maker: Project, farm: Path) -> None:
    if edited:
        edit(farm / "figs")
    else:
        maker.describe(FIG)
    before = tree(farm)
    maker.run("verify", "--all", code=1)
    maker.run("upgrade", "--all", "--dry-run", code=1)
    assert tree(farm) == before
    maker.run(*UPGRADE, code=upgraded)
    assert is_current(farm / "apples") != edited


def test_a_client_that_was_edited_stops_only_its_own_copies(maker: Project, farm: Path) -> None:
    """The copies of another client are handled."""
    maker.configure('\n[tool.speclock.clients.grove]\nspec = "spec/orchard.yaml"\n')
    maker.generate()
    maker.does("vendor", farm / "grove", "grove")
    maker.configure('vendored = ["../farm/grove"]\n')
    maker.does("verify", "--all")
    maker.describe(FIG)
    edit(maker.package)
    error = maker.refuses(*UPGRADE)
    assert error.count("a copy would pass that off as generated") == 3
    assert [is_current(farm / name) for name in (*NAMES, "grove")] == [False] * 3 + [True]


def test_a_file_in_the_way_of_one(maker: Project, farm: Path) -> None:
    """It is found only when the copy is written."""
    mine = farm / "apples" / "resources" / "shrubs.py"
    mine.write_text("mine = 1\n", encoding="utf-8")
    maker.describe(SHRUBS)
    assert f"{mine} exists and isn't of a copy" in maker.refuses(*UPGRADE)
    assert mine.read_text(encoding="utf-8") == "mine = 1\n"
    written = [(farm / name / "resources" / "baskets.py").exists() for name in NAMES]
    assert written == [True, False, False]


def test_code_that_no_parser_reads(maker: Project, farm: Path) -> None:
    (farm / "apples" / "deep.py").write_text(f"x = {'-' * 200_000}1\n", encoding="utf-8")
    maker.describe(FIG)
    assert "apples has Python code that is nested too deeply" in maker.refuses(*UPGRADE)
    assert [is_current(farm / name) for name in NAMES] == [False, True, True]


def test_it_asks_once(maker: Project, farm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After all changes were shown."""
    edit(farm / "apples")
    maker.describe(FIG)
    before = tree(farm)

    for answer in ("n\n", "y\n"):
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        found = maker.run("upgrade", "--all")
        assert found.code == 2
        assert found.out.count("[y/N]") == 1
        assert found.out.index("../farm/pears: to API") < found.out.index("Write 2 of 3 copies?")
        assert (tree(farm) == before) == (answer == "n\n")
    assert [is_current(farm / name) for name in NAMES] == [False, True, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("verify --all ../farm/figs", "--all cannot be combined with DEST"),
        ("verify --all --from generated/orchard", "--all cannot be combined with --from"),
        ("verify --all --against x.json", "--all cannot be combined with --against"),
        ("verify", "Name a DEST, or use --all"),
        ("upgrade --all ../farm/figs", "--all cannot be combined with DEST"),
        ("upgrade --all --tests x", "--all cannot be combined with --tests"),
        ("upgrade", "Name a DEST, or use --all"),
    ],
)
def test_misuse(arguments: str, message: str, maker: Project) -> None:
    assert message in maker.refuses(*arguments.split())


def test_no_copies(maker: Project, tmp_path: Path) -> None:
    list_copies(maker)
    for command in ("verify", "upgrade"):
        assert "no client in pyproject.toml has copies" in maker.refuses(command, "--all")
        found = speclock(tmp_path, command, "--all")
        assert (found.code, "no pyproject.toml with" in found.err) == (2, True)


def test_it_changes_no_generated_file(maker: Project) -> None:
    before = tree(maker.root / "generated")
    maker.does("check")
    list_copies(maker)
    maker.does("check")
    maker.does("generate")
    assert tree(maker.root / "generated") == before


def test_paths_are_relative_to_the_settings(root: Path) -> None:
    found = speclock(root, "verify", "--all", "--config", "maker/pyproject.toml")
    copies = found.out.splitlines()[::2]  # each before a line of its runtime
    assert [line.partition(":")[0] for line in copies] == [
        str(Path("farm", name)) for name in NAMES
    ]


def test_vendor_prints_the_line_to_add(maker: Project, farm: Path) -> None:
    list_copies(maker, "../farm/apples")
    assert "vendored =" not in maker.does("vendor", farm / "apples").out
    found = maker.does("vendor", farm / "figs").out
    line = 'vendored = ["../farm/apples", "../farm/figs"]'
    assert f"under [tool.speclock.clients.orchard]: {line}\n" in found
    list_copies(maker, "../farm/apples", "../farm/figs")
    assert "vendored =" not in maker.does("vendor", farm / "figs").out
    assert "vendored =" not in maker.does("vendor", farm / "nuts", "--from", maker.package).out


def test_json(maker: Project, farm: Path) -> None:
    maker.describe(FIG)
    of_another_client(farm / "figs")

    def read(found: Outcome) -> tuple[int, list[dict[str, object]]]:
        return found.code, json.loads(found.out)

    code, states = read(maker.run("verify", "--all", "--json"))
    assert code == 2
    assert [(one["package"], one["state"]) for one in states] == [
        ("../farm/apples", "older"), ("../farm/figs", "unknown"), ("../farm/pears", "older"),
    ]  # fmt: skip
    code, plans = read(maker.run("upgrade", "--all", "--format", "json", "--outside", "--yes"))
    assert code == 2
    assert [(one["package"], one.get("bump"), "reason" in one) for one in plans] == [
        ("../farm/apples", "minor", False),
        ("../farm/figs", None, True),
        ("../farm/pears", "minor", False),
    ]
    assert is_current(farm / "pears")
