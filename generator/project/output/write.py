"""The only place that writes files: each as a whole, and only where a client's files belong.

A file is written to a temporary one beside it, which then takes its place. So a reader, or the next
command after a process was killed, has the old bytes or the new ones. The manifest is replaced
last: until then the old one tells ``check`` that the run wasn't finished.

Paths are checked before they are used, not held open: this guards against what a checkout contains,
not against another process that changes folders at the same moment.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ...base.errors import UsageError
from ...base.portable import is_device, read_bytes, with_lf
from ...base.printable import display_path, shortened

_TEMPORARY = re.compile(r"\.speclock-[0-9a-f]{16}\.tmp")
_CACHES = ("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache")
_NOT_PORTABLE = re.compile(r'[\\:*?"<>|]|~\d')
"""Separators, drives and short names of Windows, and what its file names can't contain."""
_MOVE = "Move it away."
_JUNCTION = 0xA0000003
"""The reparse tag of a directory junction on Windows, which isn't a symbolic link by its mode."""


class UnsafePath(UsageError):
    """A path that isn't, and cannot become, a regular file inside its folder."""

    def __init__(self, path: str | Path, fact: str, remedy: str) -> None:
        self.fact = f"{display_path(path) if isinstance(path, Path) else path} {fact}"
        super().__init__(f"{self.fact}. {remedy}")


def name_fault(name: str, *, portable: bool = True) -> str:
    """Return why ``name`` is not a plain path below some folder, as a phrase; "" if it is one.

    ``portable`` names contain nothing that has a meaning on another system or begins with a dot.
    """
    parts = name.split("/")
    if len(name) > 1_000 or any(len(part) > 255 for part in parts):
        return "is too long"
    if not name.isprintable():
        return "contains a control character"
    if any(part in ("", ".", "..") for part in parts):
        return "is not a plain relative path"
    if portable and _NOT_PORTABLE.search(name):
        return "contains a character that is not portable in file names"
    if portable and any(part.endswith((".", " ")) for part in parts):
        return "contains a name that ends with a dot or a space"
    if portable and any(map(is_device, parts)):
        return "contains a name that is a device on Windows"
    if portable and any(part.startswith(".") for part in parts):
        return "contains a name that begins with a dot"
    return ""


def check_folder(base: Path, folder: Path) -> None:
    """Raise :class:`UnsafePath` unless each part of ``folder`` below ``base`` is one, or absent."""
    _check_folders(base, folder.relative_to(base).parts)


def _check_folders(base: Path, names: Iterable[str]) -> None:
    path = str(base)
    for name in names:
        path = os.path.join(path, name)  # noqa: PTH118 - pathlib takes most of a check's time
        mode = _mode(path)
        if mode and not stat.S_ISDIR(mode):
            raise UnsafePath(Path(path), "isn't a folder and was not written by speclock", _MOVE)


def locate(folder: Path, name: str) -> Path:
    """Return the path of the file ``name`` in ``folder``: a regular file, or absent.

    Raises :class:`UnsafePath` for a name with a fault (see :func:`name_fault`), and where anything
    but folders is on the way. ``folder`` itself isn't checked.
    """
    if fault := name_fault(name):
        raise UnsafePath(f"the file name {shortened(repr(name), 80)}", fault, "Choose another.")
    _check_folders(folder, name.split("/")[:-1])
    path = folder / name
    check_file(path)
    return path


def check_file(path: Path) -> None:
    """Raise :class:`UnsafePath` unless there is a regular file, or nothing."""
    mode = _mode(str(path))
    if mode and not stat.S_ISREG(mode):
        raise UnsafePath(path, "isn't a regular file and was not written by speclock", _MOVE)


