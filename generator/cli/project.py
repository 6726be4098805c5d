"""Which clients a command works on: those of pyproject.toml, or one named by arguments."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import replace
from pathlib import Path

from .. import config
from ..config import ClientSettings
from ..errors import UsageError

CONFIG = """\
configuration (pyproject.toml):

  [tool.speclock]
  output = "generated"

  [tool.speclock.clients.my_api]        # the package's name
  spec = "spec/api.yaml"                # OpenAPI 3.0, 3.1 or 3.2; YAML or JSON
  client = "MyApi"                      # the client class
  operations = ["pets/list"]            # selectors, see below; all if left out
  accept = ["security-scheme"]          # refusals that only leave an operation out
  overlays = ["spec/api.overlay.yaml"]  # OpenAPI Overlays, applied first
  templates = "templates"               # templates of your own, see docs/templates.md

selectors of operations ('*' stands for any text; all that match are taken):
  pets/list, GET /pets, /pets*          an operationId, a method and path, a path
  tag:pets, method:get                  a tag, a method
  !DELETE *                             not these; alone: all but these

"""


def arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "clients",
        nargs="*",
        metavar="CLIENT",
        help="packages of [tool.speclock.clients]; all by default",
    )
    group = command.add_argument_group("without a configuration")
    group.add_argument("--spec", metavar="FILE", help="the OpenAPI description")
    group.add_argument("--package", metavar="NAME", help="the package to write")
    group.add_argument("--output", metavar="DIR", help="the folder that gets NAME/ and tests/NAME/")
    group.add_argument("--client", metavar="CLASS", help="the client class; from NAME by default")
    group.add_argument(
        "--operation",
        metavar="ID",
        action="append",
        help="emit only what this selector names (see below); may be repeated",
    )
    group.add_argument(
        "--accept",
        metavar="CODE",
        action="append",
        help="leave out operations refused with this code (the word in brackets at the end of a "
        "message) and record them in speclock.json; may be repeated",
    )
    group.add_argument(
        "--http", choices=("httpx", "httpx2"), help="the HTTP library of the client (httpx)"
    )
    group.add_argument(
        "--overlay",
        metavar="FILE",
        action="append",
        help="an OpenAPI Overlay to apply to the description first; may be repeated",
    )
    group.add_argument(
        "--allow-unmatched",
        action="store_true",
        help="warn of an overlay's action that matches nothing, instead of stopping",
    )
    group.add_argument(
        "--templates",
        metavar="DIR",
        help="templates that stand in for speclock's own of the same name (docs/templates.md)",
    )
    command.add_argument("--config", metavar="FILE", help="a pyproject.toml other than the nearest")


def clients_of(options: argparse.Namespace) -> tuple[Path, list[ClientSettings]]:
    """The clients to work on and the folder that their paths are relative to."""
    if options.spec:
        missing = [f"--{name}" for name in ("package", "output") if not getattr(options, name)]
        if missing:
            raise UsageError(f"--spec goes with {' and '.join(missing)}.")
        client = ClientSettings(
            spec=options.spec,
            package=options.package,
            output=options.output,
            client=options.client or "",
            operations=tuple(options.operation or ()),
            accept=tuple(options.accept or ()),
            http=options.http or "httpx",
            overlays=tuple(options.overlay or ()),
            allow_unmatched=options.allow_unmatched,
            templates=options.templates or "",
        )
        return Path.cwd(), [config.check(client, "command line")]
    path = Path(options.config).absolute() if options.config else config.find(Path.cwd())
    if options.config and path is not None and not path.is_file():
        raise UsageError(f"{options.config} doesn't exist. Name a pyproject.toml.")
    if path is None or not path.is_file():
        raise UsageError(
            "no pyproject.toml with a [tool.speclock] section was found from here upwards. "
            "Add one, or name --spec, --package and --output. See speclock generate --help."
        )
    settings = config.load(path)
    if not settings.clients:
        raise UsageError(f"{path.name} has no [tool.speclock.clients.<package>] table. Add one.")
    chosen = [c for c in settings.clients if not options.clients or c.package in options.clients]
    unknown = set(options.clients) - {client.package for client in settings.clients}
    if unknown:
        known = ", ".join(client.package for client in settings.clients)
        raise UsageError(f"no client {min(unknown)!r} in {path.name}. Known: {known}.")
    overrides = {
        "output": options.output, "client": options.client, "http": options.http,
        "operations": tuple(options.operation or ()), "accept": tuple(options.accept or ()),
    }  # fmt: skip
    # Paths given here are relative to where the user stands, those of the file to its folder.
    overrides["overlays"] = tuple(str(Path(one).absolute()) for one in options.overlay or ())
    overrides["templates"] = options.templates and str(Path(options.templates).absolute())
    overrides["allow_unmatched"] = options.allow_unmatched
    given = {name: value for name, value in overrides.items() if value}
    return settings.root, [replace(client, **given) for client in chosen]


def command_line(name: str, client: ClientSettings, options: argparse.Namespace) -> str:
    """The command line that does ``name`` with the same arguments."""
    program = "speclock" if __package__ == "speclock.cli" else "python -m generator"
    if not options.spec:
        return f"{program} {name}" + (f" {client.package}" if options.clients else "")
    parts = [
        program,
        name,
        "--spec",
        client.spec,
        "--package",
        client.package,
        "--output",
        client.output,
    ]
    if client.client:
        parts += ["--client", client.client]
    for operation in client.operations:
        parts += ["--operation", shlex.quote(operation)]
    for code in client.accept:
        parts += ["--accept", code]
    for overlay in client.overlays:
        parts += ["--overlay", shlex.quote(overlay)]
    if client.allow_unmatched:
        parts.append("--allow-unmatched")
    if client.templates:
        parts += ["--templates", shlex.quote(client.templates)]
    return " ".join(parts)
