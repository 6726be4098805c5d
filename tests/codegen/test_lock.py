"""The lock of what is written: in place, and by a file in the cache folder, as on Windows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace

import pytest

from generator.base.portable import cache_folder
from generator.project.output import lock as module
from generator.project.output.lock import locked, locked_by_file, locked_in_place
from tests.support.command import ROOT
from tests.support.project import tree

NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")
LOCKS = [pytest.param(locked_in_place, marks=NOT_ON_WINDOWS), locked_by_file]
# Reads a number, waits and writes the next one, forty times.
COUNTER = """\
import sys, time
from pathlib import Path
root, name, folder = sys.argv[1:]
sys.path.insert(0, root)
from generator.project.output import lock
for _ in range(40):
    with getattr(lock, name)(Path(folder)):
        file = Path(folder, "count")
        number = int(file.read_text())
        time.sleep(0.001)
        file.write_text(str(number + 1))
"""
HOLDER = """\
import sys, time
from pathlib import Path
root, name, folder = sys.argv[1:]
sys.path.insert(0, root)
from generator.project.output import lock
with getattr(lock, name)(Path(folder)):
    print("held", flush=True)
    time.sleep(60)
"""

Lock = Callable[[Path], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of this test."""
    for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return cache_folder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "project"
    path.mkdir()
    (path / "count").write_text("0", encoding="utf-8")
    return path


def started(script: str, lock: Lock, folder: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", script, str(ROOT), lock.__name__, str(folder)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("lock", LOCKS)
def test_processes_wait_for_each_other(lock: Lock, folder: Path) -> None:
    processes = [started(COUNTER, lock, folder) for _ in range(3)]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert (folder / "count").read_text(encoding="utf-8") == "120"


@pytest.mark.slow
@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_ends_with_its_process(lock: Lock, folder: Path) -> None:
    with started(HOLDER, lock, folder) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    with lock(folder):
        pass


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_is_left_where_it_is_held(lock: Lock, folder: Path) -> None:
    before = tree(folder)
    with lock(folder):
        assert tree(folder) == before
    assert tree(folder) == before


def lock_files(cache: Path) -> Iterator[str]:
    """Yield the names of the lock files, which may be removed when a lock ends."""
    for path in (cache / "locks").glob("*"):
        yield path.name


def test_windows_locks_a_file_in_the_cache_folder(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform="win32"))
    with locked(folder), locked(folder / "count"):
        assert len({*lock_files(cache)}) == 2


@NOT_ON_WINDOWS
def test_other_systems_lock_in_place(folder: Path, cache: Path) -> None:
    with locked(folder), locked(folder / "count"):
        assert not cache.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_two_spellings_of_a_path_are_one_lock(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder)
    monkeypatch.chdir(folder)
    files = set[str]()
    for path in (folder, link, Path(), Path("../project")):
        with locked_by_file(path):
            files.update(lock_files(cache))
    assert len(files) == 1


def test_without_a_folder_for_locks_there_is_none(folder: Path, cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file", encoding="utf-8")
    with locked_by_file(folder):
        (folder / "count").write_text("1", encoding="utf-8")
    assert (folder / "count").read_text(encoding="utf-8") == "1"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_link_in_place_of_a_lock_is_not_followed(folder: Path, cache: Path) -> None:
    with locked_by_file(folder):
        (name,) = lock_files(cache)
    target = folder / "count"
    (cache / "locks" / name).unlink(missing_ok=True)
    (cache / "locks" / name).symlink_to(target)
    with locked_by_file(folder):
        assert target.read_text(encoding="utf-8") == "0"
    assert target.samefile(cache / "locks" / name)
