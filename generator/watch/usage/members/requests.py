"""The lines that name the parameters of a request, and the members of its body."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ....codegen.apidiff.annotation import last_name
from ....reading.openapi.model.document import Document, Operation
from ....reading.openapi.model.schemas import Schema
from ..calls.libraries import SENDERS
from ..calls.requests import Request
from ..calls.search import ProgramRequests
from ..calls.texts import CUT, Joint, Text, Texts
from ..scopes import Expression
from ..values import Entry
from .defaults import may_send_defaults
from .entries import EntryFinder, named_arguments
from .schemas import NamedPart, PartKey, leaves_of, name_of, parts_of_type
from .surely import SureKeys, in_each

_DEEPEST = 12
"""The members that are inside each other."""
_DEEPEST_TEXT = 3
"""The texts of a URL that are parts of each other."""
_MOST_STEPS = 2_000
"""The members of a request that are followed."""
_PARAMETERS = {
    "params": "query",
    "parameters": "query",
    "query": "query",
    "headers": "header",
    "cookies": "cookie",
}
"""The arguments of libraries and of programs for parameters, with the place of these."""
_BODIES = ("json", "data", "content", "files", "payload", "body", "input")
_URLS = ("url", "path", "endpoint", "uri")
"""The names that functions of programs have for a URL."""
_OF_QUERIES = ("with_query", "update_query", "extend_query")
"""The methods of yarl that take the query of a URL."""
_NAME_IN_QUERY = re.compile(r"(?:^|[?&])([^=&?#{}\s/]+)=")
_BEFORE_VALUES = ("/", "=", ",", ":")
"""The ends of texts in a URL that a value follows."""
_POSITIONS = {
    "requests.get": ("url", "params"),
    "requests.post": ("url", "data", "json"),
    "requests.put": ("url", "data"),
    "requests.patch": ("url", "data"),
    "requests.request": ("method", "url", "params", "data", "headers"),
    "requests.Request": ("method", "url", "headers", "files", "data", "params"),
    "requests.Session.post": ("url", "data", "json"),
    "requests.Session.put": ("url", "data"),
    "requests.Session.patch": ("url", "data"),
    "requests.Session.request": ("method", "url", "params", "data", "headers"),
    "urllib.request.Request": ("url", "data", "headers"),
}
"""The names of arguments by position, where a library has more than the URL."""


@dataclass(frozen=True, slots=True)
class SentParts:
    """The parameters and members that a request names."""

    lines: Mapping[PartKey, Sequence[NamedPart]]
    """The lines by what they name."""
    unread: frozenset[str]
    """The places of parameters, and ``body``, where it may send what isn't found."""
    has_body: bool = False
    sure: frozenset[PartKey] = frozenset()
    """The parameters and members that it surely sends, whatever the program does."""


NOTHING_SENT = SentParts({}, frozenset())


class RequestMembers:
    """Finds what the calls of operations name."""

    def __init__(self, program: ProgramRequests, document: Document) -> None:
        self.evaluator = program.reader.texts
        self._has_defaults = may_send_defaults(program.reached, self.evaluator.calls)
        self.schemas = document.schemas
        self.operations = {operation.label: operation for operation in document.operations}

    def of(self, request: Request, label: str) -> SentParts:
        """Return what a request of an operation names."""
        operation = self.operations.get(label)
        if operation is None:
            return NOTHING_SENT
        reader = _MemberReader(EntryFinder(self.evaluator, request), self.schemas)
        reader.read(operation, request)
        if self._has_defaults:
            reader.unread.add("query")
        sure = frozenset(reader.sure_parts())
        return SentParts(reader.parts, frozenset(reader.unread), reader.has_body, sure)


