"""From one client's settings to its files, and to the facts that the manifest records."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..codegen.output.fileset import FileSet
from ..codegen.output.manifest import Manifest
from ..codegen.render.templates import Templates, own_digests
from ..config import ClientSettings
from ..errors import Findings, LeftOut, Place, Problem, SpecError, SpeclockError
from ..hashing import sha256_of

if TYPE_CHECKING:
    from ..codegen.ir import Api, Case
    from ..document.tree import SourceFile
    from ..openapi import model

TOOLS = ("datamodel-code-generator", "jinja2", "ruff")
"""What shapes the bytes, beside speclock itself."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Generated:
    """A client's files, not yet written, and what the user should hear about them."""

    files: FileSet
    warnings: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    operations: int


def tool_versions() -> dict[str, str]:
    """The versions of speclock and of what shapes the bytes."""
    found = {"speclock": __version__}
    for name in TOOLS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def config_hash(client: ClientSettings) -> str:
    """SHA-256 of the settings that shape the output; of paths only the file's name."""
    settings = asdict(client)
    for name in ("spec", "templates"):
        settings[name] = Path(settings[name]).name
    settings["overlays"] = [Path(overlay).name for overlay in client.overlays]
    for name in ("overlays", "allow_unmatched", "templates"):  # younger than the hashes of others
        if not settings[name]:
            del settings[name]
    for name in ("output", "upstream", "allowed"):  # they shape no file
        del settings[name]
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def is_current(client: ClientSettings, root: Path) -> bool:
    """Whether description, settings, tool versions and outputs all match what was recorded.

    Reads hashes only; nothing is generated.
    """
    output = root / client.output
    manifest = Manifest.read(output, client.package)
    if manifest is None or manifest.config != config_hash(client):
        return False
    spec = root / client.spec
    recorded = {spec.name: manifest.spec_sha256, **manifest.references}
    sources = [(spec.parent / name, digest) for name, digest in recorded.items()]
    overlays = [root / overlay for overlay in client.overlays]
    if [path.name for path in overlays] != [overlay["file"] for overlay in manifest.overlays]:
        return False
    sources += zip(overlays, (overlay["sha256"] for overlay in manifest.overlays), strict=True)
    for path, digest in sources:
        if not path.is_file() or sha256_of(path.read_bytes()) != digest:
            return False
    if client.templates and own_digests(root / client.templates) != manifest.templates:
        return False
    return manifest.tool == tool_versions() and manifest.is_intact(output, client.package)


def described(client: ClientSettings, root: Path) -> SourceFile:
    """A client's description with its overlays applied, not yet checked or selected from.

    Raises :class:`SpecError` where a file can't be read or an overlay doesn't fit.
    """
    from ..document.load import load
    from ..document.overlay.apply import apply_overlays, load_overlay

    path = root / client.spec
    document = load(path, _shown(path, root))
    overlays = [load_overlay(root / one, _shown(root / one, root)) for one in client.overlays]
    return apply_overlays(document, overlays, allow_unmatched=client.allow_unmatched)


def generate(client: ClientSettings, root: Path, progress: Progress) -> Generated:
    """Run the whole pipeline in memory.

    Raises :class:`SpecError` for a description that can't be used, :class:`UsageError` for settings
    that don't fit it.
    """
    # Imported here, so that a check of recorded hashes doesn't pay for them.
    from ..codegen.render.format import format_files
    from ..codegen.render.models import render_models
    from ..codegen.render.render import HEADER, render, render_tests
    from ..codegen.render.validate_source import validate_source
    from ..codegen.testdata.json_files import examples, test_data

    findings = Findings(frozenset(client.accept))
    path = root / client.spec
    own = root / client.templates if client.templates else None
    templates = Templates.of(own, _shown(own, root) if own else "")
    source, api, cases = _decided(client, root, findings, progress)
    progress(f"writing {len(api.components)} models")
    sources = {**render_models(api, templates), **render(api, templates)}
    tests = render_tests(api, templates)
    progress("formatting")
    package, folder = client.package, f"tests/{client.package}"
    files = {f"{package}/{name}": text for name, text in sources.items()}
    files |= {f"{folder}/{name}": text for name, text in tests.items()}
    # Code without holes is laid out and checked where it stands, in templates/.
    plain = {f"{package}/{name}" for name in templates.plain("runtime")}
    plain |= {f"{folder}/{name}" for name in templates.plain("tests")}
    theirs = {f"{package}/{name}" for name in templates.plain("runtime", own=True)}
    theirs |= {f"{folder}/{name}" for name in templates.plain("tests", own=True)}
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
    files |= {
        f"{folder}/{name}": text
        for name, text in test_data(api, cases, source.canonical.to_json()).items()
    }
    files[f"{package}/_examples.json"] = examples(api, cases)
    warnings = (*source.document.warnings, *findings.warnings)
    manifest = Manifest(
        package=package,
        spec_file=path.name,
        spec_sha256=source.document.sha256,
        info_version=api.version.value,
        openapi=source.canonical.openapi,
        references=_references(source.documents, path),
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
        left_out=tuple(_recorded(left) for left in findings.left_out),
    )
    left_out = tuple(findings.left_out)
    return Generated(FileSet.of(manifest, files), warnings, left_out, len(api.operations))


