"""The names of calls and classes, decided for the whole package.

Names that collide are told apart by their own wire names; a warning shows the setting that keeps
the plain name for one of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ...base.config import Client
from ...base.errors import Findings, UsageError
from ...base.immutable import immutable
from ...base.portable import DEVICES, is_device
from ...base.printable import escaped_json
from ...reading.document.operations import OperationNode
from ...reading.document.tree import Location
from ...reading.openapi.model.document import Document, Operation
from ...reading.openapi.model.schemas import Schema
from ..names import (
    METHODS,
    Identifier,
    Spelling,
    check_pinned,
    constant_of,
    join,
    make_distinct,
    only,
    pascal,
    short_hash,
    snake,
)

_NOTHING: Mapping[str, str] = {}
ATTRIBUTES = METHODS | {"base_url", "credentials"}
"""The attributes of every client."""
RESERVED = ATTRIBUTES | DEVICES
"""The names that a resource cannot have: a module is named like it."""


@immutable
class CallPath:
    """The path of a method: ``client.<resource>.<name>``, or ``client.<name>``."""

    resource: str
    name: Identifier
    end: str = ""
    """The underscores at the end of the name of a second method, and of its constant."""

    @property
    def call(self) -> str:
        """The attribute path from the client."""
        return f"{self.resource}.{self.name}" if self.resource else self.name

    @property
    def constant(self) -> Identifier:
        """The name of the operation as a value."""
        return join(constant_of(self.call), self.end)

    def second(self, suffix: str, reserved: Container[str]) -> CallPath:
        """Return the path of a second method of an operation, such as ``list_all``; ``reserved`` is
        from :func:`reserved_calls`.
        """
        path = replace(self, name=join(self.name, suffix))
        while path.call in reserved or path.constant in reserved:
            path = replace(path, name=join(path.name, "_"), end=f"{path.end}_")
        return path


@immutable
class Collision:
    """Several operations or schemas of one plain name, and the pin that keeps it for one."""

    setting: Literal["calls", "names"]
    location: Location
    fact: str
    key: str
    """The operation or schema that the pin is for."""
    name: str

    def warn(self, client: Client, findings: Findings) -> None:
        """Record a warning with the line that pins the name."""
        line = f"{_toml(self.key)} = {_toml(self.name)}"
        table = f"[tool.speclock.clients.{client.package}]"
        pins = client.lock.typed if client.lock else {self.setting: client.pins(self.setting)}
        if pins.get(self.setting):
            table = f"`{self.setting}` of {table}"
        else:
            line = f"{self.setting}.{line}"
        findings.warn(
            "call-collision" if self.setting == "calls" else "name-collision",
            self.location,
            self.fact,
            f"To keep {self.name} for {self.key!r}, add this line to {table}: {line}",
        )


def _toml(text: str) -> str:
    """Return a string in TOML, which is that of JSON without invisible controls."""
    return escaped_json(json.dumps(text, ensure_ascii=False))


# ── calls ────────────────────────────────────────────────────────────────────────────────────────


def call_paths(
    document: Document, client: Client, previous: Mapping[str, str] = _NOTHING
) -> tuple[dict[str, CallPath], list[Collision]]:
    """Return the path of each operation's method by ``METHOD /path``, no two the same, and the
    collisions.

    The names of operations that aren't selected count, so a selection renames nothing; so do the
    names of pinned ones, so a pin renames only what would have its name. ``previous`` has the calls
    of an earlier run. A pin of no operation has no effect. Raise :class:`UsageError` for one that
    isn't possible.
    """
    operations = {op.spellings[1]: op for op in document.operations}
    pins = _pins(document.operations, client)
    described: tuple[Operation | OperationNode, ...] = (*document.others, *document.operations)
    candidates = {op.spellings[1]: _Paths.of(op, pins.get(op.operation_id)) for op in described}
    every, own = candidates.values(), [candidates[key] for key in operations]
    where = pins_of(client, "calls")
    _tell_apart(every, where)
    for paths in own:
        paths.pin = pins.get(paths.key)
    _tell_apart(every, where)
    _check_case({paths.path.resource for paths in own}, where)
    collisions: list[Collision] = []
    for group in _grouped((one, one.plain) for one in own):
        if any(one.is_longest for one in group) and not any(one.pin for one in group):
            called = [one for one in group if previous.get(one.key) == one.plain.call]
            collisions.append(_collision(called + group, operations[group[-1].key].location))
    return {key: paths.path for key, paths in candidates.items()}, collisions


def reserved_calls(paths: Mapping[str, CallPath]) -> frozenset[str]:
    """Return the names that no second method of an operation may have: calls and constants of
    others, and resources.
    """
    every = paths.values()
    return frozenset(name for path in every for name in (path.call, path.constant, path.resource))


@dataclass(slots=True)
class _Paths:
    """The paths that the method of one operation may have."""

    key: str
    """The operation, by ``METHOD /path``."""
    spelled: Sequence[CallPath]
    """The shortest first."""
    full: int
    """The index of the one that has the whole operationId."""
    level: int = 0
    pin: CallPath | None = None
    renamed: str = ""
    """The resource, where a pinned method of the client has its name."""

    @classmethod
    def of(cls, op: Operation | OperationNode, pin: CallPath | None) -> _Paths:
        """Return the paths of an operation; one that its operationId is pinned to is the first."""
        spelled = [
            CallPath(snake(of, RESERVED) if of else "", snake(call, METHODS))
            for of, call in op.names.calls
        ]
        paths = [*([pin] if pin else []), *spelled]
        return cls(op.spellings[1], paths, op.names.full + bool(pin))

    @property
    def plain(self) -> CallPath:
        """The path that it would have alone."""
        return self.spelled[0]

    @property
    def path(self) -> CallPath:
        """The current path; beyond the longest one with a longer and longer hash."""
        last, beyond = self.spelled[-1], self.level + 1 - len(self.spelled)
        path = self.pin or self.spelled[min(self.level, len(self.spelled) - 1)]
        if not self.pin and beyond > 0:
            digits = short_hash(self.key, 6 * beyond)
            path = replace(last, name=join(last.name, "_", digits))
        return replace(path, resource=self.renamed) if self.renamed else path

    @property
    def is_longest(self) -> bool:
        """True if not even its operationId was enough."""
        return not self.pin and self.level > self.full


def _tell_apart(operations: Collection[_Paths], where: str) -> None:
    """Lengthen paths that are the same; one that is only shortened before one that is whole.

    ``where`` is the place of the pins, for errors.
    """
    while groups := _clashes(operations):
        for group in groups:
            loose = [one for one in group if one.pin is None]
            if not loose and len(group) > 1:
                both = " and ".join(repr(one.key) for one in group)
                raise UsageError(
                    f"{where}: {both} are both pinned to {group[0].path.call!r}. "
                    "Choose another name for one."
                )
            if not loose:
                _rename_resource(operations, group[0].path.name, where)
            short = [one for one in loose if one.level < one.full]
            longer = [path for path in loose if path.level < len(path.spelled) - 1]
            for one in short or longer or loose:
                one.level += 1


def _check_case(resources: Iterable[str], where: str) -> None:
    """Raise :class:`UsageError` for two resources whose modules are one file on some systems."""
    keys: dict[str, str] = {}
    for name in sorted(resources):
        if (other := keys.setdefault(name.lower(), name)) != name:
            raise UsageError(
                f"{where}: the resources {other!r} and {name!r} differ only in case; "
                "on Windows and macOS their modules are one file. Choose another name for one."
            )


def _pins(operations: Sequence[Operation], client: Client) -> dict[str, CallPath]:
    """Return the pinned paths by ``METHOD /path``, and by operationId where several have it."""
    pins: dict[str, CallPath] = {}
    for key, pin in client.calls.items():
        pinned = pinned_operations(operations, key)
        if not pinned:
            continue
        where = pins_of(client, "calls", key)
        resource, _, name = pin.rpartition(".")
        if (resource or name) in ATTRIBUTES:
            raise UsageError(
                f"{where}: {pin!r} is an attribute of every client. Choose another name."
            )
        if is_device(resource):
            raise UsageError(
                f"{where}: the module of {resource!r} would be a device on Windows. Choose another "
                "name."
            )
        path = CallPath(
            check_pinned(resource, where) if resource else "",
            check_pinned(name, where),
        )
        is_written_out = len(pinned) > 1 or key == pinned[0].spellings[1]
        if is_written_out and not client.is_locked("calls", key):
            pins[key] = path
        elif is_written_out:
            pins.setdefault(key, path)
        else:
            pins.setdefault(pinned[0].spellings[1], path)
    return pins


def pinned_operations(operations: Sequence[Operation], key: str) -> list[Operation]:
    """Return the operations that a pin is for, if there are any."""
    return [op for op in operations if key in op.spellings]


def pins_of(client: Client, table: str, key: str = "") -> str:
    """Return the place of a table of pins, or of one of them, for messages."""
    path = filter(None, (table, key))
    name = f"{table} {key!r}" if key else table
    return f"{client.place(*path)}: {name}"


def _grouped(paths: Iterable[tuple[_Paths, CallPath]]) -> list[list[_Paths]]:
    """Return groups of operations whose paths are one name of an operation as a value."""
    groups: defaultdict[str, list[_Paths]] = defaultdict(list)
    for operation, path in paths:
        groups[path.constant].append(operation)
    return [*groups.values()]


def _clashes(operations: Collection[_Paths]) -> list[list[_Paths]]:
    """Return the groups that share a name; one method that has the name of a resource is one."""
    paths = [(one, one.path) for one in operations]
    resources = {path.resource for _, path in paths}
    return [
        group
        for group in _grouped(paths)
        if len(group) > 1 or (not group[0].path.resource and group[0].path.name in resources)
    ]


def _rename_resource(operations: Iterable[_Paths], resource: str, where: str) -> None:
    """Rename a resource, because a pinned method of the client has its name."""
    for operation in operations:
        if operation.path.resource == resource:
            if operation.pin:
                raise UsageError(
                    f"{where}: {operation.path.call!r} is pinned, and so is "
                    f"{resource!r}: no method can have the name of a resource. Choose another one."
                )
            operation.renamed = join(resource, "_operations")


def _collision(group: Sequence[_Paths], location: Location) -> Collision:
    """Return the collision of some operations; the pin is for the first one of the group."""
    calls = {repr(one.key): one.path.call for one in group}
    first, labels = group[0], [*calls, *(["a resource"] if len(calls) == 1 else [])]
    return Collision(
        "calls",
        location,
        f"{_joined(labels)} share the name {first.plain.call}; the methods are called "
        f"{_joined([*calls.values()])}",
        first.key,
        first.plain.call,
    )


def _joined(texts: Sequence[str], most: int = 5) -> str:
    shown = [*texts[:most], *([f"{len(texts) - most} more"] if len(texts) > most else [])]
    return " and ".join([*([", ".join(shown[:-1])] if shown[1:] else []), shown[-1]])


# ── classes ──────────────────────────────────────────────────────────────────────────────────────


def class_names(
    document: Document, client: Client
) -> tuple[dict[str, Identifier], list[Collision]]:
    """Return the name of each schema's class, and the collisions.

    A pin of no schema has no effect. Raise :class:`UsageError` for two of one name.
    """
    pins = {
        key: check_pinned(name, pins_of(client, "names", key)) for key, name in client.names.items()
    }
    schemas = document.classes()
    rivals = document.rivals
    declared = document.declared | {key for key, word in rivals.items() if not word}

    def spell(key: str, level: Spelling) -> Identifier:
        if level and key not in declared:
            word = rivals.get(key) or _kind(document.schemas[key])
            return pascal(f"{key}.{word}", level=Spelling(level - 1))
        return pascal(key, level=level)

    contested: dict[tuple[str, ...], str] = {}

    def keeper(group: Sequence[str], name: str) -> str | None:
        contested.setdefault(tuple(group), name)
        components = [key for key in group if key in declared]
        spelled = [key for key in components if key == name.rstrip("_")]
        return only(spelled or components)

    wires = (*schemas, *sorted(rivals))
    result = make_distinct(wires, spell, keeper, pins, pins_of(client, "names"))
    collisions: list[Collision] = []
    for group, name in contested.items():
        used = sorted(schemas.keys() & set(group))
        if len(used) > 1:
            collisions.append(_class_collision(document, name, used, result))
    return {key: result[key] for key in schemas}, collisions


def _kind(schema: Schema) -> str:
    """Return the word that tells an inline schema apart from a component of the same name."""
    if schema.enum is not None:
        return "enum"
    return "object" if schema.properties is not None else "union"


def _class_collision(
    document: Document, name: str, keys: Sequence[str], result: Mapping[str, str]
) -> Collision:
    """Return the collision of some schemas; the pin is for the first that lost the plain name."""
    renamed = [key for key in keys if result[key] != name]
    return Collision(
        "names",
        document.schemas[renamed[0]].location,
        f"the schemas {_joined([repr(key) for key in keys])} share the class name {name}; the "
        f"classes are called {_joined([result[key] for key in keys])}",
        renamed[0],
        name,
    )
