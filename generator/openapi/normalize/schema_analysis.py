"""What a schema is, seen from its raw form: what gets a name, what recurs, what may be null."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from ...document.references import References
from ...document.tree import MappingNode, SequenceNode, Value
from ...errors import Unsupported
from .nullability import is_enumeration

NAMED = "x-named"
"""On a canonical component that is no more than a reference, or a scalar: it has a name of its own
all the same, since it was composed; a component that is a reference as it is written is the other
one."""
LIFTED = "x-lifted"
"""On a canonical component that no one declared, where another's key reads alike: it is the one
whose class gives way, also when the document is read again."""
_STRUCTURE = ("allOf", "oneOf", "anyOf")


class SchemaAnalysis:
    """Answers by following references, without making anything."""

    def __init__(self, refs: References, *, is_30: bool) -> None:
        self.refs = refs
        self.is_30 = is_30
        self._recursive: dict[str, bool] = {}
        self._null: dict[int, bool] = {}

    def is_named(self, node: MappingNode) -> bool:
        """Whether a schema gets a class or an alias of its own, seen from its raw form."""
        if "properties" in node or "oneOf" in node or "anyOf" in node or NAMED in node:
            return True
        if is_enumeration(node):
            return True
        parts = node.get("allOf")
        if isinstance(parts, SequenceNode):
            return any(
                isinstance(part, MappingNode) and ("$ref" in part or self.is_named(part))
                for part in parts
            )
        return False

    def recurs(self, name: str, target: MappingNode) -> bool:
        """Whether a schema without a name contains a reference to itself."""
        if name not in self._recursive:
            found = False
            stack: list[Value] = [target]
            seen: set[str] = set()
            while stack and not found:
                node = stack.pop()
                if isinstance(node, MappingNode):
                    if isinstance(node.get("$ref"), str):
                        try:
                            inner, inner_name = self.refs.target(node)
                        except Unsupported:
                            continue
                        found = inner_name == name
                        if inner_name not in seen:
                            seen.add(inner_name)
                            if isinstance(inner, MappingNode) and not self.is_named(inner):
                                stack.append(inner)
                    else:
                        stack += [v for k, v in node.items() if k not in ("example", "default")]
                elif isinstance(node, SequenceNode):
                    stack += node
            self._recursive[name] = found
        return self._recursive[name]

    def leads_back(self, name: str, target: MappingNode, chain: Sequence[str]) -> bool:
        """Whether composition alone leads from a schema to one of ``chain``."""
        seen: set[str] = set()
        todo: list[tuple[str, Value]] = [(name, target)]
        while todo:
            at, node = todo.pop()
            if at in chain:
                return True
            if at in seen or not isinstance(node, MappingNode):
                continue
            seen.add(at)
            for ref in _composed(node):
                inner, inner_name = self.refs.target(ref)
                todo.append((inner_name, inner))
        return False

    def may_be_null(self, node: MappingNode) -> bool:
        """Whether a schema admits null, by its own words or those of a branch."""
        known = self._null.get(id(node))
        if known is None:
            self._null[id(node)] = False  # what a circle gives
            known = self._null[id(node)] = self._admits_null(node)
        return known

    def _admits_null(self, node: MappingNode) -> bool:
        if node.get("nullable") is True and self.is_30:
            return True
        kind, enum = node.get("type"), node.get("enum")
        if isinstance(kind, SequenceNode):
            return "null" in kind
        if isinstance(enum, SequenceNode) and None in enum:
            return True
        for keyword in ("oneOf", "anyOf"):
            for branch in cast("Iterable[Value]", node.get(keyword) or ()):
                if isinstance(branch, MappingNode):
                    if branch.get("type") == "null" or is_null_30(branch, is_30=self.is_30):
                        return True
                    target = self.refs.target(branch)[0] if "$ref" in branch else branch
                    if isinstance(target, MappingNode) and self.may_be_null(target):
                        return True
        return False


def is_null_30(branch: MappingNode, *, is_30: bool) -> bool:
    """Whether a branch of a union in 3.0, which has no null type, can only mean null."""
    return is_30 and dict(branch) == {"nullable": True}


def _composed(node: MappingNode) -> Iterator[MappingNode]:
    """The references that a schema is composed of, those in nested compositions too."""
    if "$ref" in node:
        yield node
    for keyword in _STRUCTURE:
        parts = node.get(keyword)
        for part in parts if isinstance(parts, SequenceNode) else ():
            if isinstance(part, MappingNode):
                yield from _composed(part)
