"""The SHA-256 of a file's text."""

from __future__ import annotations

import hashlib
import re

_CRLF = re.compile(rb"(?<!\r)\r\n")


def with_lf(data: bytes) -> bytes:
    """Return ``data`` with CRLF read as LF, as checkouts may convert it; twice is as once."""
    return _CRLF.sub(b"\n", data) if b"\r" in data else data


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of ``data`` with LF line ends."""
    return hashlib.sha256(with_lf(data)).hexdigest()
