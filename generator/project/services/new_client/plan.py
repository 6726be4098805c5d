"""The files of a new client, and the checks before they are written."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import replace
from pathlib import Path

from ....base.config import Client, Pins, Settings
from ....base.errors import ReachRemedies, SpecError, UsageError
from ....base.immutable import immutable
from ....base.portable import is_url, read_text, relative_to
from ....base.printable import display_path
from ....codegen.description.pins import lines_of
from ....codegen.ir.package import Api
from ....codegen.preview.operation_text import short_call
from ....codegen.proposals.settings import propose_globals
from ....reading.document.load import parse
from ....reading.document.overlay.apply import apply_overlays
from ....reading.document.overlay.from_edits import overlay_text
from ....reading.document.overlay.streamed_results import stream_actions
from ....reading.document.places import place_at
from ....reading.document.tree import SourceFile, Sources
from ...lockfile import LOCK, LockEntry, content_hash
from ...output.boundary import check_inside, repository_of
from ...output.write import remove_leftovers, write_file, write_text
from ..generation.generate import RenderedClient, render_client
from ..generation.slice import SlicedDescription
from ..project import ci_workflow
from ..project.descriptions import (
    Progress,
    lock_entry,
    write_lock,
)
from ..project.git_attributes import AttributesChange, attributes_change
from ..project.installation import action
from ..project.pyproject_edit import (
    pagination_text,
    setting_text,
    with_changes,
)
from ..project.read_api import load_description
from ..project.written_paths import check_output
from .choices import Choices, Project
from .result import NewClient
from .settings import new_settings, pins_of_names, with_proposals
from .source import Source, find_source


@immutable
class ClientPlan:
    """The files of a new client, checked as far as that is possible before they are written."""

    project: Project
    source: Source
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


def planned(choices: Choices, project: Project) -> ClientPlan:
    """Return what is written, and check that nothing is in the way."""
    root, progress = project.root, choices.options.progress
    source = find_source(choices, project)
    client, http_brought_by = new_settings(choices, project, source)
    document = source.parsed(root)
    overlay = _stream_overlay(document, root, choices.package)
    if overlay is not None:
        document = apply_overlays(document, [overlay])
        client = replace(client, overlays=(relative_to(overlay.path, root),))
    client, iterators = with_proposals(client, choices, root, document)
    rendered = _render(client, root, source.cut, overlay, progress)
    settings, client = project.with_client(client)
    pins = pins_of_names(client, source, document, rendered)
    if pins:
        client = with_changes(client, pins)
        rendered = _render(client, root, source.cut, overlay, progress)
    _check_unused(rendered, root / client.output, choices.package)
    workflow, unchanged = workflow_of(choices, root, client)
    from_file = frozenset[str]() if choices.output else frozenset({"output"})
    check_output(Settings(root, (client,), from_file=from_file), client)
    return ClientPlan(
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


def _check_unused(rendered: RenderedClient, folder: Path, package: str) -> None:
    """Raise :class:`UsageError` if another package, or its tests, is in the output folder."""
    kinds = {change.kind for change in rendered.files.compare(folder)}
    for path in (folder / package, folder / "tests" / package):
        # An interrupted run leaves a part of the files, as they will be.
        if path.exists() and kinds - {"missing", "unfinished"}:
            raise UsageError(f"{display_path(path)} exists. Name another --package or --output.")


def workflow_of(choices: Choices, root: Path, client: Client) -> tuple[Path | None, str]:
    """Return the workflow to write, if any, and what to do about one that exists.

    Raise :class:`UsageError` for one that would be outside of the repository.
    """
    path = ci_workflow.place(root) if choices.workflow else None
    if path is None:
        return None, ""
    if path.exists():
        return None, ci_workflow.coverage(path, root, client)
    top = path.parents[2]
    check_inside(top, path.relative_to(top).as_posix(), "To write none: --no-ci")
    return path, ""


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
