"""The cases of pagination in generated tests: two pages, and the parameter for the second."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from ...base.errors import Findings
from ...base.immutable import immutable
from ...reading.openapi.examples.check import Examples
from ...reading.openapi.model.schemas import Schema, schemas_in
from ..ir.operations import Case, ClientOperation, Member, Pages
from ..ir.types import Json
from .expected_requests import plain_text

_ASKED = "next"
"""The query parameter in the URLs of pages."""


@immutable
class _TwoPages:
    """Two pages, and the query parameter that must request the second."""

    bodies: tuple[Json, Json]
    headers: dict[str, Json]
    """Of the first page."""
    name: str
    value: Json


class PageCases:
    """The builder of pagination cases from the other cases."""

    def __init__(self, examples: Examples, cases: Sequence[Case], findings: Findings) -> None:
        self.examples = examples
        self.cases: dict[str, list[Case]] = {}
        for case in cases:
            self.cases.setdefault(case.call, []).append(case)
        self.findings = findings

    def build(self, operations: Iterable[ClientOperation]) -> Iterator[Case]:
        """Yield a case for each operation with pages; warn of those that have none."""
        for op in operations:
            requests = [c for c in self.cases.get(op.call, ()) if c.kind == "request"]
            if op.pages is None or not requests:
                continue
            case = next(self._made(op, op.pages, requests[0]), None)
            if case is None:
                self.findings.warn(
                    "example",
                    op.origin.location,
                    f"no two pages of {op.call} could be generated",
                    "Add an example of its response with an item in it.",
                )
            else:
                yield case

    def _made(self, op: ClientOperation, pages: Pages, request: Case) -> Iterator[Case]:
        answer = op.answers[0]
        assert answer.origin is not None
        schema = answer.origin.schema or Schema(answer.origin.location)
        arguments = dict(request.arguments)
        example = arguments.pop(pages.parameter, None)
        if any(p.name == pages.parameter and p.is_needed for p in op.parameters):
            arguments[pages.parameter] = example
        for body in self._bodies(op, schema):
            items = _at(body, pages.items)
            if not isinstance(items, list) or not items:
                continue
            for second in self._two_pages(op, pages, request, arguments, example, body):
                if pages.more:
                    flags = zip(second.bodies, (True, False), strict=True)
                    first, last = (_with(each, pages.more, flag) for each, flag in flags)
                    second = replace(second, bodies=(first, last))
                is_admitted = self._is_admitted(op, pages, second.value)
                if is_admitted and all(
                    self.examples.fault(one, schema) is None for one in second.bodies
                ):
                    both = [_items(_at(b, pages.items)) for b in second.bodies]
                    data: dict[str, Json] = {
                        "status": 200
                        if answer.status in ("2XX", "default")
                        else int(answer.status),
                        "content_type": answer.media_type,
                        "pages": list(second.bodies),
                        "headers": second.headers,
                        "items": both[0] + both[1],
                        "asks": {"name": second.name, "value": plain_text(second.value)},
                    }
                    yield Case("page", pages.style, pages.call, op.id, arguments, data)

    def _two_pages(
        self,
        op: ClientOperation,
        pages: Pages,
        request: Case,
        arguments: dict[str, Json],
        example: Json,
        body: Json,
    ) -> Iterator[_TwoPages]:
        """Yield pages with a link to the second one; some may not satisfy the description."""
        wire = next((p.wire for p in op.parameters if p.name == pages.parameter), _ASKED)
        given = arguments.get(pages.parameter)
        if pages.style in ("offset", "page"):
            count = len(_items(_at(body, pages.items)))
            start = int(given) if isinstance(given, (int, float)) else pages.start
            value = start + (count if pages.style == "offset" else 1)
            if pages.end:
                end = start + 2 * count if pages.style == "offset" else value
                body = _with(body, pages.end, end)
            last = body if pages.end else _with(body, pages.items, [])
            yield _TwoPages((body, last), {}, wire, value)
            return
        if pages.last:
            items = _items(_at(body, pages.items))
            for cursor in (_at(items[-1], pages.last), example, "next", 2):
                if cursor is not None and cursor not in ("", given):
                    changed = [*items[:-1], _with(items[-1], pages.last, cursor)]
                    first, last = (_with(body, pages.items, each) for each in (changed, []))
                    yield _TwoPages((first, last), {}, wire, cursor)
            return
        url = str(request.data["url"]).partition("?")[0]
        if pages.style == "link" and not pages.following:
            headers: dict[str, Json] = {"link": f'<?{_ASKED}=2>; rel="last next"'}
            yield _TwoPages((body, body), headers, wire, "2")
        elif not pages.following:
            for asked in (example, "next", "2"):
                if asked is not None and asked != given:
                    yield _TwoPages((body, body), {pages.header: plain_text(asked)}, wire, asked)
        for cursor in (_at(body, pages.following), example, "next", 2) if pages.following else ():
            if pages.style == "cursor" and (cursor is None or cursor == "" or cursor == given):
                continue
            target = f"{url}?{_ASKED}=2" if pages.style == "link" else cursor
            first = _with(body, pages.following, target)
            asked = "2" if pages.style == "link" else cursor
            ended = (_with(body, pages.following, value) for value in (None, ""))
            for last in (_without(body, pages.following), *ended):
                yield _TwoPages((first, last), {}, wire, asked)

    def _is_admitted(self, op: ClientOperation, pages: Pages, value: Json) -> bool:
        """Return whether the parameter that asks for a page may have a value."""
        schemas = schemas_in(*(p.origin for p in op.parameters if p.name == pages.parameter))
        return all(self.examples.fault(value, schema) is None for schema in schemas)

    def _bodies(self, op: ClientOperation, schema: Schema) -> Iterator[Json]:
        for case in self.cases[op.call]:
            usual = "accept" not in case.arguments and "body" in case.data
            if case.kind == "response" and usual:
                yield case.data["body"]
        with suppress(LookupError):
            yield self.examples.make(schema)


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _at(body: Json, path: Sequence[Member]) -> Json:
    for member in path:
        body = body.get(member.wire) if isinstance(body, dict) else None
    return body


def _with(body: Json, path: Sequence[Member], value: Json) -> Json:
    if not path:
        return value
    inside = dict(body) if isinstance(body, dict) else {}
    inside[path[0].wire] = _with(inside.get(path[0].wire), path[1:], value)
    return inside


def _without(body: Json, path: Sequence[Member]) -> Json:
    inside = copy.deepcopy(body)
    holder = _at(inside, path[:-1])
    if isinstance(holder, dict):
        holder.pop(path[-1].wire, None)
    return inside
