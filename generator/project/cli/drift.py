"""``speclock drift``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...base.printable import printable, printable_json
from .client_arguments import CODE, UPSTREAM_CLIENTS, check_code, command_line
from .comment import COMMENT, check_event, write_comment
from .console import Console
from .run import UNREACHABLE, for_each

if TYPE_CHECKING:
    from ...base.config import Client, Settings
    from ...watch.changes.change import Report

ABOUT = """\
Did the API change under the operations that you call, and what does it mean for your code?

Compares the checked-in description with upstream, both sliced to the operations in use and brought
to one form, so that order, names of components and structure make no difference. Each change has a
level on the wire (breaking, risk, safe or none, for a caller), in Python (whether code that uses
the client may stop working once it is regenerated), and in prose. --verbose explains each rule in
the report, as `speclock explain ID` does.

  speclock drift                                    # the upstream set in pyproject.toml
  speclock drift --base old.yaml --revision new.yaml --operation pets/list
  speclock drift --base git:origin/main             # what this branch changes in the description
  speclock drift --format html --output drift.html  # one page to send to a colleague
  speclock drift --level risk                       # of a long report, more than breaking changes
  speclock drift --code src/                        # the lines of your program that are concerned
  speclock drift -q                                 # the verdict alone, one line for each client
  speclock drift --traffic recordings/              # what servers really answered
"""
EPILOG = """\
the allow-list (beside the description, NAME.allowed.toml; or `allowed` in pyproject.toml):

  [[allowed]]
  fingerprint = "0123456789ab"     # the report has the entry of each change
  change = "what it is, for readers"
  reason = "why it does no harm"
  owner = "who knows"
  expires = 2027-06-30             # after that day it counts again

exit codes:
  0  no change at or above --fail-on
  1  such a change, entries of the allow-list that expired or match nothing, or recordings that
     are unreadable
  2  a description was refused, or the command misused
  3  upstream cannot be reached, or no recorded response is described, or no call of --code is
     understood: whether something changed is unknown
"""
_JSON = ("json", "sarif")
ARGUMENTS = {
    **UPSTREAM_CLIENTS,
    "--base FILE|git:REV": "the old description; the checked-in one by default. git:REV is the "
    "client's description at a commit, git:REV:PATH another file of it",
    "--revision FILE|URL|git:REV": "the new description; `upstream` by default, and with a commit "
    "as --base the checked-in one",
    "--operation ID*": "compare only the operations that this selector matches; may be repeated",
    "--format {text,json,markdown,github,sarif,html}": "the format of the report (text)",
    "--output FILE": "write the report there, not to the screen",
    "--level {breaking,risk,safe,none}?": "the lowest level to list, none by default; of more than "
    "40 changes breaking, or risk if nothing breaks. For text, markdown and github: the other "
    "formats have all changes",
    "--fail-on {breaking,risk,safe,python,never}": "the lowest level with exit code 1 "
    "(breaking); python: breaking on the wire or in Python",
    **COMMENT,
    "--insecure": "allow upstream to be fetched by http",
    **CODE,
    "# recorded traffic": "",
    "--traffic PATH…": "compare with recorded exchanges, not with upstream: files, or folders, of "
    "HAR 1.2, cassettes of vcrpy or VCR, or recordings of speclock (docs/traffic.md)",
    "--base-url URL|NAME=URL*": "the address of a server that the description doesn't have, with "
    "--code also of a name in the program; may be repeated",
    "--show-values": "show recorded values in the report; they may be personal data",
    "--write-overlay FILE": "write what the recordings show into an OpenAPI Overlay",
    "--requests": "let the overlay describe requests, too, as far as a response 2xx took them",
    "--yes": "write recorded values of enumerations into the overlay without asking",
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Print a report for each client."""
    from ...base.errors import UsageError
    from ..services.comparison.drift import clients_to_compare

    if options.comment:
        check_event()
    if options.traffic and options.revision:
        raise UsageError("--traffic compares recordings: leave out --revision.")
    if not options.traffic and options.write_overlay:
        raise UsageError("--write-overlay is for recordings; name some: --traffic.")
    if options.requests and not options.write_overlay:
        raise UsageError("--requests is for the overlay of recordings: add --write-overlay FILE.")
    if options.traffic and options.code:
        raise UsageError("--code is for changes of a description: leave out --traffic.")
    check_code(options)
    settings = clients_to_compare(
        options.config,
        options.clients,
        base=options.base,
        revision="".join(options.traffic[:1]) or options.revision,
        operations=options.operation,
    )
    reports: list[Report] = []
    make = _traffic if options.traffic else _drift
    code = make(settings, options, console, reports)
    if options.comment:
        write_comment(reports, options, console)
    return code


