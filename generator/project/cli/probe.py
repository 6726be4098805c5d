"""``speclock probe``."""

from __future__ import annotations

import argparse

from .client_arguments import CONFIG
from .comment import COMMENT, check_event, write_comment
from .console import Console
from .drift import ARGUMENTS as DRIFT
from .drift import print_report

ABOUT = """\
Call GET and HEAD operations on a running server, and compare the responses with the description.

  speclock probe probe.toml --yes api.example.com
  speclock probe probe.toml --base-url https://staging.example.com/v1 --record probe.ndjson
  speclock probe probe.toml --base openapi.yaml --base-url http://localhost:8000

The file names the operations. Its calls go to one server, one after the other, without redirects
and retries. The client's environment variables have the credentials, `--header` adds others; the
recording masks them.
A server gets them if you name it, in --base-url or --yes, or confirm it when you are asked.
Nothing is sent if one of the calls cannot be made.
"""
EPILOG = """\
the file:

  max_calls = 20      # at most, 20 if left out
  interval = 1        # seconds between two calls
  timeout = 30        # seconds until a response is complete

  [[call]]
  operation = "pets/list"               # an operationId, or "METHOD /path"
  arguments = { limit = 10 }            # by the names that `speclock show` prints

exit codes:
  0  no deviation at or above --fail-on
  1  such a deviation, or entries of the allow-list that expired or match nothing
  2  a call, the file or the description was refused, or the command misused
  3  a response is missing, incomplete or not described, or no call succeeded: whether the server
     deviates there is unknown
"""
_OF_DRIFT = ("--format", "--output", "--level", "--fail-on", "--show-values")
ARGUMENTS = {
    "file FILE": "the calls, in TOML",
    "client CLIENT?": "a package of [tool.speclock.clients]; needed if there are several",
    **CONFIG,
    "--base FILE|git:REV": "the description; the checked-in one by default",
    "--base-url URL": "the address of the server; the description's by default",
    "--yes HOST": "the description's server may have the credentials, if it is HOST or HOST:PORT",
    "--header TEXT*": "a header of each request: 'X-Key: $VARIABLE', in quotes; a variable of the "
    "environment holds the secret, which is recorded as ***; may be repeated",
    "--record FILE": "keep the exchanges in a new file, for --traffic of `speclock drift`",
    **COMMENT,
    **{usage: text for usage, text in DRIFT.items() if usage.split()[0] in _OF_DRIFT},
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Print a report of what the server answered."""
    from ...base.errors import UsageError
    from ..services.comparison.drift import clients_to_compare
    from ..services.comparison.probe import ProbeOptions, probe
    from .run import UNREACHABLE

    if options.comment:
        check_event()
    names = [options.client] if options.client else []
    settings = clients_to_compare(options.config, names, base=options.base, revision=options.file)
    client, *others = settings.clients
    if others:
        known = ", ".join(each.package for each in settings.clients)
        raise UsageError(f"the calls are of one client. Name it after the file: {known}")
    probe_options = ProbeOptions(
        base=options.base,
        base_url=options.base_url,
        host=options.yes,
        headers=options.header,
        confirm=console.ask if console.can_ask else None,
        record=options.record,
        show_values=options.show_values,
    )
    result, faults = probe(client, settings.root, options.file, probe_options, console.progress)
    if result.report.traffic and result.report.traffic.exchanges:
        print_report(result.report, options, console, is_one=True)
        if options.comment:
            write_comment([result.report], options, console)
    if result.uncompared and not faults:
        faults = [result.uncompared]
    for fault in faults:
        console.error(fault)
    return UNREACHABLE if faults else int(result.report.fails(options.fail_on))
