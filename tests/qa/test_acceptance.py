"""The programs that judge folders: a sound client passes, and a fault isn't missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.qa.corpus import run as corpus
from tests.qa.corpus import trial
from tests.qa.corpus.descriptions import Description, find
from tests.qa.corpus.process import ROOT
from tests.qa.corpus.trial_outcome import Outcome, reason
from tests.qa.drift_cases import run as drift_cases
from tests.qa.drift_corpus import run as drift_corpus
from tests.qa.hostile import run as hostile
from tests.qa.hostile.look import Case
from tests.qa.hostile.trial import Room
from tests.qa.runner import command
from tests.qa.slices import run as slices
from tests.qa.values import run as values

pytestmark = pytest.mark.slow

CORPUS = ROOT / "tests" / "qa" / "corpus" / "sample"
INDEXED = CORPUS.parent / "indexed"
HOSTILE = ROOT / "tests" / "qa" / "hostile" / "sample"
PROGRAMS = (corpus, values, slices, hostile, drift_corpus, drift_cases)
WRONG_PROGRAMS = {
    "notes/create": ("notes/make", "AttributeError"),
    "id: 7": ("id: 8", "the fake answers 201"),
    "  /notes:": ("  /marks:", "it calls POST"),
}
"""A change of the description, and what is then wrong with a program for the old client."""
JUDGED = {
    "maxLength: 20": ("maxLength: 3", {"request", "response"}),
    "required: [text]": ("required: [id, text]", {"request"}),
    "minimum: 1}\n        text": ("minimum: 8}\n        text", {"response"}),
    "/v1": ("/v2", {"request", "response"}),
}
"""A change of the description, and who is then at fault."""


def test_files_that_others_refer_to_are_no_descriptions() -> None:
    """Two of the three files are; a path item elsewhere has operations too."""
    assert {one.name: one.declared for one in find(CORPUS)} == {"full": 2, "short": 1}


@pytest.mark.parametrize("arguments", [["nowhere"], [str(CORPUS), "unknown"], [str(ROOT / "docs")]])
@pytest.mark.parametrize("program", PROGRAMS)
def test_misuse_ends_in_2(
    program: Any, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(arguments)
    assert ended.value.code == command.MISUSED
    assert "error: " in capsys.readouterr().err


def test_parts_are_disjoint() -> None:
    names = [f"file-{number}" for number in range(200)]
    chosen = [name for name in names if command.is_in_share(name, 10)]
    assert 5 < len(chosen) < 40


@pytest.mark.nightly
def test_a_full_row_and_a_short_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A full row has every number and no failure; a refused description is told by its error."""
    assert corpus.main([str(CORPUS)]) == command.BAD
    out = capsys.readouterr().out
    (full,) = (line.split() for line in out.splitlines() if line.startswith("full "))
    assert full[1:4] == ["1/1", "2/2", "0"]
    tried = dict(zip((*trial.STAGES, *corpus.CHECKERS), full[4:], strict=False))
    assert all(cell.endswith("/0") and cell != "0/0" for cell in tried.values())
    assert (tried["judge"], tried["shown"]) == ("2/0", "2/0")
    assert "full falls short" not in out
    assert "short falls short" in out
    assert "short.yaml:13:" in out


@pytest.mark.nightly
def test_the_sample_is_within_the_thresholds(capsys: pytest.CaptureFixture[str]) -> None:
    """A document without operations doesn't count, and neither does one that others refuse."""
    assert corpus.main([str(INDEXED), "--stages", "tests"]) == command.GOOD
    out = capsys.readouterr().out
    assert "generate: 1 of 1" in out
    assert "tests: 1 of 1" in out
    assert "library/impossible.yaml (negative) falls short:\n  generate: " in out


@pytest.mark.parametrize("stage", ["", "generate", "operations", *trial.STAGES, *corpus.CHECKERS])
def test_each_threshold_is_checked(stage: str) -> None:
    """One document of one is more than any threshold allows to fail."""
    description = Description("a", CORPUS / "full.yaml", CORPUS, "a", listed=1)
    tried = trial.Trial(description, {"generate": Outcome(1)}, emitted=1)
    expected = {stage}
    if stage:
        tried.outcomes[stage] = Outcome(1, ["failed"])
        expected |= {"refusals with a reason"} if stage == "generate" else set()
    else:
        tried.emitted, tried.is_bug = 0, True
        expected = {"operations emitted", "no bug"}
    assert {name for name, part, whole in corpus.shares([tried]) if part < whole} == expected


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Description, Path]:
    """Return the full sample, copied into a folder that has its client too."""
    folder = tmp_path_factory.mktemp("noted")
    for path in (Path("full.yaml"), Path("parts", "note.yaml")):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes((CORPUS / path).read_bytes())
    description = Description("noted", folder / "full.yaml", folder, "noted")
    assert not trial.generated(description, folder)["failures"]
    return description, folder


