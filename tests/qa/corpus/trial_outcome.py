"""The outcome of one stage of a trial, and the reasons that excuse a failure."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


@dataclass
class Outcome:
    """The number of things that a stage tried with one client, and what failed."""

    tried: int = 0
    failures: list[str] = field(default_factory=list[str])
    excused: dict[str, int] = field(default_factory=Counter[str])
    """Reason → the number of failures that it explains, which aren't listed."""

    def explain(self, failure: str, table: str, what: str, fact: str, only_with: str = "") -> None:
        """Record a failure, or the reason that reasons.toml has for it."""
        if known := reason(table, what, fact, only_with):
            self.excused[known] = self.excused.get(known, 0) + 1
        else:
            self.failures.append(failure)


def reason(table: str, what: str, fact: str, only_with: str = "") -> str:
    """Return the reason that explains a failure, from ``reasons.toml``; "" if there is none."""
    for known in _reasons()[table]:
        if (
            known["what"] == what
            and known.get("only_with", "") in ("", only_with)
            and re.search(known["fact"], fact)
        ):
            return known["reason"]
    return ""


@cache
def _reasons() -> dict[str, list[dict[str, str]]]:
    text = Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
