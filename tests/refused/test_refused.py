"""Every description of ``tests/refused`` is refused with ``--strict``: exit code 2, a message that
says where, what and what to do, no traceback, and nothing written.

A refusal is a folder. After a change of words: ``python tests/update_goldens.py``; read the diff.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cases import REFUSED, refuse, spec_of, topics
from tests.support.command import Outcome

TOPICS = topics(REFUSED)

FAULT_AT: dict[str, list[int]] = {
    "additional-method-clash": [10, 13, 16],
    "api-key-in-no-header": [30, 31],
    "default-that-is-no-date": [11, 14],
    "discriminator-outside": [20, 21],
    "duplicate-key": [28],
    "duplicate-key-in-json": [13],
    "empty-file": [1],
    "empty-required-property": [17],
    "fault-in-another-file": [5],
    "keys-in-one-header": [8],
    "keys-that-are-no-text": [19],
    "keyword-typo": [8],
    "keyword-typo-in-a-schema": [24],
    "lone-surrogate": [7],
    "lone-surrogate-in-a-key": [11],
    "meta-schema-inside": [28],
    "missing-openapi": [1],
    "no-operations": [4],
    "not-json": [5],
    "not-yaml": [20],
    "number-not-finite": [28],
    "number-not-finite-in-json": [7],
    "path-item-twice": [7],
    "paths-not-a-mapping": [4],
    "paths-that-are-a-list": [3, 7, 8],
    "querystring": [9, 18, 24],
    "ref-outside-the-folder": [12],
    "remote-ref": [12],
    "repeated-keys": [7, 8],
    "required-header-with-a-space": [9],
    "server-with-a-secret": [3],
    "servers": [6, 8, 10, 12, 14],
    "servers-beside-the-first": [5, 6, 7],
    "several-faults": [9, 10, 11, 18, 19, 21, 24, 25],
    "swagger-2": [1],
    "two-documents": [28],
    "unknown-ref": [12, 18],
    "wild-numbers": [11, 14],
    "wild-numbers-in-json": [3, 7, 8, 9],
    "wrong-keyword-value": [27],
    "wrong-shapes": [7, 12, 17, 21, 30],
    "wrong-version": [1],
    "yaml-tag": [23],
}
"""Topic to the lines that a person would mend, counted by a person."""

_HEAD = re.compile(r"([\w/.-]+):(\d+):(\d+): error: (\S.*) \[([a-z0-9-]+)\]")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """What became of each topic, filled by :func:`outcome`."""
    return {}


@pytest.fixture(params=TOPICS)
def topic(request: pytest.FixtureRequest) -> str:
    """Each topic."""
    return str(request.param)


@pytest.fixture
def outcome(topic: str, outcomes: dict[str, Outcome], tmp_path: Path) -> Outcome:
    """What became of a topic; also that nothing was written."""
    if topic not in outcomes:
        (tmp_path / "outside.yaml").write_text("Paper: {type: object}\n", encoding="utf-8")
        outcomes[topic] = refuse(topic, tmp_path)
        given = {f"project/{name}": data for name, data in tree(REFUSED / topic).items()}
        given.pop("project/error.txt", None)
        assert tree(tmp_path) == {"outside.yaml": b"Paper: {type: object}\n", **given}
    return outcomes[topic]


def problems(outcome: Outcome) -> Iterator[re.Match[str]]:
    """The first line of each problem."""
    for line in outcome.err.splitlines():
        if match := _HEAD.fullmatch(line):
            yield match


def test_is_refused(topic: str, outcome: Outcome) -> None:
    assert outcome.code == 2
    assert outcome.out == ""
    golden = REFUSED / topic / "error.txt"
    assert golden.is_file(), "no golden yet: python tests/update_goldens.py"
    assert outcome.err == golden.read_text(encoding="utf-8")


def test_says_where_what_and_the_remedy(topic: str, outcome: Outcome) -> None:
    *lines, last = outcome.err.splitlines()
    heads, remedies = lines[::2], lines[1::2]
    assert len(heads) == len(remedies) > 0
    for head, remedy in zip(heads, remedies, strict=True):
        match = _HEAD.fullmatch(head)
        assert match, head
        assert re.fullmatch(r"  [A-Z\[].*[.yml'\d]", remedy), remedy
        text = (REFUSED / topic / match[1]).read_text(encoding="utf-8").splitlines() or [""]
        assert 1 <= int(match[2]) <= len(text)
        assert 1 <= int(match[3]) <= len(text[int(match[2]) - 1]) + 1
    assert last == f"{len(heads)} refused; nothing was written."


def test_points_at_the_line_to_mend(topic: str, outcome: Outcome) -> None:
    assert sorted({int(match[2]) for match in problems(outcome)}) == FAULT_AT[topic]


def test_says_each_fault_once(outcome: Outcome) -> None:
    places = [match[0].split(": ")[0] for match in problems(outcome)]
    assert len(places) == len(set(places)), outcome.err


def test_every_folder_is_a_topic() -> None:
    folders = {path.name for path in REFUSED.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(TOPICS) == set(FAULT_AT)
    for topic in TOPICS:
        assert spec_of(REFUSED / topic).name in ("spec.yaml", "spec.json")


def test_a_message_shows_the_path_that_the_user_typed(tmp_path: Path) -> None:
    """Also that of a second file, so that an editor can open it."""
    from tests.support.command import speclock

    parts = tmp_path / "spec" / "parts"
    parts.mkdir(parents=True)
    source = REFUSED / "fault-in-another-file"
    (tmp_path / "spec" / "api.yaml").write_bytes((source / "spec.yaml").read_bytes())
    (parts / "paper.yaml").write_bytes((source / "parts" / "paper.yaml").read_bytes())
    found = speclock(
        tmp_path,
        "generate",
        "--spec",
        "spec/api.yaml",
        "--package",
        "x",
        "--output",
        "out",
        "--strict",
    )
    assert found.code == 2
    assert found.err.startswith("spec/parts/paper.yaml:5:5: error: ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["generate", "--spec", "absent.yaml", "--package", "x", "--output", "out"], "absent.yaml"),
        (["generate", "--spec", ".", "--package", "x", "--output", "out"], "cannot be read"),
        (["generate", "--spec", "spec.yaml", "--output", "out"], "--package"),
        (["generate", "--spec", "spec.yaml", "--package", "x-y", "--output", "out"], "'x-y'"),
        (["generate", "--spec", "spec.yaml", "--package", "class", "--output", "out"], "'class'"),
        (["generate"], "[tool.speclock]"),
        (["check"], "[tool.speclock]"),
        (["generate", "--config", "absent.toml"], "absent.toml"),
        (["make"], "no command 'make'"),
        ([], "COMMAND"),
    ],
)
def test_a_misused_command_is_explained(arguments: list[str], says: str, tmp_path: Path) -> None:
    from tests.support.command import speclock

    found = speclock(tmp_path, *arguments)
    assert found.code == 2
    assert says in found.err
    assert "Traceback" not in found.err
    assert tree(tmp_path) == {}
