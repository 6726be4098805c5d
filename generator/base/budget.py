"""Limits on work whose cost an untrusted document or server decides."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any, Final

from .immutable import immutable
from .records import also


class BudgetExceeded(Exception):
    """More work than a budget allows; the message is a phrase such as ``more than 100 hosts``.

    The caller reports it where the work was asked for.
    """


@dataclass(slots=True)
class Budget:
    """An amount of work that one task may cost."""

    limit: int
    unit: str
    """A noun in the plural, for the message."""
    spent: int = 0

    @property
    def remaining(self) -> int:
        """The work that is left, at least 0."""
        return max(0, self.limit - self.spent)

    def spend(self, amount: int = 1) -> None:
        """Count work before it is done; raise :class:`BudgetExceeded` beyond the limit."""
        self.spent += amount
        if self.spent > self.limit:
            raise BudgetExceeded(f"more than {self.limit:,} {self.unit}")


MOST: Final = 10
"""A limit may be at most this many times its default."""


def _limit(default: int) -> Any:
    return field(default=default, metadata=also(minimum=1, maximum=MOST * default))


@immutable
class RunLimits:
    """``[tool.speclock.limits]``: what the documents that one run reads may cost together.

    A document counts once, however often it is referred to. Each limit may be at most ten times
    its default.
    """

    documents: int = _limit(3_000)
    """Documents that are fetched, and files that a ``$ref`` or an ``externalValue`` names."""
    bytes: int = _limit(128 * 1024 * 1024)
    """Bytes of these documents, decompressed."""
    seconds: int = _limit(300)
    """Seconds of waiting for servers."""
    hosts: int = _limit(10)
    """Hosts that documents are fetched from, with that of ``upstream``."""
    nodes: int = _limit(1_000_000)
    """Values in one description and all documents that it refers to, each copy by a YAML alias
    counted."""


_RUN_LIMITS = RunLimits()


class RunBudget:
    """The documents that one run may read."""

    def __init__(self, limits: RunLimits = _RUN_LIMITS) -> None:
        self.limits = limits
        self.documents = Budget(limits.documents, "documents")
        self.bytes = Budget(limits.bytes, "bytes")
        self.seconds = Budget(limits.seconds, "seconds")
        self.hosts = Budget(limits.hosts, "hosts")
        self._waited = 0.0
        self._documents: set[str] = set()
        self._hosts: set[str] = set()

    @property
    def seconds_left(self) -> float:
        """The time that servers have left."""
        return max(0.0, self.seconds.limit - self._waited)

    def spend_host(self, host: str) -> None:
        """Count a host once, before it is asked."""
        if host not in self._hosts:
            self.hosts.spend()
            self._hosts.add(host)

    def spend_document(self, name: str) -> None:
        """Count a document once, before it is read; ``name`` is its path or URL."""
        if name not in self._documents:
            self.documents.spend()
            self._documents.add(name)

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Count the time that a block takes."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._waited += time.monotonic() - began
            self.seconds.spend(math.ceil(self._waited) - self.seconds.spent)

    @property
    def remedy(self) -> str:
        """The advice on the limit that was exceeded."""
        budgets = (self.documents, self.bytes, self.seconds, self.hosts)
        return raise_limit(next(b.unit for b in budgets if b.spent > b.limit))


def highest() -> RunBudget:
    """Return the most that a budget can allow."""
    limits = RunLimits()
    return RunBudget(RunLimits(**{f.name: MOST * getattr(limits, f.name) for f in fields(limits)}))


def raise_limit(name: str) -> str:
    """Return the advice to raise a limit."""
    most = MOST * getattr(RunLimits(), name)
    return f"If all of it is needed, set `{name}` in [tool.speclock.limits], at most {most:_}."


_MOST_NAMES, _LONGEST_NAME = 10_000, 200
"""The names, and their characters, that are compared: the cost is quadratic in both lengths."""


def close_names(
    name: str, names: Iterable[str], count: int = 1, similarity: float = 0.6
) -> list[str]:
    """Return up to ``count`` names that are similar to ``name``, by a ratio from 0 to 1."""
    import difflib  # only for errors

    short = [one for one in islice(names, _MOST_NAMES) if len(one) <= _LONGEST_NAME]
    is_long = len(name) > _LONGEST_NAME
    return [] if is_long else difflib.get_close_matches(name, short, count, similarity)
