"""Settings of the fuzz tests: CI tries the same few examples each time."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, seed, settings

EXAMPLES = int(os.environ.get("SPECLOCK_FUZZ_EXAMPLES", "0"))
"""How many of each kind, a tenth as many commands; 0 is CI's fixed few."""
SEED = int(os.environ.get("SPECLOCK_FUZZ_SEED") or "0") or random.randrange(1, 10**9)


def hunting(few: int, *, one_in: int = 1) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the decorator of one kind, of which CI tries a ``few``, others ``one_in`` so many."""

    def decorated(function: Callable[..., None]) -> Callable[..., None]:
        chosen = settings(
            max_examples=-(-EXAMPLES // one_in) or few,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        return chosen(seed(SEED)(function) if EXAMPLES else function)

    return decorated
