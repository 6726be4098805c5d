"""Replace a group of files as one, whatever ends the process on the way.

Under a lock on the folder that all of them are in, new contents are laid down in
``.speclock-writing/``, and ``plan.json`` there says what is about to happen. Then each old file is
kept beside them and the new one takes its place. Renaming the plan to ``done.json`` is the one
moment at which the new files count: who finds a stage with a plan puts the old files back, who
finds one that is done, or that has no plan yet, only clears it away.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

from ...errors import UsageError

STAGE = ".speclock-writing"
_PLAN, _DONE = "plan.json", "done.json"
_PATIENCE = 30.0
"""Seconds to wait for another writer, which holds the lock for a fraction of one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One file of a plan."""

    name: str
    """Path relative to the folder."""
    had: bool
    """Whether there was such a file."""
    new: str
    """SHA-256 of the new content; empty where the file goes away."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a swap does."""

    steps: tuple[Step, ...]
    folders: tuple[str, ...]
    """Folders that it makes, outermost first."""


def is_inside(name: str) -> bool:
    """Whether a recorded name stays within its folder, whoever wrote it down."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


@contextlib.contextmanager
def locked(home: Path) -> Generator[None]:
    """Be the only writer in a folder, which must exist; the lock ends with the process.

    Raises :class:`UsageError` where another holds it for half a minute.
    """
    descriptor = _open(home)
    try:
        end = time.monotonic() + _PATIENCE
        while not _lock(descriptor):
            if time.monotonic() > end:
                raise UsageError(f"another speclock is writing in {home}. Wait for its end.")
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def replace(
    home: Path, wanted: Mapping[str, bytes], stale: Sequence[str], last: Sequence[str]
) -> None:
    """Put ``wanted`` in place and take ``stale`` away, in a locked and settled folder.

    ``last`` (manifests) are written after all others. On a failure the old files are put back
    before the :class:`OSError` is raised; where even that fails, the next command does it.
    """
    if not wanted and not stale:
        return
    names = sorted(wanted, key=lambda name: (name in last, name))
    steps = [Step(n, (home / n).is_file(), _sha256(wanted[n])) for n in names]
    steps += [Step(n, True, "") for n in stale if (home / n).is_file()]
    plan = Plan(tuple(steps), tuple(_absent(home, names)))
    stage = home / STAGE
    try:
        stage.mkdir()
        new = {stage / f"new-{i}": wanted[s.name] for i, s in enumerate(steps) if s.new}
        new[stage / "plan"] = _to_json(plan)
        for path, data in new.items():
            path.write_bytes(data)
        _sync_all([*new])
        (stage / "plan").replace(stage / _PLAN)
        _sync(stage)
        _apply(home, plan)
        (stage / _PLAN).replace(stage / _DONE)
    except BaseException:
        with contextlib.suppress(OSError):
            settle(home)
        raise
    _sync(stage)
    settle(home)


def is_unfinished(home: Path) -> bool:
    """Whether a swap was begun here that isn't done (or is going on)."""
    stage = home / STAGE
    return stage.is_dir() and not (stage / _DONE).is_file() and any(stage.iterdir())


def settle(home: Path) -> None:
    """End a swap that was cut off, in a locked folder: all old files, or all new ones."""
    stage = home / STAGE
    if not stage.is_dir() or stage.is_symlink():
        return
    if (stage / _DONE).is_file():
        _finish(home, _read(stage / _DONE))
    elif (stage / _PLAN).is_file():
        _undo(home, _read(stage / _PLAN))
    for path in stage.iterdir():  # the word that all is done goes last
        if path.name != _DONE:
            path.unlink()
    shutil.rmtree(stage)


def recover(home: Path) -> bool:
    """Settle a folder; whether a swap had been cut off there. One that goes on is waited for."""
    if not (home / STAGE).is_dir():
        return False
    with locked(home):
        unfinished = is_unfinished(home)
        settle(home)
    return unfinished


def _apply(home: Path, plan: Plan) -> None:
    for folder in plan.folders:
        (home / folder).mkdir(exist_ok=True)
    for index, step in enumerate(plan.steps):
        target, old = home / step.name, home / STAGE / f"old-{index}"
        if step.had and step.new:
            try:
                os.link(target, old)  # so that there is no moment without the file
            except OSError:
                target.replace(old)
        elif step.had:
            target.replace(old)
        if step.new:
            (home / STAGE / f"new-{index}").replace(target)


def _undo(home: Path, plan: Plan) -> None:
    """Put back what was replaced; what somebody has changed since then is left alone."""
    for index, step in enumerate(plan.steps):
        target, old = home / step.name, home / STAGE / f"old-{index}"
        found = _sha256(target.read_bytes()) if target.is_file() else ""
        if old.is_file():
            if not found or found in (step.new, _sha256(old.read_bytes())):
                target.parent.mkdir(parents=True, exist_ok=True)
                old.replace(target)
        elif not step.had and found and found == step.new:
            target.unlink()
    for folder in reversed(plan.folders):
        _remove_empty(home / folder)


def _finish(home: Path, plan: Plan) -> None:
    for step in plan.steps:
        folder = (home / step.name).parent
        while not step.new and folder != home and _remove_empty(folder):
            folder = folder.parent


def _remove_empty(folder: Path) -> bool:
    if not folder.is_dir() or any(folder.iterdir()):
        return False
    folder.rmdir()
    return True


def _absent(home: Path, names: Sequence[str]) -> Iterator[str]:
    seen: set[PurePosixPath] = set()
    for name in names:
        for folder in reversed(PurePosixPath(name).parents[:-1]):
            if folder not in seen and not (home / folder).is_dir():
                yield str(folder)
            seen.add(folder)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sync_all(paths: Sequence[Path]) -> None:
    """Side by side, since one wait of the disk serves many: a fifth of the time."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(_sync, paths))


def _sync(path: Path) -> None:
    """Have a file or a folder on the disk, where the system can do that."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _to_json(plan: Plan) -> bytes:
    steps = [[step.name, step.had, step.new] for step in plan.steps]
    return json.dumps({"steps": steps, "folders": plan.folders}).encode()


def _read(path: Path) -> Plan:
    """A plan, of which only what stays within the folder counts: anybody may have put it here."""
    try:
        data = json.loads(path.read_bytes())
        steps = tuple(Step(str(n), bool(had), str(new)) for n, had, new in data["steps"])
        folders = tuple(map(str, cast("list[object]", data["folders"])))
    except (ValueError, KeyError, TypeError):
        steps, folders = (), ()
    home = path.parent.parent
    if not all(_stays(home, name) for name in (*(step.name for step in steps), *folders)):
        raise UsageError(f"{path} names files outside {home}; speclock wrote no such. Remove it.")
    return Plan(steps, folders)


def _stays(home: Path, name: str) -> bool:
    parent = (home / name).parent
    return is_inside(name) and parent.resolve().is_relative_to(home.resolve())


if sys.platform == "win32":
    import msvcrt

    def _open(home: Path) -> int:
        name = f"speclock-{_sha256(str(home.resolve()).encode())[:16]}.lock"
        return os.open(Path(tempfile.gettempdir()) / name, os.O_RDWR | os.O_CREAT)

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _open(home: Path) -> int:
        return os.open(home, os.O_RDONLY)  # the folder itself: no lock file to leave behind

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # A file system that knows no locks (some of NFS) has to do without.
            return error.errno not in (errno.EWOULDBLOCK, errno.EINTR)
        return True
