"""Generated clients and copies compared with their own manifest, without a description."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..codegen.output.fileset import Manifest
from ..vendor.copy import copy_of
from ..vendor.destination import absolute, recorded_place, settle
from ..vendor.staleness import Age, age_of
from ..vendor.verify import Edit, edits_of
from .vendor import Original, original_of_copy


@dataclass(frozen=True, slots=True)
class VerifiedPackage:
    """A package compared with its manifest."""

    state: str
    """``untouched``, ``edited``, ``unfinished``, ``older`` or ``newer``; ``unknown`` if it has no
    manifest that can be read."""
    manifest: Manifest | None = None
    edits: tuple[Edit, ...] = ()
    """The files that aren't as they were generated."""
    age: Age | None = None
    """The copy compared with its original; None if that wasn't found."""
    unfinished: bool = False
    """True if an interrupted run had left a write unfinished."""
    original: Original | None = None


def verify(
    dest: str | Path, *, source_folder: str | Path | None = None, config: str | Path | None = None
) -> VerifiedPackage:
    """Compare the package in ``dest`` with its ``speclock.json``; write nothing.

    A copy is also compared with its original: the package in ``source_folder``, or the client of
    the recorded name. Raise :class:`UsageError` if that cannot be read.
    """
    folder = absolute(dest)
    unfinished = bool(settle(folder))
    manifest = Manifest.read(folder.parent, folder.name)
    if manifest is None:
        return VerifiedPackage("unknown", unfinished=unfinished)
    edits = tuple(edits_of(folder, manifest))
    name = str(manifest.vendored.get("from", ""))
    original = original_of_copy(folder, name, "", source_folder, config) if name else None
    age = None
    if original:
        place, _ = recorded_place(folder, to_write=False)
        place = place if original.package.tests else replace(place, tests=None)
        age = age_of(manifest, original.package, copy_of(original.package, place))
    state = "edited" if edits else "unfinished" if unfinished else age.state if age else "untouched"
    return VerifiedPackage(state, manifest, edits, age, unfinished, original)
