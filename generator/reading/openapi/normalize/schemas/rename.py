"""The final keys of components: readable, and the same whatever the order of the description.

While schemas are normalised, the second of two inline schemas of one place has a hash in its key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce

from ....document.component_keys import PREFIX, component_key, short_hash
from ....document.tree import MappingNode, Value
from ...model.schemas import Schema, map_inside
from ..nodes.distinct_words import distinct_words
from .canonical import annotate, as_node, as_text


def _final_keys(
    schemas: Mapping[str, Schema], hints: Mapping[str, str], declared: Iterable[str]
) -> dict[str, str]:
    """Return the final keys of the components that get another one, which isn't ``declared``.

    ``hints`` has the keys of those that aren't declared, with the key that each would have alone.
    Where it isn't alone, a word tells it apart; a hash only where no word does.
    """
    groups = _groups(schemas, hints)
    taken = {*declared, *(key for key in schemas if key not in hints)}
    renamed: dict[str, str] = {}

    def resolve(reference: MappingNode) -> Value:
        key = str(reference["$ref"]).removeprefix(PREFIX)
        return as_node(schemas[key]) if key in hints and key in schemas else None

    for hint, keys in sorted(groups.items()):
        if keys == [hint]:
            continue
        if len(keys) == 1 and hint not in taken:
            renamed[keys[0]] = hint
            continue
        start = f"{hint}."
        below = {key.removeprefix(start) for key in (*taken, *groups) if key.startswith(start)}
        nodes = [as_node(schemas[key]) for key in keys]
        words = distinct_words(nodes, resolve, below, inline=hints)
        for key, word in zip(keys, words, strict=True):
            new = component_key(f"{hint}.{word}") if word else ""
            if not new or new in taken or new in groups:
                new = component_key(f"{hint}.{short_hash(as_text(schemas[key]))}")
            taken.add(new)
            renamed[key] = new
    return {old: final for old, new in renamed.items() if (final := renamed.get(new, new)) != old}


def settle_keys(
    schemas: dict[str, Schema], hints: Mapping[str, str], declared: Iterable[str]
) -> Callable[[Schema], Schema]:
    """Give components their final keys; return the function that replaces references to them.

    Keys that are ``declared`` are kept free.
    """
    hints = {key: _final_hint(hint, hints) for key, hint in hints.items()}
    steps: list[Mapping[str, str]] = []

    def replace_keys(renamed: Mapping[str, str]) -> None:
        steps.append(renamed)
        for key, schema in schemas.items() if renamed else ():
            schemas[key] = _renamed(schema, renamed)

    replace_keys(_own_bodies(schemas, hints))
    while renamed := _equal(schemas, hints):  # what they contain may be equal only now
        for key in renamed:
            del schemas[key]
        replace_keys(renamed)
    renamed = _final_keys(schemas, hints, declared)
    for key in renamed:
        schemas[renamed[key]] = schemas.pop(key)
    replace_keys(renamed)
    return lambda schema: reduce(_renamed, filter(None, steps), schema)


def _final_hint(hint: str, hints: Mapping[str, str]) -> str:
    """Return the key that a schema would have alone, in one that isn't alone either."""
    ends = [at for at in range(len(hint) - 1, 0, -1) if hint[at] == "."]
    outer = next((at for at in ends if hints.get(hint[:at], hint[:at]) != hint[:at]), 0)
    return _final_hint(hints[hint[:outer]], hints) + hint[outer:] if outer else hint


def _groups(schemas: Mapping[str, Schema], hints: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the keys that aren't declared by the key that each would have alone."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(schemas):
        if key in hints:
            groups[hints[key]].append(key)
    return groups


def _equal(schemas: Mapping[str, Schema], hints: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of components that another one equals, but for descriptions and examples."""
    renamed: dict[str, str] = {}
    for keys in _groups(schemas, hints).values():
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for key in keys if len(keys) > 1 else ():
            text = as_text(schemas[key], ("description", "examples"), is_sorted=True)
            alike[text].append(key)
        for same in alike.values():
            kept = min(same, key=lambda key: (as_text(schemas[key]), key))
            renamed |= {key: kept for key in same if key != kept}
    return renamed


def _own_bodies(schemas: dict[str, Schema], hints: Mapping[str, str]) -> dict[str, str]:
    """Give a schema that is only a reference to one that would have its key its body.

    Return the first one's key for each key that it replaces.
    """
    renamed: dict[str, str] = {}
    for key in sorted(schemas):
        target = schemas[key].ref
        is_own = hints.get(target) == hints.get(key, key) == key != target
        if is_own and not schemas[target].ref:
            schemas[key] = annotate(schemas[target], schemas[key])
            renamed.setdefault(target, key)
    for key in renamed:
        del schemas[key]
    return renamed


def _renamed(schema: Schema, keys: Mapping[str, str]) -> Schema:
    """Return a schema with other keys in its references, also those of discriminators."""
    schema = map_inside(schema, lambda inner: _renamed(inner, keys))
    if schema.ref in keys:
        return schema.replace(ref=keys[schema.ref])
    if schema.union is None or (discriminator := schema.union.discriminator) is None:
        return schema
    mapping = {value: keys.get(key, key) for value, key in discriminator.mapping.items()}
    default = keys.get(discriminator.default_mapping, discriminator.default_mapping)
    own = replace(discriminator, mapping=mapping, default_mapping=default)
    return schema.replace(union=replace(schema.union, discriminator=own))
