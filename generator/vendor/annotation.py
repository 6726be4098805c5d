"""An annotation as a value that can be compared: its alternatives, its constraints, its names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

_RISING = ("max_length", "le", "lt")
_FALLING = ("min_length", "ge", "gt")


@dataclass(frozen=True, slots=True)
class Type:
    """``Annotated[str, Field(max_length=9)] | None`` has two alternatives and one constraint."""

    parts: frozenset[str]
    """The alternatives, without constraints."""
    limits: Mapping[str, str]
    """Constraints: position and keyword to source."""
    names: frozenset[str]
    """Every name in it."""
    text: str = field(compare=False)

    def __str__(self) -> str:
        return self.text

    def takes(self, other: Type) -> bool:
        """Whether every value of ``other`` is one of this, as far as alternatives tell."""
        return other.parts <= self.parts or "Any" in self.parts

    def is_tighter(self, old: Type) -> bool:
        """Whether a value within the old constraints may be outside of these."""
        return any(_tightens(key, old.limits.get(key), new) for key, new in self.limits.items())

    def renamed(self, names: Mapping[str, str]) -> Type:
        """The same with other names in it."""
        if self.names.isdisjoint(names):
            return self
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        parts = frozenset(pattern.sub(lambda found: names[found[0]], part) for part in self.parts)
        return replace(
            self,
            parts=parts,
            names=frozenset(names.get(name, name) for name in self.names),
            text=pattern.sub(lambda found: names[found[0]], self.text),
        )


def type_of(node: ast.expr | None) -> Type:
    """Read an annotation; None where there is none is ``Any``."""
    if node is None:
        node = ast.Name("Any")
    limits: dict[str, str] = {}
    plain = ast.fix_missing_locations(_Plain(limits).visit(_parsed(node)))
    names = {inner.id for inner in ast.walk(plain) if isinstance(inner, ast.Name)}
    parts = frozenset(ast.unparse(part) for part in _alternatives(plain))
    return Type(parts, limits, frozenset(names), ast.unparse(_Short().visit(_parsed(node))))


def _parsed(node: ast.expr) -> ast.expr:
    """A copy, so that what is taken out of it isn't taken out of the tree."""
    return ast.parse(ast.unparse(node), mode="eval").body


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _alternatives(left)
            yield from _alternatives(right)
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=parts)):
            for part in parts:
                yield from _alternatives(part)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=parts)):
            for part in parts:
                yield ast.Subscript(ast.Name("Literal"), part)
        case _:
            yield node


class _Short(ast.NodeTransformer):
    """Names without their module; a name in quotes as a name."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Name(node.attr)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str) and node.value.isidentifier():
            return ast.Name(node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if ast.unparse(node.value) in ("Literal", "typing.Literal"):
            return node
        self.generic_visit(node)
        return node


class _Plain(_Short):
    """Also without constraints, which are noted."""

    def __init__(self, limits: dict[str, str]) -> None:
        self.limits = limits
        self.count = 0

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        match node:
            case ast.Subscript(
                value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *more])
            ):
                at, self.count = self.count, self.count + 1
                for one in more:
                    self._note(at, one)
                inner: ast.expr = self.visit(first)
                return inner
            case _:
                return super().visit_Subscript(node)

    def _note(self, at: int, node: ast.expr) -> None:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Field":
            for one in node.keywords:
                self.limits[f"{at}.{one.arg}"] = ast.unparse(one.value)
        else:
            self.limits[f"{at}.{ast.unparse(node)}"] = ""


def _tightens(key: str, old: str | None, new: str) -> bool:
    keyword = key.partition(".")[2]
    if old == new or keyword in ("alias", "deprecated", "description"):
        return False
    if old is None:
        return True
    try:
        rises = float(new) > float(old)
    except ValueError:
        return True
    return not (rises if keyword in _RISING else not rises and keyword in _FALLING)
