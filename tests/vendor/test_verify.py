"""``speclock verify``: is a copy untouched, edited, unknown, older than its original?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import Outcome, speclock
from tests.support.orchard_project import Maker, make, tree

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The maker's project and a copy with tests beside it."""
    root = tmp_path_factory.mktemp("both")
    maker = make(root / "maker")
    maker.does("vendor", root / "farm" / "fruit", "--tests", root / "farm" / "tests" / "fruit")
    return root


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """A copy of both, to spoil."""
    return Path(shutil.copytree(template, tmp_path / "both"))


@pytest.fixture
def farm(root: Path) -> Path:
    """The stranger's folder, from where the maker isn't seen."""
    return root / "farm"


def edit(path: Path, *, insert: int = 0, change: int = 0, remove: int = 0, count: int = 1) -> None:
    """Edit some lines, 1-based."""
    lines = path.read_bytes().split(b"\n")
    if insert:
        lines[insert - 1 : insert - 1] = [b"# edited %d" % i for i in range(count)]
    if change:
        lines[change - 1 : change - 1 + count] = [b"# edited %d" % i for i in range(count)]
    if remove:
        del lines[remove - 1 : remove - 1 + count]
    path.write_bytes(b"\n".join(lines))


def test_untouched(farm: Path) -> None:
    """It says what it is a copy of, and writes nothing."""
    before = tree(farm)
    assert speclock(farm, "verify", "fruit") == Outcome(
        0, "fruit: untouched; a copy of orchard, API version 1.0, by speclock 0.1.0.\n", ""
    )
    assert tree(farm) == before


def test_untouched_with_other_line_ends(farm: Path) -> None:
    """As git may check it out on Windows."""
    for path in (farm / "fruit").rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert speclock(farm, "verify", "fruit").code == 0


def test_caches_are_no_edits(farm: Path) -> None:
    for name in ("__pycache__/models.cpython-311.pyc", ".mypy_cache/x.json"):
        (farm / "fruit" / name).parent.mkdir(exist_ok=True)
        (farm / "fruit" / name).touch()
    assert speclock(farm, "verify", "fruit").code == 0


def test_each_edited_file_is_named(farm: Path) -> None:
    edit(farm / "fruit" / "models.py", change=12)
    edit(farm / "fruit" / "_retry.py", insert=20, count=3)
    edit(farm / "fruit" / "resources" / "trees.py", remove=7, count=2)
    edit(farm / "tests" / "fruit" / "conftest.py", change=5, count=2)
    found = speclock(farm, "verify", "fruit")
    assert found == Outcome(
        1,
        "",
        "fruit/_retry.py: edited\n"
        "fruit/models.py: edited\n"
        "fruit/resources/trees.py: edited\n"
        "tests/fruit/conftest.py: edited\n",
    )


def test_what_is_gone_and_what_is_new(farm: Path) -> None:
    (farm / "fruit" / "models.py").unlink()
    (farm / "fruit" / "LICENSE").unlink()
    (farm / "fruit" / "mine.py").touch()
    found = speclock(farm, "verify", "fruit")
    assert found.code == 1
    assert found.err.splitlines() == [
        "fruit/LICENSE: missing",
        "fruit/models.py: missing",
        "fruit/mine.py: extra: no file of this client",
    ]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "fruit has no speclock.json that can be read"),
        ("<<<<<<< HEAD", "fruit has no speclock.json that can be read"),
        ("{}", "speclock.json: spec is missing"),
        ("[]", "speclock.json isn't an object"),
    ],
)
def test_unknown(record: str | None, reason: str, farm: Path) -> None:
    path = farm / "fruit" / "speclock.json"
    path.unlink()
    if record is not None:
        path.write_text(record, encoding="utf-8")
    found = speclock(farm, "verify", "fruit")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("unknown: ")
    assert reason in found.err


def test_a_file_that_was_never_generated_has_no_earlier_text(root: Path) -> None:
    maker = Maker(root / "maker")
    (maker.package / "mine.py").touch()
    found = maker.run("verify", "generated/orchard")
    assert (found.code, found.err) == (
        1,
        f"{Path('generated/orchard/mine.py')}: extra: no file of this client\n",
    )


