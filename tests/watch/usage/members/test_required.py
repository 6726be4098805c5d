"""A parameter or member becomes required: programs in, the lines that have to send it out.

A line with ``# breaks`` sends a request that may lack it, or names it with a value that may be
None. A request that surely sends it isn't concerned.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from .test_lines import HARBOUR, compared

PROGRAM = """
import httpx

http = httpx.Client(base_url="https://api.harbour.example/v1")
"""
LIMIT = ("- {name: limit, in: query, ", "- {name: limit, in: query, required: true, ")
OWNER = ("required: [name]", "required: [name, owner]")
QUERIES = [
    'http.get("/boats")  # breaks',
    'http.get("/boats", params={"sort": "name"})  # breaks',
    'http.get("/boats", params={"limit": 5})',
    'http.get("/boats", params={"limit": None})  # breaks',
    'http.get("/boats?limit=5")',
    'http.get(f"/boats?limit={http.limit}")',
    """
def boats(limit=10):
    params = {"limit": limit, "sort": "name"}
    return http.get("/boats", params=params)
""",
    """
def boats(limit=None):
    params = {"limit": limit}  # breaks
    return http.get("/boats", params=params)
""",
    """
def boats(limit: int | None):
    return http.get("/boats", params={"limit": limit})  # breaks
""",
    """
def boats(limit):
    return http.get("/boats", params={"limit": limit})


boats(5)
""",
    """
def boats(limit):
    return http.get("/boats", params={"limit": limit})  # breaks


boats(None)
""",
    """
def boats(limit):
    params = {}
    if limit:
        params["limit"] = limit  # breaks
    return http.get("/boats", params=params)
""",
    """
def boats(limit):
    params = {"limit": limit} if limit else {}  # breaks
    return http.get("/boats", params=params)
""",
    """
def boats(limit):
    params = {"limit": 1} if limit else {"limit": 2}
    return http.get("/boats", params=params)
""",
    """
def get(path, query=None):
    return http.get(path, params=query or {})


get("/boats", {"limit": 1})
get("/boats", query={"limit": 1, **{"sort": "age"}})
get("/boats")  # breaks
""",
    """
def get(path, **params):
    return http.get(path, params=params)


get("/boats", limit=1)
get("/boats", sort="age")  # breaks
""",
    """
def texts(values):
    converted = {}
    for key, value in values.items():
        if isinstance(value, bool):
            value = "1" if value else "0"
        converted[key] = value
    return converted


http.get("/boats", params=texts({"limit": 1}))
""",
    """
def without_none(values):
    return {key: value for key, value in values.items() if value is not None}


http.get("/boats", params=without_none({"limit": str(1)}))
""",
    """
def without_empty(values):
    return {key: value for key, value in values.items() if value}


http.get("/boats", params=without_empty({"limit": 0}))  # breaks
""",
]
BODIES = [
    'http.post("/boats", json={"name": "Ada"})  # breaks',
    'http.post("/boats", json={"name": "Ada", "owner": {"name": "Bo"}})',
    'http.post("/boats", json=dict(name="Ada", owner=dict(name="Bo")))',
    """
def add(name, owner: dict | None = None):
    body = {"name": name, "owner": owner}  # breaks
    return http.post("/boats", json=body)
""",
    """
http.put("/fleets", json=[
    {"name": "Ada", "owner": {}},
    {"name": "Bo", "owner": {}},
])
""",
]


def lines_that_break(change: tuple[str, str], program: str, folder: Path) -> Sequence[int]:
    assert HARBOUR.count(change[0]) == 1
    changes = compared(HARBOUR.replace(*change), folder, {"boats.py": program})
    lines: set[int] = set()
    for each in changes:
        lines.update(use.place.line for use in each.uses)
    return sorted(lines)


def expected(program: str) -> Sequence[int]:
    lines: list[int] = []
    for number, line in enumerate(program.splitlines(), 1):
        if line.endswith("# breaks"):
            lines.append(number)
    return lines


@pytest.mark.parametrize("statements", QUERIES)
def test_a_request_that_surely_sends_a_parameter_is_not_concerned(
    statements: str, tmp_path: Path
) -> None:
    program = PROGRAM + statements
    assert lines_that_break(LIMIT, program, tmp_path) == expected(program)


@pytest.mark.parametrize("statements", BODIES)
def test_a_request_that_surely_sends_a_member_is_not_concerned(
    statements: str, tmp_path: Path
) -> None:
    program = PROGRAM + statements
    assert lines_that_break(OWNER, program, tmp_path) == expected(program)
