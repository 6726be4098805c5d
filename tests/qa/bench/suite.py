"""The test suite: the seconds of `make quick` and `make test`."""

from __future__ import annotations

import time

from tests.qa.bench import peers
from tests.qa.bench.measure import progress

LIMITS = {"quick": 45, "test": 300}
"""Seconds on two cores."""


def bench(_: int) -> bool:
    """Run both once and print their seconds; the result is false if one took too long."""
    print("\nThe tests of this repository, one run each")
    met = True
    for target, limit in LIMITS.items():
        progress(f"make {target}")
        began = time.monotonic()
        peers.run(["make", "-C", str(peers.ROOT), target], limit=1800)
        seconds = time.monotonic() - began
        progress("")
        met = met and seconds <= limit
        verdict = "PASS" if seconds <= limit else "MISS"
        print(f"  make {target:<6} {seconds:6.0f} s  ≤ {limit} {verdict}", flush=True)
    return met
