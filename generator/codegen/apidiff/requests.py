"""The requests that the methods of a client make, and the names of parameters in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ...base.immutable import immutable
from .annotation import last_name
from .modules import Function, Modules, SourceModule


@immutable
class _Operation:
    """An ``Operation(…)`` of a module of methods."""

    request: str
    """``GET /pets/{id}``."""
    wires: tuple[str, ...]
    """The names of its parameters in a request, in the order in which a call passes them."""


class Requests:
    """The methods that make requests, with what they send."""

    def __init__(self, modules: Modules) -> None:
        """Read methods of ``modules``."""
        self._modules = modules
        self._operations: dict[str, Mapping[str, _Operation]] = {}
        self.methods: set[str] = set()
        self.operations: dict[str, str] = {}
        """``GET /pets/{id}`` by the name of the method."""
        self.wires: dict[tuple[str, str], str] = {}
        """The name in a request by the names of the method and the parameter."""

    def add(self, name: str, module: SourceModule, node: Function) -> None:
        """Note a method that makes a request; its body tells which one."""
        self.methods.add(name)
        operations = self._operations_of(module)
        for call in _calls(node):
            names = [*_names(call)]
            operation = next((operations[key] for key in names if key in operations), None)
            if operation is None:
                continue
            self.operations[name] = operation.request
            arguments = node.args
            declared = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            places = {argument.arg for argument in declared} - {"self", "body", "options"}
            passed = [argument for argument in names if argument in places]
            if len(passed) == len(operation.wires):
                for argument, wire in zip(passed, operation.wires, strict=True):
                    self.wires[name, argument] = wire

    def _operations_of(self, module: SourceModule) -> Mapping[str, _Operation]:
        """Return the operations that a module defines, by the names of their constants."""
        if module.name not in self._operations:
            operations: dict[str, _Operation] = {}
            for name, node in module.definitions.items():
                match node:
                    case ast.Assign(value=ast.Call() as call):
                        pass
                    case ast.AnnAssign(value=ast.Call() as call):
                        pass
                    case _:
                        continue
                request = _request(call)
                if request:
                    operations[name] = _Operation(request, tuple(self._wires(module, call)))
            self._operations[module.name] = operations
        return self._operations[module.name]

    def _wires(self, module: SourceModule, call: ast.Call) -> Iterator[str]:
        for keyword in call.keywords:
            if keyword.arg == "parameters" and isinstance(keyword.value, ast.Tuple):
                for item in keyword.value.elts:
                    yield _wire(self._shared(module, item))

    def _shared(self, module: SourceModule, expression: ast.expr) -> ast.expr:
        """Return a parameter that several operations have."""
        if isinstance(expression, ast.Name):
            match module.definitions.get(expression.id):
                case ast.Assign(value=value):
                    return value
                case _:
                    pass
        return expression


def _calls(node: Function) -> Iterator[ast.Call]:
    """Yield the calls in a function."""
    for statement in node.body:
        for inner in ast.walk(statement):
            if isinstance(inner, ast.Call):
                yield inner


def _names(call: ast.Call) -> Iterator[str]:
    """Yield the names that a call passes, in order, also those in tuples."""
    todo = [*reversed(call.args)]
    while todo:
        match todo.pop():
            case ast.Name(id=name):
                yield name
            case ast.Tuple(elts=items):
                todo += reversed(items)
            case _:
                pass


def _wire(expression: ast.expr) -> str:
    """Return the name of a parameter in a request: ``Query("page_size", …, "page-size")``."""
    if not isinstance(expression, ast.Call):
        return ""
    has_place = last_name(expression.func) not in ("Query", "Header", "Path")
    texts = [argument for argument in expression.args if isinstance(argument, ast.Constant)]
    if len(texts) > 1 + has_place:
        return str(texts[-1].value)
    return str(texts[0].value) if texts else ""


def _request(call: ast.Call) -> str:
    """Return the method and path of an ``Operation(…)``; empty for another call."""
    if not last_name(call.func).endswith("Operation"):
        return ""
    texts: dict[str, str] = {}
    for keyword in call.keywords:
        if keyword.arg and isinstance(keyword.value, ast.Constant):
            texts[keyword.arg] = str(keyword.value.value)
    return texts.get("request") or f"{texts.get('method', '')} {texts.get('path', '')}".strip()
