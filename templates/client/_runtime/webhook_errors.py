"""What can go wrong with a request of the API to you."""

from __future__ import annotations

from .errors import PackageError
from .words import one_line


class WebhookError(PackageError):
    """A request that the API, or somebody else, sent to you can't be taken.

    The message holds nothing of its body and no signature.
    """

    name: str
    """The name of the webhook or of the callback."""

    def __init__(self, name: str, fact: str) -> None:
        self.name = name
        super().__init__(f"{one_line(name)}: {one_line(fact, 400)}")


class SignatureError(WebhookError):
    """The request has no signature of your key: it isn't the API's, or it was changed."""


class TimestampError(SignatureError):
    """The signature is right but old: the request may be a repetition by somebody else."""
