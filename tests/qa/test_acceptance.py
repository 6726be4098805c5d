"""`make corpus` and `make hostile` themselves: what is full is full, and a fault isn't missed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.qa.corpus import run as corpus
from tests.qa.corpus.descriptions import count, find
from tests.qa.corpus.judge import Verdict
from tests.qa.corpus.process import ROOT, run
from tests.qa.corpus.row import explained, measure
from tests.qa.hostile import run as hostile
from tests.qa.hostile.rules import Case
from tests.qa.hostile.trial import Room

pytestmark = pytest.mark.slow

CORPUS = ROOT / "tests" / "qa" / "corpus" / "sample"
HOSTILE = ROOT / "tests" / "qa" / "hostile" / "sample"


OTHER_PROGRAMS = [
    ("notes/create", "notes/make", "AttributeError"),
    ("id: 7", "id: 8", "the fake answers 201"),
    ("  /notes:", "  /marks:", "it calls POST"),
]
"""A change of the description, and what is then wrong with a program for the old client."""


def generate(spec: Path, output: Path) -> None:
    """The client ``noted`` in a folder."""
    command = ("-m", "generator", "generate", "--spec", spec, "--package", "noted")
    ended = run([sys.executable, *command, "--output", output], cwd=ROOT, timeout=60)
    assert ended.code == 0, ended.err


def verdict(description: Path, output: Path) -> Verdict:
    """The judge's, in a process of its own."""
    script = ROOT / "tests" / "qa" / "corpus" / "judge.py"
    ended = run([sys.executable, script, description, output, "noted"], cwd=output, timeout=60)
    assert ended.code == 0, ended.err
    return Verdict(**json.loads(ended.out))


def test_files_that_others_refer_to_are_no_descriptions() -> None:
    """Two of the three files are; a path item elsewhere has operations too."""
    assert {one.name: one.declared for one in find(CORPUS)} == {"full": 2, "short": 1}
    assert count(CORPUS / "full.yaml") == 2


def test_a_full_row(tmp_path: Path) -> None:
    """Nothing is missing, and every number is there."""
    (full,) = (one for one in find(CORPUS) if one.name == "full")
    row = measure(full, tmp_path, tmp_path / "cache", lambda _: None)

    assert row.shortfalls == []
    assert (row.emitted, row.mypy, row.pyright, row.failed, row.disagreed) == (2, 0, 0, 0, 0)
    assert row.imported == row.modules > 5
    assert row.judged == 2
    assert (row.ran, row.without_program, row.broken) == (2, 0, 0)
    assert row.passed
    assert row.per_operation
    assert row.seconds > 0
    assert row.mebibytes > 10


def test_a_short_row_ends_in_1(capsys: pytest.CaptureFixture[str]) -> None:
    """The description that is refused is told by its error."""
    assert corpus.main([str(CORPUS), "short"]) == corpus.SHORT
    out = capsys.readouterr().out
    assert "0/1" in out
    assert "short falls short" in out
    assert "short.yaml:13:" in out


@pytest.mark.parametrize("arguments", [["nowhere"], [str(CORPUS), "unknown"], [str(ROOT / "docs")]])
def test_misuse_of_corpus_ends_in_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder or a name that isn't there."""
    with pytest.raises(SystemExit) as ended:
        corpus.main(arguments)
    assert ended.value.code == corpus.MISUSED
    assert "error: " in capsys.readouterr().err


def test_the_judge_notices(tmp_path: Path) -> None:
    """Of a description that asks for something else than the client was made for."""
    generate(CORPUS / "full.yaml", tmp_path)
    assert verdict(CORPUS / "full.yaml", tmp_path).failures == []

    text = (CORPUS / "full.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    (tmp_path / "parts").mkdir()
    part = (CORPUS / "parts" / "note.yaml").read_text(encoding="utf-8")
    (tmp_path / "parts" / "note.yaml").write_text(part, encoding="utf-8")
    for old, new, blamed in (
        ("maxLength: 20", "maxLength: 3", {"request", "response"}),
        ("required: [text]", "required: [id, text]", {"request"}),
        ("minimum: 1}\n        text", "minimum: 8}\n        text", {"response"}),
        ("/v1", "/v2", {"request", "response"}),
    ):
        changed.write_text(text.replace(old, new), encoding="utf-8")
        found = verdict(changed, tmp_path)
        assert found.tried == 2
        failures: list[dict[str, str]] = [dict(one) for one in found.failures]  # type: ignore[call-overload]
        judged = {failure["what"] for failure in failures if failure["what"] != "traffic"}
        assert judged == blamed, new
        assert any(failure["what"] == "traffic" for failure in failures), new


@pytest.mark.parametrize(("old", "new", "fault"), OTHER_PROGRAMS)
def test_a_program_that_fails_is_noticed(old: str, new: str, fault: str, tmp_path: Path) -> None:
    """What is shown of a description that asks for something else than the client was made for."""
    generate(CORPUS / "full.yaml", tmp_path)
    (tmp_path / "parts").mkdir()
    part = (CORPUS / "parts" / "note.yaml").read_text(encoding="utf-8")
    (tmp_path / "parts" / "note.yaml").write_text(part, encoding="utf-8")
    text = (CORPUS / "full.yaml").read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace(old, new), encoding="utf-8")
    script = ROOT / "tests" / "qa" / "corpus" / "shown.py"
    ended = run([sys.executable, script, changed, tmp_path, "noted"], cwd=tmp_path, timeout=60)
    found = json.loads(ended.out)
    assert (found["operations"], found["ran"]) == (2, 1)
    (failure,) = found["failures"].values()
    assert fault in failure


