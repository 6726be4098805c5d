"""Calls of Python's own functions and methods that give texts."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Sequence
from typing import Protocol

from ...apidiff.annotation import last_name
from ..containers import text_of
from ..scopes import Expression
from .arguments import function_of
from .texts import (
    EMPTY,
    JOINED,
    WIDE,
    Hole,
    Part,
    Text,
    Texts,
    concatenated,
    either,
    joined,
    literal,
    unknown,
    value_of,
)

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0-9.]*[sdrif]")
_ENDS = {"strip": (True, True), "lstrip": (True, False), "rstrip": (False, True)}
"""Methods that strip a text: at its start, at its end."""


class TextParts(Protocol):
    """An evaluator of parts of expressions."""

    def part(self, expression: Expression, node: ast.AST) -> Texts:
        """Return the texts that a part of an expression may be."""
        ...

    def variable(self, name: str) -> Texts:
        """Return the value of an environment variable."""
        ...


class TextCall:
    """A call of a function that isn't the program's."""

    def __init__(self, evaluator: TextParts, node: ast.Call, expression: Expression) -> None:
        self.evaluator = evaluator
        self.node = node
        self.expression = expression
        self.arguments = node.args

    def result(self) -> Texts:
        """Return the texts that the call may give."""
        name, function = last_name(self.node.func), self.node.func
        owner = function.value if isinstance(function, ast.Attribute) else None
        if name in ("getenv", "get", "environ") and self._is_environment(name, owner):
            return self._variable()
        if name in ("str", "URL", "cast") and self.arguments:
            return self._part(self.arguments[-1])
        if name == "urljoin" and len(self.arguments) == 2:
            base, url = map(self._part, self.arguments)
            return joined(base, url, is_appended=False)
        if owner is None:
            return unknown(owner=self.node)
        return self._method(name, owner)

    def _method(self, name: str, owner: ast.expr) -> Texts:
        match name:
            case "format":
                return self._format(owner)
            case "join" if len(self.arguments) == 1:
                return self._join(owner, self.arguments[0])
            case "strip" | "lstrip" | "rstrip":
                characters = text_of(self.arguments[0]) if self.arguments else " "
                texts = self._part(owner)
                return tuple(_stripped(text, characters, *_ENDS[name]) for text in texts)
            case "lower" | "upper":
                return tuple(_in_case(text, is_lower=name == "lower") for text in self._part(owner))
            case "removesuffix" | "removeprefix" | "replace":
                return self._edited(name, owner)
            case "encode" | "decode" | "with_query" | "update_query" | "copy" | "value":
                return self._part(owner)
            case _:
                return unknown(owner=self.node)

    def _part(self, node: ast.expr) -> Texts:
        return self.evaluator.part(self.expression, node)

    def _is_environment(self, name: str, owner: ast.expr | None) -> bool:
        return name == "getenv" or (owner is not None and last_name(owner) == "environ")

    def _variable(self) -> Texts:
        """Return an environment variable: its default, if it has one."""
        values = [keyword.value for keyword in self.node.keywords if keyword.arg == "default"]
        name = text_of(self.arguments[0]) if self.arguments else ""
        own = self.evaluator.variable(name)
        default = [*self.arguments[1:2], *values]
        is_bound = own != unknown(name, "environment")
        if is_bound or not default:
            return own
        return self._part(default[0]) or own

    def _format(self, owner: ast.expr) -> Texts:
        """Return the result of ``str.format``; of fields that aren't in sight holes."""
        results: list[Texts] = []
        for text in self._part(owner):
            results.append(concatenated([self._filled(part) for part in text] or [EMPTY]))
        return either(results)

    def _filled(self, part: Part) -> Texts:
        if not isinstance(part, str):
            return ((part,),)
        try:
            fields = [*string.Formatter().parse(part)]
        except ValueError:
            return literal(part)
        operands: list[Texts] = []
        for number, (text, name, _, _) in enumerate(fields):
            operands.append(literal(text))
            if name is not None:
                operands.append(self._field(name, number))
        return concatenated(operands or [EMPTY])

    def _field(self, name: str, number: int) -> Texts:
        position = int(name) if name.isdecimal() else number
        values = [keyword.value for keyword in self.node.keywords if keyword.arg == name]
        if (not name or name.isdecimal()) and position < len(self.arguments):
            values = [self.arguments[position]]
        if values and not isinstance(values[0], ast.Starred):
            return self._part(values[0])
        return unknown(name)

    def _join(self, separator: ast.expr, items: ast.expr) -> Texts:
        if not isinstance(items, ast.List | ast.Tuple):
            return self._rest(items, separator)
        operands: list[Texts] = []
        for item in items.elts:
            operands += [self._part(separator)] if operands else []
            if isinstance(item, ast.Starred):
                operands.append(self._rest(item.value, separator))
            else:
                operands.append(self._part(item))
        return concatenated(operands or [EMPTY])

    def _rest(self, items: ast.expr, separator: ast.expr) -> Texts:
        """Return the items of ``*args``, which callers decide."""
        function = function_of(self.expression, items, is_keywords=False)
        text = text_of(separator)
        if function is None:
            return ((WIDE,),)
        return ((Hole(f"{JOINED}{text}", function, is_parameter=True),),)

    def _edited(self, name: str, owner: ast.expr) -> Texts:
        """Return texts in which a literal text is replaced or left out."""
        old, *new = [value_of(text) for a in self.arguments for text in self._part(a)[:1]] or [None]
        results: list[Text] = []
        for text in self._part(owner):
            parts = [*text]
            position = 0 if name == "removeprefix" else -1
            if not parts or old is None:
                pass
            elif name == "replace":
                texts = concatenated([_replaced(part, old, new) for part in parts])
                parts = [*texts[0]]
            elif isinstance(part := parts[position], str):
                is_prefix = name == "removeprefix"
                parts[position] = part.removeprefix(old) if is_prefix else part.removesuffix(old)
            results.append(tuple(parts))
        return tuple(results)


