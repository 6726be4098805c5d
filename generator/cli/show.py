"""``speclock show``: one operation's call, request and example, before anything is generated."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING

from ..errors import Findings, UsageError
from .command import OK, Command
from .console import Console, from_here
from .sources import Source, only, sources

if TYPE_CHECKING:
    from ..document.operations import OperationNode

_ABOUT = """\
Show what a caller gets for one operation: the methods with their types, the fields of the body,
the HTTP request, and an example. Nothing is written.
"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "operation", metavar="OPERATION", help="an operationId, or 'METHOD /path' in quotes"
    )
    parser.add_argument(
        "source",
        nargs="?",
        metavar="FILE|CLIENT",
        help="a description, or a client of the configuration; all clients by default",
    )
    parser.add_argument("--config", metavar="FILE", help="a pyproject.toml other than the nearest")


def _run(options: argparse.Namespace, screen: Console) -> int:
    source, found = _found(options.operation, sources(options.source, options.config), screen)
    from ..services.generate import preview
    from .picture import Picture

    api, cases, modules = preview(source.settings, source.root, screen.progress)
    made = {(op.method, op.key.value): op for op in api.operations}
    operation = made[found.verb, found.path]
    screen.progress("writing the call")
    picture = Picture(api, cases, operation, modules)
    call, example, (result, answer) = picture.call(), picture.example(), picture.answer()
    sections = [("Call", f"{api.client}.{operation.call}\n\n{call}")]
    sections += [("Body", body)] if (body := picture.body()) else []
    sections += [("Request", picture.request())]
    sections += [("Example", example)] if example else []
    sections += [("Answer", f"{result}\n\n{answer}".strip())]
    screen.progress("")
    screen.say(f"{found.label} of {from_here(source.path)}: {picture.op_view.title}")
    for title, text in sections:
        print(f"\n{title}\n{textwrap.indent(text, '    ')}")
    return OK


def _found(wanted: str, among: list[Source], screen: Console) -> tuple[Source, OperationNode]:
    """The one operation of that name, and the settings to show it with.

    Where the client selects it, it is shown as the client's own settings make it.
    """
    from ..document.operations import iter_operations
    from ..document.references import References
    from ..document.selectors import filter_operations
    from ..services.generate import described

    misses: list[UsageError] = []
    for source in among:
        screen.progress(f"looking into {source.path.name}")
        document = described(source.settings, source.root)
        found = list(iter_operations(document, References(document, Findings())))
        try:
            hits = filter_operations(found, [wanted], document.name)
        except UsageError as error:
            misses.append(error)
            continue
        if len(hits) > 1:
            names = ", ".join(repr(hit.label) for hit in hits[:5])
            raise UsageError(f"{wanted!r} names {len(hits)} operations: {names}. Name one of them.")
        hit = next(iter(hits))
        if source.client and hit in filter_operations(
            found, source.settings.operations, document.name
        ):
            return source, hit
        return only(source, hit.spellings[1]), hit
    raise misses[0]


COMMAND = Command(
    "show",
    "show the Python call of an operation, its request and an example",
    _ABOUT,
    _arguments,
    _run,
)
