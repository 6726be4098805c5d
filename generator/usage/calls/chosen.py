"""Methods of clients that are chosen by their names: ``getattr(session, verb)(url)``."""

from __future__ import annotations

import ast

from ..evaluate import Evaluator
from ..scopes import Expression


def chosen_call(types: Evaluator, expression: Expression, call: ast.Call) -> ast.Call | None:
    """Return the call that sends the same request: ``session.request(verb, url)``.

    None for a call of a function that isn't chosen by its name.
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
