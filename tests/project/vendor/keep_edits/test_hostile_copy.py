"""A copy by somebody hostile: nothing outside of its folder changes, and no program is run."""

from __future__ import annotations

import pytest

from tests.project.vendor.keep_edits.conftest import (
    DEFAULT,
    ID,
    Both,
)
from tests.support.project import FIG, commit, edit_manifest, git, manifest, replace, tree

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("part", ["edited", "edited_tests"])
@pytest.mark.parametrize("name", ["../../x", "no.py"])
def test_a_name_that_leads_elsewhere(name: str, part: str, both: Both) -> None:
    """All names that are refused: tests/project/services/test_untrusted_checkout.py."""
    edit_manifest(both.copy, lambda data: data.update({part: {name: "0" * 64}}))
    both.maker.describe(FIG)
    root = both.home
    before = tree(root)
    for options in (["--keep-edits"], ["--force"], []):
        found = both.upgrade(*options, code=2)
        assert f"speclock.json: {part}[" in found.err
    assert both.verify(2).err.startswith("unknown: ")
    assert tree(root) == before


def test_edits_of_a_client_that_is_no_copy(both: Both) -> None:
    edited = {"models.py": "0" * 64}
    edit_manifest(both.maker.package, lambda data: data.update(edited=edited))
    assert "edited is only allowed in a copy" in both.maker.refuses("verify", both.maker.package)


def test_a_link_in_place_of_an_edited_file(both: Both) -> None:
    replace(both.models, (ID, DEFAULT))
    both.keep()
    outside = both.home / "mine.py"
    both.models.rename(outside)
    both.models.symlink_to(outside)
    both.maker.describe(FIG)
    before = tree(both.home)
    both.keep(code=2)
    assert tree(both.home) == before


def test_many_entries(both: Both) -> None:
    names = [f"x{number}/y.py" for number in range(10_000)]
    edited = dict.fromkeys(names, "1" * 64)
    edit_manifest(both.copy, lambda data: data.update(edited=edited, files=data["files"] | edited))
    replace(both.models, (ID, DEFAULT))
    both.maker.describe(FIG)
    both.keep()
    assert manifest(both.copy)["edited"].keys() == {"models.py"}


def test_a_repository_that_names_programs(both: Both) -> None:
    """None of them is run."""
    program = both.home / "program"
    program.write_text(f"#!/bin/sh\ntouch {both.home}/ran\n", encoding="utf-8")
    program.chmod(0o755)
    replace(both.models, (ID, DEFAULT))
    commit(both.root)
    for key in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external",
        "filter.all.smudge", "filter.all.clean", "diff.all.textconv", "merge.all.driver",
        "alias.cat-file", "alias.merge-file", "gpg.program",
    ):  # fmt: skip
        git(both.root, "config", key, str(program))
    for folder in (both.root, both.copy):
        (folder / ".gitattributes").write_text("* filter=all diff=all merge=all\n")
    both.maker.describe(FIG)
    both.keep()
    assert not (both.home / "ran").exists()
