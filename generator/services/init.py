"""A new client in a project: its description, settings, generated code and the check in CI."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from ..budget import RunBudget
from ..codegen.output.boundary import check_inside, repository_of
from ..codegen.output.write import remove_leftovers, write_file, write_text
from ..codegen.proposals.error_conditions import propose_error_when
from ..config import Client, Settings
from ..document.load import load, parse
from ..document.overlay.apply import apply_overlays
from ..document.overlay.from_edits import overlay_text
from ..document.overlay.streamed_results import stream_actions
from ..document.places import place_at
from ..document.selectors import has_schemas_alone
from ..document.tree import SourceFile, Sources
from ..errors import LeftOut, Problem, ReachRemedies, SpecError, UsageError
from ..lockfile import content_hash
from ..portable import is_url, package_name, read_text, relative_to
from ..printable import display_path
from ..settings_file import check_client, check_package, read_settings
from .generation.generate import RenderedClient, render_client
from .generation.pagination import canonical_document, proposals_of
from .generation.slice import SlicedDescription, slice_bytes
from .project import ci_workflow
from .project.descriptions import (
    Progress,
    SourceOptions,
    headers_of_settings,
    lock_entry,
    no_progress,
    read_description,
    read_file,
    write_entry,
)
from .project.git_attributes import AttributesChange, attributes_change
from .project.http_library import DEFAULT, http_library
from .project.installation import action
from .project.package_names import check_hiding, check_taken
from .project.pins import COLLISIONS, joined_pins, lines_of, pins_of_collisions, pins_that_keep
from .project.pyproject_edit import (
    pagination_text,
    setting_text,
    with_changes,
    with_client,
)
from .project.read_api import load_description
from .project.written_paths import check_output

_SECRET = re.compile(
    r"(?i)token|secret|passw|pwd|api[-_]?key|^key$|auth|signature|^sig$|credential|session|^code$"
)
"""The names of query parameters whose values are taken for secrets."""


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client as :func:`init` started it."""

    root: Path
    """The project's folder, which holds pyproject.toml."""
    client: Client
    """Its settings."""
    operations: int
    """The number of operations."""
    schemas: int
    """The number of schemas, where models alone are generated; else 0."""
    copied: bool
    """True if the description was written; False if it was in ``spec/`` already."""
    workflow: Path | None
    """The GitHub workflow that was written; None if there is one already, or none was wanted."""
    unchanged: str
    """What an existing workflow does for this client, and what to add; empty if there is none."""
    attributes: AttributesChange | None
    """The line of ``.gitattributes`` for the runtime; None without one."""
    tool_settings: tuple[str, ...]
    """The lines of pyproject.toml that pytest and mypy need for several clients, as far as they
    aren't there; empty for a first client."""
    is_first: bool
    """True if the settings have no other client."""
    is_upstream_outside: bool
    """True if ``upstream`` is a file outside of the repository."""
    action: str
    """The action in the workflow, as ``OWNER/NAME@REF``; empty if the user has to fill it in."""
    warnings: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    pagination: str
    """The settings of pagination that were written, in TOML; empty without any."""
    iterators: tuple[str, ...]
    """The methods that these settings make."""
    error_when: str
    """The setting of successes that are errors, in TOML; empty without it."""
    overlay: str
    """The path of the overlay that was written for streams, relative to ``root``; empty without."""
    pins: tuple[str, ...]
    """The settings of names that were written, in TOML."""
    http_brought_by: str
    """The dependency of the project that brings httpx2, or ``.venv``; empty for httpx."""


