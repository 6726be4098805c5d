"""``speclock.json`` beside the code: what a client was made from, and each file's hash.

Anybody may have committed one, so every entry is checked when it is read: its type, and for a file
that its name leads to a regular file in the package's folder or the tests' folder.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

from ...errors import UsageError
from ...hashing import sha256_of
from ...printable import on_one_line, shortened
from .write import UnsafePath, check_folder, files_in, locate, name_fault, read_file

MANIFEST = "speclock.json"
_LIMIT = 64 * 1024 * 1024
"""The largest manifest that is read, in bytes."""

Json = str | int | bool | list["Json"] | dict[str, "Json"] | None


class ManifestError(UsageError):
    """A manifest with an entry that no command acts on.

    ``entry`` is as in ``files['models.py']``, or empty where the file itself is at fault.
    """

    def __init__(self, path: Path, entry: str, fact: str) -> None:
        self.path, self.entry, self.fact = path, entry, on_one_line(fact)
        place = f"{path}: {entry}" if entry else str(path)
        super().__init__(
            f"{place} {self.fact}. Restore it from version control, or remove {path.parent} and "
            "its tests, then generate or vendor the client again."
        )


@dataclass(frozen=True, slots=True)
class Vendored:
    """The part of a manifest that only a copy has."""

    source: str
    """The package's name where it was generated (``from``)."""
    import_name: str
    """The name that the copy's own examples and tests import it by (``import``)."""
    tests: str = ""
    """Its tests' folder relative to the package; empty where they weren't copied."""

    def to_json(self) -> dict[str, Json]:
        """Return the entry of the manifest."""
        data: dict[str, Json] = {"from": self.source, "import": self.import_name}
        if self.tests:
            data["tests"] = self.tests
        return data


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of ``speclock.json``. Paths are relative: nothing of the machine is recorded."""

    package: str
    spec_file: str
    spec_sha256: str
    info_version: str
    openapi: str
    references: Mapping[str, str]
    selection: tuple[str, ...]
    config: str
    tool: Mapping[str, str]
    operations: tuple[Mapping[str, str], ...]
    unused_examples: tuple[str, ...] = ()
    overlays: tuple[Mapping[str, str], ...] = ()
    """File name and SHA-256 of each overlay, in the order in which they were applied."""
    templates: Mapping[str, str] = field(default_factory=dict[str, str])
    """Name to SHA-256 of the templates that weren't speclock's own."""
    left_out: tuple[Mapping[str, str | int], ...] = ()
    """Selected parts that were left out: operation or "", code, file, line, pointer and fact."""
    assumed: tuple[Mapping[str, str | int], ...] = ()
    """What was assumed in place of invalid values: code, file, line, pointer and fact."""
    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path within the package to the SHA-256 of what a file was made from."""
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path within the package to SHA-256."""
    tests: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path within the tests' folder to SHA-256."""
    vendored: Vendored | None = None

    def to_json(self) -> str:
        """Return the file's text."""
        spec: dict[str, Json] = {
            "file": self.spec_file,
            "sha256": self.spec_sha256,
            "info.version": self.info_version,
            "openapi": self.openapi,
        }
        if self.references:
            spec["references"] = dict(self.references)
        if self.overlays:
            spec["overlays"] = [dict(overlay) for overlay in self.overlays]
        data: dict[str, Json] = {
            "package": self.package,
            "spec": spec,
            "selection": list(self.selection),
            "config": self.config,
            "tool": dict(self.tool),
            **({"templates": dict(self.templates)} if self.templates else {}),
            "operations": [dict(op) for op in self.operations],
            "unused_examples": list(self.unused_examples),
            "left_out": [dict(part) for part in self.left_out],
            **({"assumed": [dict(one) for one in self.assumed]} if self.assumed else {}),
            **({"sources": dict(sorted(self.sources.items()))} if self.sources else {}),
            "files": dict(sorted(self.files.items())),
            "tests": dict(sorted(self.tests.items())),
        }
        if self.vendored:
            data["vendored"] = self.vendored.to_json()
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, output: Path, package: str) -> Manifest | None:
        """Return the manifest of ``output/package``.

        None where there is none, or a text that isn't JSON, as a merge with conflicts leaves it.
        Raises :class:`ManifestError` for any other fault, :class:`UnsafePath` where the package's
        folder is a symbolic link.
        """
        folder = output / package
        check_folder(output, folder)
        path = folder / MANIFEST
        text = _text(path)
        if text is None:
            return None
        try:
            data: object = json.loads(text)
        except RecursionError:
            raise ManifestError(path, "", "is nested too deeply") from None
        except ValueError:
            return None
        manifest = _manifest(_Entry(path, "", data))
        _check_files(path, "files", folder, manifest.files)
        if tests := tests_of(folder, manifest):
            try:
                check_folder(Path(os.path.commonpath((folder, tests))), tests)
            except UnsafePath as error:
                if not manifest.vendored:
                    raise
                raise ManifestError(
                    path, "vendored.tests", f"cannot be used: {error.fact}"
                ) from None
            _check_files(path, "tests", tests, manifest.tests)
        return manifest

    def paths(self, package: str) -> dict[str, str]:
        """Return the recorded files, relative to the output folder, with their SHA-256."""
        files = {f"{package}/{name}": digest for name, digest in self.files.items()}
        return files | {f"tests/{package}/{name}": d for name, d in self.tests.items()}

    def is_intact(self, output: Path, package: str) -> bool:
        """Tell whether every recorded file is as it was written, and no other is beside them."""
        paths = self.paths(package)
        for name, digest in paths.items():
            data = read_file(locate(output, name))
            if data is None or sha256_of(data) != digest:
                return False
        known = {*paths, f"{package}/{MANIFEST}"}
        return all(name in known for name in client_files(output, package))


