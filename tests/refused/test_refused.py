"""Every description of ``tests/refused`` is refused with ``--strict``: exit code 2, a message that
says where, what and what to do, no traceback, and nothing written.

A refusal is a folder. After a change of words: ``python tests/update_goldens.py``; read the diff.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cases import REFUSED, refuse, spec_of, topics
from tests.support.command import speclock

TOPICS = topics(REFUSED)
_REMEDY = re.compile(r"  [A-Z\[].*[.yml'\d]")
_HEAD = re.compile(r"([\w/.-]+):(\d+):(\d+): error: (\S.*) \[([a-z0-9-]+)\]")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("topic", TOPICS)
def test_is_refused(topic: str, tmp_path: Path) -> None:
    """Each fault once, with its place, the fact and the remedy; nothing is written."""
    (tmp_path / "outside.yaml").write_text("Paper: {type: object}\n", encoding="utf-8")
    given = {f"project/{name}": data for name, data in tree(REFUSED / topic).items()}
    given.pop("project/error.txt", None)
    outcome = refuse(topic, tmp_path)
    assert tree(tmp_path) == {"outside.yaml": b"Paper: {type: object}\n", **given}
    assert (outcome.code, outcome.out) == (2, "")
    golden = REFUSED / topic / "error.txt"
    assert golden.is_file(), "no golden yet: python tests/update_goldens.py"
    assert outcome.err == golden.read_text(encoding="utf-8")

    *lines, last = outcome.err.splitlines()
    heads = [match for line in lines[::2] if (match := _HEAD.fullmatch(line))]
    assert len(heads) == len(lines[::2]) == len(lines[1::2]) > 0
    assert last == f"{len(heads)} refused; nothing was written."
    assert [line for line in lines[1::2] if not _REMEDY.fullmatch(line)] == []
    for match in heads:
        text = (REFUSED / topic / match[1]).read_text(encoding="utf-8").splitlines() or [""]
        assert 1 <= int(match[2]) <= len(text)
        assert 1 <= int(match[3]) <= len(text[int(match[2]) - 1]) + 1
    places = {match.groups()[:3] for match in heads}
    assert len(places) == len(heads), outcome.err


def test_every_folder_is_a_topic() -> None:
    folders = {path.name for path in REFUSED.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(TOPICS)
    for topic in TOPICS:
        assert spec_of(REFUSED / topic).name in ("spec.yaml", "spec.json")


def test_a_message_shows_the_path_that_the_user_typed(tmp_path: Path) -> None:
    """Also that of a second file, so that an editor can open it."""
    parts = tmp_path / "spec" / "parts"
    parts.mkdir(parents=True)
    source = REFUSED / "fault-in-another-file"
    (tmp_path / "spec" / "api.yaml").write_bytes((source / "spec.yaml").read_bytes())
    (parts / "paper.yaml").write_bytes((source / "parts" / "paper.yaml").read_bytes())
    where = ("--spec", "spec/api.yaml", "--package", "x", "--output", "out")
    found = speclock(tmp_path, "generate", *where, "--strict")
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
    found = speclock(tmp_path, *arguments)
    assert found.code == 2
    assert says in found.err
    assert "Traceback" not in found.err
    assert tree(tmp_path) == {}
