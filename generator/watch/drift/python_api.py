"""The Python axis: what a regenerated client changes for the code that uses it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...base.config import Pin
from ...base.immutable import immutable
from ...codegen.apidiff.api import Declaration, PublicApi
from ...codegen.apidiff.compare import ApiChange, compare
from ...codegen.apidiff.from_ir import from_ir
from ...codegen.apidiff.from_source import from_source, sources_in
from ...codegen.description.selection import Selection
from ...codegen.ir.package import Api
from ..changes.change import Report, Signature
from ..changes.symbols import ApiSymbol, ClientPart, ComponentSymbol, OperationSymbol


@immutable
class ClientApi:
    """The client that one description gives."""

    ir: Api
    api: PublicApi
    names: Mapping[str, str]
    """Component key to class name."""

    @classmethod
    def of(cls, selection: Selection) -> ClientApi | None:
        """Return the client of some operations; None where generation is refused."""
        api = selection.api
        if api is None:
            return None
        return cls(api, from_ir(api), {key: name for name, key in api.keys.items()})

    def methods(self) -> Iterator[tuple[str, tuple[str, str, str]]]:
        """Return the label of each operation, with its methods: plain, of a stream, of pages."""
        for op in self.ir.operations:
            streamed, pages = (m.call if m else "" for m in (op.streamed, op.pages))
            yield op.origin.label, (op.call, streamed, pages)


@immutable
class PythonChange:
    """A change of the client's API, and the part of the description that it may come from."""

    key: tuple[str, str, str]
    """``class``, its name, a property's name or ""; or ``call``, the label of an operation,
    ``in:name``, ``body``, ``result`` or ""; or ``client``.
    """
    change: ApiChange
    signature: Signature

    @property
    def is_shown(self) -> bool:
        """True if a report shows it: it breaks code, or is about an argument or a result."""
        is_new_field = self.change.old is None and self.change.declaration.kind == "field"
        return self.change.breaks or is_new_field or self.key[0] == "call"

    @property
    def part(self) -> ClientPart | None:
        """The old declaration that users of it must change; None if none must."""
        return broken_part(self.change)

    @property
    def gone_class(self) -> str:
        """The name of a class that is gone; else empty."""
        is_class = self.change.declaration.kind in ("class", "alias")
        return self.change.declaration.owner if is_class and self.change.new is None else ""


def python_changes(
    old: ClientApi,
    new: ClientApi | None,
    components: Collection[tuple[str, str]],
    operations: Sequence[tuple[str, str]],
    gone: Collection[str],
) -> Iterator[PythonChange]:
    """Return what changes for code, but for methods that are only added.

    ``components`` has keys of components that are the same, ``operations`` labels of operations
    that both descriptions have, ``gone`` labels of those that the new one lacks. Without a new
    client only the methods of the latter are told.
    """
    labels = {name: label for label, names in old.methods() for name in names}
    methods, news = dict(old.methods()), dict(new.methods()) if new else {}
    pairs: dict[str, str] = {}
    for left, right in operations:
        for name, other in zip(methods.get(left, ()), news.get(right, ()), strict=False):
            if name and other:
                pairs[name] = other
    if new is None:
        declared = old.api.declarations.values()
        api, renamed = PublicApi([d for d in declared if not d.is_call], ()), []
    else:
        api, pairs[old.ir.client] = new.api, new.ir.client
        renamed = [(old.names.get(a, ""), new.names.get(b, "")) for a, b in components]
    compared = {left for left, _ in operations} if new else set[str]()
    pins = _pins(new) if new else {}
    for change in compare(old.api, api, renamed=renamed, methods=pairs):
        declaration, owner, name = change.declaration, change.owner, change.name
        if owner == old.ir.client:
            if declaration.kind != "parameter" or change.old is None:
                continue
            key, name = ("client", "", ""), f"{name}({declaration.name}=)"
        elif declaration.is_call:
            label = labels.get(owner, "")
            is_new = change.old is None and not declaration.name
            if is_new or (label not in compared and label not in gone):
                continue
            is_whole = label in gone or change.action == "renamed"
            key = ("call", label, declaration.wire or ("" if is_whole else "result"))
        else:
            key = ("class", owner, declaration.wire)
        before, after = (_text(d, change.action) for d in (change.old, change.new))
        pin = None
        has_pin = declaration.kind in ("class", "alias", "method")
        if change.new is not None and change.action == "renamed" and has_pin:
            table, subject = pins.pop(change.new.owner, ("", ""))  # several may become one
            pin = Pin(table, subject, owner) if table else None
        yield PythonChange(key, change, Signature(name, before, after, change.breaks, pin=pin))


