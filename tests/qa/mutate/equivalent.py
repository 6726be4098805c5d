"""Faults that change nothing which a caller or a server could tell, each with the reason.

A fault belongs here only if *no* test could notice it, however it is written. What the tests merely
don't try is a survivor. The rows are tried like all others: one that is noticed after
all, or that fits no fault, is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.qa.mutate.source import Fault


@dataclass(frozen=True, slots=True)
class Equivalent:
    """The faults that one reason covers; ``scope``, ``before`` and ``after`` may hold wildcards."""

    kind: str
    scope: str
    before: str
    after: str
    reason: str

    def covers(self, fault: Fault) -> bool:
        """Is this fault one of those?"""
        return (
            fault.kind == self.kind
            and fnmatchcase(fault.scope, self.scope)
            and fnmatchcase(fault.before, self.before)
            and fnmatchcase(fault.after, self.after)
        )


_BASE = "the class is private and never made; each class that is made has a method of its own"
_NO_LETTERS = "of a refused header only that there is a fault counts here; its value isn't shown"
_NO_ERROR = "an empty stream can't break, so that no error shows what it answers"
_NOT_LOGGED = "an attempt without a response has no line in the log, which alone shows them"
_ONLY_LAID_OUT = "the request is made for the layout of its body, and is never sent"

EQUIVALENT: Sequence[Equivalent] = (
    Equivalent("raise", "*", "raise NotImplementedError", "*", _BASE),
    Equivalent("header", "OAuth._taken", "*", "*", _NO_LETTERS),
    Equivalent("argument", "_empty", "operation.*", "*", _NO_ERROR),
    Equivalent("argument", "_empty", 'b""', "*", _NO_ERROR),
    Equivalent("argument", "Call.lost", "method", "*", _NOT_LOGGED),
    Equivalent("argument", "Call.lost", "url", "*", _NOT_LOGGED),
    Equivalent("method", "Parts.__init__", '"POST"', "*", _ONLY_LAID_OUT),
    Equivalent(
        "raise",
        "OAuth._renewed",
        "raise RuntimeError(*",
        "*",
        "httpx sends a response into an auth flow, or ends it; the type alone allows None",
    ),
)


def reason(fault: Fault) -> Equivalent | None:
    """The row that says why a fault can't be noticed."""
    return next((row for row in EQUIVALENT if row.covers(fault)), None)
