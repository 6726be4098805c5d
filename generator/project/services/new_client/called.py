"""The start of an API that a program calls by hand: a description and settings, but no client."""

from __future__ import annotations

from pathlib import Path

from ....base.config import Client, Settings
from ....base.errors import Problem
from ....base.immutable import immutable
from ...lockfile import LockEntry, content_hash
from ...output.write import remove_leftovers, write_file, write_text
from ..project import ci_workflow
from ..project.descriptions import lock_entry, write_lock
from ..project.installation import action
from ..project.written_paths import check_output
from .choices import Choices, Project
from .plan import workflow_of
from .settings import new_settings
from .source import find_source


@immutable
class CalledApi:
    """An API without a client, as :func:`start_called` started it."""

    root: Path
    """The project's folder, which holds pyproject.toml."""
    client: Client
    """Its settings, as those of the client that ``speclock generate`` would begin."""
    copied: bool
    """True if the description was written; False if it was in ``spec/`` already."""
    workflow: Path | None
    """The GitHub workflow that was written; None if there is one already, or none was wanted."""
    unchanged: str
    """What an existing workflow does for this API, and what to add; empty if there is none."""
    action: str
    """The action in the workflow, as ``OWNER/NAME@REF``; empty if the user has to fill it in."""
    warnings: tuple[Problem, ...]


def start_called(choices: Choices, project: Project) -> CalledApi:
    """Put the description into ``spec/``, and write the settings with ``code``, and the workflow.

    The settings are written last, so that an interrupted run can be repeated. Raise as
    :func:`speclock.init`; then nothing is written.
    """
    root = project.root
    source = find_source(choices, project)
    client, _ = new_settings(choices, project, source)
    settings, client = project.with_client(client)
    check_output(Settings(root, (client,), from_file=frozenset({"output"})), client)
    workflow, unchanged = workflow_of(choices, root, client)
    file, settings_file = root / source.spec, project.settings_file
    for parent in {root, file.parent, (workflow or settings_file).parent}:
        remove_leftovers(parent)
    entries: dict[str, LockEntry] = {}
    warnings: tuple[Problem, ...] = ()
    if source.cut is not None:
        content = content_hash(source.parsed(root).root)
        write_file(file, source.text)
        entries[file.name] = lock_entry(source.upstream, source.cut.whole, content)
        warnings = tuple(source.cut.own_warnings)
    write_lock(file.parent, entries, {})
    installed = action()
    if workflow is not None:
        write_text(workflow, ci_workflow.workflow(root, client, installed))
    write_file(settings_file, settings)
    return CalledApi(
        root=root,
        client=client,
        copied=source.cut is not None,
        workflow=workflow,
        unchanged=unchanged,
        action=installed,
        warnings=warnings,
    )
