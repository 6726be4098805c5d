"""JSONPath (RFC 9535) over a description: the only module that knows the library."""

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
    """What is wrong with a query, in words."""


@dataclass(frozen=True, slots=True)
class Selected:
    """One node: the names and indices that lead to it from the root, and the node."""

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
            raise QueryError(_said(error)) from None
        except RecursionError:
            raise QueryError("nested too deep") from None

    def select(self, root: MappingNode) -> list[Selected]:
        """The nodes that the expression selects, each once; raises :class:`QueryError`."""
        return _select(self._compiled, root)

    def hint(self, root: MappingNode) -> str:
        """How far an expression that selects nothing gets, and what it may have meant."""
        segments = self._compiled.segments
        for count in range(len(segments) - 1, -1, -1):
            start = JSONPathQuery(env=_ENVIRONMENT, segments=segments[:count])
            found = _select(start, root)
            if found:
                names = [s.name for s in segments[count].selectors if isinstance(s, NameSelector)]
                known = {
                    key for one in found if isinstance(one.node, MappingNode) for key in one.node
                }
                near = [m for name in names for m in difflib.get_close_matches(name, known, n=1)]
                missing = f"'{start}' is there, what follows isn't. "
                return missing + "".join(f"Did you mean {name!r}? " for name in near)
        return ""


def _select(query: JSONPathQuery, root: MappingNode) -> list[Selected]:
    found: dict[tuple[str | int, ...], Value] = {}
    try:
        for count, node in enumerate(query.finditer(root)):
            if count == MAX_SELECTED:
                raise QueryError(f"selects more than {MAX_SELECTED:,} nodes")
            found[node.location] = node.value
    except JSONPathError as error:
        raise QueryError(_said(error)) from None
    except RecursionError:
        raise QueryError("nested too deep") from None
    return [Selected(keys_path, node) for keys_path, node in found.items()]


def _said(error: JSONPathError) -> str:
    """The library's words and the place in the expression."""
    words = str(error.args[0]) if error.args else "not well-formed"
    return f"{words} (column {error.token.position()[1]})" if error.token else words
