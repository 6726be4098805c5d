"""``speclock add``."""

from __future__ import annotations

import argparse

from .client_arguments import NO_PAGINATION, REACH, settings_of
from .console import Console
from .update import EXIT_CODES, OPERATIONS, finish

ABOUT = """\
Add operations of upstream to a client: extend `operations` in the settings, take the operations
with all that they use into the checked-in description, and generate the client again.

Upstream's other changes are taken in at the same time; `speclock update` tells how.

  speclock ls https://example.com/openapi.yaml   # the operations that there are
  speclock add pets/show 'DELETE /pets/{id}'
"""
EPILOG = EXIT_CODES
ARGUMENTS = {**OPERATIONS, **NO_PAGINATION, **REACH}


def run(options: argparse.Namespace, console: Console) -> int:
    """Show the update, ask, and write it."""
    from ..services.updates.operations import add_operations

    plan = add_operations(
        settings_of(options),
        options.operations,
        options.client,
        remote=options.remote,
        root=options.root,
        pagination=not options.no_pagination,
        progress=console.progress,
    )
    return finish([plan], options, console)
