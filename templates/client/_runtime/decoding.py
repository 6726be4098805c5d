"""Bodies without their content-encoding (RFC 9110 §8.4), in pieces of limited size."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from .words import one_line

ACCEPTED = ("gzip", "deflate")
_PIECE = 1024 * 1024


class Decoder:
    """Removes the coding of one body; a few bytes can become very many.

    It is gzip of one or more members, or deflate with or without a header of zlib. A coding that
    wasn't requested is ignored.
    """

    def __init__(self, encoding: str) -> None:
        """Raises ``ValueError`` for more than one coding."""
        self._name = ""
        for coding in encoding.lower().split(","):
            name = coding.strip().removeprefix("x-")
            if name not in ACCEPTED:
                continue
            if self._name:
                raise ValueError(f"more than one coding: {one_line(encoding, 1_000)}")
            self._name = name
        self._inflate: Any = None
        self._is_over = False

    def end(self) -> None:
        """Raise ``ValueError`` for a body that was cut off."""
        if self._inflate is not None:
            raise ValueError("the compressed body was cut off")

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk becomes, at most 1 MiB at once; raises ``ValueError`` for damage."""
        if not self._name:
            yield chunk
            return
        yield from self._inflated(chunk)

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        """Yield what some bytes become; what follows the last member is ignored."""
        while data and not (self._is_over and data[0] != 0x1F):
            if self._inflate is None:
                raw = -15 if data[0] & 15 != 8 else 15  # RFC 1951, or RFC 1950 as HTTP wants it
                self._inflate = zlib.decompressobj(31 if self._name == "gzip" else raw)
            more = True
            while more:
                try:
                    piece: bytes = self._inflate.decompress(data, _PIECE)
                except zlib.error as cause:
                    raise ValueError(f"not {self._name}") from cause
                data = self._inflate.unconsumed_tail
                more = bool(data) or len(piece) == _PIECE
                if piece:
                    yield piece
            if self._inflate.eof:
                data = self._inflate.unused_data
                self._inflate, self._is_over = None, True
