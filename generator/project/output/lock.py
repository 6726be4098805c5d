"""The lock of a file or a folder that is written, for which other processes wait.

It ends with the process that holds it, leaves nothing where it is asked for, and isn't reentrant.
Where there can be no lock, a writer continues without one: on a file system that has none, or where
the folder for locks cannot be written.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...base.errors import UsageError
from ...base.portable import cache_folder, resolved


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Wait until no other process holds the lock of a file or a folder; then hold it.

    A folder is created, if there is nothing. Raises :class:`UsageError` if it cannot be.
    """
    if not path.is_file():
        _create_folder(path)
    lock = locked_by_file if sys.platform == "win32" else locked_in_place
    with lock(path):
        yield


def _create_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be created: {error.strerror}. Make room or give permission."
        ) from None


@contextmanager
def locked_in_place(path: Path) -> Generator[None]:
    """Hold the lock of the file or folder itself: ``flock``, which Windows lacks."""
    import fcntl

    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def locked_by_file(path: Path) -> Generator[None]:
    """Hold the lock of another file, which is named by a hash of ``path``.

    Windows locks no folder, and doesn't let others read or replace a file that is locked. So the
    file that is locked is in the user's cache folder, where nobody else can put a link.
    """
    from filelock import FileLock  # here, so that only Windows needs it

    spelling = os.path.normcase(resolved(path))
    name = hashlib.sha256(os.fsencode(spelling)).hexdigest()
    folder = cache_folder() / "locks"
    lock = FileLock(folder / f"{name}.lock")
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    try:
        yield
    finally:
        with suppress(OSError):
            lock.release()
