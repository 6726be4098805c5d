"""The runtimes that versions of speclock wrote, told by the hashes of their modules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ...codegen.render.templates import HEADERS, templates_folder
from ...errors import UsageError
from ...hashing import sha256_of, with_lf
from ...portable import read_bytes
from ...printable import counted
from ...version import __version__

RECORD = Path(__file__).with_name("runtimes.json")
"""The hashes of the modules of versions before this one: by version and module, one each build."""
_RENDERED = "http.py"
"""The module that depends on the client's settings."""


def runtime_state(folder: Path, version: str) -> str:
    """Return the version of a package's runtime, and which of its files are not of that version.

    ``folder`` has the modules of the runtime; ``version`` is that of the speclock that generated
    it. A runtime of a version that this one doesn't know isn't compared; "" if there is none.
    """
    modules = [path for path in sorted(folder.glob("*.py")) if path.name != _RENDERED]
    if not modules:
        return ""
    files = counted(len(modules), "file")
    hashes = runtime_hashes() if version == __version__ else recorded_runtimes().get(version, {})
    if not hashes:
        return f"speclock {version}, not compared, {files}"
    changed = [path.name for path in modules if not _is_one_of(path, hashes.get(path.name, ()))]
    if changed:
        return f"speclock {version}, {len(changed)} of {files} changed: {', '.join(changed)}"
    return f"speclock {version}, unchanged, {files}"


def _is_one_of(path: Path, hashes: Sequence[str]) -> bool:
    try:
        return sha256_of(with_lf(read_bytes(path))) in hashes
    except (OSError, UsageError):  # not a regular file
        return False


def runtime_hashes() -> dict[str, list[str]]:
    """Return the SHA-256 of each module of this version's runtime, as packages have it."""
    folder = templates_folder() / "client" / "_runtime"
    header = HEADERS[".py"].encode()
    modules = sorted(folder.glob("*.py"))
    return {path.name: [sha256_of(header + with_lf(read_bytes(path)))] for path in modules}


def recorded_runtimes() -> dict[str, dict[str, list[str]]]:
    """Return the hashes of the modules of earlier versions, by version and name of the module."""
    runtimes: dict[str, dict[str, list[str]]] = json.loads(RECORD.read_bytes())
    return runtimes
