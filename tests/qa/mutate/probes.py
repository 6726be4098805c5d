"""Probes: marks in source code that tell which tests run the place of a fault.

A probe costs next to nothing, where a tracing function would multiply the time of the tests. It
makes an empty file, so that a process that a test starts and kills reports it too.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.qa.mutate.source import Fault
from tests.qa.mutate.worker import PROBES

HEAD = """
PROBES = set()
def __speclock_hit__(*numbers):
    import os
    for number in numbers:
        if number not in PROBES:
            PROBES.add(number)
            os.close(os.open(f"FOLDER/{number}", os.O_WRONLY | os.O_CREAT, 0o600))
"""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def probed(sources: Mapping[str, str], faults: Sequence[Fault], hits: Path) -> dict[str, str]:
    """Return the sources that have probes, each with the number of a fault."""
    trees = {file: ast.parse(source) for file, source in sources.items()}
    probes: defaultdict[str, defaultdict[ast.AST, list[int]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for number, fault in enumerate(faults):
        inner = _function(trees[fault.file], fault)
        if inner is not None:
            places = {fault.file: [_statement(inner, fault)]}
        else:
            places = _users(trees, fault) or {fault.file: _functions(trees[fault.file])}
        for file, nodes in places.items():
            for node in nodes:
                probes[file][node].append(number)
    return {file: _written(trees[file], probes[file], hits) for file in probes}


def _function(tree: ast.Module, fault: Fault) -> Function | None:
    """Return the innermost function whose body has the fault."""
    found = None
    for node in ast.walk(tree):
        if isinstance(node, Function) and any(_covers(part, fault) for part in node.body):
            found = node
    return found


def _covers(node: ast.AST, fault: Fault) -> bool:
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    return bool(first <= fault.line <= last)


def _statement(function: Function, fault: Fault) -> ast.AST:
    """Return the innermost statement of a block that has the fault."""
    found: ast.AST = function
    for node in ast.walk(function):
        for block in _blocks(node):
            found = next((part for part in block if _covers(part, fault)), found)
    return found


def _blocks(node: ast.AST) -> list[list[ast.AST]]:
    values = [getattr(node, name, None) for name in ("body", "orelse", "finalbody")]
    return [value for value in values if isinstance(value, list)]


def _functions(tree: ast.Module) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def _users(trees: Mapping[str, ast.Module], fault: Fault) -> dict[str, list[ast.AST]]:
    """Return the functions that mention the names which the statement of a module defines."""
    names = set[str]()
    for node in trees[fault.file].body:
        if _covers(node, fault):
            names |= {n.id for n in ast.walk(node) if isinstance(getattr(n, "ctx", 0), ast.Store)
                      and isinstance(n, ast.Name)}  # fmt: skip
            names |= {getattr(node, "name", "")}
    found: dict[str, list[ast.AST]] = {}
    for file, tree in trees.items():
        users = [
            function
            for function in _functions(tree)
            if any(
                getattr(node, "id", None) in names or getattr(node, "attr", None) in names
                for node in ast.walk(function)
            )
        ]
        if users:
            found[file] = users
    return found


def _written(tree: ast.Module, probes: Mapping[ast.AST, list[int]], hits: Path) -> str:
    for node in list(ast.walk(tree)):
        if isinstance(node, Function) and node in probes:
            has_docstring = ast.get_docstring(node) is not None
            node.body.insert(int(has_docstring), _call(probes[node]))
        for block in _blocks(node):
            for at in reversed(range(len(block))):
                if block[at] in probes and not isinstance(block[at], Function):
                    block.insert(at, _call(probes[block[at]]))
    head = ast.parse(HEAD.replace("PROBES", PROBES).replace("FOLDER", str(hits))).body
    after = 1 + max(
        (at for at, node in enumerate(tree.body) if getattr(node, "module", "") == "__future__"),
        default=0 if ast.get_docstring(tree) is not None else -1,
    )
    tree.body[after:after] = head
    return ast.unparse(ast.fix_missing_locations(tree))


def _call(numbers: Sequence[int]) -> ast.stmt:
    return ast.parse(f"__speclock_hit__({', '.join(map(str, numbers))})").body[0]
