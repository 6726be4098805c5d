"""The calls of a program's own functions, and the arguments that they pass."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ....base.immutable import immutable
from ....codegen.apidiff.annotation import decorators, last_name
from ..builtins import called_later
from ..evaluate import Evaluator
from ..scopes import MOST, Expression, NameScope, ProgramModule
from ..values import Builtin, Declared, Item, Own, classes_of
from .arguments import CallSite
from .libraries import CLASSES, METHODS, SENDERS


@immutable(eq=False)
class LibraryCall:
    """A call of a function of an HTTP library."""

    name: str
    site: CallSite
    is_typed: bool = True
    """False if the name of an object alone tells that it is a client of a library."""
    owner: tuple[NameScope, str] | None = None
    """The class and the attribute that has the client, where its expression doesn't tell them."""
    is_assumed: bool = False
    """True if it is a call of a function of the program with the parameters of a request."""


class CallIndex:
    """The calls in a program by what they call."""

    def __init__(self, types: Evaluator, modules: Iterable[ProgramModule]) -> None:
        self.types = types
        self.library_calls: list[LibraryCall] = []
        self.constructions: dict[NameScope, list[CallSite]] = {}
        """The calls of the constructor of a library's class in a class derived from it."""
        self._sites: dict[NameScope, list[CallSite]] = {}
        self.derived: dict[NameScope, list[NameScope]] = {}
        """The classes that are derived from a class of the program."""
        self.untyped: list[CallSite] = []
        """The calls of methods of objects that aren't known, with names of those of clients."""
        self.unfollowed: list[CallSite] = []
        """The calls of methods of objects that aren't known, with names of the program's."""
        self._methods = set[str]()
        modules = [*modules]
        for module in modules:
            self._derive(module.scope)
        types.derived = self.derived
        for module in modules:
            for candidate in module.candidates:
                if isinstance(candidate.node, ast.Call):
                    self._read(candidate, candidate.node)

    def _derive(self, scope: NameScope) -> None:
        for name, bindings in scope.names.items():
            for binding in bindings:
                if scope.is_class and binding.kind == "scope":
                    self._methods.add(name)
                class_ = binding.scope if binding.kind == "scope" else None
                if class_ is None or not class_.is_class or class_.parent is not scope:
                    continue
                for base in self.types.own_bases(class_):
                    if isinstance(base, NameScope) and base is not class_:
                        derived = self.derived.setdefault(base, [])
                        if len(derived) < MOST:
                            derived.append(class_)
                self._derive(class_)

    def sites(self, scope: NameScope) -> Sequence[CallSite]:
        """Return the calls of a function, or of the class for a constructor that it doesn't have.

        A call of a method is one of those that override it, too.
        """
        sites = [*self._sites.get(scope, ())]
        class_ = scope.parent
        if class_ is not None and class_.is_class and scope.name != "__init__":
            for base in self.types.own_bases(class_):
                binding = base.names.get(scope.name) if isinstance(base, NameScope) else None
                if base is not class_ and binding and binding[-1].scope is not None:
                    sites += self._sites.get(binding[-1].scope, ())
        return sites

    def called_functions(self) -> Iterable[tuple[NameScope, Sequence[CallSite]]]:
        """Return the functions of the program that are called, each with the calls."""
        return self._sites.items()

    def _read(self, expression: Expression, call: ast.Call) -> None:
        call = _chosen_call(self.types, expression, call) or call
        for item in classes_of(self.types.at(expression, call.func)):
            if isinstance(item, Builtin):
                later = called_later(last_name(call.func), call)
                for inner in classes_of(self.types.at(expression, later.func)) if later else ():
                    self.add(inner, CallSite(expression, later or call))
                if isinstance(call.func, ast.Attribute) and call.func.attr in METHODS:
                    self.untyped.append(CallSite(expression, call))
                if isinstance(call.func, ast.Attribute) and call.func.attr in self._methods:
                    self.unfollowed.append(CallSite(expression, call))
            else:
                self.add(item, CallSite(expression, call))

    def add(self, item: Item, site: CallSite) -> None:
        """Record a call of a value."""
        match item:
            case Declared(kind="method", name=name) if name.endswith(".__init__"):
                class_ = site.expression.scope.enclosing(ast.ClassDef)
                if class_ is not None:
                    self.constructions.setdefault(class_, []).append(site)
            case Declared(name=name) if name in SENDERS:
                self._add_request(name, site)
            case Own(kind="function", scope=scope):
                self._sites.setdefault(scope, []).append(self.bound(scope, site))
            case Own(kind="class", scope=scope):
                constructor = self.constructor(scope)
                bound = replace(site, is_bound=True)
                self._sites.setdefault(constructor or scope, []).append(bound)
            case _:
                pass

    def _add_request(self, name: str, site: CallSite) -> None:
        """Record a request, or a call of the method ``request`` that its class has of its own."""
        sender, function = SENDERS[name], site.call.func
        owner = name.rpartition(".")[0]
        if sender.verb and owner in CLASSES and isinstance(function, ast.Attribute):
            own = self._own_request(self.types.at(site.expression, function.value))
            if own is not None:
                verb = ast.copy_location(ast.Constant(sender.verb), site.call)
                call = ast.Call(function, [verb, *site.call.args], site.call.keywords)
                bound = CallSite(site.expression, call, is_bound=True)
                self._sites.setdefault(own, []).append(bound)
                return
        self.library_calls.append(LibraryCall(name, site))

    def _own_request(self, receiver: Iterable[Item]) -> NameScope | None:
        for item in receiver:
            if isinstance(item, Own) and item.kind == "instance":
                for method in self.types.own_attribute(item.scope, "request", is_instance=True):
                    if isinstance(method, Own) and method.kind == "function":
                        return method.scope
        return None

    def constructor(self, class_: NameScope) -> NameScope | None:
        """Return the function ``__init__`` of a class."""
        for base in self.types.own_bases(class_):
            binding = base.names.get("__init__") if isinstance(base, NameScope) else None
            if binding:
                return binding[-1].scope
        return None

    def bound(self, function: NameScope, site: CallSite) -> CallSite:
        """Return a call with whether it passes the first parameter of a method."""
        class_, called = function.parent, site.call.func
        marks = decorators(function.node)
        if class_ is None or not class_.is_class or "staticmethod" in marks:
            return site
        if "classmethod" in marks or not isinstance(called, ast.Attribute):
            return replace(site, is_bound=True)
        owners = self.types.at(site.expression, called.value)
        is_class = any(isinstance(item, Own) and item.kind == "class" for item in owners)
        return replace(site, is_bound=not is_class)


def _chosen_call(types: Evaluator, expression: Expression, call: ast.Call) -> ast.Call | None:
    """Return ``session.request(verb, url)`` for ``getattr(session, verb)(url)``.

    None for a call of a method that isn't chosen by its name.
    """
    function: ast.AST = call.func
    if isinstance(function, ast.Name):
        for binding in types.bindings(function.id, expression):
            if binding.kind == "value" and binding.value is not None and not binding.path:
                function = binding.value.node
    match function:
        case ast.Call(func=ast.Name(id="getattr"), args=[owner, verb, *_]):
            if isinstance(verb, ast.Constant):  # its name is known
                return None
            method = ast.copy_location(ast.Attribute(owner, "request", ast.Load()), call)
            return ast.copy_location(ast.Call(method, [verb, *call.args], call.keywords), call)
        case _:
            return None
