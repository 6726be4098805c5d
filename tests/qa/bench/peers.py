"""What is compared with, installed on demand into an environment of its own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.qa.bench.measure import progress
from tests.qa.corpus.process import ROOT, Ended, run

HOME = ROOT / ".bench"
SPEC = ROOT / "spec" / "pinterest-audiences.yaml"
PACKAGE = "pinterest_audiences"
PEER = "openapi-python-client"
PEER_VERSION = "0.29.1"


class Failed(Exception):
    """A program that the benchmark runs did not succeed."""


def timed(
    command: Sequence[str | Path],
    env: Mapping[str, str] | None = None,
    *,
    remove: Path | None = None,
    passing: Sequence[int] = (0,),
) -> Ended:
    """Run a command in the clone to its end, with its earlier output gone.

    Raise :class:`Failed` where it ends otherwise than with the codes of ``passing``.
    """
    if remove is not None:
        shutil.rmtree(remove, ignore_errors=True)
    ended = run(command, cwd=ROOT, env=env, timeout=1800)
    if ended.code not in passing:
        shown = " ".join(map(str, command))
        raise Failed(f"{shown}\n  ended with {ended.code}: {ended.text[-2000:]}")
    return ended


def peer_generate(output: Path, spec: Path) -> tuple[list[str | Path], dict[str, str]]:
    """Return the peer's command that generates its client into a folder, and its environment.

    As in an activated environment, it finds ruff there and formats with it.
    """
    programs = _installed()
    options: list[str | Path] = [
        "--path",
        spec,
        "--output-path",
        output,
        "--meta",
        "none",
        "--overwrite",
    ]
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    return [programs / PEER, "generate", *options], {"PATH": path}


def _installed() -> Path:
    """Return the programs of the peer's environment, which is made if it is missing or stale."""
    programs = HOME / "venv" / ("Scripts" if os.name == "nt" else "bin")
    stamp = HOME / "venv" / "requirements.txt"
    requirement = f"{PEER}=={PEER_VERSION}"
    wanted = f"{sys.version_info[:2]}\n{requirement}"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        progress(f"installing {requirement} into {HOME.relative_to(ROOT)}")
        timed([sys.executable, "-m", "venv", "--clear", str(HOME / "venv")])
        timed([str(programs / "python"), "-m", "pip", "install", "--quiet", requirement])
        stamp.write_text(wanted, encoding="utf-8")
        progress("")
    return programs
