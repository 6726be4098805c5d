"""JSONPath (RFC 9535) on a description; the only module that imports the library."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathQuery
from jsonpath_rfc9535.selectors import NameSelector

from ..tree import MAX_DEPTH, MappingNode, Value

MAX_SELECTED = 100_000


class _Environment(JSONPathEnvironment):
    max_recursion_depth = MAX_DEPTH + 2


_ENVIRONMENT = _Environment()


class QueryError(Exception):
    """A query that isn't well-formed or cannot be evaluated."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A node with the keys and indices that lead to it from the root."""

    keys_path: tuple[str | int, ...]
    node: Value


@dataclass(frozen=True, slots=True)
class Query:
    """One JSONPath expression."""

    text: str
    _compiled: JSONPathQuery

    @classmethod
    def of(cls, text: str) -> Query:
        """Read an expression; raises :class:`QueryError`."""
        try:
            return cls(text, _ENVIRONMENT.compile(text))
        except JSONPathError as error:
            raise QueryError(_describe(error)) from None
        except RecursionError:
            raise QueryError("nested too deep") from None

    def select(self, root: MappingNode) -> list[Selected]:
        """Return the nodes that the expression selects, each once; raises :class:`QueryError`."""
        return _select(self._compiled, root)

    def hint(self, root: MappingNode) -> str:
        """Return the longest prefix of a query without matches that matches, and similar names."""
        segments = self._compiled.segments
        for count in range(len(segments) - 1, -1, -1):
            start = JSONPathQuery(env=_ENVIRONMENT, segments=segments[:count])
            nodes = _select(start, root)
            if nodes:
                names = [s.name for s in segments[count].selectors if isinstance(s, NameSelector)]
                known = {
                    key for one in nodes if isinstance(one.node, MappingNode) for key in one.node
                }
                near = [m for name in names for m in difflib.get_close_matches(name, known, n=1)]
                missing = f"'{start}' exists, but not the rest of the path. "
                return missing + "".join(f"Did you mean {name!r}? " for name in near)
        return ""


def _select(query: JSONPathQuery, root: MappingNode) -> list[Selected]:
    selected: dict[tuple[str | int, ...], Value] = {}
    try:
        for count, node in enumerate(query.finditer(root)):
            if count == MAX_SELECTED:
                raise QueryError(f"selects more than {MAX_SELECTED:,} nodes")
            selected[node.location] = node.value
    except JSONPathError as error:
        raise QueryError(_describe(error)) from None
    except RecursionError:
        raise QueryError("nested too deep") from None
    return [Selected(keys_path, node) for keys_path, node in selected.items()]


def _describe(error: JSONPathError) -> str:
    """Return the library's message with the column in the expression."""
    words = str(error.args[0]) if error.args else "not well-formed"
    return f"{words} (column {error.token.position()[1]})" if error.token else words
