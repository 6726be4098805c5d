"""The text of a file, which is unpacked and decoded in pieces."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Self

from .flaws import mebibytes

MAX_UNPACKED = 16 * 2**20
MAX_RATIO = 100
"""The limit of a compressed file's text: so many times what was read of the file, and so much."""
_GZIP = b"\x1f\x8b"
_PIECE = 2**20


class TextFile:
    """A file in UTF-8, perhaps with a byte order mark, perhaps compressed with gzip (RFC 1952).

    A text that ends early because of a ``fault`` is as long as it could be read.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; raises :class:`OSError`."""
        self.fault = ""
        """Why the text ends early; empty while it doesn't."""
        self.is_damaged = False
        """True if the fault is one of the file, not of its encoding as text."""
        self.length = 0
        """Bytes that were read without the compression."""
        self._file: BufferedReader = path.open("rb")
        self._gzip: gzip.GzipFile | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        """The bytes that were read of the file as it is."""
        return self._file.tell()

    def read(self, size: int) -> str:
        """Return about ``size`` bytes as text; empty only at the end."""
        parts: list[str] = []
        while size > 0 and not self.fault:
            data = self._bytes(size)
            size -= len(data)
            self.length += len(data)
            parts.append(self._decoded(data))
            if not data:
                break
        return "".join(parts)

    def lines(self, start: str, longest: int) -> Iterator[str]:
        """Yield the lines of the text, which begins with ``start``, with their ends.

        Of one that is longer than ``longest`` characters only the beginning is there.
        """
        line, piece = "", start
        while piece:
            first, *others = piece.split("\n")
            line += first[: max(0, longest + 1 - len(line))]
            for other in others:
                yield f"{line}\n"
                line = other
            piece = self.read(_PIECE)
        if line:
            yield line

    def _bytes(self, size: int) -> bytes:
        try:
            if self._gzip is None:
                if self._file.tell() or self._file.peek(2)[:2] != _GZIP:
                    return self._file.read1(size)
                self._gzip = gzip.GzipFile(fileobj=self._file)
            data = self._gzip.read1(size)
        except EOFError:
            return self._damaged("the gzip data ends in the middle")
        except (gzip.BadGzipFile, zlib.error):
            return self._damaged("the gzip data is damaged")
        except OSError as error:
            return self._damaged(f"cannot be read: {error.strerror or error}")
        if self.length + len(data) > MAX_UNPACKED + MAX_RATIO * self.size:
            limit = f"{mebibytes(MAX_UNPACKED)} and {MAX_RATIO} times its size"
            return self._damaged(f"larger than {limit} without its compression: unpack it")
        return data

    def _damaged(self, fault: str) -> bytes:
        self.fault, self.is_damaged = fault, True
        return b""

    def _decoded(self, data: bytes) -> str:
        try:
            return self._decoder.decode(data, final=not data and not self.fault)
        except UnicodeDecodeError as error:
            self.fault = "the text isn't UTF-8"
            return error.object[: error.start].decode("utf-8-sig")
