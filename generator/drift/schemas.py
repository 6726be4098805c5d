"""Two canonical schemas compared, keyword by keyword, in one direction.

Sources: JSON Schema 2020-12 validation §6 to §9; OpenAPI 3.1.1 §4.8.24 (Schema Object).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from ..spec.nodes import Map, Origin, Seq, Value, escaped
from .found import Found, Owner, Pair
from .kinds import REQUEST, RESPONSE
from .opened import Opened, described, opened, shown
from .unions import Branches

_LOWEST = ("minLength", "minItems", "minProperties", "minContains")
_HIGHEST = ("maxLength", "maxItems", "maxProperties", "maxContains")
_ASSERTIONS = ("pattern", "multipleOf", "contentEncoding", "contentMediaType", "dependentRequired")
_SUBSCHEMAS = (
    "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "contentSchema",
)  # fmt: skip
_WIDER = {("int32", "int64"), ("float", "double")}
_PROSE = {"description": "text", "examples": "example"}
_MAX_DEPTH = 200


class Comparer:
    """Compares schemas of two canonical documents; equal pairs are compared once."""

    def __init__(self, old: Map, new: Map) -> None:
        self.old = _schemas(old)
        self.new = _schemas(new)
        self._sites: dict[tuple[int, int, str, Owner | None], Pair] = {}
        self._cores: dict[tuple[str | int, str | int, str], Pair] = {}
        self._depth = 0

    def pair(self, old: Map, new: Map, direction: str, owner: Owner | None = None) -> Pair:
        """What differs between two schemas where they are used."""
        key = (id(old), id(new), direction, owner)
        found = self._sites.get(key)
        if found is None:
            found = self._sites[key] = Pair(direction)
            self._site(found, self.open_old(old), self.open_new(new), owner)
        return found

    def open_old(self, node: Map) -> Opened:
        """A schema of the base."""
        return opened(node, self.old)

    def open_new(self, node: Map) -> Opened:
        """A schema of the revision."""
        return opened(node, self.new)

    def renamed(self) -> list[tuple[str, str]]:
        """Keys of components of the base, with those of the revision that took their place."""
        return [(a, b) for a, b, _ in self._cores if isinstance(a, str) and isinstance(b, str)]

    # ── a use: null and annotations ──────────────────────────────────────────────────────────

    def _site(self, pair: Pair, old: Opened, new: Opened, owner: Owner | None) -> None:
        self._annotations(pair, old, new, owner)
        if old.nullable != new.nullable and not (old.is_null or new.is_null):
            kind = "schema/nullable/added" if new.nullable else "schema/nullable/removed"
            words = "may be null" if new.nullable else "may no longer be null"
            if not (old.core or new.core):
                return
            pair.found.append(
                Found(kind, old.site.origin, new.site.origin, words, described(old),
                      described(new), owner, old.site.origin.pointer)
            )  # fmt: skip
        key = (old.identity, new.identity, pair.direction)
        core = self._cores.get(key)
        if core is None:
            core = self._cores[key] = Pair(pair.direction)
            inner = Owner(old.key, new.key) if old.key and new.key else owner
            self._depth += 1
            try:
                if self._depth < _MAX_DEPTH:
                    self._core(core, old, new, inner)
            finally:
                self._depth -= 1
        pair.inner.append(core)

    def _annotations(self, pair: Pair, old: Opened, new: Opened, owner: Owner | None) -> None:
        for name, word in _PROSE.items():
            _docs(pair, word, old.notes.get(name), new.notes.get(name), old, new)
        for name in ("readOnly", "writeOnly", "deprecated"):
            sides = [o.notes.get(name, (False,))[0] is True for o in (old, new)]
            if sides[0] != sides[1]:
                action = "added" if sides[1] else "removed"
                words = f"became {name}" if sides[1] else f"is no longer {name}"
                self._note(pair, f"schema/{name}/{action}", old, new, name, words, owner)
        dates = [o.notes.get("x-sunset", ("",))[0] for o in (old, new)]
        if dates[0] != dates[1]:
            action = "added" if not dates[0] else "removed" if not dates[1] else "changed"
            words = f"ends on {shown(dates[1])}" if dates[1] else "ends on no given day"
            self._note(pair, f"schema/sunset/{action}", old, new, "x-sunset", words, owner)

    def _note(
        self, pair: Pair, kind: str, old: Opened, new: Opened, name: str, words: str,
        owner: Owner | None,
    ) -> None:  # fmt: skip
        before, after = (o.notes.get(name) for o in (old, new))
        pair.found.append(
            Found(
                kind,
                before[1] if before else old.site.origin,
                after[1] if after else new.site.origin,
                words,
                shown(before[0]) if before else "",
                shown(after[0]) if after else "",
                owner,
                old.site.origin.pointer,
            )
        )

    # ── what restricts values ────────────────────────────────────────────────────────────────

    def _core(self, pair: Pair, old: Opened, new: Opened, owner: Owner | None) -> None:
        self._checked(pair, old, new, owner)
        if old.branches or new.branches:
            Branches(self, pair, old, new, owner).compare()
            return
        if not self._types(pair, old, new, owner):
            return
        say = _Sayer(pair, old, new, owner)
        self._enum(say)
        self._bounds(say)
        self._assertions(say)
        self._format(say)
        self._default(say)
        for keyword in _SUBSCHEMAS:
            self._subschema(say, keyword)
        self._properties(say)
        self._additional(say)
        self._items(say)

    def _types(self, pair: Pair, old: Opened, new: Opened, owner: Owner | None) -> bool:
        """Compare the types; whether the rest is comparable."""
        before, after = _kinds(old), _kinds(new)
        if before == after:
            return True
        if not (before or after):
            return True
        covers = _covers(before, after), _covers(after, before)
        action = "widened" if covers[1] else "narrowed" if covers[0] else "changed"
        words = f"is {described(new)}, was {described(old)}"
        pair.found.append(
            Found(f"schema/type/{action}", _at(old, "type"), _at(new, "type"), words,
                  described(old), described(new), owner, old.core.origin.pointer)
        )  # fmt: skip
        return bool(before & after) or {"integer", "number"} <= (before | after)

    def _enum(self, say: _Sayer) -> None:
        before, after = say.old.core.get("enum"), say.new.core.get("enum")
        if not isinstance(before, Seq) and not isinstance(after, Seq):
            return
        if not isinstance(before, Seq):
            say.differs("enum", "enum/added", f"takes only {shown(after)}")
            return
        if not isinstance(after, Seq):
            say.differs("enum", "enum/removed", "takes any value, not only those listed before")
            return
        gone = [value for value in before if not _contains(after, value)]
        come = [value for value in after if not _contains(before, value)]
        lost, won = ", ".join(map(shown, gone)), ", ".join(map(shown, come))
        if gone and come:
            say.differs("enum", "enum/changed", f"loses {lost} and gains {won}", lost, won)
        elif gone:
            say.differs("enum", "enum/value-removed", f"loses {lost}", lost, "")
        elif come:
            say.differs("enum", "enum/value-added", f"gains {won}", "", won)

    def _bounds(self, say: _Sayer) -> None:
        for keyword, exclusive, sign in (
            ("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)
        ):  # fmt: skip
            before, after = (_bound(o.core, keyword, exclusive) for o in (say.old, say.new))
            if before == after:
                continue
            if before is None:
                tighter = True
            elif after is None:
                tighter = False
            else:
                tighter = (after[0] * sign, after[1]) > (before[0] * sign, before[1])
            say.limit(keyword, tighter, _bounded(before), _bounded(after), exclusive)
        for keywords, sign in ((_LOWEST, 1), (_HIGHEST, -1)):
            for keyword in keywords:
                usual = 1 if keyword == "minContains" else 0 if sign == 1 else None
                low, high = (o.core.get(keyword, usual) for o in (say.old, say.new))
                if low == high:
                    continue
                tight = low is None or (
                    high is not None and sign * cast("float", high) > sign * cast("float", low)
                )
                say.limit(keyword, tight, _number(low), _number(high))

    def _assertions(self, say: _Sayer) -> None:
        for keyword in _ASSERTIONS:
            before, after = say.old.core.get(keyword), say.new.core.get(keyword)
            if keyword == "dependentRequired":
                before, after = _sorted(before), _sorted(after)
            say.assertion(keyword, before, after)
        unique = [o.core.get("uniqueItems") is True or None for o in (say.old, say.new)]
        say.assertion("uniqueItems", unique[0], unique[1])

    def _checked(self, pair: Pair, old: Opened, new: Opened, owner: Owner | None) -> None:
        say = _Sayer(pair, old, new, owner)
        before, after = old.checked, new.checked
        for keyword in sorted(before.keys() | after.keys()):
            left, right = _loose(before.get(keyword)), _loose(after.get(keyword))
            say.assertion(keyword, left, right, before, after)

    def _format(self, say: _Sayer) -> None:
        before, after = say.old.core.get("format"), say.new.core.get("format")
        if before == after:
            return
        if before is None or after is None:
            say.assertion("format", before, after)
        elif (before, after) in _WIDER:
            say.differs("format", "format/widened", f"is {shown(after)}, was {shown(before)}")
        elif (after, before) in _WIDER:
            say.differs("format", "format/narrowed", f"is {shown(after)}, was {shown(before)}")
        else:
            say.differs("format", "format/changed", f"is {shown(after)}, was {shown(before)}")

    def _default(self, say: _Sayer) -> None:
        missing = object()
        before, after = (o.core.get("default", missing) for o in (say.old, say.new))
        if (before is missing and after is missing) or _same(before, after):
            return
        action = "added" if before is missing else "removed" if after is missing else "changed"
        words = "has no default any more" if after is missing else f"defaults to {shown(after)}"
        say.differs("default", f"default/{action}", words)

    def _subschema(self, say: _Sayer, keyword: str) -> None:
        before, after = say.old.core.get(keyword), say.new.core.get(keyword)
        if not isinstance(before, Map) or not isinstance(after, Map):
            say.assertion(keyword, before, after)
            return
        inverse = RESPONSE if say.pair.direction == REQUEST else REQUEST
        direction = inverse if keyword in ("not", "if") else say.pair.direction
        inner = self.pair(before, after, direction, say.owner)
        if any(not f.kind.startswith("docs/") for pair in inner.all() for f in pair.found):
            say.differs(keyword, f"{keyword}/changed", f"{keyword} says something else")

    # ── objects and lists ────────────────────────────────────────────────────────────────────

    def _properties(self, say: _Sayer) -> None:
        hidden = "readOnly" if say.pair.direction == REQUEST else "writeOnly"
        before, after = _members(say.old), _members(say.new)
        required = [_required(o) for o in (say.old, say.new)]
        for name in (*before, *(name for name in after if name not in before)):
            old, new = before.get(name), after.get(name)
            owner = Owner(say.owner.old, say.owner.new, name) if say.owner else None
            if old is None and new is not None:
                if self.open_new(new).notes.get(hidden, (False,))[0] is True:
                    continue
                kind = "added-required" if name in required[1] else "added"
                say.member("property", kind, name, None, new, owner, described(self.open_new(new)))
            elif new is None and old is not None:
                if self.open_old(old).notes.get(hidden, (False,))[0] is True:
                    continue
                kind = "removed-required" if name in required[0] else "removed"
                say.member("property", kind, name, old, None, owner, described(self.open_old(old)))
            elif old is not None and new is not None:
                say.pair.inner.append(self.pair(old, new, say.pair.direction, owner))
                sides = [
                    side.notes.get(hidden, (False,))[0] is True
                    for side in (self.open_old(old), self.open_new(new))
                ]
                if (name in required[0]) != (name in required[1]) and not all(sides):
                    kind = "added" if name in required[1] else "removed"
                    words = "is required" if kind == "added" else "is optional"
                    say.member("required", kind, name, old, new, owner, words=words)

    def _additional(self, say: _Sayer) -> None:
        before, after = (o.core.get("additionalProperties") for o in (say.old, say.new))
        if "object" not in (_kinds(say.old) | _kinds(say.new)):
            return
        if before is not False and after is not False:
            left, right = (v if isinstance(v, Map) else None for v in (before, after))
            if left or right:
                nothing = Map(say.old.core.origin)
                inner = self.pair(left or nothing, right or nothing, say.pair.direction, say.owner)
                say.pair.inner.append(inner)
        elif before is not False or after is not False:
            said = after if before is False else before
            closes = after is False
            if said is None:
                kind = "forbidden" if closes else "allowed"
            else:
                kind = "closed" if closes else "opened"
            words = f"takes {'no ' if closes else ''}members that aren't described"
            say.differs("additionalProperties", f"additionalProperties/{kind}", words)

    def _items(self, say: _Sayer) -> None:
        before, after = say.old.core.get("items"), say.new.core.get("items")
        left = before if isinstance(before, Map) else None
        right = after if isinstance(after, Map) else None
        if left is not None and right is not None:
            say.pair.inner.append(self.pair(left, right, say.pair.direction, say.owner))
        elif left or right:
            action = "added" if right else "removed"
            words = "says what its items are" if right else "no longer says what its items are"
            say.differs("items", f"items/{action}", words)
        lists = [o.core.get("prefixItems") for o in (say.old, say.new)]
        first, second = (list(v) if isinstance(v, Seq) else list[Value]() for v in lists)
        for old, new in zip(first, second, strict=False):
            if isinstance(old, Map) and isinstance(new, Map):
                say.pair.inner.append(self.pair(old, new, say.pair.direction, say.owner))
        if len(first) != len(second):
            action = "added" if len(second) > len(first) else "removed"
            words = f"says what its first {len(second)} items are, not {len(first)}"
            say.differs("prefixItems", f"prefixItems/{action}", words)


class _Sayer:
    """Notes differences of one pair."""

    def __init__(self, pair: Pair, old: Opened, new: Opened, owner: Owner | None) -> None:
        self.pair = pair
        self.old = old
        self.new = new
        self.owner = owner

    def differs(
        self, keyword: str, kind: str, words: str, before: str | None = None,
        after: str | None = None,
    ) -> None:  # fmt: skip
        """A keyword that differs."""
        self.pair.found.append(
            Found(
                f"schema/{kind}",
                _at(self.old, keyword),
                _at(self.new, keyword),
                words,
                shown(self.old.core[keyword]) if before is None and keyword in self.old.core
                else before or "",
                shown(self.new.core[keyword]) if after is None and keyword in self.new.core
                else after or "",
                self.owner,
                self.old.core.origin.pointer,
            )
        )  # fmt: skip

    def limit(self, keyword: str, tighter: bool, before: str, after: str, other: str = "") -> None:
        """A bound that moved."""
        action = "narrowed" if tighter else "widened"
        words = f"{keyword} is {after or 'gone'}" + (f", was {before}" if before else "")
        used = [keyword if keyword in o.core else other or keyword for o in (self.old, self.new)]
        self.pair.found.append(
            Found(f"schema/{keyword}/{action}", _at(self.old, used[0]), _at(self.new, used[1]),
                  words, before, after, self.owner, self.old.core.origin.pointer)
        )  # fmt: skip

    def assertion(
        self, keyword: str, before: Value, after: Value, old: Map | None = None,
        new: Map | None = None,
    ) -> None:  # fmt: skip
        """A keyword that is there or isn't, or says something else."""
        if _same(before, after):
            return
        action = "added" if before is None else "removed" if after is None else "changed"
        words = {
            "added": f"{keyword} is {shown(after)}",
            "removed": f"{keyword} is no longer said",
            "changed": f"{keyword} is {shown(after)}, was {shown(before)}",
        }[action]
        self.pair.found.append(
            Found(
                f"schema/{keyword}/{action}",
                _value_at(old, keyword) or _at(self.old, keyword),
                _value_at(new, keyword) or _at(self.new, keyword),
                words,
                shown(before) if before is not None else "",
                shown(after) if after is not None else "",
                self.owner,
                self.old.core.origin.pointer,
            )
        )

    def member(
        self, kind: str, action: str, name: str, old: Map | None, new: Map | None,
        owner: Owner | None, text: str = "", words: str = "",
    ) -> None:  # fmt: skip
        """A member that came, went, or is required or not."""
        places = [
            cast("Map", side.core["properties"]).at(name) if node is not None else None
            for side, node in ((self.old, old), (self.new, new))
        ]
        base = self.old.core.origin.pointer
        said = {"added": "is new", "removed": "is gone", "added-required": "is new and required",
                "removed-required": "is gone"}  # fmt: skip
        optional = ("optional", "required") if action == "added" else ("required", "optional")
        self.pair.found.append(
            Found(
                f"schema/{kind}/{action}",
                places[0],
                places[1],
                f"{name} {words or said[action]}",
                text if old is not None and new is None else "" if new is None or old is None
                else optional[0],
                text if new is not None and old is None else "" if new is None or old is None
                else optional[1],
                owner,
                f"{base}/properties/{escaped(name)}",
            )
        )  # fmt: skip


