"""Paths as they are written: parameters in braces, and a query or a template of one.

Sources: OpenAPI 3.1.1 §4.8.8.2 (path templating), RFC 6570 §3.2.8 and §3.2.9 (``{?name,other}``,
which OpenAPI doesn't have).
"""

from __future__ import annotations

import re
from collections.abc import Container

_QUERY_TEMPLATE = re.compile(r"\{[?&]([^{}]*)\}")
_PARAMETER = re.compile(r"\{([^{}]*)\}")


def split_path(path: str) -> tuple[str, str]:
    """Return a path without its fragment and its query templates, and the query in it."""
    start, _, query = _QUERY_TEMPLATE.sub("", path.partition("#")[0]).partition("?")
    return start, query


def wire_path(path: str) -> str:
    """Return a path without a fragment and the names of its parameters: what is sent."""
    return _PARAMETER.sub("{}", path.partition("#")[0])


def names_in(path: str) -> list[str]:
    """Return the names of the parameters in braces, in order; not those of query templates."""
    return _PARAMETER.findall("?".join(split_path(path)))


def names_in_query_templates(path: str) -> list[str]:
    """Return the names in the query templates of a path."""
    templates = _QUERY_TEMPLATE.findall(path.partition("#")[0])
    names = [name for template in templates for name in template.split(",")]
    return [name.strip().removesuffix("*") for name in names]


def filled_in(path: str) -> set[str]:
    """Return the names that the query of a path has for their own value: ``a`` of ``?a={a}``."""
    parts = [part.partition("=") for part in split_path(path)[1].split("&")]
    return {name for name, _, value in parts if value == f"{{{name}}}"}


def without_filled_in(path: str, in_query: Container[str]) -> str:
    """Return the path and the query that are sent with each call, without parts of the query
    that are there for the value of a parameter in query.
    """
    start, query = split_path(path)
    names = {name for name in filled_in(path) if name in in_query}
    parts = [part for part in query.split("&") if part.partition("=")[0] not in names]
    query = "&".join(parts)
    return f"{start}?{query}" if query else start
