"""JSONPath (RFC 9535) on a description; the only module that imports the library."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Final, TypeAlias

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError, JSONPathMatch, Parser
from jsonpath.exceptions import JSONPathSyntaxError
from jsonpath.filter import BaseExpression, FunctionExtension, StringLiteral, walk
from jsonpath.segments import JSONPathChildSegment, JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath.selectors import Filter, FilterContext, IndexSelector, KeysFilter, NameSelector
from jsonpath.stream import TokenStream
from jsonpath.token import Token
from pydantic_core import SchemaError, SchemaValidator, core_schema

from ....base.budget import Budget, BudgetExceeded, close_names
from ..pointer import KeysPath
from ..tree import MAX_DEPTH, MappingNode, SequenceNode, Value, members

Query: TypeAlias = JSONPath
MAX_SELECTED = 100_000
MAX_LENGTH = 100_000
"""Characters of an expression."""
MAX_SEGMENTS = MAX_DEPTH
_MAX_SHOWN = 10
"""The names of a query for which a hint is looked for."""
_BUDGET: Final = "budget"
"""The name under which the library hands the budget from a query to those in its filters."""
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN: Final = re.compile(r"'?TOKEN_(\w+)'?")
_CONTROL: Final = re.compile(r"((?<!\\)(?:\\\\)*)\\u(00[01][0-9A-Fa-f])")
_PRIVATE: Final = 0xF0000
_SHOWN: Final = {_PRIVATE + code: code for code in range(0x20)}
_REPEATED: Final = re.compile(r"(\d+)\}")
_TOKENS: Final = re.compile(r"\\.|\.|\[(?:\\.|[^\\\]])*\]", re.DOTALL)
_UNSAFE: Final = re.compile(r"[\x00-\x1f'\\]")
_ESCAPES: Final = {
    "\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", "'": r"\'", "\\": r"\\",
}  # fmt: skip


class _VisitedNode(JSONPathMatch):
    """A node that a query visits. The library's keeps its path as a text, and all its children."""

    __slots__ = ()

    def __init__(self, obj: object, above: JSONPathMatch, parts: KeysPath) -> None:
        self.obj = obj
        self.parts = parts
        self.root = above.root
        self._filter_context = above.filter_context()

    def add_child(self, *children: JSONPathMatch) -> None:
        """Forget the children, which nothing reads."""

    def new_child(self, obj: object, key: int | str) -> _VisitedNode:
        """Return a child, which is counted."""
        _spend(self, 1)
        return _VisitedNode(obj, self, (*self.parts, key))


def _visited(node: JSONPathMatch) -> _VisitedNode:
    return node if isinstance(node, _VisitedNode) else _VisitedNode(node.obj, node, ())


def _spend(node: JSONPathMatch, steps: int) -> None:
    node.filter_context()[_BUDGET].spend(steps)


class _Child(JSONPathChildSegment):
    """The library's segment, which counts its steps. A scalar has no children, nor has a text."""

    def resolve(self, nodes: Iterable[JSONPathMatch]) -> Iterator[JSONPathMatch]:
        """Yield the children that the selectors select."""
        for node in nodes:
            _spend(node, len(self.selectors))
            if isinstance(node.obj, MappingNode | SequenceNode):
                for selector in self.selectors:
                    yield from selector.resolve(_visited(node))


class _Descendants(JSONPathRecursiveDescentSegment):
    """The library's segment, which counts its steps."""

    def resolve(self, nodes: Iterable[JSONPathMatch]) -> Iterator[JSONPathMatch]:
        """Yield the descendants that the selectors select, in the order of the document."""
        child = _Child(env=self.env, token=self.token, selectors=self.selectors)
        for node in nodes:
            todo = [_visited(node)]
            while todo:
                visited = todo.pop()
                yield from child.resolve([visited])
                below = [
                    (key if isinstance(visited.obj, MappingNode) else int(key), value)
                    for key, value in members(visited.obj)
                    if isinstance(value, MappingNode | SequenceNode)
                ]
                todo += [visited.new_child(value, key) for key, value in reversed(below)]