def _docs(
    pair: Pair, word: str, before: tuple[Value, Origin] | None,
    after: tuple[Value, Origin] | None, old: Opened, new: Opened,
) -> None:  # fmt: skip
    left, right = (shown_text(side[0]) if side else "" for side in (before, after))
    if left == right:
        return
    action = "added" if not left else "removed" if not right else "changed"
    pair.found.append(
        Found(
            f"docs/{word}/{action}",
            before[1] if before else old.site.origin,
            after[1] if after else new.site.origin,
            f"{'the description' if word == 'text' else 'an example'} {_SAID[action]}",
            left,
            right,
            None,
            old.site.origin.pointer,
        )
    )


_SAID = {"added": "is new", "removed": "is gone", "changed": "is another one"}


def shown_text(value: Value) -> str:
    """Prose, or examples, with white space that doesn't count made one blank."""
    return " ".join(value.split()) if isinstance(value, str) else shown(value)


def _schemas(root: Map) -> Map:
    components = root.get("components")
    schemas = components.get("schemas") if isinstance(components, Map) else None
    return schemas if isinstance(schemas, Map) else Map(root.origin)


def _at(side: Opened, keyword: str) -> Origin:
    return side.core.at(keyword) if keyword in side.core else side.core.origin


def _value_at(node: Map | None, keyword: str) -> Origin | None:
    value = node.get(keyword) if node is not None else None
    return value.origin if isinstance(value, (Map, Seq)) else None


