"""The settings of a new client: by the choices, and by its description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ....base.config import Client, Pins
from ....base.portable import is_url, relative_to
from ....codegen.description.pins import joined_pins, pins_of_collisions, pins_that_keep
from ....codegen.proposals.settings import propose_error_when
from ....reading.document.selectors import has_schemas_alone
from ....reading.document.tree import SourceFile
from ...settings_file import check_client
from ..generation.generate import RenderedClient
from ..generation.pagination import canonical_document, proposals_of
from ..names.following_pins import COLLISIONS
from ..project.descriptions import headers_of_settings
from ..project.http_library import DEFAULT, http_library
from ..project.package_names import check_hiding
from .choices import Choices, Project
from .source import Source


def new_settings(choices: Choices, project: Project, source: Source) -> tuple[Client, str]:
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
        code=_in_project(choices.code, root),
        insecure=options.insecure and (from_url or bool(options.remote)),
        remote=tuple(options.remote),
        upstream_headers=headers_of_settings(options.reach().headers) if from_url else {},
        root=relative_to(Path(options.root).absolute(), root) if options.root else "",
    )
    check_client(client, "command line")
    _, client = project.with_client(client)
    check_hiding(client, root)
    return client, brought_by


def _in_project(paths: Sequence[str], root: Path) -> tuple[str, ...]:
    """Return paths of the command line, relative to the project's folder."""
    own: list[str] = []
    for path in paths:
        own.append(relative_to(Path(path).absolute(), root))
    return tuple(own)


def with_proposals(
    client: Client, choices: Choices, root: Path, document: SourceFile
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


def pins_of_names(
    client: Client, source: Source, document: SourceFile, rendered: RenderedClient
) -> Pins:
    """Return the pins of the names of a slice, and of those that would collide."""
    pins: Pins = {}
    if source.cut is not None:
        pins = pins_that_keep([source.cut.document], document, client)
    if any(problem.code in COLLISIONS for problem in rendered.warnings):
        pins = joined_pins(pins_of_collisions(document, client), pins)
    return pins
