"""Samples, their ratios to a baseline, and the tables that show them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.qa.runner.command import progress


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing; the first row of a table is what the others are compared with."""

    name: str
    samples: Sequence[float]
    """Seconds or bytes, one for each round."""
    aim: float | None = None
    """The ratio to the baseline that is wanted, at most."""


@dataclass(frozen=True, slots=True)
class Unit:
    """How a sample is written."""

    factor: float
    sign: str

    def __call__(self, value: float) -> str:
        return f"{value * self.factor:,.1f} {self.sign}"


MILLISECONDS = Unit(1e3, "ms")
MICROSECONDS = Unit(1e6, "µs")
MEGABYTES = Unit(1e-6, "MB")


def table(title: str, unit: Unit, rows: Sequence[Row]) -> bool:
    """Print rows beside their baseline; is every aim met?

    Rounds are interleaved, so noise meets all rows alike. The ratio of the best samples, the least
    disturbed ones, decides; the ratio of the medians stands beside it.
    """
    baseline = rows[0]
    width = max(len(row.name) for row in rows)
    print(f"\n{title}")
    print(f"  {'':<{width}}  {'min':>11} {'median':>11}  ×min   ×median  aim")
    met = True
    for row in rows:
        ratio = min(row.samples) / min(baseline.samples)
        middle = statistics.median(row.samples)
        verdict = ""
        if row.aim is not None:
            passed = ratio <= row.aim
            met = met and passed
            verdict = f"≤ {row.aim:g} {'PASS' if passed else 'MISS'}"
        medians = middle / statistics.median(baseline.samples)
        line = f"  {row.name:<{width}}  {unit(min(row.samples)):>11} {unit(middle):>11}"
        print(f"{line}  {ratio:<6.2f} {medians:<7.2f}  {verdict}".rstrip(), flush=True)
    return met


def interleaved(
    title: str, rounds: int, trials: Mapping[str, Callable[[], float]]
) -> dict[str, list[float]]:
    """Run each trial once in every round, in an order that turns, and keep what they return."""
    names = list(trials)
    samples: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        progress(f"{title}: round {number + 1} of {rounds} …")
        start = number % len(names)
        for name in names[start:] + names[:start]:
            samples[name].append(trials[name]())
    progress()
    return samples
