"""Discriminators: the values of a property that tell the branches of a union apart.

Sources: OpenAPI 3.1.1 §4.8.25 and 3.2.0 §4.25 (Discriminator Object).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from .....base.errors import Unsupported
from .....base.immutable import immutable
from ....document.declared import reference_to
from ....document.subtypes import discriminator_of
from ....document.tree import Location, MappingNode, Value
from ...discriminator_values import tag_text
from ...model.schemas import Discriminator, Schema
from ..nodes.node_values import branches_of, child, kinds_of, mappings, sequence
from .components import Components

_VALUES = ("x-ms-discriminator-value", "x-discriminator-value")
"""Extensions that tell the value of the schema that has them."""
_MAX_DEPTH = 20
"""The references and parts that are followed to a branch's own values of the property."""


@immutable
class _Property:
    """The property of one branch, as the branch describes it."""

    values: tuple[str, ...]
    """The values that it lists, as text."""
    type: str

    def spelling(self, value: str) -> str:
        """Return a value of a mapping, which is text, as a number or a boolean is written."""
        if value in self.values:
            return value
        if self.type == "boolean":
            return value.casefold()
        if self.type in ("integer", "number"):
            with suppress(ValueError):
                return tag_text(float(value))
        return value

    def like(self, text: str) -> list[str]:
        """Return the values that differ from ``text`` in case and separators alone."""
        return [value for value in self.values if _fold(value) == _fold(text)]


