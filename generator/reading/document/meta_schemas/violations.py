"""Validation of a document by OpenAPI's meta-schema, with jsonschema-rs.

A violation in a part that is used is recorded with what is assumed; what cannot be read without it,
normalisation refuses. What a later version allows is read in every version. The meta-schemas in
this folder are the OpenAPI Initiative's.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

import jsonschema_rs

from ....base.errors import VAGUE, Place, Problem
from ..json_text import Plain
from ..pointer import join
from ..tree import Location, MappingNode, Value, locate

_DEEPEST = 60
_LATEST = "3.2"
_SCHEMA = ("schema", "items", "additionalProperties", "not")
"""The members that are a schema in every version."""
_SCHEMAS = ("schemas", "properties", "allOf", "oneOf", "anyOf")
"""Those that have several."""
_OPENAPI_KEYWORDS = frozenset(("discriminator", "nullable", "xml"))
"""Keywords that JSON Schema doesn't have."""
_FROM_30 = frozenset(
    ("oneOf", "anyOf", "not", "nullable", "writeOnly", "deprecated", "discriminator", "requestBody",
     "content", "schema")
)  # fmt: skip
"""Members of OpenAPI 3.0 that are read in Swagger 2.0 too."""
_META_SCHEMAS = Path(__file__).parent


@cache
def _validator(version: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(_schema_text(version)))


@cache
def _schema_text(version: str) -> str:
    return (_META_SCHEMAS / f"{version}.json").read_text(encoding="utf-8")


def find_violations(
    root: MappingNode, version: str, keywords: frozenset[str]
) -> dict[str, list[Problem]]:
    """Return the violations of the meta-schema by the absolute name of the mapping they are in.

    ``keywords`` are those of schemas, which may be misspelt.
    """
    problems: dict[str, list[Problem]] = {}
    later = _LaterVersions(root, version[:3], keywords)
    for instance_path, fact, remedy, unknown in _violations(root, version[:3]):
        for name in unknown:
            path, location, value = locate(root, [*instance_path, name])
            problem = _unknown(str(path[-1]), location.place, version[:3], keywords)
            problem = later.read(problem, path, value)
            problems.setdefault(_around(location).name, []).append(problem)
        if not unknown:
            path, location, value = locate(root, instance_path)
            problem = later.read(Problem(VAGUE, fact, remedy, location.place), path, value)
            for name in dict.fromkeys((location.name, _around(location).name)):
                problems.setdefault(name, []).append(problem)
    return problems


def _around(location: Location) -> Location:
    """Return the location of what contains a node; of the root itself."""
    return location.parent or location


def _violations(
    root: MappingNode, version: str
) -> Iterator[tuple[list[str | int], str, str, list[str]]]:
    """Yield path, fact, remedy and unknown members of each violation."""
    for error in _validator(version).iter_errors(root):
        yield from _leaves(error)


class _LaterVersions:
    """The violations that a later version of OpenAPI allows; they are read as there."""

    def __init__(self, root: MappingNode, version: str, keywords: frozenset[str]) -> None:
        self.root = root
        self.version = version
        self.keywords = keywords

    def read(self, problem: Problem, path: list[str | int], value: Value) -> Problem:
        """Return a problem about a value that is ignored, unless a later version allows it."""
        name = path[-1] if path else ""
        if not problem.fact.endswith("; ignored") or not isinstance(name, str):
            return problem
        if self.version == "2.0" and name in _FROM_30:
            later = "3.0"
        elif _is_in_schema(path):  # in 3.1, a schema is JSON Schema, which later meta-schemas omit
            is_keyword = self.version < "3.1" and name in self.keywords - _OPENAPI_KEYWORDS
            later = "3.1" if is_keyword and jsonschema_rs.meta.is_valid({name: value}) else ""
        elif self.version == "2.0":
            later = ""
        else:
            later = "" if self.version == _LATEST or self._is_wrong(join(path)) else _LATEST
        if not later:
            return problem
        name, own = repr(name), _name(self.version)
        fact = f"{name} isn't valid here in {own}; read as in OpenAPI {later}"
        remedy = f"Express it as in {own}, or remove it."
        return Problem(problem.code, fact, remedy, problem.place)

    @cached_property
    def _wrong(self) -> set[str]:
        """The pointers of what the latest version doesn't allow."""
        pointers: set[str] = set()
        for path, _, _, unknown in _violations(self.root, _LATEST):
            paths = [[*path, name] for name in unknown] or [path]
            pointers.update(join(locate(self.root, path)[0]) for path in paths)
        return pointers - {""}

    def _is_wrong(self, pointer: str) -> bool:
        """Return whether a value, a part of it or what it is a part of isn't allowed."""
        return pointer in self._around or not self._wrong.isdisjoint(_ancestors(pointer))

    @cached_property
    def _around(self) -> set[str]:
        """The pointers of what isn't allowed, and of all that it is a part of."""
        return {ancestor for pointer in self._wrong for ancestor in _ancestors(pointer)}


