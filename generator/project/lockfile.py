"""``speclock.lock``: the upstream document of each description, and the names that commands pin.

One JSON file beside the descriptions. It holds no timestamp and no absolute path, so it changes
only when a description or a name does. Its members are sorted, one a line, so that git merges them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from ..base.config import LOCKED
from ..base.errors import UsageError
from ..base.immutable import immutable
from ..base.portable import MAX_TEXT, read_bytes
from ..base.printable import display_path, escaped_json
from ..base.records import also, read, to_data

LOCK = "speclock.lock"
FORMAT: Final = 2
"""Format 1 had nothing but the entries of the descriptions."""
Pins: TypeAlias = Mapping[str, Mapping[str, str]]
"""The names of a client by table, and there by operation, schema or security scheme."""
_MARKERS: Final = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
"""The beginnings of the lines that git writes around a conflict."""


@immutable
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


@immutable
class Lock:
    """The contents of a ``speclock.lock``."""

    descriptions: Mapping[str, LockEntry] = field(default_factory=dict[str, LockEntry])
    """The upstream documents, by the description's file name."""
    clients: Mapping[str, Mapping[str, Mapping[str, str]]] = field(
        default_factory=dict[str, Mapping[str, Mapping[str, str]]]
    )
    """The pins of each client, by package."""
    format: int = FORMAT


def read_lock(folder: Path) -> Lock:
    """Return the lock file of a folder; an empty one if there is none.

    Raise :class:`UsageError` for one that isn't well-formed, or of a newer format.
    """
    path = folder / LOCK
    try:
        data = read_bytes(path, MAX_TEXT)[:MAX_TEXT]
    except (FileNotFoundError, NotADirectoryError):
        return Lock()
    except OSError as error:
        raise UsageError(f"{display_path(path)} cannot be read: {error.strerror}.") from None
    return parse_lock(data, display_path(path))


def parse_lock(data: bytes, name: str) -> Lock:
    """Return a lock file, which errors call ``name``; raise as :func:`read_lock`."""
    try:
        root: Any = json.loads(data)
        written = root.get("format", 1)
        if not isinstance(written, int):  # a description with that name
            written = 1
        if written > FORMAT:
            raise UsageError(
                f"{name} has format {written}, and this speclock knows {FORMAT}. Install the "
                "version of speclock that wrote it."
            )
        if written == 1:
            root = {"descriptions": root}
        entries = cast("dict[str, object]", root.get("descriptions", {}))
        clients = cast("dict[str, Any]", root.get("clients", {}))
        return Lock(
            {file: read(LockEntry, facts, is_closed=False) for file, facts in entries.items()},
            {package: _checked_pins(tables) for package, tables in clients.items()},
            written,
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _fault(error, data, name) from None


def _checked_pins(tables: Any) -> Pins:
    """Return the pins of a client; raise :class:`TypeError` for anything else."""
    for pins in tables.values():
        for pin in pins.values():
            if not isinstance(pin, str):
                raise TypeError
    checked: dict[str, Mapping[str, str]] = {}
    for table in LOCKED:
        checked[table] = tables.get(table, {})
    return checked


def _fault(error: Exception, data: bytes, name: str) -> UsageError:
    """Return the error for a lock file that isn't well-formed, with its line."""
    for number, line in enumerate(data.decode(errors="replace").splitlines(), 1):
        if line.startswith(_MARKERS):
            return UsageError(
                f"{name}:{number} has the mark of a merge conflict. Keep the entries of both sides "
                "and remove the marks; or take the file of one side, and run: speclock update"
            )
    place = name
    if isinstance(error, json.JSONDecodeError):
        place = f"{name}:{error.lineno}"
    return UsageError(
        f"{place} isn't the lock file that speclock wrote. Restore it from version control: "
        "it has names of clients."
    )


def read_entries(folder: Path) -> Mapping[str, LockEntry]:
    """Return the entries of the descriptions by file name; raise as :func:`read_lock`."""
    return read_lock(folder).descriptions


def find_entry(path: Path) -> LockEntry | None:
    """Return the entry of the description at ``path``.

    None without one, or in a lock file that isn't well-formed, which an update reports.
    """
    try:
        return read_entries(path.parent).get(path.name)
    except UsageError:
        return None


def format_lock(lock: Lock) -> str:
    """Return the text of a lock file; members that are empty by default are left out."""
    clients: dict[str, Any] = {}
    for package, tables in sorted(lock.clients.items()):
        clients[package] = {
            table: dict(sorted(tables[table].items())) for table in LOCKED if tables.get(table)
        }
    data = {
        "format": FORMAT,
        "descriptions": {name: to_data(entry) for name, entry in sorted(lock.descriptions.items())},
        "clients": clients,
    }
    return escaped_json(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"
