"""A new client in a project: its description, settings, generated code and the check in CI."""

from __future__ import annotations

from collections.abc import Sequence

from ...base.portable import package_name
from ..settings_file import check_package
from .new_client.called import CalledApi, start_called
from .new_client.choices import Choices, Project
from .new_client.plan import planned
from .new_client.result import NewClient
from .project.descriptions import (
    Progress,
    SourceOptions,
    no_progress,
)
from .project.package_names import check_taken


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
    choices = Choices(
        source=source,
        operations=tuple(operations),
        package=package or package_of(source),
        client_class=client_class,
        output=output,
        workflow=workflow,
        attributes=attributes,
        pagination=pagination,
        options=SourceOptions(insecure, remote, references_root, headers, progress=progress),
    )
    return planned(choices, _project_for(choices.package)).write()


def init_called(choices: Choices) -> CalledApi:
    """Start an API that ``choices.code`` calls by hand: as :func:`init`, but without a client."""
    return start_called(choices, _project_for(choices.package))


def _project_for(package: str) -> Project:
    """Return the project around the current folder, which has no such package yet."""
    project = Project.here()
    check_package(package, "command line")
    packages = [client.package for client in project.existing.clients]
    check_taken(package, packages, project.settings_file)
    return project


def package_of(source: str) -> str:
    """Return the package that is named for a file or a URL."""
    return package_name(source.rstrip("/").rpartition("/")[2].partition(".")[0])
