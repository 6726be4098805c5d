"""``speclock drift``."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import ClientSettings
from ..errors import UsageError
from . import project
from .command import DIFFERS, OK, Command
from .console import Console
from .upstream import Source, from_anywhere, from_file, overlays_of

if TYPE_CHECKING:
    from ..drift.changes import Report

_ABOUT = """\
Did the API change under the operations that you call, and what does it mean for your code?

Compares the checked-in description with upstream, both sliced to the operations in use and brought
to one form, so that reordering, renaming and restructuring are no changes. Each change is judged
on three axes: on the wire (breaking, risk, safe or none, for a caller), in Python (whether code
against the client may stop working once it is regenerated), and in prose. `speclock explain ID`
tells more.

  speclock drift                                    # upstream as pyproject.toml has it
  speclock drift --base old.yaml --revision new.yaml --operation pets/list
  speclock drift --format html --output drift.html  # one page to send to a colleague
"""
_EPILOG = """\
the allow-list (beside the description, NAME.allowed.toml; or `allowed` in pyproject.toml):

  [[allowed]]
  fingerprint = "0123456789ab"     # the report shows it
  change = "what it is, for readers"
  reason = "why it does no harm"
  owner = "who knows"
  expires = 2027-06-30             # after that day it counts again

exit codes:
  0  nothing at or above --fail-on
  1  something is, or the allow-list has expired entries, or entries that match nothing
  2  a description was refused, or the command misused
  3  upstream can't be reached: that is no answer, neither yes nor no
