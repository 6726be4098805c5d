"""``speclock slice``."""

from __future__ import annotations

import argparse

from ...base.printable import counted
from .client_arguments import HEADER, REACH, reading
from .console import Console

ABOUT = """\
Write the smallest valid description that holds some operations of another: the operations with
every component, tag and security scheme that they use, in the order of the original.

A reference to a schema with a discriminator may mean any schema that extends it with allOf, so
these are in the slice, too.

YAML in block style keeps its comments, quotes and layout. JSON, YAML in flow style, and YAML whose
aliases or merge keys cross the cut are written anew. Parts in other files become components.

To add operations to a client, use speclock add, which takes them from upstream.

  speclock slice openapi.yaml --operation pets/list -o spec/pets.yaml
  speclock slice https://example.com/openapi.json --operation 'tag:pets' > pets.json
"""
ARGUMENTS = {
    "file FILE|URL": "the whole description",
    "--operation ID+": "an operation to keep: an operationId, 'GET /path', a path, tag:NAME, with "
    "'*' for any text; '!' in front excludes; may be repeated",
    "-o/--output OUT": "the file to write, as JSON if its name ends in .json, else as "
    "YAML; by default standard output, which gets the text unchanged, so use -o in a CI "
    "job",
    "--force": "overwrite OUT even if a client is generated from it",
    "--insecure": "allow FILE to be fetched by http",
    **HEADER,
    **REACH,
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the slice."""
    from ..services.generation.slice import slice_description

    cut = slice_description(
        options.file,
        options.operation,
        output=options.output,
        force=options.force,
        **reading(options, console),
    )
    console.findings(cut.part.warnings)
    if cut.pins:
        lines = "".join(f"\n  {line}" for line in cut.pins)
        console.note(f"to name a client's methods and classes as in the whole, pin them:{lines}")
    if not options.output:
        console.write_document(cut.text)
    else:
        content = counted(len(cut.part.operations), "operation")
        if cut.part.subtypes:
            content += f", {counted(cut.part.subtypes, 'subtype')} of a base"
        console.say(
            f"{options.output}: {content}, "
            f"{len(cut.text.encode()):,} bytes; the whole has {len(cut.whole.data):,}."
        )
    return 0
