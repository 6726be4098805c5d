"""Requests that the API sends, and signs: the signature is checked before the body is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from .webhook_errors import WebhookError
from .webhooks import Headers, OnDeviation, Webhook, as_bytes, read

Key: TypeAlias = str | bytes | Sequence[str | bytes]
"""A secret as the API shows it, or its bytes; or several, of which one has to fit."""


class Signature(Protocol):
    """A way to sign a body."""

    def check(self, name: str, body: bytes, headers: Headers, key: Key) -> None:
        """Raise :class:`WebhookError` unless a key signed the body."""
        ...

    def sign(self, body: bytes, key: Key) -> dict[str, str]:
        """Return the headers of a request that the first key signs."""
        ...


def read_signed(
    logger: str,
    signature: Signature,
    key: Key,
    webhooks: Mapping[str, Webhook],
    name: str,
    body: bytes | str,
    headers: Headers,
    on_deviation: OnDeviation | None,
) -> Any:
    """Return the body of a request that a key signed; raises :class:`WebhookError`."""
    content = as_bytes(body)
    signature.check(name, content, headers, key)
    return read(logger, webhooks, name, content, headers, on_deviation)


def sign_body(signature: Signature, body: bytes | str, key: Key) -> dict[str, str]:
    """Return the headers of a request with a body."""
    return signature.sign(as_bytes(body), key)


def keys_of(name: str, key: Key, decoded: Callable[[str], bytes]) -> list[bytes]:
    """Return the secrets as bytes, at least one; ``decoded`` returns those of a text.

    Raises :class:`WebhookError` for one that is empty or can't be decoded.
    """
    keys = [key] if isinstance(key, (str, bytes)) else [*key]
    try:
        made = [one if isinstance(one, bytes) else decoded(one) for one in keys]
    except ValueError:
        raise WebhookError(name, "a key isn't a secret of the API: it can't be decoded") from None
    if not made or not all(made):
        raise WebhookError(name, "there is no key, or an empty one")
    return made
