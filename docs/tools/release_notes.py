"""Write the notes of a release: the section of its version in ``CHANGELOG.md``.

Run it with ``python -m docs.tools.release_notes v1.2.3 FILE``. It fails if the tag is not
the version in ``generator/base/version.py``, the changelog does not have that version, or the owner
of the repository is not set.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from generator.base.version import REPOSITORY, __version__

from .pages import ROOT

CHANGELOG = ROOT / "CHANGELOG.md"


def release_notes(tag: str, version: str, changelog: str) -> str:
    """Return the section of a version, without its heading, or raise :class:`ValueError`."""
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag}, but generator/base/version.py has {version}")
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$"
    sections = re.findall(rf"{heading}\n(.*?)(?=^## |^\[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if len(sections) != 1 or not sections[0].strip():
        raise ValueError(f"CHANGELOG.md needs one section with the heading: ## [{version}] - DATE")
    return f"{sections[0].strip()}\n"


def main(tag: str, file: str) -> str:
    """Write the notes of a tag, and return the reason if that is not possible."""
    if REPOSITORY.startswith("OWNER/"):
        return (
            "::error::set REPOSITORY in generator/base/version.py, then run: python -m docs.tools"
        )
    try:
        notes = release_notes(tag, __version__, CHANGELOG.read_text(encoding="utf-8"))
    except ValueError as error:
        return f"::error::{error}"
    Path(file).write_text(notes, encoding="utf-8", newline="\n")
    return ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
