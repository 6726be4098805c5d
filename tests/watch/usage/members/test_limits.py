"""Programs with more than is looked at: a change is at the call, too, never left out in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_lines import CHANGES, HARBOUR, compared

BASE = """import requests
from pydantic import BaseModel

BASE = "https://api.harbour.example/v1"
"""
KEYS = ", ".join(f'"k{number}": {number}' for number in range(300))
FLEET = 'requests.get(BASE + "/fleet").json()'
MODELS = "".join(
    f"class Model{number}(BaseModel):\n    total: int\nModel{number}(**{FLEET})\n"
    for number in range(5_100)
)
FLEETS = "boats = [" + "{'name': 1}, " * 2_100 + "{'owner': {'name': 1}}]\n"
PUT = "requests.put(BASE + '/fleets', json=boats)\n"


def last_line_is_listed(change: str, program: str, folder: Path) -> bool:
    """Return whether a change is at the last line of a program."""
    changes = compared(HARBOUR.replace(*CHANGES[change]), folder, {"boats.py": program})
    lines: set[int] = set()
    for each in changes:
        lines.update(use.place.line for use in each.uses)
    return program.count("\n") in lines


@pytest.mark.parametrize(
    ("change", "program"),
    [
        (
            "limit",
            f'{BASE}requests.get(BASE + "/boats", params={{{KEYS}, "limit": 1}})\n',
        ),
        ("owner", BASE + FLEETS + PUT),
        pytest.param("total", BASE + MODELS, marks=pytest.mark.slow),
    ],
    ids=["keys", "members", "models"],
)
def test_what_is_not_looked_at_is_at_the_call(change: str, program: str, tmp_path: Path) -> None:
    assert last_line_is_listed(change, program, tmp_path)


def test_what_is_looked_at_is_not(tmp_path: Path) -> None:
    keys = ", ".join(f'"k{number}": {number}' for number in range(100))
    program = f'{BASE}requests.get(BASE + "/boats", params={{{keys}}})\n'
    assert not last_line_is_listed("limit", program, tmp_path)