def _kinds(side: Opened) -> frozenset[str]:
    if side.is_null:
        return frozenset(("null",))
    return side.types


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether every value of the types ``narrow`` has one of the types ``wide``."""
    if not wide:
        return True
    every = wide | {"integer"} if "number" in wide else wide
    return bool(narrow) and narrow <= every


def _members(side: Opened) -> dict[str, Map]:
    found = side.core.get("properties")
    return {k: v for k, v in found.items() if isinstance(v, Map)} if isinstance(found, Map) else {}


def _required(side: Opened) -> frozenset[str]:
    found = side.core.get("required")
    return frozenset(map(str, found)) if isinstance(found, Seq) else frozenset()


def _bound(core: Map, keyword: str, exclusive: str) -> tuple[float, bool] | None:
    found: list[tuple[float, bool]] = []
    for name, is_open in ((keyword, False), (exclusive, True)):
        value = core.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found.append((value, is_open))
    if not found:
        return None
    pick: Callable[[Iterable[tuple[float, bool]]], tuple[float, bool]] = (
        max if keyword == "minimum" else min
    )
    return pick(found)


def _bounded(bound: tuple[float, bool] | None) -> str:
    if bound is None:
        return ""
    return f"{shown(bound[0])} (exclusive)" if bound[1] else shown(bound[0])


def _number(value: Value) -> str:
    return "" if value is None else shown(value)


def _same(left: Value, right: Value) -> bool:
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _contains(values: Seq, value: Value) -> bool:
    return any(_same(one, value) for one in values)


def _sorted(value: Value) -> Value:
    if not isinstance(value, Map):
        return value
    return {k: sorted(map(str, v)) if isinstance(v, Seq) else v for k, v in value.items()}


def _loose(value: Value) -> Value:
    """A raw schema to compare: the order of a list of names, types or values doesn't count."""
    if isinstance(value, Map):
        return {key: _loose(inner) for key, inner in sorted(value.items())}
    if isinstance(value, (Seq, list)):
        return sorted((_loose(v) for v in cast("list[Value]", value)), key=shown)
    return value
