"""Changes of a text to match a tree, with the lines of equal members and their comments kept.

The result is parsed again; if replacing lines didn't give the tree (because of aliases, or flow
style over several lines), the text is written anew in the old order.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ....base.errors import SpeclockError
from ..load import parse
from ..tree import MappingNode, SequenceNode, SourceFile, Value
from .dump import is_same_tree, json_text, yaml_text
from .spans import Span, find_spans


def patch_tree(old: SourceFile, new: MappingNode) -> str:
    """Return the text of a document, YAML or JSON, changed to the content of ``new``.

    A new member is put after the one that it follows in ``new``; members of both keep their order.
    New lines are copied from the document of ``new``, if it is the root of one.
    """
    if is_same_tree(old.root, new):
        return old.text
    if old.is_json:
        indent = re.search(r"\n([ \t]+)\S", old.text)
        return json_text(_reorder(old.root, new), indent[1] if indent else 2)
    for source in dict.fromkeys((_text_of(new), "")):
        text = _TextPatch(old.text.split("\n"), source.split("\n")).text(old.root, new)
        if text is not None and _has_tree(text, new):
            return text
    return yaml_of(_reorder(old.root, new))


def yaml_of(root: Value) -> str:
    """Return a tree as YAML, or as JSON if a reader of the YAML would get another tree."""
    text = yaml_text(root)
    return text if _has_tree(text, root) else json_text(root)


def _has_tree(text: str, root: Value) -> bool:
    try:
        written = parse(text.encode(), path=Path("description"), name="the description")
    except SpeclockError:
        return False
    return is_same_tree(written.root, root)


def _text_of(root: MappingNode) -> str:
    """Return a tree's YAML text; empty if it isn't the root of one."""
    document = root.location.document
    return document.text if not document.is_json and document.root is root else ""


@dataclass(slots=True)
class _TextPatch:
    lines: list[str]
    source: list[str]
    """The lines of the new tree's text, an empty one if there is none."""
    edits: list[tuple[int, int, list[str]]] = field(
        default_factory=list[tuple[int, int, list[str]]]
    )

    def text(self, old: MappingNode, new: MappingNode) -> str | None:
        """Return the new text; None if the old one isn't in block style."""
        there = (0, len(self.source)) if any(self.source) else None
        if not self._map(old, new, (0, len(self.lines)), there):
            return None
        lines = list(self.lines)
        ordered = sorted(self.edits, key=lambda edit: edit[:2])
        for start, end, replacement in reversed(ordered):
            lines[start:end] = replacement
        return "\n".join(lines).rstrip("\n") + "\n"

    def _map(self, old: MappingNode, new: MappingNode, here: Span, there: Span | None) -> bool:
        """Edit the members of a mapping; return False if it has to be replaced as a whole."""
        entries = find_spans(old, self.lines, *here)
        if entries is None or not old.positions or not new.keys() & old.keys():
            return False
        spans = find_spans(new, self.source, *there) if there else None
        theirs = dict(zip(new, spans, strict=True)) if spans else {}
        at = dict(zip(old, entries, strict=True))
        column = next(iter(old.positions.values()))[1] - 1
        first = next(iter(old))
        on_dash = bool(self.lines[old.positions[first][0] - 1][:column].strip())
        if on_dash and first not in new:
            return False
        for key, span in at.items():
            if key not in new:
                self.edits.append((*span, []))
            elif not is_same_tree(old[key], new[key]):
                self._member(old, new, key, span, theirs.get(key))
        kept = [span for key, span in at.items() if key in new]
        gaps = [self._end(start, end) < end for start, end in kept[:-1]]
        spaced = sum(gaps) * 2 > len(gaps)
        before: str | None = None
        for key in new:
            if key in old:
                before = key
                continue
            if before is None and on_dash:
                return False
            text = self._entry(new, key, column, theirs.get(key), comments=True)
            start, end = (entries[0][0],) * 2 if before is None else at[before]
            position = end if spaced or before is None else self._end(start, end)
            if spaced:
                ends_close = before is not None and self._end(start, end) == end
                text = ["", *text] if ends_close else [*text, ""]
            self.edits.append((position, position, text))
        return True

    def _member(
        self, old: MappingNode, new: MappingNode, key: str, span: Span, there: Span | None
    ) -> None:
        """Edit one member: inside it if possible, else by replacing it."""
        assert old.positions is not None
        one, other = old[key], new[key]
        line, column = old.positions[key]
        head, end = line - 1, self._end(*span)
        within = (new.positions[key][0], there[1]) if there and new.positions else None
        if self._inside(one, other, (head + 1, span[1]), within):
            return
        text = self._entry(new, key, column - 1, there, comments=False)
        text[0] = self.lines[head][: column - 1] + text[0][column - 1 :]
        if end == head + 1 and len(text) == 1:
            text[0] += _comment(self.lines[head])
        self.edits.append((head, end, text))

    def _inside(self, old: Value, new: Value, here: Span, there: Span | None) -> bool:
        """Edit a mapping or a list; return False, with no edit made, if it has to be replaced."""
        count, done = len(self.edits), False
        if isinstance(old, MappingNode) and isinstance(new, MappingNode):
            done = self._map(old, new, here, there)
        elif isinstance(old, SequenceNode) and isinstance(new, SequenceNode):
            done = self._list(old, new, here)
        if not done:
            del self.edits[count:]
        return done

    def _list(self, old: SequenceNode, new: SequenceNode, here: Span) -> bool:
        """Edit the items of a list; return False if it has to be replaced as a whole."""
        spans = find_spans(old, self.lines, *here) if old and new else None
        if spans is None or (old.texts != new.texts and not all(isinstance(i, str) for i in new)):
            return False
        head = next(n for n in range(*spans[0]) if self.lines[n].lstrip(" ").startswith("- "))
        dash = self.lines[head].index("-")
        ours, theirs = ([json.dumps(i, sort_keys=True) for i in items] for items in (old, new))
        matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
        for kind, i, j, k, m in matcher.get_opcodes():
            if kind == "equal":
                continue
            if kind == "replace" and j - i == m - k:
                for index, item in zip(range(i, j), new[k:m], strict=True):
                    self._item(old[index], item, spans[index], dash)
                continue
            start = spans[i][0] if i < len(spans) else self._end(*spans[-1])
            end = self._end(*spans[j - 1]) if j > i else start
            self.edits.append((start, end, [line for v in new[k:m] for line in _item(v, dash)]))
        return True

    def _item(self, old: Value, new: Value, span: Span, dash: int) -> None:
        if isinstance(old, MappingNode) and self._inside(old, new, span, None):
            return
        top = next(n for n in range(*span) if self.lines[n].lstrip(" ").startswith("-"))
        self.edits.append((top, self._end(*span), _item(new, dash)))

    def _end(self, start: int, end: int) -> int:
        """Return the end of a member without the blank lines after it."""
        while end > start + 1 and not self.lines[end - 1].strip():
            end -= 1
        return end

    def _entry(
        self, new: MappingNode, key: str, column: int, there: Span | None, *, comments: bool
    ) -> list[str]:
        """Return the lines of one member indented to ``column``: copied, or written anew."""
        if there and new.positions:
            line, old_column = new.positions[key]
            start = there[0] if comments else line - 1
            copied = self.source[start : there[1]]
            copied[line - 1 - start] = (
                " " * (old_column - 1) + self.source[line - 1][old_column - 1 :]
            )
            lines = _indent_lines(copied, column - (old_column - 1))
            if lines:
                return lines
        return _indent_lines(yaml_text({key: new[key]}).split("\n"), column)


