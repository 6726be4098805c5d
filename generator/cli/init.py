"""``speclock init``."""

from __future__ import annotations

import argparse
import shlex

from ..printable import counted, display_path
from .console import Console

ABOUT = """\
Start a client in this folder, or in the project around it: put the description into spec/, add the
client to [tool.speclock] of pyproject.toml, generate it, and write .github/workflows/speclock.yml,
which runs speclock check and, if upstream is a URL, opens a pull request when upstream changes. No
file that exists is overwritten; pyproject.toml only gets longer.
"""
ARGUMENTS = {
    "source FILE|URL": "an OpenAPI description",
    "--operation ID*": "take only the operations that this selector matches; may be "
    "repeated; see speclock generate --help",
    "--package NAME": "the package; from the file's name by default",
    "--client CLASS": "the client class; from NAME by default",
    "--output DIR": "the folder for NAME/ and tests/NAME/ (generated)",
    "--insecure": "allow the URL to be fetched by http, now and by later updates",
    "--no-ci": "write no workflow",
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Start the client, and print what was written and what to do next."""
    from ..services.init import init

    new = init(
        options.source,
        operations=options.operation,
        package=options.package,
        client_class=options.client,
        output=options.output,
        workflow=not options.no_ci,
        insecure=options.insecure,
        progress=console.progress,
    )
    console.findings(new.warnings, new.left_out)
    client, output = new.client, new.root / new.client.output
    part = "the selected operations of" if options.operation else "copied from"
    origin = f"{part} {options.source}" if new.copied else "unchanged"
    console.say(f"{display_path(new.root / client.spec)}: the description, {origin}")
    console.say(
        f"{display_path(output / client.package)}/: the client, "
        f"{counted(new.operations, 'operation')}"
    )
    tests = output / "tests" / client.package
    console.say(f"{display_path(tests)}/: its tests")
    settings = display_path(new.root / "pyproject.toml")
    console.say(f"{settings}: [tool.speclock.clients.{client.package}]")
    if new.workflow:
        console.say(f"{display_path(new.workflow)}: the check in CI")
    elif not options.no_ci:
        console.say(new.unchanged)
    console.say(f"""
Next:
  pip install httpx pydantic    # what the client needs
  pip install pytest jsonschema-rs  # what its tests need
  pytest {shlex.quote(display_path(tests))}
  PYTHONPATH={display_path(output)} python -c "import {client.package}"
  speclock ls                   # the description's operations, * those in the client
  speclock generate             # after a change of the description or of pyproject.toml""")
    if client.upstream:
        console.say("  speclock update               # take upstream's changes")
        console.say("  speclock add OPERATION        # take another operation")
    if new.workflow and not new.requirement:
        console.say(f"""\
Fill in SPECLOCK in {display_path(new.workflow)}: the pip requirement that installs speclock
in CI, for example git+https://github.com/OWNER/speclock@COMMIT. It is unknown, because this
speclock was not installed from an index or by git.""")
    if new.is_upstream_outside:
        console.note(
            f"note: upstream, {client.upstream}, is outside of this repository: update and drift "
            "find it only on a machine that has it there. Copy it into the repository, or use its "
            f"URL, and change upstream of [tool.speclock.clients.{client.package}]."
        )
    console.say("Put all of it into version control.")
    return 0
