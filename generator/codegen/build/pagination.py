"""The pagination of operations, by the settings or by the description's links.

Sources: OpenAPI 3.1.1 §4.8.20 (Link Object), §4.8.20.4 (runtime expressions); RFC 6901.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from ...config import Client, Pagination
from ...document import pointer
from ...document.selectors import filter_operations
from ...errors import Findings, UsageError
from ...openapi import model
from ...openapi.model import Document
from .. import ir, names
from .types import Types, annotation

_TEXT, _COUNT = ir.Scalar("string"), ir.Scalar("integer")
_EXPRESSION = re.compile(r"\$response\.(?:body#(?P<next>/.*)|header\.(?P<header>[^\s]+))\Z")


class _Unfit(Exception):
    """The reason why an operation cannot be paginated, as the end of a sentence."""


_End: TypeAlias = tuple[tuple[ir.Member, ...], ir.Type]
"""A path of members and the type at its end."""


class Paginator:
    """The builder of methods that iterate over pages."""

    def __init__(
        self,
        document: Document,
        types: Types,
        components: Sequence[ir.Component],
        findings: Findings,
    ) -> None:
        self.described = {(op.path, op.verb): op for op in document.operations}
        self.types = types
        self.components: Mapping[str, ir.Component] = {c.name: c for c in components}
        self.findings = findings

    def paginate(
        self, operations: tuple[ir.ClientOperation, ...], client: Client
    ) -> tuple[ir.ClientOperation, ...]:
        """Return ``operations`` with :attr:`Operation.pages` for those with pagination.

        Raises :class:`UsageError` for a rule that fits no operation, or not all that it selects.
        """
        pages: dict[str, ir.Pages | None] = {}
        for rule in reversed(client.pagination):
            pages |= self._by_rule(operations, rule)
        pages |= {op.call: self._by_link(op) for op in operations if op.call not in pages}
        taken = {op.call for op in operations} | {op.resource for op in operations}
        taken |= {op.streamed.call for op in operations if op.streamed}
        return tuple(_with_name(op, pages[op.call], taken) for op in operations)

    def _by_rule(
        self, operations: tuple[ir.ClientOperation, ...], rule: Pagination
    ) -> dict[str, ir.Pages | None]:
        wanted = filter_operations(
            tuple(self.described.values()), rule.operations or ("method:get",), "pagination"
        )
        places = {(found.verb, found.path) for found in wanted}
        fit: dict[str, ir.Pages | None] = {}
        faults: list[str] = []
        for op in operations:
            if (op.method, op.key.value) in places:
                try:
                    fit[op.call] = self._pages(op, rule)
                except _Unfit as fault:
                    faults.append(f"{op.id.value or f'{op.method} {op.path.value}'} {fault}")
        if faults and (rule.operations or not fit):
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            raise UsageError(f"pagination by {rule.style}: {faults[0]}{more}.")
        return fit

    # ── links ────────────────────────────────────────────────────────────────────────────────

    def _by_link(self, op: ir.ClientOperation) -> ir.Pages | None:
        for link in self._links(op):
            for key, value in link.parameters.items():
                expression = _EXPRESSION.match(value) if isinstance(value, str) else None
                if expression is None:
                    continue
                parameter = key.removeprefix("query.")
                member, header = expression["next"] or "", expression["header"] or ""
                try:
                    items = self._only_list(op)
                    rule = Pagination(
                        "cursor", parameter=parameter, items=items, next=member, header=header
                    )
                    return self._pages(op, rule)
                except _Unfit as fault:
                    self.findings.warn(
                        "link",
                        link.location,
                        f"{op.call} {fault}; it gets no iterator",
                        "Set `items` in [tool.speclock.clients.<package>.pagination].",
                    )
        return None

    def _links(self, op: ir.ClientOperation) -> Iterator[model.Link]:
        responses = self._described(op).responses
        for status in dict.fromkeys(answer.status for answer in op.answers):
            if status in responses:
                yield from responses[status].links.values()

    def _only_list(self, op: ir.ClientOperation) -> str:
        """Return the pointer to the only list in a response; a link doesn't name the list."""
        end = self._answer(op)
        if isinstance(end, ir.Array):
            return ""
        lists = [f.wire for f in self._fields(end) if isinstance(self._plain(f.type), ir.Array)]
        if len(lists) != 1:
            raise _Unfit("has not exactly one list in its answer")
        return pointer.join(lists)

    # ── one operation ────────────────────────────────────────────────────────────────────────

    def _pages(self, op: ir.ClientOperation, rule: Pagination) -> ir.Pages:
        answer = self._answer(op)
        items, made = self._follow(answer, rule.items)
        whole = self._plain(made)
        if not isinstance(whole, ir.Array):
            raise _Unfit(f"has no list in {rule.items!r}" if rule.items else "answers with no list")
        following, cursor = self._follow(answer, rule.next) if rule.next else ((), _TEXT)
        end, total = self._follow(answer, rule.total) if rule.total else ((), _COUNT)
        cursor = self._plain(cursor)
        if not _is(self._plain(total), "integer"):
            raise _Unfit(f"has no whole number in {rule.total!r}")
        parameter, start = "", 0
        if rule.style == "link":
            if not _is(cursor, "string"):
                raise _Unfit(f"has no text in {rule.next!r}")
        else:
            parameter = self._parameter(op, rule, cursor)
            start = self._start(op, rule) if rule.style == "page" else 0
        return ir.Pages(
            name="",
            call="",
            constant="",
            style=rule.style,
            parameter=parameter,
            start=start,
            items=items,
            following=following,
            header=rule.header.lower(),
            end=end,
            item=annotation(whole.items),
            page=op.answers[0].annotation,
        )

    def _answer(self, op: ir.ClientOperation) -> ir.Type:
        """Return the type of an operation's response, which must be JSON of one type."""
        answers = {(a.annotation, a.codec) for a in op.answers}
        if not op.signatures or len(answers) != 1 or op.answers[0].codec != "json":
            raise _Unfit("doesn't answer with JSON of one type")
        answer = op.answers[0]
        content = self._described(op).responses[answer.status].content
        media = content.media_types[answer.media_type] if content is not None else None
        return self.types.type(media.schema if media is not None else None)

    def _parameter(self, op: ir.ClientOperation, rule: Pagination, following: ir.Type) -> str:
        """Return the argument that asks for a page."""
        queries = [p for p in op.parameters if p.wire == rule.parameter and p.place == "query"]
        if not queries:
            raise _Unfit(f"has no query parameter {rule.parameter!r}")
        hint, given = queries[0].annotation.removesuffix(" | None"), annotation(following)
        if rule.style != "cursor":
            if hint != "int":
                raise _Unfit(f"takes no whole number as {rule.parameter!r}")
        elif not rule.header and hint != given and "Any" not in (hint, given):
            raise _Unfit(f"takes {hint} as {rule.parameter!r}, but {rule.next!r} is {given}")
        return queries[0].name

    def _start(self, op: ir.ClientOperation, rule: Pagination) -> int:
        for parameter in self._described(op).parameters:
            if parameter.name == rule.parameter and rule.first is None and parameter.schema:
                default = parameter.schema.default
                return default if isinstance(default, int) else 1
        return 1 if rule.first is None else rule.first

    def _described(self, op: ir.ClientOperation) -> model.Operation:
        return self.described[op.key.value, op.method]

    # ── members ──────────────────────────────────────────────────────────────────────────────

    def _follow(self, made: ir.Type, path: str) -> _End:
        """Return the member of a response at a dotted path or a JSON pointer."""
        steps = path.split(".") if path else []
        if path.startswith("/"):
            steps = pointer.split(path)
        members: list[ir.Member] = []
        for step in steps:
            field = next((f for f in self._fields(made) if f.wire == step), None)
            if field is None:
                raise _Unfit(f"has no member {path!r} in its answer")
            optional = not field.required or field.nullable
            made = field.type
            members.append(ir.Member(field.name, field.wire, optional))
        return tuple(members), made

    def _fields(self, made: ir.Type) -> tuple[ir.ModelField, ...]:
        plain = self._plain(made)
        model = self.components.get(plain.name) if isinstance(plain, ir.Ref) else None
        return model.fields if isinstance(model, ir.Model) else ()

    def _plain(self, made: ir.Type) -> ir.Type:
        """Return a type without null, with an alias resolved."""
        if isinstance(made, ir.Nullable):
            return self._plain(made.inner)
        named = self.components.get(made.name) if isinstance(made, ir.Ref) else None
        return self._plain(named.type) if isinstance(named, ir.Alias) else made


def _is(made: ir.Type, kind: str) -> bool:
    return isinstance(made, ir.Scalar) and made.kind in (kind, "any")


def _with_name(
    op: ir.ClientOperation, pages: ir.Pages | None, taken: set[str]
) -> ir.ClientOperation:
    if pages is None:
        return op
    name, constant = names.join(op.name, "_all"), names.join(op.constant, "_all")
    while (call := f"{op.resource}.{name}".lstrip(".")) in taken:
        name, constant = names.join(name, "_"), names.join(constant, "_")
    taken.add(call)
    return replace(op, pages=replace(pages, name=name, call=call, constant=constant))
