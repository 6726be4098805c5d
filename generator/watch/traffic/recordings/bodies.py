"""Bodies without their content-codings (RFC 9110 §8.4).

A recorder may have decoded a body and left the header, so what isn't in the coding stays.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Sequence

from ....base.budget import Budget
from .flaws import Undecodable, mebibytes
from .optional_codings import unbrotli, unzstd

MAX_BODY = 8 * 2**20
MAX_UNPACKED = 64 * 2**20
MAX_RATIO = 100
"""The limit of all bodies of a file: so many times what was recorded, and so much."""
MAX_CODINGS = 2
_GZIP = b"\x1f\x8b"


class BodyDecoder:
    """Decodes the bodies of one file, within limits."""

    def __init__(self) -> None:
        self._unpacked = Budget(MAX_UNPACKED, "bytes")

    def decoded(self, body: bytes, header: Sequence[str]) -> tuple[bytes | None, str]:
        """Return the body without the codings of its content-encoding, or why it isn't readable."""
        names = [name.strip().lower() for name in ",".join(header).split(",")]
        codings = [name for name in names if name not in ("", "identity")]
        if len(codings) > MAX_CODINGS:
            return None, f"more than {MAX_CODINGS} content-codings"
        self._unpacked.limit += MAX_RATIO * len(body)
        try:
            for coding in reversed(codings):
                if coding not in _DECODERS:
                    return None, f"the content-coding {coding!r} isn't known"
                limit = min(MAX_BODY, self._unpacked.remaining)
                body = _DECODERS[coding](body, limit)
                self._unpacked.spend(min(len(body), limit))
                if len(body) > limit:
                    most = mebibytes(MAX_BODY) if limit == MAX_BODY else "its recording allows"
                    return None, f"larger than {most} without its content-coding"
        except Undecodable as error:
            return None, str(error)
        return body, ""


def _gunzip(body: bytes, limit: int) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(body)).read(limit + 1)
    except (EOFError, OSError, zlib.error):
        raise Undecodable("not well-formed gzip data") from None


def _inflate(body: bytes, limit: int) -> bytes:
    """Decode zlib's format (RFC 1950), or the bare DEFLATE data that some servers send instead."""
    has_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    decoder = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
    try:
        result = decoder.decompress(body, limit + 1)
    except zlib.error:
        result = b""
    if decoder.eof or len(result) > limit:
        return result
    if has_header:
        raise Undecodable("not well-formed deflate data")
    return body


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": unbrotli,
    "zstd": unzstd,
}
