"""This tree beside an earlier commit of it: the processor's time of each command."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.qa.bench import peers
from tests.qa.bench.commands import NEW, OLD, SHARED, WHOLE
from tests.qa.bench.measure import MILLISECONDS, Row, interleaved, table
from tests.qa.corpus.process import ROOT, run
from tests.qa.runner.environment import Unavailable

COMMIT = Path(__file__).with_name("earlier.txt")
"""The file that names the commit; a release writes its own there."""
MOST, MOST_IN_CI = 1.1, 1.2
"""The ratios to that commit, at most: CI's machines are noisier."""
MID_SIZE = SHARED / "corpus" / "spotify.yaml"
SETTINGS = """
[tool.speclock.clients.bench]
spec = "api.yaml"
upstream = {upstream}
operations = ["audiences/create"]
"""


@dataclass(frozen=True, slots=True)
class Tree:
    """The sources of a commit, or of this tree, and a folder to work in."""

    root: Path
    work: Path

    def seconds(self, *words: str | Path, folder: str = ".") -> float:
        """Run a command; return the seconds of the processor.

        Raise :class:`Unavailable` where it ends otherwise than with a result or a difference.
        """
        command = [sys.executable, "-m", "generator", *words]
        env = {
            "PYTHONPATH": str(self.root),
            "PYTHONSAFEPATH": "1",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.work / "bytecode"),
            "XDG_CACHE_HOME": str(self.work / "cache"),
        }
        ended = run(command, cwd=self.work / folder, env=env, timeout=600)
        if ended.code not in (0, 1):
            shown = " ".join(map(str, command))
            raise Unavailable(f"{shown}\n  ended with {ended.code}: {ended.text[-2000:]}")
        return ended.processor

    def generate(self, spec: Path, *options: str, command: str = "generate") -> float:
        """Generate the client of a description, or check it."""
        line: list[str | Path] = [
            "--spec",
            spec,
            "--package",
            "bench",
            "--client",
            "Pinterest",
            "--output",
            "out",
        ]
        folder = self.work / spec.stem
        folder.mkdir(exist_ok=True)
        return self.seconds(command, *line, "--quiet", *options, folder=spec.stem)

    def update(self) -> float:
        """Compare the description of a client with the next release of its upstream."""
        folder = self.work / "update"
        settings = folder / "pyproject.toml"
        if not folder.exists():
            folder.mkdir()
            settings.write_text(SETTINGS.format(upstream=_quoted(OLD)), encoding="utf-8")
            self.seconds("update", "--yes", "--quiet", folder="update")
            settings.write_text(SETTINGS.format(upstream=_quoted(NEW)), encoding="utf-8")
        return self.seconds("update", "--dry-run", "--quiet", folder="update")


Work = Callable[[Tree], float]
"""A command to time, in a tree."""


def bench(rounds: int) -> bool:
    """Time the commands; is none slower than at the commit?"""
    return _compared(_commands(), max(5, rounds // 3), MOST)


def quick(rounds: int) -> bool:
    """Time `generate` alone, of the example and of a description of middle size."""
    commands: dict[str, Work] = {}
    for spec in (peers.SPEC, MID_SIZE):
        if spec.is_file():
            commands[f"generate {spec.name}"] = partial(_generate, spec)
    return _compared(commands, min(5, rounds), MOST_IN_CI)


def _commands() -> dict[str, Work]:
    seed, changed = peers.SPEC, Path("changed.yaml")
    commands: dict[str, Work] = {
        "generate": partial(_generate, seed),
        "the same, nothing changed": lambda tree: tree.generate(seed),
        "check": lambda tree: tree.generate(seed, command="check"),
        "ls": lambda tree: tree.seconds("ls", seed, "--quiet"),
        "drift, one change": lambda tree: _drift(tree, seed, changed),
    }
    if WHOLE.is_file():
        commands["generate, whole API"] = partial(_generate, WHOLE)
        commands["ls, whole API"] = lambda tree: tree.seconds("ls", WHOLE, "--quiet")
    if OLD.is_file() and NEW.is_file():
        commands["drift, whole API"] = lambda tree: _drift(tree, OLD, NEW)
        commands["update"] = Tree.update
    return commands


def _generate(spec: Path, tree: Tree) -> float:
    return tree.generate(spec, "--fresh")


def _drift(tree: Tree, base: Path, revision: Path) -> float:
    return tree.seconds("drift", "--base", base, "--revision", revision, "--quiet")


def _compared(commands: dict[str, Work], rounds: int, most: float) -> bool:
    """Time each command in both trees, in turn, and print the ratios."""
    commit = COMMIT.read_text(encoding="utf-8").strip()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        print(f"\nBeside {commit[:8]}: skipped, the history of this clone doesn't have it.")
        return True
    met = True
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:
        sources = Path(scratch, "sources")
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(sources, filter="data")
        trees = {f"{commit[:8]}": _tree(sources, scratch, "then")}
        trees["this tree"] = _tree(ROOT, scratch, "now")
        for title, command in commands.items():
            trials = {name: partial(command, tree) for name, tree in trees.items()}
            for warm_up in trials.values():
                warm_up()
            samples = interleaved(title, rounds, trials)
            met &= _table(title, samples, most)
    return met


def _table(title: str, samples: dict[str, list[float]], most: float) -> bool:
    (then, before), (now, after) = samples.items()
    rows: Sequence[Row] = [Row(then, before), Row(now, after, most)]
    return table(f"{title}: CPU, {len(after)} alternating runs each", MILLISECONDS, rows)


def _tree(root: Path, scratch: str, name: str) -> Tree:
    work = Path(scratch, name)
    work.mkdir()
    text = peers.SPEC.read_text(encoding="utf-8")
    (work / "changed.yaml").write_text(_with_change(text), encoding="utf-8")
    return Tree(root, work)


def _with_change(text: str) -> str:
    """Return the example's description with another limit."""
    changed = text.replace("maxLength: ", "maxLength: 1", 1)
    assert changed != text
    return changed


def _quoted(path: Path) -> str:
    """Return a path as a string of TOML."""
    return f"'{os.fspath(path)}'"
