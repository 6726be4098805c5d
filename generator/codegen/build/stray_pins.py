"""The entries of a client's settings whose operation, schema or security scheme isn't there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from ...base.config import CLIENT_TRAITS, Client, KeyKind
from ...base.errors import Findings
from ...base.immutable import immutable
from ...reading.openapi.model.document import Document
from .security import key_schemes, schemes_of


@immutable
class StrayPin:
    """An entry that has no effect."""

    table: str
    """The setting, such as ``calls``."""
    key: str
    targets: tuple[str, ...]
    """The keys that the entries of the table may have."""
    fact: str
    """The reason, as the end of a sentence."""


def stray_pins(document: Document, client: Client) -> Iterator[StrayPin]:
    """Yield the entries of a client's settings that are for nothing in its description."""
    operations = [spelling for op in document.operations for spelling in op.spellings]
    schemes = schemes_of(document)
    targets: dict[KeyKind, tuple[Iterable[str], str]] = {
        KeyKind.OPERATION: (operations, "no operation of the client"),
        KeyKind.SCHEMA: (document.classes(), "no schema that the client uses"),
        KeyKind.SECURITY_SCHEME: (schemes, "no security scheme that the client uses"),
        KeyKind.API_KEY: (key_schemes(schemes), "no API key that the client uses"),
    }
    for table, traits in CLIENT_TRAITS.items():
        if traits.entries_for is None:
            continue
        keys, fact = targets[traits.entries_for]
        known = dict.fromkeys(filter(None, keys))
        for key in client.pins(table):
            if key not in known:
                yield StrayPin(table, key, tuple(known), fact)


def warn_of_stray_pins(document: Document, client: Client, findings: Findings) -> None:
    """Record a warning for each entry that has no effect, with its line.

    Those of speclock.lock are removed by the next update.
    """
    for pin in stray_pins(document, client):
        if client.is_locked(pin.table, pin.key):
            continue
        near = difflib.get_close_matches(pin.key, pin.targets, n=1)
        hint = f"Did you mean {near[0]!r}? Or remove" if near else "Remove"
        findings.warn(
            "stray-pin",
            client.place(pin.table, pin.key),
            f"the entry {pin.key!r} of `{pin.table}` has no effect: it names {pin.fact}",
            f"{hint} the entry from `{pin.table}` of [tool.speclock.clients.{client.package}].",
        )
