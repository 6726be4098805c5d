"""The files of a folder, and paths that can't be read."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from generator.watch.traffic.recordings.read import read_recordings
from tests.watch.traffic.recordings.conftest import HAR, LINES, YAML, read


def fill(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_the_recordings_of_a_folder(tmp_path: Path) -> None:
    fill(
        tmp_path,
        {
            "b.har": HAR,
            "a.json": HAR,
            "sub/deep/c.yaml": YAML,
            "sub/d.yml.gz": gzip.compress(YAML.encode(), mtime=0),
            "sub/e.NDJSON": LINES,
            "f.jsonl": LINES,
            "g.txt": LINES,
            "h.gz": gzip.compress(LINES.encode(), mtime=0),
            "har": HAR,
        },
    )
    found = read(tmp_path)
    files = list(dict.fromkeys(one.place.file for one in found.exchanges))
    assert files == ["a.json", "b.har", "f.jsonl", "d.yml.gz", "e.NDJSON", "c.yaml"]
    assert len(found.exchanges) == 18
    assert (found.problems, found.others) == ([], [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("package.json", '{"name": "a"}'),
        ("list.json", "[1, 2]"),
        ("broken.json", "{"),
        ("empty.har", ""),
        ("openapi.yaml", "openapi: 3.1.0\npaths: {}\n"),
        ("broken.yml", "interactions: {"),
        ("bytes.json", b"\xff\x00"),
        ("events.ndjson", '{"a": 1}\n{"a": 2}\n'),
    ],
)
def test_another_file_is_counted_in_a_folder_and_a_problem_by_name(
    name: str, content: str | bytes, tmp_path: Path
) -> None:
    fill(tmp_path, {"a.har": HAR, name: content, "z.har": HAR})
    found = read(tmp_path)
    assert (len(found.exchanges), found.problems, found.others) == (6, [], [name])
    named = read(tmp_path / name)
    assert (named.exchanges, named.others) == ([], [])
    assert named.problem.place.file == name


@pytest.mark.parametrize(
    ("content", "exchanges"),
    [
        (gzip.compress(b"{" * 100, mtime=0)[:-10], 0),
        (b"\x1f\x8b\x08xxxxxxxx", 0),
        (HAR.strip()[:-1].encode(), 3),
        (LINES[:-20].encode(), 2),
        (LINES[:60].encode(), 0),
    ],
)
def test_a_broken_recording_in_a_folder_is_a_problem(
    content: bytes, exchanges: int, tmp_path: Path
) -> None:
    fill(tmp_path, {"a.har": content, "z.har": HAR})
    found = read(tmp_path)
    assert (len(found.exchanges), found.others) == (exchanges + 3, [])
    assert found.problem.place.file == "a.har"


@pytest.mark.parametrize("name", ["missing.har", "a" * 300, "z.har/a.har"])
def test_a_path_that_is_missing(name: str, tmp_path: Path) -> None:
    fill(tmp_path, {"z.har": HAR})
    found = read(tmp_path / name, tmp_path / "z.har")
    assert len(found.exchanges) == 3
    assert found.problem.place.file == (tmp_path / name).name
    assert found.problem.fact.startswith("cannot be read: ")


def test_a_folder_that_is_not_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read all, so the listing fails by other means."""
    fill(tmp_path, {"a.har": HAR, "sub/b.har": HAR})
    scan = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = read(tmp_path)
    assert len(found.exchanges) == 3
    assert found.problem.place.file == "sub"


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    fill(tmp_path, {"in/a.har": HAR, "out/b.har": HAR})
    (tmp_path / "in" / "out").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "self").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "gone.har").symlink_to(tmp_path / "gone")
    (tmp_path / "in" / "folder.har").mkdir()
    assert {one.place.file for one in read(tmp_path / "in").exchanges} == {"a.har"}


def test_exchanges_are_read_one_by_one(tmp_path: Path) -> None:
    fill(tmp_path, {"a.ndjson": LINES})
    found = read_recordings([tmp_path / "a.ndjson", tmp_path / "b"], str)
    next(found)
    fill(tmp_path, {"b": HAR})
    assert len(list(found)) == 5
