"""Two operations compared: parameters, body, responses, and what has no direction.

Sources: OpenAPI 3.1.1 §4.8.10 (Operation), §4.8.12 (Parameter), §4.8.16 (Responses).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from ..spec.nodes import Map, Origin, Seq, Value
from .found import Found, Owner, Pair
from .kinds import REQUEST, RESPONSE
from .opened import shown
from .schemas import Comparer, shown_text

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


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
                _part(pair, f"parameter/{_need(node)}/removed", node, None, old,
                      f"the {node['in']} parameter {node['name']} is gone", owner=None)  # fmt: skip
            else:
                self._parameter(pair, node, other, old.label)
        for key, node in after.items():
            if key not in before:
                words = f"the {_need(node)} {node['in']} parameter {node['name']} is new"
                _part(pair, f"parameter/{_need(node)}/added", None, node, old, words,
                      at=f"{old.node.origin.pointer}/parameters/{node['in']}:{node['name']}",
                      owner=Owner(old.label, new.label, f"{node['in']}:{node['name']}"))  # fmt: skip

    def _parameter(self, pair: Pair, old: Map, new: Map, label: str) -> None:
        owner = Owner(label, label, f"{old['in']}:{old['name']}")
        name = f"{old['in']} parameter {old['name']}"
        if _need(old) != _need(new):
            kind = f"parameter/presence/{_need(new)}"
            _between(pair, kind, old, new, "required", f"the {name} is {_need(new)}", owner,
                     (_need(old), _need(new)))  # fmt: skip
        left, right = _serialization(old), _serialization(new)
        if left != right:
            _between(pair, "parameter/serialization/changed", old, new, "style",
                     f"the {name} is written otherwise", owner, (left, right))  # fmt: skip
        _deprecation(pair, "parameter", old, new, f"the {name}")
        _prose(pair, old, new, ("description",))
        _examples(pair, old, new)
        for before, after in _schemas(old, new):
            defaults = [
                side.core.get("default", side.checked.get("default", _MISSING))
                for side in (self.comparer.open_old(before), self.comparer.open_new(after))
            ]
            inner = self.comparer.pair(before, after, REQUEST, owner)
            if defaults[0] != defaults[1]:
                inner = _without_default(inner)
                action = (
                    "added" if defaults[0] is _MISSING
                    else "removed" if defaults[1] is _MISSING else "changed"
                )  # fmt: skip
                said = ["" if value is _MISSING else shown(value) for value in defaults]
                words = f"the {name} defaults to {said[1] or 'nothing'}"
                _between(pair, f"parameter/default/{action}", old, new, "schema", words, owner,
                         (said[0], said[1]))  # fmt: skip
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
                _between(pair, f"body/required/{action}", before, after, "required", words, owner)
            _prose(pair, before, after, ("description",))
            self._content(pair, before, after, "the body", owner)
        elif isinstance(before, Map):
            need = "-required" if before.get("required") is True else ""
            _part(pair, f"body/presence/removed{need}", before, None, old, "takes no body", owner)
        elif isinstance(after, Map):
            need = "-required" if after.get("required") is True else ""
            words = "needs a body" if need else "takes a body"
            _part(pair, f"body/presence/added{need}", None, after, old, words, owner,
                  at=f"{old.node.origin.pointer}/requestBody")  # fmt: skip

    def _content(self, pair: Pair, old: Map, new: Map, what: str, owner: Owner) -> None:
        before, after = _media(old), _media(new)
        for name, node in before.items():
            other = after.get(name)
            if other is None:
                pair.found.append(
                    Found("body/media-type/removed", node.origin, new.origin,
                          f"{what} is no longer {name}", name, "", owner, node.origin.pointer)
                )  # fmt: skip
                continue
            schemas = [side.get("schema") for side in (node, other)]
            left, right = (s if isinstance(s, Map) and s else None for s in schemas)
            if left is not None and right is not None:
                pair.inner.append(self.comparer.pair(left, right, pair.direction, owner))
            elif left is not None or right is not None:
                action = "added" if right is not None else "removed"
                words = f"{what} says what it is" if right else f"{what} says nothing of what it is"
                _between(pair, f"body/schema/{action}", node, other, "schema", words, owner)
            items = [side.get("itemSchema") for side in (node, other)]
            if isinstance(items[0], Map) and isinstance(items[1], Map):
                pair.inner.append(self.comparer.pair(items[0], items[1], pair.direction, owner))
            encodings = [_encoding(side.get("encoding")) for side in (node, other)]
            if encodings[0] != encodings[1]:
                _between(pair, "body/encoding/changed", node, other, "encoding",
                         f"the parts of {what} are written otherwise", owner)  # fmt: skip
            _examples(pair, node, other)
        for name, node in after.items():
            if name not in before:
                pair.found.append(
                    Found("body/media-type/added", old.origin, node.origin,
                          f"{what} may be {name}", "", name, owner,
                          f"{old.origin.pointer}/content/{name}")
                )  # fmt: skip

    # ── responses ────────────────────────────────────────────────────────────────────────────

    def _responses(self, old: Held, new: Held, pair: Pair) -> None:
        before, after = (cast("Map", side.node["responses"]) for side in (old, new))
        owner = Owner(old.label, new.label, "result")
        for status, node in before.items():
            other = after.get(status)
            if isinstance(node, Map) and isinstance(other, Map):
                self._response(pair, node, other, status, owner)
            elif isinstance(node, Map):
                _part(pair, f"status/{_sort(status)}/removed", node, None, old,
                      f"the status {status} is gone", owner, before=status)  # fmt: skip
        for status, node in after.items():
            if status not in before and isinstance(node, Map):
                _part(pair, f"status/{_sort(status)}/added", None, node, old,
                      f"the status {status} is new", owner, after=status,
                      at=f"{before.origin.pointer}/responses/{status}")  # fmt: skip

    def _response(self, pair: Pair, old: Map, new: Map, status: str, owner: Owner) -> None:
        _prose(pair, old, new, ("description",))
        left, right = (_headers(side) for side in (old, new))
        for name, node in left.items():
            other = right.get(name)
            if other is None:
                need = "required" if node.get("required") is True else "optional"
                pair.found.append(
                    Found(f"header/{need}/removed", node.origin, new.origin,
                          f"the header {name} is gone", name, "", None,
                          node.origin.pointer)
                )  # fmt: skip
                continue
            needs = [side.get("required") is True for side in (node, other)]
            if needs[0] != needs[1]:
                need = "required" if needs[1] else "optional"
                _between(pair, f"header/presence/{need}", node, other, "required",
                         f"the header {name} is {need}", None)  # fmt: skip
            _prose(pair, node, other, ("description",))
            for before, after in _schemas(node, other):
                pair.inner.append(self.comparer.pair(before, after, RESPONSE, None))
        for name, node in right.items():
            if name not in left:
                need = "required" if node.get("required") is True else "optional"
                pair.found.append(
                    Found(f"header/{need}/added", old.origin, node.origin,
                          f"the header {name} is new", "", name, None,
                          f"{old.origin.pointer}/headers/{name}")
                )  # fmt: skip
        self._content(pair, old, new, f"the answer {status}", owner)


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
            _between(self.pair, "operation/id/changed", old, new, "operationId",
                     f"its operationId is {ids[1] or 'gone'}", None, (ids[0], ids[1]))  # fmt: skip
        _deprecation(self.pair, "operation", old, new, "the operation")
        _prose(self.pair, old, new, ("summary", "description"))

    def _say(self, kind: str, words: str, before: str, after: str) -> None:
        self.pair.found.append(
            Found(kind, self.old.node.origin, self.new.node.origin, words, before, after, None,
                  self.old.node.origin.pointer)
        )  # fmt: skip


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


def _serialization(node: Map) -> str:
    if isinstance(node.get("content"), Map):
        return ", ".join(cast("Map", node["content"]))
    style = str(node.get("style", _STYLES.get(str(node["in"]), "form")))
    explode = node.get("explode", style in ("form", "deepObject", "cookie"))
    schema = node.get("schema")
    reserved = ", allowReserved" if node.get("allowReserved") is True else ""
    if isinstance(schema, Map) and schema.get("type") in (
        "string", "integer", "number", "boolean",
    ) and style in ("form", "simple"):  # fmt: skip
        return style + reserved
    return f"{style}{', explode' if explode else ''}{reserved}"


def _schemas(old: Map, new: Map) -> list[tuple[Map, Map]]:
    """The schemas of two parameters or headers, by ``schema`` or by their media type."""
    pairs: list[tuple[Value, Value]] = [(old.get("schema"), new.get("schema"))]
    left, right = _media(old), _media(new)
    pairs += [
        (left[name].get("schema"), right[name].get("schema")) for name in left if name in right
    ]
    return [(a, b) for a, b in pairs if isinstance(a, Map) and isinstance(b, Map)]


def _media(node: Map) -> dict[str, Map]:
    """Media types without what goes without saying, to their nodes."""
    found = node.get("content")
    result: dict[str, Map] = {}
    for name, media in found.items() if isinstance(found, Map) else ():
        if isinstance(media, Map):
            bare_name = re.sub(r"\s*;\s*charset=\"?utf-8\"?", "", name.strip().lower())
            result.setdefault(re.sub(r"\s*;\s*", ";", bare_name), media)
    return result


def _headers(node: Map) -> dict[str, Map]:
    found = node.get("headers")
    return {
        name.lower(): header
        for name, header in (found.items() if isinstance(found, Map) else ())
        if isinstance(header, Map) and name.lower() != "content-type"
    }


def _encoding(node: Value) -> Value:
    if isinstance(node, Map):
        return {k: _encoding(v) for k, v in node.items() if k not in ("headers", "description")}
    return node


def _sort(status: str) -> str:
    return "default" if status == "default" else "success" if status[0] in "23" else "error"


def _part(
    pair: Pair, kind: str, old: Map | None, new: Map | None, held: Held, words: str,
    owner: Owner | None, at: str = "", before: str = "", after: str = "",
) -> None:  # fmt: skip
    """A part of an operation that came or went."""
    node = old if old is not None else new
    name = str(node["name"]) if node is not None and "name" in node else ""
    pair.found.append(
        Found(
            kind,
            old.origin if old is not None else None,
            new.origin if new is not None else None,
            words,
            before or (name if old is not None else ""),
            after or (name if new is not None else ""),
            owner or Owner(held.label, held.label),
            at or (old.origin.pointer if old is not None else ""),
        )
    )


def _between(
    pair: Pair, kind: str, old: Map, new: Map, key: str, words: str, owner: Owner | None,
    values: tuple[str, str] | None = None,
) -> None:  # fmt: skip
    """Something that both have, said otherwise."""
    before, after = values or (shown(old[key]) if key in old else "",
                               shown(new[key]) if key in new else "")  # fmt: skip
    pair.found.append(
        Found(kind, _place(old, key), _place(new, key), words, before, after, owner,
              old.origin.pointer)
    )  # fmt: skip


def _place(node: Map, key: str) -> Origin:
    return node.at(key) if key in node else node.origin


def _deprecation(pair: Pair, area: str, old: Map, new: Map, what: str) -> None:
    flags = [node.get("deprecated") is True for node in (old, new)]
    if flags[0] != flags[1]:
        action = "added" if flags[1] else "removed"
        words = f"{what} is deprecated" if flags[1] else f"{what} is no longer deprecated"
        _between(pair, f"{area}/deprecated/{action}", old, new, "deprecated", words, None)
    dates = [node.get("x-sunset") for node in (old, new)]
    if dates[0] != dates[1]:
        action = "added" if dates[0] is None else "removed" if dates[1] is None else "changed"
        words = f"{what} ends on {shown(dates[1])}" if dates[1] else f"{what} ends on no given day"
        _between(pair, f"{area}/sunset/{action}", old, new, "x-sunset", words, None)


def _prose(pair: Pair, old: Map, new: Map, keys: tuple[str, ...]) -> None:
    for key in keys:
        before, after = (shown_text(node.get(key) or "") for node in (old, new))
        if before != after:
            action = "added" if not before else "removed" if not after else "changed"
            said = {"added": "is new", "removed": "is gone", "changed": "is another one"}[action]
            pair.found.append(
                Found(f"docs/text/{action}", _place(old, key), _place(new, key),
                      f"the {key} {said}", before, after, None, old.origin.pointer)
            )  # fmt: skip


def _examples(pair: Pair, old: Map, new: Map) -> None:
    before, after = (_values(node) for node in (old, new))
    if before != after:
        action = "added" if not before else "removed" if not after else "changed"
        said = {"added": "is new", "removed": "is gone", "changed": "is another one"}[action]
        pair.found.append(
            Found(f"docs/example/{action}", _place(old, "examples"), _place(new, "examples"),
                  f"an example {said}", shown(before) if before else "",
                  shown(after) if after else "", None, old.origin.pointer)
        )  # fmt: skip


def _values(node: Map) -> list[Value]:
    found = node.get("examples")
    if not isinstance(found, Map):
        return []
    return [one.get("value") for one in found.values() if isinstance(one, Map)]


def _without_default(pair: Pair) -> Pair:
    """A parameter's own default is judged by the parameter's rules."""
    made = Pair(pair.direction, list(pair.found), [])
    for inner in pair.inner:
        kept = [found for found in inner.found if not found.kind.startswith("schema/default/")]
        made.inner.append(Pair(inner.direction, kept, inner.inner))
    return made
