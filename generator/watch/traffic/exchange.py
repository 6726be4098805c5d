"""A recorded request and its response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ...base.immutable import immutable


@immutable
class RecordingPlace:
    """The place of an exchange in a recording."""

    file: str
    line: int
    """From 1; in the text without its compression."""
    entry: int
    """The number of the exchange in its file, from 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line} (entry {self.entry})"


@immutable
class Message:
    """A request or a response."""

    headers: Mapping[str, tuple[str, ...]]
    """Names in lower case to the values, in their order; without HTTP/2's pseudo-headers."""
    body: bytes | None
    """Without its content-encoding; None where the recording doesn't have it, or not readably."""
    unreadable: str = ""
    """Why a recorded body isn't readable, for instance a coding that isn't known."""
    is_cut: bool = False
    """True if only the beginning of the body was recorded."""

    def header(self, name: str) -> str:
        """Return the value of a header, repeated ones joined (RFC 9110 §5.3); empty without it."""
        return ", ".join(self.headers.get(name, ()))

    @property
    def media_type(self) -> str:
        """The media type of the body without parameters, in lower case; empty without one."""
        return self.header("content-type").partition(";")[0].strip().lower()


@immutable
class RecordedExchange:
    """A recorded request and its response."""

    place: RecordingPlace
    method: str
    """In upper case."""
    url: str
    request: Message
    status: int
    """0 where no response was recorded."""
    response: Message
    time: str = ""
    """When the request was sent, in the form of RFC 3339; empty where it isn't recorded."""
    operation: str = ""
    """The method of the generated client, as ``pets.get``, where its recorder wrote it."""
    work: int = field(default=0, compare=False)
    """The work that its comparison may cost, in proportion to its part of the file."""
