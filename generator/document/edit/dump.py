"""A tree as JSON, or as YAML with the same meaning in versions 1.1 and 1.2.

Sources: https://yaml.org/type/ (numbers, dates and booleans of 1.1), YAML 1.2.2 §10.3.
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

import yaml

from ..tree import MappingNode, SequenceNode, Value

_WIDTH = 100
_TAG = "tag:yaml.org,2002:str"
_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
_NUMBER = re.compile(
    r"[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(:[0-9]+)*(\.[0-9_]*)?(e[-+]?[0-9]+)?"
    r"|\.[0-9_]+(e[-+]?[0-9]+)?|\.inf|\.nan)\Z",
    re.IGNORECASE,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper with the items of a list indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:  # noqa: ARG002
        """Return the tag of every node, so that none is written."""
        return _TAG


def json_text(value: Value, indent: int | str = 2) -> str:
    """Return a tree as JSON with a final line break."""
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


def yaml_text(value: Value) -> str:
    """Return a tree as YAML in block style with a final line break.

    Text is quoted if a reader may take it for another type: ``no``, ``012``, ``1:30`` and
    ``2026-11-24``. The numbers of an enumeration keep their source text.
    """
    return yaml.serialize(  # pyright: ignore[reportUnknownMemberType]
        _node(value), Dumper=_Dumper, allow_unicode=True, width=_WIDTH
    )


def _node(value: Value, written: str = "") -> yaml.Node:
    if isinstance(value, dict):
        members = cast("dict[str, Value]", value).items()
        pairs: list[tuple[yaml.Node, yaml.Node]] = [(_text(k), _node(v)) for k, v in members]
        return yaml.MappingNode(_TAG, pairs, flow_style=not pairs)
    if isinstance(value, list):
        texts = value.texts if isinstance(value, SequenceNode) else None
        items = cast("list[Value]", value)
        nodes = [_node(item, texts[index] if texts else "") for index, item in enumerate(items)]
        return yaml.SequenceNode(_TAG, nodes, flow_style=not nodes)
    if isinstance(value, str):
        return _text(value)
    text = json.dumps(value)
    if isinstance(value, float) and "e" in text and "." not in text:
        text = text.replace("e", ".0e")  # YAML 1.1 reads 1e16 as text
    return yaml.ScalarNode(_TAG, written or text)


def _text(text: str) -> yaml.Node:
    style = "|" if "\n" in text else "'" if is_ambiguous(text) else None
    if not text.replace("\n", "").isprintable():
        style = '"'  # YAML reads U+0085 and U+2028 as line breaks
    return yaml.ScalarNode(_TAG, text, style=style)


def is_ambiguous(text: str) -> bool:
    """Return whether a reader may take an unquoted text for another type."""
    return (
        text in ("", "~", "=", "<<")
        or text.lower() in _WORDS
        or bool(_NUMBER.match(text) or _DATE.match(text))
    )


def is_same_tree(one: Value, other: Value) -> bool:
    """Compare two trees with the types of their scalars."""
    if isinstance(one, MappingNode) and isinstance(other, MappingNode):
        if one.keys() != other.keys():
            return False
        for key, value in one.items():  # noqa: SIM110 - all() doubles the depth of calls
            if not is_same_tree(value, other[key]):
                return False
        return True
    if isinstance(one, SequenceNode) and isinstance(other, SequenceNode):
        if len(one) != len(other) or (one.texts and other.texts and one.texts != other.texts):
            return False
        return all(map(is_same_tree, one, other))
    return type(one) is type(other) and one == other