def _item(value: Value, column: int) -> list[str]:
    return _indent_lines(yaml_text([value]).split("\n"), column)


def _indent_lines(lines: list[str], by: int) -> list[str]:
    """Return lines indented by more or less; none if a line has less indentation to lose."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    if by >= 0:
        return [" " * by + line if line.strip() else "" for line in lines]
    if any(line.strip() and line[:-by].strip() for line in lines):
        return []
    return [line[-by:] for line in lines]


def _comment(line: str) -> str:
    """Return the comment at the end of a member's line, with the space before it."""
    try:
        tokens = list(yaml.scan(line))
    except yaml.YAMLError:
        return ""
    ends = [t.end_mark.column for t in tokens if isinstance(t, yaml.ScalarToken)]
    rest = line[ends[-1] :] if ends else ""
    return rest if rest.lstrip().startswith("#") else ""


def _reorder(old: Value, new: Value) -> Value:
    """Return ``new`` in the order of ``old``; a new member follows its neighbour."""
    if isinstance(old, SequenceNode) and isinstance(new, SequenceNode) and len(old) == len(new):
        items = SequenceNode(new.location, map(_reorder, old, new))
        items.texts = new.texts
        return items
    if not isinstance(old, MappingNode) or not isinstance(new, MappingNode):
        return new
    keys = [key for key in old if key in new]
    position = 0
    for key in new:
        if key in old:
            position = keys.index(key) + 1
        else:
            keys.insert(position, key)
            position += 1
    result = MappingNode(new.location)
    result.update({key: _reorder(old.get(key), new[key]) for key in keys})
    return result
