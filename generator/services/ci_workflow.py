"""The GitHub workflow that checks a client."""

from __future__ import annotations

from pathlib import Path

from ..version import __version__

NAME = ".github/workflows/speclock.yml"

_WORKFLOW = """\
# Is the generated client up to date with the checked-in description?
name: speclock

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
{folder}    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.x"
      - run: python -m pip install speclock=={version}
      - run: speclock check --full
"""
_DRIFT = """\
      # Did upstream change since the description was checked in?
      - if: github.event_name == 'schedule'
        run: speclock drift
"""
_FOLDER = """\
    defaults:
      run:
        working-directory: {folder}
"""


def place(root: Path) -> Path:
    """Return the workflow's path, at the repository's top, which may be above ``root``."""
    return (_top(root) or root) / NAME


def workflow(root: Path, *, has_upstream: bool) -> str:
    """Return the workflow's text for a project at ``root``; with an upstream, it runs daily."""
    top = _top(root)
    below = root.relative_to(top).as_posix() if top else "."
    folder = "" if below == "." else _FOLDER.format(folder=_yaml(below))
    text = _WORKFLOW.format(folder=folder, version=__version__)
    if not has_upstream:
        return text
    daily = text.replace(
        "  pull_request:\n", "  pull_request:\n  schedule:\n    - cron: '17 5 * * *'\n"
    )
    return daily + _DRIFT


def _top(root: Path) -> Path | None:
    return next((f for f in (root, *root.parents) if (f / ".git").exists()), None)


def _yaml(text: str) -> str:
    """Return a text as a YAML scalar in single quotes."""
    return "'" + text.replace("'", "''") + "'"