def init(
    source: str,
    *,
    operations: Sequence[str] = (),
    package: str = "",
    client_class: str = "",
    output: str = "",
    workflow: bool = True,
    attributes: bool = True,
    pagination: bool = True,
    insecure: bool = False,
    remote: Sequence[str] = (),
    references_root: str = "",
    headers: Sequence[str] = (),
    progress: Progress = no_progress,
) -> NewClient:
    """Start a client of ``source``, a file or URL, in the project around the current folder.

    The slice of the description with ``operations``, all by default, is put into ``spec/``, with
    its origin in speclock.lock; the client is added to pyproject.toml and generated, and a GitHub
    workflow is written. In a Git repository, ``.gitattributes`` marks the runtime as generated,
    unless ``attributes`` is False. A description with schemas, but without operations, gives their
    models alone. Nothing is overwritten. A file in ``spec/`` is one of the repository's own and
    stays as it is. The package is named for the file by default. The hosts in ``remote`` and the
    folder ``references_root``, which references may lead to, become settings. So do ``headers`` of
    the requests to a URL's host, as ``Authorization: Bearer $NAME``: the value is a variable of the
    environment.

    With ``pagination``, settings are written for the lists in pages that the description shows. So
    is ``error_when``, where successes have a flag beside an error, and an overlay for streams of
    JSON objects that the description calls one object.

    Raise :class:`SpecError` if the description cannot be used, :class:`Unreachable` if a URL
    cannot be fetched, :class:`UsageError` if something is in the way. Then nothing is written.
    """
    root = project_root(Path.cwd())
    stem = source.rstrip("/").rpartition("/")[2].partition(".")[0]
    package = package or package_name(stem)
    settings_file = root / "pyproject.toml"
    old = settings_file.read_bytes() if settings_file.is_file() else None
    existing = read_settings(settings_file) if old is not None else Settings(root, ())
    check_package(package, "command line")
    check_taken(package, [client.package for client in existing.clients], settings_file)
    options = SourceOptions(insecure, remote, references_root, headers, progress=progress)
    reach = options.reach()
    cut: SlicedDescription | None = None
    upstream = ""
    if not is_url(source) and Path(source).absolute().is_relative_to(root / "spec"):
        spec = Path(source).absolute().relative_to(root).as_posix()
        whole = load(root / spec, source, Sources(existing.budget))
    else:
        cut, upstream = _read(source, root, operations, options, existing.budget)
        whole, spec = cut.document, _destination(root, package, cut.text.encode())
    models = not operations and has_schemas_alone(whole)
    library, brought_by = (DEFAULT, "") if models else http_library(old, root)
    client = Client(
        spec=spec,
        package=package,
        client=client_class,
        operations=tuple(operations),
        models=models,
        output=Path(output).as_posix() if output else "",
        http=library,
        upstream=upstream,
        insecure=insecure and (is_url(source) or bool(remote)),
        remote=tuple(remote),
        upstream_headers=headers_of_settings(reach.headers) if is_url(source) else {},
        root=relative_to(Path(references_root).absolute(), root) if references_root else "",
    )
    check_client(client, "command line")
    _, client = with_client(old, client, display_path(settings_file))
    check_hiding(client, root)
    file, data = root / spec, cut.text.encode() if cut else b""
    name = display_path(file)
    document = parse(data, path=file, name=name) if cut else load(file, name)
    overlay = _stream_overlay(document, root, package)
    if overlay is not None:
        document = apply_overlays(document, [overlay])
        client = replace(client, overlays=(relative_to(overlay.path, root),))
    canonical = canonical_document(client, root, document, progress)
    paged = proposals_of(canonical, client) if pagination and canonical is not None else None
    if paged is not None and paged.rules:
        client = replace(client, pagination=paged.rules)
    if canonical is not None:
        client = replace(client, error_when=propose_error_when(canonical))
    rendered = _render(client, root, cut, overlay, progress)
    pins = pins_that_keep([cut.document], document, client) if cut is not None else {}
    if any(problem.code in COLLISIONS for problem in rendered.warnings):
        pins = joined_pins(pins_of_collisions(document, client), pins)
    if pins:
        client = with_changes(client, pins)
        rendered = _render(client, root, cut, overlay, progress)
    settings, client = with_client(old, client, display_path(settings_file))
    folder = root / client.output
    changes = rendered.files.compare(folder)
    for path in (folder / package, folder / "tests" / package):
        # An interrupted run leaves a part of the files, as they will be.
        if path.exists() and {change.kind for change in changes} - {"missing", "unfinished"}:
            raise UsageError(f"{display_path(path)} exists. Name another --package or --output.")
    workflow_file, unchanged = ci_workflow.place(root) if workflow else None, ""
    if workflow_file is not None and workflow_file.exists():
        unchanged = ci_workflow.coverage(workflow_file, root, client)
        workflow_file = None
    from_file = frozenset[str]() if output else frozenset({"output"})
    check_output(Settings(root, (client,), from_file=from_file), client)
    if workflow_file is not None:
        top = workflow_file.parents[2]
        check_inside(top, workflow_file.relative_to(top).as_posix(), "To write none: --no-ci")
    marking = attributes_change(root, client) if attributes else None
    for parent in {root, file.parent, (workflow_file or settings_file).parent}:
        remove_leftovers(parent)
    rendered.files.write(Path(display_path(folder)))
    if cut is not None:
        write_file(file, data)
        write_entry(file, lock_entry(upstream, cut.whole, content_hash(document.root)))
    if overlay is not None:
        write_text(overlay.path, overlay.text)
    installed = action()
    if workflow_file is not None:
        text = ci_workflow.workflow(root, client, installed)
        write_text(workflow_file, text)
    if marking is not None:
        marking.write()
    write_file(settings_file, settings)  # last, so that an interrupted run can be repeated
    return NewClient(
        root=root,
        client=client,
        operations=len(rendered.api.operations),
        schemas=rendered.schemas,
        copied=cut is not None,
        workflow=workflow_file,
        unchanged=unchanged,
        attributes=marking,
        tool_settings=_tool_settings(root, client) if existing.clients else (),
        is_first=not existing.clients,
        is_upstream_outside=_is_outside(root, upstream),
        action=installed,
        warnings=(*(cut.own_warnings if cut else ()), *rendered.warnings),
        left_out=rendered.left_out,
        pagination=pagination_text(package, client.pagination),
        iterators=paged.calls if paged else (),
        error_when=setting_text("error_when", client.error_when),
        overlay=client.overlays[0] if overlay is not None else "",
        pins=lines_of(pins),
        http_brought_by=brought_by,
    )


