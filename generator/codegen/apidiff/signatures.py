"""The signature of a function in source as declarations."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from .annotation import read_type
from .api import ANY, Declaration, TypeExpression, method
from .modules import Function, Modules, SourceModule, literal_of

Keywords: TypeAlias = Callable[[SourceModule, ast.expr], list[tuple[str, ast.expr]]]
"""Returns the names and types of the keyword arguments that a ``TypedDict`` has."""
ANY_POSITIONAL, ANY_KEYWORD = "*", "**"
"""The names of the parameters ``*args`` and ``**kwargs``, whatever a function calls them."""
POSITIONAL = "positional"
"""The flag of a parameter that callers may not give by name."""


class Signatures:
    """A reader of the signatures in a package."""

    def __init__(self, modules: Modules, keywords: Keywords) -> None:
        """Read functions of ``modules``; ``keywords`` tells what ``**settings: Unpack[…]`` are."""
        self._modules = modules
        self._keywords = keywords

    def read(
        self,
        module: SourceModule,
        node: Function,
        name: str,
        *,
        is_first: bool = True,
        other: str = "",
    ) -> list[Declaration]:
        """Return the declarations of a method, its parameters and its result.

        ``other`` is the name of an overload for which no media type is chosen.
        """
        parameters = [*self._parameters(module, node.args)]
        result = Declaration("result", "", "->", read_type(node.returns))
        overload = "" if is_first else ", ".join(_choices(node.args)) or other
        return method(name, [*parameters, result], overload)

    def _parameters(self, module: SourceModule, args: ast.arguments) -> Iterator[Declaration]:
        places = [*args.posonlyargs, *args.args]
        only = {argument.arg for argument in args.posonlyargs}
        if places and places[0].arg in ("self", "cls"):
            del places[0]
        missing = len(places) - len(args.defaults)
        for index, argument in enumerate(places):
            default = args.defaults[index - missing] if index >= missing else None
            declaration = self._parameter(module, argument, default, index)
            if argument.arg in only:
                declaration = replace(declaration, flags=frozenset({POSITIONAL}))
            yield declaration
        if args.vararg:
            yield Declaration("parameter", "", ANY_POSITIONAL, _of_rest(args.vararg), "...")
        for argument, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            yield self._parameter(module, argument, default, None)
        if args.kwarg:
            yield from self._rest(module, args.kwarg)

    def _parameter(
        self, module: SourceModule, argument: ast.arg, default: ast.expr | None, index: int | None
    ) -> Declaration:
        text = ""
        if default is not None:
            text = ast.unparse(literal_of(self._modules, module, default))
        return Declaration(
            "parameter", "", argument.arg, read_type(argument.annotation), text, index
        )

    def _rest(self, module: SourceModule, argument: ast.arg) -> Iterator[Declaration]:
        """Yield the keyword arguments of ``**settings: Unpack[…]`` by name, or ``**``."""
        match argument.annotation:
            case ast.Subscript(value=ast.Name(id="Unpack"), slice=expression):
                for name, type_ in self._keywords(module, expression):
                    yield Declaration("parameter", "", name, read_type(type_), "...")
            case _:
                yield Declaration("parameter", "", ANY_KEYWORD, _of_rest(argument), "...")


def _of_rest(argument: ast.arg) -> TypeExpression:
    """Return the type of ``*args`` or ``**kwargs``; that of a ``ParamSpec`` is any."""
    match argument.annotation:
        case ast.Attribute(attr="args" | "kwargs"):
            return ANY
        case annotation:
            return read_type(annotation)


def _choices(args: ast.arguments) -> Iterator[str]:
    """Yield the parameters whose values choose an overload: a ``Literal`` without a default."""
    places = [*args.posonlyargs, *args.args]
    needed = places[: len(places) - len(args.defaults)]
    for argument, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if default is None:
            needed.append(argument)
    for argument in needed:
        annotation = ast.unparse(argument.annotation) if argument.annotation else ""
        if annotation.startswith("Literal"):
            yield f"{argument.arg}: {annotation}"
