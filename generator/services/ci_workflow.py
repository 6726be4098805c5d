"""The GitHub workflow that checks a client."""

from __future__ import annotations

import re
from pathlib import Path

from ..codegen.render.templates import templates_folder
from ..version import __version__


def place(root: Path) -> Path:
    """Return the workflow's path, at the repository's top, which may be above ``root``."""
    return (_top(root) or root) / ".github" / "workflows" / "speclock.yml"


def workflow(root: Path, *, has_upstream: bool) -> str:
    """Return the workflow's text for a project at ``root``; with an upstream, it runs daily."""
    top = _top(root)
    below = root.relative_to(top).as_posix() if top else "."
    text = (templates_folder() / "ci" / "speclock.yml").read_text(encoding="utf-8")
    for condition, is_met in (("upstream", has_upstream), ("below", below != ".")):
        line = r"\1\n" if is_met else ""
        text = re.sub(rf"^(.*)  # if {condition}\n", line, text, flags=re.MULTILINE)
    return text.replace("VERSION", __version__).replace("FOLDER", below.replace("'", "''"))


def _top(root: Path) -> Path | None:
    return next((f for f in (root, *root.parents) if (f / ".git").exists()), None)
