"""The SHA-256 of a file's text."""

from __future__ import annotations

import hashlib


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of ``data``, CRLF read as LF: checkouts may convert it."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
