"""Generated clients and copies compared with their own manifest, without a description."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..codegen.output.manifest import Manifest
from ..errors import UsageError
from ..vendor.copy import copy_of
from ..vendor.destination import absolute, recorded_destination
from ..vendor.staleness import Age, age_of
from ..vendor.verify import Edit, edits_of
from .vendor import Original, original_of_copy


@dataclass(frozen=True, slots=True)
class VerifiedPackage:
    """A package compared with its manifest."""

    state: str
    """``untouched``, ``recorded`` (edited, as its manifest records it), ``edited``, ``older`` or
    ``newer``; ``unknown`` if it has no manifest that can be read."""
    manifest: Manifest | None = None
    edits: tuple[Edit, ...] = ()
    """The files that aren't as they were generated."""
    age: Age | None = None
    """The copy compared with its original; None if that wasn't found."""
    original: Original | None = None
    reason: str = ""
    """The reason for the state ``unknown``."""


def verify(
    dest: str | Path, *, source_folder: str | Path | None = None, config: str | Path | None = None
) -> VerifiedPackage:
    """Compare the package in ``dest`` with its ``speclock.json``; write nothing.

    A copy is also compared with its original: the package in ``source_folder``, or the client of
    the recorded name. Raise :class:`UsageError` if that cannot be read.
    """
    folder = absolute(dest)
    try:
        manifest = Manifest.read(folder.parent, folder.name)
    except UsageError as error:
        return VerifiedPackage("unknown", reason=str(error))
    if manifest is None:
        return VerifiedPackage("unknown", reason=f"{dest} has no speclock.json that can be read")
    copied = manifest.vendored
    original = (
        original_of_copy(folder, copied.source, "", source_folder, config) if copied else None
    )
    age, wanted = None, dict[Path, bytes]()
    if original:
        package = original.package
        target, _ = recorded_destination(folder, to_write=False)
        copy = copy_of(package, target if package.tests else replace(target, tests=None))
        age, wanted = age_of(manifest, package, copy), copy.files
    edits = tuple(edits_of(folder, manifest, wanted))
    state = "recorded" if edits else "untouched"
    if any(edit.kind != "recorded" for edit in edits):
        state = "edited"
    elif age and age.state != "untouched":
        state = age.state
    return VerifiedPackage(state, manifest, edits, age, original)
