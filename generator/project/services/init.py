"""A new client in a project: its description, settings, generated code and the check in CI."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from ...base.budget import RunBudget
from ...base.config import Client, Settings
from ...base.errors import LeftOut, Problem, ReachRemedies, SpecError, UsageError
from ...base.portable import is_url, package_name, read_text, relative_to
from ...base.printable import display_path
from ...codegen.description.pins import (
    Pins,
    joined_pins,
    lines_of,
    pins_of_collisions,
    pins_that_keep,
)
from ...codegen.ir.package import Api
from ...codegen.preview.operation_text import short_call
from ...codegen.proposals.settings import propose_error_when, propose_globals
from ...reading.document.load import load, parse
from ...reading.document.overlay.apply import apply_overlays
from ...reading.document.overlay.from_edits import overlay_text
from ...reading.document.overlay.streamed_results import stream_actions
from ...reading.document.places import place_at
from ...reading.document.selectors import has_schemas_alone
from ...reading.document.tree import SourceFile, Sources
from ..lockfile import LOCK, LockEntry, content_hash
from ..output.boundary import check_inside, repository_of
from ..output.write import remove_leftovers, write_file, write_text
from ..settings_file import check_client, check_package, read_settings
from .generation.generate import RenderedClient, render_client
from .generation.pagination import canonical_document, proposals_of
from .generation.slice import SlicedDescription, slice_bytes
from .names.following_pins import COLLISIONS
from .project import ci_workflow
from .project.descriptions import (
    Progress,
    Reach,
    SourceOptions,
    headers_of_settings,
    lock_entry,
    no_progress,
    read_description,
    read_file,
    write_lock,
)
from .project.git_attributes import AttributesChange, attributes_change
from .project.http_library import DEFAULT, http_library
from .project.installation import action
from .project.package_names import check_hiding, check_taken
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
    globals: str
    """The setting of parameters that most operations require, in TOML, which wasn't written; empty
    without any."""
    overlay: str
    """The path of the overlay that was written for streams, relative to ``root``; empty without."""
    pins: tuple[str, ...]
    """The names that were pinned in ``lock``, as settings in TOML."""
    lock: Path
    """The speclock.lock beside the description."""
    http_brought_by: str
    """The dependency of the project that brings httpx2, or ``.venv``; empty for httpx."""
    calls: Mapping[str, str]
    """The call of each operation by ``METHOD /path``, with its required arguments."""


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
    choices = _Choices(
        source=source,
        operations=tuple(operations),
        package=package or _package_of(source),
        client_class=client_class,
        output=output,
        workflow=workflow,
        attributes=attributes,
        pagination=pagination,
        options=SourceOptions(insecure, remote, references_root, headers, progress=progress),
    )
    project = _Project.here()
    check_package(choices.package, "command line")
    packages = [client.package for client in project.existing.clients]
    check_taken(choices.package, packages, project.settings_file)
    return _planned(choices, project).write()


@dataclass(frozen=True, slots=True)
class _Choices:
    """The arguments of :func:`init`."""

    source: str
    operations: tuple[str, ...]
    package: str
    client_class: str
    output: str
    workflow: bool
    attributes: bool
    pagination: bool
    options: SourceOptions


@dataclass(frozen=True, slots=True)
class _Project:
    """The project that gets a client."""

    root: Path
    settings_file: Path
    text: bytes | None
    """The settings, as they are written; None without a file."""
    existing: Settings

    @classmethod
    def here(cls) -> _Project:
        """Return the project around the current folder."""
        root = project_root(Path.cwd())
        settings_file = root / "pyproject.toml"
        if not settings_file.is_file():
            return cls(root, settings_file, None, Settings(root, ()))
        return cls(root, settings_file, settings_file.read_bytes(), read_settings(settings_file))

    def with_client(self, client: Client) -> tuple[bytes, Client]:
        """Return the settings with a client, and the client with the project's defaults."""
        return with_client(self.text, client, display_path(self.settings_file))