"""
_FORMATS = ("text", "json", "markdown", "github", "sarif", "html")
_LEVELS = ("breaking", "risk", "safe", "python", "none")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "clients",
        nargs="*",
        metavar="CLIENT",
        help="packages of [tool.speclock.clients]; all that have an upstream by default",
    )
    parser.add_argument(
        "--base", metavar="FILE", help="the old description; the checked-in one by default"
    )
    parser.add_argument(
        "--revision", metavar="FILE|URL", help="the new description; `upstream` by default"
    )
    parser.add_argument(
        "--operation",
        metavar="ID",
        action="append",
        help="compare only what this selector names; may be repeated",
    )
    parser.add_argument(
        "--format", choices=_FORMATS, default="text", help="how the report is written (text)"
    )
    parser.add_argument(
        "--output", metavar="FILE", help="write the report there, not to the screen"
    )
    parser.add_argument(
        "--fail-on",
        choices=_LEVELS,
        default="breaking",
        help="the mildest level that gives exit code 1 (breaking); python: breaking on the wire or "
        "in Python; none: never",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="take the changes that nobody allowed into the checked-in description",
    )
    parser.add_argument(
        "--insecure", action="store_true", help="let upstream be fetched over http as well"
    )
    parser.add_argument("--config", metavar="FILE", help="a pyproject.toml other than the nearest")


def _run(options: argparse.Namespace, screen: Console) -> int:
    root, clients = _clients(options)
    if len(clients) > 1 and (options.format != "text" or options.output):
        names = ", ".join(client.package for client in clients)
        raise UsageError(f"one report is of one client. Name one: {names}.")
    code = OK
    for client in clients:
        base, revision = _sources(client, root, options, screen)
        report = _report(base, revision, client, root, options, screen)
        _print(report, options, screen)
        if options.write:
            _write(report, base, revision, client, root, screen)
        if report.fails(options.fail_on):
            code = DIFFERS
    return code


def _clients(options: argparse.Namespace) -> tuple[Path, list[ClientSettings]]:
    """The clients whose descriptions are compared; with two files none is needed."""
    selected = tuple(options.operation or ())
    if options.base and options.write:
        raise UsageError("--write changes the checked-in description; leave --base out.")
    if options.base and options.revision and not options.clients and not options.config:
        return Path.cwd(), [ClientSettings(spec=options.base, operations=selected)]
    others = ("spec", "package", "output", "client", "http", "accept", "overlay", "templates")
    # A copy: what is the folder of a client elsewhere is the report's file here.
    as_configured = {**vars(options), **dict.fromkeys(others), "allow_unmatched": False}
    root, clients = project.clients_of(argparse.Namespace(**as_configured))
    if options.revision is None:
        with_upstream = [client for client in clients if client.upstream]
        if not with_upstream:
            names = ", ".join(client.package for client in clients)
            raise UsageError(
                f"no upstream is known for {names}. Set `upstream` in "
                "[tool.speclock.clients.<package>], or give --revision FILE|URL."
            )
        clients = with_upstream
    return root, clients


def _sources(
    client: ClientSettings, root: Path, options: argparse.Namespace, screen: Console
) -> tuple[Source, Source]:
    """The two descriptions."""
    here = Path.cwd()
    base = (
        from_file(here / options.base, options.base)
        if options.base
        else from_file(root / client.spec, os.path.relpath(root / client.spec, here))
    )
    revision = from_anywhere(
        options.revision or client.upstream,
        here if options.revision else root,
        screen,
        insecure=options.insecure,
    )
    return base, revision


def _report(
    base: Source,
    revision: Source,
    client: ClientSettings,
    root: Path,
    options: argparse.Namespace,
    screen: Console,
) -> Report:
    here = Path.cwd()
    report = _compared(base, revision, client, root, screen)
    from ..drift.allowlist import apply, read

    listed = _allow_list(client, root) if client.package and not options.base else None
    if listed is not None and listed.is_file():
        allowances = read(listed.read_text(encoding="utf-8"), os.path.relpath(listed, here))
        report = apply(report, allowances, dt.datetime.now(dt.UTC).date())
    if client.package:
        from ..drift.lines import located

        package = root / client.output / client.package
        report = located(report, package, os.path.relpath(package, here))
    from ..drift.next_steps import with_steps

    return with_steps(report, os.path.relpath(listed, here) if listed is not None else "")


def _write(
    report: Report,
    base: Source,
    revision: Source,
    client: ClientSettings,
    root: Path,
    screen: Console,
) -> None:
    """Take the changes that nobody allowed into the checked-in description."""
    from .take_in import take_in

    def compared(changed: Source) -> Report:
        return _compared(changed, revision, client, root, screen)

    take_in(report, base, revision, compared, root / client.spec, screen)


def _allow_list(client: ClientSettings, root: Path) -> Path:
    if client.allowed:
        return root / client.allowed
    return (root / client.spec).with_suffix(".allowed.toml")


def _compared(
    base: Source, revision: Source, client: ClientSettings, root: Path, screen: Console
) -> Report:
    """Return the report; nothing is compared if speclock.lock shows that nothing changed."""
    from ..drift.compare.documents import compare, unchanged

    overlays = overlays_of(client, root)
    old = base.document(overlays, lenient=client.allow_unmatched)
    if _is_pulled(base, revision):
        return unchanged(old, revision.name, revision.sha256, client)
    new = revision.document(overlays, lenient=True)
    report = compare(old, new, client, screen.progress)
    screen.progress("")
    return report


def _is_pulled(base: Source, revision: Source) -> bool:
    """Tell whether speclock.lock records that ``base`` was pulled from ``revision``.

    False if either has changed since, or if ``revision`` refers to other files, which the hash
    doesn't cover.
    """
    from ..lockfile import content_hash, read

    try:
        entry = read(base.path.parent).get(base.path.name)
    except UsageError:  # that is for pull to say
        return False
    if entry is None or entry.sha256 != revision.sha256 or not revision.is_self_contained:
        return False
    return entry.slice_sha256 == content_hash(base.document([], lenient=True).root)


def _as(name: str, report: Report) -> str:
    from ..drift.report import FORMATS

    return FORMATS[name](report)


def _print(report: Report, options: argparse.Namespace, screen: Console) -> None:
    if options.format == "text":
        from ..drift.report.text import ansi, plain, text

        coloured = screen.colours_output and not options.output
        written = text(report, ansi if coloured else plain, verbose=screen.verbose)
    else:
        written = _as(options.format, report)
    if options.output:
        try:
            Path(options.output).write_text(written, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{options.output} can't be written: {error.strerror}.") from None
        screen.say(f"{options.output}: written.")
    elif options.format != "text" or not screen.quiet or report.fails(options.fail_on):
        screen.out(written)
    if os.environ.get("GITHUB_ACTIONS") == "true" and options.format == "text":
        screen.out(_as("github", report))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(_as("markdown", report))
        except OSError as error:  # it is beside the report, not the report
            screen.note(f"{summary} can't be written: {error.strerror}.")


COMMAND = Command(
    "drift",
    "tell whether the API changed under the operations you call",
    _ABOUT,
    _arguments,
    _run,
    _EPILOG,
)
