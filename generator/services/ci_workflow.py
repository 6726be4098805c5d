"""The GitHub workflow that checks a client, and takes upstream's changes in."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from ..codegen.render.templates import templates_folder
from ..config import Client
from .descriptions import is_url

_UPDATE = "# the rest if upstream\n"
"""The line of the template before the jobs that take upstream in."""


def place(root: Path) -> Path:
    """Return the workflow's path, at the repository's top, which may be above ``root``."""
    return (_top(root) or root) / ".github" / "workflows" / "speclock.yml"


def workflow(root: Path, client: Client, requirement: str) -> str:
    """Return the workflow's text for a client of a project at ``root``.

    If upstream is a URL, it takes upstream's changes in once a day. ``requirement`` is what pip
    installs; if it is empty, the workflow fails until the user has filled it in.
    """
    top = _top(root)
    below = root.relative_to(top).as_posix() if top else "."
    text = (templates_folder() / "ci" / "speclock.yml").read_text(encoding="utf-8")
    check, _, update = text.partition(_UPDATE)
    has_upstream = is_url(client.upstream)
    text = check + update if has_upstream else check
    conditions = {
        "upstream": has_upstream,
        "no upstream": not has_upstream,
        "below": below != ".",
        "no requirement": not requirement,
    }
    for condition, is_met in conditions.items():
        line = r"\1\n" if is_met else ""
        text = re.sub(rf"^(.*)  # if {condition}\n", line, text, flags=re.MULTILINE)
    text = text.replace("REQUIREMENT", requirement).replace("FOLDER", below.replace("'", "''"))
    paths = [posixpath.normpath(posixpath.join(below, path)) for path in _written(client)]
    return re.sub(
        r"^( +)ALLOWED$",
        lambda line: "\n".join(line[1] + path for path in paths),
        text,
        flags=re.MULTILINE,
    )


def _written(client: Client) -> list[str]:
    """Return the files and folders that an update may change, relative to the project."""
    output = posixpath.normpath(client.output)
    packages = [client.package, f"tests/{client.package}"] if output == "." else [output]
    return [posixpath.dirname(client.spec), *packages, "pyproject.toml"]


def _top(root: Path) -> Path | None:
    return next((f for f in (root, *root.parents) if (f / ".git").exists()), None)
