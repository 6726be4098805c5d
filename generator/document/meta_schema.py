"""Validation of a document by OpenAPI's meta-schema, with jsonschema-rs.

A violation in a part that is used is recorded with what is assumed; what cannot be read without it,
normalisation refuses. The meta-schemas in ``meta_schemas/`` are the OpenAPI Initiative's.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jsonschema_rs

from ..errors import VAGUE, Place, Problem
from .json_text import Plain
from .pointer import join
from .tree import Location, MappingNode, SequenceNode, SourceFile, Value

_DEEPEST = 60
_META_SCHEMAS = Path(__file__).with_name("meta_schemas")


@cache
def _validator(version: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(_schema_text(version)))


@cache
def _schema_text(version: str) -> str:
    return (_META_SCHEMAS / f"{version}.json").read_text(encoding="utf-8")


def find_violations(
    document: SourceFile, version: str, keywords: frozenset[str]
) -> dict[str, list[Problem]]:
    """Return the violations of the meta-schema by the pointer of the mapping they are in.

    ``keywords`` are those of schemas, which may be misspelt.
    """
    found: dict[str, list[Problem]] = {}
    for error in _validator(version[:3]).iter_errors(document.root):
        for instance_path, fact, remedy, unknown in _leaves(error):
            for name in unknown:
                path, place = _resolve(document, [*instance_path, name])
                problem = _unknown(str(path[-1]), place, version[:3], keywords)
                found.setdefault(join(path[:-1]), []).append(problem)
            if not unknown:
                path, place = _resolve(document, instance_path)
                for pointer in dict.fromkeys((join(path), join(path[:-1]))):
                    problems = found.setdefault(pointer, [])
                    problems.append(Problem(VAGUE, fact, remedy, place))
    return found


def _unknown(name: str, place: Place, version: str, keywords: frozenset[str]) -> Problem:
    """Return the problem of a member that OpenAPI doesn't have."""
    near = difflib.get_close_matches(name, _members(version, keywords), n=1, cutoff=0.8)
    fact = f"{name!r} isn't a member of this object in OpenAPI {version}; ignored"
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
            and not any(fact.startswith("'$ref' is missing") for _, fact, _, _ in leaves)
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


def _short(message: str, limit: int = 160) -> str:
    return message if len(message) <= limit else f"{message[:60]} … {message[-(limit - 60) :]}"


def _resolve(document: SourceFile, path: list[str | int]) -> tuple[list[str | int], Place]:
    """Return ``path`` with its empty keys, which jsonschema-rs leaves out, and its place."""
    whole: list[str | int] = []
    node: Value = document.root
    location = document.root.location
    for part in path:
        while isinstance(node, MappingNode) and str(part) not in node and "" in node:
            whole.append("")
            location, node = node.at(""), node[""]
        whole.append(part)
        location, node = _step(node, part, location)
    return whole, location.place


def _step(node: Value, part: str | int, location: Location) -> tuple[Location, Value]:
    if isinstance(node, SequenceNode) and isinstance(part, int):
        return node.at(part), node[part]
    if isinstance(node, MappingNode) and str(part) in node:
        return node.at(str(part)), node[str(part)]
    return location, None
