"""The operations that clients use of a description, looked up in upstream's."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence

from ....base.config import Client
from ....base.errors import UsageError
from ....base.immutable import immutable
from ....codegen.description.description import Description
from ....reading.document.operations import OperationNode
from ....reading.document.selectors import filter_operations, matches, near_names
from ....reading.document.tree import SourceFile
from ..project.descriptions import no_progress

_VERSION = re.compile(r"/v?\d+(?:\.\d+)*(?:(?:alpha|beta|rc)\d*)?(?=/)", re.IGNORECASE)
"""A version in a path: ``/v1``, ``/2``, ``/2024.1beta``."""
_SIMILAR = 0.7
"""The least similarity of a name that is suggested instead of one that upstream lacks."""


@immutable
class OperationsInUse:
    """The operations of one client in two descriptions."""

    selectors: tuple[str, ...]
    """Those of the settings, with the ones that are added; else one for each operation."""
    upstream: tuple[str, ...]
    """The selectors of them that match operations of upstream; empty for all of them."""
    old: tuple[OperationNode, ...]
    """The operations in the checked-in description."""
    added: tuple[OperationNode, ...]
    """The operations of upstream that the checked-in description lacks."""


def operations_in_use(
    client: Client,
    old: SourceFile | None,
    upstream: SourceFile,
    more: Sequence[str] = (),
    may_lack: Collection[str] = (),
    *,
    follows_ids: bool = False,
) -> OperationsInUse:
    """Return the operations of a client, and ``more``.

    Without ``operations`` in the settings they are those of the checked-in description, ``old``,
    as far as upstream has them; all of upstream's where there is no description yet. Models alone
    use none. A selector of an operation that has another operationId upstream is replaced if
    ``follows_ids``.

    Raise :class:`UsageError`, with the edit of the settings, for each selector that matches nothing
    upstream; unless it names operations whose labels are in ``may_lack``.
    """
    if client.models:
        return OperationsInUse((), (), (), ())
    theirs = Description(upstream, no_progress)
    ours = Description(old, no_progress) if old else None
    known = ours.operations if ours else ()
    gone: list[str] = []
    followed: dict[str, list[str]] = {}
    for selector in client.operations:
        was = matches(known, selector)
        if selector.startswith("!") or matches(theirs.operations, selector):
            continue
        if follows_ids and (ids := [op.label for op in theirs.match(was).values()]):
            followed[selector] = ids
            continue
        if not was or not {op.label for op in was} <= {*may_lack}:
            gone.append(_gone(client, selector, was, theirs))
    if gone:
        raise UsageError("\n".join(gone))
    for selector in more:
        filter_operations(theirs.operations, [selector], upstream.name)
    if client.operations:
        names = [selector for s in client.operations for selector in followed.get(s, [s])]
        wanted = tuple(dict.fromkeys((*names, *more)))
        there = [s for s in wanted if s.startswith("!") or matches(theirs.operations, s)]
        selected = filter_operations(theirs.operations, there, upstream.name) if there else ()
        in_use = filter_operations(known, client.operations)
        counterparts = set(theirs.match(in_use).values())
        added = tuple(op for op in selected if op not in counterparts)
        return OperationsInUse(wanted, tuple(there), in_use, added)
    counterparts = set(theirs.match(known).values())
    if ours is not None and not counterparts:
        raise UsageError(
            f"{upstream.name} has none of the operations of {ours.source.name}. Check `upstream` "
            f"in [tool.speclock.clients.{client.package}]."
        )
    named = filter_operations(theirs.operations, more) if more else ()
    extra = [op for op in named if op not in counterparts]
    labels = tuple(op.spellings[1] for op in (*counterparts, *extra))
    added = tuple(extra) if ours else theirs.operations
    return OperationsInUse(labels, labels, tuple(known), added)


def _gone(client: Client, selector: str, was: Sequence[OperationNode], theirs: Description) -> str:
    """Return what to do about a selector of the settings that matches nothing upstream."""
    table = f"[tool.speclock.clients.{client.package}]"
    counterparts = list(theirs.match(was).values())
    fact = f"{theirs.source.name} has no operation {selector!r}."
    if counterparts:
        new = counterparts[0].label
        return (
            f"{fact} {was[0].spellings[1]!r} is {new!r} there. In {table}, change "
            f'"{selector}" in `operations` to "{new}". Then run the command again. Or let it do '
            f"that, and keep the names in Python: speclock update {client.package} --keep-names"
        )
    question = ""
    if successors := _successors(was, theirs.operations):
        question = f"Is {_joined(successors)}, the same path in another version, its successor? "
    elif not was and (near := near_names(theirs.operations, selector, _SIMILAR)):
        question = f"Did you mean {_joined(near)}? "
    if question:
        question += f'Then write that for "{selector}" in `operations` of {table}. '
    if was and len(client.operations) > 1:
        command = f"speclock remove {shlex.quote(selector)}{client.option}"
        return f"{fact} {question}To go on without it, run this, then the command again: {command}"
    remedy = question or f'Correct "{selector}" in `operations` of {table}. '
    return f"{fact} {remedy}Then run the command again."


def _joined(names: Sequence[str]) -> str:
    return " or ".join(f'"{name}"' for name in names)


def _successors(gone: Sequence[OperationNode], operations: Sequence[OperationNode]) -> list[str]:
    """Return the operations with the path of one that is gone, but for the version in it."""
    paths = {(op.method, _VERSION.sub("/", op.path)): op.path for op in gone}
    return [
        op.label
        for op in operations
        if not op.deprecated
        and (path := paths.get((op.method, _VERSION.sub("/", op.path)))) is not None
        and path != op.path
    ]