@dataclass(frozen=True, slots=True)
class _Source:
    """The description of a new client."""

    spec: str
    """Its path, relative to the project."""
    whole: SourceFile
    """The description, parsed; of one that isn't in ``spec/`` yet, all of it."""
    cut: SlicedDescription | None
    """The slice that will be written; None for a file in ``spec/``."""
    upstream: str

    @property
    def text(self) -> bytes:
        """The text that will be written; empty for a file in ``spec/``."""
        return self.cut.text.encode() if self.cut else b""

    def parsed(self, root: Path) -> SourceFile:
        """Return the description as it will be in ``spec/``."""
        file = root / self.spec
        name = display_path(file)
        return parse(self.text, path=file, name=name) if self.cut else load(file, name)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The files of a new client, checked as far as that is possible before they are written."""

    project: _Project
    source: _Source
    client: Client
    settings: bytes
    """The new text of pyproject.toml."""
    document: SourceFile
    """The description as it will be, with the overlay for streams."""
    overlay: SourceFile | None
    rendered: RenderedClient
    pins: Pins
    iterators: tuple[str, ...]
    workflow: Path | None
    unchanged: str
    marking: AttributesChange | None
    http_brought_by: str

    def write(self) -> NewClient:
        """Write the files, the settings last, and return what was written."""
        client, root, source, cut = self.client, self.project.root, self.source, self.source.cut
        file = root / source.spec
        settings_file = self.project.settings_file
        for parent in {root, file.parent, (self.workflow or settings_file).parent}:
            remove_leftovers(parent)
        self.rendered.files.write(Path(display_path(root / client.output)))
        entries: dict[str, LockEntry] = {}
        if cut is not None:
            write_file(file, source.text)
            content = content_hash(self.document.root)
            entries[file.name] = lock_entry(source.upstream, cut.whole, content)
        write_lock(file.parent, entries, {client.package: self.pins})
        if self.overlay is not None:
            write_text(self.overlay.path, self.overlay.text)
        installed = action()
        if self.workflow is not None:
            write_text(self.workflow, ci_workflow.workflow(root, client, installed))
        if self.marking is not None:
            self.marking.write()
        write_file(settings_file, self.settings)  # so that an interrupted run can be repeated
        return self._written(installed)

    def _written(self, installed: str) -> NewClient:
        client, root, cut = self.client, self.project.root, self.source.cut
        others = self.project.existing.clients
        return NewClient(
            root=root,
            client=client,
            operations=len(self.rendered.api.operations),
            schemas=self.rendered.schemas,
            copied=cut is not None,
            workflow=self.workflow,
            unchanged=self.unchanged,
            attributes=self.marking,
            tool_settings=_tool_settings(root, client) if others else (),
            is_first=not others,
            is_upstream_outside=_is_outside(root, self.source.upstream),
            action=installed,
            warnings=(*(cut.own_warnings if cut else ()), *self.rendered.warnings),
            left_out=self.rendered.left_out,
            pagination=pagination_text(client.package, client.pagination),
            iterators=self.iterators,
            error_when=setting_text("error_when", client.error_when),
            globals=setting_text("globals", propose_globals(self.rendered.api)),
            overlay=client.overlays[0] if self.overlay is not None else "",
            pins=lines_of(self.pins),
            lock=(root / client.spec).with_name(LOCK),
            http_brought_by=self.http_brought_by,
            calls=_calls(self.rendered.api),
        )


def _calls(api: Api) -> dict[str, str]:
    calls: dict[str, str] = {}
    for operation in api.operations:
        calls[operation.origin.spellings[1]] = short_call(api, operation)
    return calls


def _planned(choices: _Choices, project: _Project) -> _Plan:
    """Return what is written, and check that nothing is in the way."""
    root, progress = project.root, choices.options.progress
    source = _source(choices, project)
    client, http_brought_by = _new_client(choices, project, source)
    document = source.parsed(root)
    overlay = _stream_overlay(document, root, choices.package)
    if overlay is not None:
        document = apply_overlays(document, [overlay])
        client = replace(client, overlays=(relative_to(overlay.path, root),))
    client, iterators = _with_proposals(client, choices, root, document)
    rendered = _render(client, root, source.cut, overlay, progress)
    settings, client = project.with_client(client)
    pins = _pins(client, source, document, rendered)
    if pins:
        client = with_changes(client, pins)
        rendered = _render(client, root, source.cut, overlay, progress)
    _check_unused(rendered, root / client.output, choices.package)
    workflow, unchanged = _workflow(choices, root, client)
    from_file = frozenset[str]() if choices.output else frozenset({"output"})
    check_output(Settings(root, (client,), from_file=from_file), client)
    if workflow is not None:
        top = workflow.parents[2]
        check_inside(top, workflow.relative_to(top).as_posix(), "To write none: --no-ci")
    return _Plan(
        project=project,
        source=source,
        client=client,
        settings=settings,
        document=document,
        overlay=overlay,
        rendered=rendered,
        pins=pins,
        iterators=iterators,
        workflow=workflow,
        unchanged=unchanged,
        marking=attributes_change(root, client) if choices.attributes else None,
        http_brought_by=http_brought_by,
    )


def _package_of(source: str) -> str:
    """Return the package that is named for a file or a URL."""
    return package_name(source.rstrip("/").rpartition("/")[2].partition(".")[0])


def _source(choices: _Choices, project: _Project) -> _Source:
    """Return the description: a file in ``spec/``, or a slice with the operations."""
    source, root = choices.source, project.root
    reach = choices.options.reach()
    if not is_url(source) and Path(source).absolute().is_relative_to(root / "spec"):
        spec = Path(source).absolute().relative_to(root).as_posix()
        whole = load(root / spec, source, Sources(project.existing.budget))
        return _Source(spec, whole, None, "")
    cut, upstream = _read(choices, root, reach, project.existing.budget)
    spec = _destination(root, choices.package, cut.text.encode())
    return _Source(spec, cut.document, cut, upstream)


def _new_client(choices: _Choices, project: _Project, source: _Source) -> tuple[Client, str]:
    """Return the settings by the arguments, and what brings the HTTP library."""
    root, options = project.root, choices.options
    models = not choices.operations and has_schemas_alone(source.whole)
    library, brought_by = (DEFAULT, "") if models else http_library(project.text, root)
    from_url = is_url(choices.source)
    client = Client(
        spec=source.spec,
        package=choices.package,
        client=choices.client_class,
        operations=choices.operations,
        models=models,
        output=Path(choices.output).as_posix() if choices.output else "",
        http=library,
        upstream=source.upstream,
        insecure=options.insecure and (from_url or bool(options.remote)),
        remote=tuple(options.remote),
        upstream_headers=headers_of_settings(options.reach().headers) if from_url else {},
        root=relative_to(Path(options.root).absolute(), root) if options.root else "",
    )
    check_client(client, "command line")
    _, client = project.with_client(client)
    check_hiding(client, root)
    return client, brought_by


def _with_proposals(
    client: Client, choices: _Choices, root: Path, document: SourceFile
) -> tuple[Client, tuple[str, ...]]:
    """Return the settings with those that the description suggests, and the iterators."""
    canonical = canonical_document(client, root, document, choices.options.progress)
    if canonical is None:
        return client, ()
    iterators: tuple[str, ...] = ()
    paged = proposals_of(canonical, client) if choices.pagination else None
    if paged is not None:
        iterators = paged.calls
        if paged.rules:
            client = replace(client, pagination=paged.rules)
    return replace(client, error_when=propose_error_when(canonical)), iterators


def _pins(client: Client, source: _Source, document: SourceFile, rendered: RenderedClient) -> Pins:
    """Return the pins of the names of a slice, and of those that would collide."""
    pins: Pins = {}
    if source.cut is not None:
        pins = pins_that_keep([source.cut.document], document, client)
    if any(problem.code in COLLISIONS for problem in rendered.warnings):
        pins = joined_pins(pins_of_collisions(document, client), pins)
    return pins


def _check_unused(rendered: RenderedClient, folder: Path, package: str) -> None:
    """Raise :class:`UsageError` if another package, or its tests, is in the output folder."""
    kinds = {change.kind for change in rendered.files.compare(folder)}
    for path in (folder / package, folder / "tests" / package):
        # An interrupted run leaves a part of the files, as they will be.
        if path.exists() and kinds - {"missing", "unfinished"}:
            raise UsageError(f"{display_path(path)} exists. Name another --package or --output.")


def _workflow(choices: _Choices, root: Path, client: Client) -> tuple[Path | None, str]:
    """Return the workflow to write, if any, and what to do about one that exists."""
    path = ci_workflow.place(root) if choices.workflow else None
    if path is not None and path.exists():
        return None, ci_workflow.coverage(path, root, client)
    return path, ""


def project_root(start: Path) -> Path:
    """Return the folder of the nearest pyproject.toml within the repository, else ``start``."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
        if (folder / ".git").exists():
            break
    return start


def _read(
    choices: _Choices, root: Path, reach: Reach, budget: RunBudget
) -> tuple[SlicedDescription, str]:
    """Return the slice with the operations, all by default, and the upstream to record."""
    source, operations, progress = choices.source, choices.operations, choices.options.progress
    if is_url(source) and (secret := _secret_in(source)):
        raise UsageError(
            f"the URL holds {secret}, which would be written into pyproject.toml. Send it as a "
            "header, from the environment: --header 'Authorization: Bearer $SPECLOCK_TOKEN'. Or "
            "download the description, and name that file: curl -o openapi.yaml URL; speclock init "
            "openapi.yaml"
        )
    whole = read_description(source, Path.cwd(), progress, reach=reach, budget=budget)
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
