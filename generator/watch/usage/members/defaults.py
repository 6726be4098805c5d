"""Query parameters that a client sends with each request, beside those of a call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from ....codegen.apidiff.annotation import last_name
from ..calls.callers import CallIndex
from ..calls.libraries import CLASSES
from ..scopes import ProgramModule

_PARAMS = "params"
_CONSTRUCTORS = frozenset(name.rpartition(".")[2] for name in CLASSES)
_CLIENT = re.compile(r"(?:^|_)(?:session|client|http|sess|s)$", re.IGNORECASE)
"""The names of objects whose attribute ``params`` is that of a client."""


def may_send_defaults(modules: Iterable[ProgramModule], calls: CallIndex) -> bool:
    """Return whether a client of a library may be given query parameters of its own:
    ``httpx.Client(params=…)``, ``session.params.update(…)``.
    """
    for sites in calls.constructions.values():
        if any(_has_parameters(site.call) for site in sites):
            return True
    for module in modules:
        if _PARAMS in module.file.words and any(map(_gives, ast.walk(module.file.tree))):
            return True
    return False


def _gives(node: ast.AST) -> bool:
    """Return whether an expression makes a client with parameters, or names those of one."""
    match node:
        case ast.Call(func=function):
            return last_name(function) in _CONSTRUCTORS and _has_parameters(node)
        case ast.Attribute(value=owner, attr="params"):
            return _CLIENT.search(last_name(owner)) is not None
        case _:
            return False


def _has_parameters(call: ast.Call) -> bool:
    """Return whether a constructor has parameters, or may have them in ``**options``."""
    return any(keyword.arg in (None, _PARAMS) for keyword in call.keywords)
