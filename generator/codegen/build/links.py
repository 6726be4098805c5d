"""The links from responses to other calls, for the docstrings of methods.

Sources: OpenAPI 3.1.1 §4.8.20 (Link Object), §4.8.20.4 (runtime expressions); RFC 6901.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from ...base.errors import Findings
from ...reading.document.pointer import split
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.messages import Link
from ...reading.openapi.model.schemas import Json, Missing
from ..ir.operations import ClientOperation, LinkArgument, LinkedCall
from ..ir.types import Text


class LinkTargets:
    """The operations of a document, by the references that links have."""

    def __init__(self, document: Document) -> None:
        self._ids = {op.operation_id: op for op in document.operations if not op.shares_id}
        self._places = {(op.path, op.verb): op for op in document.operations}

    def find(self, link: Link) -> Operation | None:
        """Return the operation that a link leads to; None if it isn't in the document."""
        if link.server is not None:
            return None
        if link.operation_id:
            return self._ids.get(link.operation_id)
        file, _, fragment = link.operation_ref.partition("#")
        keys = split(unquote(fragment))
        if file or len(keys) < 3 or keys[0] != "paths":
            return None
        return self._places.get((keys[1], keys[-1].upper()))


class LinkDescriber:
    """The builder of the links of methods; it warns of those that lead out of the client."""

    def __init__(
        self,
        document: Document,
        operations: Sequence[ClientOperation],
        findings: Findings,
    ) -> None:
        self.targets = LinkTargets(document)
        self.made = {op.origin: op for op in operations}
        self.findings = findings

    def describe(self) -> tuple[ClientOperation, ...]:
        """Return the operations with their links, except for those that became iterators."""
        return tuple(replace(op, links=self._links(op)) for op in self.made.values())

    def _links(self, op: ClientOperation) -> tuple[LinkedCall, ...]:
        found = (
            self._link(name, link, op)
            for response in op.origin.responses.values()
            for name, link in response.links.items()
        )
        return tuple(dict.fromkeys(link for link in found if link is not None))

    def _link(self, name: str, link: Link, op: ClientOperation) -> LinkedCall | None:
        target = self.targets.find(link)
        made = self.made.get(target) if target is not None else None
        if made is None:
            self.findings.warn(
                "link",
                link.location,
                f"the link {name!r} leads to a call that the client doesn't have",
                "Add that operation to the client, or make the call with the values of the link.",
            )
            return None  # a slice without that operation gives the same code
        arguments = tuple(self._arguments(link, made))
        if made is op and op.pages and any(a.name.value == op.pages.parameter for a in arguments):
            return None
        return LinkedCall(made.call, arguments)

    def _arguments(self, link: Link, call: ClientOperation) -> Iterator[LinkArgument]:
        # A link may name an argument by ``id`` or by ``path.id``.
        names = {p.wire: p.name for p in reversed(call.parameters)}
        names |= {f"{p.place}.{p.wire}": p.name for p in call.parameters}
        for key, value in link.parameters.items():
            if key not in names:
                self.findings.warn(
                    "link",
                    link.location,
                    f"the link has the parameter {key!r}, which {call.call} doesn't have",
                    "Correct the parameter's name.",
                )
            yield LinkArgument(Text(names.get(key, key)), _shown(value))
        if not isinstance(link.request_body, Missing):
            yield LinkArgument(Text("body"), _shown(link.request_body))


def _shown(value: Json) -> Text:
    return Text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
