"""The two descriptions of a drift check: the checked-in one, and upstream's from a file or URL."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import ClientSettings
from ..errors import UsageError
from ..hashing import sha256_of
from .console import Console

if TYPE_CHECKING:
    from ..document.tree import SourceFile


_LONGEST = 64 * 1024 * 1024  # more is refused when it is parsed

_LOCAL_REFERENCE = re.compile(rb"""\$ref["']?\s*:\s*["']#""")

_NOWHERE = Path(os.devnull)
"""No folder: a reference of a fetched document reads no file of this machine."""


@dataclass(frozen=True, slots=True)
class Source:
    """A description's bytes, not parsed yet, and what it is called."""

    data: bytes
    path: Path
    """Where it is on disk; of a URL a path that only names it."""
    name: str
    etag: str = ""
    """What the server called this version of the document."""

    @property
    def sha256(self) -> str:
        """Of the bytes, with line ends as LF."""
        return sha256_of(self.data)

    @property
    def is_self_contained(self) -> bool:
        """True if every ``$ref`` in the text is followed by a fragment of this document."""
        return self.data.count(b"$ref") == len(_LOCAL_REFERENCE.findall(self.data))

    def document(self, overlays: Sequence[SourceFile], *, lenient: bool) -> SourceFile:
        """Parsed, with overlays applied; ``lenient`` lets actions match nothing."""
        from ..document.load import parse

        document = parse(self.data, path=self.path, name=self.name, lenient=True)
        if not overlays:
            return document
        from ..document.overlay.apply import apply_overlays

        return apply_overlays(document, overlays, allow_unmatched=lenient)


def from_file(path: Path, shown: str) -> Source:
    """A file; raises :class:`UsageError` where it can't be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except OSError as error:
        raise UsageError(f"{shown} can't be read: {error.strerror}. Check the path.") from None
    return Source(data, path, shown)


def from_anywhere(where: str, root: Path, screen: Console, *, insecure: bool) -> Source:
    """A file's path, relative to ``root``, or a URL.

    Raises :class:`Unreachable` where a URL gives no document.
    """
    if not is_url(where):
        path = root / where
        return from_file(path, where)
    from ..fetch import cache_folder, fetch, without_secrets

    screen.progress(f"fetching {without_secrets(where)}")

    def progress(done: int, total: int | None) -> None:
        whole = f" of {total // 1024} KiB" if total else ""
        screen.progress(f"fetching: {done // 1024} KiB{whole}")

    fetched = fetch(where, cache=cache_folder(), insecure=insecure, progress=progress)
    screen.progress("")
    name = fetched.url.rpartition("/")[2].partition("?")[0] or "upstream"
    return Source(fetched.data, _NOWHERE / name, fetched.url, fetched.etag)


def overlays_of(client: ClientSettings, root: Path) -> list[SourceFile]:
    """The client's overlays, read."""
    if not client.overlays:
        return []
    from ..document.overlay.apply import load_overlay

    return [load_overlay(root / one, one) for one in client.overlays]


def is_url(where: str) -> bool:
    """Whether this is an address, not a file's path."""
    return "://" in where
