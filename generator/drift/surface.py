"""The Python axis: what a regenerated client changes for the code that uses it.

Two clients are compared as the generator decides them, before anything is rendered: names, fields,
parameters, results. What is only sent may take more than before; what is only received may be less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..codegen.build.types import annotation
from ..codegen.ir import (
    Alias,
    Array,
    ClientOperation,
    Component,
    Constant,
    Dict,
    Enumeration,
    Model,
    ModelField,
    Nullable,
    Ref,
    Scalar,
    Type,
    UnionType,
)
from .calls import Call, argument
from .changes import Signature
from .shown import Client, Shown, shown_at

_FORMATS = ("date-time", "date", "time", "duration", "uuid", "decimal")
_PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_BESIDE = {"str": Scalar("string"), "int": Scalar("integer")}


class Surface:
    """Compares two clients; ``renamed`` says which component of the old became which of the new."""

    def __init__(self, old: Client, new: Client, renamed: Iterable[tuple[str, str]]) -> None:
        self.old = old
        self.new = new
        self.olds = {c.name: c for c in old.api.components}
        self.news = {c.name: c for c in new.api.components}
        self.renames = self._renames(renamed)

    def _renames(self, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Old class names to new ones, where the old name is gone."""
        found: dict[str, str] = {}
        for left, right in pairs:
            old, new = self.old.names.get(left, ""), self.new.names.get(right, "")
            if old in self.olds and new in self.news and old not in self.news:
                found.setdefault(old, new)
        return found

    def compare(self, operations: Iterable[tuple[str, str]]) -> Iterator[Shown]:
        """Every change, for the pairs of labels of operations that both have."""
        for name, component in self.olds.items():
            yield from self._component(name, component)
        olds = {self.label(self.old, op): op for op in self.old.api.operations}
        news = {self.label(self.new, op): op for op in self.new.api.operations}
        for left, right in operations:
            if left in olds and right in news:
                yield from Call(self.renames, left, olds[left], news[right]).compare()
        yield from self._credentials()

    @staticmethod
    def label(client: Client, operation: ClientOperation) -> str:
        """The label of an operation of a client."""
        spelt = f"{operation.method} {operation.key.value}"
        return client.labels.get(spelt, spelt)

    def _credentials(self) -> Iterator[Shown]:
        names = [[c.name for c in side.api.credentials] for side in (self.old, self.new)]
        for name in names[0]:
            if name not in names[1]:
                client = self.old.api.client
                yield shown_at(("client", "", ""), f"{client}({name}=)", f"{name}: …", "", True)

    # ── classes ──────────────────────────────────────────────────────────────────────────────

    def _component(self, name: str, old: Component) -> Iterator[Shown]:
        new = self.news.get(self.renames.get(name, name))
        if new is None:
            gone = Signature(name, f"class {name}", "", breaks=True)
            yield Shown((("class", name, ""),), gone, self._users(name))
            return
        if new.name != name:
            yield shown_at(("class", name, ""), name, f"class {name}", f"class {new.name}", True)
        match old, new:
            case Model(), Model():
                yield from self._model(old, new)
            case Enumeration(), Enumeration():
                yield from self._enumeration(old, new)
            case Alias(), Alias():
                before, after = annotation(old.type), annotation(new.type)
                fits = self._fits(name, old.type, new.type)
                if before != after and not fits:
                    yield shown_at(("class", name, ""), name, before, after, True)
            case _:
                yield shown_at(("class", name, ""), name, _word(old), _word(new), True)

    def _users(self, name: str) -> frozenset[str]:
        word = re.compile(rf"\b{re.escape(name)}\b")
        return frozenset(
            c.name
            for c in self.olds.values()
            if isinstance(c, Model) and any(word.search(annotation(f.type)) for f in c.fields)
        )

    def _enumeration(self, old: Enumeration, new: Enumeration) -> Iterator[Shown]:
        values = dict(new.members)
        for name, value in old.members:
            if name not in values:
                spelt = f"{name} = {value!r}"
                yield shown_at(("class", old.name, ""), f"{old.name}.{name}", spelt, "", True)

    def _model(self, old: Model, new: Model) -> Iterator[Shown]:
        fields = {field.wire: field for field in new.fields}
        sent = old.name in self.old.sent
        for field in old.fields:
            other = fields.pop(field.wire, None)
            key = ("class", old.name, field.wire)
            shown = f"{old.name}.{field.name}"
            if other is None:
                yield shown_at(key, shown, _field(field), "", True)
                continue
            before, after = _field(field), _field(other)
            if not self._field_fits(old.name, field, other):
                yield shown_at(key, shown, before, after or before, True)
        for field in fields.values():
            key = ("class", old.name, field.wire)
            yield shown_at(
                key, f"{old.name}.{field.name}", "", _field(field), sent and field.required
            )
        if sent and old.extra is not None and new.extra is None:
            yield shown_at(
                ("class", old.name, ""),
                f"{old.name}(…)",
                "any further fields",
                "no further fields",
                True,
            )

    def _field_fits(self, owner: str, old: ModelField, new: ModelField) -> bool:
        """Whether code that uses the old field can use the new one."""
        if old.name != new.name:
            return False
        if owner in self.old.sent:
            if new.required and not old.required:
                return False
            if _may_be_null(old) and not _may_be_null(new):
                return False
            if isinstance(_plain(new.type), UnionType) and isinstance(_plain(old.type), Ref):
                return False  # what was read as one class may be another
        if owner in self.old.received and _reads_none(new) and not _reads_none(old):
            return False
        return self._fits(owner, _plain(old.type), _plain(new.type))

    def _fits(self, owner: str, old: Type, new: Type) -> bool:
        if owner in self.old.sent and not self.accepts(new, old, newer_is_wide=True):
            return False
        return owner not in self.old.received or self.accepts(old, new, newer_is_wide=False)

    def accepts(self, wide: Type, narrow: Type, *, newer_is_wide: bool) -> bool:
        """Whether every value of ``narrow`` is one of ``wide``, to a type checker."""

        def fits(wide: Type, narrow: Type) -> bool:
            return self.accepts(wide, narrow, newer_is_wide=newer_is_wide)

        match wide, narrow:
            case Scalar(kind="any"), _:
                return True
            case Nullable(inner=first), Nullable(inner=second):
                return fits(first, second)
            case Nullable(inner=first), _:
                return fits(first, narrow)
            case _, UnionType(options=options):
                return all(fits(wide, option) for option in options)
            case UnionType(options=options), _:
                return any(fits(option, narrow) for option in options)
            case Scalar(), Scalar():
                return _python(wide) == _python(narrow) or (
                    (wide.kind, narrow.kind) == ("number", "integer")
                )
            case Scalar(), Constant(values=values):
                return all(isinstance(v, _PYTHON.get(wide.kind, ())) for v in values)
            case Constant(), Constant():
                return set(narrow.values) <= set(wide.values)
            case Scalar(), Ref(beside=beside) if beside and not newer_is_wide:
                return fits(wide, _BESIDE[beside])  # what is read is a text or a number still
            case Array(), Array():
                return fits(wide.items, narrow.items)
            case Dict(), Dict():
                return fits(wide.values, narrow.values)
            case Ref(), Ref():
                old, new = (narrow, wide) if newer_is_wide else (wide, narrow)
                return self.renames.get(old.name, old.name) == new.name
            case Ref(), _:
                target = (self.news if newer_is_wide else self.olds).get(wide.name)
                return isinstance(target, Alias) and fits(target.type, narrow)
            case _, Ref():
                target = (self.olds if newer_is_wide else self.news).get(narrow.name)
                return isinstance(target, Alias) and fits(wide, target.type)
            case _:
                return wide == narrow


def lost(client: Client, labels: Sequence[str]) -> Iterator[Shown]:
    """The methods of operations that are gone."""
    for operation in client.api.operations:
        label = Surface.label(client, operation)
        if label in labels:
            body = [f"body: {operation.body.annotation}"] if operation.body else []
            arguments = ", ".join([*map(argument, operation.parameters), *body])
            before = f"{operation.call}({arguments}) -> {operation.result}"
            yield shown_at(("call", label, ""), operation.call, before, "", True)


def _field(field: ModelField) -> str:
    hint = str(annotation(field.type))
    if field.required:
        return f"{field.name}: {hint}"
    return f"{field.name}: {hint if hint.endswith('None') else f'{hint} | None'} = None"


def _word(component: Component) -> str:
    return f"{type(component).__name__.lower()} {component.name}"


def _plain(made: Type) -> Type:
    return made.inner if isinstance(made, Nullable) else made


def _may_be_null(field: ModelField) -> bool:
    return field.nullable or isinstance(field.type, Nullable)


def _reads_none(field: ModelField) -> bool:
    return not field.required or isinstance(field.type, Nullable)


def _python(scalar: Scalar) -> str:
    return scalar.format if scalar.format in _FORMATS else scalar.kind
