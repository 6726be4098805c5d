"""A description that moves on by random changes, one update each; and updates that are killed."""

from __future__ import annotations

import copy
import json
import os
import random
import shutil
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
import yaml

from generator.project.services.generation import generate
from generator.reading.document.load import parse
from generator.reading.document.slice.slice_document import slice_document
from tests.support.command import ROOT
from tests.support.project import Project, make_project, tree
from tests.watch.drift.mutations import MUTATIONS

pytestmark = pytest.mark.slow

BASES = sorted((ROOT / "tests" / "watch" / "drift" / "bases").glob("*.yaml"))
CHANGES = int(os.environ.get("SPECLOCK_CHANGES", "5"))
"""Of each of the four descriptions."""


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "_model_process", lambda *_: nullcontext(None))


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.nightly) for n in (1, 2, 3))]
)
def test_many_changes(seed: int, tmp_path: Path) -> None:
    """Nothing is lost, and all is green after each."""
    chance = random.Random(seed)
    whole = yaml.safe_load(BASES[seed % len(BASES)].read_text(encoding="utf-8"))
    project = make_project(tmp_path, "", "api", operations=["*"], upstream="upstream.yaml")
    project.spec.unlink()
    upstream = project.write("upstream.yaml", yaml.safe_dump(whole, sort_keys=False))
    project.does("update", "--yes")
    project.write("spec/api.yaml", "# Ours.\n" + project.read("spec/api.yaml"))
    refused = 0
    for number in range(CHANGES):
        name = chance.choice(sorted(MUTATIONS))
        new = copy.deepcopy(whole)
        if not MUTATIONS[name](new, chance):
            continue
        new["info"]["version"] = str(number)
        project.write("upstream.yaml", yaml.safe_dump(new, sort_keys=bool(number % 2)))
        before = project.files()
        outcome = project.run("update", "--yes")
        assert "internal error" not in outcome.err and "Traceback" not in outcome.err, outcome.err
        if outcome.code:
            assert project.files() == before, outcome.err
            refused += 1
            continue
        whole = new
        document = parse(upstream.read_bytes(), path=upstream, name="upstream")
        expected = slice_document(document, ()).root
        found = parse(project.spec.read_bytes(), path=project.spec, name="spec").root
        assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True), name
        assert project.read("spec/api.yaml").startswith("# Ours.\n")
        project.does("check", "--full")
        project.does("drift", "--fail-on", "safe")
    assert refused <= CHANGES / 10


@pytest.fixture
def interrupted(tmp_path: Path) -> Project:
    """A project whose update is to be interrupted, with files of somebody else."""
    releases = [Path(__file__).parent / "releases" / f"{one}.yaml" for one in ("1.0.0", "2.0.0")]
    project = make_project(
        tmp_path / "killed", "", "api", operations=["trees/plant"], upstream="../upstream.yaml"
    )
    project.spec.unlink()
    upstream = tmp_path / "upstream.yaml"
    upstream.write_bytes(releases[0].read_bytes())
    project.does("update", "--yes")
    project.write("generated/mine.txt", "mine")
    project.write("spec/.speclock-mine.tmp", "mine")
    upstream.write_bytes(releases[1].read_bytes())
    return project


class Killed(BaseException):
    """A stop that nothing catches."""


def test_stopped_before_any_write(interrupted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """``check`` reports it, the next update finishes it, and nobody else's file is touched."""
    begin = shutil.copytree(interrupted.root, interrupted.root.with_name("begin"))
    interrupted.does("update", "--yes")
    end = interrupted.files()
    replace, left = Path.replace, 0

    def stop(self: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return replace(self, target)

    number = states = 0
    while left < 0 or not number:
        shutil.rmtree(interrupted.root)
        shutil.copytree(begin, interrupted.root)
        left = number
        number += 2
        with monkeypatch.context() as patch, suppress(Killed):
            patch.setattr(Path, "replace", stop)
            interrupted.does("update", "--yes")
        if interrupted.files() not in (tree(begin), end):
            states += 1
            checked = interrupted.run("check", code=1).err
            assert "speclock update api" in checked or "generate" in checked
        interrupted.does("update", "--yes")
        assert interrupted.files() == end
    assert states > 2
