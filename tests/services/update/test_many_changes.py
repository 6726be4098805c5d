"""A description that moves on by random changes, one update each; and updates that are killed."""

from __future__ import annotations

import copy
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
import yaml

from generator.document.load import parse
from generator.document.slice.slice_document import slice_document
from generator.services import generate
from tests.drift.mutations import MUTATIONS
from tests.support.command import speclock, without_layout

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
BASES = ROOT / "tests" / "drift" / "bases"
CHANGES = int(os.environ.get("SPECLOCK_CHANGES", "5"))
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


OLD, NEW = "1.0.0", "2.0.0"


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """``check`` reports it, the next update finishes it, and nobody else's file is touched."""
    project, upstream = tmp_path / "killed", tmp_path / "upstream.yaml"
    project.mkdir()
    releases = [BASES.parents[1] / "services/update/releases" / f"{v}.yaml" for v in (OLD, NEW)]
    upstream.write_bytes(releases[0].read_bytes())
    (project / "pyproject.toml").write_text(
        SETTINGS.replace('"upstream.yaml"', '"../upstream.yaml"').replace('"*"', '"trees/plant"')
    )
    run(project, "update", "--yes")
    (project / "generated" / "mine.txt").write_text("mine")
    (project / "spec" / ".speclock-mine.tmp").write_text("mine")
    start = tmp_path / "start"
    shutil.copytree(project, start)
    upstream.write_bytes(releases[1].read_bytes())
    began = time.perf_counter()
    run(project, "update", "--yes")
    duration = time.perf_counter() - began
    end = files(project)
    lock = project / "spec" / "speclock.lock"
    before = (start / "spec" / "speclock.lock").read_bytes()
    kills = int(os.environ.get("SPECLOCK_KILLS", "4"))
    unfinished = number = 0
    while number < kills or (not unfinished and number < 10 * kills):
        number += 1
        shutil.rmtree(project)
        shutil.copytree(start, project)
        process = command(project, "update", "--yes")
        if number % 3 == 1:
            time.sleep(duration * random.random())
        else:  # most of the time passes before anything is written
            while process.poll() is None and lock.read_bytes() == before:
                time.sleep(0.001)
            time.sleep(0.02 * random.random())
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        found = {n: d for n, d in files(project).items() if not TEMPORARY.search(n)}
        whole = found in (files(start), end)
        checked = run(project, "check", code=None)
        assert whole or checked.returncode == 1, checked.stdout + checked.stderr
        if not whole:
            unfinished += 1
            assert "speclock update api" in checked.stderr or "generate" in checked.stderr
        run(project, "update", "--yes")
        assert files(project) == end
    run(project, "check", "--full")
    run(project, "drift")
    assert unfinished
    assert (project / "generated" / "mine.txt").read_text() == "mine"
    assert (project / "spec" / ".speclock-mine.tmp").read_text() == "mine"


TEMPORARY = re.compile(r"\.speclock-[0-9a-f]{16}\.tmp$")


def files(folder: Path) -> dict[str, bytes]:
    """The bytes of every file, but for caches."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        if "__pycache__" not in path.parts
    }


def command(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "generator", *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(folder: Path, *words: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    process = command(folder, *words)
    out, err = process.communicate(timeout=120)
    assert code is None or process.returncode == code, out + err
    return subprocess.CompletedProcess(words, process.returncode, out, err)
