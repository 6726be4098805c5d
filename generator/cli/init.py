"""``speclock init``: the description, the settings, a first client and the CI recipe."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import config
from ..config import ClientSettings
from ..errors import UsageError
from . import ci_workflow as recipe
from .command import OK, Command
from .console import Console, from_here
from .pyproject_edit import with_client
from .sources import package_of
from .taken import Taken, generated, place, stays, take
from .upstream import is_url

if TYPE_CHECKING:
    from ..services.generate import Generated

_ABOUT = """\
Start a client in this folder, or in the project around it: put the description into spec/, add the
client to [tool.speclock] of pyproject.toml, generate it, and write .github/workflows/speclock.yml,
which runs speclock check. No file that exists is overwritten; pyproject.toml only gets longer.
"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FILE|URL", help="an OpenAPI description")
    parser.add_argument(
        "--operation",
        metavar="ID",
        action="append",
        default=[],
        help="emit only what this selector names; may be repeated; see speclock generate --help",
    )
    parser.add_argument("--package", metavar="NAME", help="the package; by the file's name")
    parser.add_argument("--client", metavar="CLASS", help="the client class; from NAME by default")
    parser.add_argument(
        "--output", metavar="DIR", help="the folder that gets NAME/ and tests/NAME/ (generated)"
    )
    parser.add_argument(
        "--insecure", action="store_true", help="let the URL be fetched over http as well"
    )
    parser.add_argument("--no-ci", action="store_true", help="write no workflow")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is going to be written, and where."""

    root: Path
    client: ClientSettings
    taken: Taken | None
    """The description; None where the file already is where it belongs."""
    settings: bytes
    """The whole pyproject.toml."""
    workflow: Path | None
    made: Generated


def _run(options: argparse.Namespace, screen: Console) -> int:
    plan = _plan(options, screen)
    _write(plan)
    root, client, made = plan.root, plan.client, plan.made
    output = root / client.output
    kept = "as it was" if plan.taken is None else f"taken from {options.source}"
    screen.say(f"{from_here(root / client.spec)}: the description, {kept}")
    screen.say(
        f"{from_here(output / client.package)}{_SEP} the client, {made.operations} operation(s)"
    )
    screen.say(f"{from_here(output / 'tests' / client.package)}{_SEP} its tests")
    screen.say(f"{from_here(root / 'pyproject.toml')}: [tool.speclock.clients.{client.package}]")
    if plan.workflow:
        screen.say(f"{from_here(plan.workflow)}: the check in CI")
    elif not options.no_ci:
        screen.say("The workflow in .github/workflows is as it was; see speclock's action.yml.")
    screen.say(f"""
Next:
  pip install httpx pydantic    # what the client needs
  PYTHONPATH={from_here(output)} python -c "import {client.package}"
  speclock ls                   # what the description has, * what is taken
  speclock generate             # after a change of the description or of pyproject.toml""")
    if client.upstream:
        screen.say("  speclock drift                # does upstream still say the same?")
        screen.say("  speclock pull                 # take what upstream says now")
    screen.say("Put all of it into version control.")
    return OK


_SEP = "/:"


def _plan(options: argparse.Namespace, screen: Console) -> _Plan:
    """Everything decided and generated in memory; raises before anything is written."""
    root = project_root(Path.cwd())
    stem = options.source.rstrip("/").rpartition("/")[2].partition(".")[0]
    package = options.package or package_of(stem)
    found = root / "pyproject.toml"
    old = found.read_bytes() if found.is_file() else None
    existing = config.load(found) if old is not None else None
    if existing and any(client.package == package for client in existing.clients):
        raise UsageError(
            f"{from_here(found)} already has the client {package!r}. Name another --package, or "
            f"change its settings there and run: speclock generate {package}"
        )
    if stays(options.source, root):
        spec, taken = Path(options.source).absolute().relative_to(root).as_posix(), None
    else:
        taken = take(options.source, options.operation, screen, insecure=options.insecure)
        spec = place(root, package, taken.data)
    client = ClientSettings(
        spec=spec,
        package=package,
        client=options.client or "",
        operations=tuple(options.operation),
        output=options.output or "",
        upstream=options.source if is_url(options.source) else "",
    )
    config.check(client, "command line")
    settings = with_client(old, client, from_here(found))
    client = replace(client, output=_output(settings, package))
    name = f"{options.source} (sliced)" if options.operation else options.source
    made = generated(client, root, taken, name, screen)
    output = root / client.output
    for folder in (output / package, output / "tests" / package):
        # What an interrupted run wrote already is the same, and no obstacle.
        if folder.exists() and made.files.compare(output):
            raise UsageError(f"{from_here(folder)} exists. Name another --package or --output.")
    workflow = None if options.no_ci else recipe.place(root)
    if workflow is not None and workflow.exists():
        workflow = None
    return _Plan(root, client, taken, settings, workflow, made)


def project_root(start: Path) -> Path:
    """The folder of the nearest pyproject.toml within the repository; ``start`` without one."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
        if (folder / ".git").exists():
            break
    return start


def _output(settings: bytes, package: str) -> str:
    """The output folder that the new settings give a client."""
    with tempfile.TemporaryDirectory(prefix="speclock-") as folder:
        path = Path(folder) / "pyproject.toml"
        path.write_bytes(settings)
        return next(c.output for c in config.load(path).clients if c.package == package)


def _write(plan: _Plan) -> None:
    """Everything onto the disk; pyproject.toml last, so that a broken run can be done again."""
    from ..codegen.output.write import write_file, write_text
    from ..lockfile import LOCK, format_lock, read

    root, client = plan.root, plan.client
    plan.made.files.write(Path(from_here(root / client.output)))
    if plan.taken is not None:
        target = root / client.spec
        write_file(target, plan.taken.data)
        if plan.taken.entry is not None:
            entries = {**read(target.parent), target.name: plan.taken.entry}
            write_text(target.parent / LOCK, format_lock(entries))
    if plan.workflow is not None:
        write_text(plan.workflow, recipe.workflow(root, has_upstream=bool(client.upstream)))
    write_file(root / "pyproject.toml", plan.settings)


COMMAND = Command(
    "init",
    "start a client: description, settings, first code and CI",
    _ABOUT,
    _arguments,
    _run,
)
