"""Descriptions as plain data, compared by the drift check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from generator.config import Client
from generator.document.edit.dump import json_text
from generator.document.load import parse
from generator.document.operations import iter_operations, webhooks
from generator.document.references import References
from generator.document.tree import SourceFile
from generator.drift.changes import Change, Report
from generator.drift.compare.documents import compare
from generator.errors import Findings
from generator.openapi.normalize.document import canonicalise
from tests.qa.fuzz.mutations import Json

HERE = Path(__file__).resolve().parent


def document(tree: Json, name: str = "api.json") -> SourceFile:
    """A tree as a description that was read from a file."""
    return parse(json.dumps(tree).encode(), path=HERE / name, name=name)


def plain(value: object) -> Json:
    """A tree of ours as plain data, nothing shared between its parts."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [plain(item) for item in cast("list[object]", value)]
    return value


def compared(old: Json, new: Json, operations: Sequence[str] = ()) -> Report:
    """What the drift check says of two trees."""
    settings = Client(spec="", operations=tuple(operations))
    return compare(document(old, "old.json"), document(new, "new.json"), settings)


def canonical(tree: Json) -> tuple[Json, int]:
    """The canonical form of a whole description, and how many parts are assumed or not read."""
    read = document(tree)
    findings = Findings()
    refs = References(read, findings)
    nodes = [*iter_operations(read, refs), *webhooks(read, refs)]
    found = canonicalise(read, refs, nodes, findings, partial=True, callbacks=True)
    return json.loads(json_text(found.tree)), len(findings.refusals) + len(findings.assumed)


def told(changes: Sequence[Change]) -> str:
    """Changes as lines for whoever reads a failure."""
    return "\n".join(
        f"{c.wire} {'python ' if c.python else ''}{c.id} {c.pointer}: {c.message}"
        + "".join(f"\n    {s.name}: {s.before} -> {s.after}" for s in c.signatures if s.breaks)
        for c in changes
    )
