"""Files to send: as a request body, or as parts of one."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Annotated, Any, TypeAlias

from pydantic import PlainValidator, WithJsonSchema

__all__ = ["File", "FileContent"]


@dataclass(frozen=True)
class File:
    """A file with what the server is told of it."""

    content: bytes | os.PathLike[str] | IO[bytes]
    """Bytes, a path (opened when it is sent, and again for another attempt), or an open file."""
    name: str | None = None
    """The file's name; that of the path or of the open file, if left out."""
    media_type: str | None = None
    """Its media type; as the description has it, or else by the name, if left out."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """More headers of its part in a multipart body."""


def _checked(value: Any) -> Any:
    """Return what can be sent as a file; text is refused, since it might be meant as a path."""
    content = value.content if isinstance(value, File) else value
    if isinstance(content, (bytes, os.PathLike)):
        return value
    if hasattr(content, "read") and not isinstance(content, io.TextIOBase):
        return value
    raise ValueError(
        "a file's content must be bytes, a pathlib.Path, a file opened in binary mode, or a File"
    )


FileContent: TypeAlias = Annotated[
    bytes | os.PathLike[str] | IO[bytes] | File,
    PlainValidator(_checked),
    WithJsonSchema({"type": "string", "format": "binary"}),
]
"""What can be sent as a file; a :class:`File` also tells its name and media type."""
