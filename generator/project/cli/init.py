"""``speclock init``."""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from ...base.printable import counted, display_path, printable_line
from ...base.version import REPOSITORY
from .client_arguments import HEADER, NO_PAGINATION, REACH
from .console import Console
from .ls_code import print_unsure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...base.config import Client
    from ..services.comparison.called import CalledList
    from ..services.new_client.called import CalledApi
    from ..services.new_client.result import NewClient
    from ..services.project.git_attributes import AttributesChange
    from ..services.project.installation import ProjectEnvironment

_SHOWN = 5
ABOUT = """\
Start a client in this folder, or in the project around it: put the description into spec/, add the
client to [tool.speclock] of pyproject.toml, generate it, and write .github/workflows/speclock.yml,
which runs speclock check and, if upstream is a URL, opens a pull request when upstream changes. In
a Git repository, a line of .gitattributes marks the client's runtime as generated, so that pull
requests fold it. No file that exists is overwritten; pyproject.toml and .gitattributes only get
longer. Where the description shows how a list in pages is read, the settings of its iterator are
added and shown: review them. So is the setting `error_when`, where successes have a flag (`ok`,
`success`) beside an error. An overlay is written for streams of JSON objects that the description
calls one object, as a grpc-gateway's does.
"""
ARGUMENTS = {
    "source FILE|URL?": "an OpenAPI description",
    "--example {bookshop}?": "start from the description of the tutorial, which is written to "
    "bookshop.yaml, instead of your own",
    "--operation ID*": "take only the operations that this selector matches; may be "
    "repeated; see speclock generate --help",
    "--code PATH*": "take only the operations that your program calls by hand, and print the calls "
    "that would replace them: a file or a folder; may be repeated",
    "--code-only": "with --code: write the description, settings and workflow, but no client yet",
    "--base-url URL|NAME=URL*": "with --code: as of speclock ls",
    "--package NAME": "the package; from the file's name by default",
    "--client CLASS": "the client class; from NAME by default",
    "--output DIR": "the folder for NAME/ and tests/NAME/ (generated)",
    "--insecure": "allow the URL to be fetched by http, now and by later updates",
    **HEADER,
    **REACH,
    "--no-ci": "write no workflow",
    "--no-attributes": "write no .gitattributes",
    **NO_PAGINATION,
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Start the client, and print what was written and what to do next."""
    from ..services.init import init

    source = _source(options)
    called = _called(source, options, console)
    if options.code_only:
        return _without_client(source, called, options, console)
    operations: Sequence[str] = options.operation
    if called is not None:
        operations = [row.selector for row in called.operations]
    new = init(
        source,
        operations=operations,
        package=options.package,
        client_class=options.client,
        output=options.output,
        workflow=not options.no_ci,
        attributes=not options.no_attributes,
        pagination=not options.no_pagination,
        insecure=options.insecure,
        remote=options.remote,
        references_root=options.root,
        headers=options.header,
        progress=console.progress,
    )
    console.findings(new.warnings, new.left_out)
    if options.example:
        console.say(f"{source}: the description of the tutorial")
    _say_client(new, source, console)
    _say_settings(new, console)
    _say_workflow(new, options, console)
    if new.attributes:
        _say_attributes(new.attributes, console)
    if called is not None:
        _say_calls(called, new, console)
    _say_next(new, console)
    _note_variables(new, console)
    if new.is_upstream_outside:
        console.note(
            f"note: upstream, {new.client.upstream}, is outside of this repository: update and "
            "drift find it only on a machine that has it there. Copy it into the repository, or "
            f"use its URL, and change upstream of [tool.speclock.clients.{new.client.package}]."
        )
    console.say("Put all of it into version control.")
    return 0


def _without_client(
    source: str, called: CalledList | None, options: argparse.Namespace, console: Console
) -> int:
    """Start an API that the program calls by hand, and print what was written."""
    from ..services.init import init_called, package_of
    from ..services.new_client.choices import Choices
    from ..services.project.descriptions import SourceOptions

    assert called is not None
    reach = SourceOptions(
        options.insecure, options.remote, options.root, options.header, progress=console.progress
    )
    choices = Choices(
        source=source,
        operations=(),
        package=options.package or package_of(source),
        client_class=options.client,
        output=options.output,
        workflow=not options.no_ci,
        attributes=False,
        pagination=False,
        options=reach,
        code=tuple(options.code),
    )
    new = init_called(choices)
    console.findings(new.warnings, ())
    _say_description(new, source, console)
    settings = display_path(new.root / "pyproject.toml")
    package = new.client.package
    console.say(f"{settings}: [tool.speclock.clients.{package}], without a client")
    named = [text for text in options.base_url if "=" in text]
    if named:
        console.say(f"{settings}: for the base URLs of --base-url, add")
        console.say("  [tool.speclock.bindings]")
        for name, _, url in (text.partition("=") for text in named):
            console.say(f"  {json.dumps(name)} = {json.dumps(url)}")
    _say_workflow(new, options, console)
    calls = sum(len(operation.places) for operation in called.operations)
    console.say(f"{counted(len(called.operations), 'operation')} in {counted(calls, 'call')}")
    print_unsure("ambiguous", called.ambiguous, console)
    print_unsure("not understood", called.unknown, console)
    console.say("\nNext:")
    for command, comment in (
        ("speclock drift", "the lines that upstream's changes concern"),
        ("speclock update", "take upstream's changes into the description"),
        (f"speclock generate {package}", "begin a client"),
    ):
        console.say(f"  {command:<29} # {comment}")
    _say_action(new, console)
    _note_variables(new, console)
    console.say("Put all of it into version control.")
    return 0


def _called(source: str, options: argparse.Namespace, console: Console) -> CalledList | None:
    """Return the operations that the program of ``--code`` calls; None without one."""
    from ...base.errors import UsageError

    if not options.code:
        for name, given in (("--base-url", options.base_url), ("--code-only", options.code_only)):
            if given:
                raise UsageError(f"{name} is for the calls of a program: add --code PATH.")
        return None
    from ..services.comparison.called import CallingProgram, list_called
    from ..services.project.descriptions import SourceOptions

    if options.operation:
        raise UsageError("--code selects the operations that the program calls: no --operation.")
    reach = SourceOptions(
        options.insecure, options.remote, options.root, options.header, progress=console.progress
    )
    called = list_called(source, CallingProgram(options.code, options.base_url), reach)[0]
    if not called.operations:
        print_unsure("ambiguous", called.ambiguous, console)
        print_unsure("not understood", called.unknown, console)
        raise UsageError(
            f"the program calls no operation of {source}. To see what is read of it: "
            f"speclock ls {shlex.quote(source)} --code {shlex.join(options.code)}"
        )
    return called


def _say_workflow(
    new: NewClient | CalledApi, options: argparse.Namespace, console: Console
) -> None:
    if new.workflow:
        console.say(f"{display_path(new.workflow)}: the check in CI")
    elif not options.no_ci:
        console.say(new.unchanged)


def _say_description(new: NewClient | CalledApi, source: str, console: Console) -> None:
    client = new.client
    part = "the selected operations of" if client.operations else "copied from"
    origin = f"{part} {source}" if new.copied else "unchanged"
    console.say(f"{display_path(new.root / client.spec)}: the description, {origin}")


def _say_client(new: NewClient, source: str, console: Console) -> None:
    client, output = new.client, new.root / new.client.output
    _say_description(new, source, console)
    content = f"the client, {counted(new.operations, 'operation')}"
    if client.models:
        content = f"the models of {counted(new.schemas, 'schema')}; there are no operations"
    console.say(f"{display_path(output / client.package)}/: {content}")
    if client.tests and not client.models:
        console.say(f"{display_path(new.root / client.tests_folder)}/: its tests")


def _say_settings(new: NewClient, console: Console) -> None:
    client, settings = new.client, display_path(new.root / "pyproject.toml")
    console.say(f"{settings}: [tool.speclock.clients.{client.package}]")
    if new.http_brought_by:
        reason = "a dependency of the project"
        if new.http_brought_by != client.http:
            reason = f"which {new.http_brought_by} has"
        console.say(f'{settings}: http = "{client.http}", {reason}; without that line, httpx')
    if new.overlay:
        why = "responses of JSON objects, one a line, which the description calls one object"
        console.say(f"{display_path(new.root / new.overlay)}: an overlay for {why}; review it")
    if new.pins:
        why = "names that collide, or that operations decide which aren't in the client"
        lock = display_path(new.lock)
        console.say(f"{lock}: its pins, so that no later command changes {why}:")
        console.say("\n".join(f"  {line}" for line in new.pins))
    if new.pagination:
        console.say(f"{settings}: its pagination, for you to review: {_methods(new.iterators)}")
        console.say("\n".join(f"  {line}".rstrip() for line in new.pagination.splitlines()))
    if new.error_when:
        why = "a success with this value is an ApiError; for you to review"
        console.say(f"{settings}: {why}:\n  {new.error_when}")
    if new.globals:
        why = "most operations require these parameters. To give them to the client instead, add"
        console.say(f"{settings}: {why}:\n  {new.globals}")


def _say_calls(called: CalledList, new: NewClient, console: Console) -> None:
    """Print the call of the client that would replace each call of the program."""
    from ...base.table import table

    rows: list[Sequence[str]] = []
    for operation in called.operations:
        call = new.calls.get(operation.label, "left out of the client")
        rows += [(f"  {place}", call) for place in operation.places]
    console.say("\nYour program stays as it is. What would replace its calls:")
    console.say("\n".join(table([tuple(map(printable_line, row)) for row in rows])))
    print_unsure("ambiguous", called.ambiguous, console)
    print_unsure("not understood", called.unknown, console)


def _say_next(new: NewClient, console: Console) -> None:
    from ..services.project.installation import project_environment

    client = new.client
    console.say("\nNext:")
    named = "" if new.is_first else f" --client {client.package}"
    environment = project_environment(new.root)
    tests = shlex.quote(display_path(new.root / client.tests_folder))
    for step in _steps(client, tests, display_path(new.root / client.output), named, environment):
        console.say(f"  {step}")
    if new.tool_settings:
        console.say("For pytest and mypy, which now meet several clients, in pyproject.toml:")
        for line in new.tool_settings:
            console.say(f"  {line}")
    _say_action(new, console)


def _say_action(new: NewClient | CalledApi, console: Console) -> None:
    if new.workflow and not new.action:
        console.say(f"""\
Fill in {REPOSITORY}@COMMIT in {display_path(new.workflow)}: speclock's repository on GitHub
and the full hash of a commit, which the workflow uses as an action. They are unknown, because this
speclock was not installed from an index, or by git from GitHub.""")


def _note_variables(new: NewClient | CalledApi, console: Console) -> None:
    """Note the variables of the environment with which upstream is fetched."""
    from ...base.config import VARIABLE

    variables: list[str] = []
    for text in new.client.upstream_headers.values():
        variables += VARIABLE.findall(text)
    if not variables:
        return
    console.note(
        f"note: update, add and drift send the value of {' and '.join(variables)}. Settings "
        "name no variable without SPECLOCK_, so that a checkout cannot send your others."
    )
    if new.workflow:
        console.note(
            f"note: the job `update` in {display_path(new.workflow)} needs "
            + " and ".join(f"env: {{{name}: ${{{{ secrets.{name} }}}}}}" for name in variables)
        )


def _source(options: argparse.Namespace) -> str:
    """Return the description to start from; an example is written into the current folder."""
    from ...base.errors import UsageError
    from ..services.example import write_example

    if options.example and options.source:
        raise UsageError(f"--example takes the place of {options.source}. Name one of them.")
    if options.example:
        return display_path(write_example(options.example, Path.cwd()))
    if not options.source:
        raise UsageError(
            "no description is named. Name a file or a URL, or start from the example: "
            "speclock init --example bookshop"
        )
    source: str = options.source
    return source


def _say_attributes(change: AttributesChange, console: Console) -> None:
    """Print what is written into ``.gitattributes``, or what the user has to add."""
    if change.fault:
        console.say(f"{change.fault}; to fold the runtime in pull requests, add: {change.line}")
    else:
        console.say(f"{display_path(change.path)}: pull requests fold the runtime: {change.line}")


def _methods(names: Sequence[str]) -> str:
    """Return the first names of methods that iterate, and how many more there are."""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _steps(
    client: Client, tests: str, output: str, named: str, environment: ProjectEnvironment
) -> list[str]:
    """Return the next commands; ``tests`` and ``output`` are paths.

    ``named`` is the option that names the client among several.
    """
    is_client = not client.models
    needs = (
        (f"{client.http} pydantic", "client needs") if is_client else ("pydantic", "models need")
    )
    steps = [(step, "") for step in environment.steps]
    steps.append((f"{environment.install} {needs[0]}", f"what the {needs[1]}"))
    if is_client:
        steps.append((f"{environment.install_for_tests} pytest", "what its tests need"))
        steps.append((f"{environment.run}pytest {tests}", ""))
    program = f'{environment.run}python -c "import {client.package}"'
    steps.append((f"PYTHONPATH={output} {program}", ""))
    if is_client:
        steps.append(("speclock ls", "the description's operations, * those in the client"))
    steps.append(("speclock generate", "after a change of the description or of pyproject.toml"))
    if client.upstream:
        steps.append(("speclock update", "take upstream's changes"))
    if client.upstream and is_client:
        steps.append((f"speclock add OPERATION{named}", "take another operation"))
    return [f"{command:<29} # {comment}" if comment else command for command, comment in steps]
