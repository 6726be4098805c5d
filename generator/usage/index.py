"""The uses of the client's declarations in a program."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from ..apidiff.annotation import last_name
from ..apidiff.api import Declaration, TypeExpression
from .evaluate import Evaluator
from .files import Located, ProgramFile
from .scopes import Expression, ProgramModule
from .values import Builtin, ClientTypes, Declared, Instance, Own, Value

_NO_FIELDS = ("body", "options", "content_type", "accept")
"""The arguments of methods that aren't the fields of a body."""


@dataclass(frozen=True, slots=True)
class Found:
    """A use of a declaration."""

    file: ProgramFile
    node: Located
    kind: str
    """``name``; ``read`` or ``write`` of a field; ``call`` of a class or a method; ``argument``;
    ``value`` for a text in place of an enumeration's member.
    """
    arguments: frozenset[str] | None = None
    """The names of a call's arguments; None where they aren't all in sight."""


class Index:
    """Finds uses, by the full names of the declarations."""

    def __init__(self, evaluator: Evaluator, client: ClientTypes) -> None:
        self.evaluator = evaluator
        self.client = client
        self.uses: dict[str, dict[Found, None]] = {}
        self.calls: dict[Located, ast.Call] = {}
        """The calls by the expression that is called."""

    def read(self, module: ProgramModule) -> None:
        """Find the uses in a module."""
        for candidate in module.candidates:
            self._candidate(candidate)

    def add(
        self, name: str, at: Expression, node: ast.AST, kind: str, **more: frozenset[str] | None
    ) -> None:
        """Record a use of a declaration."""
        if name:
            use = Found(at.scope.file, cast("Located", node), kind, **more)
            self.uses.setdefault(name, {})[use] = None

    def _candidate(self, at: Expression) -> None:
        node = at.node
        match node:
            case ast.Attribute(value=inner, attr=name, ctx=context):
                kind = "read" if isinstance(context, ast.Load) else "write"
                for item in self.evaluator.at(at, inner):
                    self._attribute(item, name, at, kind)
            case ast.Name():
                self._names(self.evaluator.value(at), at, node)
            case ast.ImportFrom():
                for alias in node.names:
                    self._import(alias, at)
            case ast.Call():
                self._call(node, at)
            case ast.MatchClass(cls=type_, kwd_attrs=names):
                for item in self.evaluator.annotation(replace(at, node=type_)):
                    for name in names:
                        self._attribute(item, name, at, "read")
            case ast.Compare(left=left, comparators=others):
                self._compared([left, *others], at)
            case ast.Match(subject=subject, cases=cases):
                patterns = [pattern for case in cases for pattern in ast.walk(case.pattern)]
                values = [p.value for p in patterns if isinstance(p, ast.MatchValue)]
                self._compared([subject, *values], at)
            case _:
                pass

    def _names(self, value: Value, at: Expression, node: ast.AST) -> None:
        for item in value:
            if isinstance(item, Declared) and item.kind in ("class", "method"):
                self.add(item.name, at, node, "name")

    def _import(self, alias: ast.alias, at: Expression) -> None:
        name = alias.asname or alias.name
        for binding in at.scope.names.get(name, ()):
            if binding.kind == "import" and binding.member == alias.name:
                self._names(self.evaluator.bound(binding), at, alias)

    def _attribute(self, item: object, name: str, at: Expression, kind: str) -> None:
        match item:
            case Declared(kind="module", name=module):
                self._names(self.client.exported(module, name), at, at.node)
            case Declared() | Instance():
                full, value = self.client.attribute(item, name)
                is_method = any(isinstance(one, Declared) and one.kind == "method" for one in value)
                self.add(full, at, at.node, "name" if is_method else kind)
            case Own(kind="instance" | "class", scope=scope):
                for owner in self.evaluator.own_bases(scope):
                    if isinstance(owner, str):
                        is_class = item.kind == "class"
                        base = Declared("class", owner) if is_class else Instance(owner)
                        self._attribute(base, name, at, kind)
                    elif name in owner.names:
                        break
            case _:
                pass

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def _call(self, node: ast.Call, at: Expression) -> None:
        called, arguments = self.evaluator.at(at, node.func), node.args
        name = last_name(node.func)
        self.calls[node.func] = node
        if any(isinstance(item, Builtin) and item.name == "partial" for item in called):
            called = self.evaluator.at(at, arguments[0]) if arguments else ()
            arguments = arguments[1:]
        for item in called:
            match item:
                case Declared(kind="class", name=owner):
                    self._construction(owner, node, arguments, at, name)
                case Declared(kind="method", name=owner):
                    self._request(owner, node, arguments, at)
                case Own(kind="class", scope=scope):
                    for base in self.evaluator.own_bases(scope):
                        if isinstance(base, str):
                            self._construction(base, node, arguments, at, name)
                        elif "__init__" in base.names:
                            break
                case Builtin(name="model_copy" | "replace" as copied, owner=owner):
                    self._copied(copied, owner, node, at)
                case _:
                    pass

    def _copied(self, name: str, owner: Value, node: ast.Call, at: Expression) -> None:
        """Record the fields that a copy of an object gets."""
        first = self.evaluator.at(at, node.args[0]) if name == "replace" and node.args else owner
        for item in first:
            for keyword in node.keywords:
                if isinstance(item, Instance) and name == "replace" and keyword.arg:
                    self._field(item.name, keyword.arg, keyword, keyword.value, at)
                elif isinstance(item, Instance) and keyword.arg == "update":
                    self._against_class(item.name, keyword.value, at, is_whole=False)

    def _construction(
        self, owner: str, node: ast.Call, arguments: Sequence[ast.expr], at: Expression, name: str
    ) -> None:
        if name == "model_validate" and arguments:
            self._against_class(owner, arguments[0], at)
            return
        self.add(owner, at, node, "call", arguments=_given(node, arguments, ()))
        for keyword in node.keywords:
            if keyword.arg and not self._argument(owner, keyword.arg, keyword, keyword.value, at):
                self._field(owner, keyword.arg, keyword, keyword.value, at)
            elif keyword.arg is None:
                self._against_class(owner, keyword.value, at, is_whole=False)
        for index, argument in enumerate(arguments):
            self._argument(owner, index, argument, argument, at)

    def _request(
        self, owner: str, node: ast.Call, arguments: Sequence[ast.expr], at: Expression
    ) -> None:
        names = list(self.client.parameters[owner])
        self.add(owner, at, node, "call", arguments=_given(node, arguments, names))
        body = self.client.parameter(owner, "body")
        for keyword in node.keywords:
            if keyword.arg:
                self._argument(owner, keyword.arg, keyword, keyword.value, at)
            elif isinstance(keyword.value, ast.Dict):
                self._entries(owner, keyword.value, at)
        for index, argument in enumerate(arguments):
            if isinstance(argument, ast.Starred):
                break
            self._argument(owner, index, argument, argument, at)
        fields = [k for k in node.keywords if k.arg and k.arg not in _NO_FIELDS]
        for name in sorted(body.type.names) if body is not None else ():
            class_ = self.client.class_name(name)
            if class_ and any(self.client.field_of(class_, str(field.arg)) for field in fields):
                self.add(class_, at, node, "call", arguments=_given(node, (), ()))
                for field in fields:
                    self._field(class_, str(field.arg), field, field.value, at)

    def _entries(self, owner: str, node: ast.Dict, at: Expression) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self._argument(owner, key.value, key, value, at)

    def _argument(
        self, owner: str, key: str | int, node: ast.AST, value: ast.expr, at: Expression
    ) -> bool:
        declared = self.client.parameter(owner, key)
        if declared is None:
            return False
        self.add(f"{owner}.{declared.name}", at, node, "argument")
        self._against(declared.type, value, at)
        return True

    def _field(self, owner: str, key: str, node: ast.AST, value: ast.expr, at: Expression) -> None:
        declared = self.client.field_of(owner, key)
        if declared is not None:
            self.add(f"{declared.owner}.{declared.name}", at, node, "write")
            self._against(declared.type, value, at)

    # ── values where a type is expected ──────────────────────────────────────────────────────

    def _against(self, expected: TypeExpression, value: ast.expr, at: Expression) -> None:
        """Record the parts of classes that plain dictionaries give, and texts of members."""
        match value:
            case ast.Constant(value=str()):
                self._text(self.client.members(expected), value, at)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                inner = [argument for a in expected.alternatives for argument in a.arguments]
                for item in items:
                    for class_ in inner:
                        self._against(class_, item, at)
            case ast.Dict() | ast.Name() | ast.BinOp():
                for name in sorted(expected.names):
                    for owner in self.client.bases(self.client.class_name(name)):
                        self._against_class(owner, value, at)
            case ast.IfExp(body=body, orelse=other):
                self._against(expected, body, at)
                self._against(expected, other, at)
            case _:
                pass

    def _against_class(
        self, owner: str, value: ast.expr, at: Expression, *, is_whole: bool = True
    ) -> None:
        for display, where in self._displays(value, at):
            keys = [key.value for key in display.keys if isinstance(key, ast.Constant)]
            if is_whole:
                keys_sent = None if None in display.keys else frozenset(map(str, keys))
                names = self.client.fields[owner].values()
                if not keys or not names or not any(name.wire in keys for name in names):
                    continue
                self.add(owner, where, display, "call", arguments=keys_sent)
            for key, inner in zip(display.keys, display.values, strict=True):
                if isinstance(key, ast.Constant):
                    self._field(owner, str(key.value), key, inner, where)

    def _displays(self, value: ast.expr, at: Expression) -> Iterator[tuple[ast.Dict, Expression]]:
        """Yield the dictionaries in sight that a value may be."""
        match value:
            case ast.Dict():
                yield value, at
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                yield from self._displays(left, at)
                yield from self._displays(right, at)
            case ast.Name(id=name):
                for binding in self.evaluator.bindings(name, at):
                    inner = binding.value if binding.kind == "value" else None
                    if inner is not None and isinstance(inner.node, ast.Dict):
                        yield inner.node, inner
            case _:
                pass

    def _text(self, members: Collection[Declaration], node: ast.Constant, at: Expression) -> None:
        for member in members:
            if any(value.literal == repr(node.value) for value in member.type.alternatives):
                self.add(f"{member.owner}.{member.name}", at, node, "value")

    def _compared(self, operands: Sequence[ast.expr], at: Expression) -> None:
        """Record texts that are compared with a member of an enumeration."""
        values = [item for operand in operands for item in self.evaluator.at(at, operand)]
        names = {value.name for value in values if isinstance(value, Instance)}
        members = [
            field
            for name in sorted(names)
            for field in self.client.fields[name].values()
            if field.kind == "member"
        ]
        for operand in operands if members else ():
            for node in ast.walk(operand) if not isinstance(operand, ast.Call) else ():
                if isinstance(node, ast.Constant):
                    self._text(members, node, at)


def _given(
    node: ast.Call, arguments: Sequence[ast.expr], names: Sequence[str]
) -> frozenset[str] | None:
    """Return the names of the arguments of a call; None where some aren't in sight."""
    if any(isinstance(argument, ast.Starred) for argument in arguments):
        return None
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    return frozenset([*names[: len(arguments)], *(k.arg for k in node.keywords if k.arg)])
