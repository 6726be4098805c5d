"""Servers compared.

Source: OpenAPI 3.1.1 §4.8.5 (Server).
"""

from __future__ import annotations

import re

from ....codegen.build.servers import origin
from ....reading.document.tree import Location
from ....reading.openapi.model.document import Document, Operation, Server
from ..differences.differences import Comparison, DifferenceRecorder, paired


def compare_servers(
    comparison: Comparison, old: Operation, new: Operation, base: Document, revision: Document
) -> None:
    """Record what differs in the servers of two operations."""
    _compare_variables(comparison, old, new, base, revision)
    before, after = _servers(old, base), _servers(new, revision)
    if [*before] == [*after]:
        return
    (first, at), (other, there) = next(iter(before.items())), next(iter(after.items()))
    recorder = DifferenceRecorder(comparison, old, new, at=at.pointer, subject="")
    if first != other:
        match first in after, other in before:
            case True, True:
                action = "reordered"
            case True, False:
                action = "added"
            case False, True:
                action = "removed"
            case _:
                action = "changed"
        recorder.record(f"server/main/{action}", first, other, locations=(at, there))
    for url, was, now in paired(before, after):
        if now is None and url != first:
            recorder.record("server/url/removed", url, locations=(was, there))
        elif was is None and url != other:
            recorder.record("server/url/added", new=url, locations=(at, now))


def _compare_variables(
    comparison: Comparison, old: Operation, new: Operation, base: Document, revision: Document
) -> None:
    """Record what differs in the variables of the first server, unless the operation has its own.

    The client has no arguments for variables of such a server.
    """
    pairs = (old, base), (new, revision)
    if any(of.servers and op.servers is not None for op, of in pairs):
        return
    before, after = (_of(op, of)[:1] for op, of in pairs)
    if not before or not after:
        return
    server, other = before[0], after[0]
    recorder = DifferenceRecorder(comparison, server, other, subject="")
    for name, known, variable in paired(server.variables, other.variables):
        if variable is None:
            recorder.record("server/variable/removed", name)
        elif known is None:
            recorder.record("server/variable/added", new=name)
        elif known.enum and variable.enum:
            for value in dict.fromkeys((*known.enum, *variable.enum)):
                if value not in variable.enum:
                    recorder.record("server/variable/value-removed", f"{name}={value}")
                elif value not in known.enum:
                    recorder.record("server/variable/value-added", new=f"{name}={value}")


def _of(operation: Operation, document: Document) -> tuple[Server, ...]:
    return document.servers if operation.servers is None else operation.servers


def _servers(operation: Operation, document: Document) -> dict[str, Location]:
    """Return the URLs, their variables replaced by default values, in order."""
    locations: dict[str, Location] = {}
    for server in _of(operation, document):
        url = server.url
        for name, variable in server.variables.items():
            url = url.replace(f"{{{name}}}", variable.default or "")
        if absolute := re.match(r"(https?://[^/?#]+)(.*)", url, re.IGNORECASE | re.DOTALL):
            url = origin(absolute[1]) + absolute[2]
        locations.setdefault(re.sub(r"(?<=.)/+\Z", "", url), server.location)
    return locations or {"/": document.location}
