"""``speclock check``."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from ...base.printable import counted, display_path
from ...base.version import __version__
from .client_arguments import (
    CONFIG,
    CONFIGURATION,
    OF_FOLDERS,
    SETTINGS,
    STATES,
    command_line,
    groups_of,
)
from .console import MAX_DIFF_LINES, Console
from .run import for_each

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...base.config import Settings
    from ..services.generation.check import CheckedClient

ABOUT = """\
Compare without writing. A client whose recorded hashes of description, settings, speclock and
files all match is taken as up to date; --full always generates in memory. A layout that differs by
another version of ruff alone is told, and counts as up to date.

A DIR with a client, or with a copy of one, is compared with its own speclock.json, without settings
or a description: was it edited? If the client that a copy was made from is found (--from, or a
client of pyproject.toml), has that changed since?
"""
EPILOG = f"{STATES}{CONFIGURATION}"
_OF_CLIENTS = {"--full": "generate in memory even if all hashes match", **SETTINGS}
ARGUMENTS = {
    "clients CLIENT|DIR*": "packages of [tool.speclock.clients], all by default; or folders of "
    "clients and copies",
    **CONFIG,
    "--full": _OF_CLIENTS["--full"],
    "# of folders": "",
    **OF_FOLDERS,
    **SETTINGS,
}

_KINDS = {"former": "not generated any more", "foreign": "not written by speclock"}
"""The words for kinds of differences that aren't words for readers."""
_MOST_LINES = 300
"""The lines of differences from which on each file is only named."""


def run(options: argparse.Namespace, console: Console) -> int:
    """Compare the clients, and print each file that differs; or compare folders."""
    options.dest = _folders(options)
    if options.dest or _set_options(OF_FOLDERS, options):
        from .verify import compare_folders

        _check_options(options)
        return compare_folders(options, console)
    groups = groups_of(options)
    return for_each(lambda group: _check(group, options, console), groups, options, console)


def _folders(options: argparse.Namespace) -> list[str]:
    """Return the arguments that name folders: a client of the settings has the name first."""
    from pathlib import Path

    from ..services.project.resolve import find_settings

    named = [word for word in options.clients if "/" in word or os.sep in word]
    folders = [word for word in options.clients if word not in named and Path(word).is_dir()]
    if not folders:
        return named
    settings = find_settings(options.config)
    packages = [client.package for client in settings.clients] if settings else []
    return [word for word in options.clients if word in (*named, *folders) and word not in packages]


def _check_options(options: argparse.Namespace) -> None:
    """Raise ``UsageError`` for what is about clients, beside folders or their options."""
    about_clients = [word for word in options.clients if word not in options.dest]
    about_clients += _set_options(_OF_CLIENTS, options)
    if about_clients:
        from ...base.errors import UsageError

        about_folders = [*options.dest, *_set_options(OF_FOLDERS, options)]
        raise UsageError(
            f"{about_clients[0]} is about clients of pyproject.toml, and {about_folders[0]} about "
            "a folder, which is compared with its own speclock.json. Run speclock check for each."
        )


def _set_options(arguments: Mapping[str, str], options: argparse.Namespace) -> list[str]:
    """Return the flags of those of the arguments that have a value."""
    flags: list[str] = []
    for usage in arguments:
        name, _, rest = usage.partition(" ")
        if name == "#":
            continue
        if getattr(options, name.removeprefix("--").replace("-", "_")):
            flags.append(name if name.startswith("-") else rest.partition("/")[0])
    return flags


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
        elif client.has_no_client:
            generate = command_line("generate", client.package, options)
            console.say(
                f"{client.package}: no client; `code` names a program that calls the API. "
                f"To begin a client: {generate}"
            )
        elif client.is_changed:
            _print_differences(client, options, console)
            if client.lock and not options.spec:
                console.note(
                    f"{client.lock} has no names of {client.package}. If it had, restore it from "
                    "version control before you generate."
                )
        elif client.moves_pins:
            generate = command_line("generate", client.package, options)
            console.note(
                f"{client.package}: names that commands wrote to pyproject.toml belong in "
                f"{client.lock}. To move them: {generate}"
            )
        else:
            if client.tool is not None and client.tool.remedy:
                fact = "no file differs"
                if client.differences:
                    files = counted(len(client.differences), "file")
                    fact = f"the layout of {files} differs"
                console.note(f"{client.package}: {client.tool}: {fact}. {client.tool.remedy}")
            how = "regenerated" if client.regenerated else "by recorded hashes"
            package = "" if options.spec else client.package
            known = console.count_of(client, command_line("check --full", package, options))
            console.say(f"{client.package}: up to date ({how}).{known}")
            for path in client.runtime_changes:
                console.difference("not of this version of speclock", display_path(path))
            if client.runtime_changes:
                console.note(f"To fix: install speclock-runtime {__version__} again")
            if client.runtime:
                console.say(f"runtime: {client.runtime}")
    return 0 if result.ok else 1


def _print_differences(
    client: CheckedClient, options: argparse.Namespace, console: Console
) -> None:
    package = client.package if options.clients else ""
    generate = command_line("generate", package, options)
    if client.tool is not None:
        files = counted(len(client.differences), "file")
        differ = "differs" if len(client.differences) == 1 else "differ"
        remedy = (
            f"To take that in, and to see what it changes for your code: {generate} "
            "(docs/upgrading.md)"
        )
        if client.tool.remedy:
            remedy = client.tool.remedy
        if client.tool.is_older:
            remedy = f"Install speclock {client.tool.version} or newer"
        console.note(f"{client.package}: {client.tool}: {files} {differ}. {remedy}")
    _print_files(client, console)
    kinds = {difference.kind for difference in client.differences}
    if kinds == {"changed"} and not any(difference.diff for difference in client.differences):
        console.note("Only hashes of the description or the settings differ; the code is the same.")
    if "hand-edited" in kinds:
        console.note(
            "`generate` overwrites edits by hand. To keep one, write it as an overlay, as `names` "
            "or `calls` in the settings, or as a template (docs/vendoring.md, Edits). If a "
            "formatter made it, exclude the folder (docs/works-with.md)."
        )
    if kinds - {"foreign"}:
        fix = "To undo the edits" if kinds == {"hand-edited"} else "To fix"
        console.note(f"{fix}: {generate}")
    if "foreign" in kinds:
        console.note(
            "speclock neither changes nor removes a file that it didn't write. Move it out of the "
            "client's folders."
        )


def _print_files(client: CheckedClient, console: Console) -> None:
    """Print each file that differs: with its diff, or with the numbers of lines if all are long."""
    lines = sum(min(file.diff.count("\n"), MAX_DIFF_LINES) for file in client.differences)
    is_brief = lines > _MOST_LINES and not console.verbose
    for file in client.differences:
        path = display_path(client.output / file.path)
        numbers = f" ({_numbers(file.diff)})" if is_brief and file.diff else ""
        diff = "" if is_brief else file.diff
        console.difference(_KINDS.get(file.kind, file.kind), f"{path}{numbers}", diff)
    if is_brief:
        console.note("--verbose shows the differences.")


def _numbers(diff: str) -> str:
    """Return how many lines a unified diff adds and removes."""
    lines = diff.splitlines()[2:]
    added = sum(line.startswith("+") for line in lines)
    removed = sum(line.startswith("-") for line in lines)
    return f"{counted(added, 'line')} added, {removed:,} removed"
