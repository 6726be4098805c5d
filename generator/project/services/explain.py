"""The rules of drift, each with what it means."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from ...base.errors import UsageError
from ...watch.changes.rules import RULES, Rule


def explain(rules: Sequence[str] = ()) -> tuple[Rule, ...]:
    """Return the rules with these ids, or all; raise :class:`UsageError` for an unknown id."""
    for name in rules:
        if name not in RULES:
            near = difflib.get_close_matches(name, list(RULES), n=3)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`speclock explain` lists all."
            raise UsageError(f"no rule is called {name!r}. {hint}")
    return tuple(RULES[name] for name in rules) or tuple(RULES.values())
