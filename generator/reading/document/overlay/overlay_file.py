"""Parsing and validation of an overlay by the JSON Schema in ``schema.json``.

Sources: OpenAPI Overlay 1.0.0 and 1.1.0 (Overlay Object, Info Object, Action Object).
"""

from __future__ import annotations

import difflib
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ....base.errors import Findings, Unsupported
from ....base.immutable import immutable
from ..json_text import Plain
from ..tree import MappingNode, SequenceNode, SourceFile, locate
from .jsonpath import Query, QueryError, compile_query

if TYPE_CHECKING:
    import jsonschema_rs

_TEXT = Path(__file__).with_name("schema.json").read_text("utf-8")
_SCHEMA: Plain = json.loads(_TEXT)


@immutable
class Action:
    """One action: it removes its targets, or else merges a copy or the update into them."""

    node: MappingNode
    """The action's own node, for messages."""
    target: Query
    copy: Query | None
    remove: bool


def read_actions(overlay: SourceFile, findings: Findings) -> list[Action]:
    """Return the actions of an overlay; its problems become refusals."""
    import jsonschema_rs  # here, so that a description without overlays doesn't wait for it

    for error in jsonschema_rs.validator_for(_TEXT).iter_errors(overlay.root):
        _refuse(error, overlay, findings)
    actions: list[Action] = []
    listed = overlay.root.get("actions")
    for node in listed if isinstance(listed, SequenceNode) else ():
        if isinstance(node, MappingNode):
            with suppress(Unsupported):
                target = _query(node, "target", findings)
                copy = _query(node, "copy", findings)
                if target is not None:
                    actions.append(Action(node, target, copy, node.get("remove") is True))
    return actions


def _query(node: MappingNode, name: str, findings: Findings) -> Query | None:
    text = node.get(name)
    if not isinstance(text, str):
        return None
    try:
        return compile_query(text)
    except QueryError as error:
        raise findings.refuse(
            "overlay",
            node.at(name),
            f"{text!r} isn't a JSONPath expression: {error}",
            "Write it as in RFC 9535, for instance $.paths['/pets'].get.",
        ) from None


def _refuse(error: jsonschema_rs.ValidationError, overlay: SourceFile, findings: Findings) -> None:
    """Refuse a violation: the schema's ``title`` is the fact, its ``description`` the remedy."""
    fact, remedy = error.message, ""
    schema, known = _SCHEMA, list[str]()
    for key in error.schema_path:
        if isinstance(schema, dict):
            fact = str(schema.get("title", fact))
            remedy = str(schema.get("description", remedy))
            members = schema.get("properties")
            known = list(members) if isinstance(members, dict) else []
            schema = schema[str(key)]
        elif isinstance(schema, list):
            schema = schema[int(key)]
    _, location, node = locate(overlay.root, error.instance_path)
    unknown: list[str] = getattr(error.kind, "unexpected", [])
    if not unknown or not isinstance(node, MappingNode):
        findings.refuse("overlay", location, fact, remedy)
        return
    for name in unknown:
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}, x-…."
        fact = f"{name!r} isn't a member of this object in OpenAPI Overlay 1.1"
        findings.refuse("overlay", node.at(name), fact, remedy)
