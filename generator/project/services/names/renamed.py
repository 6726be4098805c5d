"""The names of a generated client that differ from those on disk, with the pins that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ....base.config import Pin
from ....base.immutable import immutable
from ...output.manifest import Manifest

if TYPE_CHECKING:
    from ....codegen.apidiff.compare import ApiChange
    from ....codegen.ir.package import Api


@immutable
class RenamedName:
    """A method, a class, a field or a parameter that has another name than on disk."""

    old: str
    """``pets.list``, ``Pet``, ``Pet.age`` or ``pets.list(limit=)``; the part of a method before the
    dot is the module of the resource.
    """
    new: str
    pin: Pin | None
    """The entry of the client's settings that keeps the old name; None if none does."""


def renamed_names(
    manifest: Manifest, changes: Iterable[ApiChange], api: Api
) -> Iterator[RenamedName]:
    """Yield the names of a client on disk that are other names in the new one.

    ``manifest`` is that on disk, ``changes`` how the two packages differ, ``api`` the new client.
    """
    methods: set[str] = set()
    for op in manifest.operations:
        key, old = f"{op.get('method')} {op.get('path')}", op.get("call", "")
        if api.calls.get(key, old) != old:
            methods.add(old)
            yield RenamedName(old, api.calls[key], Pin("calls", key, old))
    pinned: set[str] = set()
    for change in changes:
        is_told = change.declaration.kind == "method" and change.name in methods
        if change.action == "renamed" and not is_told:
            yield _renamed(change, api, pinned)


def _renamed(change: ApiChange, api: Api, pinned: set[str]) -> RenamedName:
    """Return the old and the new name; of classes that became one the first has a pin."""
    old, new = change.old, change.new
    assert old is not None
    assert new is not None
    match old.kind:
        case "parameter":
            pin = _credential_pin(api, new.name, old.name) if new.owner == api.client else None
            return RenamedName(f"{old.owner}({old.name}=)", f"{new.owner}({new.name}=)", pin)
        case "method":
            keys = [key for key, call in api.calls.items() if call == new.owner]
            pin = Pin("calls", keys[0], old.owner) if keys else None
            return RenamedName(old.owner, new.owner, pin)
        case "field" | "member":
            return RenamedName(f"{old.owner}.{old.name}", f"{new.owner}.{new.name}", None)
        case _:
            pin = None
            if new.owner in api.keys and new.owner not in pinned:
                pin = Pin("names", api.keys[new.owner], old.owner)
                pinned.add(new.owner)
            return RenamedName(old.owner, new.owner, pin)


def _credential_pin(api: Api, name: str, old: str) -> Pin | None:
    """Return the pin that keeps the name of a credential of one security scheme."""
    for credential in api.credentials:
        scheme = credential.scheme.value.partition(",")[0]
        if credential.name == name and " " not in scheme:
            return Pin("credentials", scheme, old)
    return None
