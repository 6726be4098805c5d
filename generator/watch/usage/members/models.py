"""The classes of a program that hold what the description describes: their fields by property."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from ....codegen.apidiff.annotation import last_name
from ..containers import text_of
from ..scopes import NameScope, anytime
from ..values import LISTS, MAPPINGS, Instance, Item, Own, TypeForm, Value
from .evaluate import MemberEvaluator
from .schemas import NamedPart
from .types import DescribedValue

_ALIASES = ("alias", "validation_alias", "data_key", "name", "rename")
"""The arguments that have the name of a field in JSON."""
_FIELDS = ("Field", "field", "ib", "attrib")
_MOST_PAIRS = 5_000
"""The pairs of a class and a schema whose fields are compared."""
Record = Callable[[DescribedValue, str, NamedPart], None]


class ModelMatcher:
    """Pairs classes of a program with schemas."""

    def __init__(self, evaluator: MemberEvaluator, record: Record) -> None:
        """``record`` is called with an object, the name of a property, and the line of a field."""
        self.evaluator = evaluator
        self.record = record
        self.is_complete = True
        """False if there are more pairs than are compared."""
        self._matched: set[tuple[NameScope, DescribedValue]] = set()

    def match(self, declared: Value, described: Value) -> None:
        """Pair the classes of a declared value with the schemas of a described one."""
        for left in declared:
            for right in described:
                self._match(left, right)

    def _match(self, left: Item, right: Item) -> None:
        match left, right:
            case TypeForm(value=objects), _:
                self.match(objects, (right,))
            case Own(kind="instance" | "class", scope=scope), Instance():
                value = self.evaluator.types.described(right)
                if value is not None and value.kind == "object":
                    self._fields(scope, value)
            case Instance(name=a, arguments=(*_, first)), Instance(name=b, arguments=(*_, second)):
                for names in (LISTS, MAPPINGS):
                    if a in names and b in names:
                        self.match(first, second)
            case _:
                pass

    def _fields(self, class_: NameScope, value: DescribedValue) -> None:
        if (class_, value) in self._matched:
            return
        if len(self._matched) == _MOST_PAIRS:
            self.is_complete = False
            return
        self._matched.add((class_, value))
        types = self.evaluator.types
        properties = types.schemas[value.key].properties or {}
        for owner in self.evaluator.own_bases(class_):
            if not isinstance(owner, NameScope):
                continue
            for field in fields_of(owner):
                name = _property(field, properties)
                if name is None:
                    continue
                self.record(value, name, NamedPart(owner.file, field.target))
                annotation = anytime(field.annotation, owner)
                inner = types.value_of(value.label, properties[name])
                self.match(self.evaluator.annotation(annotation), inner)


def fields_of(class_: NameScope) -> Iterator[ast.AnnAssign]:
    """Yield the fields of a class: of a model, a dataclass or a typed dictionary."""
    if isinstance(class_.node, ast.ClassDef):
        for statement in class_.node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
                    yield statement
                case _:
                    pass


def _property(field: ast.AnnAssign, properties: Mapping[str, object]) -> str | None:
    """Return the property of a field: by its alias, or its name in the style of JSON."""
    for name in names_of(field):
        if name in properties:
            return name
    return None


def names_of(field: ast.AnnAssign) -> Sequence[str]:
    """Return the names that a field may have in JSON."""
    names = [*_aliases(field)]
    if not names and isinstance(field.target, ast.Name):
        names = [field.target.id, _camel(field.target.id), field.target.id.rstrip("_")]
    return [*dict.fromkeys(names)]


def _aliases(field: ast.AnnAssign) -> Iterator[str]:
    """Yield the aliases in ``Field(alias=…)``, as the value or in ``Annotated``."""
    calls: list[ast.AST | None] = [field.value]
    match field.annotation:
        case ast.Subscript(slice=ast.Tuple(elts=[_, *metadata])):
            calls += metadata
        case _:
            pass
    for call in calls:
        if isinstance(call, ast.Call) and last_name(call.func) in _FIELDS:
            for keyword in call.keywords:
                if keyword.arg in _ALIASES and text_of(keyword.value):
                    yield text_of(keyword.value)
                if keyword.arg == "metadata" and isinstance(keyword.value, ast.Call):
                    yield from _of_metadata(keyword.value)


def _of_metadata(call: ast.Call) -> Iterator[str]:
    """Yield the alias in ``field(metadata=field_options(alias=…))``."""
    for keyword in call.keywords:
        if keyword.arg in (*_ALIASES, "field_name") and text_of(keyword.value):
            yield text_of(keyword.value)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
