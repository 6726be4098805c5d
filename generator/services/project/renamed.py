"""The names of a generated client that differ from those on disk, with the pins that keep them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...apidiff.from_source import from_source
from ...apidiff.renames import merges
from ...changes.change import Pin
from ...codegen.output.fileset import FileSet
from ...codegen.output.manifest import Manifest
from ...codegen.output.write import locate, read_file
from ...errors import SpeclockError

if TYPE_CHECKING:
    from ...codegen.ir.package import Api


@dataclass(frozen=True, slots=True)
class RenamedName:
    """A method or a class that has another name than on disk."""

    old: str
    """``pets.list`` or ``Pet``; the part before the dot is the module of the resource."""
    new: str
    pin: Pin | None
    """The entry of the client's settings that keeps the old name; None if none does."""


def renamed_names(files: FileSet, output: Path, api: Api) -> Iterator[RenamedName]:
    """Yield the methods and classes of a client in ``output`` that have other names in ``files``.

    Nothing is yielded for a client that isn't there, or cannot be read.
    """
    calls, classes = api.calls, api.keys
    try:
        manifest = Manifest.read(output, files.package)
    except SpeclockError:
        return
    if manifest is None:
        return
    for op in manifest.operations:
        key, old = f"{op.get('method')} {op.get('path')}", op.get("call", "")
        if calls.get(key, old) != old:
            yield RenamedName(old, calls[key], Pin("calls", key, old))
    start = f"{files.package}/"
    after = _models(start, files.files)
    names = [name for name in manifest.paths(files.package) if name.startswith(f"{start}models")]
    known = {name: read_file(locate(output, name)) for name in names}
    before = _models(start, {name: data for name, data in known.items() if data is not None})
    if not before or before == after:
        return
    try:
        pairs = merges(from_source(before), from_source(after))
    except (SyntaxError, MemoryError, RecursionError):  # `check` reports the file that was edited
        return
    pinned: set[str] = set()
    for old, name in sorted(pairs.items()):
        if name in classes:
            pin = None if name in pinned else Pin("names", classes[name], old)
            pinned.add(name)
            yield RenamedName(old, name, pin)


def _models(start: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the modules of models by their paths in the package, which begins with ``start``."""
    return {
        name.removeprefix(start): data
        for name, data in files.items()
        if name.startswith(f"{start}models") and name.endswith(".py")
    }
