"""The SHA-256 of a file's text."""

from __future__ import annotations

import hashlib


def with_lf(data: bytes) -> bytes:
    """Return ``data`` with CRLF read as LF, as checkouts may convert it; twice is as once."""
    # The second replacement gives back the CR that the first one took from CR CR LF.
    return data.replace(b"\r\n", b"\n").replace(b"\r\n", b"\r\r\n") if b"\r" in data else data


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of ``data`` with LF line ends."""
    return hashlib.sha256(with_lf(data)).hexdigest()
