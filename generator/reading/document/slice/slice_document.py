"""The smallest valid description with some operations of another, in its order.

A slice has ``openapi``, ``info``, ``servers`` and, as far as its operations use them, ``security``,
``tags``, the members of their path items, and whole components. Links to other operations are
dropped. One for models has all schemas.

Sources: OpenAPI 3.0.4 and 3.1.1 (fixed fields of each object), 3.2.0 §4.1, §4.21 (tags).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....base.errors import Findings, Problem, SpecError, UsageError
from ....base.immutable import immutable
from ..declared import METHODS, SERVERS_20, reference_to, section
from ..edit.dump import json_text
from ..edit.patch import patch_tree, yaml_of
from ..operations import PATHS, OperationNode
from ..references import References
from ..selectors import (
    check_schemas,
    filter_operations,
    select_operations,
    warn_of_exclusions,
)
from ..tree import MappingNode, SequenceNode, SourceFile, Value, members
from ..version import read_version
from .closure import IN_OPERATIONS, Closure
from .kept_members import Kept
from .reference_targets import as_pointer

_ROOT = (
    "openapi",
    "$self",
    "jsonSchemaDialect",
    "info",
    "servers",
    "paths",
    "swagger",
    *SERVERS_20,
    "consumes",
    "produces",
)
_MORE = "additionalOperations"


@immutable
class Slice:
    """Some operations of a document with everything they refer to."""

    operations: tuple[OperationNode, ...]
    root: MappingNode
    """The slice's tree; unchanged nodes keep their locations in the document."""
    document: SourceFile
    """The whole document."""
    subtypes: int
    """The number of schemas that it has because they extend a base with a discriminator."""
    warnings: tuple[Problem, ...]

    def text(self, *, as_json: bool | None = None) -> str:
        """Return the text of the slice, in the original's format if ``as_json`` is left out.

        YAML in block style keeps its comments, quotes and layout. The text is written anew from or
        to JSON, in flow style, and if an alias or a merge key crosses the cut.
        """
        if self.document.is_json if as_json is None else as_json:
            return json_text(self.root)
        if self.document.is_json:
            return yaml_of(self.root)
        return patch_tree(self.document, self.root)


def slice_document(document: SourceFile, *wanted: Sequence[str], models: bool = False) -> Slice:
    """Return the slice of ``document`` for lists of selectors; an empty list selects all.

    With ``models`` it has all schemas under ``components/schemas`` too.

    Raises :class:`UsageError` for a selector that matches nothing, :class:`SpecError` for another
    version of OpenAPI than 3.x and for a reference to a file that cannot be read.
    """
    read_version(document)
    findings, faults = Findings(), Findings()
    refs = References(document, faults)
    try:
        if models:
            check_schemas(refs)
        every = select_operations(refs, ()) if wanted else ()
        named = {id(op) for s in wanted for op in filter_operations(every, s, document.name)}
    except (SpecError, UsageError):
        if faults.refusals:  # the operation may be in a path item that cannot be read
            raise SpecError(faults.refusals) from None
        raise
    for problem in faults.refusals:
        findings.warn(problem.code, problem.place, f"{problem.fact}; left out", problem.remedy)
    operations = tuple(op for op in every if id(op) in named)
    warn_of_exclusions(document, every, [s for each in wanted for s in each], findings)
    kept = Kept(refs)
    closure = Closure(kept, operations, findings)
    choice = _Choice(kept, closure)
    choice.make()
    if models:
        choice.add_schemas()
    closure.run()
    root = kept.tree(kept.root)
    assert isinstance(root, MappingNode)
    root, count = closure.with_components(root), len(closure.subtypes)
    return Slice(operations, root, document, count, tuple(findings.warnings))


