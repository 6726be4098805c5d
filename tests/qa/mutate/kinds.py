"""The kinds of fault, each a function from a module to every place where it fits."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.qa.mutate.source import Fault, Module, is_last, keyword, name_of

METHODS = {
    "GET": "POST", "POST": "PUT", "PUT": "POST", "PATCH": "PUT", "DELETE": "POST",
    "HEAD": "GET", "OPTIONS": "GET",
}  # fmt: skip
HEADERS = {
    "accept", "accept-encoding", "authorization", "connection", "content-type", "cookie",
    "idempotency-key", "retry-after", "user-agent",
}  # fmt: skip
MEDIA_TYPE = re.compile(r"(application|audio|image|multipart|text|video|\*)/[a-z0-9.+*-]+")
CONSTRAINTS = {
    "pattern", "min_length", "max_length", "ge", "gt", "le", "lt", "multiple_of", "strict",
}  # fmt: skip
PLACES = {"path", "query", "header", "cookie"}
ENUMS = {"Enum", "IntEnum", "StrEnum"}
PASSED_ON = {
    "call", "begin", "Settings", "Client", "AsyncClient", "Request", "send", "Exchange",
}  # fmt: skip
"""Calls that hand an operation's arguments and a client's settings on."""
OPERATION_OWN = {"id", "method", "path", "answers", "errors"}
"""Keywords without a default, which have kinds of their own."""


def method(module: Module) -> Iterator[Fault]:
    """an HTTP method is another"""
    for node, text in module.texts():
        if text in METHODS:
            yield module.replaced("method", node, repr(METHODS[text]))


def path(module: Module) -> Iterator[Fault]:
    """one literal segment of an operation's path, or of the base URL, is altered"""
    for node, text in module.texts():
        outer = module.parent(node)
        is_path = isinstance(outer, ast.keyword) and outer.arg == "path"
        is_base = isinstance(outer, ast.Assign) and "BASE_URL" in module.text(outer.targets[0])
        if not (is_path or is_base):
            continue
        parts = text.split("/")
        for index, part in enumerate(parts):
            if part and not part.startswith("{") and not part.endswith(":"):
                altered = "/".join([*parts[:index], f"{part}x", *parts[index + 1 :]])
                yield module.replaced("path", node, repr(altered))


def alias(module: Module) -> Iterator[Fault]:
    """the wire name of a field or a parameter is altered"""
    for call in module.all(ast.Call):
        wires = [keyword(call, name) for name in ("alias", "wire", "validation_alias")]
        outer = module.parent(module.parent(call) or call)
        if isinstance(outer, ast.keyword) and outer.arg == "parameters":
            texts = [one for one in call.args if isinstance(one, ast.Constant)]
            wires += [one for one in texts if one.value not in PLACES][-1:]
        for node in wires:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield module.replaced("alias", node, repr(f"{node.value}x"))


def _fields(module: Module) -> Iterator[ast.AnnAssign]:
    """The fields of models: of classes that have the models' base class among their bases."""
    models = {"Model"}
    for node in module.all(ast.ClassDef):
        if models & {name_of(base) for base in node.bases}:
            models.add(node.name)
            for statement in node.body:
                if isinstance(statement, ast.AnnAssign):
                    yield statement


def field(module: Module) -> Iterator[Fault]:
    """a model lacks a field"""
    for node in _fields(module):
        yield module.without_statement("field", node)


def required(module: Module) -> Iterator[Fault]:
    """a required field is optional, an optional one required"""
    for node in _fields(module):
        declared = f"{module.text(node.target)}: {module.text(node.annotation)}"
        if node.value is None:
            yield module.replaced("required", node, f"{declared} | None = None")
        else:
            yield module.replaced("required", node, declared)


def nullable(module: Module) -> Iterator[Fault]:
    """a field that may be sent as null may not"""
    for node in module.all(ast.ClassDef):
        for given in node.keywords:
            if given.arg == "nullable" and isinstance(given.value, ast.Tuple):
                for item in given.value.elts:
                    yield module.without_item("nullable", given.value, item)


