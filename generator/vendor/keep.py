"""The edited files of a copy, and a new copy that contains their edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..codegen.output.manifest import MANIFEST, Manifest, tests_of
from ..codegen.output.write import read_file
from ..hashing import sha256_of
from .copy import Copy, CopySource, copied_file, copied_test
from .verify import edits_of


@dataclass(frozen=True, slots=True)
class EditedFile:
    """A file of a copy that was edited by hand."""

    shown: Path
    """Its path for messages."""
    path: Path
    text: bytes
    """The text on disk, with LF line ends."""
    generated: str
    """The SHA-256 of the text that was edited."""
    new: bytes | None
    """The text in the new version; None if it doesn't have the file."""
    original: Path
    """The path of the file in the package that the copy is made from, or in its tests."""
    copied: Callable[[bytes], bytes]
    """Returns the text in the copy for one in the original."""


def edited_files(copy: Copy, old: Manifest, source: CopySource) -> list[EditedFile]:
    """Return the edited files that a new copy would replace or remove.

    ``old`` is the manifest on disk.
    """
    to = copy.destination
    parts: list[tuple[Path, Path, Mapping[str, str], Callable[[str, bytes], bytes]]]
    parts = [(to.package, source.folder, old.files, partial(copied_file, source.manifest))]
    if to.tests and old.vendored and to.tests == tests_of(to.package, old):
        original_tests = tests_of(source.folder, source.manifest) or source.folder
        parts.append((to.tests, original_tests, old.tests, partial(copied_test, old.vendored, to)))
    edits: list[EditedFile] = []
    for edit in edits_of(to.package, old, copy.files):
        if not edit.loses_text:
            continue
        path = Path.cwd() / edit.path
        for folder, original, files, copied in parts:
            name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
            if name in files:
                edits.append(
                    EditedFile(
                        shown=edit.path,
                        path=path,
                        text=read_file(path) or b"",
                        generated=files[name],
                        new=copy.files.get(path),
                        original=original / source.manifest.modules.get(name, name),
                        copied=partial(copied, name),
                    )
                )
    return edits


def with_edits(copy: Copy, merged: Mapping[Path, bytes], edited: list[EditedFile]) -> Copy:
    """Return a copy with the texts in ``merged`` in place of its own, recorded as edited."""
    to = copy.destination
    kept = {path: text for path, text in merged.items() if text != copy.files[path]}

    def hashes(folder: Path | None) -> dict[str, str]:
        return {
            path.relative_to(folder).as_posix(): sha256_of(text)
            for path, text in kept.items()
            if folder and path.is_relative_to(folder)
        }

    manifest = replace(copy.manifest, edited=hashes(to.package), edited_tests=hashes(to.tests))
    files = {**copy.files, **kept, to.package / MANIFEST: manifest.to_json().encode()}
    package = {name: files[to.package / name] for name in copy.package}
    texts = {edited_file.path: edited_file.text for edited_file in edited}
    return replace(copy, manifest=manifest, package=package, files=files, merged=texts)
