"""The clients of libraries among objects without a type: what callers and other methods tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from ....codegen.apidiff.annotation import last_name
from ..scopes import MOST, Binding, Expression, NameScope
from ..values import Instance, Own
from .arguments import ArgumentFinder
from .callers import CallIndex, LibraryCall
from .libraries import CLASSES

_LEVELS = 3
"""The names and arguments that an object is followed through."""
_LIKELY = re.compile(r"(?:^|_)(?:session|client|http)$", re.IGNORECASE)
"""The names of attributes and parameters that have a client."""
_UNLIKELY = re.compile(r"mock|fake|test", re.IGNORECASE)
_ANY_CLASS = "requests.Session"


class ReceiverFinder:
    """Finds the clients that methods are called of."""

    def __init__(self, calls: CallIndex) -> None:
        self.calls = calls
        self.types = calls.types
        self._arguments = ArgumentFinder(calls.types)

    def library_calls(self) -> Iterator[LibraryCall]:
        """Yield the calls of clients whose type isn't written."""
        for site in self.calls.untyped:
            function = site.call.func
            if not isinstance(function, ast.Attribute):
                continue
            receiver = Expression(
                function.value, site.expression.scope, site.expression.block, site.expression.time
            )
            class_, owner = self._class(receiver, _LEVELS)
            if class_:
                yield LibraryCall(f"{class_}.{function.attr}", site, owner=owner)
                continue
            name = last_name(function.value)
            if _LIKELY.search(name) and not _UNLIKELY.search(name):
                yield LibraryCall(f"{_ANY_CLASS}.{function.attr}", site, is_typed=False)

    def follow(self) -> None:
        """Record the calls of methods of objects that callers pass without a type."""
        for site in self.calls.unfollowed:
            function = site.call.func
            if isinstance(function, ast.Attribute):
                receiver = replace(site.expression, node=function.value)
                for class_ in self._own_classes(receiver, _LEVELS):
                    for item in self.types.own_attribute(class_, function.attr, is_instance=True):
                        self.calls.add(item, site)

    def _own_classes(self, receiver: Expression, levels: int) -> list[NameScope]:
        """Return the classes of the program that an object may be of."""
        classes: list[NameScope] = []
        for item in self.types.value(receiver):
            if isinstance(item, Own) and item.kind == "instance":
                classes.append(item.scope)
        if classes or not levels:
            return classes
        for binding in self._bindings(receiver):
            for argument in self._arguments_of(binding):
                classes += self._own_classes(argument, levels - 1)
        return [*dict.fromkeys(classes)][:MOST]

    def _bindings(self, receiver: Expression) -> Iterator[Binding]:
        match receiver.node:
            case ast.Name(id=name):
                yield from self.types.bindings(name, receiver)
            case ast.Attribute(value=value, attr=name):
                for _, binding in self._assigned(receiver, value, name):
                    yield binding
            case _:
                pass

    def _arguments_of(self, binding: Binding) -> Iterator[Expression]:
        """Yield what a binding binds: a value, or what callers pass for a parameter."""
        if binding.value is not None and binding.kind == "value":
            yield binding.value
        function = binding.scope
        if binding.kind == "parameter" and function is not None:
            for site in self.calls.sites(function)[:MOST]:
                argument = self._arguments.of_function(site, function, binding.origin)
                if isinstance(argument, Expression):
                    yield argument

    def _class(self, receiver: Expression, levels: int) -> tuple[str, tuple[NameScope, str] | None]:
        """Return the class of a client, and the attribute that has it if it isn't in sight."""
        for item in self.types.value(receiver):
            if isinstance(item, Instance) and item.name in CLASSES:
                return item.name, None
        if not levels:
            return "", None
        match receiver.node:
            case ast.Name(id=name):
                for binding in self.types.bindings(name, receiver):
                    if class_ := self._bound(binding, levels):
                        return class_, None
            case ast.Attribute(value=value, attr=name):
                for owner, binding in self._assigned(receiver, value, name):
                    if class_ := self._bound(binding, levels):
                        return class_, (owner, name)
            case _:
                pass
        return "", None

    def _bound(self, binding: Binding, levels: int) -> str:
        """Return the class of a client that a binding binds; empty if it isn't one."""
        if binding.value is not None and binding.kind in ("value", "entered"):
            return self._class(binding.value, levels - 1)[0]
        function = binding.scope
        if binding.kind == "parameter" and function is not None:
            for site in self.calls.sites(function)[:MOST]:
                argument = self._arguments.of_function(site, function, binding.origin)
                if isinstance(argument, Expression):
                    class_, _ = self._class(argument, levels - 1)
                    if class_:
                        return class_
        return ""

    def _assigned(
        self, receiver: Expression, value: ast.expr, name: str
    ) -> Iterator[tuple[NameScope, Binding]]:
        """Yield what is assigned to an attribute of a class; of an object that isn't known of any
        class of the module.
        """
        items = self.types.at(receiver, value)
        classes = [item.scope for item in items if isinstance(item, Own) and item.scope.is_class]
        if not classes and isinstance(value, ast.Name):
            module = self.types.modules[receiver.scope.file.path].scope
            bindings = [many[-1] for many in module.names.values() if many]
            classes = [b.scope for b in bindings if b.scope is not None and b.scope.is_class]
        for class_ in classes:
            for owner in self.types.own_bases(class_):
                if isinstance(owner, NameScope):
                    for binding in owner.attributes.get(name, ())[-MOST:]:
                        yield class_, binding