def test_a_generated_client(root: Path) -> None:
    """The lines are for `check`, which has the description."""
    maker = Maker(root / "maker")
    assert maker.does("verify", maker.package).out.startswith(
        f"{maker.package}: untouched; generated, API version 1.0"
    )
    edit(maker.package / "models.py", change=12)
    found = maker.run("verify", "generated/orchard")
    assert found.code == 1
    assert "generated/orchard/models.py: edited\n" in found.err
    assert "speclock check --full" in found.err


def test_older_and_newer(root: Path) -> None:
    """Where the original is at hand: by name from the maker's side, named from the other."""
    maker, farm = Maker(root / "maker"), root / "farm"
    assert maker.does("verify", farm / "fruit").err == ""
    maker.describe(('version: "1.0"', 'version: "1.10"'), ("PLUM]", "PLUM, FIG]"))
    fact = "API version 1.0 → 1.10; "
    for found in (
        maker.run("verify", "../farm/fruit"),
        speclock(farm, "verify", "fruit", "--source", "../maker/generated/orchard"),
    ):
        assert found.code == 1
        assert "older: " in found.err
        assert fact in found.err
        assert "speclock upgrade --dry-run" in found.err
    assert speclock(farm, "verify", "fruit").code == 0
    maker.does("upgrade", farm / "fruit", "--yes")
    maker.describe(('version: "1.10"', 'version: "1.9"'))
    found = maker.run("verify", farm / "fruit")
    assert (found.code, "newer: " in found.err) == (1, True)


def test_older_than_an_installed_package(root: Path) -> None:
    """Which has no tests beside it: those of the copy aren't compared."""
    maker, farm = Maker(root / "maker"), root / "farm"
    installed = root / "site-packages" / "orchard"
    shutil.copytree(maker.package, installed)
    assert speclock(farm, "verify", "fruit", "--from", str(installed)).code == 0
    maker.describe(("PLUM]", "PLUM, FIG]"))
    shutil.rmtree(installed)
    shutil.copytree(maker.package, installed)
    found = speclock(farm, "verify", "fruit", "--from", str(installed))
    assert (found.code, "1 file differs" in found.err) == (1, True)
    found = speclock(farm, "upgrade", "fruit", "--from", str(installed), "--yes")
    assert (found.code, "no tests beside it" in found.err) == (2, True)


def test_a_licence_is_kept(root: Path) -> None:
    """Where the original's can't be found, that of the copy stays."""
    maker, farm = Maker(root / "maker"), root / "farm"
    (maker.root / "LICENSE").unlink()
    maker.describe(("PLUM]", "PLUM, FIG]"))
    maker.does("upgrade", farm / "fruit", "--yes")
    assert (farm / "fruit" / "LICENSE").read_text(encoding="utf-8") == "Use it well.\n"
    assert maker.does("verify", farm / "fruit").err == ""


def test_older_under_the_same_version(root: Path) -> None:
    maker, farm = Maker(root / "maker"), root / "farm"
    maker.describe(("PLUM]", "PLUM, FIG]"))
    found = maker.run("verify", farm / "fruit")
    assert "older: " in found.err
    assert "the description changed under the same version" in found.err


def test_json(root: Path) -> None:
    maker, farm = Maker(root / "maker"), root / "farm"
    edit(farm / "fruit" / "models.py", change=12)
    maker.describe(("PLUM]", "PLUM, FIG]"))
    found = maker.run("verify", "../farm/fruit", "generated/orchard", "nowhere", "--json")
    assert found.code == 2
    copy, ours, nowhere = json.loads(found.out)
    assert copy["state"] == "edited"
    assert copy["from"] == "orchard"
    assert copy["source"]["state"] == "older"
    assert copy["edits"] == [{"kind": "edited", "file": f"{farm.as_posix()}/fruit/models.py"}]
    assert ours["state"] == "untouched"
    assert nowhere == {
        "package": "nowhere",
        "state": "unknown",
        "reason": "nowhere has no speclock.json that can be read",
        "edits": [],
    }
