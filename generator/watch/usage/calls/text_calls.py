"""Calls of Python's own functions and methods that give texts."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Protocol

from ....codegen.apidiff.annotation import last_name
from ..containers import text_of
from ..scopes import Expression
from .arguments import function_of, keyword_hole
from .edits import cased, replaced, stripped, without_end
from .formats import with_fields
from .joints import joined
from .texts import (
    EMPTY,
    JOINED,
    WIDE,
    Hole,
    Texts,
    choice,
    concatenated,
    either,
    literal,
    unknown,
    value_of,
)

_OF_FIRST = ("str", "URL", "quote", "quote_plus")
"""Functions that give their first argument, perhaps in another form."""
_UNCHANGED = ("encode", "decode", "with_query", "update_query", "copy_merge_params", "geturl")
"""Methods that give the text itself, or a URL with another query."""


class ArgumentEvaluator(Protocol):
    """An evaluator of the arguments of calls."""

    def part(self, expression: Expression, node: ast.AST) -> Texts:
        """Return the texts that a part of an expression may be."""
        ...

    def variable(self, name: str) -> Texts:
        """Return the value of an environment variable."""
        ...


class TextCall:
    """A call of a function that isn't the program's."""

    def __init__(
        self, evaluator: ArgumentEvaluator, node: ast.Call, expression: Expression
    ) -> None:
        self.evaluator = evaluator
        self.node = node
        self.expression = expression
        self.arguments = node.args

    def result(self) -> Texts:
        """Return the texts that the call may give."""
        function = self.node.func
        name = last_name(function)
        if name in _OF_FIRST and self.arguments:
            return self._part(self.arguments[0])
        if name == "getenv":
            return self._variable()
        if name == "urljoin" and len(self.arguments) == 2:
            base, url = map(self._part, self.arguments)
            return joined(base, url, is_appended=False)
        if not isinstance(function, ast.Attribute):
            return unknown(owner=self.node)
        if name == "get" and last_name(function.value) == "environ":
            return self._variable()
        return self._method(name, function.value)

    def _method(self, name: str, owner: ast.expr) -> Texts:
        match name, self.arguments:
            case "format", _:
                return with_fields(self._part(owner), self._field)
            case "join", [ast.Call(func=ast.Name(id="URL")) as url]:
                return joined(self._part(owner), self._part(url), is_appended=False)
            case "joinpath", _:
                return self._path(owner)
            case "build", [] if last_name(owner) == "URL":
                return self._built()
            case "join", [items]:
                return self._join(owner, items)
            case "strip" | "lstrip" | "rstrip", _:
                return self._stripped(name, owner)
            case "lower" | "upper", []:
                return either([(cased(name, text),) for text in self._part(owner)])
            case "removesuffix" | "removeprefix", [end]:
                return self._without_end(name, owner, end)
            case "get" | "pop", [key, *default]:
                return self._keyword(owner, key, default)
            case "replace", [old, new, *_]:
                return self._replaced(owner, old, new)
            case _ if name in _UNCHANGED:
                return self._part(owner)
            case _:
                return unknown(owner=self.node)

    def _keyword(self, owner: ast.expr, key: ast.expr, default: Sequence[ast.expr]) -> Texts:
        """Return an argument of ``**kwargs``, or its default."""
        function = function_of(self.expression, owner, is_keywords=True)
        match self._part(key):
            case ((str(name),),) if function is not None:
                hole = keyword_hole(name, function)
                return choice(hole, ((hole,),), either(map(self._part, default)))
            case _:
                return unknown(owner=self.node)

    def _part(self, node: ast.expr) -> Texts:
        return self.evaluator.part(self.expression, node)

    def _variable(self) -> Texts:
        """Return an environment variable: its default, if it has one."""
        if not self.arguments:
            return unknown(owner=self.node)
        name = text_of(self.arguments[0])
        value = self.evaluator.variable(name)
        is_bound = value != unknown(name, "environment")
        default = self._default()
        if is_bound or default is None:
            return value
        return self._part(default) or value

    def _default(self) -> ast.expr | None:
        for keyword in self.node.keywords:
            if keyword.arg == "default":
                return keyword.value
        if len(self.arguments) > 1:
            return self.arguments[1]
        return None

    def _field(self, name: str, number: int) -> Texts:
        """Return a field of ``str.format`` by its name or position."""
        for keyword in self.node.keywords:
            if keyword.arg == name:
                return self._part(keyword.value)
        is_position = not name or name.isdecimal()
        position = int(name) if name.isdecimal() else number
        if is_position and position < len(self.arguments):
            argument = self.arguments[position]
            if not isinstance(argument, ast.Starred):
                return self._part(argument)
        return unknown(name)

    def _path(self, owner: ast.expr) -> Texts:
        """Return a URL of yarl with segments after it."""
        operands = [self._part(owner)]
        for argument in self.arguments:
            operands += [literal("/"), self._part(argument)]
        return concatenated(operands)

    def _built(self) -> Texts:
        """Return a URL of yarl that is built of its parts."""
        parts: dict[str, Texts] = {}
        for keyword in self.node.keywords:
            parts[str(keyword.arg)] = self._part(keyword.value)
        operands = [literal("https://"), parts.get("host", unknown(owner=self.node))]
        return concatenated([*operands, parts.get("path", EMPTY)])

    def _join(self, separator: ast.expr, items: ast.expr) -> Texts:
        if not isinstance(items, ast.List | ast.Tuple):
            return self._rest(items, separator)
        operands: list[Texts] = []
        for item in items.elts:
            if operands:
                operands.append(self._part(separator))
            if isinstance(item, ast.Starred):
                operands.append(self._rest(item.value, separator))
            else:
                operands.append(self._part(item))
        return concatenated(operands)

    def _rest(self, items: ast.expr, separator: ast.expr) -> Texts:
        """Return the items of ``*args``, which callers decide."""
        function = function_of(self.expression, items, is_keywords=False)
        if function is None:
            return ((WIDE,),)
        return ((Hole(f"{JOINED}{text_of(separator)}", function, is_parameter=True),),)

    def _stripped(self, name: str, owner: ast.expr) -> Texts:
        characters = "".join(map(text_of, self.arguments)) or " "
        return either([(stripped(name, text, characters),) for text in self._part(owner)])

    def _without_end(self, name: str, owner: ast.expr, end: ast.expr) -> Texts:
        ends: Sequence[str | None] = [value_of(text) for text in self._part(end)]
        if len(ends) != 1 or ends[0] is None:
            return self._part(owner)
        return either([(without_end(name, text, ends[0]),) for text in self._part(owner)])

    def _replaced(self, owner: ast.expr, old: ast.expr, new: ast.expr) -> Texts:
        filler = self._part(new)
        return either([replaced(text, text_of(old), filler) for text in self._part(owner)])
