"""Attributes of the program's modules, classes and objects as texts."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Protocol

from ....codegen.apidiff.annotation import last_name
from ..evaluate import Evaluator
from ..scopes import MOST, Binding, Expression, NameScope, anytime
from ..values import Own
from .arguments import CallSite, default_of
from .callers import CallIndex
from .libraries import CLASSES, method_constant
from .names import BoundNames, NameTexts
from .texts import (
    EMPTY,
    Hole,
    Text,
    Texts,
    either,
    either_of_more,
    literal,
    parameters_in,
    substituted,
    unknown,
)

_MOST_SITES = 1_000
"""The calls of a constructor that tell what its parameters are."""
_LEVELS = 3
"""The functions that an argument of a constructor is followed through."""


class AttributeEvaluator(Protocol):
    """An evaluator of what is assigned to attributes."""

    types: Evaluator
    calls: CallIndex
    user: BoundNames
    names: NameTexts

    def texts(self, expression: Expression) -> Texts:
        """Return the texts that an expression may be."""
        ...

    def part(self, expression: Expression, node: ast.AST) -> Texts:
        """Return the texts that a part of an expression may be."""
        ...

    def property(self, function: NameScope) -> Texts | None:
        """Return what a property gives; None for another method."""
        ...

    def base(self, name: str, site: CallSite) -> Texts:
        """Return the base URL that a client of a library is made with."""
        ...

    def values(self, texts: Texts, function: NameScope, site: CallSite) -> dict[Hole, Texts]:
        """Return the arguments of a call for the parameters of a function in texts."""
        ...


class AttributeTexts:
    """Evaluates attributes as texts."""

    def __init__(self, evaluator: AttributeEvaluator) -> None:
        self.evaluator = evaluator
        self._open = set[tuple[NameScope, str]]()
        self._results: dict[tuple[NameScope, str], Texts] = {}
        self._settled: dict[tuple[Hole, str, object, int], Texts] = {}

    def of(self, node: ast.Attribute, expression: Expression) -> Texts:
        """Return the texts that an attribute may be."""
        evaluator, name = self.evaluator, node.attr
        user = evaluator.user.texts(name)
        if user:
            return user
        results: list[Texts] = []
        is_value = name == "value"  # of an enumeration's member
        for item in evaluator.types.at(expression, node.value):
            match item:
                case Own(kind="module", scope=scope) if name in scope.names:
                    results.append(evaluator.names.member(scope, name))
                case Own(kind="instance" | "class", scope=scope):
                    is_value &= _is_enumeration(scope)
                    results.append(self.of_class(scope, name))
                case _:
                    pass
        if is_value:
            return evaluator.part(expression, node.value)
        if not results and (verb := method_constant(name)):
            return literal(verb)
        if not results:
            return unknown(_dotted(node))
        return either(results)

    def of_class(self, class_: NameScope, name: str) -> Texts:
        """Return an attribute of a class or its objects, with the arguments of constructors."""
        key = class_, name
        if key in self._open:
            return unknown(name, class_)
        if key not in self._results:
            self._open.add(key)
            self._results[key] = self._of_class(class_, name)
            self._open.remove(key)
        return self._results[key]

    def _of_class(self, class_: NameScope, name: str) -> Texts:
        for owner in self.evaluator.types.own_bases(class_):
            if not isinstance(owner, NameScope):
                continue
            user = self.evaluator.user.texts(name, owner)
            if user:
                return user
            bindings = [*owner.names.get(name, ()), *owner.attributes.get(name, ())][-MOST:]
            texts = self._assigned(owner, name, bindings)
            if texts and all(map(_is_unnamed, texts)):
                return unknown(name, class_)
            if texts:
                settled = self.settled(texts, name, class_)
                if len(settled) > 1 and any(map(_is_parameter, texts)):
                    return texts  # each constructor has its own
                return settled
        results: list[Texts] = []
        for derived in self.evaluator.calls.derived.get(class_, ())[:MOST]:
            if name in derived.names:
                results.append(self.evaluator.names.member(derived, name))
        return either(results) or unknown(name, class_)

    def _assigned(self, owner: NameScope, name: str, bindings: Sequence[Binding]) -> Texts:
        results: list[Texts] = []
        for binding in bindings:
            if binding.kind == "scope" and binding.scope is not None:
                results.append(self.evaluator.property(binding.scope) or unknown(name, owner))
            elif binding.kind == "annotation":
                results.append(self._field(owner, name))
            else:
                use = anytime(owner.node, owner)
                results.append(self.evaluator.names.bound(name, [binding], use))
        return either(results)

    def _field(self, class_: NameScope, name: str) -> Texts:
        """Return a field that the constructor of a dataclass fills."""
        if self.evaluator.calls.constructor(class_) is not None:
            return ()
        return ((Hole(name, class_, is_parameter=True),),)

    def settled(self, texts: Texts, name: str, class_: object, levels: int = _LEVELS) -> Texts:
        """Return texts with the arguments of all callers for parameters; a parameter that no
        caller tells is unknown, with a name.
        """
        values: dict[Hole, Texts] = {}
        for hole in parameters_in(texts):
            key = hole, name, class_, levels
            if key not in self._settled:
                passed = self._passed(hole) if levels else ()
                settled = self.settled(passed, name, class_, levels - 1)
                self._settled[key] = settled or unknown(name, class_)
            values[hole] = self._settled[key]
        return substituted(texts, values)

    def _passed(self, hole: Hole) -> Texts:
        """Return what callers pass for a parameter; without callers its default."""
        evaluator, function = self.evaluator, hole.owner
        if not isinstance(function, NameScope):
            return ()
        fixture = evaluator.types.fixture_of(function, hole.name)
        if fixture is not None:
            return either(map(evaluator.texts, [*fixture.yields, *fixture.results][:MOST]))
        results: list[Texts] = []
        sites = evaluator.calls.sites(function)
        for site in sites[:_MOST_SITES]:
            results.append(evaluator.values(((hole,),), function, site)[hole])
        if len(sites) > _MOST_SITES:
            return either_of_more(results)
        default = default_of(function, hole.name)
        if not results and default is not None:
            return evaluator.texts(default)
        return either(results)

    # ── clients ──────────────────────────────────────────────────────────────────────────────

    def library_class(self, class_: NameScope) -> str:
        """Return the class of a library that a class is derived from; empty if there is none."""
        for base in self.evaluator.types.own_bases(class_):
            if isinstance(base, str) and base in CLASSES:
                return base
        return ""

    def base_of(self, class_: NameScope) -> Texts:
        """Return the base URL of the objects of a class that is derived from one of a library."""
        evaluator, library = self.evaluator, self.library_class(class_)
        results: list[Texts] = []
        for owner in evaluator.types.own_bases(class_):
            if not isinstance(owner, NameScope):
                continue
            for site in evaluator.calls.constructions.get(owner, ()):
                results.append(evaluator.base(library, site))
        if not results and evaluator.calls.constructor(class_) is None:
            sites = evaluator.calls.sites(class_)
            for site in sites[:_MOST_SITES]:
                results.append(evaluator.base(library, site))
            if len(sites) > _MOST_SITES:
                results.append(either_of_more([]))
        texts = self.settled(either(results), "base_url", class_)
        return texts or EMPTY


def _is_unnamed(text: Text) -> bool:
    """Return whether nothing tells a text from others."""
    match text:
        case (Hole(owner=owner, is_parameter=False),):
            return owner is None or isinstance(owner, ast.AST)
        case _:
            return False


def _is_parameter(text: Text) -> bool:
    match text:
        case (Hole(is_parameter=True),):
            return True
        case _:
            return False


def _dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for attributes of a name; the last names for those of another expression."""
    match node:
        case ast.Attribute(value=value, attr=name):
            return f"{_dotted(value)}.{name}".lstrip(".")
        case ast.Name(id=name):
            return name
        case _:
            return ""


def _is_enumeration(class_: NameScope) -> bool:
    """Return whether a class is derived from one of the module ``enum``."""
    bases: Sequence[ast.expr] = getattr(class_.node, "bases", ())
    for base in bases:
        if last_name(base).endswith("Enum"):
            return True
    return False
