"""The bytes of a description, from a file or a URL, and the documents they are parsed to."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from ..config import Client
from ..errors import UsageError
from ..hashing import sha256_of
from ..portable import MAX_BYTES, read_bytes

if TYPE_CHECKING:
    from ..document.tree import SourceFile

Progress = Callable[[str], None]
"""Receives the name of each stage as it starts; an empty name when the last one has ended."""

_LOCAL_REFERENCE = re.compile(rb"""\$ref["']?\s*:\s*["']#""")
_NOWHERE = Path(os.devnull)
"""The folder of a fetched document: its references read no file of this machine."""


def no_progress(_stage: str) -> None:
    """Ignore the stage."""


@dataclass(frozen=True, slots=True)
class DescriptionBytes:
    """A description that isn't parsed yet."""

    data: bytes
    path: Path
    """The file; for a URL, a path that only names it."""
    name: str
    """What messages call it."""
    etag: str = ""
    """The server's ETag; empty for a file."""
    remote: RemoteDocuments | None = None
    """Reads what the description refers to on other hosts; None if nothing may be fetched."""
    _parsed: list[SourceFile] = field(
        init=False, default_factory=list["SourceFile"], repr=False, compare=False
    )
    """The document without overlays, once it is parsed."""

    @property
    def text(self) -> str:
        """The text, with LF line ends and without a byte order mark."""
        return self.data.decode("utf-8-sig", "replace").replace("\r\n", "\n")

    @property
    def sha256(self) -> str:
        """The hash of the bytes, with line ends as LF."""
        return sha256_of(self.data)

    @property
    def is_self_contained(self) -> bool:
        """True if every ``$ref`` in the text is followed by a fragment of this document."""
        return self.data.count(b"$ref") == len(_LOCAL_REFERENCE.findall(self.data))

    def document(self, overlays: Sequence[SourceFile] = (), *, lenient: bool) -> SourceFile:
        """Parse the description and apply ``overlays``.

        ``lenient`` takes a document that isn't whole, and actions that match nothing.
        """
        from ..document.load import parse
        from ..document.overlay.apply import apply_overlays

        if not self._parsed:
            document = parse(self.data, path=self.path, name=self.name, lenient=True)
            document.fetch = self.remote.read if self.remote else None
            self._parsed.append(document)
        return apply_overlays(self._parsed[0], overlays, allow_unmatched=lenient)


def setting(key: str, client: Client) -> str:
    """Return what a client's path is called in a remedy; empty without a client."""
    return f"{key} of [tool.speclock.clients.{client.package}]" if client.package else ""


def read_file(path: Path, name: str, origin: str = "") -> DescriptionBytes:
    """Read a file that messages call ``name``; raise :class:`UsageError` if that fails.

    ``origin`` is the setting that the path is from, if any. Only a path that the user typed may be
    that of a pipe.
    """
    try:
        if origin or not path.is_fifo():
            data = read_bytes(path)
        else:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except OSError as error:
        where = f"the path, {origin}" if origin else "the path"
        raise UsageError(f"{name} cannot be read: {error.strerror}. Check {where}.") from None
    return DescriptionBytes(data, path, name)


@dataclass(frozen=True, slots=True)
class RemoteDocuments:
    """The documents that a description may refer to by URL: those of its own host and ``hosts``."""

    source: str
    """The description's own URL, or a file's path."""
    hosts: Collection[str]
    """Further hosts; with a port, unless it is that of https."""
    insecure: bool
    progress: Progress

    def read(self, url: str) -> SourceFile | None:
        """Fetch and parse a document; None if its host isn't allowed.

        Raise :class:`Unreachable` if it isn't available, :class:`SpecError` if it isn't
        well-formed, :class:`UsageError` for another scheme than https.
        """
        from ..document.load import parse

        own, other = urlsplit(self.source), urlsplit(url)
        is_own = (own.scheme, own.hostname, own.port) == (other.scheme, other.hostname, other.port)
        if is_own:  # with its user and password
            url = urlunsplit(other._replace(netloc=own.netloc))
        elif other.netloc not in self.hosts:
            return None
        fetched = _fetched(url, self.progress, insecure=self.insecure)
        return parse(fetched.data, path=fetched.path, name=fetched.name)


def read_description(
    source: str,
    root: Path,
    progress: Progress,
    *,
    insecure: bool,
    remote: Collection[str] = (),
    origin: str = "",
) -> DescriptionBytes:
    """Read a file, whose path is relative to ``root``, or fetch a URL.

    ``remote`` are the hosts, besides the URL's own, whose documents it may refer to; ``origin`` is
    the setting that ``source`` is from, if any.

    Raise :class:`UsageError` if a file cannot be read, :class:`Unreachable` if a URL isn't
    available.
    """
    whole = (
        _fetched(source, progress, insecure=insecure)
        if is_url(source)
        else read_file(root / source, source, origin)
    )
    return replace(whole, remote=RemoteDocuments(source, remote, insecure, progress))


def _fetched(source: str, progress: Progress, *, insecure: bool) -> DescriptionBytes:
    from ..fetch import cache_folder, fetch, without_secrets

    progress(f"fetching {without_secrets(source)}")

    def received(done: int, total: int | None) -> None:
        progress(f"fetching: {done // 1024} KiB{f' of {total // 1024} KiB' if total else ''}")

    fetched = fetch(source, cache=cache_folder(), insecure=insecure, progress=received)
    progress("")
    name = fetched.url.rpartition("/")[2].partition("?")[0] or "upstream"
    return DescriptionBytes(fetched.data, _NOWHERE / name, fetched.url, fetched.etag)


def write_description(path: Path, text: str) -> None:
    """Write a description's text, with CRLF line ends if the file on disk has them."""
    from ..codegen.output.write import write_text

    has_crlf = path.is_file() and b"\r\n" in read_bytes(path)
    write_text(path, text.replace("\n", "\r\n") if has_crlf else text)


def load_overlays(client: Client, root: Path) -> list[SourceFile]:
    """Read the client's overlays."""
    from ..document.overlay.apply import load_overlay

    return [load_overlay(root / one, one) for one in client.overlays]


def is_url(source: str) -> bool:
    """Return True for a URL, False for a file's path."""
    return "://" in source
