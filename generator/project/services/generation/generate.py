"""Clients generated from their settings: in memory, and written to their output folders."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from ....base.config import Client, Settings
from ....base.errors import (
    Findings,
    InternalError,
    LeftOut,
    NewlyLeftOut,
    Problem,
    SpecError,
)
from ....base.immutable import immutable
from ....base.portable import relative_to, resolved, sha256_of
from ....base.printable import display_path
from ....codegen.templates import Templates
from ...output.fileset import FileSet, write
from ...output.manifest import Manifest, Overlay, locate_from
from ...output.write import read_file
from ..names.locked_pins import record_pins
from ..project.descriptions import Progress, no_progress
from ..project.provenance import any_tool_change, build_hash, config_hash, tool_versions
from ..project.read_api import ApiSource, read_api
from ..project.written_paths import check_output, former_folders
from .overwriting import NOTHING, Overwriting, check_overwriting
from .package_change import PackageChange, package_change
from .shared_runtime import check_templates, check_versions, with_shared_runtime

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ....codegen.ir.package import Api
    from ....reading.document.tree import SourceFile

_LARGE = 100_000
"""The bytes of a description from which a process of its own generates the models."""


@immutable
class RenderedClient:
    """A client's files, not yet written."""

    files: FileSet
    warnings: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    api: Api
    schemas: int
    """The number of schemas, where models alone are generated; else 0."""


@immutable
class GeneratedClient:
    """A client as :func:`generate` wrote it."""

    package: str
    operations: int
    """The number of operations."""
    files: int
    """The number of files, whether or not they changed."""
    changed: tuple[str, ...]
    """The files that were written or removed: paths relative to the output folder."""
    warnings: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    """The operations, schemas and parts that cannot be generated."""
    schemas: int
    """The number of schemas, where models alone are generated; else 0."""
    webhooks: int
    """The number of webhooks and callbacks."""
    change: PackageChange | None
    """What that changes in the package that was on disk; None if there was none, or nothing."""
    former: tuple[Path, ...] = ()
    """The folders of its files by earlier settings, which are left as they are."""
    moved: str = ""
    """What was moved from the settings to speclock.lock, as a line; empty without anything."""

    @property
    def is_changed(self) -> bool:
        """True if a file was written or removed."""
        return bool(self.changed)


def generate(
    settings: Settings,
    *,
    fresh: bool = False,
    overwriting: Overwriting = NOTHING,
    progress: Progress = no_progress,
) -> tuple[GeneratedClient, ...]:
    """Write each client of ``settings`` and its tests, and remove files no longer generated.

    A file whose recorded sources and content are unchanged isn't made again, unless ``fresh``.

    Nothing is written unless all clients can be generated. Raise :class:`SpecError` with the
    problems of all descriptions, or if an operation would be left out that ``speclock.json``
    doesn't record as left out; :class:`UsageError` for settings that don't fit a description, or
    if a file that speclock didn't write is in the way. Unless that is allowed by ``overwriting``,
    raise it for a client of a newer speclock, and where edits by hand would be removed.
    """
    clients, root = settings.clients, settings.root
    for client in clients:
        check_output(settings, client)
    rendered = render_clients(clients, root, progress, fresh=fresh)
    sets_of: dict[Path, list[FileSet]] = {}
    for client, one in zip(clients, rendered, strict=True):
        sets_of.setdefault(Path(display_path(root / client.output)), []).append(one.files)
    changes: list[PackageChange | None] = []
    for client, one in zip(clients, rendered, strict=True):
        together = sets_of[Path(display_path(root / client.output))]
        changes.append(package_change(client, root, one.files, one.api, together))
    former = [former_folders(settings, client) for client in clients]
    changed: dict[str, tuple[str, ...]] = {}
    for folder, sets in sets_of.items():
        check_overwriting(folder, sets, overwriting)
    for folder, sets in sets_of.items():
        written = write(folder, sets)
        changed |= {one.package: tuple(names) for one, names in zip(sets, written, strict=True)}
    moved = record_pins(settings)
    return tuple(
        GeneratedClient(
            package=rendered_client.files.package,
            operations=len(rendered_client.api.operations),
            files=len(rendered_client.files.files),
            changed=changed[rendered_client.files.package],
            warnings=rendered_client.warnings,
            left_out=rendered_client.left_out,
            schemas=rendered_client.schemas,
            webhooks=len(rendered_client.api.webhooks),
            change=change,
            former=tuple(filter(Path.is_dir, paths)),
            moved=moved.get(rendered_client.files.package, ""),
        )
        for rendered_client, change, paths in zip(rendered, changes, former, strict=True)
    )


