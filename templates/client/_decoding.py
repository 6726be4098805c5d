"""Bodies without their content-encoding (RFC 9110 §8.4), in pieces of limited size."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from ._words import one_line

ACCEPTED = ("gzip", "deflate")
_PIECE = 1024 * 1024


class Decoder:
    """Removes the codings of one body; a few bytes can become very many."""

    def __init__(self, encoding: str) -> None:
        """Raises ``ValueError`` for more than two codings; one that wasn't requested is ignored."""
        names = [name.strip().removeprefix("x-") for name in encoding.lower().split(",")]
        self._steps = [_Inflation(name, encoding) for name in names if name in ACCEPTED]
        if len(self._steps) > 2:
            raise ValueError(f"more than two codings: {one_line(encoding, 40)}")

    def feed(self, chunk: bytes, step: int = 0) -> Iterator[bytes]:
        """Yield what a chunk becomes, at most 1 MiB at once; raises ``ValueError`` for damage."""
        if step == len(self._steps):
            yield chunk
            return
        for piece in self._steps[step].feed(chunk):
            yield from self.feed(piece, step + 1)

    def end(self) -> None:
        """Raise ``ValueError`` for a body that was cut off."""
        if any(step.is_open for step in self._steps):
            raise ValueError("the compressed body was cut off")


class _Inflation:
    """One coding: gzip of one or more members, or deflate with or without a header of zlib."""

    def __init__(self, name: str, encoding: str) -> None:
        self._is_gzip = name == "gzip"
        self._encoding = encoding
        self._inflate: Any = None
        self._is_over = False

    @property
    def is_open(self) -> bool:
        """True in the middle of a body."""
        return self._inflate is not None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what some bytes become; what follows the last member is ignored."""
        while data and not (self._is_over and data[0] != 0x1F):
            if self._inflate is None:
                raw = -15 if data[0] & 15 != 8 else 15  # RFC 1951, or RFC 1950 as HTTP wants it
                self._inflate = zlib.decompressobj(31 if self._is_gzip else raw)
            more = True
            while more:
                try:
                    piece: bytes = self._inflate.decompress(data, _PIECE)
                except zlib.error as cause:
                    raise ValueError(f"not {one_line(self._encoding, 40)}") from cause
                data = self._inflate.unconsumed_tail
                more = bool(data) or len(piece) == _PIECE
                if piece:
                    yield piece
            if self._inflate.eof:
                data = self._inflate.unused_data
                self._inflate, self._is_over = None, True
