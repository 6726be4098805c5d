"""The scopes of a module, what binds the names in them, and where expressions are evaluated."""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ...base.immutable import immutable
from .files import ProgramFile

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
MOST = 12
"""The number of bindings of a name that are followed at one place."""


@dataclass(eq=False, slots=True)
class Block:
    """A list of statements; what is bound in one holds in those inside it."""

    parent: Block | None = None

    def is_around(self, other: Block | None) -> bool:
        """Return whether it is another block, or around that."""
        while other is not None and other is not self:
            other = other.parent
        return other is self


@dataclass(eq=False, slots=True)
class NameScope:
    """A module, a class, a function, a lambda or a comprehension."""

    file: ProgramFile
    node: ast.AST
    parent: NameScope | None
    names: dict[str, list[Binding]] = field(default_factory=dict[str, "list[Binding]"])
    attributes: dict[str, list[Binding]] = field(default_factory=dict[str, "list[Binding]"])
    """Of a class: what is assigned to attributes of ``self``."""
    results: list[Expression] = field(default_factory=list["Expression"])
    """Of a function: what it returns."""
    yields: list[Expression] = field(default_factory=list["Expression"])

    @property
    def name(self) -> str:
        """Its name; empty for one that has none."""
        return str(getattr(self.node, "name", ""))

    @property
    def is_class(self) -> bool:
        """True for the body of a class, whose names its functions don't see."""
        return isinstance(self.node, ast.ClassDef)

    def enclosing(self, *kinds: type[ast.AST]) -> NameScope | None:
        """Return the innermost scope around it, or itself, whose node is of one of some kinds."""
        scope: NameScope | None = self
        while scope is not None and not isinstance(scope.node, kinds):
            scope = scope.parent
        return scope

    def owner(self, name: str) -> NameScope | None:
        """Return the scope that binds a name, seen from here: itself or one around it."""
        scope: NameScope | None = self
        while scope is not None:
            is_visible = scope is self or not scope.is_class
            if is_visible and name in scope.names:
                return scope
            scope = scope.parent
        return None


@dataclass(eq=False, slots=True)
class Expression:
    """An expression, and where it is evaluated."""

    node: ast.AST
    scope: NameScope
    block: Block
    time: int
    """The number of bindings in the module before it."""


LATE = sys.maxsize
"""The time of an expression that any binding of its scope may reach."""
_NOWHERE = Block()


def anytime(node: ast.AST, scope: NameScope) -> Expression:
    """Return an expression that any binding of its scope may reach."""
    return Expression(node, scope, _NOWHERE, LATE)


@dataclass(eq=False, slots=True)
class Binding:
    """One of the statements that bind a name."""

    kind: str
    """``value``; ``element`` of an iterable; ``entered`` by ``with``; ``annotation``; ``type`` for
    an alias of one; ``except``; ``import`` or ``module``; ``scope`` for a class or a function;
    ``parameter``; ``unknown``.
    """
    time: int
    block: Block
    value: Expression | None = None
    scope: NameScope | None = None
    """The function or class; of a parameter its function, of an import the module with it."""
    origin: str = ""
    """Of a parameter its name; of an import the module."""
    member: str = ""
    """The name that is imported from the module; empty for the module itself."""
    level: int = 0
    """Of an import the dots before the module; 0 for an absolute one."""
    path: tuple[int, ...] = ()
    """The position in the value, where that is unpacked: of ``b`` in ``(a, (b, c))`` 1 and 0."""
    hint: Expression | None = None
    """Of a value the annotation beside it."""
    growth: list[Growth] = field(default_factory=list["Growth"])
    """What is added to the container later."""


@immutable
class Growth:
    """A statement that adds to a container: ``x.append(…)``, ``x[k] = …``, ``x |= …``."""

    added: Binding
    """What is added, as a binding of no name."""
    is_each: bool = False
    """True if its items are added, and not itself."""
    depth: int = 0
    """The number of containers around the one that grows: 1 in ``x[k].append(…)``."""
    key: str = ""
    """The text that it is stored under in a dictionary."""
    node: ast.AST | None = None
    """The key as it is written."""


def reaching(bindings: Sequence[Binding], use: Expression) -> Sequence[Binding]:
    """Return the bindings that may hold at an expression: back to one that surely ran."""
    result: list[Binding] = []
    last = bisect_right(bindings, use.time, key=lambda binding: binding.time)
    for binding in reversed(bindings[max(0, last - MOST) : last]):
        result.append(binding)
        if binding.block.is_around(use.block):
            break
    return result or bindings[-MOST:]


@dataclass(eq=False, slots=True)
class ProgramModule:
    """A file with its scopes, and the expressions in it that may use a client."""

    file: ProgramFile
    scope: NameScope
    candidates: list[Expression] = field(default_factory=list[Expression])
    fixtures: dict[str, NameScope] = field(default_factory=dict[str, NameScope])
    scopes: dict[ast.AST, NameScope] = field(default_factory=dict[ast.AST, NameScope])
    """Those of lambdas and comprehensions."""
    attributes: dict[tuple[str, str], list[Binding]] = field(
        default_factory=dict[tuple[str, str], "list[Binding]"]
    )
    """What is assigned to attributes of objects that aren't ``self``, by the last name of the
    object and the attribute's: ``app.state.client = …`` is at ``state`` and ``client``.
    """
