"""Methods compared: their parameters, bodies and results, by their annotations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from ..codegen.ir import ClientOperation, MethodParameter
from .shown import Shown, shown_at


class Call:
    """Compares one method."""

    def __init__(
        self, renames: Mapping[str, str], label: str, old: ClientOperation, new: ClientOperation
    ) -> None:
        self.renames = renames
        self.label = label
        self.old = old
        self.new = new

    def compare(self) -> Iterator[Shown]:
        """Every change of it."""
        old, new = self.old, self.new
        if old.call != new.call:
            yield self._say("", f"{old.call}()", f"{new.call}()", True)
        yield from self._parameters()
        before, after = _hint(old.body), _hint(new.body)
        if alternatives(before) != alternatives(after):
            breaks = not self._takes(before, after) or (not before and _needs(new))
            yield self._say("body", before, after, breaks)
        elif old.body and new.body and new.body.required and not old.body.required:
            yield self._say("body", f"{before} | None", after, True)
        if alternatives(old.result) != alternatives(new.result):
            breaks = old.result != "None" and not self._takes(new.result, old.result, back=True)
            yield self._say("result", f"-> {old.result}", f"-> {new.result}", breaks)
        for first, second in ((old.streamed, new.streamed), (old.pages, new.pages)):
            if first is not None and second is None:
                yield self._say("result", f"{first.call}()", "", True)

    def _parameters(self) -> Iterator[Shown]:
        places = {_sent_as(p): p for p in self.new.parameters}
        names = {p.name: p for p in self.new.parameters if p.place != "path"}
        positions = [p for p in self.new.parameters if p.place == "path"]
        paths = iter(positions)
        for p in self.old.parameters:
            other = next(paths, None) if p.place == "path" else places.get(_sent_as(p))
            if other is None:  # a caller doesn't see whether it goes into the query or a header
                other = names.get(p.name)
            if other is None:
                yield self._say(_place(p), argument(p), "", True)
                continue
            same = alternatives(p.annotation) == alternatives(other.annotation)
            if p.name == other.name and same:
                if other.required and not p.required:
                    yield self._say(_place(p), argument(p), argument(other), True)
                continue
            breaks = p.name != other.name or not self._takes(p.annotation, other.annotation)
            yield self._say(_place(p), argument(p), argument(other), breaks)
        known = {_sent_as(p) for p in self.old.parameters}
        known_names = {p.name for p in self.old.parameters}
        for p in self.new.parameters:
            if p.place != "path" and _sent_as(p) not in known and p.name not in known_names:
                yield self._say(_place(p), "", argument(p), p.required)

    def _takes(self, narrow: str, wide: str, *, back: bool = False) -> bool:
        """Whether each alternative of one annotation is one of the other's."""
        first, second = alternatives(narrow), alternatives(wide)
        if back:
            second = {self._renamed(one) for one in second} | second
        else:
            first = {self._renamed(one) for one in first}
        if "float" in second:
            second.add("int")
        return "Any" in second or first <= second

    def _renamed(self, hint: str) -> str:
        for old, new in self.renames.items():
            hint = re.sub(rf"\b{re.escape(old)}\b", new, hint)
        return hint

    def _say(self, part: str, before: str, after: str, breaks: bool) -> Shown:
        return shown_at(("call", self.label, part), self.old.call, before, after, breaks)


def _place(parameter: MethodParameter) -> str:
    return f"{parameter.place}:{parameter.wire}"


def _sent_as(parameter: MethodParameter) -> str:
    """Its place, whatever the case of a header's name."""
    place = _place(parameter)
    return place.lower() if parameter.place == "header" else place


def argument(parameter: MethodParameter) -> str:
    """A parameter as it is written in a signature."""
    default = "" if parameter.required else " = None"
    return f"{parameter.name}: {parameter.annotation}{default}"


def _hint(body: object) -> str:
    return str(getattr(body, "annotation", ""))


def _needs(operation: ClientOperation) -> bool:
    return operation.body is not None and operation.body.required


def alternatives(hint: str) -> set[str]:
    """The alternatives of an annotation; of one within brackets, in an order of their own."""
    if not hint.strip():
        return set()
    return {ast.unparse(_ORDERED.visit(one)) for one in _flat(ast.parse(hint, mode="eval").body)}


def _flat(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_flat(node.left), *_flat(node.right)]
    return [node]


class _Ordered(ast.NodeTransformer):
    """Puts alternatives, and the values of a ``Literal``, in order."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        options: list[ast.expr] = sorted(map(self.visit, _flat(node)), key=ast.unparse)
        whole = options[0]
        for option in options[1:]:
            whole = ast.BinOp(whole, ast.BitOr(), option)
        return whole

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        inner = node.slice
        if ast.unparse(node.value) == "Literal" and isinstance(inner, ast.Tuple):
            inner.elts.sort(key=ast.unparse)
        return node


_ORDERED = _Ordered()
