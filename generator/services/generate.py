"""Clients generated from their settings: in memory, and written to their output folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..codegen.output.fileset import FileSet, write
from ..codegen.output.manifest import Manifest
from ..codegen.render.templates import Templates
from ..config import Client, Settings
from ..errors import Findings, LeftOut, NewlyLeftOut, Problem, SpecError, SpeclockError
from ..hashing import sha256_of
from ..printable import display_path
from .descriptions import Progress, no_progress
from .provenance import config_hash, tool_versions
from .read_api import read_api, shown_path

if TYPE_CHECKING:
    from ..document.tree import SourceFile


@dataclass(frozen=True, slots=True)
class RenderedClient:
    """A client's files, not yet written."""

    files: FileSet
    warnings: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    operations: int
    """The number of operations."""


@dataclass(frozen=True, slots=True)
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
    """The operations and parts that cannot be generated."""


def generate(settings: Settings, progress: Progress = no_progress) -> tuple[GeneratedClient, ...]:
    """Write each client of ``settings`` and its tests, and remove files no longer generated.

    Nothing is written unless all clients can be generated. Raise :class:`SpecError` with the
    problems of all descriptions; :class:`NewlyLeftOut` if an operation would be left out that
    ``speclock.json`` doesn't record as left out; :class:`UsageError` for settings that don't fit a
    description, or if a file that speclock didn't write is in the way.
    """
    clients, root = settings.clients, settings.root
    rendered = render_clients(clients, root, progress)
    changed: dict[str, tuple[str, ...]] = {}
    for output in dict.fromkeys(client.output for client in clients):
        sets = [r.files for c, r in zip(clients, rendered, strict=True) if c.output == output]
        written = write(Path(display_path(root / output)), sets)
        changed |= {one.package: tuple(names) for one, names in zip(sets, written, strict=True)}
    return tuple(
        GeneratedClient(
            package=one.files.package,
            operations=one.operations,
            files=len(one.files.files),
            changed=changed[one.files.package],
            warnings=one.warnings,
            left_out=one.left_out,
        )
        for one in rendered
    )


def render_clients(
    clients: Sequence[Client], root: Path, progress: Progress
) -> list[RenderedClient]:
    """Return each client's files.

    Raise :class:`SpecError` with the problems of all of them, or :class:`NewlyLeftOut`.
    """
    rendered: list[RenderedClient] = []
    problems: list[Problem] = []
    newly_left_out: list[Problem] = []
    for client in clients:
        try:
            rendered.append(render_client(client, root, progress))
            newly_left_out += _newly_left_out(client, root, rendered[-1].left_out)
        except SpecError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    progress("")
    if problems:
        raise SpecError(problems)
    if newly_left_out:
        raise NewlyLeftOut(newly_left_out)
    return rendered


def _newly_left_out(client: Client, root: Path, left_out: Sequence[LeftOut]) -> Iterator[Problem]:
    """Yield a problem for each operation left out that the manifest on disk doesn't record."""
    manifest = Manifest.read(root / client.output, client.package)
    if manifest is None:
        return
    recorded = {part.get("operation") for part in manifest.left_out}
    for left in left_out:
        if left.operation and left.operation not in recorded:
            remedy = (
                f'To accept that it is left out, add "!{left.operation}" to `operations` of '
                f"[tool.speclock.clients.{client.package}]."
            )
            yield replace(
                left.problem, fact=f"{left.operation}: {left.problem.fact}", remedy=remedy
            )


def render_client(
    client: Client, root: Path, progress: Progress, document: SourceFile | None = None
) -> RenderedClient:
    """Return a client's files and manifest, of its description or of ``document``.

    Raise :class:`SpecError` with all problems of the description, :class:`UsageError` for settings
    that don't fit it.
    """
    # Imported here, so that a check of recorded hashes doesn't pay for them.
    from ..codegen.render.format import format_files
    from ..codegen.render.render import HEADER, render, render_tests
    from ..codegen.render.validate_source import validate_source
    from ..codegen.testdata.json_files import examples, test_data

    findings = Findings(strict=client.strict)
    path = root / client.spec
    own = root / client.templates if client.templates else None
    templates = Templates.of(own, shown_path(own, root) if own else "")
    source, api, cases = read_api(client, root, findings, progress, document)
    progress(f"writing {len(api.components)} models")
    sources = render(api, templates)
    tests = render_tests(api, templates)
    progress("formatting")
    package, folder = client.package, f"tests/{client.package}"
    files = {f"{package}/{name}": text for name, text in sources.items()}
    files |= {f"{folder}/{name}": text for name, text in tests.items()}
    # Files without substitutions are formatted and checked in templates/.
    parts = {"runtime": package, "tests": folder}
    plain, theirs = (
        {f"{parts[part]}/{name}" for part in parts for name in templates.plain(part, own=own)}
        for own in (False, True)
    )
    try:
        laid_out = format_files({n: text for n, text in files.items() if n not in plain - theirs})
        rendered = {n: text for n, text in laid_out.items() if n not in theirs}
        validate_source(
            {n.partition("/")[2]: text for n, text in rendered.items() if n.endswith(".py")}
        )
    except SpeclockError as error:
        raise templates.blamed(error, files) from None
    files |= laid_out
    files = {n: HEADER + text if n.endswith(".py") else text for n, text in files.items()}
    data = test_data(api, cases, source.canonical.to_json())
    files |= {f"{folder}/{name}": text for name, text in data.items()}
    files[f"{package}/_examples.json"] = examples(api, cases)
    warnings = (*source.document.warnings, *findings.warnings)
    main = path.resolve()
    references_root = (root / client.root).resolve() if client.root else main.parent
    manifest = Manifest(
        package=package,
        spec_file=path.name,
        spec_sha256=source.document.sha256,
        info_version=api.version.value,
        openapi=source.canonical.openapi,
        references={
            one.relative_to(references_root).as_posix(): sha256_of(one.read_bytes())
            for one in sorted(source.documents)
            if one != main
        },
        overlays=tuple(
            {"file": overlay.path.name, "sha256": overlay.sha256}
            for overlay in source.document.overlays
        ),
        templates=templates.digests(),
        selection=client.operations,
        config=config_hash(client),
        tool=tool_versions(),
        operations=tuple(
            {
                "operation_id": op.id.value,
                "method": op.method,
                "path": op.path.value,
                "call": str(op.call),
            }
            for op in api.operations
        ),
        unused_examples=tuple(
            f"#{w.place.pointer}: {w.fact}" for w in warnings if w.code == "example"
        ),
        left_out=tuple(
            {"operation": left.operation, **_recorded(left.problem)} for left in findings.left_out
        ),
        assumed=tuple(map(_recorded, findings.assumed)),
    )
    left_out = tuple(findings.left_out)
    return RenderedClient(FileSet.of(manifest, files), warnings, left_out, len(api.operations))


def _recorded(problem: Problem) -> dict[str, str | int]:
    """Return a problem as the manifest records it."""
    return {
        "code": problem.code,
        "file": Path(problem.place.file).name,
        "line": problem.place.line,
        "pointer": problem.place.pointer,
        "fact": problem.fact,
    }
