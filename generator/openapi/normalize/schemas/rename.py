"""The final keys of components: readable, and the same whatever the order of the description.

While schemas are normalised, the second of two inline schemas of one place has a hash in its key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ....document.component_keys import PREFIX, component_key, short_hash
from ....document.tree import MappingNode, SequenceNode, Value
from ..nodes.distinct_words import distinct_words
from ..nodes.intersect import annotate, bare
from ..nodes.node_values import json_text, key_of
from ..nodes.server_side_constraints import ServerChecked

_DATA = ("default", "examples", "enum")


def _final_keys(
    schemas: Mapping[str, MappingNode], hints: Mapping[str, str], declared: Iterable[str]
) -> dict[str, str]:
    """Return the final keys of the components that get another one, which isn't ``declared``.

    ``hints`` has the keys of those that aren't declared, with the key that each would have alone.
    Where it isn't alone, a word tells it apart; a hash only where no word does.
    """
    groups = _groups(schemas, hints)
    taken = {*declared, *(key for key in schemas if key not in hints)}
    renamed: dict[str, str] = {}

    def resolve(node: MappingNode) -> Value:
        key = key_of(node)
        return schemas.get(key) if key in hints else None

    for hint, keys in sorted(groups.items()):
        if keys == [hint]:
            continue
        if len(keys) == 1 and hint not in taken:
            renamed[keys[0]] = hint
            continue
        start = f"{hint}."
        below = {key.removeprefix(start) for key in (*taken, *groups) if key.startswith(start)}
        words = distinct_words([schemas[key] for key in keys], resolve, below, inline=hints)
        for key, word in zip(keys, words, strict=True):
            new = component_key(f"{hint}.{word}") if word else ""
            if not new or new in taken or new in groups:
                new = component_key(f"{hint}.{short_hash(json_text(schemas[key]))}")
            taken.add(new)
            renamed[key] = new
    return {old: final for old, new in renamed.items() if (final := renamed.get(new, new)) != old}


def reachable(nodes: Iterable[MappingNode], components: Mapping[str, MappingNode]) -> set[str]:
    """Return the keys of the components that references at or below nodes lead to."""
    keys: set[str] = set()
    todo = [*nodes]
    while todo:
        for schema in _schemas_in(todo.pop()):
            key = key_of(schema)
            if key in components and key not in keys:
                keys.add(key)
                todo.append(components[key])
    return keys


def settle_keys(
    requests: Iterable[MappingNode],
    schemas: dict[str, MappingNode],
    hints: Mapping[str, str],
    declared: Iterable[str],
) -> None:
    """Give components their final keys, and replace the references to them.

    Keys that are ``declared`` are kept free.
    """
    hints = {key: _final_hint(hint, hints) for key, hint in hints.items()}
    renamed = _own_bodies(schemas, hints)
    _replace((*requests, *schemas.values()), renamed)
    while renamed := _equal(schemas, hints):  # what they contain may be equal only now
        for key in renamed:
            del schemas[key]
        _replace((*requests, *schemas.values()), renamed)
    renamed = _final_keys(schemas, hints, declared)
    for key in renamed:
        schemas[renamed[key]] = schemas.pop(key)
    _replace((*requests, *schemas.values()), renamed)


def _final_hint(hint: str, hints: Mapping[str, str]) -> str:
    """Return the key that a schema would have alone, in one that isn't alone either."""
    ends = [at for at in range(len(hint) - 1, 0, -1) if hint[at] == "."]
    outer = next((at for at in ends if hints.get(hint[:at], hint[:at]) != hint[:at]), 0)
    return _final_hint(hints[hint[:outer]], hints) + hint[outer:] if outer else hint


def _groups(schemas: Mapping[str, MappingNode], hints: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the keys that aren't declared by the key that each would have alone."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(schemas):
        if key in hints:
            groups[hints[key]].append(key)
    return groups


def _equal(schemas: Mapping[str, MappingNode], hints: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of components that another one equals, but for descriptions and examples."""
    renamed: dict[str, str] = {}
    for keys in _groups(schemas, hints).values():
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for key in keys if len(keys) > 1 else ():
            alike[repr(bare(schemas[key], ("description", "examples")))].append(key)
        for same in alike.values():
            kept = min(same, key=lambda key: (json_text(schemas[key]), key))
            renamed |= {key: kept for key in same if key != kept}
    return renamed


def _own_bodies(schemas: dict[str, MappingNode], hints: Mapping[str, str]) -> dict[str, str]:
    """Give a schema that is only a reference to one that would have its key its body.

    Return the first one's key for each key that it replaces.
    """
    renamed: dict[str, str] = {}
    for key in sorted(schemas):
        target = key_of(schemas[key])
        is_own = hints.get(target) == hints.get(key, key) == key != target
        if is_own and "$ref" not in schemas[target]:
            schemas[key] = annotate(schemas[target], schemas[key])
            renamed.setdefault(target, key)
    for key in renamed:
        del schemas[key]
    return renamed


def _replace(nodes: Iterable[MappingNode], keys: Mapping[str, str]) -> None:
    """Replace the references to components at or below nodes, also those of discriminators."""
    references = {PREFIX + old: PREFIX + new for old, new in keys.items()}
    for node in _schemas_in(*nodes) if references else ():
        for member, value in node.items():
            if isinstance(value, str) and value in references:
                node[member] = references[value]


def _schemas_in(*nodes: Value) -> Iterator[MappingNode]:
    """Yield the mappings at or below nodes, outside in, but for data and mappings of names."""
    todo = [(node, False) for node in nodes]
    while todo:
        node, is_named = todo.pop()
        if isinstance(node, SequenceNode):
            todo += ((value, False) for value in node)
        elif isinstance(node, MappingNode) and not isinstance(node, ServerChecked):
            if not is_named:
                yield node
            todo += (
                (value, not is_named and member == "properties")
                for member, value in node.items()
                if is_named or member not in _DATA
            )
