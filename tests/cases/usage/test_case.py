"""The lines of a program that use what changed: of 25 uses of three clients, for 20 changes.

The program in ``program/`` says of each line what is expected there, in its comment: ``# at: a b!``
for the changes ``a`` and ``b``, of which the type checkers see ``b``; of ``c!m`` only mypy does,
since pyright doesn't look into what an earlier error is in.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Project, made_once, replace

PROGRAM = Path(__file__).parent / "program"
CODE = ("store", "tests")


@dataclass(frozen=True)
class Change:
    """A change of one of the descriptions, and the report's name for it."""

    client: str
    old: str
    new: str
    rule: str
    message: str
    """The start of the report's message."""


CHANGES = {
    # shop
    "limit": Change("shop", "maximum: 100", "maximum: 50",
                    "request/schema/maximum/narrowed", "query parameter limit"),
    "size": Change("shop", "default: 10", "default: 20",
                   "request/parameter/default/changed", "query parameter size"),
    "poetry": Change("shop", "crime, poetry, travel", "crime, travel",
                     "request/schema/enum/value-removed", "Genre"),
    "pages": Change("shop", "        pageCount: {type: integer}\n", "",
                    "response/schema/property/removed", "Book.pageCount"),
    "find": Change("shop", "        - {name: text,",
                   "        - {name: language, required: true, in: query, schema: {type: string}}\n        - {name: text,",
                   "request/parameter/required/added", "query parameter language"),
    "copies": Change("shop", "minimum: 1", "minimum: 2",
                     "request/schema/minimum/narrowed", "OrderRequest.copies"),
    "when": Change("shop", "required: [isbn, copies]\n      properties:\n        isbn: {type: string}\n        copies: {type: integer, m",
                   "required: [isbn, copies, when]\n      properties:\n        isbn: {type: string}\n        when: {type: string}\n        copies: {type: integer, m",
                   "request/schema/property/added-required", "OrderRequest.when"),
    "cancel": Change("shop", "    delete:\n      operationId: orders/cancel", "    put:\n      operationId: orders/end",
                     "api/operation/presence/removed", "DELETE /orders/{id}"),
    "id": Change("shop", "required: [id, copies]\n      properties:\n        id: {type: string}",
                 "required: [id, copies]\n      properties:\n        id: {type: integer}",
                 "response/schema/type/changed", "Order.id"),
    # farm
    "nick": Change("farm", "        nick: {type: string}\n", "",
                   "response/schema/property/removed", "Animal.nick"),
    "weight": Change("farm", "weight: {type: number}", "weight: {type: string}",
                     "response/schema/type/changed", "Animal.weight"),
    "kind": Change("farm", "        - {name: kind, in: query, schema: {type: string}}\n", "",
                   "request/parameter/optional/removed", "query parameter kind"),
    "number": Change("farm", "    get:\n      operationId: animals/get\n      tags: [animals]\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}",
                     "    get:\n      operationId: animals/get\n      tags: [animals]\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: integer}}",
                     "request/schema/type/changed", "path parameter id"),
    "amount": Change("farm", "required: [food]", "required: [food, amount]",
                     "request/schema/required/added", "Feed.amount"),
    "stable": Change("farm", "Stable", "Barn", "api/python/name/changed", "Stable"),
    # post
    "subject": Change("post", "maxLength: 80", "maxLength: 40",
                      "request/schema/maxLength/narrowed", "Message.subject"),
    "urgent": Change("post", "default: false", "default: true",
                     "request/schema/default/changed", "Message.urgent"),
    "tags": Change("post", "items: {type: string}", "items: {type: integer}",
                   "request/schema/type/changed", "Message.tags"),
    "argument": Change("post", "", "", "api/python/type/changed", "messages.send"),
    "send": Change("post", "messages/send", "messages/post", "api/operation/id/changed", ""),
    "state": Change("post", "[sent, lost]", "[sent, lost, torn]",
                    "response/schema/enum/value-added", "State"),
    "sent_by": Change("post", "        sentBy: {type: string}\n", "",
                      "response/schema/property/removed", "Receipt.sentBy"),
    "key": Change("post", "key", "token", "api/security/scheme/changed", "apiKey header"),
}  # fmt: skip
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