class _Filter(Filter):
    """The library's filter, which counts its steps: a copy of it for each node, then its tests."""

    def resolve(self, node: JSONPathMatch) -> Iterable[JSONPathMatch]:
        """Yield the children that pass."""
        size = sum(1 for _ in walk(self.expression))
        assert isinstance(node.obj, MappingNode | SequenceNode)
        _spend(node, size * (1 + len(node.obj)))
        return super().resolve(node)


class _Pattern(FunctionExtension):
    """A call of ``match()`` or ``search()``, by an engine whose time is linear in the text."""

    def evaluate(self, context: FilterContext) -> bool:
        """Return whether the pattern matches; false if one of the two isn't a text."""
        text, pattern = self._unpack_node_lists(
            context.env.function_extensions[self.name],
            [arg.evaluate(context) for arg in self.args],
        )
        if not isinstance(text, str) or not isinstance(pattern, str):
            return False
        size = _size(pattern)
        context.extra_context[_BUDGET].spend(size + len(text) * size // 1_000)
        compiled = _compiled(self.name, pattern)
        return compiled is not None and compiled.isinstance_python(text)


def _size(pattern: str) -> int:
    """Return a measure of the states of a pattern: repetitions in each other multiply them."""
    size = 1
    for number in _REPEATED.findall(pattern):
        size = min(size * max(1, int(number[:6])), 10**6)
    return len(pattern) + size


@lru_cache(maxsize=1_000)
def _compiled(function: str, pattern: str) -> SchemaValidator | None:
    """Return a validator of texts that match (RFC 9485); None for a pattern it doesn't support."""
    pattern = _TOKENS.sub(_translated, pattern)
    whole = rf"\A(?:{pattern})\z" if function == "match" else pattern
    try:
        return SchemaValidator(core_schema.str_schema(pattern=whole, strict=True))
    except SchemaError:
        return None


def _translated(token: re.Match[str]) -> str:
    """Return a token of RFC 9485 in the engine's syntax: a dot excludes line ends."""
    if token[0] == ".":
        return r"[^\n\r]"
    inside = token[0][2:-1] if token[0][1:2] == "^" else token[0][1:-1]
    if token[0][0] != "[" or not inside:
        return token[0]
    escaped = re.sub(r"\\.|[&~\[]", lambda m: m[0] if m[0][0] == "\\" else f"\\{m[0]}", inside)
    return f"{token[0][: -1 - len(inside)]}{escaped}]"


class _QueryParser(Parser):
    """The library's parser, whose queries count their steps.

    It takes escaped control characters (RFC 9535 §2.3.1.1), which the library's refuses: while a
    string is decoded, others take their place, of a private use area (Unicode §23.5).
    """

    def parse_query(self, stream: TokenStream) -> Iterator[JSONPathSegment]:
        """Yield the segments of a query."""
        for count, segment in enumerate(super().parse_query(stream)):
            if count == MAX_SEGMENTS:
                fact = f"more than {MAX_SEGMENTS} segments"
                raise JSONPathSyntaxError(fact, token=segment.token)
            is_child = isinstance(segment, JSONPathChildSegment)
            kind = _Child if is_child else _Descendants
            yield kind(env=self.env, token=segment.token, selectors=segment.selectors)

    def parse_filter_selector(
        self, stream: TokenStream, *, keys: bool = False
    ) -> Filter | KeysFilter:
        """Return a filter."""
        selector = super().parse_filter_selector(stream, keys=keys)
        assert isinstance(selector, Filter)  # that of keys isn't in RFC 9535
        return _Filter(env=self.env, token=selector.token, expression=selector.expression)

    def parse_function_extension(self, stream: TokenStream) -> BaseExpression:
        """Return a call of a function."""
        token = stream.current()
        call = super().parse_function_extension(stream)
        assert isinstance(call, FunctionExtension)
        if call.name not in ("match", "search"):
            return call
        pattern = call.args[1]
        if isinstance(pattern, StringLiteral) and _compiled(call.name, pattern.value) is None:
            raise JSONPathSyntaxError("the pattern isn't one of RFC 9485", token=token)
        return _Pattern(call.name, call.args)

    def _decode_string_literal(self, token: Token) -> str:
        hidden = _CONTROL.sub(
            lambda match: match[1] + chr(_PRIVATE + int(match[2], 16)), token.value
        )
        if hidden == token.value:
            return super()._decode_string_literal(token)
        token = Token(token.kind, hidden, token.index, token.path)
        return super()._decode_string_literal(token).translate(_SHOWN)


class _Environment(JSONPathEnvironment):
    max_recursion_depth = MAX_DEPTH + 2
    parser_class = _QueryParser


_ENVIRONMENT = _Environment(strict=True)


class QueryError(Exception):
    """A query that isn't well-formed or cannot be evaluated."""


@contextmanager
def _errors() -> Generator[None]:
    """Raise the library's errors as :class:`QueryError`, with the column in the expression."""
    try:
        yield
    except JSONPathError as error:
        words = str(error.args[0]) if error.args else "not well-formed"
        words = _TOKEN.sub(lambda match: match[1].lower().replace("_", " "), words)
        column = f" (column {error.token.index + 1})" if error.token else ""
        raise QueryError(words + column) from None
    except RecursionError:
        raise QueryError("nested too deep") from None
    except (OverflowError, ValueError):
        raise QueryError("has a number that is too large") from None
    except BudgetExceeded as error:
        raise QueryError(f"takes {error}") from None


def compile_query(text: str) -> Query:
    """Read an expression; raises :class:`QueryError`."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"has more than {MAX_LENGTH:,} characters")
    with _errors():
        query = _ENVIRONMENT.compile(text)
    assert isinstance(query, Query)  # a compound one isn't in RFC 9535
    return query


def select(query: Query, root: MappingNode, budget: Budget) -> dict[KeysPath, Value]:
    """Return the nodes that a query selects by their paths; raises :class:`QueryError`.

    The steps that it takes are counted before they are made.
    """
    selected: dict[KeysPath, Value] = {}
    with _errors():
        for count, node in enumerate(query.finditer(root, filter_context={_BUDGET: budget})):
            if count == MAX_SELECTED:
                raise QueryError(f"selects more than {MAX_SELECTED:,} nodes")
            selected[node.parts] = node.obj
    return selected


def hint(query: Query, root: MappingNode, budget: Budget) -> str:
    """Return the longest prefix of a query without matches that matches, and similar names.

    Empty where that takes too many steps.
    """
    with suppress(QueryError):
        segments = query.segments
        for count in range(len(segments) - 1, -1, -1):
            start = Query(env=_ENVIRONMENT, segments=segments[:count])
            nodes = select(start, root, budget).values()
            if nodes:
                names = [s.name for s in segments[count].selectors if isinstance(s, NameSelector)]
                known: dict[str, None] = {}
                for node in nodes:
                    known |= dict.fromkeys(node if isinstance(node, MappingNode) else ())
                near = [match for name in names[:_MAX_SHOWN] for match in close_names(name, known)]
                missing = f"'{start}' exists, but not the rest of the path. "
                return missing + "".join(f"Did you mean {name!r}? " for name in near)
    return ""


def keys_of(query: Query) -> KeysPath:
    """Return the keys and indices of a query for one node; none for another query."""
    keys: list[str | int] = []
    for segment in query.segments:
        selectors = segment.selectors if isinstance(segment, JSONPathChildSegment) else ()
        keys += [selector.name for selector in selectors if isinstance(selector, NameSelector)]
        keys += [selector.index for selector in selectors if isinstance(selector, IndexSelector)]
    return tuple(keys) if len(keys) == len(query.segments) else ()


def path_to(keys: Sequence[str | int]) -> str:
    """Return the expression for the node that ``keys`` lead to (RFC 9535 §2.5.1)."""
    return "$" + "".join(map(_segment, keys))


def _segment(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _PLAIN.fullmatch(key) else f"[{literal(key)}]"


def literal(text: str) -> str:
    """Return a text as a string literal in an expression (RFC 9535 §2.3.1, §2.7)."""
    return f"'{_UNSAFE.sub(_escape, text)}'"


def _escape(character: re.Match[str]) -> str:
    return _ESCAPES.get(character[0]) or f"\\u{ord(character[0]):04x}"
