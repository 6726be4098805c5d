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
    code, printed = run_git(folder, *arguments) or (1, b"")
    return printed if code == 0 else b""
