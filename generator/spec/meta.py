"""The document against OpenAPI's own meta-schema.

A violation in a part that shapes the output is a refusal, elsewhere a warning. The meta-schemas are
the OpenAPI Initiative's, as openapi-spec-validator ships them; jsonschema-rs checks.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import jsonschema_rs

from ..errors import Findings, Place
from .nodes import Document, Map, Origin, Seq, Value

_DEEPEST = 60


@cache
def _validator(version: str) -> jsonschema_rs.Validator:
    package = importlib.util.find_spec("openapi_spec_validator")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "resources" / "schemas" / f"v{version}"
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema)


def check(
    document: Document, version: str, touched: set[tuple[str, str]], findings: Findings
) -> None:
    """Record every violation of the meta-schema; ``touched`` are the parts that shape output."""
    for error in _validator(version[:3]).iter_errors(document.root):
        for path, message in _leaves(error):
            place = _place(document, path)
            pointer = "".join(_escaped(part) for part in path)
            parent = "".join(_escaped(part) for part in path[:-1])
            hit = path and (
                (document.name, pointer) in touched or (document.name, parent) in touched
            )
            if (
                hit and "roperties are not allowed" not in message
            ):  # an unknown member shapes nothing
                findings.refuse("meta-schema", place, message, "Correct the description.")
            else:
                findings.warn(
                    "meta-schema",
                    place,
                    message,
                    "Correct it; nothing that is emitted depends on it.",
                )


def _escaped(part: str | int) -> str:
    return "/" + str(part).replace("~", "~0").replace("/", "~1")


def _leaves(
    error: jsonschema_rs.ValidationError, depth: int = 0
) -> Iterator[tuple[list[str | int], str]]:
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
            and not any(message.startswith('"$ref" is a required') for _, message in leaves)
        ]
        if branches:
            yield from max(
                branches, key=lambda leaves: (max(len(p) for p, _ in leaves), -len(leaves))
            )
            return
    yield path, _short(error.message)


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
