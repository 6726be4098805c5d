"""From one client's settings to its files, and to the facts that the manifest records."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from . import __version__
from .config import Client
from .emit.fileset import FileSet, Manifest, sha256_of
from .errors import Findings, Problem

TOOLS = ("datamodel-code-generator", "jinja2", "ruff")
"""What shapes the bytes, beside speclock itself."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Generated:
    """A client's files, not yet written, and what the user should hear about them."""

    files: FileSet
    warnings: tuple[Problem, ...]
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


def config_hash(client: Client) -> str:
    """SHA-256 of the settings that shape the output; of paths only the file's name."""
    settings = asdict(client)
    settings["spec"] = Path(client.spec).name
    del settings["output"]
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def is_current(client: Client, root: Path) -> bool:
    """Whether description, settings, tool versions and outputs all match what was recorded.

    Reads hashes only; nothing is generated.
    """
    output = root / client.output
    manifest = Manifest.read(output, client.package)
    if manifest is None or manifest.config != config_hash(client):
        return False
    spec = root / client.spec
    sources = {spec.name: manifest.spec_sha256, **manifest.references}
    for name, digest in sources.items():
        path = spec.parent / name
        if not path.is_file() or sha256_of(path.read_bytes()) != digest:
            return False
    return manifest.tool == tool_versions() and manifest.is_intact(output)


def generate(client: Client, root: Path, progress: Progress) -> Generated:
    """Run the whole pipeline in memory.

    Raises :class:`SpecError` for a description that can't be used, :class:`UsageError` for settings
    that don't fit it.
    """
    # Imported here, so that a check of recorded hashes doesn't pay for them.
    from .build import build
    from .emit.format import formatted
    from .emit.models import models
    from .emit.render import (
        HEADER,
        plain_files,
        render,
        render_tests,
        templates_folder,
    )
    from .emit.testdata import examples, test_data
    from .spec import meta
    from .spec.canonical import canonicalise
    from .spec.document import load
    from .spec.refs import References
    from .spec.select import select, version_of

    findings = Findings()
    path = root / client.spec
    progress(f"reading {path.name}")
    document = load(path, _shown(path, root))
    openapi = version_of(document)
    refs = References(document, findings)
    operations = select(document, refs, client.operations)
    progress(f"bringing {len(operations)} operations to canonical form")
    canonical = canonicalise(document, refs, operations, findings)
    meta.check(document, openapi, refs.touched, findings)
    findings.raise_refusals()
    progress("deciding names and types")
    api = build(canonical, client, findings)
    findings.raise_refusals()
    templates = templates_folder()
    progress(f"writing {len(api.components)} models")
    sources = {**models(api, templates), **render(api, templates)}
    tests = render_tests(api, templates)
    progress("formatting")
    package, folder = client.package, f"tests/{client.package}"
    files = {f"{package}/{name}": text for name, text in sources.items()}
    files |= {f"{folder}/{name}": text for name, text in tests.items()}
    # Code without holes is laid out and checked where it stands, in templates/.
    plain = {f"{package}/{name}" for name in plain_files(templates / "runtime")}
    plain |= {f"{folder}/{name}" for name in plain_files(templates / "tests")}
    files |= formatted({name: text for name, text in files.items() if name not in plain})
    files = {n: HEADER + text if n.endswith(".py") else text for n, text in files.items()}
    files |= {f"{folder}/{name}": text for name, text in test_data(api).items()}
    files[f"{package}/_examples.json"] = examples(api)
    warnings = (*document.warnings, *findings.warnings)
    manifest = Manifest(
        package=package,
        spec_file=path.name,
        spec_sha256=document.sha256,
        info_version=api.version.value,
        openapi=openapi,
        references=_references(refs.documents, path),
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
    )
    return Generated(FileSet.of(manifest, files), warnings, len(api.operations))


def _shown(path: Path, root: Path) -> str:
    """How messages call a file: as the user wrote it, or relative to where the user stands."""
    here = Path.cwd()
    if root == here or path.is_absolute():
        return str(path.relative_to(here) if path.is_relative_to(here) else path)
    return os.path.relpath(path, here)


def _references(documents: Mapping[Path, object], main: Path) -> dict[str, str]:
    folder = main.resolve().parent
    return {
        path.relative_to(folder).as_posix(): sha256_of(path.read_bytes())
        for path in sorted(documents)
        if path != main.resolve()
    }
