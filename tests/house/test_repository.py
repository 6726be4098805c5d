"""The owner of the repository has one source, which pages and metadata are written from."""

from __future__ import annotations

import re
import subprocess

import pytest

from docs.tools.repository import OWNERS, PATHS, written
from generator.base.version import REPOSITORY, SITE
from generator.project.settings_schema import URL
from tests.house.workflow_files import ROOT

OWNER = REPOSITORY.partition("/")[0]
WRITTEN = {*(path.relative_to(ROOT).as_posix() for path in PATHS), "docs/speclock.schema.json"}
"""The files that `python -m docs.tools` writes."""


def named() -> set[str]:
    """Return the files of the repository that contain its name on GitHub, or the site's address."""
    if not (ROOT / ".git").exists():
        pytest.skip("this isn't a repository")
    words = rf"(^|[^-A-Za-z0-9_/.])({re.escape(REPOSITORY)}|{OWNER}\.github\.io)|\.com/{OWNER}/"
    command = ["git", "grep", "--untracked", "-IilE", words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return {*done.stdout.split()}


def test_the_owner_has_one_source() -> None:
    assert named() - WRITTEN == {"generator/base/version.py"}


def test_the_pages_have_it() -> None:
    owners = {owner for path in PATHS for owner in OWNERS.findall(path.read_text(encoding="utf-8"))}
    assert owners == {OWNER}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clone https://github.com/ann/speclock\n", "clone https://github.com/me-2/speclock\n"),
        ("uses: ann/speclock@COMMIT", "uses: me-2/speclock@COMMIT"),
        ("`ann/speclock@COMMIT`", "`me-2/speclock@COMMIT`"),
        (
            "uses: ann/speclock/.github/workflows/vendored.yml@COMMIT",
            "uses: me-2/speclock/.github/workflows/vendored.yml@COMMIT",
        ),
        ("at https://ann.github.io/speclock/", "at https://me-2.github.io/speclock/"),
        ("pip install path/to/speclock", "pip install path/to/speclock"),
        (
            "https://github.com/ann/other, ann/NAME",
            "https://github.com/ann/other, ann/NAME",
        ),
    ],
)
def test_a_page_gets_another_owner(text: str, expected: str) -> None:
    assert written(text, repository="me-2/speclock") == expected


def test_what_is_made_from_it() -> None:
    assert f"/{REPOSITORY}/" in URL
    assert SITE.startswith(f"https://{OWNER.lower()}.")
