"""Recordings that end early, are damaged, or are made to take memory or time."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path

import pytest

from generator.watch.traffic import json_text
from generator.watch.traffic.recordings import entries, json_reader, text_file
from tests.support.command import ROOT, python
from tests.watch.traffic.recordings.conftest import (
    EVERY_FORMAT,
    HAR,
    LINES,
    Write,
    har,
    har_entry,
    line,
    read,
)

pytestmark = pytest.mark.slow

ENTRY = json.dumps(har_entry())
LARGE = json.dumps(har_entry({}, {"content": {"text": "é" * 1_700}}))
LONG_LOG = '{"log": {"entries": [' + ",\n".join([ENTRY] * 50)


@pytest.mark.parametrize(
    ("text", "exchanges", "at"),
    [
        (LONG_LOG, 50, 50),
        (LONG_LOG + ",", 50, 50),
        (LONG_LOG + ",\n" + ENTRY[:-1], 50, 51),
        (LONG_LOG + ",\n" + ENTRY[:50], 50, 51),
        (LONG_LOG + "]\n}", 50, 51),
        (LONG_LOG + "]}", 50, 50),
        (LONG_LOG + '], "x": [1,\n2', 50, 50),
        (LONG_LOG + "]}}\n]", 50, 51),
        (LONG_LOG + "]}} {}", 50, 50),
        (LONG_LOG + ",\n{'a': 1}]}}", 50, 51),
        (LONG_LOG + ',\n{"a": 1\n\n, "b": tru, "c": [1, 2, 3, 4, 5]}]}}', 50, 53),
        (LONG_LOG + "\n" + ENTRY + "]}}", 50, 51),
        (LONG_LOG + ",\n" + '{"a": "\\ud8zz"}]}}', 50, 51),
        (LONG_LOG + ",\n" + '{"a": "\n"}]}}', 50, 51),
        (LONG_LOG + ",\n]}}", 50, 51),
        (LONG_LOG + ",\n" + "[" * 100_000 + "]" * 100_000 + "]}}", 50, 51),
        (LONG_LOG + ",\n" + '{"a":' * 100_000, 50, 51),
        (LINES + "\n" + line()[:-1], 3, 5),
        (LINES + "\n" + line()[:20], 3, 5),
        (LINES + "\n{", 3, 5),
    ],
)
def test_a_text_that_ends_early_or_is_broken(
    text: str, exchanges: int, at: int, write: Write
) -> None:
    found = read(write(text))
    assert len(found.exchanges) == exchanges
    assert found.problem.place.line == at


@pytest.mark.parametrize(
    "bad",
    [
        line()[:-1],
        "{'a'}",
        "1",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"a": NaN}',
        line().replace("200", "-Infinity"),
        line()[:-1] + ', "a": NaN}',
        line() + line(),
        line() + "]",
        "\x00",
        '"' + "a" * 1000,
        '{"speclock_recording": 1, "time": tru}',
        '{"speclock_recording": 1, "time": NaN}',
        '{"speclock_recording": 1, "request": {"method": "GET"}',
        '{"speclock_recording": 1, "request": ' + "[" * 100_000 + "}",
        '{"speclock_recording": 1}',
    ],
)
def test_a_broken_line_is_one_problem(bad: str, write: Write) -> None:
    found = read(write(f"{line()}\n{bad}\n{line()}\n"))
    assert [one.place.line for one in found.exchanges] == [1, 3]
    assert found.problem.place.line == 2
    # A beginning that tells the format is enough on the first line.
    if bad.startswith('{"speclock_recording"') and not bad.startswith(line()):
        found = read(write(f"{bad}\n{line()}\n{line()}"))
        assert [one.place.line for one in found.exchanges] == [2, 3]
        assert found.problem.place.line == 1


@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_gzip_data_that_ends_in_the_middle_or_is_damaged(name: str, write: Write) -> None:
    """What is there of a text with many entries is read, and the rest is one problem."""
    text = {"har": LONG_LOG + "]}}", "ndjson": f"{line()}\n" * 50}.get(name, EVERY_FORMAT[name])
    data = gzip.compress(text.encode(), 0, mtime=0)
    whole = len(read(write(text)).exchanges)
    for size in (len(data) - 1, len(data) - 9, len(data) - 200):
        found = read(write(data[:size]))
        assert found.problem.fact == "the gzip data ends in the middle"
        assert found.problem.place.line >= 1
        assert whole - 3 <= len(found.exchanges) <= whole
        assert found.exchanges
    found = read(write(data[:-6] + bytes([data[-6] ^ 1]) + data[-5:]))  # of the checksum
    assert found.problem.fact == "the gzip data is damaged"
    assert len(found.exchanges) == whole


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "the file is empty"),
        (b" \n" * 9, "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\x1f\x8b", "ends in the middle"),
        (b"\x1f\x8bxxxxxxxxxxx", "damaged"),
        (b"\xff\xfe{\x00}\x00", "UTF-8"),
        (b"{", "ends in the middle"),
        (b"{}", "neither"),
        (b"[]", "neither"),
        (b"[1]", "neither"),
        (b'[{"request": 1}]', "neither"),
        (b"{]", "missing"),
        (b'{"log": {"entries": {}}}', "neither"),
        (b'{"log": [], "interactions": {}}', "neither"),
        (b'{"speclock_recorded": 1}', "neither"),
        (b'{"a": NaN}', "neither"),
        (b"[" * 100_000, "nested too deep"),
        (b"a: b", "neither"),
        (b"interactions: {}", "neither"),
        (b"speclock_recording: 1\n# interactions", "neither"),
        (b"- 1", "neither"),
        (b"- request: 1", "neither"),
        (b"interactions: \x00", "a character that YAML doesn't allow"),
        (b"interactions: {", "not well-formed YAML"),
        (b"text", "neither"),
        (b"\x89PNG\r\n", "UTF-8"),
    ],
)
def test_what_is_not_a_recording(data: bytes, fact: str, write: Write) -> None:
    found = read(write(data))
    assert found.exchanges == []
    assert found.problem.fact.startswith("not a recording: ")
    assert fact in found.problem.fact


@pytest.mark.parametrize("text", [HAR, LINES], ids=["har", "lines"])
def test_text_that_is_not_utf_8(text: str, write: Write) -> None:
    before, _, after = text.rpartition("image/png")
    found = read(write(before.encode() + b"\xff" + after.encode()))
    assert len(found.exchanges) == 2
    assert found.problem.fact == "the text isn't UTF-8"


@pytest.mark.parametrize(
    ("text", "entries", "problems"),
    [
        (har(har_entry(), {"a": "x" * 5000}, har_entry()), [1, 3], 1),
        (har(har_entry(), {"a": '\\"[{' * 1000}, har_entry()), [1, 3], 1),
        (har(har_entry(), [[{"a": [i]}] for i in range(500)], har_entry()), [1, 3], 1),
        (f"{line()}\n{line()[:-1]}{' ' * 5000}}}\n{line()}", [1, 3], 1),
        (f'{line()}\n"{"x" * 5000}', [1], 1),
        (har(har_entry(), after=f', "x": [{"1," * 5000}1]'), [1], 0),
    ],
)
def test_a_large_entry_is_passed_over(
    text: str,
    entries: list[int],
    problems: int,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_reader, "MAX_ENTRY", 2000)
    found = read(write(text))
    assert [one.place.entry for one in found.exchanges] == entries
    assert [one.fact for one in found.problems] == [
        "entry 2 isn't readable: larger than 0.00190735 MiB"
    ] * problems


def test_empty_lines_are_passed_over_at_once(write: Write) -> None:
    """A compressed file can have a thousand times as many of them as bytes."""
    found = read(write(gzip.compress(f"{line()}{chr(10) * 2**22}{line()}".encode(), mtime=0)))
    assert [one.place.line for one in found.exchanges] == [1, 1 + 2**22]


@pytest.mark.parametrize(
    ("start", "end"),
    [('{"log": {"entries": [' + ENTRY + ",", "," + ENTRY + "]}}"), (line() + "\n", "\n" + line())],
    ids=["har", "lines"],
)
def test_an_entry_of_too_many_values_is_passed_over(
    start: str, end: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would take 20 times as much memory as text; commas in text are none."""
    monkeypatch.setattr(json_text, "MAX_VALUES", 5_000)
    found = read(write(f"{start}[{'[],' * 8_000}[]]{end}"))
    assert len(found.exchanges) == 2
    assert found.problem.fact == "entry 2 isn't readable: more than 5,000 values"
    found = read(write(har(har_entry({}, {"content": {"text": ",[{" * 9_000}}))))
    assert len(found.exchanges) == 1


