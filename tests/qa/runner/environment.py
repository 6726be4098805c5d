"""Environments that are made on demand, of what isn't this project's."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.qa.corpus.process import ROOT, run


class Unavailable(Exception):
    """Something can't be installed or started."""


def installed(home: Path, requirements: Path) -> Path:
    """Return the programs of an environment, which is made if it is missing or stale.

    Raise :class:`Unavailable` if that fails.
    """
    wanted = f"{sys.version_info[:2]} {requirements.read_text(encoding='utf-8')}"
    programs, stamp = home / "bin", home / "stamp"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return programs
    place = home.relative_to(ROOT)
    print(f"installing {requirements.relative_to(ROOT)} into {place}", file=sys.stderr, flush=True)
    install = (programs / "python", "-m", "pip", "install", "--quiet", "--requirement")
    for command in ((sys.executable, "-m", "venv", "--clear", home), (*install, requirements)):
        ended = run(command, cwd=ROOT, timeout=600)
        if ended.code:
            raise Unavailable(f"can't install into {place}: {ended.text[-500:]}")
    stamp.write_text(wanted, encoding="utf-8")
    return programs
