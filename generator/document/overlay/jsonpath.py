"""JSONPath (RFC 9535) on a description; the only module that imports the library."""

from __future__ import annotations

import difflib
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

from jsonpath import JSONPath as Query
from jsonpath import JSONPathEnvironment, JSONPathError
from jsonpath.selectors import NameSelector

from ..tree import MAX_DEPTH, MappingNode, Value

__all__ = [
    "KeysPath",
    "Query",
    "QueryError",
    "compile_query",
    "hint",
    "literal",
    "path_to",
    "select",
]

MAX_SELECTED = 100_000
KeysPath: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a node from the root."""
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN: Final = re.compile(r"'?TOKEN_(\w+)'?")
_UNSAFE: Final = re.compile(r"[\x00-\x1f'\\]")
_ESCAPES: Final = {
    "\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", "'": r"\'", "\\": r"\\",
}  # fmt: skip


class _Environment(JSONPathEnvironment):
    max_recursion_depth = MAX_DEPTH + 2


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


def compile_query(text: str) -> Query:
    """Read an expression; raises :class:`QueryError`."""
    with _errors():
        query = _ENVIRONMENT.compile(text)
    assert isinstance(query, Query)  # a compound one isn't in RFC 9535
    return query


def select(query: Query, root: MappingNode) -> dict[KeysPath, Value]:
    """Return the nodes that a query selects by their paths; raises :class:`QueryError`."""
    selected: dict[KeysPath, Value] = {}
    with _errors():
        for count, node in enumerate(query.finditer(root)):
            if count == MAX_SELECTED:
                raise QueryError(f"selects more than {MAX_SELECTED:,} nodes")
            selected[node.parts] = node.obj
    return selected


def hint(query: Query, root: MappingNode) -> str:
    """Return the longest prefix of a query without matches that matches, and similar names."""
    segments = query.segments
    for count in range(len(segments) - 1, -1, -1):
        start = Query(env=_ENVIRONMENT, segments=segments[:count])
        nodes = select(start, root).values()
        if nodes:
            names = [s.name for s in segments[count].selectors if isinstance(s, NameSelector)]
            known = {key for node in nodes if isinstance(node, MappingNode) for key in node}
            near = [
                match for name in names for match in difflib.get_close_matches(name, known, n=1)
            ]
            missing = f"'{start}' exists, but not the rest of the path. "
            return missing + "".join(f"Did you mean {name!r}? " for name in near)
    return ""


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
