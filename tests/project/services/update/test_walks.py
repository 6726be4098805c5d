"""No command stops at what another one wrote, whatever upstream drops or renames."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from random import Random

import pytest

from generator.project.services.generation import generate
from tests.project.services.update.test_stray_pins import HARBOUR
from tests.project.services.update.walks import Walk, read_small
from tests.qa.corpus.descriptions import find
from tests.support.command import ROOT
from tests.support.paged_shop import SPEC
from tests.support.project import Project

pytestmark = pytest.mark.slow

BASES = sorted((ROOT / "tests" / "watch" / "drift" / "bases").glob("*.yaml"))
CORPUS = os.environ.get("SPECLOCK_CORPUS", "")
WALKS = int(os.environ.get("SPECLOCK_WALKS", "300"))
"""The number of walks over the corpus."""


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "_model_process", lambda *_: nullcontext(None))


def walk(path: Path, seed: int, folder: Path) -> None:
    """Live one life of a client of a description."""
    chance = Random(f"{path.name} {seed}")
    upstream = read_small(path, chance)
    if upstream is not None:
        project = Project(folder, "api")
        project.write(".git/HEAD", "")
        Walk(project, upstream, chance).run()


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(n, marks=pytest.mark.nightly) for n in range(3, 15))]
)
@pytest.mark.parametrize("number", range(len(BASES) + 2))
def test_walks_over_fixtures(number: int, seed: int, tmp_path: Path) -> None:
    path = tmp_path / "description.yaml"
    texts = [HARBOUR, SPEC, *(base.read_text(encoding="utf-8") for base in BASES)]
    path.write_text(texts[number], encoding="utf-8")
    walk(path, seed * 10 + number, tmp_path / "project")


@pytest.mark.skipif(not CORPUS, reason="SPECLOCK_CORPUS names no folder")
@pytest.mark.parametrize("seed", range(WALKS if CORPUS else 1))
def test_walks_over_a_corpus(seed: int, tmp_path: Path) -> None:
    descriptions = find(Path(CORPUS))
    walk(descriptions[seed % len(descriptions)].path, seed, tmp_path / "project")
