"""Validation of a document by OpenAPI's meta-schema, with jsonschema-rs.

A violation in a part that is used is a refusal, elsewhere a warning. The meta-schemas in
``meta_schemas/`` are the OpenAPI Initiative's.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jsonschema_rs

from ..errors import META, Findings, Place, Problem
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


@dataclass(frozen=True, slots=True)
class _Fault:
    pointers: tuple[str, ...]
    refusal: Problem | None
    warning: Problem


class Faults:
    """The violations of the meta-schema in one document."""

    def __init__(self, document: SourceFile, version: str, keywords: frozenset[str]) -> None:
        """Check ``document``; ``keywords`` are those of schemas, which may be misspelt."""
        self._faults = list(_faults(document, version, keywords))

    def index(self) -> dict[str, list[Problem]]:
        """Return the problems of each mapping by its pointer, to be refused if it is used."""
        problems: dict[str, list[Problem]] = {}
        for fault in self._faults:
            for pointer in fault.pointers:
                if fault.refusal is not None:
                    problems.setdefault(pointer, []).append(fault.refusal)
        return problems

    def refuse(self, findings: Findings) -> None:
        """Refuse all violations, because no operation can be read."""
        for fault in self._faults:
            findings.add(fault.refusal or fault.warning)

    def report(self, findings: Findings) -> None:
        """Warn of the violations in parts that aren't used, and of unknown members."""
        reported = [*findings.refusals, *(left.problem for left in findings.left_out)]
        places = {(problem.place.line, problem.place.pointer) for problem in reported}
        for fault in self._faults:
            place = fault.warning.place
            if (place.line, place.pointer) not in places:
                findings.warn(fault.warning.code, place, fault.warning.fact, fault.warning.remedy)


def _faults(document: SourceFile, version: str, keywords: frozenset[str]) -> Iterator[_Fault]:
    for error in _validator(version[:3]).iter_errors(document.root):
        for instance_path, message, unknown in _leaves(error):
            for name in unknown:
                yield _unknown(document, [*instance_path, name], version[:3], keywords)
            if not unknown:
                path, place = _resolve(document, instance_path)
                refusal = Problem(META, message, "Correct the value.", place)
                remedy = "Correct it; what is emitted doesn't need it."
                warning = Problem(META, message, remedy, place)
                yield _Fault(_pointers(path), refusal if path else None, warning)


def _unknown(
    document: SourceFile, path: list[str | int], version: str, keywords: frozenset[str]
) -> _Fault:
    """Return the fault of an unknown member; a misspelt one is refused if it is used."""
    path, place = _resolve(document, path)
    name = str(path[-1])
    near = difflib.get_close_matches(name, _members(version, keywords), n=1, cutoff=0.8)
    fact = f"{name!r} isn't a member of this object in OpenAPI {version}"
    refusal = None
    if near and near[0] != name:
        refusal = Problem(META, fact, f"Write {near[0]!r}, or remove the member.", place)
    warning = Problem(META, fact, "Remove it, or begin its name with 'x-'.", place)
    return _Fault(_pointers(path[:-1]), refusal, warning)


def _pointers(path: list[str | int]) -> tuple[str, ...]:
    """Return the pointers of the invalid node and of its parent."""
    return (join(path), join(path[:-1])) if path else ("",)


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
) -> Iterator[tuple[list[str | int], str, list[str]]]:
    """Yield path, message and unknown members of an error, of the nearest branch of a union."""
    context: list[list[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", [])
    path = list(error.instance_path)
    if context and depth < _DEEPEST:
        branches = [
            leaves
            for branch in context
            if (leaves := [leaf for inner in branch for leaf in _leaves(inner, depth + 1)])
            and not any(message.startswith('"$ref" is a required') for _, message, _ in leaves)
        ]
        if branches:
            yield from max(
                branches, key=lambda leaves: (max(len(p) for p, _, _ in leaves), -len(leaves))
            )
            return
    unknown: list[str] = getattr(error.kind, "unexpected", [])
    yield path, _short(error.message), unknown


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
