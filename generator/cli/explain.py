"""``speclock explain``."""

from __future__ import annotations

import argparse
import difflib
import json

from ..errors import UsageError
from .command import OK, Command
from .console import Console

_ABOUT = """\
Say what a rule of `speclock drift` means: what changed, why it matters to a caller, what to do.
Without an id all rules are listed.
"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules", nargs="*", metavar="ID", help="as request/schema/enum/value-removed"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _run(options: argparse.Namespace, screen: Console) -> int:
    from ..drift.rules import RULES

    for name in options.rules:
        if name not in RULES:
            near = difflib.get_close_matches(name, list(RULES), n=3)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`speclock explain` lists all."
            raise UsageError(f"no rule is called {name!r}. {hint}")
    chosen = [RULES[name] for name in options.rules] or list(RULES.values())
    if options.format == "json":
        fields = ("id", "wire", "what", "why", "do", "opposite")
        listed = [{field: getattr(rule, field) for field in fields} for rule in chosen]
        screen.out(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
    elif options.rules:
        for rule in chosen:
            screen.out(
                f"{rule.id}: {rule.wire}\n\n  What: {rule.what}.\n  Why:  {rule.why}.\n"
                f"  Do:   {rule.do}\n  The other way round: {rule.opposite}\n"
            )
    else:
        width = max(len(rule.id) for rule in chosen)
        for rule in chosen:
            screen.out(f"{rule.id:{width}}  {rule.wire:8}  {rule.what}\n")
    return OK


COMMAND = Command("explain", "say what a rule of drift means", _ABOUT, _arguments, _run)
