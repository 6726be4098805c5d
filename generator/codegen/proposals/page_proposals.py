"""The settings of pagination that a description shows, checked against the client they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from ...base.config import Client, Pagination
from ...base.errors import Findings, Place
from ...base.immutable import immutable
from ...base.recursion import deeply_recursive
from ...reading.openapi.model.document import Document, Operation
from ..build.api import build_parts
from ..build.pagination import Paginator
from ..build.response_members import Unfit
from ..ir.operations import ClientOperation
from .page_shapes import recognise

State = Literal["iterated", "proposed", "unclear"]


@immutable
class PagedOperation:
    """An operation that seems to answer with pages."""

    operation: Operation
    state: State
    """``iterated`` if the settings or the description's links make it an iterator already."""
    rule: Pagination | None
    """The proposed setting for it alone."""
    call: str
    """The method that iterates, or would."""
    missing: str
    """The fact that is in the way, as the end of a sentence; empty if nothing is."""


@immutable
class Proposals:
    """The operations with pages, and the settings that those without an iterator could have."""

    operations: tuple[PagedOperation, ...]
    rules: tuple[Pagination, ...]

    @property
    def calls(self) -> tuple[str, ...]:
        """The methods that the rules would make."""
        return tuple(one.call for one in self.operations if one.state == "proposed")


_Key = tuple[str, str]
_Fit = tuple[Operation, ClientOperation, Pagination]


@deeply_recursive
def propose(
    document: Document, client: Client, is_wanted: Callable[[Operation], bool] | None = None
) -> Proposals:
    """Return the settings for the operations of a client that have no iterator.

    ``is_wanted`` tells for which operations, all by default. Raise as :func:`build` does.
    """
    shapes = [*recognise(document)]
    if not shapes:
        return Proposals((), ())
    parts = build_parts(document, client, Findings())
    paginator = parts.paginator
    built = {op.origin: op for op in paginator.paginate(parts.operations, client)}
    fits: list[_Fit] = []
    paged_operations: list[PagedOperation] = []
    for shape in shapes:
        described, rule, missing = shape.operation, shape.rule, shape.missing
        op = built.get(described)
        if op is not None and op.pages is not None:
            paged_operations.append(PagedOperation(described, "iterated", None, op.pages.call, ""))
            continue
        if rule is not None and op is not None:
            try:
                paginator.pages(op, rule)
            except Unfit as fault:
                rule, missing = None, str(fault)
        if rule is None or op is None:
            paged_operations.append(PagedOperation(described, "unclear", None, "", missing))
        elif is_wanted is None or is_wanted(described):
            fits.append((described, op, rule))
            paged_operations.append(PagedOperation(described, "proposed", rule, "", ""))
    rules = tuple(_rules(fits, [*built.values()], paginator))
    with_rules = replace(client, pagination=(*client.pagination, *rules))
    after = {
        op.origin: op.pages.call
        for op in paginator.paginate(parts.operations, with_rules)
        if op.pages is not None
    }
    return Proposals(
        tuple(replace(one, call=after.get(one.operation, one.call)) for one in paged_operations),
        rules,
    )


@deeply_recursive
def calls_of_rules(
    document: Document, client: Client, rules: Sequence[Pagination]
) -> tuple[Mapping[_Key, str], ...]:
    """Return the iterators that each rule makes in a client, by method and path.

    An operation that a rule selects and doesn't fit has none.
    """
    parts = build_parts(document, client, Findings())
    keys = {op.call: (op.method, op.key.value) for op in parts.operations}
    calls: list[Mapping[_Key, str]] = []
    for rule in rules:
        fit, _ = parts.paginator.fitting(parts.operations, rule, Place(""))
        calls.append({keys[call]: pages.call for call, pages in fit.items()})
    return tuple(calls)


def _rules(
    fits: Sequence[_Fit], every: Sequence[ClientOperation], paginator: Paginator
) -> Iterator[Pagination]:
    """Yield rules for operations, one for all that differ in the list's name alone."""
    groups: dict[Pagination, list[_Fit]] = {}
    for fit in fits:
        groups.setdefault(replace(fit[2], items=""), []).append(fit)
    for rule, group in groups.items():
        for items, members in _by_items(group, paginator).items():
            yield _narrowed(replace(rule, items=items), members, every, paginator)


def _by_items(group: Sequence[_Fit], paginator: Paginator) -> Mapping[str, list[_Fit]]:
    """Return operations by the setting ``items``: "" for several names of an only list."""
    named: dict[str, list[_Fit]] = {}
    for fit in group:
        named.setdefault(fit[2].items, []).append(fit)
    if len(named) == 1:
        return named
    shared: list[_Fit] = []
    for items, members in [*named.items()]:
        if all(_is_only_list(op, rule, paginator) for _, op, rule in members):
            shared += named.pop(items)
    return {**({"": shared} if shared else {}), **named}


def _is_only_list(op: ClientOperation, rule: Pagination, paginator: Paginator) -> bool:
    try:
        return paginator.pages(op, replace(rule, items="")) == paginator.pages(op, rule)
    except Unfit:
        return False


def _narrowed(
    rule: Pagination,
    members: Sequence[_Fit],
    every: Sequence[ClientOperation],
    paginator: Paginator,
) -> Pagination:
    """Return a rule with the names of its operations, where it would fit others too."""
    calls = {op.call for _, op, _ in members}
    for op in every:
        if op.method == "GET" and op.pages is None and op.call not in calls:
            try:
                paginator.pages(op, rule)
            except Unfit:
                continue
            return replace(rule, operations=tuple(each.label for each, _, _ in members))
    return rule
