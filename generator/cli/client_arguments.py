"""The arguments that name clients, and the settings that they give or change."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..config import Settings

CONFIGURATION = """\
configuration (pyproject.toml):

  [tool.speclock]
  output = "generated"

  [tool.speclock.clients.my_api]        # the package's name
  spec = "spec/api.yaml"                # OpenAPI 3.0, 3.1 or 3.2; YAML or JSON
  client = "MyApi"                      # the client class
  operations = ["pets/list"]            # selectors, see below; all by default
  accept = ["security-scheme"]          # codes of errors that leave an operation out
  overlays = ["spec/api.overlay.yaml"]  # OpenAPI Overlays, applied first: your corrections
  upstream = "https://…/openapi.yaml"   # for pull and drift; or a file's path
  templates = "templates"               # your own templates, see docs/templates.md

selectors of operations ('*' matches any text; all matches are taken):
  pets/list, GET /pets, /pets*          an operationId, a method and path, a path
  tag:pets, method:get                  a tag, a method
  !DELETE *                             not these; alone: all but these

"""
_OPTIONS = (
    "spec", "package", "output", "client", "operation", "accept", "http", "overlay",
    "allow_unmatched", "templates",
)  # fmt: skip


def add_client_arguments(parser: argparse.ArgumentParser) -> None:
    """Add CLIENT, ``--config``, and the options that replace a client's settings."""
    add_client_names(parser, "all by default")
    group = parser.add_argument_group("without a configuration")
    group.add_argument("--spec", metavar="FILE", help="the OpenAPI description")
    group.add_argument("--package", metavar="NAME", help="the package to write")
    group.add_argument("--output", metavar="DIR", help="the folder for NAME/ and tests/NAME/")
    group.add_argument("--client", metavar="CLASS", help="the client class; from NAME by default")
    group.add_argument(
        "--operation",
        metavar="ID",
        action="append",
        help="take only the operations that this selector matches (see below); may be repeated",
    )
    group.add_argument(
        "--accept",
        metavar="CODE",
        action="append",
        help="leave out operations with an error of this code (the word in brackets at the end of "
        "a message) and record them in speclock.json; may be repeated",
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
        help="templates that replace speclock's own of the same name (docs/templates.md)",
    )


def add_client_names(parser: argparse.ArgumentParser, default: str) -> None:
    """Add CLIENT and ``--config``."""
    parser.add_argument(
        "clients",
        nargs="*",
        metavar="CLIENT",
        help=f"packages of [tool.speclock.clients]; {default}",
    )
    add_config(parser)


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add ``--config``."""
    parser.add_argument("--config", metavar="FILE", help="a pyproject.toml other than the nearest")


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings of the clients that the arguments name, with their changes.

    A path in an argument is relative to the current folder, one in a file to that file's folder.
    """
    from dataclasses import replace
    from pathlib import Path

    from ..config import Client, Settings, check
    from ..errors import UsageError
    from ..services.resolve import load_settings

    given = {
        "output": options.output,
        "client": options.client,
        "http": options.http,
        "operations": tuple(options.operation or ()),
        "accept": tuple(options.accept or ()),
        "overlays": tuple(str(Path(one).absolute()) for one in options.overlay or ()),
        "templates": options.templates and str(Path(options.templates).absolute()),
        "allow_unmatched": options.allow_unmatched,
    }
    changes = {name: value for name, value in given.items() if value}
    if options.spec:
        missing = [f"--{name}" for name in ("package", "output") if not getattr(options, name)]
        if missing:
            raise UsageError(f"--spec needs {' and '.join(missing)}, too.")
        client = replace(Client(spec=options.spec, package=options.package), **changes)
        return Settings(Path.cwd(), (check(client, "command line"),))
    settings = load_settings(options.config, options.clients)
    return replace(settings, clients=tuple(replace(c, **changes) for c in settings.clients))


def command_line(command: str, package: str, options: argparse.Namespace) -> str:
    """Return the command line that runs ``command`` for a client with the same arguments."""
    import shlex

    words = ["speclock" if __package__ == "speclock.cli" else "python -m generator", command]
    if options.clients:
        words.append(package)
    for name in _OPTIONS:
        flag = f"--{name.replace('_', '-')}"
        value: str | list[str] | bool | None = getattr(options, name)
        if value is True:
            words.append(flag)
        elif value:
            for one in [value] if isinstance(value, str) else value:
                words += [flag, shlex.quote(one)]
    if options.config:
        words += ["--config", shlex.quote(options.config)]
    return " ".join(words)
