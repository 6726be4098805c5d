"""The figures of what is listed, against labels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Score:
    """The labelled things of a program, or of several, by what is listed of them."""

    noun: str = "calls"
    hits: int = 0
    missed: int = 0
    wrong: int = 0
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """The numbers of what is missed, by kind."""

    def add(self, other: Score) -> None:
        """Add another score."""
        self.hits += other.hits
        self.missed += other.missed
        self.wrong += other.wrong
        for reason, count in other.reasons.items():
            self.reasons[reason] += count

    @property
    def recall(self) -> float:
        """The share of what is labelled that is listed."""
        return self.hits / max(1, self.hits + self.missed)

    @property
    def precision(self) -> float:
        """The share of what is listed that is labelled."""
        return self.hits / max(1, self.hits + self.wrong)

    def is_below(self, lowest: tuple[float, float]) -> bool:
        """Return whether the recall or the precision is below a bound."""
        return self.recall < lowest[0] or self.precision < lowest[1]

    def __str__(self) -> str:
        labelled = self.hits + self.missed
        kinds = ", ".join(f"{count} {reason}" for reason, count in sorted(self.reasons.items()))
        return (
            f"{labelled:>4} {self.noun}, recall {self.recall:.1%}, "
            f"precision {self.precision:.1%}; {kinds}"
        )
