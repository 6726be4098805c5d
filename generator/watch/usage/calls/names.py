"""Names of the program as texts: what is bound to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from ..evaluate import Evaluator
from ..modules import ModuleFinder
from ..scopes import LATE, MOST, Binding, Expression, Growth, NameScope, anytime
from ..values import Own
from .libraries import method_constant
from .texts import Hole, Texts, concatenated, either, either_of_more, literal, unknown

_MOST_GROWTH = 24
"""The statements ``+=`` of a name that are followed."""


class BoundNames:
    """The texts that the user tells: of names, or of full names such as ``shop.api.BASE``."""

    def __init__(self, bound: Mapping[str, str]) -> None:
        self._texts: dict[str, Texts] = {}
        self._full: dict[str, list[tuple[list[str], Texts]]] = {}
        """The full names by their last part."""
        for name, text in bound.items():
            *around, last = name.split(".")
            if around:
                self._full.setdefault(last, []).append((around, literal(text)))
            else:
                self._texts[name] = literal(text)

    def texts(self, name: str, scope: NameScope | None = None) -> Texts:
        """Return the texts of a name that a module or a class has; empty for another name."""
        if name in self._texts:
            return self._texts[name]
        if scope is not None and name in self._full:
            return self.of_full(_parts_of(scope), name)
        return ()

    def of_full(self, around: Sequence[str], name: str) -> Texts:
        """Return the texts of a name in a module or a class whose full name ends with parts."""
        for parts, texts in self._full.get(name, ()):
            if [*around[-len(parts) :]] == parts:
                return texts
        return ()


def _parts_of(scope: NameScope) -> list[str]:
    """Return the parts of the full name of a module or a class, with the folders around it."""
    names: list[str] = []
    while scope.parent is not None:
        names.insert(0, scope.name)
        scope = scope.parent
    parts = [*scope.file.path.with_suffix("").parts]
    if parts[-1] == "__init__":
        parts.pop()
    return [*parts, *names]


class ValueEvaluator(Protocol):
    """An evaluator of what is bound."""

    types: Evaluator
    user: BoundNames

    def texts(self, expression: Expression) -> Texts:
        """Return the texts that an expression may be."""
        ...

    def part(self, expression: Expression, node: ast.AST) -> Texts:
        """Return the texts that a part of an expression may be."""
        ...

    def parts(self, expression: Expression, nodes: Sequence[ast.AST]) -> list[Texts]:
        """Return the texts that each of several parts may be."""
        ...


class NameTexts:
    """Evaluates names as texts."""

    def __init__(self, evaluator: ValueEvaluator, finder: ModuleFinder) -> None:
        self.evaluator = evaluator
        self._finder = finder

    def of(self, name: str, use: Expression) -> Texts:
        """Return the texts that a name may be where it is used."""
        evaluator = self.evaluator
        top = evaluator.types.modules[use.scope.file.path].scope
        user = evaluator.user.texts(name, use.scope.owner(name) or top)
        if user:
            return user
        bindings = evaluator.types.bindings(name, use)
        for binding in bindings:
            if binding.kind == "import" and binding.member and not binding.level:
                user = evaluator.user.of_full(binding.origin.split("."), binding.member)
                if user:
                    return user
        if bindings:
            return self.bound(name, bindings, use)
        for star in top.names.get("*", ()):
            for module in self._modules(star):
                if name in module.names:
                    return self.member(module, name)
        return unknown(name, top)

    def member(self, scope: NameScope, name: str) -> Texts:
        """Return what a module or a class has under a name."""
        user = self.evaluator.user.texts(name, scope)
        if user:
            return user
        bindings = scope.names.get(name, ())[-MOST:]
        return self.bound(name, bindings, anytime(scope.node, scope))

    def bound(self, name: str, bindings: Sequence[Binding], use: Expression) -> Texts:
        """Return what bindings of a name bind; what isn't known gets that name."""
        options = [self._binding(binding, use) for binding in bindings]
        texts = either(options)
        if len(bindings) >= MOST:  # there may be more, which aren't followed
            texts = either_of_more(options)
        match texts:
            case ((Hole(name=""),),) if bindings[0].value is not None:
                return unknown(name, bindings[0].value.scope)
            case _:
                return texts

    def _binding(self, binding: Binding, use: Expression) -> Texts:
        value = binding.value
        match binding.kind:
            case "value" | "entered" if value is not None and binding.path:
                return self._unpacked(value, binding.path)
            case "value" | "entered" if value is not None:
                return self._grown(self.evaluator.texts(value), binding.growth, use)
            case "element" if value is not None and not binding.path:
                return self._elements(value)
            case "parameter" if binding.scope is not None:
                return ((Hole(binding.origin, binding.scope, is_parameter=True),),)
            case "import":
                return self._imported(binding)
            case _:
                return unknown()

    def _unpacked(self, value: Expression, path: Sequence[int]) -> Texts:
        items = displayed(value.node)
        if len(path) == 1 and path[0] < len(items):
            return self.evaluator.part(value, items[path[0]])
        return unknown()

    def _grown(self, texts: Texts, growth: Sequence[Growth], use: Expression) -> Texts:
        """Return texts with what ``+=`` adds to them before a use."""
        if use.time == LATE:
            return texts
        if len(growth) > _MOST_GROWTH:
            return unknown()
        for step in growth:
            added = step.added.value
            is_text = step.is_each and not step.depth
            if added is None or not is_text or step.added.time > use.time:
                continue
            longer = concatenated([texts, self.evaluator.texts(added)])
            if step.added.block.is_around(use.block):
                texts = longer
            else:
                texts = either([texts, longer])
        return texts

    def _imported(self, binding: Binding) -> Texts:
        for module in self._modules(binding):
            if binding.member and binding.member in module.names:
                return self.member(module, binding.member)
        if verb := method_constant(binding.member):
            return literal(verb)
        return unknown(binding.member, binding.origin)

    def _modules(self, binding: Binding) -> Iterator[NameScope]:
        """Yield the module of the program that an import names."""
        if binding.scope is not None:
            here = binding.scope.file.path
            for item in self._finder.named(binding.origin, binding.level, here):
                if isinstance(item, Own):
                    yield item.scope

    def _elements(self, value: Expression) -> Texts:
        """Return the items of a display."""
        if isinstance(value.node, ast.Name):
            for binding in self.evaluator.types.bindings(value.node.id, value):
                if binding.kind == "value" and binding.value is not None and not binding.path:
                    value = binding.value
        items = displayed(value.node)
        texts = self.evaluator.parts(value, items[:MOST])
        if len(items) > MOST:
            return either_of_more([*texts])
        return either(texts) or unknown()


def displayed(node: ast.AST) -> Sequence[ast.expr]:
    """Return the items of a display of a list, a tuple or a set."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return node.elts
    return ()
