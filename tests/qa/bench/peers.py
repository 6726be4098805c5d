"""What is compared with, installed on demand into an environment of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.qa.corpus.process import ROOT, Ended, run
from tests.qa.runner.environment import Unavailable, installed

SPEC = ROOT / "spec" / "pinterest-audiences.yaml"
PACKAGE = "pinterest_audiences"
PEER = "openapi-python-client"
ENVIRONMENT = ROOT / ".bench", Path(__file__).with_name("requirements.txt")


def timed(
    command: Sequence[str | Path],
    env: Mapping[str, str] | None = None,
    *,
    remove: Path | None = None,
    passing: Sequence[int] = (0,),
) -> Ended:
    """Run a command in the clone to its end, with its earlier output gone.

    Raise :class:`Unavailable` where it ends otherwise than with the codes of ``passing``.
    """
    if remove is not None:
        shutil.rmtree(remove, ignore_errors=True)
    ended = run(command, cwd=ROOT, env=env, timeout=1800)
    if ended.code not in passing:
        shown = " ".join(map(str, command))
        raise Unavailable(f"{shown}\n  ended with {ended.code}: {ended.text[-2000:]}")
    return ended


def peer_generate(output: Path, spec: Path) -> tuple[list[str | Path], dict[str, str]]:
    """Return the peer's command that generates its client into a folder, and its environment.

    As in an activated environment, it finds ruff there and formats with it.
    """
    programs = installed(*ENVIRONMENT)
    words: list[str | Path] = [programs / PEER, "generate", "--path", spec, "--output-path", output]
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    return [*words, "--meta", "none", "--overwrite"], {"PATH": path}