def test_a_large_compressed_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    data = gzip.compress((f"{line()}\n" * 100).encode(), mtime=0)
    assert len(read(write(data)).exchanges) == 100
    monkeypatch.setattr(text_file, "MAX_UNPACKED", 5000)
    monkeypatch.setattr(text_file, "MAX_RATIO", 1)
    monkeypatch.setattr(entries, "MAX_ENTRY", 1000)
    monkeypatch.setattr(text_file, "_PIECE", 100)
    found = read(write(data))
    assert 0 < len(found.exchanges) < 100
    assert "without its compression" in found.problem.fact


@pytest.mark.parametrize("times", [30, pytest.param(1_000, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_any_damage_raises_nothing(name: str, times: int, write: Write) -> None:
    """Bytes are replaced, removed and repeated at random, from a fixed seed."""
    chance = random.Random(name)
    data = EVERY_FORMAT[name].encode()
    read_some = 0
    for number in range(times):
        damaged = bytearray(gzip.compress(data, mtime=0) if number % 2 else data)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(damaged))
            end = at + chance.choice((0, 1, 1, 20))
            signs = chance.choice((b"", b"[", b"}", b"\xff", b"\n", b'"', b"*a", b"&a ", b"<<: "))
            damaged[at:end] = chance.choice((signs, bytes(damaged[end : end + 40])))
        found = read(write(bytes(damaged)))
        read_some += bool(found.exchanges)
        assert len(found.exchanges) + len(found.problems) >= 1
        assert all(one.place.line for one in found.exchanges)
        assert all(one.place.line for one in found.problems)
    assert read_some


_PROGRAM = """
import resource, sys
from pathlib import Path
from generator.watch.traffic.recordings.read import read_recordings
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) * 2**20,) * 2)
print(sum(1 for _ in read_recordings([Path(sys.argv[1])], str)))
"""


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process")
@pytest.mark.parametrize(
    ("start", "entry", "mebibytes"),
    [
        (
            f'{{"log": {{"entries": [{ENTRY}',
            f",\n{json.dumps(har_entry({}, {'content': {'text': 'é' * 1_700}}))}",
            700,
        ),
        ("", line({}, {"body": "a" * 10_000}) + "\n", 300),
    ],
    ids=["har", "lines"],
)
def test_memory(start: str, entry: str, mebibytes: int, tmp_path: Path) -> None:
    """Of 200 MB the text is kept, never all values; of lines not even the text."""
    path = tmp_path / "recording"
    with path.open("w", encoding="utf-8") as file:
        file.write(start)
        for _ in range(200):
            file.write(entry * 100)
        file.write("]}}" if start else "")
    found = python(tmp_path, "-c", _PROGRAM, path, str(mebibytes), path=[ROOT]).out
    assert int(found) == 20_000 + bool(start)
