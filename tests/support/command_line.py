"""The command line, run in this process."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the command line came to."""

    code: int
    out: str
    err: str


@contextlib.contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """Run from ``folder``, so that messages name files as a user there sees them."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def speclock(folder: Path, *arguments: str) -> Outcome:
    """The command line, run from ``folder`` in this process."""
    from generator.cli import main

    out, err = io.StringIO(), io.StringIO()
    with standing_in(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(list(arguments))
        except SystemExit as end:  # argparse
            code = end.code if isinstance(end.code, int) else 2
    return Outcome(code, out.getvalue(), err.getvalue())