def constraint(module: Module) -> Iterator[Fault]:
    """a pattern, a length or a bound is not checked"""
    for call in module.all(ast.Call):
        if name_of(call.func) in ("Field", "StringConstraints"):
            for given in call.keywords:
                if given.arg in CONSTRAINTS:
                    yield module.without_item("constraint", call, given)


def enum(module: Module) -> Iterator[Fault]:
    """a member of an enumeration has another value"""
    for node in module.all(ast.ClassDef) if "models" in module.file else ():
        if not ENUMS & {name_of(base) for base in node.bases}:
            continue
        for member in node.body:
            if isinstance(member, ast.Assign) and isinstance(member.value, ast.Constant):
                value = member.value.value
                after = f"{value}_X" if isinstance(value, str) else int(str(value)) + 1000
                yield module.replaced("enum", member.value, repr(after), about=member)


def header(module: Module) -> Iterator[Fault]:
    """a header is renamed, dropped, or has another value"""
    for node, text in module.texts():
        if _is_hint(module, node) or _labels_a_reply(module, node):
            continue
        outer = module.parent(node)
        target = outer.arg or "" if isinstance(outer, ast.keyword) else ""
        if text.lower() in HEADERS or (target.endswith("_header") and text):
            yield module.replaced("header", node, repr(f"x-{text}"))
        elif MEDIA_TYPE.fullmatch(text):
            yield module.replaced("header", node, repr(f"{text}x"))
        if isinstance(outer, ast.Dict) and node in outer.keys and text.lower() in HEADERS:
            yield module.without_item("header", outer, node)
            value = outer.values[outer.keys.index(node)]
            yield module.replaced("header", value, "'x'", about=value)
    for statement in module.all(ast.Expr):
        match statement.value:
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="headers"), attr="append"),
                args=[ast.Tuple(elts=[_, value])],
            ):
                yield module.without_statement("header", statement)
                yield module.replaced("header", value, "'x'")
            case _:
                pass
    for joined in module.all(ast.JoinedStr):
        text = module.text(joined)
        for scheme in ("Bearer ", "Basic "):
            if text[2:].startswith(scheme):
                yield module.replaced("header", joined, text.replace(scheme, "Token ", 1))


def _is_hint(module: Module, node: ast.AST) -> bool:
    """Is it in the annotation of an overload, which type checkers read and no test?"""
    return any(
        isinstance(outer, ast.Subscript) and module.text(outer.value) == "Literal"
        for outer in module.around(node)
    )


def _labels_a_reply(module: Module, node: ast.AST) -> bool:
    """Is it the media type of a reader? Only the fake uses that, for replies by tests."""
    outer = module.parent(node)
    around = [one for one in module.around(node) if isinstance(one, ast.keyword)]
    readers = ("answers", "errors", "others")
    return isinstance(outer, ast.Call) and bool(around) and around[0].arg in readers


OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">",
    ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
WRITTEN: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip


def status(module: Module) -> Iterator[Fault]:
    """a status code or range is compared, or looked up, otherwise"""
    for compare in module.all(ast.Compare):
        if "status" in module.text(compare):
            yield from _compared(module, compare)
    for sequence in module.all(ast.Tuple):
        if sequence.elts and all(_is_status(item) for item in sequence.elts):
            for item in sequence.elts:
                yield module.without_item("status", sequence, item)
    for call in module.all(ast.Call):
        if module.text(call.func).endswith(("answers.get", "errors.get")):
            yield from _looked_up(module, call)
        for name in ("answers", "errors"):
            table = keyword(call, name)
            for key in table.keys if isinstance(table, ast.Dict) else ():
                if not isinstance(table, ast.Dict) or not isinstance(key, ast.Constant):
                    continue
                reader = module.text(table.values[table.keys.index(key)])
                if name == "answers" or reader != "Nothing()":  # as if it weren't documented
                    other = "598" if key.value == "default" else f"{str(key.value)[0]}98"
                    yield module.replaced("status", key, repr(other))
                    yield module.without_item("status", table, key)
    for choice in module.all(ast.BoolOp):
        if isinstance(choice.op, ast.Or) and ".get(" in module.text(choice):
            yield from _or(module, choice)


