"""The text of a slice: cut out of the original by lines if possible, else written anew."""

from __future__ import annotations

from ..edit.dump import json_text, yaml_text
from ..edit.patch import has_tree, patch_text
from ..edit.spans import find_spans
from ..tree import Container, MappingNode, SequenceNode, members
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
        lines = document.text.split("\n")
        kept = _cut(document.root, lines, 0, len(lines), part.kept)
        text = "\n".join(kept or ()).rstrip("\n") + "\n"
        if kept is not None and not part.is_cut:
            return patch_text(text, part.root)
        if kept is not None and has_tree(text, part.root, ordered=True):
            return text
    text = yaml_text(part.root)
    return (
        text if has_tree(text, part.root, ordered=True) else json_text(part.root)
    )  # JSON is YAML, too


def _cut(node: Container, lines: list[str], start: int, end: int, kept: Kept) -> list[str] | None:
    """Return the lines of the kept members; None if members share lines."""
    found = find_spans(node, lines, start, end)
    if found is None:
        return None
    only = kept.keys.get(id(node))
    out = lines[start : found[0][0]]
    for (key, inner), (first, last) in zip(members(node), found, strict=True):
        if only is not None and key not in only:
            continue
        part: list[str] | None = lines[first:last]
        if isinstance(inner, (MappingNode, SequenceNode)) and kept.is_cut(inner):
            part = _cut(inner, lines, first, last, kept)
        if part is None:
            return None
        out += part
    return out
