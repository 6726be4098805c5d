"""The kinds of fault that fit any Python code, for the generator itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from tests.qa.mutate.kinds import compared, swallowed
from tests.qa.mutate.source import Fault, Module

WORD = re.compile(r"[\w$./+-]{2,}")
"""A string that code compares or looks up; other strings are sentences and layout."""


def compare(module: Module) -> Iterator[Fault]:
    """a comparison has another operator, or a constant that is one off"""
    for node in module.all(ast.Compare):
        yield from compared("compare", module, node)


def operand(module: Module) -> Iterator[Fault]:
    """an operand of `and` and `or` is left out, or a `not`"""
    for node in module.all(ast.BoolOp):
        word = " or " if isinstance(node.op, ast.Or) else " and "
        for left_out in node.values:
            kept = word.join(f"({module.text(value)})" for value in node.values
                             if value is not left_out)  # fmt: skip
            yield module.replaced("operand", node, f"({kept})", about=left_out, said="(left out)")
    for negation in module.all(ast.UnaryOp):
        if isinstance(negation.op, ast.Not):
            yield module.replaced("operand", negation, f"({module.text(negation.operand)})")


def condition(module: Module) -> Iterator[Fault]:
    """a condition always holds, or never"""
    nodes: list[ast.If | ast.IfExp] = [*module.all(ast.If), *module.all(ast.IfExp)]
    tests = [node.test for node in nodes]
    filters = [test for node in _comprehensions(module) for test in node.ifs]
    for test in [*tests, *filters]:
        if "TYPE_CHECKING" not in module.text(test):
            yield module.replaced("condition", test, "True")
            yield module.replaced("condition", test, "False")


def _comprehensions(module: Module) -> Iterator[ast.comprehension]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.comprehension) and all(map(module.is_in_reach, node.ifs)):
            yield node


def statement(module: Module) -> Iterator[Fault]:
    """a statement that only has an effect is dropped"""
    for node in module.all(ast.stmt):
        is_effect = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
        to_target = isinstance(node, ast.Assign) and isinstance(
            node.targets[0], ast.Subscript | ast.Attribute
        )
        if is_effect or to_target or isinstance(node, ast.AugAssign | ast.Continue | ast.Break):
            yield module.without_statement("statement", node)


def constant(module: Module) -> Iterator[Fault]:
    """a number, a truth value or a word that code compares is another"""
    for node in module.all(ast.Constant):
        if _is_annotation(module, node):
            continue
        match node.value:
            case bool(value):
                yield module.replaced("constant", node, repr(not value))
            case int(value):
                yield module.replaced("constant", node, repr(value + 1))
            case str(value) if WORD.fullmatch(value):
                yield module.replaced("constant", node, repr(f"{value}x"))
            case _:
                pass


def _is_annotation(module: Module, node: ast.AST) -> bool:
    inner: ast.AST = node
    for outer in module.around(node):
        if inner in (getattr(outer, "annotation", None), getattr(outer, "returns", None)):
            return True
        if isinstance(outer, ast.Subscript) and module.text(outer.value) == "Literal":
            return True
        inner = outer
    return False


def item(module: Module) -> Iterator[Fault]:
    """an element of a collection, or a keyword argument, is left out"""
    for table in module.all(ast.Dict):
        for key in table.keys:
            if key is not None:
                yield module.without_item("item", table, key)
    collections: list[ast.Tuple | ast.Set | ast.List] = [
        *module.all(ast.Tuple), *module.all(ast.Set), *module.all(ast.List),
    ]  # fmt: skip
    for collection in collections:
        if isinstance(getattr(collection, "ctx", None), ast.Store):
            continue
        if len(collection.elts) > 1 and not _is_annotation(module, collection):
            outer = module.parent(collection)
            if not (isinstance(outer, ast.Subscript) and outer.slice is collection):
                for element in collection.elts:
                    yield module.without_item("item", collection, element)
    for call in module.all(ast.Call):
        for argument in call.keywords:
            if argument.arg is not None:
                yield module.without_item("item", call, argument)


def arithmetic(module: Module) -> Iterator[Fault]:
    """an operator of arithmetic or sets is another"""
    others: Mapping[type[ast.operator], str] = {
        ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.FloorDiv: "*", ast.BitOr: "&",
        ast.BitAnd: "|",
    }  # fmt: skip
    for node in module.all(ast.BinOp):
        if type(node.op) in others and not _is_annotation(module, node):
            left, right = module.text(node.left), module.text(node.right)
            yield module.replaced("arithmetic", node, f"({left}) {others[type(node.op)]} ({right})")


CODE_KINDS: Mapping[str, Callable[[Module], Iterator[Fault]]] = {
    "compare": compare,
    "operand": operand,
    "condition": condition,
    "statement": statement,
    "constant": constant,
    "item": item,
    "arithmetic": arithmetic,
    "raise": swallowed,
}
