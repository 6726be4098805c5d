"""``speclock slice``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import UsageError
from .command import OK, Command
from .console import Console
from .upstream import from_anywhere

_ABOUT = """\
Write the smallest valid description that holds some operations of another: the operations with
every component, tag and security scheme that they use, in the order of the original.

YAML in block style keeps its comments, quotes and layout. JSON, YAML in flow style, and YAML whose
aliases or merge keys cross the cut are written anew. What stands in other files becomes components.

  speclock slice openapi.yaml --operation pets/list -o spec/pets.yaml
  speclock slice https://example.com/openapi.json --operation 'tag:pets' > pets.json
"""
_JSON = ".json"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE|URL", help="the whole description")
    parser.add_argument(
        "--operation",
        metavar="ID",
        action="append",
        required=True,
        help="an operation to keep: an operationId, 'GET /path', a path, tag:NAME, with '*' for "
        "any text; '!' in front takes away; may be repeated",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="write there; .json in its name makes it JSON, else YAML",
    )
    parser.add_argument(
        "--insecure", action="store_true", help="let FILE be fetched over http as well"
    )


def _run(options: argparse.Namespace, screen: Console) -> int:
    here = Path.cwd()
    output = here / options.output if options.output else None
    if output is not None and output.resolve() == (here / options.file).resolve():
        raise UsageError(f"{options.output} is the description itself. Name another file for -o.")
    source = from_anywhere(options.file, here, screen, insecure=options.insecure)
    from ..document.load import parse
    from ..document.slice.slice_document import slice_document
    from ..document.slice.slice_text import slice_text

    screen.progress(f"reading {source.name}")
    document = parse(source.data, path=source.path, name=source.name)
    part = slice_document(document, options.operation)
    screen.progress("")
    screen.problems("warning", part.warnings)
    text = slice_text(part, as_json=output.suffix.lower() == _JSON if output else None)
    if output is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return OK
    from ..codegen.output.write import write_text

    write_text(output, text)
    screen.say(
        f"{options.output}: {len(part.operations)} operation(s), {len(text.encode()):,} of "
        f"{len(source.data):,} bytes."
    )
    return OK


COMMAND = Command(
    "slice",
    "cut the smallest description with some operations out of another",
    _ABOUT,
    _arguments,
    _run,
)