def tests_of(package: Path, manifest: Manifest) -> Path | None:
    """Return the folder of a package's tests, or None where it has none."""
    if not manifest.tests:
        return None
    if not manifest.vendored:
        return package.parent / "tests" / package.name
    return Path(os.path.normpath(package / manifest.vendored.tests))


def tests_fault(relative: str) -> str:
    """Return why a folder of tests, relative to its package, cannot be recorded, or ""."""
    return name_fault(re.sub(r"^(\.\./)+", "", relative))


def client_files(output: Path, package: str) -> Iterator[str]:
    """Yield the files in the two folders of a generated client, relative to the output folder."""
    for folder in (package, f"tests/{package}"):
        yield from (f"{folder}/{name}" for name in files_in(output / folder))


def _text(path: Path) -> bytes | None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ManifestError(path, "", f"cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode):
        raise ManifestError(path, "", "isn't a regular file")
    if status.st_size > _LIMIT:
        raise ManifestError(path, "", f"is larger than {_LIMIT:,} bytes")
    return read_file(path)


def _check_files(path: Path, part: str, folder: Path, names: Mapping[str, str]) -> None:
    """Raise :class:`ManifestError` for a name that doesn't lead to a regular file in ``folder``."""
    for name in names:
        try:
            locate(folder, name)
        except UnsafePath as error:
            entry = f"{part}[{shortened(repr(name), 80)}]"
            raise ManifestError(path, entry, f"cannot be used: {error.fact}") from None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A value in a manifest that is being read; each method raises :class:`ManifestError`."""

    path: Path
    name: str
    value: object

    def fault(self, fact: str) -> ManifestError:
        return ManifestError(self.path, self.name, fact)

    def members(self) -> dict[str, _Entry]:
        return {
            key: _Entry(self.path, f"{self.name}[{shortened(repr(key), 80)}]", value)
            for key, value in self._object().items()
        }

    def member(self, key: str, default: object = ...) -> _Entry:
        name = f"{self.name}.{key}" if self.name else key
        value = self._object().get(key, default)
        if value is ...:
            raise ManifestError(self.path, name, "is missing")
        return _Entry(self.path, name, value)

    def _object(self) -> dict[str, object]:
        if not _is_object(self.value):
            raise self.fault("isn't an object")
        return self.value

    def items(self) -> list[_Entry]:
        if not _is_array(self.value):
            raise self.fault("isn't an array")
        return [_Entry(self.path, f"{self.name}[{i}]", one) for i, one in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.fault("isn't a string")
        return self.value

    def dotted_name(self) -> str:
        if not all(part.isidentifier() for part in self.text().split(".")):
            raise self.fault("isn't a Python name")
        return self.text()

    def scalar(self) -> str | int:
        if not isinstance(self.value, (str, int)):
            raise self.fault("isn't a string or an integer")
        return self.value

    def records(self) -> tuple[dict[str, str | int], ...]:
        return tuple(
            {key: entry.scalar() for key, entry in one.members().items()} for one in self.items()
        )

    def texts(self) -> dict[str, str]:
        return {key: entry.text() for key, entry in self.members().items()}

    def files(self, *, portable: bool = True) -> dict[str, str]:
        for name, entry in self.members().items():
            if fault := name_fault(name, portable=portable):
                raise entry.fault(fault)
        return self.texts()


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_array(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _manifest(top: _Entry) -> Manifest:
    spec = top.member("spec")
    return Manifest(
        package=top.member("package").dotted_name(),
        spec_file=spec.member("file").text(),
        spec_sha256=spec.member("sha256").text(),
        info_version=spec.member("info.version").text(),
        openapi=spec.member("openapi").text(),
        references=spec.member("references", {}).files(portable=False),
        overlays=tuple(
            {"file": one.member("file").text(), "sha256": one.member("sha256").text()}
            for one in spec.member("overlays", []).items()
        ),
        templates=top.member("templates", {}).texts(),
        selection=tuple(one.text() for one in top.member("selection").items()),
        config=top.member("config").text(),
        tool=top.member("tool").texts(),
        operations=tuple(one.texts() for one in top.member("operations").items()),
        unused_examples=tuple(one.text() for one in top.member("unused_examples").items()),
        left_out=top.member("left_out").records(),
        assumed=top.member("assumed", []).records(),
        sources=top.member("sources", {}).files(),
        files=top.member("files").files(),
        tests=top.member("tests").files(),
        vendored=_vendored(top.member("vendored")) if "vendored" in top.members() else None,
    )


def _vendored(entry: _Entry) -> Vendored:
    tests = entry.member("tests", "")
    if "tests" in entry.members() and (fault := tests_fault(tests.text())):
        raise tests.fault(fault)
    return Vendored(
        source=entry.member("from").dotted_name(),
        import_name=entry.member("import").dotted_name(),
        tests=tests.text(),
    )