def _pins(client: ClientApi) -> dict[str, tuple[str, str]]:
    """Return the table and the key that pin the name of each method and class of a client."""
    names = {name: ("names", key) for key, name in client.names.items()}
    calls = {call: ("calls", key) for key, call in client.ir.calls.items()}
    return {**names, **calls}


def _labels(client: ClientApi) -> dict[str, str]:
    """Return the label of the operation that each method of a client calls."""
    labels: dict[str, str] = {}
    for label, names in client.methods():
        for name in filter(None, names):
            labels[name] = label
    return labels


def declarations(client: ClientApi) -> Mapping[ApiSymbol, Signature]:
    """Return the declaration of each class, field, method, argument and result of a client."""
    keys = {name: key for key, name in client.names.items()}
    labels = _labels(client)
    signatures: dict[ApiSymbol, Signature] = {}
    for one in client.api.declarations.values():
        symbol: ApiSymbol
        if one.is_call and one.owner in labels:
            place, _, name = ("result" if one.kind == "result" else one.wire).partition(":")
            symbol = OperationSymbol(labels[one.owner], place, name)
        elif one.owner in keys and one.kind in ("class", "alias", "field"):
            symbol = ComponentSymbol(keys[one.owner], keys[one.owner], one.wire)
        else:
            continue
        is_part = bool(one.name) and one.kind != "result"
        name = f"{one.owner}.{one.name}" if is_part else one.owner
        signatures.setdefault(symbol, Signature(name, "", "", breaks=False))
    return signatures


def broken_part(change: ApiChange) -> ClientPart | None:
    """Return the old declaration that users of a changed one must change; None if none must."""
    declaration = change.declaration
    if not change.breaks or (change.old is None and declaration.kind == "member"):
        return None
    if change.old is None:
        kind = "method" if declaration.is_call else "class"
        return ClientPart(kind, change.owner, "added", (declaration.name, declaration.wire))
    return replace(_part(declaration), action=change.action)


def _part(one: Declaration) -> ClientPart:
    is_inner = one.kind in ("field", "member", "parameter")
    return ClientPart(one.kind, f"{one.owner}.{one.name}" if is_inner else one.owner)


class ClientParts:
    """The declarations of a client by the keys of a :class:`PythonChange`."""

    def __init__(self, client: ClientApi) -> None:
        labels = _labels(client)
        self.client = ClientPart("class", client.ir.client)
        self._members: dict[str, list[tuple[str, ClientPart]]] = {}
        self._by_key: dict[tuple[str, str, str], dict[ClientPart, None]] = {}
        for one in client.api.declarations.values():
            if one.is_call:
                wire = "" if one.kind == "method" else one.wire
                key = ("call", labels.get(one.owner, ""), wire)
            else:
                key = ("class", one.owner, one.wire)
            if one.kind == "parameter" and not one.wire:
                continue  # a field of the body
            if one.kind == "member":
                literals = [value.literal for value in one.type.alternatives]
                self._members.setdefault(one.owner, []).append((literals[0], _part(one)))
            elif one.kind in ("class", "alias", "field", "method", "parameter", "result"):
                self._by_key.setdefault(key, {})[_part(one)] = None

    def of_key(self, key: tuple[str, str, str], values: Sequence[object] = ()) -> list[ClientPart]:
        """Return the declarations of a key; of an enumeration the members with these values."""
        kind, owner, _ = key
        members = self._members.get(owner, []) if kind == "class" else []
        literals = {repr(value) for value in values}
        if names := [part for literal, part in members if literal in literals]:
            return names
        return [*self._by_key.get(key, ())]

    def of_calls(self, labels: Collection[str]) -> list[ClientPart]:
        """Return the methods of operations."""
        return [part for label in labels for part in self.of_key(("call", label, ""))]


def _text(one: Declaration | None, action: str) -> str:
    """Return a declaration as a report shows it: of what is gone or renamed the head alone."""
    if one is not None and one.kind == "method" and action == "renamed":
        return f"{one.owner}()"
    if one is not None and one.kind in ("class", "alias") and action in ("removed", "renamed"):
        return f"class {one.owner}"
    return str(one or "")


def located(report: Report, package: Path, name: str) -> Report:
    """Return the report with the line of each signature in ``package``, called ``name``."""
    if not any(change.signatures for change in report.changes):
        return report
    try:
        places = from_source(sources_in(package)).source.places
    except (OSError, SyntaxError, ValueError, MemoryError, RecursionError):
        return report  # edited by hand: `check` tells

    def at(signature: Signature) -> Signature:
        place = places.get(signature.name) or places.get(signature.name.partition(".")[0])
        return replace(signature, place=place and replace(place, file=f"{name}/{place.file}"))

    changes = (replace(c, signatures=tuple(map(at, c.signatures))) for c in report.changes)
    return replace(report, changes=tuple(changes))
