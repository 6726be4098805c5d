"""Everything that the operations of a slice refer to, followed to its end.

What a reference names inside an operation that isn't kept becomes a component, under the key that
the generator would have given it. Links to operations that aren't kept go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from ..errors import Findings, Problem, SpecError
from .components import Components
from .nodes import Map, Origin, Seq, Value, escaped, unescaped
from .paths import Found
from .shapes import short_hash
from .slice_keep import NOWHERE, Kept
from .slice_refs import REFERENCES, Use, as_pointer, parts_of

SOMEWHERE = ("/paths/", "/webhooks/")
"""Where operations stand: what is referred to there can't be kept without them."""
_LINKS = 20  # references from one link to the next


@dataclass(slots=True)
class Closure:
    """Looks through what is kept and keeps what that needs."""

    kept: Kept
    operations: tuple[Found, ...]
    findings: Findings
    todo: list[tuple[Value, str]] = field(default_factory=list[tuple[Value, str]])
    """What is to be looked through, each with its part of ``components``."""
    hoisted: dict[str, dict[str, Value]] = field(default_factory=dict[str, dict[str, Value]])
    """By part of ``components`` and key: what becomes a component."""
    _moved: dict[str, str] = field(default_factory=dict[str, str])
    _problems: list[Problem] = field(default_factory=list[Problem])

    def run(self) -> None:
        """Follow everything; raises :class:`SpecError` for references to other files."""
        while self.todo:
            node, kind = self.todo.pop()
            for part in parts_of(node, kind, self.kept.keys):
                if isinstance(part, Use):
                    self._use(part)
                else:
                    self._links(part)
        if self._problems:
            raise SpecError(self._problems[:20])

    def need(self, reference: str, node: Map, key: str, kind: str) -> str:
        """Keep what a reference names; a new reference if it had to move, else ``""``."""
        target, pointer = self.kept.target(reference, node)
        if target is NOWHERE:
            if file_of(reference):
                self._problems.append(other_file(reference, node, key))
            elif reference.startswith("#"):  # another host's stays as it is
                self.findings.warn(
                    "ref",
                    node.at(key),
                    f"{reference!r} leads nowhere; it stays as it is",
                    "Correct the reference, or add what it names.",
                )
            return ""
        if pointer.startswith(SOMEWHERE) and not self.kept.has(pointer):
            return self._hoist(pointer, target, kind)
        added = self.kept.add(pointer)
        if added is not None:
            self.todo.append((added[0], added[1] or kind))
        elif pointer.startswith("/components/pathItems/") and id(target) in self.kept.keys:
            del self.kept.keys[id(target)]  # a callback needs all of it
            self.todo.append((target, kind))
        return ""

    def put_hoisted(self, root: Map) -> None:
        """Add what became a component to the slice's tree."""
        for kind, members in self.hoisted.items():
            group = _inside(_inside(root, "components"), kind)
            group.update({key: self.kept.tree(value) for key, value in members.items()})

    def _use(self, use: Use) -> None:
        pointer = None
        if use.key not in REFERENCES:
            components = self.kept.document.root.get("components")
            pointer = as_pointer(use.reference, components, "schemas")
        moved = self.need(pointer or use.reference, use.node, use.key, use.kind)
        if moved:
            copy = self.kept.replaced.get(id(use.node))
            if copy is None:
                copy = self.kept.replaced[id(use.node)] = Map(use.node.origin)
                copy.update(use.node)
            copy[use.key] = moved

    def _hoist(self, pointer: str, target: Value, kind: str) -> str:
        if pointer not in self._moved:
            key = Components.key_for(f"#{pointer}")
            components = self.kept.document.root.get("components")
            group = components.get(kind) if isinstance(components, Map) else None
            taken = self.hoisted.setdefault(kind, {})
            if key in taken or (isinstance(group, Map) and key in group):
                key = f"{key}.{short_hash(pointer)}"
            taken[key] = target
            self._moved[pointer] = f"#/components/{kind}/{escaped(key)}"
            self.todo.append((target, kind))
        return self._moved[pointer]

    def _links(self, response: Map) -> None:
        """Drop the links of a response that lead to operations that aren't kept."""
        links = response.get("links")
        if not isinstance(links, Map):
            return
        dropped = {name for name in links if not self._leads_on(links[name])}
        if dropped == links.keys():
            self.kept.drop(response, {"links"})
        elif dropped:
            self.kept.drop(links, dropped)

    def _leads_on(self, link: Value) -> bool:
        for _ in range(_LINKS):
            if not isinstance(link, Map) or not isinstance(link.get("$ref"), str):
                break
            link = self.kept.target(cast("str", link["$ref"]), link)[0]
        if not isinstance(link, Map):
            return True
        reference = link.get("operationRef")
        if isinstance(reference, str):
            kept = {op.node.origin.pointer for op in self.operations}
            return not reference.startswith("#") or unescaped(reference[1:]) in kept
        return link.get("operationId") in {op.operation_id for op in self.operations} - {""}


def file_of(reference: Value) -> str:
    """The other file that a reference names, or ``""``; one of another host is none."""
    file = reference.partition("#")[0] if isinstance(reference, str) else ""
    return "" if ":" in file else file


def other_file(reference: str, node: Map, key: str) -> Problem:
    """The refusal of a description in several files."""
    return Problem(
        "slice-files",
        f"$ref {reference!r} leads to another file, and a slice is one file",
        "Bundle the description first: npx @redocly/cli bundle FILE -o bundled.yaml",
        node.at(key).place,
    )


def texts_of(values: object) -> list[str]:
    """The texts in a list; none where it is no list."""
    items = cast("list[object]", values) if isinstance(values, (list, Seq)) else []
    return [item for item in items if isinstance(item, str)]


def _inside(node: Map, key: str) -> Map:
    inner = node.get(key)
    if not isinstance(inner, Map):
        inner = node[key] = Map(Origin(node.origin.document, node.origin, key))
    return inner