def judged(stage: str, noted: tuple[Description, Path], old: str, new: str) -> Outcome:
    """Return the outcome of a stage by a changed description."""
    description, folder = noted
    text = description.path.read_text(encoding="utf-8")
    assert old in text
    changed = folder / "changed.yaml"
    changed.write_text(text.replace(old, new), encoding="utf-8")
    return trial.run_stage(stage, replace(description, path=changed), folder)


@pytest.mark.nightly
@pytest.mark.parametrize("old", JUDGED)
def test_the_judge_notices(old: str, noted: tuple[Description, Path]) -> None:
    """Of a description that asks for something else than the client was made for."""
    new, blamed = JUDGED[old]
    found = judged("judge", noted, old, new)
    assert found.tried == 2
    faults = {one.partition("] ")[2].partition(":")[0] for one in found.failures}
    assert faults == {*blamed, "traffic"}


@pytest.mark.nightly
@pytest.mark.parametrize("old", WRONG_PROGRAMS)
def test_a_program_that_fails_is_noticed(old: str, noted: tuple[Description, Path]) -> None:
    """What is shown of a description that asks for something else than the client was made for."""
    new, fault = WRONG_PROGRAMS[old]
    found = judged("shown", noted, old, new)
    assert found.tried == 2
    (failure,) = found.failures
    assert fault in failure


def test_reasons_excuse_only_their_failure() -> None:
    """A known defect of the validator, and a failure like it that isn't one."""
    fact = "InvalidData: $: b'x' is not of type 'string'"
    assert reason("judged", "response", fact)
    assert not reason("judged", "client", fact)
    assert reason("judged", "request", "$: no such name", "discriminator")
    assert not reason("judged", "request", "$: no such name")
    assert not reason("judged", "response", fact.replace("b'x'", "7"))


@pytest.mark.nightly
def test_hostile_cases(capsys: pytest.CaptureFixture[str]) -> None:
    """Sound output, a good refusal, and output where a refusal was asked for."""
    assert hostile.main([str(HOSTILE)]) == command.BAD
    out = capsys.readouterr().out
    for name, outcome in (("quotes", "output"), ("twice", "refusal"), ("harmless", "FAIL")):
        (row,) = (line for line in out.splitlines() if line.startswith(f"{name}.yaml  "))
        assert f" {outcome} " in row
    assert "  output, where a refusal was asked for" in out


GUARDED = {
    "import pwn": "tried to import: pwn",
    "open('WAS-RUN', 'w').close()": "left a file: cwd/WAS-RUN",
    "open('/etc/hostname').read()": "read outside: /etc/hostname",
    "import pathlib; pathlib.Path('../escaped').touch()": "wrote outside: ",
    "import os; os.mkdir('../made')": "changed outside: os.mkdir",
    "import os; os.system('true')": "ran a program: os.system",
    "import subprocess; subprocess.run(['true'])": "ran a program: true",
    "import socket; socket.getaddrinfo('127.0.0.1', 9)": "used the network: ",
    "eval('__import__(\"os\")')": "compiled text: ",
}


def test_the_guard_notices(tmp_path: Path) -> None:
    """Whatever a description could bring about, of any library, is on record."""
    room = Room(tmp_path / "room", HOSTILE / "specs" / "quotes.yaml", "pwn x")
    code = "\n".join(f"try:\n {line}\nexcept Exception: pass" for line in GUARDED)
    room.python("-c", code, path=ROOT, timeout=60)
    violations = room.violations()
    for noted in GUARDED.values():
        assert any(line.startswith(noted) for line in violations), (noted, violations)


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
        ended = room.python("-c", code, path=ROOT, timeout=60, loopback=loopback)
        assert ended.code == 0, ended.err
        assert bool(room.violations()) is (is_noted or not loopback), room.violations()


def test_the_guard_is_silent_about_honest_work(tmp_path: Path) -> None:
    """Reading what is installed and writing below its own folders."""
    room = Room(tmp_path / "room", HOSTILE / "specs" / "quotes.yaml", "pwn json")
    code = "import json, httpx, pydantic, asyncio; asyncio.run(asyncio.sleep(0))"
    ended = room.python("-c", code, path=ROOT, timeout=60)
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