def _ancestors(pointer: str) -> Iterator[str]:
    """Yield a pointer, and those of what its value is a part of."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def _is_in_schema(path: list[str | int]) -> bool:
    """Return whether a path is of a member of a Schema Object."""
    parent, named = ("", *path)[-2], ("", "", *path)[-3]
    return parent in _SCHEMA or named in _SCHEMAS


def _unknown(name: str, place: Place, version: str, keywords: frozenset[str]) -> Problem:
    """Return the problem of a member that OpenAPI doesn't have."""
    near = difflib.get_close_matches(name, _members(version, keywords), n=1, cutoff=0.8)
    fact = f"{name!r} isn't a member of this object in {_name(version)}; ignored"
    remedy = "Remove it, or begin its name with 'x-'."
    if near and near[0] != name:
        remedy = f"Write {near[0]!r}, if that is meant, or remove the member."
    return Problem(VAGUE, fact, remedy, place)


@cache
def _members(version: str, keywords: frozenset[str]) -> tuple[str, ...]:
    """Return every member that an object of the meta-schema declares, and ``keywords``."""
    names: set[str] = set()
    todo: list[Plain] = [json.loads(_schema_text(version))]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            declared = node.get("properties")
            names |= declared.keys() if isinstance(declared, dict) else set()
            todo += node.values()
        elif isinstance(node, list):
            todo += node
    return tuple(sorted(names | keywords))


def _leaves(
    error: jsonschema_rs.ValidationError, depth: int = 0
) -> Iterator[tuple[list[str | int], str, str, list[str]]]:
    """Yield path, fact, remedy and unknown members of an error, of the nearest union branch."""
    kind = error.kind
    context: list[list[jsonschema_rs.ValidationError]] = getattr(kind, "context", [])
    path = list(error.instance_path)
    if context and depth < _DEEPEST:
        branches = [
            leaves
            for branch in context
            if (leaves := [leaf for inner in branch for leaf in _leaves(inner, depth + 1)])
            and not any(_is_of_another_object(path, fact) for path, fact, _, _ in leaves)
        ]
        if branches:
            yield from max(
                branches, key=lambda leaves: (max(len(leaf[0]) for leaf in leaves), -len(leaves))
            )
            return
    unknown: list[str] = getattr(kind, "unexpected", [])
    missing = str(getattr(kind, "property", ""))
    name = path[-1] if path else ""
    fault = f"`{name}`" if isinstance(name, str) and name else "it"
    if missing:
        yield path, f"{missing!r} is missing", f"Add `{missing}`.", unknown
    elif error.instance is None:
        yield path, f"{name!r} is null; read as absent", f"Remove {fault}.", unknown
    else:
        yield path, f"{_short(error.message)}; ignored", f"Correct {fault}.", unknown


def _is_of_another_object(path: list[str | int], fact: str) -> bool:
    """Return whether an error shows that a branch is of references, or of another parameter."""
    return fact.startswith("'$ref' is missing") or path[-1:] == ["in"]


def _name(version: str) -> str:
    return f"{'Swagger' if version == '2.0' else 'OpenAPI'} {version}"


def _short(message: str, limit: int = 160) -> str:
    return message if len(message) <= limit else f"{message[:60]} … {message[-(limit - 60) :]}"
