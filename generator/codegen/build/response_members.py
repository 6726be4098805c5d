"""The members of an operation's response that settings name by a path, and those that don't fit.

Source: RFC 6901.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import TypeAlias

from ...base.budget import close_names
from ...reading.document.pointer import join, split
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.schemas import Part, Schema
from ..ir.models import Component, Model, ModelField, plain
from ..ir.operations import ClientOperation, Member
from ..ir.types import Ref, Type
from ..names import Identifier
from .links import LinkTargets
from .naming import CallPath
from .types import Types

End: TypeAlias = tuple[tuple[Member, ...], Type]
"""A path of members and the type at its end."""


def _takes_any(_: Type) -> bool:
    """Return True: any member may be on the way to another."""
    return True


class Unfit(Exception):
    """The reason why an operation doesn't fit a setting, as the end of a sentence.

    ``key`` is the setting that doesn't fit, if it is a certain one, ``where`` the part of the
    description that it was looked for in, ``hint`` the remedy: what is there instead.
    """

    def __init__(self, fact: str, key: str = "", where: Part | None = None, hint: str = "") -> None:
        super().__init__(fact)
        self.key = key
        self.where = where
        self.hint = hint


def steps_of(path: str) -> list[str]:
    """Return the members that a dotted path or a JSON pointer names."""
    if path.startswith("/"):
        return list(split(path))
    return path.split(".") if path else []


def path_of(steps: Sequence[str], like: str = "") -> str:
    """Return a path as ``like`` is written; as a pointer where it cannot be dotted."""
    is_dotted = not any("." in step or step.startswith("/") for step in steps)
    return ".".join(steps) if is_dotted and not like.startswith("/") else join(steps)


_BESIDE_ITEMS = {"errors", "warnings", "messages", "links", "included"}
"""Lists that accompany those of a page's items. Sources: Square, JSON:API 1.1 §7 (included)."""


def lists_of_items(names: Sequence[str], path: str) -> list[str]:
    """Return the names of lists in a response that may hold the items of a page.

    Errors, links and so on are beside the items, unless the operation's path names them.
    """
    last = path.rstrip("/").rpartition("/")[2].lower()
    plain_names = {name: name.lower().strip("_") for name in names}
    return [
        name
        for name, plain_name in plain_names.items()
        if plain_name not in _BESIDE_ITEMS or plain_name == last
    ]


def hint_at(name: str, names: Sequence[str], kind: str) -> str:
    """Return the remedy: the ``names`` that may be meant instead of ``name``; "" without any."""
    near = close_names(name, names)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Name one of its {kind}: {', '.join(map(repr, names[:10]))}." if names else ""


class ResponseMembers:
    """The finder of members of responses."""

    def __init__(
        self,
        document: Document,
        types: Types,
        components: Sequence[Component],
        reserved: Container[str],
    ) -> None:
        """``reserved`` is from :func:`reserved_calls`, for second methods of operations."""
        self.document = document
        self.targets = LinkTargets(document)
        self.types = types
        self.components: Mapping[str, Component] = {c.name: c for c in components}
        self.reserved = reserved

    def _second(self, op: ClientOperation, suffix: str) -> CallPath:
        """Return the path of a second method of an operation."""
        return CallPath(op.resource, Identifier(op.name)).second(suffix, self.reserved)

    def _answer(self, op: ClientOperation) -> Type:
        """Return the type of an operation's response, which must be JSON of one type."""
        answers = {(a.each[0].annotation, a.codec) for a in op.answers}
        if not op.signatures or len(answers) != 1 or op.answers[0].codec != "json":
            raise Unfit("doesn't answer with JSON of one type")
        return self.types.type(self._answer_schema(op))

    def _answer_schema(self, op: ClientOperation) -> Schema | None:
        media = op.answers[0].origin
        return media.schema if media is not None else None

    def _member(
        self,
        op: ClientOperation,
        path: str,
        key: str,
        item: Type | None = None,
        fits: Callable[[Type], bool] = _takes_any,
    ) -> End:
        """Return the member that the setting ``key`` names by a dotted path or JSON pointer.

        It is one of ``item``, by default one of the response. Where it is missing, the error names
        those that ``fits`` is true of.
        """
        type_ = item or self._answer(op)
        steps = steps_of(path)
        members: list[Member] = []
        for number, step in enumerate(steps, 1):
            field = next((f for f in self._fields(type_) if f.wire == step), None)
            if field is None:
                fact = f"has no member {path_of(steps[:number], path)!r} in its answer"
                is_end = number == len(steps)
                shown = fits if is_end else _takes_any
                raise self._misfit(op, path, key, fact, "members", shown, number, item)
            optional = not field.required or field.nullable
            type_ = field.type
            members.append(Member(field.name, field.wire, optional))
        return tuple(members), plain(type_, self.components)

    def _misfit(
        self,
        op: ClientOperation,
        path: str,
        key: str,
        fact: str,
        kind: str,
        fits: Callable[[Type], bool],
        depth: int | None = None,
        item: Type | None = None,
    ) -> Unfit:
        """Return the fault of a setting, with the ``kind`` of members that are there instead.

        They are those beside the step number ``depth`` of its path; the last by default.
        """
        steps, type_ = steps_of(path)[:depth], item or self._answer(op)
        for step in steps[:-1]:
            type_ = next(f.type for f in self._fields(type_) if f.wire == step)
        fields = [f for f in self._fields(type_) if fits(plain(f.type, self.components))]
        names = [path_of([*steps[:-1], f.wire], path) for f in fields]
        return Unfit(fact, key, self._answer_schema(op), hint_at(path_of(steps, path), names, kind))

    def _fields(self, type_: Type) -> tuple[ModelField, ...]:
        made = plain(type_, self.components)
        model = self.components.get(made.name) if isinstance(made, Ref) else None
        return model.fields if isinstance(model, Model) else ()