def render_clients(
    clients: Sequence[Client],
    root: Path,
    progress: Progress,
    *,
    fresh: bool,
    documents: Mapping[str, SourceFile] = MappingProxyType({}),
) -> list[RenderedClient]:
    """Return each client's files, made again only where that is needed, unless ``fresh``.

    ``documents`` are descriptions, by package, that replace those on disk; with overlays applied.

    Raise :class:`SpecError` with the problems of all of them, or :class:`NewlyLeftOut`.
    """
    check_versions(clients, root)
    rendered: list[RenderedClient] = []
    problems: list[Problem] = []
    newly_left_out: list[Problem] = []
    manifests = [Manifest.read(root / client.output, client.package) for client in clients]
    earlier: list[dict[str, tuple[str, str]]] = []
    for client, manifest in zip(clients, manifests, strict=True):
        if manifest is None or fresh or any_tool_change(manifest) is not None:
            earlier.append({})
        else:
            earlier.append(_earlier(root / client.output, manifest))
    with _model_process(clients, root, earlier) as process:
        for client, manifest, files in zip(clients, manifests, earlier, strict=True):
            try:
                document = documents.get(client.package)
                one = render_client(
                    client, root, progress, document, earlier=files, process=process
                )
                rendered.append(one)
                newly_left_out += _newly_left_out(client, manifest, one.left_out)
            except SpecError as error:
                problems += [problem for problem in error.problems if problem not in problems]
    progress("")
    if problems:
        raise SpecError(problems)
    if newly_left_out:
        raise NewlyLeftOut(newly_left_out)
    return rendered


def _model_process(
    clients: Sequence[Client], root: Path, earlier: Sequence[object]
) -> AbstractContextManager[Executor | None]:
    """Provide a process that generates models, if that saves time; else None.

    Nothing is generated where each of the clients has files of the last run.
    """
    if all(earlier) or max(_size(root / client.spec) for client in clients) < _LARGE:
        return nullcontext()
    from ....codegen.render.models import model_process

    return model_process()


def _size(description: Path) -> int:
    """Return the bytes of a description; 0 for one that isn't there."""
    with suppress(OSError):
        return description.stat().st_size
    return 0


def _earlier(output: Path, manifest: Manifest) -> dict[str, tuple[str, str]]:
    """Return the files of the last run that are as it wrote them: their sources, their text."""
    files = manifest.paths(manifest.package)
    found: dict[str, tuple[str, str]] = {}
    for name, source in manifest.sources.items():
        path = manifest.path_of(name)
        data = read_file(locate_from(output, path))
        if data is not None and sha256_of(data) == files.get(path):
            _, _, text = data.decode(errors="replace").partition("\n")  # without the header
            found[name] = source, text
    return found


def _newly_left_out(
    client: Client, manifest: Manifest | None, left_out: Sequence[LeftOut]
) -> Iterator[Problem]:
    """Yield a problem for each operation left out that the manifest on disk doesn't record."""
    if manifest is None:
        return
    recorded = {part.get("operation") for part in manifest.left_out}
    for left in left_out:
        is_selectable = left.operation and not left.operation.startswith("callback ")
        if is_selectable and left.operation not in recorded:
            remedy = (
                f'To accept that it is left out, add "!{left.operation}" to `operations` of '
                f"[tool.speclock.clients.{client.package}]."
            )
            if client.models:
                remedy = "To accept that it is left out, remove it with an overlay."
            yield replace(
                left.problem, fact=f"{left.operation}: {left.problem.fact}", remedy=remedy
            )


