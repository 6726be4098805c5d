"""The lock of the action: a part of requirements.lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.house.workflow_files import ROOT

WHOLE = ROOT / "requirements.lock"
OF_ACTION = ROOT / ".github" / "action-requirements.lock"


def pins(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the version and the hashes of each package of a lock."""
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    found = [re.match(r"([\w.-]+)==(\S+)", block) for block in blocks]
    return {
        match[1]: (match[2], frozenset(re.findall(r"--hash=(\S+)", block)))
        for match, block in zip(found, blocks, strict=True)
        if match
    }


def test_every_pin_is_that_of_the_whole_lock() -> None:
    whole, ours = pins(WHOLE), pins(OF_ACTION)
    assert ours.items() <= whole.items(), "To fix: make lock"
    assert len(ours) < len(whole)
    assert all(hashes for _, hashes in ours.values())


def test_it_has_what_speclock_and_its_build_need() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    names = {re.split(r"[^\w.-]", one)[0] for one in wanted}
    assert names <= pins(OF_ACTION).keys()
    development = {re.split(r"[^\w.-]", one)[0] for one in project["dependency-groups"]["dev"]}
    assert pins(OF_ACTION).keys() & development == {"hatchling"}


def test_no_host_is_named() -> None:
    text = OF_ACTION.read_text(encoding="utf-8")
    assert "://" not in text
    assert text.startswith("# Written by `make lock`")