def project_root(start: Path) -> Path:
    """Return the folder of the nearest pyproject.toml within the repository, else ``start``."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
        if (folder / ".git").exists():
            break
    return start


def _read(
    source: str,
    root: Path,
    operations: Sequence[str],
    options: SourceOptions,
    budget: RunBudget,
) -> tuple[SlicedDescription, str]:
    """Return the slice with the operations, all by default, and the upstream to record."""
    if is_url(source) and (secret := _secret_in(source)):
        raise UsageError(
            f"the URL holds {secret}, which would be written into pyproject.toml. Send it as a "
            "header, from the environment: --header 'Authorization: Bearer $SPECLOCK_TOKEN'. Or "
            "download the description, and name that file: curl -o openapi.yaml URL; speclock init "
            "openapi.yaml"
        )
    progress = options.progress
    whole = read_description(source, Path.cwd(), progress, reach=options.reach(), budget=budget)
    progress(f"reading {whole.name}")
    models = not operations and has_schemas_alone(whole.document(lenient=True))
    cut = slice_bytes(whole, [] if models else [operations], models=models)
    progress("")
    if is_url(source):
        return cut, source
    return cut, relative_to(Path(source).absolute(), root)


def _tool_settings(root: Path, client: Client) -> tuple[str, ...]:
    """Return the lines for tests of the same name in several folders that no settings have."""
    names = ("pyproject.toml", "pytest.ini", ".pytest.ini", "tox.ini", "mypy.ini", ".mypy.ini")
    files = [root / name for name in (*names, "setup.cfg")]
    text = "\n".join(read_text(file, file.name) for file in files if file.is_file())
    lines: list[str] = []
    if not re.search(r"import.mode\W+importlib", text):
        addopts = 'addopts = ["--import-mode=importlib"]'
        lines += ["[tool.pytest.ini_options]", f'pythonpath = ["{client.output}"]', addopts]
    tests = posixpath.dirname(client.tests_folder)
    if not re.search(rf"(?m)^\s*exclude\s*=[^=]*{re.escape(client.output)}", text):
        lines += ["[tool.mypy]", f'mypy_path = "{client.output}"', f'exclude = "^{tests}/"']
    return tuple(lines)


def _is_outside(root: Path, upstream: str) -> bool:
    """Return True if ``upstream`` is a file that isn't in the project or the repository."""
    if not upstream or is_url(upstream):
        return False
    folder = repository_of(root) or root
    return not Path(os.path.abspath(root / upstream)).is_relative_to(folder)  # noqa: PTH100


def _secret_in(url: str) -> str:
    """Return what a URL has that looks like a secret, as a phrase; empty if nothing does."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return "a password"
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    return next((f"a secret in {name!r}" for name in names if _SECRET.search(name)), "")


def _destination(root: Path, package: str, data: bytes) -> str:
    """Return the path of a new description, relative to the project."""
    is_json = data.lstrip()[:1] == b"{"
    spec = f"spec/{package.replace('_', '-')}.{'json' if is_json else 'yaml'}"
    target = root / spec
    check_inside(root, spec, "Name another --package.")
    if target.exists() and read_file(target, spec, "spec").data != data:
        raise UsageError(
            f"{display_path(target)} exists and is another description. Name another --package, "
            f"or init from that file: speclock init {display_path(target)}"
        )
    return spec


def _stream_overlay(document: SourceFile, root: Path, package: str) -> SourceFile | None:
    """Return the overlay for streams that the description calls one JSON object, to be written.

    Raise :class:`UsageError` if another file has its name.
    """
    actions = stream_actions(document)
    if not actions:
        return None
    name = f"spec/{package.replace('_', '-')}-streams.overlay.yaml"
    text = overlay_text("Streams that the description calls one JSON object", actions)
    check_inside(root, name, "Name another --package.")
    path = root / name
    if path.exists() and path.read_bytes() != text.encode():
        raise UsageError(f"{display_path(path)} exists. Name another --package.")
    return parse(text.encode(), path=path, name=display_path(path))


def _render(
    client: Client,
    root: Path,
    cut: SlicedDescription | None,
    overlay: SourceFile | None,
    progress: Progress,
) -> RenderedClient:
    """Return the client's files, of the description on disk or of a slice that isn't yet.

    Warnings are at the lines of the file that will be there; what is refused, where nothing will
    be written, at those of the source.
    """
    overlays = [overlay] if overlay is not None else []
    if cut is None:
        document = load_description(replace(client, overlays=()), root)
        return render_client(client, root, progress, apply_overlays(document, overlays))
    path = root / client.spec
    sources = Sources(client.budget, None, ReachRemedies.options())
    document = parse(cut.text.encode(), path=path, name=display_path(path), sources=sources)
    document = apply_overlays(document, overlays)
    try:
        return render_client(client, root, progress, document)
    except SpecError as error:
        raise SpecError(
            replace(p, place=place_at(cut.document, p.place.pointer)) for p in error.problems
        ) from None
