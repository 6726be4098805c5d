"""Generated clients and copies compared with their own manifest, without a description."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.portable import is_url
from ....base.version import RUNTIME_PACKAGE
from ...output.manifest import MANIFEST, Manifest, ManifestError, runtime_of
from ...vendor.copy import as_original, copy_of
from ...vendor.destination import absolute, recorded_destination
from ...vendor.staleness import Age, age_against, age_of
from ...vendor.verify import Edit, edits_of
from ..project.descriptions import Progress, Reach, no_progress, read_description
from ..project.runtimes import installed_state, runtime_state
from .vendor import Original, original_of_copy


@immutable
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
    runtime: str = ""
    """The version of its runtime, and if that is unchanged, in words; empty without one."""


def verify(
    dest: str | Path,
    *,
    source_folder: str | Path | None = None,
    config: str | Path | None = None,
    original: Original | None = None,
    against: str | Path = "",
    insecure: bool = False,
    progress: Progress = no_progress,
) -> VerifiedPackage:
    """Compare the package in ``dest`` with its ``speclock.json``; write nothing.

    A copy is also compared with its original: the package in ``source_folder``, ``original`` if it
    was read before, or the client of the recorded name. With ``against``, the ``speclock.json`` of
    the original is enough: its path, that of its folder, or a URL, with http only if ``insecure``.
    Raise :class:`UsageError` if the original cannot be read or isn't that of the copy,
    :class:`Unreachable` if the URL isn't available.
    """
    folder = absolute(dest)
    try:
        manifest = Manifest.read(folder.parent, folder.name)
    except UsageError as error:
        return VerifiedPackage("unknown", reason=str(error))
    if manifest is None:
        return VerifiedPackage("unknown", reason=f"{dest} has no speclock.json that can be read")
    copied = manifest.vendored
    age, wanted = None, dict[Path, bytes]()
    if against:
        source = _manifest_at(str(against), manifest, progress, insecure)
        age = age_against(as_original(folder, manifest), source)
    elif copied and original is None:
        original = original_of_copy(folder, copied.source, "", source_folder, config)
    if original:
        package = original.package
        target, _ = recorded_destination(folder, to_write=False)
        copy = copy_of(package, target if package.tests else replace(target, tests=None))
        age, wanted = age_of(manifest, package, copy), copy.files
    edits = edits_of(folder, manifest, wanted)
    version = manifest.tool.get("speclock", "?")
    runtime = runtime_state(runtime_of(folder, manifest), version)
    if manifest.runtime_name == RUNTIME_PACKAGE:
        runtime = installed_state(version)
        for path in runtime.changed:
            edits.append(Edit("runtime", path.parent, path.name))
    state = "recorded" if edits else "untouched"
    if any(edit.kind != "recorded" for edit in edits):
        state = "edited"
    elif age and age.state != "untouched":
        state = age.state
    return VerifiedPackage(state, manifest, tuple(edits), age, original, runtime=runtime.text)


def _manifest_at(place: str, copy: Manifest, progress: Progress, insecure: bool) -> Manifest:
    """Return the manifest of a copy's original at a path or URL; it may be anybody's."""
    if not is_url(place):
        path = Path(place, MANIFEST) if Path(place).is_dir() else Path(place)
        if not path.is_file():
            raise UsageError(f"{path} isn't a file. Name the {MANIFEST} of the client's package.")
        place = str(path)
    read = read_description(place, Path.cwd(), progress, reach=Reach(insecure=insecure))
    remedy = f"Name the {MANIFEST} of the client's package."
    try:
        source = Manifest.parse(read.data, Path(MANIFEST))
    except ManifestError as error:
        fault = f"{error.entry} {error.fact}".strip()
        raise UsageError(f"{read.name}: {fault}. {remedy}") from None
    if source is None:
        raise UsageError(f"{read.name} isn't JSON. {remedy}")
    if read.keep:
        read.keep()
    name, other = (one.vendored.source if one.vendored else one.package for one in (copy, source))
    if name != other:
        raise UsageError(f"{read.name} is of the client {other}, not of {name}. {remedy}")
    return source
