"""The transitive closure of what the operations of a slice refer to.

The target of a reference in another file, or in an operation that isn't kept, becomes a component
under the key that the generator would give it. Links to operations that aren't kept are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from ....base.errors import Findings, Problem, SpecError
from ..component_keys import component_key, key_of_reference, short_hash, split_reference
from ..declared import path_of_section, section
from ..edit.copy_nodes import put
from ..operations import OperationNode, operation_ref
from ..pointer import escape
from ..subtypes import Subtypes
from ..tree import MappingNode, Value
from .kept_members import Kept, Target
from .reference_targets import REFERENCES, Use, as_pointer, parts_of

IN_OPERATIONS = ("/paths/", "/webhooks/")
"""Prefixes of pointers to operations: a target there cannot be kept without its operation."""


@dataclass(slots=True)
class Closure:
    """The nodes still to be searched for references, and the components they become."""

    kept: Kept
    operations: tuple[OperationNode, ...]
    findings: Findings
    todo: list[tuple[Value, str]] = field(default_factory=list[tuple[Value, str]])
    """Nodes to search for references, each with its section of ``components``."""
    added: dict[str, dict[str, Value]] = field(default_factory=dict[str, dict[str, Value]])
    """The nodes that become components, by section of ``components`` and key."""
    subtypes: set[str] = field(default_factory=set[str])
    """The names of the schemas that are kept because they extend a base with a discriminator."""
    _subtypes: Subtypes = field(init=False)
    _pointers: set[str] = field(init=False)
    """The pointers to the operations that are kept, and to those that they refer to."""
    _ids: set[str] = field(init=False)
    """The operationIds of these."""
    _references: dict[str, str] = field(default_factory=dict[str, str])
    _problems: list[Problem] = field(default_factory=list[Problem])

    def __post_init__(self) -> None:
        self._subtypes = Subtypes(self.kept.refs)
        self._ids = {op.operation_id for op in self.operations} - {""}
        self._pointers = {op.node.location.pointer for op in self.operations}
        self._pointers |= {op.pointer for op in self.operations}

    def run(self) -> None:
        """Follow all references.

        Raises :class:`SpecError` for files that cannot be read, but for parts that the operations
        can do without.
        """
        roots = [*self.todo]
        while self.todo:
            node, kind = self.todo.pop()
            for part in parts_of(node, kind, self.kept.keys):
                if isinstance(part, Use):
                    self._use(part)
                else:
                    self._links(part)
        needed = self._needed(roots) if self._problems else ()
        if problems := [problem for problem in self._problems if problem in needed]:
            raise SpecError(problems[:20])
        for problem in self._problems:
            self._warn(problem)

    def _needed(self, todo: list[tuple[Value, str]]) -> set[Problem]:
        """Return the problems with references in parts that the operations need."""
        problems: set[Problem] = set()
        seen: set[str] = set()
        while todo:
            for part in parts_of(*todo.pop(), self.kept.keys, needed=True):
                if not isinstance(part, Use):
                    continue
                target = self.kept.target(part.reference, part.node, part.kind)
                if isinstance(target, Problem):
                    problems.add(target)
                elif target.name not in seen:
                    seen.add(target.name)
                    todo.append((target.value, part.kind))
        return problems

    def need(
        self, reference: str, node: MappingNode, kind: str, *, with_subtypes: bool = False
    ) -> str:
        """Keep the target of a reference; return the new reference if it changes, else ``""``."""
        target = self.kept.target(reference, node, kind)
        if isinstance(target, Problem):
            self._report(target, reference, node)
            return ""
        if with_subtypes:
            self._need_subtypes(target.name, target.value)
        if target.is_foreign or (
            target.pointer.startswith(IN_OPERATIONS) and not self.kept.has(target.pointer)
        ):
            return self._add_component(target, kind)
        added = self.kept.add(target.pointer)
        if added is not None:
            self.todo.append((added[0], added[1] or kind))
        elif target.pointer.startswith("/components/pathItems/") and (
            self.kept.keys.pop(id(target.value), None) is not None  # a callback needs all of it
        ):
            self.todo.append((target.value, kind))
        if node.location.document is self.kept.document and not target.is_moved:
            return ""
        return "#" + quote(target.pointer, safe="/~!$&'()*+,;=:@-._{}")  # RFC 6901 §6

    def _need_subtypes(self, name: str, schema: Value) -> None:
        """Keep the subtypes of a base with a discriminator, and theirs."""
        base = self._subtypes.base(name, schema)
        for one in base.subtypes if base is not None else ():
            if one.name not in self.subtypes:
                self.subtypes.add(one.name)
                self.need(str(one.reference["$ref"]), one.node, "schemas", with_subtypes=True)

    def _report(self, problem: Problem, reference: str, node: MappingNode) -> None:
        """Record an unresolved reference: an error if it is to a file, else a warning.

        Generation leaves out a value of a discriminator that maps to nothing.
        """
        is_mapped = node.location.key == "mapping"
        if reference.partition("#")[0] and problem.code != "ref-remote" and not is_mapped:
            self._problems.append(problem)
        else:
            self._warn(problem)

    def _warn(self, problem: Problem) -> None:
        fact = f"{problem.fact}; it is kept as it is"
        self.findings.warn(problem.code, problem.place, fact, problem.remedy)

    def with_components(self, root: MappingNode) -> MappingNode:
        """Return the slice's tree with the new components."""
        for kind, added in self.added.items():
            trees = {key: self.kept.tree(value) for key, value in added.items()}
            known = section(root, kind)
            declared = MappingNode(known.location, {**known, **trees})
            root = put(root, path_of_section(root, kind), declared)
        return root

    def _use(self, use: Use) -> None:
        pointer = None
        if use.key not in REFERENCES:
            pointer = as_pointer(use.reference, self.kept.root, "schemas")
        if pointer is not None:
            self.need(pointer, self.kept.root, "schemas")
            return
        is_use = use.kind == "schemas" and not use.is_part
        reference = self.need(use.reference, use.node, use.kind, with_subtypes=is_use)
        if reference:
            copy = self.kept.replaced.get(id(use.node))
            if copy is None:
                copy = MappingNode(use.node.location, use.node)
                self.kept.replaced[id(use.node)] = copy
            copy[use.key] = reference

    def _add_component(self, target: Target, kind: str) -> str:
        if target.name not in self._references:
            key = self._key(target, kind)
            self.added.setdefault(kind, {})[key] = target.value
            path = path_of_section(self.kept.root, kind)
            self._references[target.name] = f"#/{'/'.join(path)}/{escape(key)}"
            self.todo.append((target.value, kind))
        return self._references[target.name]

    def _key(self, target: Target, kind: str) -> str:
        """Return the key that normalisation gives to the target."""
        taken = {*self.added.get(kind, ()), *section(self.kept.root, kind)}
        key = key_of_reference(target.name)
        if key in taken and target.is_foreign:
            key = component_key(f"{key}.{PurePosixPath(split_reference(target.name)[0]).stem}")
        return f"{key}.{short_hash(self.kept.refs.relative(target.name))}" if key in taken else key

    def _links(self, response: MappingNode) -> None:
        links = response.get("links")
        if not isinstance(links, MappingNode):
            return
        dropped = {name for name in links if not self._keeps_link(links[name])}
        if dropped == links.keys():
            self.kept.drop(response, {"links"})
        elif dropped:
            self.kept.drop(links, dropped)

    def _keeps_link(self, link: Value) -> bool:
        """Return whether the operation of a link is kept; true if it isn't known.

        A reference to it becomes one of the main document.
        """
        links = [*self.kept.chain(link, "links")]
        if not links or (links[-1][1] is None and isinstance(links[-1][0].get("$ref"), str)):
            return True
        whole = links[-1][0]
        reference = whole.get("operationRef")
        if isinstance(reference, str):
            own = operation_ref(reference, whole, self.kept.document)
            if not own.startswith("#"):
                return True
            if own != reference:
                copy = MappingNode(whole.location, {**whole, "operationRef": own})
                self.kept.replaced[id(whole)] = copy
            return unquote(own[1:]) in self._pointers
        return whole.get("operationId") in self._ids
