"""Changes of upstream made in the checked-in description, and nothing else.

A keyword, a property, a parameter or a response is copied from upstream as it is written there,
with the components it needs. What cannot be copied is left to the user, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ...base.errors import Place
from ...base.immutable import immutable
from ...reading.document.declared import SERVERS_20, is_swagger
from ...reading.document.edit.copy_nodes import EditError, TreeEditor
from ...reading.document.edit.patch import patch_tree
from ...reading.document.pointer import split
from ...reading.document.tree import SourceFile
from ..changes.change import Change
from ..changes.rules import RULES

_MEMBERS = {
    "text": ("summary", "description"),
    "example": ("example", "examples"),
    "sunset": ("x-sunset",),
    "id": ("operationId",),
    "presence": ("required",),
    "minimum": ("minimum", "exclusiveMinimum"),
    "maximum": ("maximum", "exclusiveMaximum"),
}
"""A rule's subject to the members of the description that it is about, if not its own name."""


@immutable
class PatchedDescription:
    """The description with the changes that could be made in it."""

    text: str
    left: tuple[tuple[Change, str], ...]
    """The changes that are left to the user, each with the reason."""


def patch_description(
    base: SourceFile, revision: SourceFile, changes: Sequence[Change]
) -> PatchedDescription:
    """Return the text of ``base`` with changes, and ``info.version``, as in ``revision``."""
    editor = TreeEditor(base, revision)
    with suppress(EditError), editor.edit():
        editor.set(["info", "version"], ["info", "version"])
    untaken: list[tuple[Change, str]] = []
    for change in changes:
        try:
            with editor.edit():
                _make(change, editor, base.name, revision.name)
        except EditError as reason:
            untaken.append((change, str(reason)))
    return PatchedDescription(patch_tree(base, editor.root), tuple(untaken))


def _make(change: Change, editor: TreeEditor, base: str, revision: str) -> None:
    """Make one change; raises :class:`EditError`."""
    if is_swagger(editor.root) != is_swagger(editor.source.root):
        raise EditError("upstream is written in another version of OpenAPI")
    for place, name in ((change.base, base), (change.revision, revision)):
        if place is not None and place.file != name:
            raise EditError(f"it is in {place.file}")
    path = split(change.pointer)
    rule = RULES[change.id]
    match rule.area, rule.subject, rule.action:
        case "python", _, _:
            raise EditError("it is caused by upstream's names and division of components")
        case "schema", "required", action:
            editor.require(path[:-2], path[-1], required=action == "added")
        case "schema", "property", action:
            is_added = action in ("added", "added-required")
            if is_added:
                editor.set(path, _path(change.revision))
            else:
                editor.discard(path)
            if action not in ("added", "removed"):
                editor.require(path[:-2], path[-1], required=is_added)
        case "operation", "presence", "removed":
            raise EditError("remove the operation by hand, or allow the change")
        case "operation", "part", _:
            raise EditError("it cannot be read")
        case "incoming", _, _:
            raise EditError("webhooks and callbacks are edited by hand")
        case _, "type", _ if _is_plain_type(change):
            _set_member(change, editor, ("type",))
        case ("security", _, _) | (
            _,
            "nullable" | "branch" | "type" | "discriminator" | "defaultMapping",
            _,
        ):
            raise EditError("how to write it depends on the keywords around it")
        case "server", _, _ if is_swagger(editor.root):
            _set_servers(editor)
        case "server", "main", "changed":
            old, new = _path(change.base), _path(change.revision)
            if old[:-1] != new[:-1]:
                raise EditError("the lists are in different places")
            editor.replace_item(old, new)
        case _ if change.revision is None:
            editor.remove(_path(change.base))
        case _ if change.base is None and path[-2:-1] == ["parameters"]:
            editor.append(path[:-1], _path(change.revision))
        case _ if change.base is None:
            editor.set(path, _path(change.revision))
        case _:
            _set_member(change, editor, _MEMBERS.get(rule.subject, (rule.subject,)))


def _is_plain_type(change: Change) -> bool:
    """Return whether both sides have a ``type`` of one word."""
    sides = ((change.base, change.before), (change.revision, change.after))
    return all(place and _path(place)[-1:] == ["type"] and v.isalpha() for place, v in sides)


def _set_member(change: Change, editor: TreeEditor, members: tuple[str, ...]) -> None:
    """Set or remove the member that a change is about."""
    old, new = _path(change.base), _path(change.revision)
    in_old, in_new = (path[-1:] and path[-1] in members for path in (old, new))
    if not in_old and not in_new:
        raise EditError("it is the effect of several keywords")
    if in_old and in_new and old[-1] != new[-1]:
        raise EditError("upstream writes it with another keyword")
    path = old if in_old else [*old, new[-1]]
    if in_new:
        editor.set(path, new)
    else:
        editor.remove(path)


def _set_servers(editor: TreeEditor) -> None:
    """Set or remove the members of a document in Swagger 2.0 that tell the servers, all together.

    Raise :class:`EditError` if the document is the same there already: an operation isn't.
    """
    old, new = ([node.get(key) for key in SERVERS_20] for node in (editor.root, editor.source.root))
    if old == new:
        raise EditError("it is in the `schemes` of an operation")
    for key, value in zip(SERVERS_20, new, strict=True):
        if value is None:
            editor.discard([key])
        else:
            editor.set([key], [key])


def _path(place: Place | None) -> list[str]:
    if place is None or not place.pointer:
        raise EditError("it has no location of its own")
    return split(place.pointer)
