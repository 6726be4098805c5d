"""The one hash of files: of their text, whatever a checkout made of its line ends."""

from __future__ import annotations

import hashlib


def sha256_of(data: bytes) -> str:
    """SHA-256 in hexadecimal, of ``data`` with its line ends as LF."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