@dataclass(slots=True)
class _Choice:
    """The choice of the operations' nodes and of the root's members for them."""

    kept: Kept
    closure: Closure

    def make(self) -> None:
        root = self.kept.root
        self.kept.members(root).update(key for key in _ROOT if key in root)
        if isinstance(paths := root.get("paths"), MappingNode):
            self.kept.members(paths)
        wanted: dict[tuple[str, str], set[str]] = {}
        for op in self.closure.operations:
            wanted.setdefault((self._group(op), op.path_key), set()).add(op.method)
        for (group, name), methods in wanted.items():
            self._path(group, name, methods)
        self._security()
        self._tags()

    def _group(self, op: OperationNode) -> str:
        """Return the member of the root that has an operation."""
        root = self.kept.root
        groups = ("webhooks",) if op.incoming else PATHS
        return next(key for key in groups if op.path_key in dict(members(root.get(key))))

    def add_schemas(self) -> None:
        """Keep all declared schemas, and of the rest only what OpenAPI requires without operations.

        From 3.1 on, `paths` isn't required beside `components` (OpenAPI 3.1.1 §4.8.1).
        """
        root = self.kept.root
        declared = section(root, "schemas")
        for key in declared:
            self.closure.need(str(reference_to(declared, key)["$ref"]), root, "schemas")
        if not self.closure.operations:
            needed = "paths" if read_version(self.kept.document) < "3.1" else ""
            self.kept.drop(root, {"servers", *SERVERS_20, "paths"} - {needed})
            paths = root.get("paths")
            if isinstance(paths, MappingNode):
                self.kept.members(paths)

    def _path(self, group: str, name: str, methods: set[str]) -> None:
        """Keep a path, or a webhook, and some operations of its item and of those it refers to."""
        root = self.kept.root
        items = root[group]
        assert isinstance(items, MappingNode)
        self.kept.members(root).add(group)
        self.kept.members(items).add(name)
        for item, target in self.kept.chain(items[name], "pathItems"):
            self._item(item, methods)
            if target and (target.is_foreign or target.pointer.startswith(IN_OPERATIONS)):
                self._inline(item, target.value, methods)
                return
            if target:
                self.kept.add(target.pointer)

    def _item(self, item: MappingNode, methods: set[str]) -> set[str]:
        """Keep a path item without the operations of other methods; return its members then."""
        kept: set[str] = set()
        for key, value in item.items():
            if key == _MORE and isinstance(value, MappingNode):
                more = {name for name in value if name.lower() in methods}
                self.kept.members(value).update(more)
                kept |= {key} if more else set()
                self.closure.todo += [(value[name], "schemas") for name in more]
            elif key == "$ref":
                kept.add(key)
            elif key not in METHODS or key in methods:
                kept.add(key)
                self.closure.todo.append((value, "parameters"))
        self.kept.members(item).update(kept)
        return kept

    def _inline(self, item: MappingNode, target: Value, methods: set[str]) -> None:
        """Replace a reference to another path's or file's item by the members to keep."""
        whole = MappingNode(item.location)
        for part, _ in self.kept.chain(target, "pathItems"):
            kept = self._item(part, methods)
            for key, value in part.items():
                if key in kept and key != "$ref":
                    whole.setdefault(key, value)
        whole.update({key: value for key, value in item.items() if key != "$ref"})
        self.kept.replaced[id(item)] = whole

    def _security(self) -> None:
        root = self.kept.root
        used = [op.node["security"] for op in self.closure.operations if "security" in op.node]
        if "security" in root and len(used) < len(self.closure.operations):
            self.kept.members(root).add("security")
            used.append(root["security"])
        alternatives: list[Value] = []
        for item in used:
            alternatives += item if isinstance(item, SequenceNode) else [item]
        for alternative in alternatives:
            if not isinstance(alternative, MappingNode):
                continue
            for name in alternative:
                by_name = as_pointer(name, root, "securitySchemes")
                if by_name or "#" in name:  # a scheme's URI (OpenAPI 3.2)
                    node = root if by_name else alternative
                    self.closure.need(by_name or name, node, "securitySchemes")

    def _tags(self) -> None:
        root = self.kept.root
        declared = root.get("tags")
        if not isinstance(declared, SequenceNode):
            return
        used = {tag for op in self.closure.operations for tag in op.tags}
        tags = {index: tag for index, tag in members(declared) if isinstance(tag, MappingNode)}
        for _ in tags:  # a tag's parent may have a parent
            parents = [tag.get("parent") for tag in tags.values() if tag.get("name") in used]
            used |= {parent for parent in parents if isinstance(parent, str)}
        kept = {index for index, tag in tags.items() if tag.get("name") in used}
        if kept:
            self.kept.members(root).add("tags")
            self.kept.keys[id(declared)] = kept