def preview(
    client: ClientSettings, root: Path, progress: Progress
) -> tuple[Api, tuple[Case, ...], dict[str, str]]:
    """What :func:`generate` decides, and the modules with the methods, not yet formatted.

    Raises as :func:`generate` does.
    """
    from ..codegen.render.render import render

    _, api, cases = _decided(client, root, Findings(frozenset(client.accept)), progress)
    templates = Templates.of(root / client.templates if client.templates else None)
    return api, cases, render(api, templates)


@dataclass(frozen=True, slots=True)
class _Source:
    document: SourceFile
    canonical: model.Document
    documents: Mapping[Path, SourceFile]


def _decided(
    client: ClientSettings, root: Path, findings: Findings, progress: Progress
) -> tuple[_Source, Api, tuple[Case, ...]]:
    """Read the description and decide every name and type; what is refused is raised."""
    from ..codegen.build import build
    from ..codegen.testdata import build_cases
    from ..document.meta_schema import Faults
    from ..document.references import References
    from ..document.selectors import select_operations
    from ..document.version import read_version
    from ..openapi.keywords import KNOWN
    from ..openapi.normalize.document import canonicalise

    progress(f"reading {Path(client.spec).name}")
    document = described(client, root)
    openapi = read_version(document)
    refs = References(document, findings)
    faults = Faults(document, openapi, KNOWN)
    if not isinstance(document.root.get("paths", {}), dict):
        faults.refuse(findings)
    operations = select_operations(document, refs, client.operations)
    refs.faults = faults.index()
    while True:
        canonical = canonicalise(document, refs, operations, findings, progress)
        faults.report(findings)
        if findings.refusals:  # what building the rest refuses belongs to the same run
            with suppress(SpeclockError):
                build(canonical, client, findings)
            findings.raise_refusals()
        progress(f"deciding names and types of {len(canonical.operations)} operations")
        try:
            api = build(canonical, client, findings)
        except SpecError:
            kept = _excused(canonical, findings)
            operations = tuple(op for op in operations if (op.verb, op.path) in kept)
            continue
        findings.raise_refusals()
        if not api.operations:
            raise SpecError(left.problem for left in findings.left_out)
        if len(api.operations) == len(canonical.operations):
            break
        kept = {(op.method, op.key.value) for op in api.operations}  # once more, without the rest
        operations = tuple(op for op in operations if (op.verb, op.path) in kept)
    unused = client.accept and set(client.accept) - {
        left.problem.code for left in findings.left_out
    }
    for code in sorted(unused or ()):
        fact = f"nothing was refused as {code!r}"
        findings.warn("accept", Place(document.name), fact, "Take it out of 'accept'.")
    progress("making test cases")
    cases = build_cases(canonical, api, findings)
    findings.raise_refusals()
    return _Source(document, canonical, refs.documents), api, cases


def _excused(canonical: model.Document, findings: Findings) -> set[tuple[str, str]]:
    """Return method and path of operations that need nothing refused, if all refusals are accepted.

    Raises :class:`SpecError` with what isn't, or with all where nothing would be left.
    """
    from ..openapi.normalize.document import users_of

    users = {problem: users_of(canonical, problem.place) for problem in findings.refusals}
    refused = [p for p, ops in users.items() if p.code not in findings.accepted or not ops]
    if refused:
        raise SpecError(refused)
    gone = {op for ops in users.values() for op in ops}
    kept = {(op.verb, op.path) for op in canonical.operations if op not in gone}
    if not kept:
        raise SpecError(users)
    findings.refusals.clear()
    findings.left_out += [
        LeftOut(p, op.label) for p, ops in users.items() for op in canonical.operations if op in ops
    ]
    return kept


def _recorded(left: LeftOut) -> dict[str, str | int]:
    place = left.problem.place
    return {
        "code": left.problem.code,
        "operation": left.operation,
        "file": Path(place.file).name,
        "line": place.line,
        "pointer": place.pointer,
        "fact": left.problem.fact,
    }


def _shown(path: Path, root: Path) -> str:
    """How messages call a file: from where the user stands, or as it was written if elsewhere."""
    here = Path.cwd()
    if path.is_relative_to(root) or path.is_relative_to(here):
        return os.path.relpath(path, here)
    return str(path)


def _references(documents: Mapping[Path, object], main: Path) -> dict[str, str]:
    folder = main.resolve().parent
    return {
        path.relative_to(folder).as_posix(): sha256_of(path.read_bytes())
        for path in sorted(documents)
        if path != main.resolve()
    }
