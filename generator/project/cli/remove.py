"""``speclock remove``."""

from __future__ import annotations

import argparse

from .client_arguments import settings_of
from .console import Console
from .update import EXIT_CODES, OPERATIONS, finish

ABOUT = """\
Remove operations from a client: reduce `operations` in the settings, remove what only they used
from a pulled description, and generate the client again. Upstream isn't read.

  speclock remove pets/show
"""
EPILOG = EXIT_CODES
ARGUMENTS = OPERATIONS


def run(options: argparse.Namespace, console: Console) -> int:
    """Show the update, ask, and write it."""
    from ..services.updates.operations import remove_operations

    plan = remove_operations(
        settings_of(options),
        options.operations,
        options.client,
        progress=console.progress,
    )
    return finish([plan], options, console)
