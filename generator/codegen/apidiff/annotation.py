"""An annotation in source as a type expression."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .api import ANY, Alternative, TypeExpression

MAXIMA = ("max_length", "le", "lt")
MINIMA = ("min_length", "ge", "gt")
_BESIDE = {"Optional": "None", "Opt": "None", "OrStr": "str", "OrInt": "int"}
"""What generic types add for type checkers: those of the models' base module, and Python's."""
PROPERTIES = {"property", "cached_property"}
_BOUNDS = (*MAXIMA, *MINIMA, "multiple_of", "pattern")


def read_type(node: ast.expr | None) -> TypeExpression:
    """Return the type of an annotation; without one it is ``Any``."""
    return ANY if node is None else TypeExpression(frozenset(_alternatives(node)))


def field_keywords(*nodes: ast.expr | None) -> dict[str, str]:
    """Return the keyword arguments of ``Field`` in an annotation and its default, as source."""
    keywords: dict[str, str] = {}
    for call in _field_calls(nodes):
        for keyword in call.keywords:
            if keyword.arg:
                keywords[keyword.arg] = ast.unparse(keyword.value)
    return keywords


def _field_calls(nodes: Iterable[ast.expr | None]) -> Iterator[ast.Call]:
    for node in nodes:
        for inner in ast.walk(node) if node else ():
            if isinstance(inner, ast.Call) and last_name(inner.func) in ("Field", "field"):
                yield inner


def alias_of(node: ast.stmt) -> ast.expr | None:
    """Return the type that an assignment gives another name; None if it does something else."""
    match node:
        case ast.Assign(value=ast.Call(func=called, args=[_, type_])):
            return type_ if last_name(called) == "TypeAliasType" else None
        case ast.Assign(value=ast.BinOp(op=ast.BitOr()) | ast.Subscript() as type_):
            return type_
        case ast.Assign(value=ast.Call(func=called, args=[], keywords=[])) if last_name(called):
            return called  # a constant: the one value of a class
        case ast.AnnAssign(annotation=hint, value=type_) if last_name(hint) == "TypeAlias":
            return type_
        case _:
            return None


def constant(node: ast.expr | str) -> object:
    """Return the value of a literal; None for any other expression."""
    try:
        value: object = ast.literal_eval(node)
    except ValueError:
        return None
    return value


def last_name(node: ast.expr) -> str:
    """Return a name without its module; empty for an expression of another kind."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def decorators(node: ast.AST) -> set[str]:
    """Return the names of the decorators of a function or a class, without their modules."""
    nodes: list[ast.expr] = getattr(node, "decorator_list", [])
    return {last_name(each.func if isinstance(each, ast.Call) else each) for each in nodes}


def _alternatives(node: ast.expr) -> Iterator[Alternative]:
    match node:
        case ast.BinOp(op=ast.BitOr()):
            operands: list[ast.expr] = []
            while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
                operands.append(node.right)
                node = node.left
            for operand in (node, *reversed(operands)):  # each once, not through all on its left
                yield from _alternatives(operand)
        case ast.Constant(value=str(text)):  # a forward reference
            yield from _alternatives(ast.parse(text, mode="eval").body)
        case ast.Subscript(value=base, slice=inner):
            arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            yield from _subscripted(last_name(base), arguments)
        case ast.Name(id="Base64Text"):
            yield Alternative("str")
        case ast.Name(id="Number"):
            yield Alternative("float")
        case ast.Name(id="DecimalNumber"):
            yield Alternative("Decimal")
        case _:
            yield Alternative(last_name(node) or ast.unparse(node))


def _subscripted(name: str, arguments: list[ast.expr]) -> Iterator[Alternative]:
    match name:
        case "Literal":
            for value in arguments:
                kind = type(constant(value)).__name__
                yield Alternative(kind, literal=ast.unparse(value))
        case "Annotated":
            keywords = field_keywords(*arguments[1:]).items()
            bounds = tuple(sorted((k, v) for k, v in keywords if k in _BOUNDS))
            for option in _alternatives(arguments[0]):
                yield option if option.name == "None" else replace(option, constraints=bounds)
        case "Union":
            for argument in arguments:
                yield from _alternatives(argument)
        case name if name in _BESIDE:
            yield from _alternatives(arguments[0])
            yield Alternative(_BESIDE[name])
        case "ListOf":
            yield Alternative("Sequence", tuple(map(read_type, arguments)))
        case _:
            yield Alternative(name, tuple(map(read_type, arguments)))