def _replaced(part: Part, old: str, new: Sequence[str | None]) -> Texts:
    if not isinstance(part, str) or not old or old not in part:
        return ((part,),)
    filler: Texts = unknown() if not new or new[0] is None else literal(new[0])
    operands: list[Texts] = []
    for piece in part.split(old):
        operands += [filler] if operands else []
        operands.append(literal(piece))
    return concatenated(operands)


def _stripped(text: Text, characters: str, is_start: bool, is_end: bool) -> Text:
    parts = [*text]
    if parts and is_start and isinstance(first := parts[0], str):
        parts[0] = first.lstrip(characters)
    if parts and is_end and isinstance(last := parts[-1], str):
        parts[-1] = last.rstrip(characters)
    return tuple(part for part in parts if part != "")


def _in_case(text: Text, *, is_lower: bool) -> Text:
    parts = [part for part in text if not isinstance(part, str)]
    if parts and len(parts) < len(text):
        return text
    cased = [p.lower() if is_lower else p.upper() for p in text if isinstance(p, str)]
    return tuple(parts or cased)


def formatted(
    evaluator: TextParts, pattern: ast.expr, values: ast.expr, expression: Expression
) -> Texts:
    """Return the result of ``pattern % values``."""
    items = values.elts if isinstance(values, ast.Tuple) else [values]
    texts = [evaluator.part(expression, item) for item in items]
    results: list[Texts] = []
    for text in evaluator.part(expression, pattern):
        position = 0
        operands: list[Texts] = []
        for part in text:
            if not isinstance(part, str):
                operands.append(((part,),))
                continue
            start = 0
            for match in _PERCENT.finditer(part):
                operands.append(literal(part[start : match.start()].replace("%%", "%")))
                is_inside = match[1] is None and position < len(texts)
                operands.append(texts[position] if is_inside else ((Hole(match[1] or ""),),))
                position += 1
                start = match.end()
            operands.append(literal(part[start:].replace("%%", "%")))
        results.append(concatenated(operands or [EMPTY]))
    return either(results)
