"""The smallest valid description that holds some operations of another, in its order.

Kept are ``openapi``, ``info``, ``servers`` and, as far as the operations use them, ``security``,
``tags``, the members of their path items, and components; of an object that is used, all. Links to
operations that aren't kept are dropped, since a link must lead somewhere.

Sources: OpenAPI 3.0.4 and 3.1.1 (fixed fields of each object), 3.2.0 §4.1, §4.21 (tags).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from ..errors import Findings, Problem, SpecError
from .anchors import Anchors
from .components import Components
from .nodes import Document, Map, Origin, Seq, Value, unescaped
from .paths import METHODS, Found
from .refs import References
from .select import select
from .shapes import short_hash
from .slice_refs import Use, as_pointer, parts_of
from .version import version_of

Keys: TypeAlias = set[str] | set[int]
_ROOT = ("openapi", "$self", "jsonSchemaDialect", "info", "servers", "paths")
_SOMEWHERE = ("/paths/", "/webhooks/")  # what refers into them would bring operations along


@dataclass(frozen=True, slots=True)
class Slice:
    """Operations of a document with what they need."""

    document: Document
    """The whole."""
    operations: tuple[Found, ...]
    root: Map
    """The slice's own tree; what was taken over unchanged stands where it stood."""
    keep: dict[int, Keys]
    """By ``id`` of a container of the whole: which members are kept, where not all are."""
    is_cut: bool
    """Whether the slice is a cut and no more: nothing moved, no reference changed."""
    warnings: tuple[Problem, ...]


def sliced(document: Document, wanted: Sequence[str]) -> Slice:
    """The part of ``document`` that the selectors in ``wanted`` name; all operations if empty.

    Raises :class:`UsageError` for a selector that matches nothing, :class:`SpecError` for what is
    no OpenAPI 3.x, or is spread over several files.
    """
    version_of(document)
    findings = Findings()
    _paths_in_one_file(document)
    operations = select(document, References(document, findings), wanted)
    return _Slicer(document, findings).slice(operations)


def _paths_in_one_file(document: Document) -> None:
    """Refuse path items of other files before any of these is read."""
    components = document.root.get("components")
    groups = [document.root.get("paths")]
    groups += [components.get("pathItems")] if isinstance(components, Map) else []
    problems = [
        _other_file(str(item["$ref"]), item, "$ref")
        for group in groups
        for item in (group.values() if isinstance(group, Map) else ())
        if isinstance(item, Map) and _file_of(item.get("$ref"))
    ]
    if problems:
        raise SpecError(problems[:20])


def _file_of(reference: Value) -> str:
    """The other file that a reference names, or ``""``."""
    file = reference.partition("#")[0] if isinstance(reference, str) else ""
    return "" if ":" in file else file


def _other_file(reference: str, node: Map, key: str) -> Problem:
    return Problem(
        "slice-files",
        f"$ref {reference!r} leads to another file, and a slice is one file",
        "Bundle the description first: npx @redocly/cli bundle FILE -o bundled.yaml",
        node.at(key).place,
    )


