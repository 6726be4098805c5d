"""One command of the command line as a value; :data:`speclock.cli.COMMANDS` lists them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from .console import Console

OK, DIFFERS, REFUSED, UNREACHABLE = 0, 1, 2, 3
"""Exit codes: all is well, something differs, refused or misused, upstream can't be reached."""


@dataclass(frozen=True, slots=True)
class Command:
    """What ``speclock NAME`` is called, says of itself, takes and does."""

    name: str
    summary: str
    """One line for the list of commands."""
    about: str
    """What ``--help`` says before the arguments."""
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Console], int]
    """Does it; returns the exit code. ``SpeclockError`` is for :func:`speclock.cli.main`."""
    epilog: str = ""
    """What ``--help`` says after the arguments."""
