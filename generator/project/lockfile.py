"""``speclock.lock``: the upstream document of each description.

One JSON file beside the descriptions, with an entry for each by file name. It holds no timestamp
and no absolute path, so it changes only when the description does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..base.errors import UsageError
from ..base.portable import MAX_TEXT, read_bytes
from ..base.printable import display_path, escaped_json
from ..base.records import also, read, to_data

LOCK = "speclock.lock"


@dataclass(frozen=True, slots=True)
class LockEntry:
    """The upstream document of one description."""

    upstream: str
    """The URL without its secrets, or the file's path as it is configured."""
    etag: str
    """The ETag that the server gave (RFC 9110 §8.8.3), or ``""``."""
    sha256: str
    """Of the whole upstream document, see :func:`.hashing.sha256_of`."""
    slice_sha256: str
    """Of the content that was taken from upstream, see :func:`content_hash`; ``""`` for a
    description of this repository's own."""
    version: str = field(metadata=also("info.version"))
    """The document's ``info.version``."""
    left: tuple[str, ...] = ()
    """The fingerprints of the changes that an update of an own description left to a person."""
    unfinished_sha256: str = ""
    """Of the content that an update is writing; ``""`` once it has ended."""

    @property
    def is_pulled(self) -> bool:
        """True if the description is upstream's slice, false for one of this repository's own."""
        return bool(self.slice_sha256)

    def wrote(self, content: str) -> bool:
        """Return whether speclock wrote a description with this hash of its content."""
        return bool(content) and content in (self.slice_sha256, self.unfinished_sha256)


def content_hash(root: Mapping[str, object]) -> str:
    """Return the SHA-256 of a description's content, without its comments, layout and order.

    It is computed from the tree as JSON with sorted keys and without white space.
    """
    text = json.dumps(root, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_entries(folder: Path) -> dict[str, LockEntry]:
    """Return the entries by file name; none if there is no lock file.

    Raises :class:`UsageError` for a lock file that isn't well-formed.
    """
    path = folder / LOCK
    try:
        text = read_bytes(path, MAX_TEXT)[:MAX_TEXT]
        entries: dict[str, object] = json.loads(text)
        return {name: read(LockEntry, facts, is_closed=False) for name, facts in entries.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"{display_path(path)} isn't the lock file that speclock wrote. Restore it from "
            "version control; or remove it, and run: speclock update --replace"
        ) from None


def find_entry(path: Path) -> LockEntry | None:
    """Return the entry of the description at ``path``.

    None without one, or in a lock file that isn't well-formed, which an update reports.
    """
    try:
        return read_entries(path.parent).get(path.name)
    except UsageError:
        return None


def format_lock(entries: Mapping[str, LockEntry]) -> str:
    """Return the text of the lock file; members that are empty by default are left out."""
    data = {name: to_data(entry) for name, entry in sorted(entries.items())}
    return escaped_json(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"