class _MemberReader:
    """Reads one request."""

    def __init__(self, finder: EntryFinder, schemas: Mapping[str, Schema]) -> None:
        self.finder = finder
        self.schemas = schemas
        self.parts: dict[PartKey, list[NamedPart]] = {}
        self.unread: set[str] = {"header", "cookie"}  # clients add their own
        self.has_body = False
        self._steps = 0
        self._surely = SureKeys(finder)
        self._sure: dict[str, frozenset[str]] = {}
        """The names that are surely sent, by the place of parameters or ``#`` and a schema."""

    def sure_parts(self) -> Iterator[PartKey]:
        """Yield what is surely sent."""
        for place, names in self._sure.items():
            for name in names:
                yield place, name_of(place, name)

    def read(self, operation: Operation, request: Request) -> None:
        """Find what the arguments of a request name."""
        name = request.call.name
        positions = _POSITIONS.get(name, SENDERS[name].positions)
        for argument, place in _PARAMETERS.items():
            expressions: list[Expression] = []
            for expression in self._argument(positions, argument, place):
                self._parameters(operation, place, expression)
                expressions.append(expression)
            sure = self._surely.of_all(expressions)
            self._sure[place] = self._sure.get(place, sure) | sure
        for argument in _URLS:
            for expression in self.finder.argument(positions, argument):
                self._query(operation, expression, _DEEPEST_TEXT)
        self._sure["query"] |= _sure_names(request.urls)
        if not all(map(self._has_known_query, request.urls)):
            self.unread.add("query")
        if operation.request_body is None:
            return
        for argument in _BODIES:
            for expression in self._argument(positions, argument, "body"):
                self.has_body = True
                for media_type in operation.request_body.content.media_types.values():
                    if media_type.schema is not None:
                        self._members(expression, media_type.schema, _DEEPEST)

    def _argument(
        self, positions: Sequence[str], argument: str, place: str
    ) -> Iterator[Expression]:
        """Yield an argument; record the place if it may send what isn't found in it."""
        self.finder.is_complete = True
        yield from self.finder.argument(positions, argument)
        if not self.finder.is_complete:
            self.unread.add(place)

    def _query(self, operation: Operation, url: Expression, levels: int) -> None:
        """Find the parameters in the query of a URL, and in those of its parts."""
        for source in self.finder.sources(url):
            for name, node in _names_in_query(source.node):
                self._parameter(operation, "query", Entry(name, node, source))
            for part in _parts_of_text(source):
                self._parameters(operation, "query", part)
                if levels:
                    self._query(operation, part, levels - 1)
            if isinstance(source.node, ast.Call) and last_name(source.node.func) in _OF_QUERIES:
                for entry in named_arguments(source, source.node.keywords, ()):
                    self._parameter(operation, "query", entry)

    def _has_known_query(self, url: Text) -> bool:
        """Return whether the lines are found that name the parameters of a URL, and no value in it
        can have others: each begins a segment, or is that of a parameter.
        """
        before = ""
        for part in url:
            if part is CUT:
                return False
            if isinstance(part, str):
                for name in _NAME_IN_QUERY.findall(part):
                    if ("query", name) not in self.parts:
                        return False
                before = part
            elif isinstance(part, Joint):
                before = "/"
            elif not before:  # a base URL
                continue
            elif before.endswith(_BEFORE_VALUES):
                before = "?"
            else:
                return False
        return True

    def _parameters(self, operation: Operation, place: str, expression: Expression) -> None:
        for entry in self.finder.entries(expression):
            self._parameter(operation, place, entry)

    def _parameter(self, operation: Operation, place: str, entry: Entry) -> None:
        """Record a line that names a parameter, and what its schema is of."""
        name = name_of(place, entry.key)
        self._add((place, name), entry)
        for parameter in operation.parameters:
            is_it = (parameter.in_, name_of(place, parameter.name)) == (place, name)
            if is_it and parameter.schema is not None:
                self._types(parameter.schema, entry)

    def _members(self, expression: Expression, schema: Schema, levels: int) -> None:
        """Find the members of a value that a schema describes."""
        for keys, leaf in leaves_of(schema, self.schemas):
            self._steps += 1
            if not levels or self._steps > _MOST_STEPS:
                self.finder.is_complete = False
                return
            if leaf.items is not None:
                for item in self._items(expression):
                    self._members(item, leaf.items, levels - 1)
            if leaf.properties is not None or not leaf.types:
                self._properties(expression, keys, leaf, levels)

    def _properties(
        self, expression: Expression, keys: Sequence[str], leaf: Schema, levels: int
    ) -> None:
        sure = self._surely.of(expression)
        for key in keys:
            self._sure[f"#{key}"] = self._sure.get(f"#{key}", sure) & sure
        for entry in self.finder.entries(expression):
            for key in keys:
                self._add((f"#{key}", entry.key), entry)
            described = (leaf.properties or {}).get(entry.key)
            if described is None:
                continue
            self._types(described, entry)
            self._members(entry.value, described, levels - 1)

    def _items(self, expression: Expression) -> Iterator[Expression]:
        """Yield the items of a list in sight, and what is added to it."""
        types = self.finder.types
        for source in self.finder.sources(expression):
            match source.node:
                case ast.List(elts=items) | ast.Tuple(elts=items):
                    for item in items:
                        yield replace(source, node=item)
                case ast.ListComp(elt=element) as node:
                    scope = types.modules[source.scope.file.path].scopes.get(node)
                    if scope is not None:
                        yield replace(source, node=element, scope=scope)
                case ast.Name(id=name):
                    for binding in types.bindings(name, source):
                        for growth in binding.growth:
                            if not (growth.depth or growth.key or growth.is_each):
                                yield from filter(None, [growth.added.value])
                case _:
                    pass

    def _types(self, schema: Schema, entry: Entry) -> None:
        """Record that an entry has a value of the components of a schema."""
        for key in parts_of_type(schema, self.schemas):
            self._add(key, entry)

    def _add(self, key: PartKey, entry: Entry) -> None:
        part = NamedPart(entry.value.scope.file, entry.node)
        self.parts.setdefault(key, []).append(part)


def _sure_names(urls: Texts) -> frozenset[str]:
    """Return the names of parameters that the query of each of several URLs has."""
    every: list[frozenset[str]] = []
    for url in urls:
        names = set[str]()
        for part in url:
            if isinstance(part, str):
                names.update(_NAME_IN_QUERY.findall(part))
        every.append(frozenset(names))
    return in_each(every)


def _names_in_query(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names of parameters in the text of a URL, each with the part that has it:
    ``f"/boats?limit={limit}"``.
    """
    todo: list[ast.AST] = [node]
    while todo:
        part = todo.pop()
        match part:
            case ast.Constant(value=str(text)):
                for name in _NAME_IN_QUERY.findall(text):
                    yield name, part
            case ast.JoinedStr(values=values):
                todo += values
            case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
                todo += (left, right)
            case ast.Call(func=ast.Attribute(value=owner, attr="format")):
                todo.append(owner)
            case _:
                pass


def _parts_of_text(expression: Expression) -> Iterator[Expression]:
    """Yield the values in a text, and the dictionaries of queries that yarl takes."""
    match expression.node:
        case ast.JoinedStr(values=values):
            parts: Sequence[ast.AST] = [
                part.value for part in values if isinstance(part, ast.FormattedValue)
            ]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = (left, right)
        case ast.Call(func=function, args=parts) if last_name(function) in _OF_QUERIES:
            pass
        case _:
            return
    for part in parts:
        yield replace(expression, node=part)
