"""The view of the module of webhooks: an overload for each type of payload."""

from __future__ import annotations

from ....base.immutable import immutable
from ....base.printable import on_one_line, shortened
from ...ir.package import Api, SignatureScheme, Webhook
from ...ir.types import Code, union
from ..source.docstrings import py_literal
from .expressions import checked_type

_LONGEST_DOC = 100
_LONGEST_NAME = 40


@immutable
class WebhookView:
    """A request that the API sends."""

    name: str
    doc: str
    annotation: Code
    """The type of its body."""
    reader: Code
    """The expression of the value that reads its body."""


class WebhooksView:
    """The requests that the API sends; false without any."""

    def __init__(self, api: Api) -> None:
        self.all = [_view(webhook) for webhook in api.webhooks]
        """Each of them; an overload of ``parse`` for each."""
        self.result = union(option for webhook in api.webhooks for option in webhook.options)
        """The type of what any request is read as."""
        signature = api.signature
        self.scheme = Code(signature.scheme.replace("-", "_") if signature else "")
        """The scheme of the signature: standard_webhooks, hmac, or empty without one."""
        self.signer = _signer(signature) if signature is not None else Code("")
        """The expression for what makes and checks signatures; empty without them."""

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def doc(self) -> str:
        """The docstring of the module."""
        short = (one.name for one in self.all if len(one.name) <= _LONGEST_NAME)
        name = py_literal(next(short, "name")).replace("'", '"')
        key = ", key=key" if self.scheme else ""
        checked = (
            "The signature is checked first, over the bytes of ``body`` as they arrived: not over "
            "JSON that was parsed and written again.\n\n"
            if self.scheme
            else "The description doesn't tell how they are signed. Check that a request is the "
            "API's before you parse it.\n\n"
        )
        return (
            "The requests that the API sends to you, webhooks and callbacks, as typed values.\n\n"
            f"::\n\n    value = webhooks.parse({name}, body, headers{key})\n\n{checked}"
            "A body is read with the tolerance of a response: unknown members are kept, and what "
            "isn't as described is told to ``on_deviation``."
        )

    @property
    def parse_doc(self) -> str:
        """The docstring of ``parse``."""
        facts = ":class:`WebhookError` for an unknown name or an unreadable body."
        if not self.scheme:
            return f"Return the body of a request by its name.\n\nRaises {facts}"
        late = ":class:`TimestampError` for one that was signed more than five minutes ago, "
        late = late if self.scheme == "standard_webhooks" else ""
        return (
            "Return the body of a request by its name, if it is signed with your key.\n\n"
            "``key`` is the secret, or a list of them while you replace one. Raises "
            f":class:`SignatureError` for another signature, {late}{facts}"
        )


def _view(webhook: Webhook) -> WebhookView:
    doc = shortened(on_one_line(webhook.doc.value), _LONGEST_DOC)
    return WebhookView(webhook.name.value, doc, webhook.annotation, _reader(webhook))


def _signer(signature: SignatureScheme) -> Code:
    if signature.scheme != "hmac":
        return Code("StandardWebhooks()")
    parts = (signature.header, signature.algorithm, signature.encoding, signature.prefix)
    return Code(f"Hmac({', '.join(py_literal(part) for part in parts if part)})")


def _reader(webhook: Webhook) -> Code:
    """Return the expression that makes the reader of a body."""
    arguments = [checked_type(webhook.type)] if webhook.type else []
    arguments += ["takes_bytes=True"] if webhook.type and webhook.takes_bytes else []
    arguments += ["is_optional=True"] if webhook.is_optional else []
    return Code(f"Webhook({', '.join(arguments)})")
