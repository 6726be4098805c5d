"""The operations whose parameters and response show how their pages are read.

A shape is recognised if the parameter, the list, and what ends the list are each the only one that
is possible. Names alone decide nothing that types or the other members contradict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...base.config import Pagination
from ...base.immutable import immutable
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.media_types import json_in
from ...reading.openapi.model.messages import Parameter
from ...reading.openapi.model.schemas import Schema
from ..build.response_members import lists_of_items, path_of
from .page_members import PageMember, Path, default_of, is_url, success_of
from .page_names import (
    CURSORS,
    FIRST,
    FLAG,
    HOLDERS,
    IN_PAGES,
    ITEMS,
    LAST_ITEMS,
    LINK_PATHS,
    LINKS,
    MORE,
    NEXT,
    NEXT_PATHS,
    OF_PAGE,
    OFFSETS,
    PAGE_TOTALS,
    PAGES,
    SIZES,
    SWITCHES,
    TOTALS,
    ZERO_BASED,
    plain,
)

_NUMBERS = (("integer",), ("number",))
_DEPTH = 3
"""The most members on the path to one that tells about the page."""


class Unclear(Exception):
    """The reason why the pages of an operation aren't recognised, as the end of a sentence."""


@immutable
class Shape:
    """An operation that seems to answer with pages."""

    operation: Operation
    rule: Pagination | None
    """The setting for it alone; None if something is missing or could mean two things."""
    missing: str = ""
    """The fact that is in the way, as the end of a sentence; empty with a rule."""


def recognise(document: Document) -> Iterator[Shape]:
    """Yield the operations with a parameter or a member of pages, in the document's order."""
    for operation in document.operations:
        reader = _ShapeReader(document, operation)
        if not reader.is_paged:
            continue
        try:
            yield Shape(operation, reader.rule())
        except Unclear as reason:
            yield Shape(operation, None, str(reason))


