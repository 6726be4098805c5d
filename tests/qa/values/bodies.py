"""Random JSON values for the schemas of a description, made from its plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any
from urllib.parse import unquote

from tests.qa.corpus.source import Json, Node, Source, Unresolvable
from tests.qa.values.strings import of_format, of_length, of_pattern
from tests.qa.values.validity import NULL

_DEEP = 5
_NODES = 400
"""The most values in one body."""
_TYPES = {
    "object": ("properties", "additionalProperties", "required", "minProperties",
               "patternProperties"),
    "array": ("items", "minItems", "prefixItems", "maxItems"),
    "string": ("pattern", "minLength", "maxLength", "format"),
    "number": ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"),
}  # fmt: skip


@dataclass(slots=True)
class Merged:
    """The keywords of a schema with those of what it refers to and is composed of."""

    keywords: dict[str, Any] = field(default_factory=dict[str, Any])
    properties: dict[str, list[Node]] = field(default_factory=dict[str, "list[Node]"])
    required: set[str] = field(default_factory=set[str])
    items: list[Node] = field(default_factory=list[Node])
    others: list[Node] = field(default_factory=list[Node])
    """The schemas of ``additionalProperties``."""
    is_closed: bool = False
    fixed: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Discriminator property → the value that the chosen schema needs."""
    is_absent: bool = False
    is_nullable: bool = False


@dataclass(slots=True)
class Body:
    """A value with the facts that matter to its comparison."""

    value: Json
    has_unknown: bool
    """Whether it has members that the description doesn't list, though it allows them."""


