"""``speclock show``."""

from __future__ import annotations

import argparse

from .client_arguments import CONFIG, SOURCE, reading
from .console import Console, output_width

ABOUT = """\
Show the code for one operation: the methods with their types, the fields of the body, the HTTP
request, an example that runs, and the price: the classes and lines that adding it to its client
brings. Nothing is written. On a terminal, lines fit its width.
"""
ARGUMENTS = {
    "operation OPERATION": "an operationId, or 'METHOD /path' in quotes",
    **SOURCE,
    **CONFIG,
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the sections of an operation."""
    from textwrap import indent

    from ...base.table import wrapped
    from ..services.generation.preview import show_operation

    width = output_width()
    one = show_operation(
        options.operation,
        options.source,
        config=options.config,
        width=width and max(width - 4, 1),
        **reading(options, console),
    )
    console.say("\n".join(wrapped(f"{one.label} of {one.name}: {one.title}", width)))
    for title, text in one.sections.items():
        console.print(f"\n{title}\n{indent(text, '    ')}")
    return 0
