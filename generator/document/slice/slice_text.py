"""The text of a slice: cut out of the original by lines if possible, else written anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import SpeclockError
from ..edit.dump import is_same_tree, json_text, yaml_text
from ..edit.patch import patch_text
from ..edit.spans import find_spans
from ..load import parse
from ..tree import MappingNode, SequenceNode, SourceFile
from .kept_members import Kept
from .slice_document import Slice


def slice_text(part: Slice, *, as_json: bool | None = None) -> str:
    """Return the text of a slice, in the original's format if ``as_json`` is left out.

    YAML in block style keeps its comments, quotes and layout. The text is written anew from or to
    JSON, in flow style, and if an alias or a merge key crosses the cut.
    """
    document = part.document
    if document.is_json if as_json is None else as_json:
        return json_text(part.root)
    if not document.is_json:
        text = _cut(document, part.kept)
        if text is not None and part.is_cut and _has_tree(text, part.root):
            return text
        if text is not None and not part.is_cut:
            return patch_text(text, part.root)
    text = yaml_text(part.root)
    return text if _has_tree(text, part.root) else json_text(part.root)  # JSON is YAML, too


def _has_tree(text: str, root: MappingNode) -> bool:
    try:
        document = parse(text.encode(), path=Path("slice.yaml"), name="slice.yaml")
    except SpeclockError:
        return False
    return is_same_tree(document.root, root, ordered=True)


def _cut(document: SourceFile, kept: Kept) -> str | None:
    """Return the lines of the kept members; None if members share lines."""
    lines = document.text.split("\n")
    out: list[str] = []
    if not _cut_into(out, document.root, lines, 0, len(lines), kept):
        return None
    return "\n".join(out).rstrip("\n") + "\n"


def _cut_into(
    out: list[str],
    node: MappingNode | SequenceNode,
    lines: Sequence[str],
    start: int,
    end: int,
    kept: Kept,
) -> bool:
    found = find_spans(node, lines, start, end)
    if found is None:
        return False
    members = kept.keys.get(id(node))
    out += lines[start : found[0][0]]
    items = node.items() if isinstance(node, MappingNode) else enumerate(node)
    for (key, inner), (first, last) in zip(items, found, strict=True):
        if members is not None and key not in members:
            continue
        if isinstance(inner, (MappingNode, SequenceNode)) and _is_cut(inner, kept):
            if not _cut_into(out, inner, lines, first, last, kept):
                return False
        else:
            out += lines[first:last]
    return True


def _is_cut(node: MappingNode | SequenceNode, kept: Kept) -> bool:
    return id(node) in kept.keys or (bool(kept.above) and node.location.pointer in kept.above)
