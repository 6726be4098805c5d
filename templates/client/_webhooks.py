"""Requests that the API sends: their signatures are checked, their bodies read with tolerance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from ._deviations import Deviation, Deviations, Report, log_once
from ._model import Typed
from ._reading import read_json
from .errors import WebhookError, explain

OnDeviation: TypeAlias = Callable[[Deviation], None]
"""Is told what isn't as described."""
Headers: TypeAlias = Mapping[str, str]
"""The headers of a request; the case of their names doesn't matter."""
Key: TypeAlias = str | bytes | Sequence[str | bytes]
"""A secret as the API shows it, or its bytes; or several, of which one has to fit."""


class Webhook:
    """The body of one request: JSON of a type, bytes of another media type, or nothing."""

    def __init__(
        self,
        type_: Callable[[], Any] | None = None,
        *,
        takes_bytes: bool = False,
        is_optional: bool = False,
    ) -> None:
        self._typed = Typed(type_) if type_ is not None else None
        self._takes_bytes = takes_bytes
        self._is_optional = is_optional

    def read(self, content: bytes, content_type: str, report: Report) -> Any:
        """Return the value of a body; raises ``ValueError`` for what can't be read."""
        if not content and self._is_optional:
            return None
        if self._typed is None:
            return content if self._takes_bytes else None
        kind = content_type.partition(";")[0].strip().lower()
        if kind and "json" not in kind:
            if self._takes_bytes:
                return content
            report("response/body/media-type/added")
        return read_json(self._typed.adapter, content, report)


class Signature(Protocol):
    """A way to sign a body."""

    def check(self, name: str, body: bytes, headers: Headers, key: Key) -> None:
        """Raise :class:`WebhookError` unless a key signed the body."""
        ...

    def sign(self, body: bytes, key: Key) -> dict[str, str]:
        """Return the headers of a request that the first key signs."""
        ...


def read(
    webhooks: Mapping[str, Webhook],
    name: str,
    body: bytes | str,
    headers: Headers,
    on_deviation: OnDeviation | None,
    signature: Signature | None = None,
    key: Key = (),
) -> Any:
    """Return the body of a request whose signature is right; raises :class:`WebhookError`."""
    content = _bytes(body)
    if signature is not None:
        signature.check(name, content, headers, key)
    webhook = webhooks.get(name)
    if webhook is None:
        raise WebhookError(name, "no request of this name is described")
    report = Deviations(name)
    try:
        value = webhook.read(content, header(headers, "content-type"), report)
    except ValueError as cause:
        raise WebhookError(name, f"unreadable body: {explain(cause)}") from cause
    for deviation in report.values():
        (on_deviation or log_once)(deviation)
    return value


def sign_body(signature: Signature, body: bytes | str, key: Key) -> dict[str, str]:
    """Return the headers of a request with a body."""
    return signature.sign(_bytes(body), key)


def _bytes(body: bytes | str) -> bytes:
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)


def header(headers: Headers, name: str) -> str:
    """Return the value of a header, by its name in lower case; empty without it."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


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
