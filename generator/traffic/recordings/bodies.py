"""Bodies without their content-codings (RFC 9110 §8.4).

A recorder may have decoded a body and left the header, so what isn't in the coding stays.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Sequence

from .flaws import Undecodable, mebibytes
from .optional_codings import unbrotli, unzstd

MAX_BODY = 64 * 2**20
MAX_CODINGS = 2
_GZIP = b"\x1f\x8b"


def decoded(body: bytes, header: Sequence[str]) -> tuple[bytes | None, str]:
    """Return the body without the codings of its content-encoding, or why it isn't readable."""
    names = [name.strip().lower() for name in ",".join(header).split(",")]
    codings = [name for name in names if name not in ("", "identity")]
    if len(codings) > MAX_CODINGS:
        return None, f"more than {MAX_CODINGS} content-codings"
    try:
        for coding in reversed(codings):
            if coding not in _DECODERS:
                return None, f"the content-coding {coding!r} isn't known"
            body = _DECODERS[coding](body, MAX_BODY)
            if len(body) > MAX_BODY:
                return None, f"larger than {mebibytes(MAX_BODY)} without its content-coding"
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
