"""Programs and changes in, lines out: comments name the changes that each line is concerned by.

``# breaks a b`` expects the changes ``a`` and ``b`` of :data:`CHANGES`. No other line may be named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from generator.base.config import Client
from generator.project.services.comparison.drift import find_drift
from generator.watch.changes.change import Change

HERE = Path(__file__).parent
HARBOUR = (HERE / "harbour.yaml").read_text(encoding="utf-8")
PROGRAMS = sorted((HERE / "programs").glob("*.py.txt"))
CHANGES = {
    "limit": ("maximum: 100", "maximum: 50"),
    "sort": ("enum: [name, size, age]", "enum: [name, size]"),
    "trace": ("maxLength: 90", "maxLength: 10"),
    "name": ("maxLength: 70", "maxLength: 10"),
    "owner": ("maxLength: 60", "maxLength: 10"),
    "rank": ("{rank: {type: integer}, ", "{"),
    "scope": ("maxLength: 80", "maxLength: 10"),
    "size": (", size: {type: integer}", ""),
    "total": ("        total: {type: integer}\n", ""),
    "title": ("title: {type: string}", "title: {type: [string, 'null']}"),
    "built": ("builtIn: {type: integer}", "builtIn: {type: string}"),
    "kind": ("enum: [tug, ferry]", "enum: [tug, ferry, yacht]"),
    "safe": ("Boat: {type: object, properties: {", "Boat: {type: object, properties: {hue: {}, "),
    "optional": ("- {name: limit", "- {name: page, in: query, schema: {}}\n        - {name: limit"),
    "phone": ("{phone: {type: string}}", "{}"),
}
"""The texts of the description that each change replaces."""
_LABEL = re.compile(r"# breaks (.+)")


def expected(change: str) -> list[str]:
    lines: list[str] = []
    for program in PROGRAMS:
        for number, line in enumerate(program.read_text(encoding="utf-8").splitlines(), 1):
            label = _LABEL.search(line)
            if label and change in label[1].split():
                lines.append(f"{program.name.removesuffix('.txt')}:{number:03}")
    return lines


def programs() -> dict[str, str]:
    """Return the text of each program by the name of its file."""
    texts: dict[str, str] = {}
    for program in PROGRAMS:
        texts[program.name.removesuffix(".txt")] = program.read_text(encoding="utf-8")
    return texts


def compared(new: str, folder: Path, files: Mapping[str, str] | None = None) -> Sequence[Change]:
    (folder / "old.yaml").write_text(HARBOUR, encoding="utf-8")
    (folder / "new.yaml").write_text(new, encoding="utf-8")
    code = folder / "program"
    code.mkdir()
    for name, text in (files or programs()).items():
        (code / name).write_text(text, encoding="utf-8")
    base, revision = str(folder / "old.yaml"), str(folder / "new.yaml")
    result = find_drift(Client(""), folder, base=base, revision=revision, code=[code])
    return result.report.changes


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_at_the_lines_that_name_it(change: str, tmp_path: Path) -> None:
    old, new = CHANGES[change]
    assert HARBOUR.count(old) == 1
    changes = compared(HARBOUR.replace(old, new), tmp_path)
    lines: set[str] = set()
    for each in changes:
        for use in each.uses:
            lines.add(f"{Path(use.place.file).name}:{use.place.line:03}")
    assert sorted(lines) == expected(change)


BOATS = """
import httpx
import requests
from functools import partial

OPTIONS = {"params": {"limit": 100}}
http = httpx.Client(base_url="https://api.harbour.example/v1"{argument})
session = requests.Session()
{statement}
boats = http.get("/boats")
"""


@pytest.mark.parametrize(
    ("argument", "statement", "is_listed"),
    [
        ("", "", False),
        (', headers={"a": "b"}', "session.headers.update(a=1)", False),
        (', params={"limit": 100}', "", True),
        (", **OPTIONS", "", True),
        ("", 'session.params = {"limit": 100}', True),
        ("", 'session.params["limit"] = 100', True),
        ("", "session.params.update(limit=100)", True),
    ],
)
def test_a_call_of_a_client_that_has_parameters_of_its_own_is_listed(
    argument: str, statement: str, is_listed: bool, tmp_path: Path
) -> None:
    program = BOATS.replace("{argument}", argument).replace("{statement}", statement)
    old, new = CHANGES["limit"]
    (change,) = compared(HARBOUR.replace(old, new), tmp_path, {"boats.py": program})
    assert bool(change.uses) == is_listed


def test_names_of_classes_do_not_concern_a_program_without_a_client(tmp_path: Path) -> None:
    changes = compared(HARBOUR.replace("Sailor", "Seaman"), tmp_path)
    assert not [change.id for change in changes if "python" in change.id]
