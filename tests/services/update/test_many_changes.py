"""A description that moves on by random changes, one update each; and updates that are killed."""

from __future__ import annotations

import copy
import json
import os
import random
from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml

from generator.document.load import parse
from generator.document.slice.slice_document import slice_document
from generator.services import generate
from tests.drift.mutations import MUTATIONS
from tests.support.command_line import speclock
from tests.support.skip_formatting import without_layout

pytestmark = pytest.mark.slow

BASES = Path(__file__).parents[2] / "drift" / "bases"
CHANGES = int(os.environ.get("SPECLOCK_CHANGES", "10"))
"""Of each of the four descriptions."""
SETTINGS = """\
[tool.speclock.clients.api]
spec = "spec/api.yaml"
operations = ["*"]
upstream = "upstream.yaml"
"""


@pytest.mark.parametrize("seed", range(4))
def test_many_changes(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost, and all is green after each."""
    monkeypatch.setattr(generate, "_model_process", lambda: nullcontext(None))
    chance = random.Random(seed)
    bases = sorted(BASES.glob("*.yaml"))
    whole = yaml.safe_load(bases[seed % len(bases)].read_text(encoding="utf-8"))
    upstream, spec = tmp_path / "upstream.yaml", tmp_path / "spec" / "api.yaml"
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    upstream.write_text(yaml.safe_dump(whole, sort_keys=False))
    update(tmp_path)
    spec.write_text("# Ours.\n" + spec.read_text())
    refused = 0
    for number in range(CHANGES):
        name = chance.choice(sorted(MUTATIONS))
        new = copy.deepcopy(whole)
        if not MUTATIONS[name](new, chance):
            continue
        new["info"]["version"] = str(number)
        upstream.write_text(yaml.safe_dump(new, sort_keys=bool(number % 2)))
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        code, error = update(tmp_path)
        assert "internal error" not in error and "Traceback" not in error, error
        if code:
            assert all(path.read_bytes() == data for path, data in before.items()), error
            refused += 1
            continue
        whole = new
        document = parse(upstream.read_bytes(), path=upstream, name="upstream")
        expected = slice_document(document, ()).root
        found = parse(spec.read_bytes(), path=spec, name="spec").root
        assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True), name
        assert spec.read_text().startswith("# Ours.\n")
        with without_layout():
            checked = speclock(tmp_path, "check", "--full")
        assert checked.code == 0, (name, checked.err)
        told = speclock(tmp_path, "drift", "--fail-on", "safe")
        assert told.code == 0, (name, told.out)
    assert refused <= CHANGES / 10


def update(folder: Path) -> tuple[int, str]:
    with without_layout():
        outcome = speclock(folder, "update", "--yes")
    return outcome.code, outcome.err
