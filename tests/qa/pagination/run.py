"""Compare the proposals of pagination with the labels of a corpus, or draw some to be read.

    python -m tests.qa.pagination.run CORPUS
    python -m tests.qa.pagination.run SUITES --draw 50 --seed 1

``labels.tsv`` has one line for each operation that was read by hand: the settings that are right,
with ``|`` between several, or ``-`` for an operation that only looks as if it had pages. Exits with
1 if a proposal is wrong, if fewer than 90 % of the operations are proposed, or 70 % of one API's.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from generator.base.config import Client
from generator.base.errors import Findings, SpeclockError
from generator.codegen.proposals.page_proposals import propose
from generator.project.services.generation.pagination import summary
from generator.project.services.project.descriptions import no_progress
from generator.project.services.project.read_api import read_package
from tests.qa.corpus.descriptions import find

LABELS = Path(__file__).with_name("labels.tsv")


def proposals(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the operations of a description for which settings are proposed, and these."""
    client = Client(spec=path.name, package="sample")
    source, _ = read_package(client, path.parent, Findings(), no_progress)
    for one in propose(source.canonical, client).operations:
        if one.rule is not None:
            yield f"{one.operation.verb} {one.operation.path}", summary(one.rule)


def compare(folder: Path) -> int:
    """Print the figures of each document, and return the exit code."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    labels = {(row["document"], row["operation"]): row["right"] for row in rows}
    paged = Counter(document for (document, _), right in labels.items() if right != "-")
    hits, wrong = Counter[str](), 0
    for one in find(folder):
        for place, settings in proposals(one.path):
            right = labels.get((one.name, place), "-")
            hits[one.name] += settings in right.split(" | ")
            if settings not in right.split(" | "):
                wrong += 1
                print(f"WRONG {one.name} {place}: {settings}; right: {right}")
    for name, count in [*paged.items(), ("all", paged.total())]:
        hit = hits.total() if name == "all" else hits[name]
        print(f"{name:<16} {hit:>3} of {count:>3}  {hit / count:.0%}")
    print(f"{wrong} wrong, among them of {len(labels) - paged.total()} that only look alike")
    is_low = any(hits[name] < 0.7 * count for name, count in paged.items())
    return int(bool(wrong or is_low or hits.total() < 0.9 * paged.total()))


def drawn(folder: Path, seed: int) -> Iterator[str]:
    """Yield proposals of documents in an order that ``seed`` decides, at most three of each."""
    documents = find(folder)
    random.Random(seed).shuffle(documents)
    for document in documents:
        with suppress(SpeclockError, RecursionError):
            rules = list(proposals(document.path))
            for place, settings in random.Random(seed).sample(rules, min(3, len(rules))):
                yield f"{document.name}  {place}: {settings}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draw", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not options.draw:
        sys.exit(compare(options.folder))
    for text in islice(drawn(options.folder, options.seed), options.draw):
        print(text)
