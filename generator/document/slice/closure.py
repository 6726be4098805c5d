"""Everything that the operations of a slice refer to, followed to its end.

What a reference names inside an operation that isn't kept, or in another file, becomes a component,
under the key that the generator would have given it. Links to operations that aren't kept go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import cast
from urllib.parse import quote

from ...errors import Findings, Problem, SpecError
from ..component_keys import component_key, key_of_reference, short_hash
from ..operations import OperationNode
from ..tree import Document, Location, MappingNode, SequenceNode, Value, escaped, unescaped
from .kept_members import Kept, Target
from .reference_targets import REFERENCES, Use, as_pointer, parts_of

SOMEWHERE = ("/paths/", "/webhooks/")
"""Where operations stand: what is referred to there can't be kept without them."""
_LINKS = 20  # references from one link to the next


@dataclass(slots=True)
class Closure:
    """Looks through what is kept and keeps what that needs."""

    kept: Kept
    operations: tuple[OperationNode, ...]
    findings: Findings
    todo: list[tuple[Value, str]] = field(default_factory=list[tuple[Value, str]])
    """What is to be looked through, each with its part of ``components``."""
    hoisted: dict[str, dict[str, Value]] = field(default_factory=dict[str, dict[str, Value]])
    """By part of ``components`` and key: what becomes a component."""
    _moved: dict[str, str] = field(default_factory=dict[str, str])
    _problems: list[Problem] = field(default_factory=list[Problem])

    def run(self) -> None:
        """Follow everything; raises :class:`SpecError` for files that can't be read."""
        while self.todo:
            node, kind = self.todo.pop()
            for part in parts_of(node, kind, self.kept.keys):
                if isinstance(part, Use):
                    self._use(part)
                else:
                    self._links(part)
        if self._problems:
            raise SpecError(self._problems[:20])

    def need(self, reference: str, node: MappingNode, kind: str) -> str:
        """Keep what a reference names; a new reference where it has to change, else ``""``."""
        target = self.kept.target(reference, node)
        if isinstance(target, Problem):
            self._nowhere(target, reference)
            return ""
        if target.is_foreign or (
            target.pointer.startswith(SOMEWHERE) and not self.kept.has(target.pointer)
        ):
            return self._hoist(target, kind)
        added = self.kept.add(target.pointer)
        if added is not None:
            self.todo.append((added[0], added[1] or kind))
        elif target.pointer.startswith("/components/pathItems/") and (
            self.kept.keys.pop(id(target.value), None) is not None  # a callback needs all of it
        ):
            self.todo.append((target.value, kind))
        is_here = node.location.document is self.kept.document
        return "" if is_here else f"#{_fragment(target.pointer)}"

    def _nowhere(self, problem: Problem, reference: str) -> None:
        """Another host's stays as it is; one to a file must be read, since it moves."""
        file = reference.partition("#")[0]
        if ":" in file:
            return
        if file:
            self._problems.append(alone(problem, self.kept.document))
        else:
            fact = f"{problem.fact}; it stays as it is"
            self.findings.warn(problem.code, problem.place, fact, problem.remedy)

    def put_hoisted(self, root: MappingNode) -> None:
        """Add what became a component to the slice's tree."""
        for kind, members in self.hoisted.items():
            group = _inside(_inside(root, "components"), kind)
            group.update({key: self.kept.tree(value) for key, value in members.items()})

    def _use(self, use: Use) -> None:
        pointer = None
        if use.key not in REFERENCES:
            components = self.kept.document.root.get("components")
            pointer = as_pointer(use.reference, components, "schemas")
        if pointer is not None:
            self.need(pointer, self.kept.document.root, "schemas")
            return
        moved = self.need(use.reference, use.node, use.kind)
        if moved:
            copy = self.kept.replaced.get(id(use.node))
            if copy is None:
                copy = self.kept.replaced[id(use.node)] = MappingNode(use.node.location)
                copy.update(use.node)
            copy[use.key] = moved

    def _hoist(self, target: Target, kind: str) -> str:
        if target.name not in self._moved:
            key = self._key(target, kind)
            self.hoisted.setdefault(kind, {})[key] = target.value
            self._moved[target.name] = f"#/components/{kind}/{escaped(key)}"
            self.todo.append((target.value, kind))
        return self._moved[target.name]

    def _key(self, target: Target, kind: str) -> str:
        """Return the key that normalisation would have given what now becomes a component."""
        components = self.kept.document.root.get("components")
        group = components.get(kind) if isinstance(components, MappingNode) else None
        taken = set(self.hoisted.get(kind, ())) | set(
            group if isinstance(group, MappingNode) else ()
        )
        key = key_of_reference(target.name)
        if key in taken and target.is_foreign:
            key = component_key(f"{key}.{PurePosixPath(target.name.partition('#')[0]).stem}")
        return f"{key}.{short_hash(self.kept.refs.relative(target.name))}" if key in taken else key

    def _links(self, response: MappingNode) -> None:
        """Drop the links of a response that lead to operations that aren't kept."""
        links = response.get("links")
        if not isinstance(links, MappingNode):
            return
        dropped = {name for name in links if not self._leads_on(links[name])}
        if dropped == links.keys():
            self.kept.drop(response, {"links"})
        elif dropped:
            self.kept.drop(links, dropped)

    def _leads_on(self, link: Value) -> bool:
        for _ in range(_LINKS):
            if not isinstance(link, MappingNode) or not isinstance(link.get("$ref"), str):
                break
            target = self.kept.target(cast("str", link["$ref"]), link)
            link = target.value if isinstance(target, Target) else None
        if not isinstance(link, MappingNode):
            return True
        reference = link.get("operationRef")
        if isinstance(reference, str):
            kept = {op.node.location.pointer for op in self.operations}
            return not reference.startswith("#") or unescaped(reference[1:]) in kept
        return link.get("operationId") in {op.operation_id for op in self.operations} - {""}


def alone(problem: Problem, document: Document) -> Problem:
    """What is wrong with a reference to a file, said of a document that came without its files."""
    if not problem.code.startswith("ref") or document.path.parent.is_dir():
        return problem
    return Problem(
        problem.code,
        f"{problem.fact}: only this document was fetched",
        "Bundle the description (npx @redocly/cli bundle), or name a checked-out file instead.",
        problem.place,
    )


def texts_of(values: object) -> list[str]:
    """The texts in a list; none where it is no list."""
    items = cast("list[object]", values) if isinstance(values, (list, SequenceNode)) else []
    return [item for item in items if isinstance(item, str)]


def _fragment(pointer: str) -> str:
    """A pointer as a URI's fragment (RFC 6901 §6)."""
    return quote(pointer, safe="/~!$&'()*+,;=:@-._{}")


def _inside(node: MappingNode, key: str) -> MappingNode:
    inner = node.get(key)
    if not isinstance(inner, MappingNode):
        inner = node[key] = MappingNode(Location(node.location.document, node.location, key))
    return inner
