"""Git, called so that nothing of a checkout's configuration runs a program or fetches anything."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

_MAX_SECONDS = 60
_MAX_VERSIONS = 1_000
_MAX_SIZE = 64 * 1024 * 1024
"""The largest version that is read, in bytes."""

_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
"""Git changes nothing, takes names, objects and history as they are, and doesn't fetch what a
partial clone lacks: by no protocol, since versions before 2.44 ignore ``GIT_NO_LAZY_FETCH``."""
_OF_HOOKS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"})
"""What git sets for its hooks: the repository is the one that the folder is in."""


def run_git(
    folder: Path,
    *arguments: str,
    ceiling: Path | None = None,
    data: bytes = b"",
    environment: Mapping[str, str] | None = None,
    codes: range = range(1),
) -> bytes | None:
    """Return what a git command prints; None if git cannot be run, or has none of the exit codes.

    With ``ceiling``, a repository in that folder or above isn't looked for. ``data`` is the
    standard input; ``environment`` overrides speclock's own settings.
    """
    git = _git()
    if git is None:
        return None
    more = {"GIT_CEILING_DIRECTORIES": str(ceiling)} if ceiling else {}
    own = {name: text for name, text in os.environ.items() if name not in _OF_HOOKS}
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    try:
        done = subprocess.run(
            [git, *settings, *arguments],
            cwd=folder,
            env={**own, **_ENVIRONMENT, **more, **(environment or {})},
            input=data,
            capture_output=True,
            check=False,
            timeout=_MAX_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode in codes else None


def _git() -> str | None:
    """Return the absolute path of git; an entry of ``PATH`` that is relative isn't searched."""
    folders = (folder for folder in os.get_exec_path() if Path(folder).is_absolute())
    paths = (shutil.which("git", path=folder) for folder in folders)
    return next((path for path in paths if path and Path(path).is_absolute()), None)


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
