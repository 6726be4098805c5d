"""The text before an edit, from the history of the copy or of the original."""

from __future__ import annotations

import shutil

import pytest

from tests.project.vendor.keep_edits.conftest import (
    AGE,
    AGE_LINE,
    DEFAULT,
    ID,
    MINE,
    QUINCE,
    USE,
    Both,
    edit_all,
)
from tests.support.command import python
from tests.support.project import FIG, commit, git, replace

pytestmark = pytest.mark.slow


def test_a_copy_without_git(plain: Both) -> None:
    replace(plain.copy / "_runtime/retry.py", ("attempts: int = 3", "attempts: int = 9"))
    plain.maker.describe(FIG)
    plain.keep()  # the new version has the same text, so git isn't needed
    replace(plain.models, (ID, DEFAULT))
    plain.maker.describe(QUINCE)
    error = plain.rejects()
    assert f"{plain.models}:1: the file was edited, and its text before that is needed" in error
    assert "The copy isn't in a git repository." in error
    assert "--force" in error


def test_only_the_copy_is_in_git(plain: Both) -> None:
    """It has the first text, but never had the one of the second version alone."""
    commit(plain.root)
    replace(plain.models, (ID, DEFAULT))
    plain.maker.describe(FIG)
    plain.keep()
    commit(plain.root)
    plain.maker.describe(QUINCE)
    error = plain.rejects()
    assert "neither in the git history of the copy nor in that of " in error
    assert "isn't in a git repository" not in error


def test_an_older_version_is_the_base(plain: Both) -> None:
    """Only the original is in git; it was committed several times since the copy was made."""
    commit(plain.maker.root)
    edit_all(plain)
    for change in (FIG, QUINCE):
        plain.maker.describe(change)
        commit(plain.maker.root)
    plain.keep()
    plain.verify()
    assert python(plain.root, "-c", USE).out == "True new\n"


def test_other_line_ends(both: Both) -> None:
    """A checkout of Windows, also in the repository itself."""
    for path in both.root.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    shutil.rmtree(both.root / ".git")
    shutil.rmtree(both.maker.root / ".git")
    git(both.root, "init", "-q")
    git(both.root, "config", "core.autocrlf", "false")
    commit(both.root)
    replace(both.models, (ID.replace("\n", "\r\n"), DEFAULT.replace("\n", "\r\n")))
    replace(both.models, (AGE_LINE.replace("\n", "\r\n"), MINE.replace("\n", "\r\n")))
    both.maker.describe(AGE)
    assert f"models.py:{both.line_of(MINE.strip())}: " in both.rejects()
    replace(both.models, ("le=400", "le=600"))
    both.keep()
    assert 'id: str | None = "new"' in both.models.read_text(encoding="utf-8")
    both.verify()
