"""The bodies of requests that the API sends, read with the tolerance of responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .deviations import Deviation, Deviations, Report, log_once
from .model import Typed
from .webhook_errors import WebhookError
from .words import explain

OnDeviation: TypeAlias = Callable[[Deviation], None]
"""Is told what isn't as described."""
Headers: TypeAlias = Mapping[str, str]
"""The headers of a request; the case of their names doesn't matter."""


class Webhook:
    """The body of one request: JSON of a type, bytes of another media type, or nothing.

    Without a type it is bytes.
    """

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
            return content
        kind = content_type.partition(";")[0].strip().lower()
        if kind and "json" not in kind:
            if self._takes_bytes:
                return content
            report("response/body/media-type/added")
        return self._typed.read_json(content, report)


def read(
    logger: str,
    webhooks: Mapping[str, Webhook],
    name: str,
    body: bytes | str,
    headers: Headers,
    on_deviation: OnDeviation | None,
) -> Any:
    """Return the body of a request; raises :class:`WebhookError`."""
    webhook = webhooks.get(name)
    if webhook is None:
        raise WebhookError(name, "no request of this name is described")
    report = Deviations(name, logger)
    try:
        value = webhook.read(as_bytes(body), header(headers, "content-type"), report)
    except ValueError as cause:
        raise WebhookError(name, f"unreadable body: {explain(cause)}") from cause
    for deviation in report.values():
        (on_deviation or log_once)(deviation)
    return value


def as_bytes(body: bytes | str) -> bytes:
    """Return a body as bytes, a text in UTF-8."""
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)


def header(headers: Headers, name: str) -> str:
    """Return the value of a header, by its name in lower case; empty without it."""
    return next((value for key, value in headers.items() if key.lower() == name), "")
