"""Taking changes into the checked-in description: each where it stands, and nothing else.

A change of a keyword, a member, a parameter or a status is copied from upstream's text as it is
there, with the components it needs. What can't be copied so is named, for a person to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..document.tree import Document, MappingNode, SequenceNode, Value
from .changes import Change


@dataclass(frozen=True, slots=True)
class Patched:
    """The description with what could be taken in."""

    root: MappingNode
    """A plain tree, as :func:`document.edit.patch.patched` takes it."""
    taken: tuple[Change, ...]
    left: tuple[tuple[Change, str], ...]
    """What is left to a person, and why."""


def of_client(change: Change) -> bool:
    """Whether a change is of the generated client alone, not of the description."""
    return change.id.startswith("api/python/")


_WRITTEN = {
    "text": "description",
    "sunset": "x-sunset",
    "id": "operationId",
    "presence": "required",
}
"""How a kind's second word is written in a description, where that isn't the same."""


class _CantPatch(Exception):
    pass


def taken_in(base: Document, revision: Document, changes: Sequence[Change]) -> Patched:
    """``base`` with ``changes`` of ``revision`` made in it; neither is changed itself."""
    root = _copied(base.root)
    assert isinstance(root, MappingNode)
    taken: list[Change] = []
    left: list[tuple[Change, str]] = []
    for change in changes:
        if of_client(change):
            left.append((change, "it is how upstream names and cuts its components"))
            continue
        trial = _copied(root)
        assert isinstance(trial, MappingNode)
        try:
            _Patch(trial, base, revision, change).apply()
        except _CantPatch as reason:
            left.append((change, str(reason)))
            continue
        root = trial
        taken.append(change)
    return Patched(root, tuple(taken), tuple(left))


class _Patch:
    def __init__(
        self, root: MappingNode, base: Document, revision: Document, change: Change
    ) -> None:
        self.root = root
        self.base = base
        self.revision = revision
        self.change = change

    def apply(self) -> None:
        """Make the change in ``root``; raises :class:`_CantPatch`."""
        change = self.change
        for place, document in ((change.base, self.base), (change.revision, self.revision)):
            if place is not None and place.file != document.name:
                raise _CantPatch(f"it stands in {place.file}")
        _, area, kind, action = change.id.split("/")
        if (area, kind) == ("schema", "required"):
            self._required(_split(change.pointer), action == "added")
        elif (area, kind) == ("schema", "property"):
            self._property(action)
        elif (area, kind) == ("operation", "part"):
            raise _CantPatch("it can't be read")
        elif kind in ("nullable", "branch", "type", "discriminator") or area == "security":
            raise _CantPatch("how it is written depends on what stands around it")
        elif (area, kind, action) == ("server", "main", "changed"):
            self._replaced()
        elif change.revision is None:
            self._removed()
        elif change.base is None:
            self._added()
        else:
            self._changed()

    def _property(self, action: str) -> None:
        pointer = _split(self.change.pointer)
        if action.startswith("added"):
            value = self._upstream(self._place(self.change.revision))
            self._member(pointer[:-1], create=True)[pointer[-1]] = value
        else:
            self._member(pointer[:-1]).pop(pointer[-1], None)
        if action.endswith("required"):
            self._required(pointer, action.startswith("added"))

    def _required(self, pointer: list[str], needed: bool) -> None:
        schema = self._member(pointer[:-2])
        found = schema.get("required")
        names = (
            [name for name in found if name != pointer[-1]]
            if isinstance(found, SequenceNode)
            else []
        )
        if needed:
            names.append(pointer[-1])
        if names:
            listed = SequenceNode(self.root.location)
            listed.extend(names)
            schema["required"] = listed
        else:
            schema.pop("required", None)

    def _added(self) -> None:
        pointer = _split(self.change.pointer)
        value = self._upstream(self._place(self.change.revision))
        if len(pointer) > 1 and pointer[-2] == "parameters":
            parent = self._member(pointer[:-2])
            listed = parent.setdefault("parameters", SequenceNode(self.root.location))
            if not isinstance(listed, SequenceNode):
                raise _CantPatch("parameters isn't a list")
            listed.append(value)
        else:
            self._member(pointer[:-1], create=True)[pointer[-1]] = value

    def _removed(self) -> None:
        pointer = _split(self._place(self.change.base))
        parent = self._at(pointer[:-1])
        if isinstance(parent, MappingNode) and pointer[-1] in parent:
            del parent[pointer[-1]]
        elif isinstance(parent, SequenceNode) and pointer[-1].isdigit():
            del parent[int(pointer[-1])]
        else:
            raise _CantPatch("it isn't written where it counts")

    def _replaced(self) -> None:
        """An item of a list that is another one, in its place."""
        old, new = _split(self._place(self.change.base)), _split(self._place(self.change.revision))
        parent = self._at(old[:-1])
        if old[:-1] != new[:-1] or not isinstance(parent, SequenceNode):
            raise _CantPatch("upstream says it elsewhere")
        parent[int(old[-1])] = self._upstream(self._place(self.change.revision))

    def _changed(self) -> None:
        """A keyword that says something else, or that one side lacks."""
        old, new = _split(self._place(self.change.base)), _split(self._place(self.change.revision))
        keyword = self.change.id.split("/")[2]
        keyword = _WRITTEN.get(keyword, keyword)
        has = [self._names(path, keyword) for path in (old, new)]
        name = old[-1] if has[0] else new[-1] if has[1] else ""
        if not name:
            raise _CantPatch("it is a matter of several keywords")
        if has[0] and has[1] and old[-1] != new[-1]:
            raise _CantPatch("it is written in two ways")
        parent = self._member(old[:-1] if has[0] else old)
        if has[1]:
            parent[name] = self._upstream(self._place(self.change.revision))
        elif name in parent:
            del parent[name]
        else:
            raise _CantPatch("it isn't written where it counts")

    def _names(self, path: list[str], keyword: str) -> bool:
        """Whether a pointer ends at the keyword itself, not at what lacks it."""
        near = {keyword, f"exclusive{keyword[:1].upper()}{keyword[1:]}", f"{keyword}s", "summary"}
        return bool(path) and path[-1] in near

    # ── trees ────────────────────────────────────────────────────────────────────────────────

    def _place(self, place: object) -> str:
        pointer = getattr(place, "pointer", "")
        if not pointer:
            raise _CantPatch("it has no place of its own")
        return str(pointer)

    def _at(self, path: Sequence[str]) -> Value:
        node: Value = self.root
        for part in path:
            if isinstance(node, MappingNode) and part in node:
                node = node[part]
            elif isinstance(node, SequenceNode) and part.isdigit() and int(part) < len(node):
                node = node[int(part)]
            else:
                raise _CantPatch("the description is put together otherwise there")
        return node

    def _member(self, path: Sequence[str], *, create: bool = False) -> MappingNode:
        if create and path and path[-1] not in self._member(path[:-1]):
            self._member(path[:-1])[path[-1]] = MappingNode(self.root.location)
        node = self._at(path)
        if not isinstance(node, MappingNode):
            raise _CantPatch("the description is put together otherwise there")
        if "$ref" in node:
            raise _CantPatch("a $ref stands there, which others may use too")
        return node

    def _upstream(self, pointer: str) -> Value:
        """A node of the revision, with the components that it needs brought along."""
        try:
            node = self.revision.resolve(pointer.replace("%", "%25"))
        except KeyError:
            raise _CantPatch("it isn't written in one piece upstream") from None
        value = _copied(node)
        self._bring(value)
        return value

    def _bring(self, value: Value) -> None:
        """Copy the components that references in ``value`` name and the base lacks."""
        todo = [value]
        while todo:
            node = todo.pop()
            if isinstance(node, MappingNode):
                ref = node.get("$ref")
                if isinstance(ref, str) and ref.startswith("#/components/"):
                    copy = self._component(_split(ref[1:]))
                    if copy is not None:
                        todo.append(copy)
                todo += node.values()
            elif isinstance(node, SequenceNode):
                todo += node

    def _component(self, path: list[str]) -> Value:
        try:
            self._at(path)
        except _CantPatch:
            copy = _copied(self.revision.resolve("/" + "/".join(map(_escaped, path))))
            for end in range(1, len(path)):
                parent = self._member(path[: end - 1])
                parent.setdefault(path[end - 1], MappingNode(self.root.location))
            self._member(path[:-1])[path[-1]] = copy
            return copy
        return None


def _split(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def _copied(value: Value) -> Value:
    """A tree of its own, without places: what is new stands nowhere yet."""
    if isinstance(value, MappingNode):
        copy = MappingNode(value.location)
        copy.update({key: _copied(inner) for key, inner in value.items()})
        return copy
    if isinstance(value, SequenceNode):
        listed = SequenceNode(value.location)
        listed.extend(_copied(inner) for inner in value)
        return listed
    return value
