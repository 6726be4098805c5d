"""The GitHub workflow that checks a client, and takes upstream's changes in."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from ....base.config import Client
from ....base.portable import is_url
from ....base.printable import display_path
from ....base.version import REPOSITORY
from ....codegen.templates import templates_folder
from ...output.boundary import repository_of

_UPDATE = "# the rest if upstream\n"
"""The line of the template before the jobs that take upstream in."""
UNKNOWN_ACTION = f"{REPOSITORY}@COMMIT"
"""The action that the user has to fill in."""
_CHECKS = re.compile(r"speclock check|uses: .*/speclock@")


def place(root: Path) -> Path:
    """Return the workflow's path, at the repository's top, which may be above ``root``."""
    return (repository_of(root) or root) / ".github" / "workflows" / "speclock.yml"


def workflow(root: Path, client: Client, action: str) -> str:
    """Return the workflow's text for a client of a project at ``root``.

    If upstream is a URL, it takes upstream's changes in once a day. ``action`` installs and runs
    speclock; if it is empty, the workflow fails until the user has filled it in.
    """
    below = _below(root)
    text = (templates_folder() / "ci" / "speclock.yml").read_text(encoding="utf-8")
    check, _, update = text.partition(_UPDATE)
    has_upstream = is_url(client.upstream)
    text = check + update if has_upstream else check
    conditions = {
        "upstream": has_upstream,
        "no upstream": not has_upstream,
        "below": below != ".",
        "no action": not action,
    }
    for condition, is_met in conditions.items():
        line = r"\1\n" if is_met else ""
        text = re.sub(rf"^(.*)  # if {condition}\n", line, text, flags=re.MULTILINE)
    text = text.replace("ACTION", action or UNKNOWN_ACTION)
    text = text.replace("FOLDER", below.replace("'", "''"))
    return re.sub(
        r"^( +)ALLOWED$",
        lambda line: "\n".join(line[1] + path for path in _paths(root, client)),
        text,
        flags=re.MULTILINE,
    )


def coverage(existing: Path, root: Path, client: Client) -> str:
    """Return what an existing workflow does for a new client, and what is left to add to it."""
    text = existing.read_text(encoding="utf-8", errors="replace")
    name = display_path(existing)
    below = _below(root)
    runs_here = f"'{below}'" in text if below != "." else "working-directory:" not in text
    if not _CHECKS.search(text) or not runs_here:
        where = f", in the folder {below}" if below != "." else ""
        return f"{name} is unchanged. Add to it{where}: speclock check --full"
    if not is_url(client.upstream):
        return f"{name} is unchanged; it checks this client, too."
    if not re.search("speclock update|command: propose", text):
        return (
            f"{name} is unchanged; it checks this client, too, but takes nothing from upstream. "
            f"Do so yourself: speclock update {client.package}"
        )
    lines = {line.strip() for line in text.splitlines()}
    missing = [path for path in _paths(root, client) if path not in lines]
    more = f" Add to the PATHS in it: {', '.join(missing)}" if missing else ""
    return f"{name} is unchanged; it checks and updates this client, too.{more}"


def _paths(root: Path, client: Client) -> list[str]:
    """Return the files and folders that an update may change, relative to the repository."""
    below = _below(root)
    return [posixpath.normpath(posixpath.join(below, path)) for path in _written(client)]


def _below(root: Path) -> str:
    """Return a project's folder relative to its repository."""
    repository = repository_of(root)
    return root.relative_to(repository).as_posix() if repository else "."


def _written(client: Client) -> list[str]:
    """Return the files and folders that an update may change, relative to the project."""
    output = posixpath.normpath(client.output)
    tests = posixpath.normpath(client.tests_folder)
    packages = [client.package, tests] if output == "." else [output]
    if not f"{tests}/".startswith(f"{output}/") and output != ".":
        packages.append(tests)
    return [posixpath.dirname(client.spec), *packages, "pyproject.toml"]
