"""``speclock verify``: is a copy untouched, edited, unknown, older than its original?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.command import Outcome
from tests.support.project import FIG, Farm, manifest

pytestmark = pytest.mark.slow


def edit(path: Path) -> None:
    """Edit a file: add a line."""
    path.write_bytes(path.read_bytes() + b"# edited\n")


def test_untouched(farm: Farm) -> None:
    """It says what it is a copy of, and writes nothing."""
    before = farm.files()
    assert farm.run("verify", "fruit") == Outcome(
        0,
        "fruit: untouched; a copy of orchard, API version 1.0.\n"
        "runtime: speclock 0.2.0, unchanged, 29 files\n",
        "",
    )
    assert farm.files() == before


def test_the_runtime_of_a_newer_version_is_not_compared(farm: Farm) -> None:
    copy = manifest(farm.copy)
    copy["tool"]["speclock"] = "0.3.0"
    (farm.copy / "speclock.json").write_text(json.dumps(copy), encoding="utf-8")
    last = farm.does("verify", "fruit").out.splitlines()[-1]
    assert last == "runtime: speclock 0.3.0, not compared, 29 files"


def test_each_edited_file_is_named(farm: Farm) -> None:
    edit(farm.copy / "models.py")
    edit(farm.copy / "_runtime/retry.py")
    edit(farm.copy / "resources" / "trees.py")
    edit(farm.copied_tests / "conftest.py")
    found = farm.run("verify", "fruit")
    assert found == Outcome(
        1,
        "",
        "fruit/_runtime/retry.py: edited\n"
        "fruit/models.py: edited\n"
        "fruit/resources/trees.py: edited\n"
        "tests/fruit/conftest.py: edited\n",
    )


def test_what_is_gone_and_what_is_new(farm: Farm) -> None:
    (farm.copy / "models.py").unlink()
    (farm.copy / "LICENSE").unlink()
    (farm.copy / "mine.py").touch()
    found = farm.run("verify", "fruit", code=1)
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
        ("{}", "speclock.json lacks 'package'"),
        ("[]", "speclock.json must be a table, not []"),
    ],
)
def test_unknown(record: str | None, reason: str, farm: Farm) -> None:
    path = farm.copy / "speclock.json"
    path.unlink()
    if record is not None:
        path.write_text(record, encoding="utf-8")
    error = farm.refuses("verify", "fruit")
    assert error.startswith("unknown: ")
    assert reason in error


def test_a_file_that_was_never_generated_has_no_earlier_text(farm: Farm) -> None:
    maker = farm.maker
    (maker.package / "mine.py").touch()
    found = maker.run("verify", "generated/orchard")
    assert (found.code, found.err) == (
        1,
        f"{Path('generated/orchard/mine.py')}: extra: no file of this client\n",
    )


def test_a_generated_client(farm: Farm) -> None:
    """The lines are for `check`, which has the description."""
    maker = farm.maker
    assert maker.does("verify", maker.package).out.startswith(
        f"{maker.package}: untouched; generated, API version 1.0"
    )
    edit(maker.package / "models.py")
    found = maker.run("verify", "generated/orchard", code=1)
    assert "generated/orchard/models.py: edited\n" in found.err
    assert "speclock check --full" in found.err


def test_older_and_newer(farm: Farm) -> None:
    """Where the original is at hand: by name from the maker's side, named from the other."""
    maker = farm.maker
    assert maker.does("verify", farm.copy).err == ""
    maker.describe(('version: "1.0"', 'version: "1.10"'), FIG)
    fact = "API version 1.0 → 1.10; "
    for found in (
        maker.run("verify", "../farm/fruit"),
        farm.run("verify", "fruit", "--source", "../maker/generated/orchard"),
        farm.run("verify", "fruit", "--against", "../maker/generated/orchard"),
    ):
        assert found.code == 1
        assert "older: " in found.err
        assert fact in found.err
        assert "speclock upgrade" in found.err
        assert "4 files differ: __init__.py, client.py, models.py, tests/openapi.json" in found.err
    farm.does("verify", "fruit")
    maker.does("upgrade", farm.copy, "--yes")
    maker.describe(('version: "1.10"', 'version: "1.9"'))
    found = maker.run("verify", farm.copy)
    assert (found.code, "newer: " in found.err) == (1, True)


def test_older_than_an_installed_package(farm: Farm) -> None:
    """Which has no tests beside it: those of the copy aren't compared."""
    maker = farm.maker
    installed = farm.home / "site-packages" / "orchard"
    shutil.copytree(maker.package, installed)
    farm.does("verify", "fruit", "--from", installed)
    maker.describe(FIG)
    shutil.rmtree(installed)
    shutil.copytree(maker.package, installed)
    found = farm.run("verify", "fruit", "--from", installed)
    assert (found.code, "1 file differs" in found.err) == (1, True)
    assert "no tests beside it" in farm.refuses("upgrade", "fruit", "--from", installed, "--yes")


def test_a_licence_is_kept(farm: Farm) -> None:
    """Where the original's can't be found, that of the copy stays."""
    maker = farm.maker
    (maker.root / "LICENSE").unlink()
    maker.describe(FIG)
    maker.does("upgrade", farm.copy, "--yes")
    assert (farm.copy / "LICENSE").read_text(encoding="utf-8") == "Use it well.\n"
    assert maker.does("verify", farm.copy).err == ""


def test_older_under_the_same_version(farm: Farm) -> None:
    maker = farm.maker
    maker.describe(FIG)
    found = maker.run("verify", farm.copy)
    assert "older: " in found.err
    assert "the description changed under the same version" in found.err


def test_json(farm: Farm) -> None:
    maker = farm.maker
    edit(farm.copy / "models.py")
    maker.describe(FIG)
    found = maker.run("verify", "../farm/fruit", "generated/orchard", "nowhere", "--json")
    assert found.code == 2
    copy, ours, nowhere = json.loads(found.out)
    assert copy["state"] == "edited"
    assert copy["from"] == "orchard"
    assert copy["source"]["state"] == "older"
    assert copy["edits"] == [{"kind": "edited", "file": f"{farm.copy.as_posix()}/models.py"}]
    assert ours["state"] == "untouched"
    assert nowhere == {
        "package": "nowhere",
        "state": "unknown",
        "reason": "nowhere has no speclock.json that can be read",
        "edits": [],
    }
