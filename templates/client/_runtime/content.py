"""The content of a body by its headers: coding, media type and charset (RFC 9110 §8)."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from .words import one_line

ACCEPTED = ("gzip", "deflate")
_PIECE = 1024 * 1024
_CODING = re.compile(rf"(?<![^\s,])(?:x-)?({'|'.join(ACCEPTED)})(?![^\s,])", re.IGNORECASE)
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)


class Decoder:
    """Removes the coding of one body; a few bytes can become very many.

    It is gzip of one or more members, or deflate with or without a header of zlib. A coding that
    wasn't requested is ignored.
    """

    def __init__(self, encoding: str) -> None:
        """Raises ``ValueError`` for more than one coding."""
        names = _CODING.findall(encoding)
        if len(names) > 1:
            raise ValueError(f"more than one coding: {one_line(encoding, 1_000)}")
        self._name: str = "".join(names).lower()
        self._inflate: Any = None
        self._is_over = False

    def end(self) -> None:
        """Raise ``ValueError`` for a body that was cut off."""
        if self._inflate is not None:
            raise ValueError("the compressed body was cut off")

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk becomes, at most 1 MiB at once; raises ``ValueError`` for damage.

        What follows the last member is ignored.
        """
        if not self._name:
            yield chunk
            return
        data = chunk
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


@lru_cache(maxsize=128)
def bare_type(content_type: str) -> str:
    """Return a media type in lower case without its parameters (RFC 9110 §8.3.1)."""
    return content_type.partition(";")[0].strip().lower()


def is_html(content_type: str) -> bool:
    """Return whether a Content-Type is that of a web page."""
    return bare_type(content_type) in ("text/html", "application/xhtml+xml")


def text_of(content: bytes, content_type: str) -> str:
    """Return text in the charset of its Content-Type (RFC 9110 §8.3.2), in UTF-8 without one.

    Raises ``ValueError`` for an unknown charset, and for bytes that aren't text in it.
    """
    match = _CHARSET.search(content_type)
    charset = match[1] if match else "utf-8"
    try:
        if codecs.lookup(charset).name == "punycode":  # its cost is quadratic
            raise LookupError
        return content.decode(charset)
    except UnicodeDecodeError:
        raise ValueError(f"not {charset.upper()}") from None
    except LookupError:
        raise ValueError(f"the charset {charset!r} is unknown") from None


def stated_value(content: bytes, content_type: str) -> str | bytes:
    """Return a body that isn't JSON: text if its Content-Type is one of text or XML, else bytes.

    Without a Content-Type it is text if it is UTF-8.
    """
    kind = bare_type(content_type)
    is_xml = kind == "application/xml" or kind.endswith("+xml")
    if not kind or kind.startswith("text/") or is_xml:
        with suppress(ValueError):
            return text_of(content, content_type)
    return content
