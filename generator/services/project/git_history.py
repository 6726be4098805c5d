"""Earlier versions of a file, from the git repository that it is in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .git import run_git

_MAX_VERSIONS = 1_000
_MAX_SIZE = 64 * 1024 * 1024
"""The largest version that is read, in bytes."""


def versions(path: Path) -> Iterator[bytes]:
    """Yield the versions of a file that git has, the newest first; none without a repository.

    Only commands are used that run no program that the repository's configuration names.
    """
    folder = path.parent
    count = f"--max-count={_MAX_VERSIONS}"
    seen: set[bytes] = set()
    for commit in (run_git(folder, "rev-list", count, "HEAD", "--", path.name) or b"").split():
        name = f"{commit.decode()}:./{path.name}"
        blob = run_git(folder, "rev-parse", "--verify", "--quiet", name)
        if blob and blob not in seen:
            seen.add(blob)
            name = blob.decode().strip()
            if int(run_git(folder, "cat-file", "-s", name) or _MAX_SIZE) < _MAX_SIZE:
                yield run_git(folder, "cat-file", "blob", name) or b""


def has_history(folder: Path) -> bool:
    """Tell whether a folder is in a git repository with a commit."""
    return bool(run_git(folder, "rev-parse", "--verify", "--quiet", "HEAD"))