class Bodies:
    """The values of one description in one direction."""

    def __init__(self, source: Source, absent: str, random: Random) -> None:
        self._source = source
        self._absent = absent
        self._random = random
        self._nodes = 0
        self._has_unknown = False

    def body(self, schema: Node) -> Body:
        """Return a value that the schema probably allows.

        Raise :class:`Unresolvable` where none can be made.
        """
        self._nodes, self._has_unknown = 0, False
        return Body(self._value([schema], 0), self._has_unknown)

    def _value(self, schemas: list[Node], depth: int) -> Json:
        self._nodes += 1
        if self._nodes > _NODES or depth > 24:
            raise Unresolvable("too large")
        merged = Merged()
        for schema in schemas:
            self._merge(merged, schema, [], is_base=False)
        return self._of(merged, depth)

    def _is_likely(self, chance: float) -> bool:
        return self._random.random() < chance

    # Composition

    def _merge(self, into: Merged, node: Node, path: list[str], *, is_base: bool) -> None:
        """Add the keywords of ``node``; ``path`` are the references that lead to it."""
        value = node.value
        if not isinstance(value, dict):
            if value is False:
                raise Unresolvable("false")
            return
        if isinstance(value.get("$dynamicRef"), str):
            raise Unresolvable("$dynamicRef")
        if isinstance(value.get("$ref"), str):
            identity, target = self._source.target(node)
            if identity in path:
                raise Unresolvable("a circle")
            subtypes = self._subtypes.get(identity, ()) if not is_base else ()
            while subtypes and self._is_likely(self._chance_of_subtypes(target)):
                identity, target = self._random.choice(subtypes)
                subtypes = self._subtypes.get(identity, ())
            self._merge(into, target, [*path, identity], is_base=is_base)
            if self._source.is_30:
                return
        self._own(into, node)
        self._discriminate(into, node, path)
        for one in _list(value, "allOf"):
            self._merge(into, Node(node.file, one), path, is_base=True)
        for keyword in ("oneOf", "anyOf"):
            if branches := _list(value, keyword):
                branch = Node(node.file, self._random.choice(branches))
                if branch.value == NULL and self._source.is_30:
                    branch = Node(node.file, {"enum": [None]})
                self._choose(into, node, branch)
                self._merge(into, branch, path, is_base="discriminator" in value or is_base)

    def _own(self, into: Merged, node: Node) -> None:
        value, keywords = node.value, into.keywords
        for name, one in (value.get("properties") or {}).items():
            into.properties.setdefault(str(name), []).append(Node(node.file, one))
        if isinstance(value.get("required"), list):
            into.required |= set(value["required"])
        if isinstance(value.get("items"), dict):
            into.items.append(node.member("items"))
        more = value.get("additionalProperties", value.get("unevaluatedProperties"))
        if isinstance(more, dict):
            into.others.append(Node(node.file, more))
        into.is_closed |= more is False
        into.is_absent |= value.get(self._absent) is True
        into.is_nullable |= self._source.is_30 and value.get("nullable") is True
        for key, one in value.items():
            if key == "enum" and isinstance(keywords.get("enum"), list) and isinstance(one, list):
                keywords["enum"] = [item for item in keywords["enum"] if item in one]
            elif key == "type" and "type" in keywords:
                both = [t for t in _types(keywords["type"]) if t in _types(one)]
                keywords["type"] = both or one
            elif one is not None:
                keywords[key] = one

    # Discriminators

    @cached_property
    def _subtypes(self) -> dict[str, list[tuple[str, Node]]]:
        """Return for each component those that have it in their ``allOf``, directly or not."""
        direct: dict[str, list[tuple[str, Node]]] = {}
        for identity, node in self._source.components.items():
            for one in _list(node.value, "allOf"):
                if isinstance(one, dict) and isinstance(one.get("$ref"), str):
                    try:
                        base, _ = self._source.target(Node(node.file, one))
                    except Unresolvable:
                        continue
                    direct.setdefault(base, []).append((identity, node))
        found: dict[str, list[tuple[str, Node]]] = {}
        for base in direct:
            todo, seen = list(direct[base]), dict[str, Node]()
            while todo:
                identity, node = todo.pop()
                if identity not in seen and identity != base:
                    seen[identity] = node
                    todo += direct.get(identity, [])
            found[base] = list(seen.items())
        return found

    def _chance_of_subtypes(self, base: Node) -> float:
        """Return how often a subtype is made of its base; always if that lists its names."""
        inline = [Node(base.file, one) for one in _list(base.value, "allOf") if "$ref" not in one]
        for part in (base, *inline):
            rule, properties = part.get("discriminator"), part.get("properties") or {}
            name = rule.get("propertyName") if isinstance(rule, dict) else None
            if isinstance(name, str):
                own = [part.member("properties").member(name)] if name in properties else []
                return 0.7 if self._allowed(own) is None else 1.0
        return 0.0

    def _discriminate(self, into: Merged, node: Node, path: list[str]) -> None:
        """Fix a base class's property to the value of the component that was referred to."""
        rule = node.value.get("discriminator")
        if not isinstance(rule, dict) or _list(node.value, "oneOf") or _list(node.value, "anyOf"):
            return
        name = rule.get("propertyName")
        if path and not all(
            self._is_or_extends(one, path[-1]) for _, one in self._targets(rule, node)
        ):
            raise Unresolvable("a mapping to others")  # undefined by OpenAPI 3.1.1 §4.8.25
        if isinstance(name, str):
            outermost_first = (one for one in path if self._is_or_extends(one, path[-1]))
            mapped = (self._mapped(rule, node, one) for one in outermost_first)
            into.fixed.setdefault(name, []).extend(mapped)

    def _is_or_extends(self, one: str, base: str) -> bool:
        return one == base or any(one == identity for identity, _ in self._subtypes.get(base, ()))

    def _choose(self, into: Merged, node: Node, branch: Node) -> None:
        rule = node.value.get("discriminator")
        if not isinstance(rule, dict) or not isinstance(branch.get("$ref"), str):
            return
        if isinstance(rule.get("propertyName"), str):
            identity, _ = self._source.target(branch)
            into.fixed[rule["propertyName"]] = [self._mapped(rule, node, identity)]

    def _mapped(self, rule: dict[str, Any], node: Node, identity: str) -> str:
        own = self._source.components.get(identity)
        if own is not None and isinstance(value := own.get("x-ms-discriminator-value"), str):
            return value
        found = (key for key, target in self._targets(rule, node) if target == identity)
        return next(
            found, unquote(identity.rpartition("/")[2]).replace("~1", "/").replace("~0", "~")
        )

    def _targets(self, rule: dict[str, Any], node: Node) -> Iterator[tuple[str, str]]:
        """Yield the values of a mapping, and the identities of their schemas."""
        mapping = rule.get("mapping")
        for key, target in mapping.items() if isinstance(mapping, dict) else ():
            written = str(target)
            if "/" not in written and "." not in written:
                written = f"#/components/schemas/{written}"
            with suppress(Unresolvable):
                yield str(key), self._source.target(Node(node.file, {"$ref": written}))[0]

    # Values

    def _of(self, merged: Merged, depth: int) -> Json:
        keywords = merged.keywords
        if "const" in keywords:
            return keywords["const"]
        if isinstance(keywords.get("enum"), list) and keywords["enum"]:
            return self._random.choice(keywords["enum"])
        types = _types(keywords.get("type"))
        if not types:
            types = [t for t, words in _TYPES.items() if any(word in keywords for word in words)]
        if merged.is_nullable and self._is_likely(0.15):
            return None
        kind = self._random.choice(types) if types else "any"
        match kind:
            case "object":
                return self._object(merged, depth)
            case "array":
                return self._array(merged, depth)
            case "string":
                return self._string(keywords)
            case "integer" | "number":
                return self._number(keywords, is_integer=kind == "integer")
            case "boolean":
                return self._is_likely(0.5)
            case "null":
                return None
            case "any":
                return self._random.choice(
                    ("text", 7, -0.5, True, {"k": [1, "2"]}, [], [{"a": None}], "12", {})
                )
        raise Unresolvable(kind)

    def _object(self, merged: Merged, depth: int) -> Json:
        made: dict[str, Json] = {}
        chance = 0.8 if depth < 2 else 0.4 if depth < _DEEP else 0.0
        for name, schemas in merged.properties.items():
            if name not in merged.required and not self._is_likely(chance):
                continue
            if self._is_property_absent(schemas):
                continue
            try:
                made[name] = self._value(schemas, depth + 1)
            except Unresolvable:
                if name in merged.required:
                    raise
        for name in merged.required - merged.properties.keys():
            made[name] = self._value(merged.others, depth + 1) if merged.others else "undescribed"
        if merged.others and depth < _DEEP:
            for name in self._random.sample(("key1", "two words", "Ключ", "a.b"), 2):
                made[name] = self._value(merged.others, depth + 1)
        elif not merged.is_closed and merged.properties and self._is_likely(0.1):
            made["unknownMember"] = self._random.choice(("text", 1, None, {"a": [True]}))
            self._has_unknown = True
        elif not merged.properties and not merged.is_closed and depth < _DEEP:
            made["free"] = self._random.choice(("text", 1.5, None, {"a": [True]}))
        for name, values in merged.fixed.items():
            allowed = self._allowed(merged.properties.get(name, []))
            if allowed is None and type(made.get(name)) in (int, float):
                numbers = [int(n) for n in values if n.lstrip("-").isdecimal()]
                usable: list[Json] = [*numbers, 987_654]  # that is of no subtype
            elif allowed is None and isinstance(made.get(name, ""), str):
                usable = [*values]
            else:
                usable = [one for one in values if one in (allowed or ())]
            if usable:
                made[name] = usable[0]
                self._has_unknown |= name not in merged.properties
        return made

    def _is_property_absent(self, schemas: list[Node]) -> bool:
        return self._merged(schemas).is_absent

    def _allowed(self, schemas: list[Node]) -> list[Json] | None:
        """Return the values that a property's own schema lists, None if it lists none."""
        keywords = self._merged(schemas).keywords
        return [keywords["const"]] if "const" in keywords else keywords.get("enum")

    def _merged(self, schemas: list[Node]) -> Merged:
        """Return the keywords of a property, as far as its references lead."""
        merged = Merged()
        for schema in schemas:
            with suppress(Unresolvable):
                self._merge(merged, schema, [], is_base=True)
        return merged

    def _array(self, merged: Merged, depth: int) -> Json:
        keywords = merged.keywords
        least, most = keywords.get("minItems", 0), keywords.get("maxItems", 1_000)
        size = max(least, min(most, self._random.choice((0, 1, 2, 3)) if depth < _DEEP else 0))
        if size > 50:
            raise Unresolvable("a long array")
        file = self._source.path
        first = [Node(file, one) for one in _list(keywords, "prefixItems")]
        made = [self._value([one], depth + 1) for one in first]
        made += [
            self._value(merged.items, depth + 1) if merged.items else "item"
            for _ in range(size - len(made))
        ]
        if keywords.get("uniqueItems") is True:
            made = list({json.dumps(one, sort_keys=True): one for one in made}.values())
        return made

    def _string(self, keywords: dict[str, Any]) -> str:
        least, most = keywords.get("minLength", 0), keywords.get("maxLength")
        if isinstance(keywords.get("pattern"), str):
            made = of_pattern(keywords["pattern"], self._random)
            if made is None:
                raise Unresolvable("a pattern")
            return made
        made = of_format(str(keywords.get("format", "")), self._random)
        if made is not None and len(made) >= least and (most is None or len(made) <= most):
            return made
        if least > 10_000:
            raise Unresolvable("a long string")
        return of_length(least, most, self._random)

    def _number(self, keywords: dict[str, Any], *, is_integer: bool) -> int | float:
        least, most = keywords.get("minimum"), keywords.get("maximum")
        least = _limit(keywords.get("exclusiveMinimum"), 1, least)
        most = _limit(keywords.get("exclusiveMaximum"), -1, most)
        step = keywords.get("multipleOf")
        some: list[int | float] = [0, 1, -1, 7, 180, 2**31 - 1]
        if is_integer and keywords.get("format") != "int32":
            some += [2**53 + 1, -(2**40), 2**64]
        if not is_integer:
            some += [0.5, -2.25, 1e-7, 12345.678, -0.0, 2**53 + 1, 5e-324, 1.7976931348623157e308]
        some += [one for one in (least, most) if one is not None]
        if least is not None and most is not None:
            some.append(least + (most - least) // 2)
        if isinstance(step, (int, float)) and step:
            some = [step * k for k in (0, 1, 3, 10)] + [s * step for s in (least or 0,)]
        fitting = [n for n in some if (least is None or n >= least) and (most is None or n <= most)]
        if not fitting:
            raise Unresolvable("a number")
        made = self._random.choice(fitting)
        if is_integer and not self._source.is_30 and abs(made) < 2**53 and self._is_likely(0.01):
            return float(made)  # an integer, too (JSON Schema 2020-12 §6.1.1)
        return int(made) if is_integer and float(made).is_integer() else made


def _limit(exclusive: Any, step: int, inclusive: Any) -> Any:
    if isinstance(exclusive, bool):
        return inclusive + step if exclusive and inclusive is not None else inclusive
    return exclusive + step if isinstance(exclusive, (int, float)) else inclusive


def _list(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _types(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value] if isinstance(value, str) else []
