"""``speclock check``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..printable import counted, display_path
from .client_arguments import CLIENTS, CONFIGURATION, SETTINGS, command_line, groups_of
from .console import Console
from .run import for_each

if TYPE_CHECKING:
    from ..config import Settings
    from ..services.generation.check import CheckedClient

ABOUT = """\
Compare without writing. A client whose recorded hashes of description, settings, tool versions and
files all match is taken as up to date; --full always generates in memory.
"""
EPILOG = CONFIGURATION
ARGUMENTS = CLIENTS | {"--full": "generate in memory even if all hashes match"} | SETTINGS


def run(options: argparse.Namespace, console: Console) -> int:
    """Compare the clients, and print each file that differs."""
    groups = groups_of(options)
    return for_each(lambda group: _check(group, options, console), groups, options, console)


def _check(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from ..services.generation.check import check

    result = check(settings, full=options.full, progress=console.progress)
    console.findings_of(result.clients)
    for client in result.clients:
        if client.is_unfinished:
            files = counted(len(client.differences), "file")
            console.note(
                f"{client.package}: an update was interrupted; {files} of the client differ. "
                f"To finish it: speclock update {client.package}"
            )
        elif client.differences:
            _print_differences(client, options, console)
        else:
            how = "regenerated" if client.regenerated else "by recorded hashes"
            package = "" if options.spec else client.package
            known = console.count_of(client, command_line("check --full", package, options))
            console.say(f"{client.package}: up to date ({how}); {client.runtime}.{known}")
    return 0 if result.ok else 1


def _print_differences(
    client: CheckedClient, options: argparse.Namespace, console: Console
) -> None:
    import shlex

    package = client.package if options.clients else ""
    for one in client.differences:
        console.difference(one.kind, display_path(client.output / one.path), one.diff)
    kinds = {difference.kind for difference in client.differences}
    if kinds == {"changed"} and not any(difference.diff for difference in client.differences):
        console.note("Only hashes of the description or the settings differ; the code is the same.")
    if "hand-edited" in kinds:
        console.note(
            "`generate` overwrites edits by hand. To keep one, write it as an overlay, as `names` "
            "or `calls` in the settings, or as a template (docs/vendoring.md, Edits). If a "
            "formatter made it, exclude the folder (docs/works-with.md)."
        )
    if kinds - {"extra"}:
        fix = "To undo the edits" if kinds == {"hand-edited"} else "To fix"
        console.note(f"{fix}: {command_line('generate', package, options)}")
    extra = [display_path(client.output / d.path) for d in client.differences if d.kind == "extra"]
    if extra:
        files = " ".join(map(shlex.quote, extra))
        console.note(f"speclock removes only files that it wrote; to fix: rm {files}")
