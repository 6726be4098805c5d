"""Signatures of the requests that the API sends (Standard Webhooks 1.0.0, symmetric keys).

The signed text is that of ``webhook-id``, ``webhook-timestamp`` and the body, with dots between.
"""

from __future__ import annotations

import base64
import hmac
import re
import time
import uuid

from .signatures import Key, keys_of
from .webhook_errors import SignatureError, TimestampError
from .webhooks import Headers, header

TOLERANCE = 300
"""The seconds that the time of a request may differ from the clock."""
_TIME = re.compile(r"[0-9]{1,15}")
_VERSION = "v1,"


class StandardWebhooks:
    """The headers ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``."""

    def check(self, name: str, body: bytes, headers: Headers, key: Key) -> None:
        """Raise :class:`SignatureError` unless a key signed the body in the last minutes.

        Signatures of other versions than v1 don't count.
        """
        message, at = header(headers, "webhook-id"), header(headers, "webhook-timestamp")
        given = header(headers, "webhook-signature").encode("utf-8", "replace").split()
        expected = [_signature(one, message, at, body) for one in keys_of(name, key, _decoded)]
        fitting = [hmac.compare_digest(one, other) for one in expected for other in given]
        if not any(fitting) or not message or not _TIME.fullmatch(at):
            fact = "none of your keys has signed it, or the body or a header was changed"
            raise SignatureError(name, fact)
        if abs(time.time() - int(at)) > TOLERANCE:
            raise TimestampError(name, f"its time is more than {TOLERANCE} seconds from now")

    def sign(self, body: bytes, key: Key) -> dict[str, str]:
        """Return the headers of a request that the first key signs now."""
        first, *_ = keys_of("sign", key, _decoded)
        message, at = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
        signature = _signature(first, message, at, body).decode()
        return {"webhook-id": message, "webhook-timestamp": at, "webhook-signature": signature}


def _signature(key: bytes, message: str, at: str, body: bytes) -> bytes:
    signed = f"{message}.{at}.".encode("utf-8", "replace") + body
    return _VERSION.encode() + base64.b64encode(hmac.digest(key, signed, "sha256"))


def _decoded(key: str) -> bytes:
    """Return a secret as APIs show it, ``whsec_`` and base64, as bytes."""
    text = key.removeprefix("whsec_")
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