def test_exceptions_excuse_only_their_symptom() -> None:
    """A known defect of the validator, and a failure like it that isn't one."""
    reason = "InvalidData: $: b'x' is not of type 'string'"
    assert explained({"what": "response", "reason": reason})
    assert not explained({"what": "client", "reason": reason})
    elsewhere = {"what": "request", "reason": "$: no such name"}
    assert explained({**elsewhere, "only_with": "discriminator"})
    assert not explained({**elsewhere, "only_with": ""})
    assert not explained(
        {"what": "response", "reason": "InvalidData: $: 7 is not of type 'string'"}
    )


def test_hostile_cases(capsys: pytest.CaptureFixture[str]) -> None:
    """Sound output, a good refusal, and output where a refusal was asked for."""
    assert hostile.main([str(HOSTILE), "--jobs", "1"]) == hostile.UNSOUND
    lines = capsys.readouterr().out.splitlines()
    outcomes = {line.split()[0]: line for line in lines if ".yaml" in line.split(" ")[0]}
    assert " output " in outcomes["quotes.yaml"]
    assert " refusal " in outcomes["twice.yaml"]
    assert " FAIL " in outcomes["harmless.yaml"]
    assert "    output, where a refusal was asked for" in lines

    assert hostile.main([str(HOSTILE), "quotes", "twice"]) == hostile.SOUND


@pytest.mark.parametrize(
    ("code", "noted"),
    [
        ("import pwn", "tried to import: pwn"),
        ("open('WAS-RUN', 'w').close()", "left a file: cwd/WAS-RUN"),
        ("open('/etc/hostname').read()", "read outside: /etc/hostname"),
        ("import pathlib; pathlib.Path('../escaped').touch()", "wrote outside: "),
        ("import os; os.mkdir('../made')", "changed outside: os.mkdir"),
        ("import os; os.system('true')", "ran a program: os.system"),
        ("import subprocess; subprocess.run(['true'])", "ran a program: true"),
        ("import socket; socket.getaddrinfo('127.0.0.1', 9)", "used the network: "),
        ("eval('__import__(\"os\")')", "compiled text: "),
    ],
)
def test_the_guard_notices(tmp_path: Path, code: str, noted: str) -> None:
    """Whatever a description could bring about, of any library, is on record."""
    room = Room(tmp_path / "room", HOSTILE / "specs" / "quotes.yaml", "pwn x")
    room.python("-c", f"try:\n {code}\nexcept Exception: pass", path=ROOT, timeout=30)
    assert any(line.startswith(noted) for line in room.violations()), room.violations()


@pytest.mark.parametrize(("address", "is_noted"), [("127.0.0.1", False), ("192.0.2.1", True)])
def test_generated_tests_may_reach_their_own_server(
    tmp_path: Path, address: str, is_noted: bool
) -> None:
    """And nothing else; nowhere but there may loopback be reached."""
    code = f"""if True:
        import socket
        one = socket.socket()
        one.settimeout(0.1)
        try:
            one.connect(({address!r}, 9))
        except OSError:
            pass
    """
    for loopback in (True, False):
        room = Room(tmp_path / str(loopback), HOSTILE / "specs" / "quotes.yaml", "x")
        ended = room.python("-c", code, path=ROOT, timeout=30, loopback=loopback)
        assert ended.code == 0, ended.err
        assert bool(room.violations()) is (is_noted or not loopback), room.violations()


def test_the_guard_is_silent_about_honest_work(tmp_path: Path) -> None:
    """Reading what is installed and writing below its own folders."""
    room = Room(tmp_path / "room", HOSTILE / "specs" / "quotes.yaml", "pwn json")
    code = "import json, httpx, pydantic, asyncio; asyncio.run(asyncio.sleep(0))"
    ended = room.python("-c", code, path=ROOT, timeout=30)
    assert ended.code == 0
    assert room.violations() == []


@pytest.mark.parametrize(
    ("must", "may_emit", "may_refuse"),
    [
        ("refuse with both lines", False, True),
        ("refuse or ignore with a warning", True, True),
        ("compiles, imports; wire names kept by alias", True, False),
        ("finish or refuse with one clear line", True, True),
        ("integer keys accepted with a warning; the rest refused with their line", True, True),
        ("something that nobody has thought of", True, False),
    ],
)
def test_words_decide_what_is_allowed(must: str, may_emit: bool, may_refuse: bool) -> None:
    """The table's words, whatever the file."""
    case = Case(Path("x.yaml"), "any", "", must)
    assert (case.may_emit, case.may_refuse) == (may_emit, may_refuse)
