"""``speclock show``."""

from __future__ import annotations

import argparse

from .client_arguments import add_config
from .console import Console, display_path

ABOUT = """\
Show the code for one operation: the methods with their types, the fields of the body, the HTTP
request, and an example. Nothing is written.
"""
EPILOG = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add OPERATION and FILE|CLIENT."""
    parser.add_argument(
        "operation", metavar="OPERATION", help="an operationId, or 'METHOD /path' in quotes"
    )
    parser.add_argument(
        "source",
        nargs="?",
        metavar="FILE|CLIENT",
        help="a description, or a client of the configuration; all clients by default",
    )
    add_config(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the sections of an operation."""
    from textwrap import indent

    from ..services.preview import show_operation

    one = show_operation(
        options.operation, options.source, config=options.config, progress=console.progress
    )
    console.say(f"{one.label} of {display_path(one.path)}: {one.title}")
    sections = {
        "Call": one.call,
        "Body": one.body,
        "Request": one.request,
        "Example": one.example,
        "Answer": one.answer,
    }
    for title, text in sections.items():
        if text:
            console.print(f"\n{title}\n{indent(text, '    ')}")
    return 0
