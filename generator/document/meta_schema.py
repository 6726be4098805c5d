"""The document against OpenAPI's own meta-schema.

A violation in a part that shapes the output is a refusal, elsewhere a warning. The meta-schemas are
the OpenAPI Initiative's, in `meta_schemas/`; jsonschema-rs checks.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import jsonschema_rs

from ..errors import Findings, Place, Problem
from .tree import Document, Location, MappingNode, SequenceNode, Value

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

    def __init__(self, document: Document, version: str, keywords: frozenset[str]) -> None:
        """Check ``document``; ``keywords`` are those of schemas, which may be misspelt."""
        self._faults = list(_faults(document, version, keywords))

    def index(self) -> dict[str, list[Problem]]:
        """Pointer of a mapping to what must be refused if that mapping shapes the output."""
        found: dict[str, list[Problem]] = {}
        for fault in self._faults:
            for pointer in fault.pointers if fault.refusal else ():
                found.setdefault(pointer, []).append(cast("Problem", fault.refusal))
        return found

    def refuse(self, findings: Findings) -> None:
        """Refuse all of them, where no operation can be read that would tell which matter."""
        for fault in self._faults:
            findings.add(fault.refusal or fault.warning)

    def report(self, findings: Findings) -> None:
        """Warn of the violations that shape nothing.

        A member that OpenAPI doesn't know shapes nothing – unless it looks like a misspelt one
        that it does know.
        """
        said = [*findings.refusals, *(left.problem for left in findings.left_out)]
        places = {(problem.place.line, problem.place.pointer) for problem in said}
        for fault in self._faults:
            place = fault.warning.place
            if (place.line, place.pointer) not in places:
                findings.warn(fault.warning.code, place, fault.warning.fact, fault.warning.remedy)


def _faults(document: Document, version: str, keywords: frozenset[str]) -> Iterator[_Fault]:
    for error in _validator(version[:3]).iter_errors(document.root):
        for given, message, unknown in _leaves(error):
            path = _whole(document, given)
            for name in unknown:
                yield _unknown(document, [*path, name], version, keywords)
            if not unknown:
                place = _place(document, path)
                refusal = Problem("meta-schema", message, "Correct the description.", place)
                remedy = "Correct it; what is emitted doesn't need it."
                warning = Problem("meta-schema", message, remedy, place)
                yield _Fault(_pointers(path), refusal if path else None, warning)


def _unknown(
    document: Document, path: list[str | int], version: str, keywords: frozenset[str]
) -> _Fault:
    name, place = str(path[-1]), _place(document, path)
    near = difflib.get_close_matches(name, _members(version[:3], keywords), n=1, cutoff=0.8)
    fact = f"OpenAPI {version[:3]} knows no {name!r} here"
    refusal = None
    if near and near[0] != name:
        remedy = f"Write {near[0]!r}, if that is meant."
        refusal = Problem("meta-schema", fact, remedy, place)
    warning = Problem("meta-schema", fact, "Remove it, or begin its name with 'x-'.", place)
    return _Fault(_pointers(path[:-1]), refusal, warning)


def _pointers(path: list[str | int]) -> tuple[str, ...]:
    """The pointers of the violating node and of what holds it."""
    parts = [_escaped(part) for part in path]
    return ("".join(parts), "".join(parts[:-1])) if parts else ("",)


@cache
def _members(version: str, keywords: frozenset[str]) -> tuple[str, ...]:
    """Return every member that some object of the meta-schema declares, and ``keywords``."""
    found: set[str] = set()
    todo: list[object] = [json.loads(_schema_text(version))]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            members = cast("dict[str, object]", node)
            declared = members.get("properties")
            if isinstance(declared, dict):
                found |= cast("dict[str, object]", declared).keys()
            todo += members.values()
        elif isinstance(node, list):
            todo += cast("list[object]", node)
    return tuple(sorted(found | keywords))


def _escaped(part: str | int) -> str:
    return "/" + str(part).replace("~", "~0").replace("/", "~1")


def _leaves(
    error: jsonschema_rs.ValidationError, depth: int = 0
) -> Iterator[tuple[list[str | int], str, list[str]]]:
    """The errors at the bottom of a oneOf or anyOf, from the branch that came nearest."""
    context = cast(
        "list[list[jsonschema_rs.ValidationError]] | None", getattr(error.kind, "context", None)
    )
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
    unknown = cast("list[str]", getattr(error.kind, "unexpected", []))
    yield path, _short(error.message), unknown


def _short(message: str, limit: int = 160) -> str:
    return message if len(message) <= limit else f"{message[:60]} … {message[-(limit - 60) :]}"


def _place(document: Document, path: list[str | int]) -> Place:
    node: Value = document.root
    location = document.root.location
    for part in path:
        location, node = _step(node, part, location)
    return location.place


def _whole(document: Document, path: list[str | int]) -> list[str | int]:
    """``path`` with the empty keys on its way, which the checker's paths leave out."""
    whole: list[str | int] = []
    node: Value = document.root
    for part in path:
        while isinstance(node, MappingNode) and str(part) not in node and "" in node:
            whole.append("")
            node = node[""]
        whole.append(part)
        _, node = _step(node, part, document.root.location)
    return whole


def _step(node: Value, part: str | int, location: Location) -> tuple[Location, Value]:
    if isinstance(node, SequenceNode) and isinstance(part, int):
        return node.at(part), node[part]
    if isinstance(node, MappingNode) and str(part) in node:
        return node.at(str(part)), node[str(part)]
    return location, None
