"""A tree as JSON, or as YAML with the same meaning in versions 1.1 and 1.2.

Sources: https://yaml.org/type/ (numbers, dates and booleans of 1.1), YAML 1.2.2 §10.3.
"""

from __future__ import annotations

import json
import re

import yaml

from ..tree import MappingNode, SequenceNode, Value


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper with the items of a list indented below their key, and without aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        if not text.replace("\n", "").isprintable():
            style = '"'  # YAML reads U+0085 and U+2028 as line breaks
        return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)

    def represent_items(self, items: SequenceNode) -> yaml.Node:
        node = self.represent_list(items)
        for item, value, text in zip(node.value, items, items.texts or (), strict=False):
            if text and not isinstance(value, str):
                item.value = text
                item.tag = self.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        return node


_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_representer(MappingNode, _Dumper.represent_dict)
_Dumper.add_representer(SequenceNode, _Dumper.represent_items)
_Dumper.add_implicit_resolver(  # pyright: ignore[reportUnknownMemberType] - what it doesn't quote
    "tag:yaml.org,2002:other",
    re.compile(r"[ynYN]\Z|0o[0-7]+\Z|[-+]?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?\Z"),
    list("ynYN+-0123456789"),
)


def json_text(value: Value, indent: int | str = 2) -> str:
    """Return a tree as JSON with a final line break."""
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


def yaml_text(value: Value) -> str:
    """Return a tree as YAML in block style with a final line break.

    Text is quoted if a reader may take it for another type: ``no``, ``012``, ``1:30`` and
    ``2026-11-24``. The numbers of an enumeration keep their source text.
    """
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def is_same_tree(one: Value, other: Value) -> bool:
    """Compare two trees with the types of their scalars."""
    if isinstance(one, MappingNode) and isinstance(other, MappingNode):
        if one.keys() != other.keys():
            return False
        for key, value in one.items():  # all() would double the depth of calls
            if not is_same_tree(value, other[key]):
                return False
        return True
    if isinstance(one, SequenceNode) and isinstance(other, SequenceNode):
        if len(one) != len(other) or (one.texts and other.texts and one.texts != other.texts):
            return False
        return all(map(is_same_tree, one, other))
    return type(one) is type(other) and one == other


def source_text(value: Value) -> str:
    """Return a source text for a scalar; empty for a list or a mapping."""
    return "" if isinstance(value, (MappingNode, SequenceNode)) else json.dumps(value)