def _mode(path: str) -> int:
    """Return the mode of what is at ``path``, 0 if there is nothing; links aren't followed."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        fact = f"cannot be read: {error.strerror}"
        raise UnsafePath(Path(path), fact, "Give permission.") from None
    if _is_link(status):
        fact = "is a symbolic link, which speclock doesn't follow"
        raise UnsafePath(Path(path), fact, "Name what it points to, or put that in its place.")
    return status.st_mode


def is_link(path: Path) -> bool:
    """Return True for a symbolic link or a junction."""
    try:
        return _is_link(os.lstat(path))
    except OSError:
        return False


def _is_link(status: os.stat_result) -> bool:
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def files_in(folder: Path) -> Iterator[str]:
    """Yield the names of all files below ``folder``, and of links to folders; caches left out."""
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _CACHES]
        links = [name for name in folders if is_link(Path(base) / name)]
        folders[:] = [name for name in folders if name not in links]
        for name in (*names, *links):
            if not name.endswith((".pyc", ".pyo")):
                yield f"{base}{os.sep}{name}"[len(str(folder)) + 1 :].replace(os.sep, "/")


def is_temporary(name: str) -> bool:
    """Tell whether a file in a client's folder was left by a killed process."""
    *folders, last = name.split("/")
    return bool(_TEMPORARY.fullmatch(last)) and not any(one.startswith(".") for one in folders)


def read_file(path: Path) -> bytes | None:
    """Return the bytes of a client's file with LF line ends, or None where there is none.

    Raises :class:`UsageError` where it cannot be read.
    """
    with _explained(path, "read", "Give permission."), suppress(FileNotFoundError):
        return with_lf(read_bytes(path))
    return None


def write_file(path: Path, data: bytes) -> None:
    """Replace a file as a whole, or create it and its folder; the mode of an old file is kept.

    Raises :class:`UsageError` where the file cannot be written, or something else than a regular
    file is there; then it is as it was.
    """
    check_file(path)
    temporary = path.with_name(f".speclock-{os.urandom(8).hex()}.tmp")
    remedy = "Make room or give permission, then run the command again."
    with _explained(path, "written", remedy, "; it is as it was"):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                file.write(data)
            if path.is_file():
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


@contextmanager
def _explained(path: Path, done: str, remedy: str, state: str = "") -> Generator[None]:
    """Raise :class:`UsageError` for an ``OSError``: ``path`` cannot be read, written, or so."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be {done}: {error.strerror}{state}. {remedy}") from None


def write_text(path: Path, text: str) -> None:
    """As :func:`write_file`, of a text in UTF-8."""
    write_file(path, text.encode())


def replace_files(changed: Mapping[Path, bytes], stale: Iterable[Path], manifest: Path) -> None:
    """Write the files of one client, remove stale ones, and write the manifest last.

    All paths come from :func:`locate`. A stale file whose name differs from a new one only in case
    is removed first: it may be the same file. A run that is cut off leaves the old manifest, which
    still records the stale files; the next run then has less to do. Raises :class:`UsageError`.
    """
    spelled = {str(path).lower() for path in changed}
    late: list[Path] = []
    for path in stale:
        if str(path).lower() in spelled:
            _remove(path)
        else:
            late.append(path)
    for path in sorted(changed.keys() - {manifest}):
        write_file(path, changed[path])
    for path in late:
        _remove(path)
    if manifest in changed:
        write_file(manifest, changed[manifest])


def remove_temporary(base: Path, folder: Path) -> None:
    """Remove the temporary files that killed processes left in a client's folder below ``base``."""
    check_folder(base, folder)
    for name in filter(is_temporary, files_in(folder)):
        path = folder / name
        if stat.S_ISREG(path.lstat().st_mode):
            _remove(path)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that killed processes left in a folder, but not below it."""
    if folder.is_dir():
        for path in folder.iterdir():
            if _TEMPORARY.fullmatch(path.name) and stat.S_ISREG(path.lstat().st_mode):
                _remove(path)


def _remove(path: Path) -> None:
    """Remove a file, and the folders that are empty without it."""
    with _explained(path, "removed", "Give permission, then run the command again."):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # ends at a folder that isn't empty
        for folder in path.parents:
            folder.rmdir()
