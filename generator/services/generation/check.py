"""Generated clients compared with the files on disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ...codegen.output.fileset import FileChange
from ...codegen.output.manifest import Manifest
from ...config import Settings
from ...errors import LeftOut, Problem
from ...lockfile import find_entry
from ...version import __version__
from ..project.descriptions import Progress, no_progress
from ..project.provenance import is_current
from ..project.runtimes import runtime_state
from ..project.tools import ToolChange, any_tool_change
from .generate import render_clients
from .layout import is_layout_alone


@dataclass(frozen=True, slots=True)
class CheckedClient:
    """A client compared with its files."""

    package: str
    output: Path
    """The output folder."""
    regenerated: bool
    """True if it was generated in memory; False if the recorded hashes were enough."""
    differences: tuple[FileChange, ...] = ()
    """The files that differ, with paths relative to the output folder."""
    warnings: tuple[Problem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    runtime: str = ""
    """The version of its runtime, and if that is unchanged, in words."""
    is_unfinished: bool = False
    """True if an update of its description was cut off; the next one finishes it."""
    tool: ToolChange | None = None
    """How the tools that wrote it differ from these, which generated it in memory; or None."""
    is_layout_alone: bool = False
    """True if the layout of files differs, by another version of a formatter, and nothing else."""

    @property
    def is_changed(self) -> bool:
        """True if a file isn't as it would be generated now, apart from its layout."""
        return bool(self.differences) and not self.is_layout_alone


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All clients, compared with their files."""

    clients: tuple[CheckedClient, ...]

    @property
    def ok(self) -> bool:
        """True if no client is changed, and no update was cut off."""
        return not any(client.is_changed or client.is_unfinished for client in self.clients)


def check(
    settings: Settings, *, full: bool = False, progress: Progress = no_progress
) -> CheckResult:
    """Compare each client of ``settings`` with its files; write nothing.

    A client whose recorded hashes of description, settings, speclock and files all match is taken
    as current; ``full`` generates it in memory all the same. Raise as :func:`generate` does.
    """
    clients, root = settings.clients, settings.root
    stale = [client for client in clients if full or not is_current(client, root)]
    made = render_clients(stale, root, progress, fresh=full) if stale else []
    rendered = {client.package: one for client, one in zip(stale, made, strict=True)}
    checked: list[CheckedClient] = []
    for client in clients:
        output = root / client.output
        unfinished = _is_unfinished(root / client.spec)
        if one := rendered.get(client.package):
            changes = tuple(one.files.compare(output))
            manifest = Manifest.read(output, client.package)
            tool = any_tool_change(manifest) if manifest else None
            result = CheckedClient(
                client.package,
                output,
                regenerated=True,
                differences=changes,
                warnings=one.warnings,
                left_out=one.left_out,
                tool=tool,
                is_layout_alone=tool is not None
                and bool(changes and tool.requirements)
                and is_layout_alone(changes, one.files, output),
            )
        else:
            result = CheckedClient(client.package, output, regenerated=False)
        runtime = runtime_state(root / client.runtime_folder, __version__)
        checked.append(replace(result, runtime=runtime, is_unfinished=unfinished))
    return CheckResult(tuple(checked))


def _is_unfinished(spec: Path) -> bool:
    """Return whether speclock.lock records an update that didn't end."""
    entry = find_entry(spec)
    return entry is not None and bool(entry.unfinished_sha256)
