"""The arguments that name clients, and the settings that they give or change."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ...base.printable import display_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ...base.config import Settings
    from ..services.generation.overwriting import Overwriting
    from .console import Console

CONFIGURATION = """\
configuration (pyproject.toml):

  [tool.speclock]
  output = "generated"

  [tool.speclock.clients.my_api]        # the package's name
  spec = "spec/api.yaml"                # OpenAPI 3.0, 3.1 or 3.2; YAML or JSON
  client = "MyApi"                      # the client class
  operations = ["pets/list"]            # selectors, see below; all by default
  strict = true                         # stop at each fault of the description
  overlays = ["spec/api.overlay.yaml"]  # OpenAPI Overlays, applied first: your corrections
  upstream = "https://…/openapi.yaml"   # for update and drift; or a file's path
  templates = "templates"               # your own templates, see docs/templates.md
  root = "spec"                         # the folder that $refs to files may not leave

selectors of operations ('*' matches any text; all matches are taken):
  pets/list, GET /pets, /pets*          an operationId, a method and path, a path
  tag:pets, method:get                  a tag, a method
  !DELETE *                             not these; alone: all but these

"""
STATES = """\
states of folders: untouched, or edited as upgrade --keep-edits recorded it (exit code 0), edited,
older, newer (1), unknown (2). The exit code is the highest of all.

"""
CODE = {
    "--code PATH*": "a folder or a file of your program, to list the places that use what changed; "
    "may be repeated. It is read, and not run (docs/drift.md)",
    "--checker {mypy,pyright,basedpyright}?": "a type checker that the project has, to run over a "
    "copy of the program with the old and the new client. mypy runs the plugins in its settings",
}
NO_TEMPLATES = {
    "--no-templates": "leave out the `templates` of the settings, which can run any code",
}
NO_PAGINATION = {
    "--no-pagination": "add no settings for lists in pages, which `speclock ls --pagination` shows",
}
CONFIG = {"--config FILE": "a pyproject.toml other than the nearest"}
ORIGINAL = {
    "source --from/--source DIR": "the generated package's folder, in place of a client of "
    "pyproject.toml",
    **CONFIG,
}
"""The package that a copy was or will be made from."""
OF_FOLDERS = {
    "--all": "the copies in `vendored` of all clients, compared with these",
    "source --from/--source DIR": ORIGINAL["source --from/--source DIR"],
    "--against FILE|DIR|URL": "compare a copy with this speclock.json of the package that it was "
    "made from, which isn't needed itself",
    "--insecure": "allow the URL to be fetched by http",
    "--json": "print a list as JSON",
}
"""The options about folders of clients and copies, which are verified."""
CLIENTS = {"clients CLIENT*": "packages of [tool.speclock.clients]; all by default", **CONFIG}
UPSTREAM_CLIENTS = {
    "clients CLIENT*": "packages of [tool.speclock.clients]; all that have an upstream by default",
    **CONFIG,
}
HEADER = {
    "--header TEXT*": "a header of requests to the URL's host: 'Authorization: Bearer "
    "$SPECLOCK_TOKEN', in quotes; a variable of the environment holds the secret, which isn't "
    "stored; may be repeated",
}
OVERWRITE = {
    "--discard-edits": "write a client also where that removes files that were edited by hand",
    "--force": "write a client also where a newer speclock wrote it",
}
REACH = {
    "--remote HOST*": "a host whose documents a $ref may lead to; may be repeated",
    "--root DIR": "the folder that $refs to files may not leave; by default the description's",
}
"""How far the references of a description may lead."""
SOURCE = {
    "source FILE|URL|CLIENT?": "a description, or a client of the configuration; all clients by "
    "default",
    "--insecure": "allow the URL to be fetched by http",
    **HEADER,
    **REACH,
}
SETTINGS = {
    "# without a configuration": "",
    "--spec FILE": "the OpenAPI description",
    "--package NAME": "the package to write",
    "--output DIR": "the folder for NAME/ and tests/NAME/",
    "--client CLASS": "the client class; from NAME by default",
    "--operation ID*": "take only the operations that this selector matches (see below); may be "
    "repeated",
    "--strict": "stop at each fault of the description, instead of leaving the operation out or "
    "assuming a value",
    "--tests {examples,all}?": "write more tests than one for each operation and its errors",
    "--http {httpx,httpx2}?": "the HTTP library of the client (httpx)",
    "--feature {testing,response_headers,text,readme,typed_dicts,remember}*": "a part of the "
    "client that is left out otherwise (docs/configuration.md); may be repeated",
    "--overlay FILE*": "an OpenAPI Overlay to apply to the description first; may be repeated",
    "--allow-unmatched": "warn of an overlay's action that matches nothing, instead of stopping",
    "--root DIR": REACH["--root DIR"],
    "--templates DIR": "templates that replace speclock's own of the same name (docs/templates.md)",
    **NO_TEMPLATES,
}
"""The options that replace a client's settings."""


