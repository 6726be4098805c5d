"""The pagination of operations, by the settings or by the description's links.

Sources: OpenAPI 3.1.1 §4.8.20 (Link Object), §4.8.20.4 (runtime expressions); RFC 6901.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from ...base.config import Client, Pagination
from ...base.errors import Findings, Place, UsageError
from ...base.printable import counted, shortened
from ...reading.document.pointer import join
from ...reading.document.selectors import filter_operations, matches, near_names
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.messages import Link
from ..ir.annotations import annotation
from ..ir.models import Component, plain
from ..ir.operations import ClientOperation, Member, Pages
from ..ir.types import Array, Scalar, Type, json_type
from .response_members import (
    End,
    ResponseMembers,
    Unfit,
    hint_at,
    lists_of_items,
    path_of,
)
from .types import Types

_TEXT = Scalar("string")
_WANTED = {
    "items": (("array",), "no list", "lists"),
    "next": (("string", "any"), "no text", "texts"),
    "total": (("integer", "number", "any"), "no whole number", "whole numbers"),
    "more": (("boolean", "any"), "neither true nor false", "members that are true or false"),
}
"""The JSON types of the member that a setting names, its absence, and such members."""
_CHECKED = ("", "items", "next", "last", "total", "more", "parameter")
"""The settings of a rule in the order in which they are checked."""
_EXPRESSION = re.compile(r"\$response\.(?:body#(?P<next>/.*)|header\.(?P<header>[^\s]+))\Z")


def _is_scalar(type_: Type) -> bool:
    return isinstance(type_, Scalar)


class Paginator(ResponseMembers):
    """The builder of methods that iterate over pages."""

    def __init__(
        self,
        document: Document,
        types: Types,
        components: Sequence[Component],
        findings: Findings,
        reserved: Container[str],
    ) -> None:
        super().__init__(document, types, components, reserved)
        self.findings = findings

    def paginate(
        self, operations: tuple[ClientOperation, ...], client: Client
    ) -> tuple[ClientOperation, ...]:
        """Return ``operations`` with :attr:`Operation.pages` for those with pagination.

        Raises :class:`UsageError` for a rule that fits no operation, or not all that it selects.
        """
        pages: dict[str, Pages | None] = {}
        for number in reversed(range(len(client.pagination))):
            pages |= self._by_rule(operations, number, client)
        pages |= {op.call: self._by_link(op) for op in operations if op.call not in pages}
        return tuple(replace(op, pages=pages[op.call]) for op in operations)

    def _by_rule(
        self, operations: tuple[ClientOperation, ...], number: int, client: Client
    ) -> dict[str, Pages | None]:
        rule = client.pagination[number]
        place = client.place("pagination", number)
        fit, faults = self.fitting(operations, rule, place)
        if faults and (rule.operations or not fit):
            table = f"[tool.speclock.clients.{client.package}.pagination]"
            where = f"{place}: {table}" if place.line else table
            raise UsageError(f"{where} {self._message(faults, rule)}")
        return {**fit}

    def fitting(
        self, operations: Sequence[ClientOperation], rule: Pagination, place: Place
    ) -> tuple[dict[str, Pages], list[tuple[ClientOperation, Unfit]]]:
        """Return the pages of the operations that a rule selects and fits, by call, and the faults
        of the others that it selects.

        A selector that matches nothing is a warning at ``place``, the rule's.
        """
        wanted = self._selected(rule, place)
        fit: dict[str, Pages] = {}
        faults: list[tuple[ClientOperation, Unfit]] = []
        for op in operations:
            if op.origin in wanted:
                try:
                    fit[op.call] = self.pages(op, rule)
                except Unfit as fault:
                    faults.append((op, fault))
        return fit, faults

    def _selected(self, rule: Pagination, place: Place) -> set[Operation]:
        """Return the operations that a rule is for, if it fits them."""
        selectors: list[str] = []
        for selector in rule.operations or ("method:get",):
            if matches(self.document.operations, selector.removeprefix("!").strip()):
                selectors.append(selector)
                continue
            near = near_names(self.document.operations, selector)
            hint = f"Did you mean {near[0]!r}? Or remove" if near else "Remove"
            fact = f"{selector!r} in `operations` of a table `pagination` names no operation"
            remedy = f"{hint} it from `operations`, or the table if that has no other."
            if not rule.operations:
                fact = "a table `pagination` has no effect: no operation of the client is a GET"
                remedy = "Remove the table."
            self.findings.warn("stray-pin", place, fact, remedy)
        if not selectors:
            return set()
        return {*filter_operations(self.document.operations, selectors)}

    def _message(self, faults: Sequence[tuple[ClientOperation, Unfit]], rule: Pagination) -> str:
        """Return the setting, its value, an operation, the fact, where, and the remedy.

        The operation is the one that fits best: without ``operations`` those that the rule isn't
        meant for have faults, too.
        """
        op, fault = max(faults, key=lambda pair: _CHECKED.index(pair[1].key))
        key, label = fault.key or "style", op.id.value or f"{op.method} {op.path.value}"
        where = (fault.where or op.origin).location.place
        value = getattr(rule, key)
        remedies = [fault.hint] if fault.hint else []
        if rule.operations:
            remedies.append(
                f'If it has no pages, remove "{label}" from `operations` of this table.'
            )
        else:
            remedies.append("If no operation has such pages, remove this table.")
        if rule.operations and len(faults) > 1:
            others = counted(len(faults) - 1, "other operation")
            remedies.append(f"The table doesn't fit {others} either.")
        return (
            f"{key} = {value!r}: {label} {fault} ({where}, #{shortened(where.pointer, 200)}). "
            + " ".join(remedies)
        )

    # ── links ────────────────────────────────────────────────────────────────────────────────

    def _by_link(self, op: ClientOperation) -> Pages | None:
        queries = {p.wire for p in op.parameters if p.place == "query"}
        for link in self._links(op):
            for key, value in link.parameters.items():
                expression = _EXPRESSION.match(value) if isinstance(value, str) else None
                parameter = key.removeprefix("query.")
                if expression is None or parameter not in queries:
                    continue
                member, header = expression["next"] or "", expression["header"] or ""
                try:
                    items = self.only_list(op)
                    rule = Pagination(
                        "cursor", parameter=parameter, items=items, next=member, header=header
                    )
                    return self.pages(op, rule)
                except Unfit as fault:
                    self.findings.warn(
                        "link",
                        link.location,
                        f"{op.call} {fault}; it gets no iterator",
                        "Set `items` in [tool.speclock.clients.<package>.pagination].",
                    )
        return None

    def _links(self, op: ClientOperation) -> Iterator[Link]:
        """Yield the links of the successes that lead to the same operation."""
        for status in dict.fromkeys(answer.status for answer in op.answers):
            if status in op.origin.responses:
                links = op.origin.responses[status].links.values()
                yield from (link for link in links if self.targets.find(link) is op.origin)

    def only_list(self, op: ClientOperation) -> str:
        """Return the pointer to the only list of items in a response; raise :class:`Unfit`."""
        end = self._answer(op)
        if isinstance(plain(end, self.components), Array):
            return ""
        types = {f.wire: plain(f.type, self.components) for f in self._fields(end)}
        lists = [wire for wire, type_ in types.items() if isinstance(type_, Array)]
        lists = lists_of_items(lists, op.path.value) or lists
        if len(lists) != 1:
            hint = hint_at("", [path_of([wire], "") for wire in lists], "lists")
            fact = "has not exactly one list in its answer"
            raise Unfit(fact, "items", self._answer_schema(op), hint)
        return join(lists)

    # ── one operation ────────────────────────────────────────────────────────────────────────

    def pages(self, op: ClientOperation, rule: Pagination) -> Pages:
        """Return the pages of an operation by a rule; raise :class:`Unfit`."""
        rule = rule if rule.items else replace(rule, items=self.only_list(op))
        items, whole = self._fitting(op, rule, "items")
        assert isinstance(whole, Array)
        following, cursor = (
            self._member(op, rule.next, "next", fits=_is_scalar) if rule.next else ((), _TEXT)
        )
        last: tuple[Member, ...] = ()
        if rule.last:
            last, cursor = self._member(op, rule.last, "last", whole.items, fits=_is_scalar)
        end, _ = self._fitting(op, rule, "total") if rule.total else ((), None)
        more, _ = self._fitting(op, rule, "more") if rule.more else ((), None)
        parameter, start = "", 0
        if rule.style != "link":
            parameter = self._parameter(op, rule, cursor, whole.items)
            start = self._start(op, rule) if rule.style == "page" else 0
        elif rule.next:
            self._fitting(op, rule, "next")
        path = self._second(op, "_all")
        return Pages(
            name=path.name,
            call=path.call,
            constant=path.constant,
            style=rule.style,
            parameter=parameter,
            start=start,
            items=items,
            following=following,
            header=rule.header.lower(),
            last=last,
            end=end,
            more=more,
            item=annotation(whole.items),
            page=op.answers[0].each[0].annotation,
        )

    def _fitting(self, op: ClientOperation, rule: Pagination, key: str) -> End:
        """Return the member that a setting names; raise :class:`Unfit` for one of another type."""
        path: str = getattr(rule, key)
        kinds, fault, kind = _WANTED[key]

        def fits(type_: Type) -> bool:
            return isinstance(type_, Scalar | Array) and json_type(type_) in kinds

        members, type_ = self._member(op, path, key, fits=fits)
        if not fits(type_):
            raise self._misfit(op, path, key, f"has {fault} in {path!r}", kind, fits)
        return members, type_

    def _parameter(self, op: ClientOperation, rule: Pagination, following: Type, item: Type) -> str:
        """Return the argument that asks for a page."""
        queries = [p for p in op.parameters if p.wire == rule.parameter and p.place == "query"]
        if not queries:
            raise self._wrong_parameter(op, rule, f"has no query parameter {rule.parameter!r}")
        hint, given = queries[0].annotation.removesuffix(" | None"), annotation(following)
        if rule.style != "cursor":
            if hint not in ("int", "float"):
                fact = f"takes no whole number as {rule.parameter!r}, but {hint}"
                raise self._wrong_parameter(op, rule, fact, "int")
        elif not rule.header and hint != given and "Any" not in (hint, given):
            key = "next" if rule.next else "last"
            path: str = getattr(rule, key)
            fact = f"takes {hint} as {rule.parameter!r}, but {path!r} is {given}"
            raise self._misfit(
                op,
                path,
                key,
                fact,
                f"members of type {hint}",
                lambda a: annotation(a) == hint,
                item=item if rule.last else None,
            )
        return queries[0].name

    def _wrong_parameter(
        self, op: ClientOperation, rule: Pagination, fact: str, wanted: str = ""
    ) -> Unfit:
        """Return the fault of ``parameter``; ``wanted`` is the type that it must have."""
        names = [
            p.wire
            for p in op.parameters
            if p.place == "query" and wanted in ("", p.annotation.removesuffix(" | None"))
        ]
        kind = f"query parameters{wanted and f' of type {wanted}'}"
        return Unfit(fact, "parameter", None, hint_at(rule.parameter, names, kind))

    def _start(self, op: ClientOperation, rule: Pagination) -> int:
        for parameter in op.origin.parameters:
            if parameter.name == rule.parameter and rule.first is None and parameter.schema:
                default = parameter.schema.default
                return default if isinstance(default, int) else 1
        return 1 if rule.first is None else rule.first
