"""Generate the packages of ``tests/cases`` below a folder: ``generate_cases.py DIR [TOPIC ...]``.

With that folder in ``SPECLOCK_READY_CASES``, tests call these packages and generate none.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

# For when the file runs as a script.
sys.path.append(str(Path(__file__).parents[1]))

from tests.support.cases import CASES, generate_case, topics


def generate_cases(folder: Path, wanted: Sequence[str] = ()) -> None:
    """Generate the cases of the topics that are there, of all if ``wanted`` is empty."""
    for topic in topics(CASES):
        if wanted and topic not in wanted:
            continue
        outcome = generate_case(topic, folder)
        assert outcome.code == 0, outcome.err


if __name__ == "__main__":
    generate_cases(Path(sys.argv[1]), sys.argv[2:])