class _ShapeReader:
    """The parameters and the response of one operation."""

    def __init__(self, document: Document, operation: Operation) -> None:
        self.document = document
        self.operation = operation
        self.response = success_of(operation)
        content = self.response.content if self.response else None
        schemas = [media.schema for media in json_in(content.media_types)] if content else []
        self.schema = document.resolve(schemas[0]) if schemas and schemas[0] else None
        self.queries = {
            plain(one.name): one
            for one in operation.parameters
            if one.in_ == "query" and not one.deprecated
        }
        self.wrappers = [
            key
            for key, each in self._objects(self.schema).items()
            if not self._is_list(each) and self._lists(each)
        ]
        self.leaves = [*self._leaves(self.schema, ())]

    @property
    def is_paged(self) -> bool:
        """True if a parameter or a member is named as those of pages are."""
        if self.schema is None:
            return False
        if any(self._is_scalar(one) for one in self._asking()):
            return True
        is_told = any({*leaf.names} & (LINKS | LINK_PATHS) for leaf in self.leaves)
        is_read = self.operation.method == "get" and "id" not in self._objects(self.schema)
        return is_read and (is_told or self._has_link_header())

    def _asking(self) -> list[Parameter]:
        """Return the parameters whose names are those that ask for a page."""
        asked = OFFSETS | PAGES | {*LAST_ITEMS}
        asked = asked.union(*(family.parameters for family in CURSORS))
        return [one for key, one in self.queries.items() if key in asked]

    def rule(self) -> Pagination:
        """Return the setting for the operation; raise :class:`Unclear`."""
        if self.operation.method != "get":
            raise Unclear(f"is a {self.operation.verb}, which a walk would repeat")
        items = self._items()
        path = path_of(items)
        link = self._link(items)
        if link is not None:
            return Pagination("link", items=path, next=link.text)
        if self._has_link_header():
            return Pagination("link", items=path)
        for key, one in self.queries.items():
            if SWITCHES.fullmatch(key) and self._type(one) == ("boolean",):
                raise Unclear(f"takes {one.name!r}, without which it may have no pages, or others")
        cursor, number = self._cursor(items), self._number(items)
        if cursor and number:
            raise Unclear(
                f"takes {cursor.parameter!r} and {number.parameter!r}: a list without both may "
                "continue with either of them"
            )
        rule = cursor or number
        if rule is None:
            raise Unclear(self._missing())
        return replace(rule, items=path)

    # ── the list ─────────────────────────────────────────────────────────────────────────────

    def _items(self) -> Path:
        """Return the path of the list in the response."""
        if self.schema is None:
            raise Unclear("has no JSON response")
        if self._is_list(self.schema):
            return ()
        if self.schema.branches:
            raise Unclear("answers with one of several types")
        if "id" in (self.schema.properties or {}):
            raise Unclear("answers with one resource, which has an `id`, and not with a page")
        lists = [name for name in self._lists(self.schema) if plain(name) not in self.queries]
        of_items = lists_of_items(lists, self.operation.path)
        if of_items or (lists and not self.wrappers):
            return (self._one_list(of_items or lists),)
        if len(self.wrappers) != 1:
            shown = ", ".join(map(repr, self.wrappers[:5]))
            fact = f"several members with a list ({shown})" if self.wrappers else "no list"
            raise Unclear(f"has {fact} in its response")
        (wrapper,) = self.wrappers
        inner = self._lists(self._objects(self.schema)[wrapper])
        return (wrapper, self._one_list(inner))

    def _is_usual(self, name: str) -> bool:
        """Return whether a list has a name that lists have, or that of the path's end."""
        steps = [plain(step) for step in self.operation.path.split("/") if step[:1] != "{"]
        return plain(name) in ITEMS or any(step and step in plain(name) for step in steps[-1:])

    def _one_list(self, lists: list[str]) -> str:
        usual = [name for name in lists if plain(name) in ITEMS]
        if len(lists) == 1 or len(usual) == 1:
            return (usual or lists)[0]
        shown = ", ".join(map(repr, lists[:5]))
        raise Unclear(f"has {len(lists)} lists in its response: {shown}")

    def _lists(self, schema: Schema | None) -> list[str]:
        return [key for key, each in self._objects(schema).items() if self._is_list(each)]

    def _is_list(self, schema: Schema) -> bool:
        return self.document.resolve(schema).types == ("array",)

    def _objects(self, schema: Schema | None) -> Mapping[str, Schema]:
        """Return the members of an object; none of anything else."""
        if schema is None:
            return {}
        return self.document.resolve(schema).properties or {}

    def _leaves(self, schema: Schema | None, path: Path) -> Iterator[PageMember]:
        """Yield the members of the response, of its holders, and of what has the list."""
        for key, each in self._objects(schema).items():
            whole = self.document.resolve(each)
            if whole.properties:
                is_holder = plain(key) in HOLDERS or (not path and key in self.wrappers)
                if is_holder and len(path) + 1 < _DEPTH:
                    yield from self._leaves(each, (*path, key))
            elif not self._is_list(each):
                yield PageMember((*path, key), whole)

    # ── what follows ─────────────────────────────────────────────────────────────────────────

    def _link(self, items: Path) -> PageMember | None:
        """Return the member with the next page's URL."""
        found = [
            leaf
            for leaf in self._beside(items)
            if {leaf.names[-1], *leaf.names} & (LINKS | LINK_PATHS)
            and leaf.schema.types == ("string",)
            and is_url(leaf)
        ]
        return self._only(found, "members with the next page's URL")

    def _has_link_header(self) -> bool:
        """Return whether the header Link (RFC 8288) is described as one that leads on."""
        if self.response is None:
            return False
        for name, header in self.response.headers.items():
            if name.lower() == "link":
                schemas = [header.schema] if header.schema else []
                texts = [header.description, *(s.description for s in schemas)]
                texts += [str(value) for s in schemas for value in s.examples]
                return any("next" in text.lower() or "pagina" in text.lower() for text in texts)
        return False

    def _cursor(self, items: Path) -> Pagination | None:
        """Return the rule of a cursor: in a member, or the id of the last item."""
        found: list[Pagination] = []
        more = self._more(items)
        for family in CURSORS:
            for key in self.queries.keys() & family.parameters:
                parameter = self.queries[key]
                if not self._is_scalar(parameter):
                    continue
                for leaf in self._beside(items):
                    if not {*leaf.names} & family.members:
                        continue
                    if family.needs_text and not self._leads_on(parameter, leaf, key):
                        continue
                    if self._type(parameter) != leaf.schema.types or is_url(leaf):
                        continue
                    if FLAG.search(leaf.schema.description):
                        continue
                    if family.needs_more and more is None:
                        continue
                    told = more.text if more else ""
                    found.append(
                        Pagination("cursor", parameter=parameter.name, next=leaf.text, more=told)
                    )
        found = [*{one.next: one for one in found}.values()]
        if len(found) > 1:
            shown = ", ".join(repr(one.next) for one in found)
            raise Unclear(f"has several members with a cursor: {shown}")
        return found[0] if found else self._last_item(items, more)

    def _leads_on(self, parameter: Parameter, leaf: PageMember, key: str) -> bool:
        """Return whether a cursor named like its parameter is the next page's."""
        texts = (self._text(parameter), leaf.schema.description)
        return leaf.names[-1] != key or any(NEXT.search(text) for text in texts)

    def _last_item(self, items: Path, more: PageMember | None) -> Pagination | None:
        """Return the rule of a cursor that is the id of a page's last item."""
        item = self._item(items)
        own = self._objects(item).get("id")
        if more is None or own is None:
            return None
        for key, back in LAST_ITEMS.items():
            parameter = self.queries.get(key)
            if parameter is None or back not in self.queries:
                continue
            if self._type(parameter) == self.document.resolve(own).types:
                return Pagination("cursor", parameter=parameter.name, last="id", more=more.text)
        return None

    def _number(self, items: Path) -> Pagination | None:
        """Return the rule of an offset or a page's number."""
        offsets = [self.queries[key] for key in self.queries.keys() & OFFSETS]
        pages = [self.queries[key] for key in self.queries.keys() & PAGES]
        found = [one for one in (*offsets, *pages) if self._type(one) in _NUMBERS]
        if len(found) > 1:
            shown = " and ".join(repr(one.name) for one in found)
            raise Unclear(f"takes {shown}, which are two ways to ask for a page")
        if not found:
            return None
        (parameter,) = found
        is_page = parameter in pages
        more, total = self._more(items), self._total(items, is_page=is_page)
        following = self._following(items)
        told = [leaf for leaf in self._beside(items) if {*leaf.names} & TOTALS]
        if not (more or total or told):
            if not self.queries.keys() & SIZES:
                return None
            if items and not self._is_usual(items[-1]):
                raise Unclear(f"takes {parameter.name!r}, but {items[-1]!r} may not be the list")
        if not is_page and not self._counts_from(parameter, 0):
            raise Unclear(f"takes {parameter.name!r}, which may not count the items to skip")
        return Pagination(
            "page" if is_page else "offset",
            parameter=parameter.name,
            total=total.text if total else "",
            more=more.text if more else "",
            next="" if more or total else following,
            first=self._first(parameter) if is_page else None,
        )

    def _counts_from(self, parameter: Parameter, first: int) -> bool:
        schema = self._schema(parameter)
        is_counted = schema.minimum in (None, first) and default_of(parameter, schema) in (
            None,
            first,
        )
        return is_counted and not IN_PAGES.search(self._text(parameter))

    def _first(self, parameter: Parameter) -> int | None:
        """Return the number of the first page; None if it is the parameter's default, or 1."""
        schema = self._schema(parameter)
        default = default_of(parameter, schema)
        if default is not None:
            if default in (0, 1):
                return None
            raise Unclear(f"takes {parameter.name!r}, whose default is not the first page")
        if schema.minimum == 1:
            return None
        told = FIRST.search(self._text(parameter))
        if told:
            word = told["start"] or told["based"] or told["first"] or "1"
            return 0 if word.lower() in ("0", "zero") else None
        if any(plain(leaf.path[-1]) in ZERO_BASED for leaf in self.leaves):
            return 0
        raise Unclear(f"takes {parameter.name!r}, but no default, minimum or text tells the first")

    def _total(self, items: Path, *, is_page: bool) -> PageMember | None:
        wanted = PAGE_TOTALS if is_page else TOTALS
        found = [
            leaf
            for leaf in self._beside(items)
            if leaf.names[-1] in wanted
            and leaf.schema.types in _NUMBERS
            and not OF_PAGE.search(leaf.schema.description)
        ]
        return found[0] if len(found) == 1 else None  # an empty page ends the list, too

    def _more(self, items: Path) -> PageMember | None:
        found = [
            leaf
            for leaf in self._beside(items)
            if leaf.names[-1] in MORE and leaf.schema.types == ("boolean",)
        ]
        return self._only(found, "members that tell whether more follows")

    def _following(self, items: Path) -> str:
        """Return the path of the member that is absent in the last page; empty without one."""
        paths: dict[Path, None] = {}
        for leaf in self._beside(items):
            for length in range(2, len(leaf.path) + 1):
                if ".".join(map(plain, leaf.path[length - 2 : length])) in NEXT_PATHS:
                    paths[leaf.path[:length]] = None
        return path_of(next(iter(paths))) if len(paths) == 1 else ""

    def _beside(self, items: Path) -> list[PageMember]:
        """Return the members that tell about the page of a list: above it, or in a holder."""
        return [
            leaf
            for leaf in self.leaves
            if leaf.path[0] not in self.wrappers or leaf.path[:1] == items[:1]
        ]

    def _only(self, found: list[PageMember], kind: str) -> PageMember | None:
        if len(found) > 1:
            shown = ", ".join(repr(leaf.text) for leaf in found)
            raise Unclear(f"has several {kind}: {shown}")
        return found[0] if found else None

    def _missing(self) -> str:
        """Return the fact that nothing leads to the next page."""
        asking = self._asking()
        if asking:
            shown = ", ".join(repr(one.name) for one in asking)
            if {plain(one.name) for one in asking} & (OFFSETS | PAGES):
                return (
                    f"takes {shown}, but neither a page's size nor a total tells that it is a page"
                )
            return f"takes {shown}, but no member of its response is known to hold the next value"
        return "has a member like a next page, but it is not a URL, and no parameter takes it"

    # ── schemas ──────────────────────────────────────────────────────────────────────────────

    def _item(self, items: Path) -> Schema | None:
        schema = self.schema
        for step in items:
            schema = self._objects(schema).get(step)
        whole = self.document.resolve(schema) if schema else None
        return whole.items if whole else None

    def _schema(self, parameter: Parameter) -> Schema:
        schema = parameter.schema or Schema(parameter.location)
        return self.document.resolve(schema)

    def _type(self, parameter: Parameter) -> tuple[str, ...]:
        return self._schema(parameter).types

    def _is_scalar(self, parameter: Parameter) -> bool:
        return self._type(parameter) in (("string",), ("integer",), ("number",))

    def _text(self, parameter: Parameter) -> str:
        return f"{parameter.description} {self._schema(parameter).description}"
