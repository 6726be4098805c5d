"""``speclock explain``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .console import Console

if TYPE_CHECKING:
    from ...watch.changes.rules import Rule

ABOUT = """\
Explain a rule of `speclock drift`: what changed, why it matters to a caller, what to do. Without an
id, list all rules.
"""
_FIELDS = ("id", "wire", "what", "why", "do", "opposite")
ARGUMENTS = {
    "rules ID*": "for example request/schema/enum/value-removed",
    "--format {text,json}": "",
}


def rule_text(rule: Rule) -> str:
    """Return the explanation of a rule."""
    text = f"{rule.id}: {rule.wire}\n\n  What: {rule.what}.\n  Why:  {rule.why}.\n  Do:   {rule.do}"
    return text if rule.opposite == rule.id else f"{text}\n  The other way round: {rule.opposite}"


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the rules."""
    from ..services.explain import explain

    rules = explain(options.rules)
    if options.format == "json":
        console.json([{field: getattr(rule, field) for field in _FIELDS} for rule in rules])
    elif options.rules:
        for rule in rules:
            console.print(rule_text(rule))
    else:
        width = max(len(rule.id) for rule in rules)
        console.print("\n".join(f"{r.id:{width}}  {r.wire:8}  {r.what}" for r in rules))
    return 0
