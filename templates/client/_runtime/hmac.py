"""Signatures of the requests that the API sends: a header with the HMAC of the body (RFC 2104)."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

from .signatures import Key, keys_of
from .webhook_errors import SignatureError
from .webhooks import Headers, header


@dataclass(frozen=True)
class Hmac:
    """The header of a signature, and how a digest is its value."""

    header: str
    """In lower case."""
    algorithm: str
    encoding: str
    """hex or base64."""
    prefix: str = ""

    def check(self, name: str, body: bytes, headers: Headers, key: Key) -> None:
        """Raise :class:`SignatureError` unless a key signed the body."""
        given = header(headers, self.header).strip().encode("utf-8", "replace")
        if self.encoding == "hex":
            start = len(self.prefix)
            given = given[:start] + given[start:].lower()
        expected = [self._value(one, body) for one in keys_of(name, key, str.encode)]
        fitting = [hmac.compare_digest(one, given) for one in expected]
        if not any(fitting):
            raise SignatureError(name, "none of your keys has signed it, or the body was changed")

    def sign(self, body: bytes, key: Key) -> dict[str, str]:
        """Return the header of a request that the first key signs."""
        first, *_ = keys_of("sign", key, str.encode)
        return {self.header: self._value(first, body).decode()}

    def _value(self, key: bytes, body: bytes) -> bytes:
        digest = hmac.digest(key, body, self.algorithm)
        text = digest.hex().encode() if self.encoding == "hex" else base64.b64encode(digest)
        return self.prefix.encode() + text
