"""The uses of the client's declarations in a program."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import cast

from ...base.immutable import immutable
from ...codegen.apidiff.annotation import last_name
from ...codegen.apidiff.api import Declaration, TypeExpression
from .builtins import called_later
from .containers import text_of
from .evaluate import Evaluator
from .files import Located, ProgramFile
from .scopes import Expression, ProgramModule
from .values import (
    Builtin,
    ClientTypes,
    Declared,
    Dictionary,
    Entry,
    Instance,
    Item,
    Own,
    Value,
    classes_of,
    element_of,
    entry_of,
)

_NO_FIELDS = ("body", "options", "content_type", "accept")
"""The arguments of methods that aren't the fields of a body."""


@immutable
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
            case ast.Name(ctx=ast.Load()):
                self._names(self.evaluator.value(at), at, node)
            case ast.Subscript(value=inner, slice=key) if name := text_of(key):
                for item in self.evaluator.at(at, inner):  # an enumeration's member
                    if isinstance(item, Declared) and item.kind == "class":
                        self._attribute(item, name, at, "read")
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
        self.calls[node.func] = node
        name = last_name(node.func)
        for item in classes_of(self.evaluator.at(at, node.func)):
            match item:
                case Builtin(name="model_copy" | "replace" as copied, owner=owner):
                    self._copied(copied, owner, node, at)
                case Builtin(name="getattr" | "hasattr") if len(node.args) > 1:
                    where = replace(at, node=node.args[1])
                    for object_ in self.evaluator.at(at, node.args[0]):
                        self._attribute(object_, text_of(node.args[1]), where, "read")
                case Builtin(name="partial", owner=functions) if functions:
                    for each in functions:  # the call of `partial` has the other arguments
                        self._called(each, node, node, at, name, is_whole=False)
                case Builtin(name=function):
                    self._called_later(function, node, at)
                case _:
                    self._called(item, node, node, at, name)

    def _called_later(self, name: str, node: ast.Call, at: Expression) -> None:
        """Record a call that a function makes: ``pool.submit(f, 1)``, ``map(f, items)``."""
        call = called_later(name, node)
        if call is None:
            return
        for item in classes_of(self.evaluator.at(at, call.func)):
            self._called(item, call, node, at, last_name(call.func))

    def _called(
        self,
        item: Item,
        call: ast.Call,
        node: ast.Call,
        at: Expression,
        name: str,
        *,
        is_whole: bool = True,
    ) -> None:
        """Record a call of a value; ``node`` is where it is written."""
        match item:
            case Declared(kind="class", name=owner):
                self._construction(owner, call, node, at, name, is_whole=is_whole)
            case Declared(kind="method", name=owner):
                self._request(owner, call, node, at, is_whole=is_whole)
            case Own(kind="class", scope=scope):
                for base in self.evaluator.own_bases(scope):
                    if isinstance(base, str):
                        self._construction(base, call, node, at, name, is_whole=is_whole)
                    elif "__init__" in base.names:
                        break
            case _:
                pass

    def _copied(self, name: str, owner: Value, node: ast.Call, at: Expression) -> None:
        """Record the fields that a copy of an object gets."""
        first = self.evaluator.at(at, node.args[0]) if name == "replace" and node.args else owner
        for item in first:
            for keyword in node.keywords:
                if isinstance(item, Instance) and name == "replace" and keyword.arg:
                    value = replace(at, node=keyword.value)
                    self._field(item.name, Entry(keyword.arg, keyword, value))
                elif isinstance(item, Instance) and keyword.arg == "update":
                    for update in self._dictionaries(keyword.value, at):
                        self._fields(item.name, update.entries)

    def _construction(
        self,
        owner: str,
        call: ast.Call,
        node: ast.Call,
        at: Expression,
        name: str,
        *,
        is_whole: bool,
    ) -> None:
        if name == "model_validate" and call.args:
            for body in self._dictionaries(call.args[0], at):
                self._body(owner, body)
            return
        entries, is_complete = self._keywords(call, at)
        arguments = _names(call, entries, ()) if is_whole and is_complete else None
        self.add(owner, at, node, "call", arguments=arguments)
        for entry in entries:
            if not self._argument(owner, entry.key, entry.node, entry.value):
                self._field(owner, entry)
        for index, argument in enumerate(call.args):
            self._argument(owner, index, argument, replace(at, node=argument))
            if isinstance(argument, ast.Constant):  # Genre("poetry")
                self._text(self.client.members_of(owner), argument, at)

    def _request(
        self, owner: str, call: ast.Call, node: ast.Call, at: Expression, *, is_whole: bool
    ) -> None:
        entries, is_complete = self._keywords(call, at)
        arguments = None
        if is_whole and is_complete:
            arguments = _names(call, entries, list(self.client.parameters[owner]))
        self.add(owner, at, node, "call", arguments=arguments)
        for entry in entries:
            self._argument(owner, entry.key, entry.node, entry.value)
        for index, argument in enumerate(call.args):
            if isinstance(argument, ast.Starred):
                break
            self._argument(owner, index, argument, replace(at, node=argument))
        body = self.client.parameter(owner, "body")
        fields = [entry for entry in entries if entry.key not in _NO_FIELDS]
        for name in sorted(body.type.names) if body is not None else ():
            class_ = self.client.class_name(name)
            if class_ and any(self.client.field_of(class_, field.key) for field in fields):
                keys = _names(call, entries, ()) if is_whole and is_complete else None
                self.add(class_, at, node, "call", arguments=keys)
                self._fields(class_, fields)

    def _keywords(self, call: ast.Call, at: Expression) -> tuple[list[Entry], bool]:
        """Return the keyword arguments of a call, and whether they are all in sight."""
        entries: list[Entry] = []
        is_complete = True
        for keyword in call.keywords:
            if keyword.arg:
                value = replace(at, node=keyword.value)
                entries.append(Entry(keyword.arg, keyword, value))
                continue
            dictionaries = self._dictionaries(keyword.value, at)
            is_complete &= bool(dictionaries)
            for dictionary in dictionaries:
                is_complete &= dictionary.is_complete
                entries += dictionary.entries
        return entries, is_complete

    def _argument(self, owner: str, key: str | int, node: ast.AST, value: Expression) -> bool:
        declared = self.client.parameter(owner, key)
        if declared is None:
            return False
        self.add(f"{owner}.{declared.name}", value, node, "argument")
        self._against(declared.type, value)
        return True

    def _fields(self, owner: str, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._field(owner, entry)

    def _field(self, owner: str, entry: Entry) -> None:
        declared = self.client.field_of(owner, entry.key)
        if declared is not None:
            name = f"{declared.owner}.{declared.name}"
            self.add(name, entry.value, entry.node, "write")
            self._against(declared.type, entry.value)

    # ── values where a type is expected ──────────────────────────────────────────────────────

    def _against(self, expected: TypeExpression, value: Expression) -> None:
        """Record the parts of classes that plain dictionaries give, and texts of members."""
        self._texts(expected, value)
        self._bodies(expected, self.evaluator.value(value))

    def _texts(self, expected: TypeExpression, value: Expression) -> None:
        """Record the texts in sight that are members of an expected enumeration."""
        match value.node:
            case ast.Constant(value=str()) as text:
                self._text(self.client.members(expected), text, value)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                inner = [argument for a in expected.alternatives for argument in a.arguments]
                for item in items:
                    for type_ in inner:
                        self._texts(type_, replace(value, node=item))
            case ast.IfExp(body=body, orelse=other):
                self._texts(expected, replace(value, node=body))
                self._texts(expected, replace(value, node=other))
            case _:
                pass

    def _bodies(self, expected: TypeExpression, value: Value) -> None:
        """Record the dictionaries in sight that are objects of an expected class."""
        for option in expected.alternatives:
            for body in value:
                if isinstance(body, Dictionary):
                    self._body(self.client.class_name(option.name), body)
            inner = entry_of(value) if len(option.arguments) == 2 else element_of(value)
            for argument in option.arguments[-1:] if inner else ():
                self._bodies(argument, inner)

    def _body(self, name: str, body: Dictionary) -> None:
        """Record a dictionary that is an object of a class, or of one in a union."""
        owners = [
            owner
            for owner in self.client.bases(name)
            if any(self.client.field_of(owner, key) for key in body.keys)
        ]
        whole = [
            owner for owner in owners if all(self.client.field_of(owner, key) for key in body.keys)
        ]
        for owner in whole or owners:
            first = next(iter(body.entries))
            arguments = body.keys if body.is_complete else None
            self.add(owner, first.value, body.node, "call", arguments=arguments)
            self._fields(owner, body.entries)

    def _dictionaries(self, node: ast.expr, at: Expression) -> list[Dictionary]:
        return [item for item in self.evaluator.at(at, node) if isinstance(item, Dictionary)]

    def _text(self, members: Collection[Declaration], node: ast.Constant, at: Expression) -> None:
        for member in members:
            if any(value.literal == repr(node.value) for value in member.type.alternatives):
                self.add(f"{member.owner}.{member.name}", at, node, "value")

    def _compared(self, operands: Sequence[ast.expr], at: Expression) -> None:
        """Record texts that are compared with a member of an enumeration."""
        values = [item for operand in operands for item in self.evaluator.at(at, operand)]
        names = {value.name for value in values if isinstance(value, Instance)}
        members: list[Declaration] = []
        for name in sorted(names):
            fields = self.client.fields[name].values()
            members += [field for field in fields if field.kind == "member"]
        for operand in operands if members else ():
            for node in ast.walk(operand) if not isinstance(operand, ast.Call) else ():
                if isinstance(node, ast.Constant):
                    self._text(members, node, at)


def _names(
    call: ast.Call, keywords: Sequence[Entry], positions: Sequence[str]
) -> frozenset[str] | None:
    """Return the names of the arguments of a call; None where some aren't in sight."""
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    return frozenset([*positions[: len(call.args)], *(keyword.key for keyword in keywords)])
