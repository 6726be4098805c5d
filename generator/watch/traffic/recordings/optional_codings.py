"""Content-codings for which Python 3.11 has no module; packages that are installed are used."""

# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from .flaws import Undecodable

_ZSTD = b"\x28\xb5\x2f\xfd"
_PIECE = 32
"""Bytes that are decoded at once: some 10 MiB can be in them."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def unbrotli(body: bytes, limit: int) -> bytes:
    """Decode Brotli's format (RFC 7932). It has no mark at its beginning, but it isn't text."""
    with suppress(UnicodeDecodeError):
        if not _CONTROL.search(body.decode("utf-8")):
            return body
    try:
        import brotli
    except ImportError:
        try:
            import brotlicffi as brotli
        except ImportError:
            raise Undecodable("the content-coding 'br' needs the package brotli") from None
    decoder = brotli.Decompressor()
    result = _in_pieces(decoder.process, body, limit, brotli.error)
    if len(result) <= limit and not decoder.is_finished():
        raise Undecodable("br data that ends in the middle")
    return result


def unzstd(body: bytes, limit: int) -> bytes:
    """Decode Zstandard's format (RFC 8878)."""
    if not body.startswith(_ZSTD):
        return body
    try:
        from compression import zstd

        decoder = zstd.ZstdDecompressor()
    except ImportError:
        try:
            import zstandard as zstd
        except ImportError:
            raise Undecodable("the content-coding 'zstd' needs the package zstandard") from None
        decoder = zstd.ZstdDecompressor().decompressobj()
    result = _in_pieces(decoder.decompress, body, limit, zstd.ZstdError)
    if len(result) <= limit and not decoder.eof:
        raise Undecodable("zstd data that ends in the middle")
    return result


def _in_pieces(
    decode: Callable[[bytes], bytes], body: bytes, limit: int, error: type[Exception]
) -> bytes:
    """Decode until ``limit`` is exceeded, with a decoder that has none itself."""
    result = bytearray()
    try:
        for begin in range(0, len(body), _PIECE):
            result += decode(body[begin : begin + _PIECE])
            if len(result) > limit:
                break
    except (error, EOFError):
        raise Undecodable("not well-formed in its content-coding") from None
    return bytes(result)
