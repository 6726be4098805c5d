"""Two operations compared: parameters, body, responses, and what has no direction.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter), §4.8.16 (Responses).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from ..spec.nodes import Map, Seq, Value
from .content import compare_content, headers_of, schemas_of
from .found import Found, Owner, Pair
from .kinds import REQUEST, RESPONSE
from .noting import note_between, note_deprecation, note_examples, note_part, note_prose
from .opened import Opened, shown
from .schemas import Comparer

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))


@dataclass(frozen=True, slots=True)
class Compared:
    """One operation of both descriptions, and what differs."""

    label: str
    pairs: list[Pair] = field(default_factory=list[Pair])


@dataclass(frozen=True, slots=True)
class Held:
    """An operation in a canonical document."""

    label: str
    path: str
    method: str
    node: Map


class OperationComparer:
    """Compares operations, with one :class:`Comparer` for all their schemas."""

    def __init__(self, comparer: Comparer) -> None:
        self.comparer = comparer

    def compare(self, old: Held, new: Held) -> Compared:
        """Everything that differs but security and servers."""
        made = Compared(old.label)
        neutral, request, response = Pair(""), Pair(REQUEST), Pair(RESPONSE)
        made.pairs.extend((neutral, request, response))
        _Own(old, new, neutral).compare()
        self._parameters(old, new, request)
        self._body(old, new, request)
        self._responses(old, new, response)
        return made

    # ── parameters ───────────────────────────────────────────────────────────────────────────

    def _parameters(self, old: Held, new: Held, pair: Pair) -> None:
        before, after = _parameters(old), _parameters(new)
        for key, node in before.items():
            other = after.get(key)
            if other is None:
                note_part(
                    pair,
                    f"parameter/{_need(node)}/removed",
                    node,
                    None,
                    old.label,
                    f"the {node['in']} parameter {node['name']} is gone",
                    owner=Owner(old.label, new.label, f"{node['in']}:{node['name']}"),
                )
            else:
                self._parameter(pair, node, other, old.label)
        for key, node in after.items():
            if key not in before:
                words = f"the {_need(node)} {node['in']} parameter {node['name']} is new"
                note_part(
                    pair,
                    f"parameter/{_need(node)}/added",
                    None,
                    node,
                    old.label,
                    words,
                    at=f"{old.node.origin.pointer}/parameters/{node['in']}:{node['name']}",
                    owner=Owner(old.label, new.label, f"{node['in']}:{node['name']}"),
                )

    def _parameter(self, pair: Pair, old: Map, new: Map, label: str) -> None:
        owner = Owner(label, label, f"{old['in']}:{old['name']}")
        name = f"{old['in']} parameter {old['name']}"
        if _need(old) != _need(new):
            kind = f"parameter/presence/{_need(new)}"
            note_between(
                pair,
                kind,
                old,
                new,
                "required",
                f"the {name} is {_need(new)}",
                owner,
                (_need(old), _need(new)),
            )
        read = self.comparer.open_old, self.comparer.open_new
        left, right = (
            _serialization(node, is_scalar=_is_scalar(node.get("schema"), opening))
            for node, opening in zip((old, new), read, strict=True)
        )
        if left != right:
            note_between(
                pair,
                "parameter/serialization/changed",
                old,
                new,
                "style",
                f"the {name} is written otherwise",
                owner,
                (left, right),
            )
        note_deprecation(pair, "parameter", old, new, f"the {name}")
        note_prose(pair, old, new, ("description",))
        note_examples(pair, old, new)
        for before, after in schemas_of(old, new):
            defaults = [
                side.core.get("default", side.checked.get("default", _MISSING))
                for side in (self.comparer.open_old(before), self.comparer.open_new(after))
            ]
            inner = self.comparer.pair(before, after, REQUEST, owner)
            if defaults[0] != defaults[1]:
                inner = _without_default(inner)
                action = (
                    "added"
                    if defaults[0] is _MISSING
                    else "removed"
                    if defaults[1] is _MISSING
                    else "changed"
                )
                said = ["" if value is _MISSING else shown(value) for value in defaults]
                words = f"the {name} defaults to {said[1] or 'nothing'}"
                note_between(
                    pair,
                    f"parameter/default/{action}",
                    old,
                    new,
                    "schema",
                    words,
                    owner,
                    (said[0], said[1]),
                )
            pair.inner.append(inner)

    # ── body ─────────────────────────────────────────────────────────────────────────────────

    def _body(self, old: Held, new: Held, pair: Pair) -> None:
        before, after = old.node.get("requestBody"), new.node.get("requestBody")
        owner = Owner(old.label, new.label, "body")
        if isinstance(before, Map) and isinstance(after, Map):
            needs = [node.get("required") is True for node in (before, after)]
            if needs[0] != needs[1]:
                action = "added" if needs[1] else "removed"
                words = "the body is required" if needs[1] else "the body is optional"
                note_between(
                    pair, f"body/required/{action}", before, after, "required", words, owner
                )
            note_prose(pair, before, after, ("description",))
            compare_content(self.comparer, pair, before, after, "the body", owner)
        elif isinstance(before, Map):
            need = "-required" if before.get("required") is True else ""
            note_part(
                pair,
                f"body/presence/removed{need}",
                before,
                None,
                old.label,
                "takes no body",
                owner,
            )
        elif isinstance(after, Map):
            need = "-required" if after.get("required") is True else ""
            words = "needs a body" if need else "takes a body"
            note_part(
                pair,
                f"body/presence/added{need}",
                None,
                after,
                old.label,
                words,
                owner,
                at=f"{old.node.origin.pointer}/requestBody",
            )

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, old: Held, new: Held, pair: Pair) -> None:
        before, after = (cast("Map", side.node["responses"]) for side in (old, new))
        owner = Owner(old.label, new.label, "result")
        for status, node in before.items():
            other = after.get(status)
            if isinstance(node, Map) and isinstance(other, Map):
                self._response(pair, node, other, status, owner)
            elif isinstance(node, Map):
                note_part(
                    pair,
                    f"status/{_sort(status)}/removed",
                    node,
                    None,
                    old.label,
                    f"the status {status} is gone",
                    owner,
                    before=status,
                )
        for status, node in after.items():
            if status not in before and isinstance(node, Map):
                note_part(
                    pair,
                    f"status/{_sort(status)}/added",
                    None,
                    node,
                    old.label,
                    f"the status {status} is new",
                    owner,
                    after=status,
                    at=f"{before.origin.pointer}/responses/{status}",
                )

    def _response(self, pair: Pair, old: Map, new: Map, status: str, owner: Owner) -> None:
        note_prose(pair, old, new, ("description",))
        left, right = (headers_of(side) for side in (old, new))
        for name, node in left.items():
            other = right.get(name)
            if other is None:
                need = "required" if node.get("required") is True else "optional"
                pair.found.append(
                    Found(
                        f"header/{need}/removed",
                        node.origin,
                        new.origin,
                        f"the header {name} is gone",
                        name,
                        "",
                        None,
                        node.origin.pointer,
                    )
                )
                continue
            needs = [side.get("required") is True for side in (node, other)]
            if needs[0] != needs[1]:
                need = "required" if needs[1] else "optional"
                note_between(
                    pair,
                    f"header/presence/{need}",
                    node,
                    other,
                    "required",
                    f"the header {name} is {need}",
                    None,
                )
            note_prose(pair, node, other, ("description",))
            for before, after in schemas_of(node, other):
                pair.inner.append(self.comparer.pair(before, after, RESPONSE, None))
        for name, node in right.items():
            if name not in left:
                need = "required" if node.get("required") is True else "optional"
                pair.found.append(
                    Found(
                        f"header/{need}/added",
                        old.origin,
                        node.origin,
                        f"the header {name} is new",
                        "",
                        name,
                        None,
                        f"{old.origin.pointer}/headers/{name}",
                    )
                )
        compare_content(self.comparer, pair, old, new, f"the answer {status}", owner)


class _Own:
    """What an operation says of itself."""

    def __init__(self, old: Held, new: Held, pair: Pair) -> None:
        self.old = old
        self.new = new
        self.pair = pair

    def compare(self) -> None:
        old, new = self.old.node, self.new.node
        where = [f"{side.method.upper()} {side.path}" for side in (self.old, self.new)]
        if self.old.method != self.new.method or bare(self.old.path) != bare(self.new.path):
            self._say("operation/path/changed", f"is {where[1]}, was {where[0]}", *where)
        ids = [str(side.get("operationId", "")) for side in (old, new)]
        if ids[0] != ids[1]:
            note_between(
                self.pair,
                "operation/id/changed",
                old,
                new,
                "operationId",
                f"its operationId is {ids[1] or 'gone'}",
                Owner(self.old.label, self.new.label),
                (ids[0], ids[1]),
            )
        note_deprecation(self.pair, "operation", old, new, "the operation")
        note_prose(self.pair, old, new, ("summary", "description"))

    def _say(self, kind: str, words: str, before: str, after: str) -> None:
        self.pair.found.append(
            Found(
                kind,
                self.old.node.origin,
                self.new.node.origin,
                words,
                before,
                after,
                None,
                self.old.node.origin.pointer,
            )
        )


_MISSING = object()


def bare(path: str) -> str:
    """A path without what its parameters are called, nor a fragment: what goes over the wire."""
    return re.sub(r"\{[^{}]*\}", "{}", path.partition("#")[0])


def _parameters(held: Held) -> dict[tuple[str, str], Map]:
    """The parameters by place and name; those of the path by their position in it."""
    found = held.node.get("parameters")
    positions = {name: str(i) for i, name in enumerate(re.findall(r"\{([^{}]*)\}", held.path))}
    result: dict[tuple[str, str], Map] = {}
    for node in found if isinstance(found, Seq) else ():
        if isinstance(node, Map):
            place, name = str(node["in"]), str(node["name"])
            key = positions.get(name, name) if place == "path" else name
            result[place, key.lower() if place == "header" else key] = node
    return result


def _need(node: Map) -> str:
    return "required" if node.get("required") is True else "optional"


def _serialization(node: Map, *, is_scalar: bool) -> str:
    if isinstance(node.get("content"), Map):
        return ", ".join(cast("Map", node["content"]))
    style = str(node.get("style", _STYLES.get(str(node["in"]), "form")))
    explode = node.get("explode", style in ("form", "deepObject", "cookie"))
    reserved = ", allowReserved" if node.get("allowReserved") is True else ""
    if is_scalar and style in ("form", "simple"):
        return style + reserved
    return f"{style}{', explode' if explode else ''}{reserved}"


def _is_scalar(schema: Value, opening: Callable[[Map], Opened]) -> bool:
    """Whether no value has parts, so that ``explode`` says nothing."""
    if not isinstance(schema, Map):
        return False
    found = opening(schema)
    if found.branches:
        return all(_is_scalar(branch, opening) for branch in found.branches)
    return bool(found.types) and found.types <= _SCALARS


def _sort(status: str) -> str:
    return "default" if status == "default" else "success" if status[0] in "23" else "error"


def _without_default(pair: Pair) -> Pair:
    """A parameter's own default is judged by the parameter's rules."""
    made = Pair(pair.direction, list(pair.found), [])
    for inner in pair.inner:
        kept = [found for found in inner.found if not found.kind.startswith("schema/default/")]
        made.inner.append(Pair(inner.direction, kept, inner.inner))
    return made
