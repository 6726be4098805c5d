"""``speclock propose upgrade``: from a new version of a client to a pull request for its copies."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import patch

import pytest

from generator.project.cli import propose
from tests.project.services.proposal.jobs import Jobs, leave_files, push
from tests.support.project import Project, git

pytestmark = pytest.mark.slow
FIG = ("PLUM]", "FIG]")


def test_nothing_new(upgrade: Jobs) -> None:
    assert not upgrade.make()
    assert (upgrade.code, upgrade.log) == (0, "")


def test_one_pull_request_and_one_comment(upgrade: Jobs, maker: Project) -> None:
    maker.describe(FIG)
    assert upgrade.run(), upgrade.log
    (pull,) = upgrade.github.issues
    assert pull["head"] == {"label": "orchards:speclock/upgrade"}
    assert upgrade.report.startswith("## Upgrade of `src/fruit`\n")
    assert "- **removed** `Kind.PLUM = 'PLUM'`\n" in upgrade.report
    assert "FIG" in upgrade.show("src/fruit/models.py")
    changed = git(upgrade.origin, "diff", "--name-only", "main", "speclock/upgrade").split()
    assert "tests/fruit/openapi.json" in changed
    assert all(path.startswith(("src/fruit/", "tests/fruit/")) for path in changed)
    first = upgrade.branch()

    assert upgrade.run(), upgrade.log  # the pull request is open
    assert (len(upgrade.github.issues), upgrade.branch()) == (1, first)


def test_only_what_the_upgrade_changed_is_proposed(upgrade: Jobs, maker: Project) -> None:
    maker.describe(FIG)
    assert upgrade.make(), upgrade.log
    diff = (upgrade.proposal / "changes.diff").read_bytes()

    def other_step(checkout: Path) -> None:
        (checkout / "spec").mkdir()
        leave_files(checkout, "src/pear")

    upgrade.other_step = other_step
    assert upgrade.make(), upgrade.log
    assert (upgrade.proposal / "changes.diff").read_bytes() == diff


def test_folders_that_are_not_listed(upgrade: Jobs, maker: Project) -> None:
    maker.describe(FIG)
    upgrade.paths = ("src/fruit", "tests/frui")
    assert not upgrade.run()
    assert "::error::The upgrade changes a file outside of the folders" in upgrade.log
    assert (upgrade.branch(), upgrade.github.writes) == ("", [])


def edit(upgrade: Jobs) -> None:
    clone = upgrade.clone("theirs")
    file = clone / "src" / "fruit" / "models.py"
    text, count = re.subn(r"(?m)^( +PLUM = .*)$", r"\1  # MINE", file.read_text(encoding="utf-8"))
    assert count == 1
    file.write_text(text, encoding="utf-8")
    push(clone)


def test_an_edit_that_cannot_be_merged(upgrade: Jobs, maker: Project) -> None:
    edit(upgrade)
    maker.describe(FIG)
    assert not upgrade.make()
    assert (upgrade.code, upgrade.log) == (
        1, "::error::The upgrade was refused. The job summary has the reason.\n",
    )  # fmt: skip
    assert "\n    src/fruit/models.py:" in upgrade.summary

    upgrade.copies.append("./src/pear/")
    upgrade.paths += ("./src/pear/",)
    assert not upgrade.run()  # but the other copy is upgraded
    assert "::error::The upgrade of a copy was refused." in upgrade.log
    assert upgrade.report.startswith("An upgrade was refused:\n\n    error: ")
    assert "## Upgrade of `./src/pear/`" in upgrade.report
    assert "MINE" in upgrade.show("src/fruit/models.py")
    assert "FIG" in upgrade.show("src/pear/models.py")


def test_reports_that_do_not_fit_are_counted(upgrade: Jobs) -> None:
    def call(*_words: str) -> tuple[int, str]:
        (upgrade.proposal / "report.md").write_text("é" * 40_000, encoding="utf-8")
        with open("src/fruit/models.py", "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write("x")
        return 0, ""

    upgrade.copies += ["a", "b"]
    with patch.object(propose, "_call", call):
        assert upgrade.run(), upgrade.log
    assert upgrade.report.count("é") == 40_000
    assert upgrade.report.endswith("\n*The reports of 2 more copies are not shown here.*\n")
