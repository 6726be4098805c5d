"""Earlier versions of a file, from the git repository that it is in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

_MAX_VERSIONS = 1_000
_MAX_SECONDS = 60
_MAX_SIZE = 64 * 1024 * 1024
"""The largest version that is read, in bytes."""
_ENVIRONMENT = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
"""Git changes nothing, fetches nothing that a partial clone lacks, and takes names as they are."""


def versions(path: Path) -> Iterator[bytes]:
    """Yield the versions of a file that git has, the newest first; none without a repository.

    Only commands are used that run no program that the repository's configuration names.
    """
    folder = path.parent
    listed = _git(folder, "rev-list", f"--max-count={_MAX_VERSIONS}", "HEAD", "--", path.name)
    seen: set[bytes] = set()
    for commit in listed.split():
        blob = _git(folder, "rev-parse", "--verify", "--quiet", f"{commit.decode()}:./{path.name}")
        if blob and blob not in seen:
            seen.add(blob)
            name = blob.decode().strip()
            if int(_git(folder, "cat-file", "-s", name) or _MAX_SIZE) < _MAX_SIZE:
                yield _git(folder, "cat-file", "blob", name)


def has_history(folder: Path) -> bool:
    """Tell whether a folder is in a git repository with a commit."""
    return bool(_git(folder, "rev-parse", "--verify", "--quiet", "HEAD"))


def _git(folder: Path, *arguments: str) -> bytes:
    """Return what a git command prints; nothing if it fails."""
    try:
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", *arguments],
            cwd=folder,
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_MAX_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
