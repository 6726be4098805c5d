"""Write the pages, tables and pictures of the documentation that have a source elsewhere.

    python -m docs.tools [NAME ...]    # all, or those with these names
    python -m docs.tools --check       # name the files that differ; write nothing

``report-picture`` is only made by its name: it needs Chromium. The page of faults is written by
``python tests/client/test_faults.py --write-docs``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from . import (
    commands,
    configuration,
    install_lines,
    pictures,
    repository,
    rules,
    settings_schema,
    templates,
    upgrading,
)
from .pages import ROOT


class Writer(Protocol):
    """A module that writes files, or parts of them."""

    @property
    def PATHS(self) -> tuple[Path, ...]:  # noqa: N802 - a constant of the module
        """The files."""
        ...

    def written(self, _text: str, /) -> str:
        """Return a file as it has to be; its text is given."""
        ...


WRITERS: Mapping[str, Writer] = {
    "commands": commands,
    "configuration": configuration,
    "rules": rules,
    "settings-schema": settings_schema,
    "show-picture": pictures,
    "templates": templates,
    "upgrading": upgrading,
    "install-lines": install_lines,
    "repository": repository,
}
REPORT_PICTURE = "report-picture"


def outdated(names: Iterable[str] = WRITERS) -> dict[Path, str]:
    """Return the files that differ from their sources, as they have to be."""
    texts: dict[Path, str] = {}
    for name in names:
        for path in WRITERS[name].PATHS:
            text = texts.get(path) or path.read_text(encoding="utf-8")
            texts[path] = WRITERS[name].written(text)
    return {path: text for path, text in texts.items() if text != path.read_text(encoding="utf-8")}


def main(arguments: list[str]) -> int:
    """Write the files, or name those that differ; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m docs.tools", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(WRITERS))
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1")
    options = parser.parse_args(arguments)
    names = [name for name in options.names if name != REPORT_PICTURE]
    if unknown := {*names} - WRITERS.keys():
        parser.error(f"no {', '.join(sorted(unknown))}. Known: {', '.join(WRITERS)}")
    if REPORT_PICTURE in options.names:
        pictures.take_picture()
    changed = outdated(names or WRITERS) if names or not options.names else {}
    for path, text in changed.items():
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
        if not options.check:
            path.write_text(text, encoding="utf-8", newline="\n")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
