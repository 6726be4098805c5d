"""A client's description, prepared to judge recorded traffic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from ....base.config import Client
from ....base.errors import UsageError
from ....base.printable import display_path
from ....base.recursion import deeply_recursive
from ....codegen.description.description import Description
from ....watch.changes.change import Signature
from ....watch.changes.symbols import ApiSymbol
from ....watch.drift.python_api import ClientApi, declarations
from ....watch.traffic.comparison.recordings import compared_api
from ..project.descriptions import Progress, no_progress
from ..project.resolve import models_alone
from .recording import template
from .sides import read_side


class DescribedTraffic:
    """The description of a client, prepared to judge recordings; it can be used again."""

    @deeply_recursive
    def __init__(
        self,
        client: Client,
        root: Path,
        base: str = "",
        base_urls: Sequence[str] = (),
        progress: Progress = no_progress,
    ) -> None:
        """Raises :class:`SpecError` if the description cannot be used, :class:`UsageError` for a
        client without operations.
        """
        if client.models:
            raise UsageError(f"{models_alone(client)} Recordings are compared with operations.")
        self.client = client
        self.root = root
        self.is_checked_in = bool(client.package) and not base
        self.progress = progress
        text = read_side(base, client, root)
        self.source = text.overlaid(client, root, lenient=client.allow_unmatched)
        description = Description(self.source, progress)
        self.api = compared_api(description, client, base_urls, self.is_secret)
        self.input = self.api.input

    def shown(self, path: str | Path) -> str:
        """Return a path relative to the project's folder."""
        return display_path(path, self.root)

    def is_secret(self, pointer: str, value: object) -> bool:
        """Return whether a value is a secret by its name, or has one, or was replaced.

        ``pointer`` is that of a member, or its name.
        """
        masks = template("masks", "speclock.masks")
        if isinstance(value, str):
            is_replaced = any(mark in value for mark in self.client.redacted)
            if is_replaced or masks.mask_tokens(value) != value:
                return True
        return bool(masks.is_secret(pointer, value))

    def signature_of(self, symbol: ApiSymbol) -> Signature | None:
        """Return the declaration of a symbol; None if no client can be generated, or has it."""
        return self._declarations.get(symbol)

    @cached_property
    def _declarations(self) -> Mapping[ApiSymbol, Signature]:
        client = ClientApi.of(self.input)
        return declarations(client) if client is not None else {}