def _drift(
    settings: Settings, options: argparse.Namespace, console: Console, reports: list[Report]
) -> int:
    """Print a report of upstream's changes for each client, and add it to ``reports``."""
    from dataclasses import replace

    from ..services.comparison.drift import find_drift

    _check_number(settings.clients, options)

    def compare(settings: Settings) -> int:
        (client,) = settings.clients
        result = find_drift(
            client,
            settings.root,
            base=options.base,
            revision=options.revision,
            insecure=options.insecure,
            code=options.code,
            checker=options.checker,
            base_urls=options.base_url,
            progress=console.progress,
        )
        reports.append(result.report)
        print_report(result.report, options, console, is_one=len(groups) == 1)
        if result.uncompared:
            console.error(result.uncompared)
            return UNREACHABLE
        return int(result.report.fails(options.fail_on))

    groups = [replace(settings, clients=(client,)) for client in settings.clients]
    return for_each(compare, groups, options, console)


def _command(package: str, options: argparse.Namespace) -> str:
    """Return the same command for one client, with a name of its own for each file."""
    from pathlib import Path

    files = {key: getattr(options, key) for key in ("output", "write_overlay")}
    own = {k: str(Path(v).with_name(f"{package}-{Path(v).name}")) for k, v in files.items() if v}
    return command_line("drift", package, argparse.Namespace(**{**vars(options), **own}), ARGUMENTS)


def _check_number(clients: Sequence[Client], options: argparse.Namespace) -> None:
    """Raise ``UsageError`` for several clients where one report is written."""
    if len(clients) > 1 and (options.format != "text" or options.output or options.write_overlay):
        from ...base.errors import UsageError

        commands = "".join(f"\n  {_command(client.package, options)}" for client in clients)
        raise UsageError(f"one report is for one client. Write one for each:{commands}")


def _traffic(
    settings: Settings, options: argparse.Namespace, console: Console, reports: list[Report]
) -> int:
    """Print a report of what recordings show, for each client whose servers they are of."""
    from dataclasses import replace
    from pathlib import Path

    from ..services.comparison.described_traffic import DescribedTraffic
    from ..services.comparison.traffic import find_traffic_drifts, of_recordings, with_operations
    from ..services.comparison.traffic_overlay import check_target
    from .drift_overlay import write

    clients = settings.clients if options.clients else with_operations(settings.clients)
    if options.write_overlay:
        for client in clients:
            check_target(client, settings.root, Path(options.write_overlay))
    described: list[DescribedTraffic] = []

    def describe(group: Settings) -> int:
        (client,) = group.clients
        base_urls, progress = options.base_url, console.progress
        described.append(DescribedTraffic(client, group.root, options.base, base_urls, progress))
        return 0

    groups = [replace(settings, clients=(client,)) for client in clients]
    code = for_each(describe, groups, options, console)
    if not described:
        return code
    results = {
        result.client.package: result
        for result in find_traffic_drifts(
            described,
            options.traffic,
            show_values=options.show_values,
        )
    }
    shown = [*results.values()] if options.clients else of_recordings([*results.values()])
    if code and not options.clients and not shown[0].is_of_client:
        return code  # the recordings may be of a client that was refused

    def report(group: Settings) -> int:
        result = results[group.clients[0].package]
        reports.append(result.report)
        print_report(result.report, options, console, is_one=len(shown) == 1)
        if options.write_overlay:
            write(result, settings.root, options, console)
        if result.uncompared:
            console.error(result.uncompared)
            return UNREACHABLE
        return int(result.report.fails(options.fail_on))

    _check_number([result.client for result in shown], options)
    groups = [replace(settings, clients=(result.client,)) for result in shown]
    return max(code, for_each(report, groups, options, console))


def _explain_rules(rules: Sequence[str], console: Console) -> None:
    """Print the explanation of each rule, as ``explain`` does."""
    from ..services.explain import explain
    from .explain import rule_text

    for rule in explain(rules) if rules else ():
        console.print(f"\n{rule_text(rule)}")


def print_report(
    report: Report, options: argparse.Namespace, console: Console, *, is_one: bool
) -> None:
    """Print a report; ``is_one`` is False if there is one for each of several clients."""
    from pathlib import Path

    from ...watch.changes.formats import FORMATS

    if options.output:
        console.write_report(FORMATS[options.format](report, options.level), options.output)
    elif options.format == "text":
        from ...watch.changes.formats.text import ansi, listed_rules, plain, text, verdict_line

        paint = ansi if console.colors_output else plain
        if console.quiet:
            name = "" if is_one else f"{report.package}: "
            console.write(f"{name}{verdict_line(report, paint)}\n")
        else:
            level = options.level
            gap = "" if is_one else "\n"
            console.write(text(report, paint, verbose=console.verbose, level=level) + gap)
            if console.verbose:
                _explain_rules(listed_rules(report, level), console)
    else:
        written = FORMATS[options.format](report, options.level)
        if options.format != "github":
            written = (printable_json if options.format in _JSON else printable)(written)
        console.write(written)
    in_actions = os.environ.get("GITHUB_ACTIONS") == "true"
    if in_actions and options.format == "text" and not console.quiet:
        console.write(FORMATS["github"](report, options.level))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8", newline="\n") as file:
                file.write(FORMATS["markdown"](report, options.level))
        except OSError as error:  # the report itself is written
            console.note(f"{summary} cannot be written: {error.strerror}.")
