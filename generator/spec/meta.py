"""The document against OpenAPI's own meta-schema.

A violation in a part that shapes the output is a refusal, elsewhere a warning. The meta-schemas are
the OpenAPI Initiative's, as openapi-spec-validator ships them; jsonschema-rs checks.
"""

from __future__ import annotations

import difflib
import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import jsonschema_rs

from ..errors import Findings, Place
from .nodes import Document, Map, Origin, Seq, Value
from .schemas import KNOWN

_DEEPEST = 60


@cache
def _validator(version: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(_schema_text(version)))


@cache
def _schema_text(version: str) -> str:
    package = importlib.util.find_spec("openapi_spec_validator")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "resources" / "schemas" / f"v{version}"
    return (folder / "schema.json").read_text(encoding="utf-8")


def check(
    document: Document, version: str, touched: set[tuple[str, str]], findings: Findings
) -> None:
    """Record every violation of the meta-schema; ``touched`` are the parts that shape output.

    A member that OpenAPI doesn't know shapes nothing, so it is a warning – unless it looks like a
    misspelt one that it does know.
    """
    refused = {(problem.place.line, problem.place.pointer) for problem in findings.refusals}
    for error in _validator(version[:3]).iter_errors(document.root):
        for path, message, unknown in _leaves(error):
            place = _place(document, path)
            if (place.line, place.pointer) in refused:
                continue  # said already, in better words
            pointer = "".join(_escaped(part) for part in path)
            parent = "".join(_escaped(part) for part in path[:-1])
            hit = not {(document.name, pointer), (document.name, parent)}.isdisjoint(touched)
            if unknown:
                for name in unknown:
                    _unknown(document, [*path, name], version, findings, hit=hit)
            elif hit and path:
                findings.refuse("meta-schema", place, message, "Correct the description.")
            else:
                findings.warn(
                    "meta-schema", place, message, "Correct it; what is emitted doesn't need it."
                )


def _unknown(
    document: Document, path: list[str | int], version: str, findings: Findings, *, hit: bool
) -> None:
    name, place = str(path[-1]), _place(document, path)
    near = difflib.get_close_matches(name, _keywords(version[:3]), n=1, cutoff=0.8)
    fact = f"OpenAPI {version[:3]} knows no {name!r} here"
    if near and near[0] != name and hit:
        findings.refuse("meta-schema", place, fact, f"Write {near[0]!r}, if that is meant.")
    else:
        findings.warn("meta-schema", place, fact, "Remove it, or begin its name with 'x-'.")


@cache
def _keywords(version: str) -> tuple[str, ...]:
    """Every member that some object of the meta-schema declares."""
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
    return tuple(sorted(found | set(KNOWN)))


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
    origin = document.root.origin
    for part in path:
        origin, node = _step(node, part, origin)
    return origin.place


def _step(node: Value, part: str | int, origin: Origin) -> tuple[Origin, Value]:
    if isinstance(node, Seq) and isinstance(part, int):
        return node.at(part), node[part]
    if isinstance(node, Map):
        return node.at(str(part)), node[str(part)]
    return origin, None