def render_client(
    client: Client,
    root: Path,
    progress: Progress,
    document: SourceFile | None = None,
    *,
    earlier: Mapping[str, tuple[str, str]] | None = None,
    process: Executor | None = None,
) -> RenderedClient:
    """Return a client's files and manifest, of its description or of ``document``.

    Files are taken from ``earlier`` (the SHA-256 of the sources, and the text, by name) if their
    sources are the same. Models are generated in ``process``, if there is one.

    Raise :class:`SpecError` with all problems of the description, :class:`UsageError` for settings
    that don't fit it.
    """
    # Here, for a check of recorded hashes alone.
    from ....codegen.package.files import Rendering, package_files

    findings = Findings(strict=client.strict, package=client.package)
    own = root / client.templates if client.templates else None
    templates = Templates.of(own, display_path(own) if own else "")
    check_templates(client, templates.digests())
    source, package = read_api(client, root, findings, progress, document)
    tests_folder, tests_root = _tests_place(client, root)
    above = posixpath.relpath(client.runtime_root, client.output) if client.runtime else "."
    rendering = Rendering(templates, earlier or {}, tests_root or "../..", above, process, progress)
    made = package_files(package, rendering)
    manifest = replace(
        _manifest(client, root, source, package.api, findings),
        templates=templates.digests(),
        sources=made.sources,
        tests_folder=tests_folder,
        tests_root=tests_root,
    )
    return RenderedClient(
        files=_file_set(client, root, manifest, made.files, templates),
        warnings=(*source.document.warnings, *findings.warnings),
        left_out=tuple(findings.left_out),
        api=package.api,
        schemas=len(source.canonical.models),
    )


def _file_set(
    client: Client, root: Path, manifest: Manifest, files: Mapping[str, str], templates: Templates
) -> FileSet:
    """Return the files with the manifest, by their paths in the output folder."""
    files = {manifest.path_of(name): text for name, text in files.items()}
    if client.runtime:
        files = with_shared_runtime(client, root, files)
    try:
        return FileSet.of(manifest, files, client.beside)
    except InternalError as error:
        raise templates.blamed(error, files) from None


def _tests_place(client: Client, root: Path) -> tuple[str, str]:
    """Return the folder of the tests relative to the package, and the output relative to it.

    Both are empty for the usual folder.
    """
    if not client.tests_output:
        return "", ""
    tests, output = root / client.tests_folder, root / client.output
    return relative_to(tests, output / client.package), relative_to(output, tests)


def _manifest(
    client: Client, root: Path, source: ApiSource, api: Api, findings: Findings
) -> Manifest:
    """Return the manifest of a client with what is recorded of its description and settings."""
    path = root / client.spec
    main = resolved(path)
    references_root = resolved(root / client.root) if client.root else main.parent
    references: dict[str, str] = {}
    for document in sorted(source.documents):
        if document != main:
            name = document.relative_to(references_root).as_posix()
            references[name] = sha256_of(document.read_bytes())
    overlays = source.document.overlays
    unused: list[str] = []
    for warning in (*source.document.warnings, *findings.warnings):
        if warning.code == "example":
            unused.append(f"#{warning.place.pointer}: {warning.fact}")
    left_out: list[dict[str, str | int]] = []
    for left in findings.left_out:
        left_out.append({"operation": left.operation, **_recorded(left.problem)})
    operations: list[dict[str, str]] = []
    for op in api.operations:
        operations.append(
            {
                "operation_id": op.id.value,
                "method": op.method,
                "path": op.path.value,
                "call": str(op.call),
            }
        )
    return Manifest(
        package=client.package,
        spec_file=path.name,
        spec_sha256=source.document.sha256,
        info_version=api.version.value,
        openapi=source.canonical.openapi,
        references=references,
        overlays=tuple(Overlay(overlay.path.name, overlay.sha256) for overlay in overlays),
        selection=client.operations,
        config=config_hash(client),
        tool=tool_versions(),
        build=build_hash(),
        operations=tuple(operations),
        unused_examples=tuple(unused),
        left_out=tuple(left_out),
        assumed=tuple(map(_recorded, findings.assumed)),
        webhooks=len(api.webhooks),
        schemas=len(source.canonical.models),
        warnings=len(source.document.warnings) + len(findings.warnings),
        files={},  # those of the file set
        tests={},
        runtime_name=client.runtime,
    )


def _recorded(problem: Problem) -> dict[str, str | int]:
    """Return a problem as the manifest records it."""
    return {
        "code": problem.code,
        "file": Path(problem.place.file).name,
        "line": problem.place.line,
        "pointer": problem.place.pointer,
        "fact": problem.fact,
    }