def _is_status(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and 100 <= node.value < 600


def _compared(module: Module, compare: ast.Compare) -> Iterator[Fault]:
    """Each constant one off, and each operator another."""
    sides = [compare.left, *compare.comparators]
    for side in sides:
        if isinstance(side, ast.Constant) and isinstance(side.value, int):
            yield module.replaced("status", side, repr(side.value + 1))
        elif isinstance(side, ast.Constant) and isinstance(side.value, str):
            yield module.replaced("status", side, repr(f"{side.value}0"))
    for index, op in enumerate(compare.ops):
        if type(op) in OPERATORS:
            after = [module.text(sides[0])]
            for at, (each, side) in enumerate(zip(compare.ops, sides[1:], strict=True)):
                after += [(OPERATORS if at == index else WRITTEN)[type(each)], module.text(side)]
            yield module.replaced("status", compare, " ".join(after))


def _looked_up(module: Module, call: ast.Call) -> Iterator[Fault]:
    match call.args[:1]:
        case [ast.Constant(value=str(key)) as node]:
            yield module.replaced("status", node, repr(f"{key}x"), about=call)
        case [ast.JoinedStr() as node]:
            after = module.text(node).replace("XX", "YY")
            yield module.replaced("status", node, after, about=call)
        case _:
            pass


def _or(module: Module, choice: ast.BoolOp) -> Iterator[Fault]:
    """Each alternative left out."""
    for left_out in choice.values:
        kept = [module.text(value) for value in choice.values if value is not left_out]
        yield module.replaced(
            "status", choice, f"({' or '.join(kept)})", about=left_out, said="(left out)"
        )


def swallowed(module: Module) -> Iterator[Fault]:
    """an exception is not raised: the code goes on, or returns"""
    for node in module.all(ast.Raise):
        yield module.replaced("raise", node, "pass")
        if not is_last(module, node):
            yield module.replaced("raise", node, "return None")


def awaited(module: Module) -> Iterator[Fault]:
    """a coroutine is not awaited"""
    for node in module.all(ast.Await):
        yield module.replaced("await", node, f"({module.text(node.value)})")


def argument(module: Module) -> Iterator[Fault]:
    """an argument or a setting is not passed on"""
    for call in module.all(ast.Call):
        name = name_of(call.func)
        if name == "Operation":
            for given in call.keywords:
                if given.arg not in OPERATION_OWN:
                    yield module.without_item("argument", call, given)
        elif name in PASSED_ON:
            for given in call.keywords:
                yield module.without_item("argument", call, given)
            for position, value in enumerate(call.args):
                if isinstance(value, ast.Dict):
                    for key in value.keys:
                        if key is not None:
                            yield module.without_item("argument", value, key)
                elif position or name in ("Settings", "Exchange"):
                    yield module.replaced("argument", value, "None")


KINDS: Mapping[str, Callable[[Module], Iterator[Fault]]] = {
    "method": method,
    "path": path,
    "alias": alias,
    "field": field,
    "header": header,
    "status": status,
    "raise": swallowed,
    "await": awaited,
    "required": required,
    "nullable": nullable,
    "constraint": constraint,
    "enum": enum,
    "argument": argument,
}


def faults(package: Path, kinds: Sequence[str]) -> list[Fault]:
    """Every fault of these kinds in a package, by file and line; each of them compiles."""
    found: dict[tuple[str, int, int, bytes], Fault] = {}
    for file in sorted(package.rglob("*.py")):
        module = Module(file.relative_to(package.parent).as_posix(), file.read_bytes())
        for kind in kinds:
            for fault in KINDS[kind](module):
                changed = fault.applied(module.source)
                compile(changed, f"{fault}", "exec", dont_inherit=True)
                if changed != module.source:
                    found[fault.file, fault.start, fault.end, fault.replacement] = fault
    return sorted(found.values(), key=lambda fault: (fault.file, fault.line, fault.start))