@dataclass(slots=True)
class _Slicer:
    document: Document
    findings: Findings
    keep: dict[int, Keys] = field(default_factory=dict[int, Keys])
    todo: list[tuple[Value, str]] = field(default_factory=list[tuple[Value, str]])
    """What is kept and not looked through yet, each with its part of ``components``."""
    problems: list[Problem] = field(default_factory=list[Problem])
    replaced: dict[int, Map] = field(default_factory=dict[int, Map])
    """By ``id``: mappings that stand in the slice in another form."""
    moved: dict[str, str] = field(default_factory=dict[str, str])
    """Pointer into an operation that isn't kept to the component that it becomes."""
    hoisted: dict[str, dict[str, Value]] = field(default_factory=dict[str, dict[str, Value]])
    anchors: Anchors = field(init=False)

    def slice(self, operations: tuple[Found, ...]) -> Slice:
        root = self.document.root
        self.anchors = Anchors(self.document)
        self.keep[id(root)] = {key for key in _ROOT if key in root}
        chosen: dict[str, set[str]] = {}
        for found in operations:
            chosen.setdefault(found.path, set()).add(found.method)
        for path, methods in chosen.items():
            self._path(path, methods, {op.node.origin.pointer for op in operations})
        self._security(operations)
        self._tags(operations)
        while self.todo:
            node, kind = self.todo.pop()
            for part in parts_of(node, kind, self.keep):
                if isinstance(part, Use):
                    self._use(part)
                else:
                    self._links(part, operations)
        if self.problems:
            raise SpecError(self.problems[:20])
        tree = self._tree(root)
        assert isinstance(tree, Map)
        self._put_hoisted(tree)
        return Slice(
            self.document,
            operations,
            tree,
            self.keep,
            not self.replaced and not self.hoisted,
            tuple(self.findings.warnings),
        )

    # ── what is chosen ───────────────────────────────────────────────────────────────────────────

    def _path(self, path: str, methods: set[str], pointers: set[str]) -> None:
        """Keep a path and, of its item or the items that it refers to, only some operations."""
        paths = cast("Map", self.document.root["paths"])
        self._members(paths).add(path)
        item = paths[path]
        seen: set[int] = set()
        while isinstance(item, Map) and id(item) not in seen:
            seen.add(id(item))
            kept = self._members(item)
            for key, value in item.items():
                if key in METHODS:
                    if key not in methods or _pointer(value) not in pointers:
                        continue
                elif key == "additionalOperations" and isinstance(value, Map):
                    more = {name for name in value if _pointer(value[name]) in pointers}
                    if not more:
                        continue
                    self._members(value).update(more)
                    self.todo += [(value[name], "schemas") for name in more]
                    kept.add(key)
                    continue
                kept.add(key)
                if key != "$ref":
                    self.todo.append((value, "parameters"))
            reference = item.get("$ref")
            if not isinstance(reference, str):
                return
            target, pointer = self._target(reference, item)
            if pointer.startswith(_SOMEWHERE):
                self._inline(item, target, methods, pointers)
                return
            self._keep(pointer, target, "")
            item = target

    def _inline(self, item: Map, target: Value, methods: set[str], pointers: set[str]) -> None:
        """Put another path's item in the place of a reference to it, with the operations wanted."""
        whole = Map(item.origin)
        while isinstance(target, Map):
            for key, value in target.items():
                is_method = key in METHODS
                is_wanted = key in methods and _pointer(value) in pointers
                if key not in ("$ref", "additionalOperations") and (is_wanted or not is_method):
                    whole.setdefault(key, value)
                    self.todo.append((value, "parameters"))
            reference = target.get("$ref")
            target = self._target(reference, target)[0] if isinstance(reference, str) else None
        whole.update({key: value for key, value in item.items() if key != "$ref"})
        self.replaced[id(item)] = whole

    def _security(self, operations: tuple[Found, ...]) -> None:
        root = self.document.root
        used = [op.node["security"] for op in operations if "security" in op.node]
        if "security" in root and len(used) < len(operations):
            self._members(root).add("security")
            used.append(root["security"])
        for requirements in used:
            for alternative in requirements if isinstance(requirements, Seq) else ():
                if not isinstance(alternative, Map):
                    continue
                for name in alternative:
                    by_name = as_pointer(name, root.get("components"), "securitySchemes")
                    if by_name or "#" in name:
                        self._need(by_name or name, alternative, name, "securitySchemes")

    def _tags(self, operations: tuple[Found, ...]) -> None:
        declared = self.document.root.get("tags")
        if not isinstance(declared, Seq):
            return
        used = {tag for op in operations for tag in _texts(op.node.get("tags"))}
        tags = {index: tag for index, tag in enumerate(declared) if isinstance(tag, Map)}
        for _ in tags:  # a tag's parent may have a parent
            used |= set(_texts([t.get("parent") for t in tags.values() if t.get("name") in used]))
        kept = {index for index, tag in tags.items() if tag.get("name") in used}
        if kept:
            self._members(self.document.root).add("tags")
            self.keep[id(declared)] = kept

    # ── what is used ─────────────────────────────────────────────────────────────────────────────

    def _use(self, use: Use) -> None:
        pointer = None
        if use.key not in ("$ref", "$dynamicRef", "$recursiveRef"):
            pointer = as_pointer(use.reference, self.document.root.get("components"), "schemas")
        moved = self._need(pointer or use.reference, use.node, use.key, use.kind)
        if moved:
            self.replaced.setdefault(id(use.node), _copy(use.node))[use.key] = moved

    def _need(self, reference: str, node: Map, key: str, kind: str) -> str:
        """Keep what a reference names; a new reference if it had to move, else ``""``."""
        target, pointer = self._target(reference, node)
        if target is _NOWHERE:
            if _file_of(reference):
                self.problems.append(_other_file(reference, node, key))
            elif reference.startswith("#"):  # another host's stays as it is
                self.findings.warn(
                    "ref",
                    node.at(key),
                    f"{reference!r} leads nowhere; it stays as it is",
                    "Correct the reference, or add what it names.",
                )
            return ""
        if pointer.startswith(_SOMEWHERE) and not self._has(pointer):
            return self._hoist(pointer, target, kind)
        self._keep(pointer, target, kind)
        return ""

    def _target(self, reference: str, node: Map) -> tuple[Value, str]:
        """The node that a reference names, and its pointer; ``_NOWHERE`` where there is none."""
        try:
            value = self.anchors.find(reference, node)
            return value, _pointer(value)
        except KeyError:
            fragment = unescaped(reference.partition("#")[2])
        try:
            value = self.document.resolve(fragment.replace("%", "%25"))
        except KeyError:
            return _NOWHERE, ""
        return value, fragment

    def _has(self, pointer: str) -> bool:
        """Whether a pointer leads to something that is kept already."""
        node: Value = self.document.root
        for part in _split(pointer):
            members = self.keep.get(id(node))
            if members is not None and part not in members and part not in map(str, members):
                return False
            node = self._member(node, part)
        return True

    def _keep(self, pointer: str, target: Value, kind: str) -> None:
        """Keep the component at or above a pointer whole; of what isn't one, the second level.

        Without ``kind`` it isn't looked through: whoever asks does that.
        """
        parts = _split(pointer)
        parts = parts[: 3 if parts[:1] == ["components"] else 2]
        if self._has(pointer):
            if kind and parts[1:2] == ["pathItems"] and id(target) in self.keep:
                del self.keep[id(target)]  # a callback needs all of it
                self.todo.append((target, kind))
            return
        node: Value = self.document.root
        for part in parts:
            if isinstance(node, Map):
                self._members(node).add(part)
                node = node[part]
        if kind:
            self.todo.append((node, parts[1] if len(parts) > 2 else kind))

    def _members(self, node: Map) -> set[str]:
        return cast("set[str]", self.keep.setdefault(id(node), set[str]()))

    @staticmethod
    def _member(node: Value, part: str) -> Value:
        if isinstance(node, Map):
            return node.get(part)
        return node[int(part)] if isinstance(node, Seq) and part.isdigit() else None

    def _links(self, response: Map, operations: tuple[Found, ...]) -> None:
        """Drop the links of a response that lead to operations that aren't kept."""
        links = response.get("links")
        if not isinstance(links, Map):
            return
        kept = {name for name in links if self._leads_on(links[name], operations)}
        if len(kept) < len(links):
            self.keep[id(links)] = kept
            if not kept:
                members = self.keep.get(id(response), set(response))
                self.keep[id(response)] = cast("set[str]", members) - {"links"}

    def _leads_on(self, link: Value, operations: tuple[Found, ...]) -> bool:
        for _ in range(20):
            if not isinstance(link, Map) or not isinstance(link.get("$ref"), str):
                break
            link = self._target(cast("str", link["$ref"]), link)[0]
        if not isinstance(link, Map):
            return True
        reference = link.get("operationRef")
        if isinstance(reference, str):
            if not reference.startswith("#"):
                return True
            return unescaped(reference[1:]) in {op.node.origin.pointer for op in operations}
        return link.get("operationId") in {op.operation_id for op in operations if op.operation_id}

    # ── what had to move ─────────────────────────────────────────────────────────────────────────

    def _hoist(self, pointer: str, target: Value, kind: str) -> str:
        """Make a component of what stands in an operation that isn't kept.

        Its key is the one that the generator would have given it.
        """
        if pointer not in self.moved:
            key = Components.key_for(f"#{pointer}")
            components = self.document.root.get("components")
            group = components.get(kind) if isinstance(components, Map) else None
            taken = self.hoisted.setdefault(kind, {})
            if key in taken or (isinstance(group, Map) and key in group):
                key = f"{key}.{short_hash(pointer)}"
            taken[key] = target
            self.moved[pointer] = f"#/components/{kind}/{key}"
            self.todo.append((target, kind))
        return self.moved[pointer]

    def _put_hoisted(self, root: Map) -> None:
        for kind, members in self.hoisted.items():
            components = _inside(root, "components", self.document)
            group = _inside(components, kind, self.document)
            group.update({key: self._tree(value) for key, value in members.items()})

    # ── the result ───────────────────────────────────────────────────────────────────────────────

    def _tree(self, node: Value) -> Value:
        """``node`` with what is kept and replaced, as a tree of its own."""
        members = self.keep.get(id(node))
        if isinstance(node, Seq):
            items = Seq(node.origin)
            kept = [index for index in range(len(node)) if members is None or index in members]
            items.extend(self._tree(node[index]) for index in kept)
            items.marks = [node.marks[index] for index in kept] if node.marks else None
            items.texts = [node.texts[index] for index in kept] if node.texts else None
            return items
        if not isinstance(node, Map):
            return node
        source = self.replaced.get(id(node), node)
        result = Map(node.origin)
        for key, value in source.items():
            if members is None or key in members or key not in node:
                result[key] = self._tree(value)
        if node.marks and source is node:
            result.marks = {key: node.marks[key] for key in result}
        return result


_NOWHERE = object()


def _pointer(value: Value) -> str:
    return value.origin.pointer if isinstance(value, (Map, Seq)) else ""


def _split(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _texts(values: object) -> list[str]:
    items = cast("list[object]", values) if isinstance(values, list) else []
    return [item for item in items if isinstance(item, str)]


def _copy(node: Map) -> Map:
    copy = Map(node.origin)
    copy.update(node)
    return copy


def _inside(node: Map, key: str, document: Document) -> Map:
    inner = node.get(key)
    if not isinstance(inner, Map):
        inner = node[key] = Map(Origin(document, node.origin, key))
    return inner
