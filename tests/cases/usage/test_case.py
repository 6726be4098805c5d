"""The lines of a program that use what changed: of 25 uses of three clients, for 20 changes.

The program in ``program/`` says of each line what is expected there, in its comment: ``# at: a b!``
for the changes ``a`` and ``b``, of which the type checkers see ``b``; of ``c!m`` only mypy does,
since pyright doesn't look into what an earlier error is in.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Project, made_once

HERE = Path(__file__).parent
PROGRAM = HERE / "program"
CODE = ("store", "tests")


@dataclass(frozen=True)
class Change:
    """A change of one of the descriptions, and how reports name it."""

    client: str
    old: str
    new: str
    rule: str
    message: str
    """The start of the report's message."""


CHANGES = {
    name: Change(**change)
    for name, change in tomllib.loads((HERE / "changes.toml").read_text(encoding="utf-8")).items()
}
CLIENTS = ("shop", "farm", "post")


def make(root: Path) -> None:
    """Write the program, its three clients, and the new descriptions."""
    for path in PROGRAM.rglob("*"):
        target = root / path.relative_to(PROGRAM).as_posix().removesuffix(".txt")
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    Project(root).generate()
    for client in CLIENTS:
        text = (root / f"{client}.yaml").read_text(encoding="utf-8")
        for change in CHANGES.values():
            if change.client == client:
                assert change.old in text, change
                text = text.replace(change.old, change.new)
        (root / f"new-{client}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def program(shared_folder: Path) -> Project:
    return Project(made_once(shared_folder, "usage", make))


def expected(root: Path, checker: str = "") -> Iterator[tuple[str, str, int]]:
    """Yield the change, the file and the line of each expected use; of a checker its errors."""
    marks = {"": ("", "!", "!m"), "mypy": ("!", "!m")}.get(checker, ("!",))
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = re.search(r"# at: (.*)$", line)
                for word in found[1].split() if found else ():
                    name, mark, by = word.partition("!")
                    if mark + by in marks:
                        yield name, path.relative_to(root).as_posix(), number


def report(program: Project, client: str, *words: str) -> Any:
    code = [word for folder in CODE for word in ("--code", folder)]
    outcome = program.run(
        "drift", client, "--revision", f"new-{client}.yaml", "--format", "json", "--fail-on",
        "never", *code, *words,
    )  # fmt: skip
    assert outcome.code == 0, outcome
    return json.loads(outcome.out)


def name_of(client: str, change: Any) -> str:
    """Return the name of a reported change."""
    found = [
        name
        for name, one in CHANGES.items()
        if one.client == client
        and change["id"] == one.rule
        and change["message"].startswith(one.message)
    ]
    return found[0] if found else f"{client}: {change['id']} {change['message']}"


def test_lines_by_source(program: Project) -> None:
    found = {
        (name_of(client, change), use["place"]["file"], use["place"]["line"])
        for client in CLIENTS
        for change in report(program, client)["changes"]
        for use in change["uses"]
    }
    lines = set(expected(program.root))
    assert (sorted(lines - found), sorted(found - lines)) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_lines_by_type_checker(program: Project, checker: str) -> None:
    found, others = set[tuple[str, str, int]](), list[int]()
    for client in CLIENTS:
        data = report(program, client, "--checker", checker)
        assert (data["usage"]["checker"], data["usage"]["note"]) == (checker, None)
        others += [use["place"]["line"] for use in data["usage"]["others"]]
        found |= {
            (name_of(client, change), use["place"]["file"], use["place"]["line"])
            for change in data["changes"]
            for use in change["uses"]
            if use["error"]
        }
    lines = set(expected(program.root, checker))
    assert (sorted(lines - found), sorted(found - lines)) == ([], [])
    assert others == [23]  # the sum of weights is returned: no use of `Animal.weight` is there
