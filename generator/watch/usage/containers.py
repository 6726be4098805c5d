"""Lists, dictionaries and queues that a program fills step by step, and dictionaries in sight."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from ...base.immutable import immutable
from .scopes import Binding, Expression, Growth
from .values import (
    LISTS,
    MAPPINGS,
    Dictionary,
    Entry,
    Instance,
    Item,
    Value,
    element_of,
    entry_of,
    generic,
    listed,
    union,
)

_ITEM_ADDING = {"append": 0, "appendleft": 0, "add": 0, "put": 0, "put_nowait": 0, "insert": 1}
"""Methods that add an argument to their object, with its position."""
_ITEMS_ADDING = {"extend", "extendleft", "update"}
"""Methods that add the items of their arguments."""
MOST_ENTRIES = 200
"""The number of a dictionary's keys that are followed."""
ADDING = {*_ITEM_ADDING, *_ITEMS_ADDING, "setdefault"}
"""Methods that add to their object."""


@immutable
class Added:
    """A part of a call that is added to a container."""

    value: ast.expr
    is_each: bool = False
    key: str = ""
    node: ast.AST | None = None


def added_by(name: str, node: ast.Call) -> Iterator[Added]:
    """Yield what a call of a method adds to its object."""
    arguments = node.args
    if name in _ITEM_ADDING:
        for argument in arguments[_ITEM_ADDING[name] :][:1]:
            yield Added(argument)
    elif name in _ITEMS_ADDING:
        for argument in arguments:
            yield Added(argument, is_each=True)
        for keyword in node.keywords:
            if keyword.arg:
                yield Added(keyword.value, key=keyword.arg, node=keyword)
            else:
                yield Added(keyword.value, is_each=True)
    elif len(arguments) == 2:  # setdefault
        yield Added(arguments[1], key=text_of(arguments[0]), node=arguments[0])


def text_of(node: ast.AST | None) -> str:
    """Return the text of a literal; empty for any other expression."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


class ContainerEvaluator(Protocol):
    """An evaluator of what is added."""

    def bound(self, binding: Binding) -> Value:
        """Return what a binding binds."""
        ...

    def at(self, expression: Expression, node: ast.AST) -> Value:
        """Return what a part of an expression may be."""
        ...


# ── growth ───────────────────────────────────────────────────────────────────────────────────────


def grown(evaluator: ContainerEvaluator, value: Value, growth: Sequence[Growth]) -> Value:
    """Return a value with what is added to the containers in it."""
    result: list[Item] = []
    for item in value:
        match item:
            case Dictionary():
                result.append(_with_entries(evaluator, item, growth))
            case Instance(name=name) if name in LISTS or name in MAPPINGS:
                result.append(_filled(evaluator, item, growth))
            case _:
                result.append(item)
    return union([tuple(result)])


def _filled(evaluator: ContainerEvaluator, item: Instance, growth: Sequence[Growth]) -> Instance:
    is_mapping = item.name in MAPPINGS
    *keys, last = item.arguments or ((),)
    values = [last]
    inner_growth: list[Growth] = []
    for step in growth:
        if step.depth:
            inner_growth.append(replace(step, depth=step.depth - 1))
            continue
        value = evaluator.bound(step.added)
        if step.is_each:
            value = entry_of(value) if is_mapping else element_of(value)
        values.append(value)
    last = union(values)
    if inner_growth:
        last = grown(evaluator, last or listed(), inner_growth)
    if is_mapping:
        return generic(item.name, keys[0] if keys else (), last)
    return generic(item.name, *keys, last)


def _with_entries(
    evaluator: ContainerEvaluator, item: Dictionary, growth: Sequence[Growth]
) -> Dictionary:
    entries, is_complete = [*item.entries], item.is_complete
    for step in growth:
        value = step.added.value
        if step.depth:
            continue
        if step.is_each:
            parts = _dictionaries(evaluator.bound(step.added))
            is_complete &= bool(parts) and all(part.is_complete for part in parts)
            for part in parts:
                entries += part.entries
        elif step.key and step.node is not None and value is not None:
            entries.append(Entry(step.key, step.node, value))
        else:
            is_complete = False
    return replace(item, entries=tuple(entries), is_complete=is_complete)


# ── dictionaries in sight ────────────────────────────────────────────────────────────────────────


@immutable
class DictionaryPart:
    """A key with its value in a display of a dictionary, or a dictionary whose keys it has."""

    value: ast.expr
    key: str = ""
    node: ast.AST | None = None
    """The key as it is written; None for the keys of another dictionary."""


def parts_of_display(node: ast.Dict) -> Iterator[DictionaryPart]:
    """Yield the parts of a display."""
    for key, value in zip(node.keys, node.values, strict=True):
        yield DictionaryPart(value, text_of(key), key)


def parts_of_call(node: ast.Call) -> Iterator[DictionaryPart]:
    """Yield the parts of the dictionary that a call of ``dict`` or a ``TypedDict`` gives."""
    for argument in node.args:
        yield DictionaryPart(argument)
    for keyword in node.keywords:
        yield DictionaryPart(keyword.value, keyword.arg or "", keyword if keyword.arg else None)


def dictionary(
    evaluator: ContainerEvaluator, node: ast.AST, parts: Iterable[DictionaryPart], at: Expression
) -> Dictionary:
    """Return a dictionary of parts; the value of a key is that of its last part."""
    entries: dict[str, Sequence[Entry]] = {}
    is_complete = True
    for part in parts:
        if part.node is None:
            inner = _dictionaries(evaluator.at(at, part.value))
            is_complete &= bool(inner) and all(item.is_complete for item in inner)
            entries |= _by_key(inner)
        elif part.key:
            entries[part.key] = [Entry(part.key, part.node, replace(at, node=part.value))]
        else:
            is_complete = False
    return _dictionary(node, entries, is_complete=is_complete)


def joined(node: ast.AST, left: Value, right: Value) -> Value:
    """Return the dictionaries that ``left | right`` gives."""
    first, second = _dictionaries(left), _dictionaries(right)
    if not (first or second):
        return ()
    is_complete = bool(first and second) and all(item.is_complete for item in (*first, *second))
    return (_dictionary(node, _by_key(first) | _by_key(second), is_complete=is_complete),)


def _dictionaries(value: Value) -> list[Dictionary]:
    return [item for item in value if isinstance(item, Dictionary)]


def _by_key(dictionaries: Iterable[Dictionary]) -> dict[str, Sequence[Entry]]:
    """Return the entries of dictionaries, of which a value is one, by their keys."""
    entries: dict[str, list[Entry]] = {}
    for item in dictionaries:
        for entry in item.entries:
            entries.setdefault(entry.key, []).append(entry)
    return {**entries}


def _dictionary(
    node: ast.AST, by_key: Mapping[str, Sequence[Entry]], *, is_complete: bool
) -> Dictionary:
    entries = [entry for several in by_key.values() for entry in several]
    is_complete &= len(entries) <= MOST_ENTRIES
    return Dictionary(node, tuple(entries[:MOST_ENTRIES]), is_complete)
