"""Documents fetched before, with their ``ETag`` for conditional requests (RFC 9110 §8.8.3).

``Last-Modified`` isn't used as a validator: a server that went back to an older document would
answer that this one wasn't modified since the newer one. An entry is one file: a line of JSON, then
the document. One that cannot be read, or whose hash is wrong, is ignored.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from ...base.immutable import immutable


@immutable
class CacheEntry:
    """A document, and the ``ETag`` header that came with it."""

    data: bytes
    etag: str


def read_entry(folder: Path, url: str) -> CacheEntry | None:
    """Return the entry of ``url``; None where there is none that can be used."""
    if not _is_private(folder):
        return None
    try:
        head, _, data = _path(folder, url).read_bytes().partition(b"\n")
        facts: object = json.loads(head)
    except (OSError, ValueError):
        return None
    match facts:
        case {"sha256": str(digest), "etag": str(etag)} if etag:
            return CacheEntry(data, etag) if digest == _sha256(data) else None
        case _:
            return None


def write_entry(folder: Path, url: str, entry: CacheEntry) -> None:
    """Store ``entry`` if it has an ``ETag``; readers see the old entry or this one, whole.

    A folder that cannot be written, or that others may write to, is ignored.
    """
    if not entry.etag:
        return
    facts = {"sha256": _sha256(entry.data), "etag": entry.etag}
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(folder):
            return
        handle, name = tempfile.mkstemp(prefix=".new-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(facts).encode() + b"\n" + entry.data)
            Path(name).replace(_path(folder, url))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _is_private(folder: Path) -> bool:
    """Tell whether a folder is this user's, and nobody else may write to it.

    On Windows, the folder of a user's caches is private by its place.
    """
    if sys.platform == "win32":
        return True
    from os import geteuid

    try:
        status = folder.stat()
    except OSError:
        return False
    others = stat.S_IWGRP | stat.S_IWOTH
    is_own = stat.S_ISDIR(status.st_mode) and status.st_uid == geteuid()
    return is_own and not status.st_mode & others


def _path(folder: Path, url: str) -> Path:
    """Return the entry's file; it is named by a hash, since a URL may hold a secret."""
    return folder / _sha256(url.encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