class Discriminators:
    """The discriminators of unions, with references to components."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self.refs = components.refs
        self.findings = components.findings

    def of(
        self,
        node: MappingNode,
        branches: Sequence[tuple[Value, Schema, Schema]],
        base: str = "",
        inner: Sequence[MappingNode] = (),
    ) -> Discriminator | None:
        """Return the discriminator of the union ``node``, with a mapping that names its branches.

        Each branch is given as it is written, in canonical form, and as it is in the union. A
        branch that the mapping doesn't name has the values that it alone lists; failing that, its
        component's key, which an inline branch doesn't have. The branch with the key ``base`` has
        all other values: the union is of it and its subtypes. So has the branch that
        ``defaultMapping`` names, which is also that of an object without the property. ``inner``
        are discriminators that the branches have or inherit; those of the same property name
        branches that this one doesn't.
        """
        given = discriminator_of(node)
        name = given.get("propertyName") if given is not None else None
        if given is None or not isinstance(name, str):
            return None
        refs = {old.ref: new.ref for _, old, new in branches if old.ref and new.ref}
        described = {
            old.ref: self._property(written, name)
            for written, old, _ in branches
            if old.ref in refs
        }
        declared = self._default(given, refs)
        others = {base, declared}
        values: dict[str, str] = {}
        for one in (given, *inner):
            if one is not given and one.get("propertyName") != name:
                continue
            mapped = {*values.values(), *others}
            lists_all = one is given and not base
            mapping = self._mapped(one, described, branches_of(node), lists_all=lists_all)
            for value, key in mapping.items():
                if key not in mapped:
                    values.setdefault(value, key)
        counts = Counter(value for one in described.values() for value in one.values)
        for key, branch in described.items():
            if key not in others:
                for value in self._implied(key, branch, values, counts):
                    values.setdefault(value, key)
        return Discriminator(
            given.location,
            property_name=name,
            mapping={value: refs[key] for value, key in values.items()},
            default_mapping=refs[declared] if declared else refs.get(base, ""),
            is_default_declared=bool(declared),
        )

    def _default(self, given: MappingNode, refs: Mapping[str, str]) -> str:
        """Return the key of the branch for an absent or unknown value; empty if none is named."""
        key = self._key(given, "defaultMapping") if "defaultMapping" in given else ""
        if key is None or key in refs or "defaultMapping" not in given:
            return key or ""
        self._warn(
            given.at("defaultMapping"),
            "the defaultMapping of the discriminator leads to a schema that isn't in the union",
            "Add the schema to the union, or correct `defaultMapping`.",
        )
        return ""

    def _mapped(
        self,
        given: MappingNode,
        described: Mapping[str, _Property],
        branches: Sequence[MappingNode],
        *,
        lists_all: bool,
    ) -> dict[str, str]:
        """Return the values that the mapping has for branches, with their keys.

        ``branches`` are all that are written; unless ``lists_all``, the mapping may name others.
        """
        values: dict[str, str] = {}
        mapping = child(given, "mapping")
        for value in mapping:
            place = self._place(mapping, value)
            key = self.components.keys.get(place or "", "")
            one = described.get(key)
            if place is None or one is None:
                # A branch without members of its own isn't a class, but in the union.
                if lists_all and place is not None and place not in self._places(branches):
                    self._warn(
                        mapping.at(value),
                        f"the discriminator maps {value!r} to a schema that isn't in the union",
                        f"Add the schema to the union, or remove {value!r} from `mapping`.",
                    )
                continue
            text = one.spelling(value)
            if one.values and text not in one.values:
                self._warn(
                    mapping.at(value),
                    f"the discriminator maps {value!r} to {key}, whose property "
                    f"{given.get('propertyName')!r} has other values; those are used",
                    f"Replace {value!r} by one of {', '.join(map(repr, one.values[:5]))}.",
                )
                text = next(iter(one.like(text)), "")
            if text:
                values.setdefault(text, key)
        return values

    def _implied(
        self,
        key: str,
        described: _Property,
        values: Mapping[str, str],
        counts: Mapping[str, int],
    ) -> list[str]:
        """Return the values of a branch besides those that the mapping has for it."""
        is_mapped = key in values.values()
        if not is_mapped and (not described.values or key in described.values):
            return [key]
        own = [value for value in described.values if counts[value] == 1]
        if own or is_mapped:
            return own
        return [value for value in described.like(key) if value not in values]

    def _warn(self, where: Location, fact: str, remedy: str) -> None:
        self.findings.warn("discriminator", where, fact, remedy)

    # ── as written ───────────────────────────────────────────────────────────────────────────

    def _property(self, branch: Value, name: str) -> _Property:
        schemas = [*self._schemas(branch, name, 0, set())]
        texts = next((found for schema in schemas if (found := _texts(schema))), ())
        target = self.components.written(branch) if isinstance(branch, MappingNode) else None
        if isinstance(target, MappingNode):
            named = [one for key in _VALUES if isinstance(one := target.get(key), str)]
            texts = (*named[:1],) or texts
        types = [kind for schema in schemas for kind in kinds_of(schema)]
        return _Property(texts, next((kind for kind in types if kind != "null"), ""))

    def _schemas(
        self, branch: Value, name: str, depth: int, seen: set[int]
    ) -> Iterator[MappingNode]:
        """Yield the schemas of a property: the branch's own, then those of what it extends."""
        if not isinstance(branch, MappingNode) or depth > _MAX_DEPTH or id(branch) in seen:
            return
        seen.add(id(branch))
        if "$ref" in branch:
            yield from self._schemas(self.components.written(branch), name, depth + 1, seen)
            return
        schema = child(branch, "properties").get(name)
        for _ in range(_MAX_DEPTH):
            if isinstance(schema, MappingNode):
                yield schema
                parts = mappings(schema.get("allOf"))
                one = schema if "$ref" in schema else parts[0] if len(parts) == 1 else None
                schema = self.components.written(one) if one is not None and "$ref" in one else None
        for part in mappings(branch.get("allOf")):
            yield from self._schemas(part, name, depth + 1, seen)

    def _places(self, branches: Sequence[MappingNode]) -> set[str | None]:
        """Return the places of the schemas that branches refer to."""
        with self.refs.apart():
            return {self._followed(one, one.at("$ref")) for one in branches if "$ref" in one}

    def _followed(self, node: MappingNode, place: Location) -> str | None:
        """Return the place of the schema that a reference leads to; None if there is none."""
        with suppress(Unsupported):
            target, found = self.refs.target(node, place)
            for _ in range(_MAX_DEPTH):
                if isinstance(target, MappingNode) and self.components.analysis.is_alias(target):
                    target, found = self.refs.target(target)
            return found
        return None

    def _key(self, node: MappingNode, member: str) -> str | None:
        """Return the key of the component that ``node[member]`` names, by key or by reference.

        Empty for a schema that isn't in use; None, with a warning, for a name without a schema.
        """
        place = self._place(node, member)
        return None if place is None else self.components.keys.get(place, "")

    def _place(self, node: MappingNode, member: str) -> str | None:
        """Return the place of the schema that ``node[member]`` names, by key or by reference.

        None, with a warning, for a name without a schema.
        """
        name, main = node[member], self.components.main
        start = MappingNode(node.location, {"$ref": name})
        if isinstance(name, str) and name in main:
            start = reference_to(main, name)
        with self.refs.apart() as faults:
            place = self._followed(start, node.at(member))
        if place is not None:
            return place
        for problem in faults.refusals:
            if problem.code in ("ref", "ref-file"):
                self._warn(
                    node.at(member),
                    f"the discriminator maps {member!r} to no schema that exists; ignored",
                    f"Correct {name!r}, or remove it.",
                )
            else:
                self.findings.add(problem)
        return None


def _texts(schema: MappingNode) -> tuple[str, ...]:
    values = [schema["const"]] if "const" in schema else sequence(schema.get("enum"))
    return tuple(tag_text(v) for v in values if isinstance(v, str | int | float))


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