def overwriting_of(options: argparse.Namespace) -> Overwriting:
    """Return what the options allow to be written over."""
    from ..services.generation.overwriting import Overwriting

    return Overwriting(newer=options.force, edits=options.discard_edits)


def check_code(options: argparse.Namespace) -> None:
    """Raise ``UsageError`` for a type checker without a program."""
    if options.checker and not options.code:
        from ...base.errors import UsageError

        raise UsageError("--checker needs the folders of your program: --code PATH")


def reading(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Return the arguments of a service that reads a description, by the options for that."""
    names = {"insecure": "insecure", "remote": "remote", "root": "root", "headers": "header"}
    values = {name: getattr(options, option) for name, option in names.items()}
    return {**values, "progress": console.progress}


def groups_of(options: argparse.Namespace) -> list[Settings]:
    """Return the settings of the clients that the arguments name, with their changes.

    Clients that share a description or a runtime are together. A path in an argument is relative to
    the current folder, one in a file to that file's folder.
    """
    from dataclasses import replace
    from pathlib import Path

    from ...base.config import Client, Settings
    from ...base.errors import UsageError
    from ..services.project.resolve import budget_here, by_description
    from ..settings_file import check_client

    given = {
        "output": options.output,
        "client": options.client,
        "tests": options.tests,
        "http": options.http,
        "features": tuple(options.feature),
        "operations": tuple(options.operation),
        "strict": options.strict,
        "overlays": tuple(str(Path(path).absolute()) for path in options.overlay),
        "root": options.root and str(Path(options.root).absolute()),
        "templates": options.templates and str(Path(options.templates).absolute()),
        "allow_unmatched": options.allow_unmatched,
    }
    changes = {name: value for name, value in given.items() if value}
    if options.templates and options.no_templates:
        raise UsageError("Use --templates or --no-templates, not both.")
    if options.spec:
        missing = [f"--{name}" for name in ("package", "output") if not getattr(options, name)]
        if missing:
            raise UsageError(f"--spec needs {' and '.join(missing)}, too.")
        client = Client(spec=options.spec, package=options.package, budget=budget_here())
        client = replace(client, **changes)
        return [Settings(Path.cwd(), (check_client(client, "command line"),))]
    settings = settings_of(options, options.clients)
    if options.client and len(settings.clients) > 1:
        names = [client.package for client in settings.clients]
        name = options.client if options.client in names else names[0]
        rest = "" if name == options.client else " --client CLASS"
        raise UsageError(
            f"--client is the name of one client's class, and there are {len(names)} clients. "
            f"Name a client by its package: speclock {options.command} {name}{rest}"
        )
    clients = [check_client(replace(c, **changes), "command line") for c in settings.clients]
    from_file = settings.from_file - {"output"} if options.output else settings.from_file
    settings = replace(settings, clients=tuple(clients), from_file=from_file)
    return by_description(settings, or_runtime=True)


def settings_of(options: argparse.Namespace, packages: Sequence[str] = ()) -> Settings:
    """Return the settings of clients; without their templates if the arguments leave them out."""
    from dataclasses import replace

    from ..services.project.resolve import load_settings

    settings = load_settings(options.config, packages)
    if not options.no_templates:
        return settings
    clients = (replace(client, templates="") for client in settings.clients)
    return replace(settings, clients=tuple(clients))


def command_line(
    command: str,
    package: str,
    options: argparse.Namespace,
    arguments: Mapping[str, str] = SETTINGS,
) -> str:
    """Return the command line that runs ``command`` with the same options.

    It is for a client, or as for all of them if ``package`` is empty.
    """
    import shlex
    import sys

    words = ["speclock", command]
    # In a clone, the interpreter need not be that of the shell.
    if __package__ != "speclock.project.cli":
        words[:1] = [shlex.quote(display_path(sys.executable)), "-m", "generator"]
    words += [package] if package else []
    for usage in arguments:
        flag, _, kind = usage.partition(" ")
        if not flag.startswith("--") or flag == "--config":
            continue
        given: str | list[str] | bool | None = getattr(options, flag[2:].replace("-", "_"), None)
        is_default = kind.startswith(f"{{{given},") and not kind.endswith("?")
        if given is True:
            words.append(flag)
        elif given and not is_default:
            values = [shlex.quote(text) for text in ([given] if isinstance(given, str) else given)]
            words += (
                [flag, *values] if kind.endswith("…") else [w for v in values for w in (flag, v)]
            )
    if options.config:
        words += ["--config", shlex.quote(options.config)]
    return " ".join(words)
