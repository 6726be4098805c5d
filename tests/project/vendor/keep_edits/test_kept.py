"""``speclock upgrade --keep-edits``: the edits of a copy survive and are recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.base.errors import UsageError
from generator.base.portable import sha256_of
from generator.project.services.copies.upgrade import upgrade
from tests.project.vendor.keep_edits.conftest import (
    AGE,
    AGE_LINE,
    CLASS,
    COMMENT,
    DEFAULT,
    ID,
    LIMIT,
    METHOD,
    NOTE,
    QUINCE,
    THEIRS,
    USE,
    Both,
    edit_all,
)
from tests.project.vendor.test_recipe import run_recipe
from tests.support.command import python
from tests.support.project import FIG, SHRUBS, commit, edit_manifest, manifest, replace, tree

pytestmark = pytest.mark.slow


def test_edits_survive_two_upgrades(both: Both) -> None:
    edit_all(both)
    commit(both.root)
    both.maker.describe(FIG)
    commit(both.maker.root)
    both.keep()
    assert python(both.root, "-c", USE).out == "True new\n"
    assert manifest(both.copy)["edited"].keys() == {
        "models.py", "resources/baskets.py", "_runtime/retry.py",
    }  # fmt: skip
    assert manifest(both.copy)["edited_tests"].keys() == {"conftest.py"}
    original = manifest(both.maker.package)
    assert manifest(both.copy)["files"].items() >= original["files"].items(), "as generated"
    both.verify()
    commit(both.root)

    both.maker.describe(QUINCE, LIMIT)
    commit(both.maker.root)
    replace(both.models, ("is_old", "is_ancient"))  # one more edit, of an edit
    both.keep()
    models = both.models.read_text(encoding="utf-8")
    assert "QUINCE" in models and "is_ancient" in models and DEFAULT in models
    baskets = (both.copy / "resources" / "baskets.py").read_text(encoding="utf-8")
    assert COMMENT in baskets and "Field(le=50)" in baskets
    assert "attempts: int = 9" in (both.copy / "_runtime/retry.py").read_text(encoding="utf-8")
    both.verify()
    before = tree(both.root)
    assert "up to date" in both.keep().out
    assert tree(both.root) == before


def test_what_verify_reports(both: Both) -> None:
    replace(both.models, (ID, DEFAULT))
    edited = both.models.read_bytes()
    assert "models.py: edited\n" in both.verify(1).err
    both.keep()
    found = both.verify()
    assert f"{both.models}: edited, as recorded\n" in found.err
    assert f"{both.copy}: edited, as recorded; a copy of orchard" in found.out
    (shown,) = json.loads(both.maker.does("verify", both.copy, "--json").out)
    assert shown["state"] == "recorded"
    assert shown["edits"] == [{"kind": "recorded", "file": both.models.as_posix()}]
    assert run_recipe(both.root, "fruit").code == 0

    both.models.write_bytes(edited + b"# more\n")
    assert "models.py: edited\n" in both.verify(1).err
    assert run_recipe(both.root, "fruit").err == f"{both.root / 'fruit/models.py'}\n"

    replace(both.models, (DEFAULT, ID))
    replace(both.models, ("# more\n", ""))
    assert "models.py: edited: the recorded edit was undone\n" in both.verify(1).err
    assert run_recipe(both.root, "fruit").code == 1
    both.upgrade()
    assert "edited" not in manifest(both.copy)
    assert "untouched" in both.verify().out

    both.models.write_bytes(edited)
    both.keep()
    both.maker.describe(FIG)
    assert "older: " in both.verify(1).err


def test_only_if_told(both: Both) -> None:
    """Edits, recorded or not, are neither merged nor overwritten without an option."""
    replace(both.models, (ID, DEFAULT))
    both.maker.describe(FIG)
    for kind in ("edited", "edited, as recorded"):
        before = tree(both.root)
        for command in ("upgrade", "vendor"):
            error = both.maker.refuses(
                command, both.copy, *(["--yes"] if command == "upgrade" else [])
            )
            assert f"models.py: {kind}; writing would lose that." in error
            assert "speclock upgrade " in error and " --keep-edits" in error
        assert tree(both.root) == before
        both.keep()
    both.maker.run("upgrade", both.copy, "--keep-edits", "--force", code=2)
    assert DEFAULT in both.models.read_text(encoding="utf-8")
    both.upgrade("--force")
    assert "edited" not in manifest(both.copy)
    assert "untouched" in both.verify().out


def test_a_new_edit_beside_a_recorded_one(both: Both) -> None:
    """A recorded edit in one file hides no new one in another, or in the same."""
    replace(both.models, (ID, DEFAULT))
    both.maker.describe(FIG)
    both.keep()
    recorded = both.models.read_bytes()
    for file in ("resources/trees.py", "models.py"):
        path = both.copy / file
        path.write_bytes(path.read_bytes() + b"# new\n")
        found = both.run("verify", "fruit", "--json", code=1)
        (package,) = json.loads(found.out)
        assert package["state"] == "edited"
        kinds = {edit["file"].removeprefix("fruit/"): edit["kind"] for edit in package["edits"]}
        assert kinds == {"models.py": "recorded"} | {file: "edited"}
        both.models.write_bytes(recorded)
        (both.copy / "resources/trees.py").write_bytes(
            (both.maker.package / "resources/trees.py").read_bytes()
        )


def test_a_dry_run_merges_nothing(both: Both) -> None:
    replace(both.models, (ID, DEFAULT))
    both.maker.describe(FIG)
    before = tree(both.root)
    found = both.keep("--dry-run", code=1)
    assert "added     Kind.FIG" in found.out
    assert "Planted.id" not in found.out, "the edit stays"
    assert tree(both.root) == before


def test_an_edit_that_the_new_version_has_too(both: Both) -> None:
    replace(both.models, (AGE_LINE, THEIRS))
    both.maker.describe(AGE)
    both.upgrade()
    assert "edited" not in manifest(both.copy)
    assert "untouched" in both.verify().out


def test_an_interrupted_run_is_finished(both: Both) -> None:
    edit_all(both)
    record = (both.copy / "speclock.json").read_bytes()
    both.maker.describe(FIG)
    both.keep()
    done = tree(both.root)
    (both.copy / "speclock.json").write_bytes(record)
    both.keep()
    assert tree(both.root) == done


def test_an_edit_made_before_it_is_written(both: Both) -> None:
    replace(both.models, (ID, DEFAULT))
    both.maker.describe(FIG)
    plan = upgrade(both.copy, source_folder=both.maker.package, edits="merge")
    replace(both.models, (NOTE, NOTE + METHOD))
    before = tree(both.root)
    with pytest.raises(UsageError, match="edited; writing would lose that"):
        plan.write()
    assert tree(both.root) == before


def test_new_tests_in_another_folder(both: Both) -> None:
    """Those in the former folder are left as they are, edits and all."""
    edit_all(both)
    edited = tree(both.root / "tests")
    both.maker.describe(FIG)
    both.keep("--tests", str(both.root / "more" / "fruit"))
    assert tree(both.root / "tests") == edited
    assert "edited_tests" not in manifest(both.copy)
    both.verify()


# ── files that the new version lacks ─────────────────────────────────────────────────────────────


def test_an_edited_file_that_the_new_version_lacks_is_kept_beside_it(both: Both) -> None:
    path = both.copy / "resources" / "baskets.py"
    replace(path, (CLASS, COMMENT))
    mine = path.read_bytes()
    both.maker.describe(SHRUBS)
    told = both.keep().err
    aside = path.with_name("baskets.py.orig")
    place = "farm/fruit/resources/baskets.py"
    assert f"{place}: the new version lacks it; with your edits it is ../{place}.orig now." in told
    assert (aside.read_bytes(), path.exists()) == (mine, False)
    both.verify(code=1)
    aside.unlink()
    both.verify()


OLD = """\
# Generated by speclock; edits are lost.
FIRST = 1
SECOND = 2
THIRD = 3
"""


def old_version(both: Both, new: str) -> Path:
    """Make a copy of an older speclock with ``_retry.py``, now ``_runtime/retry.py``."""
    place = "_runtime/retry.py"
    for package in (both.maker.package, both.copy):
        (package / place).write_text(new, encoding="utf-8")
        edit_manifest(package, lambda data: data["files"].update({place: sha256_of(new.encode())}))
    (both.copy / "_retry.py").write_text(OLD, encoding="utf-8")

    def change(data: dict[str, Any]) -> None:
        data["files"]["_retry.py"] = sha256_of(OLD.encode())

    edit_manifest(both.copy, change)
    commit(both.root)
    return both.copy / "_retry.py"


def test_an_edit_is_merged_into_the_successor(both: Both) -> None:
    edited = old_version(both, OLD.replace("THIRD = 3", "THIRD = 30"))
    replace(edited, ("FIRST = 1", "FIRST = 10"))
    successor = both.copy / "_runtime" / "retry.py"
    told = both.keep().err
    place = "../farm/fruit/_runtime/retry.py"
    assert f"_retry.py: the new version lacks it; its edits are in {place} now." in told
    assert not edited.exists()
    text = successor.read_text(encoding="utf-8")
    assert "FIRST = 10\nSECOND = 2\nTHIRD = 30\n" in text
    assert "_runtime/retry.py" in manifest(both.copy)["edited"]


def test_an_edit_that_cannot_be_merged_is_kept_beside_the_successor(both: Both) -> None:
    edited = old_version(both, OLD.replace("FIRST = 1", "FIRST = 30"))
    replace(edited, ("FIRST = 1", "FIRST = 10"))
    mine = edited.read_bytes()
    successor = both.copy / "_runtime" / "retry.py"
    both.keep()
    assert "FIRST = 30" in successor.read_text(encoding="utf-8")
    assert successor.with_name("retry.py.orig").read_bytes() == mine
