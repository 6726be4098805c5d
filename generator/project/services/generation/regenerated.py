"""Clients generated in memory, and compared with the files on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ....base.config import Client
from ....base.errors import LeftOut, Problem
from ....base.immutable import immutable
from ...output.fileset import FileChange
from ...output.manifest import Manifest
from ..project.descriptions import Progress, no_progress
from ..project.provenance import ToolChange, any_tool_change
from .generate import render_clients
from .layout import is_layout_alone


@immutable
class RegeneratedClient:
    """A client generated in memory, compared with its files; see :class:`CheckedClient`."""

    differences: tuple[FileChange, ...]
    warnings: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    tool: ToolChange | None
    is_layout_alone: bool


def compare_regenerated(
    clients: Sequence[Client], root: Path, progress: Progress | None, *, full: bool
) -> dict[str, RegeneratedClient]:
    """Return each client by its package; raise as :func:`generate` does.

    With ``full`` nothing that was rendered before is used again.
    """
    regenerated: dict[str, RegeneratedClient] = {}
    rendered = render_clients(clients, root, progress or no_progress, fresh=full)
    for client, made in zip(clients, rendered, strict=True):
        output = root / client.output
        changes = tuple(made.files.compare(output))
        manifest = Manifest.read(output, client.package)
        tool = any_tool_change(manifest) if manifest else None
        is_other_layout = False
        if changes and tool is not None and tool.requirements:
            is_other_layout = is_layout_alone(changes, made.files, output)
        regenerated[client.package] = RegeneratedClient(
            changes, made.warnings, made.left_out, tool, is_other_layout
        )
    return regenerated
