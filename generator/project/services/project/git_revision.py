"""The files of a commit, read from git's object database: nothing is checked out or fetched."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path, PurePosixPath

from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.portable import MAX_BYTES, resolved
from .git import run_git

SCHEME = "git:"
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ENTRY = re.compile(
    rb"(?P<mode>\d+) (?P<kind>\w+) (?P<object>[0-9a-f]+) +(?P<size>\S+)\t(?P<path>[^\0]*)\0"
)
"""What ``git ls-tree -z --long`` prints of one entry."""
_LINKS = {
    b"120000": "a symbolic link, which isn't followed in a commit",
    b"160000": "a submodule, whose repository isn't read",
}
"""Entries that lead elsewhere, by their mode."""
_LARGE_FILE = b"version https://git-lfs.github.com/spec/"


@immutable
class GitRevision:
    """A commit, and the working tree whose paths its files have."""

    name: str
    """What the user calls it: a branch, a tag, a hash."""
    commit: str
    tree: Path
    """The top folder of the working tree."""

    def path(self, file: Path) -> Path:
        """Return the path that a file of the working tree has in the commit.

        It is one that the file system cannot have: all that would read it there finds nothing.
        Raise :class:`UsageError` for a file outside the working tree.
        """
        inside = Path(os.path.normpath(file))
        if not inside.is_relative_to(self.tree):
            raise UsageError(f"{file} isn't in the git repository {self.tree}. Name a file in it.")
        return self._top / inside.relative_to(self.tree)

    def has(self, path: Path) -> bool:
        """Return True if the commit has an entry at the path, of whatever kind."""
        return self._entry(PurePosixPath(path.relative_to(self._top).as_posix())) is not None

    def shown(self, path: Path) -> str:
        """Return what messages call a file of the commit, as git writes it, with the scheme."""
        return f"{SCHEME}{self.name}:{path.relative_to(self._top).as_posix()}"

    def read(self, path: Path, limit: int = MAX_BYTES) -> bytes:
        """Return the bytes of a file of the commit, as they are in git's object database.

        Raise ``OSError`` for anything else, and for a file of more than ``limit`` bytes.
        """
        if not path.is_relative_to(self._top):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        inside = PurePosixPath(path.relative_to(self._top).as_posix())
        entries = ((place, self._entry(place)) for place in (inside, *inside.parents))
        place, entry = next((both for both in entries if both[1]), (inside, None))
        if entry and entry["mode"] in _LINKS:
            raise OSError(errno.EINVAL, f"{place} is {_LINKS[entry['mode']]}")
        if entry is None or place != inside:
            raise FileNotFoundError(errno.ENOENT, "it isn't in the commit")
        if entry["kind"] != b"blob":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not entry["size"].isdigit():
            fact = "the clone is a partial one and lacks its content, which isn't fetched"
            raise OSError(errno.ENODATA, fact)
        if int(entry["size"]) > limit:
            raise OSError(errno.EFBIG, f"it has more than {limit:,} bytes")
        data = run_git(self.tree, "cat-file", "blob", entry["object"].decode())
        if data is None:
            raise OSError(errno.EIO, "git cannot read it")
        if data.startswith(_LARGE_FILE):
            raise OSError(errno.EINVAL, "its content is in Git LFS, not in git")
        return data

    @property
    def _top(self) -> Path:
        """The path of the commit's root."""
        return resolved(Path(os.devnull) / self.commit)

    def _entry(self, path: PurePosixPath) -> dict[str, bytes] | None:
        arguments = ("ls-tree", "-z", "--long", "--full-tree", self.commit, "--", str(path))
        match = _ENTRY.fullmatch(run_git(self.tree, *arguments) or b"")
        return match.groupdict() if match and match["path"] == os.fsencode(str(path)) else None


def find_revision(name: str, folder: Path) -> GitRevision:
    """Return the commit that git calls ``name``, in the repository that ``folder`` is in.

    Raise :class:`UsageError` if there is none, or the repository borrows the objects of another.
    """
    shown = f"{SCHEME}{name}"
    top = run_git(folder, "rev-parse", "--show-toplevel")
    if top is None:
        raise UsageError(
            f"{shown}: git finds no repository with a working tree at {folder}. Run the command in "
            "one; if git calls its owner dubious, `git status` there has the remedy."
        )
    borrowed = _line(folder, "rev-parse", "--git-path", "objects/info/alternates")
    if os.path.lexists(folder / borrowed):
        raise UsageError(
            f"{shown}: the repository takes objects from another one, which isn't read. Copy them: "
            f"`git repack -a -d`, then remove {borrowed}."
        )
    is_name = name.isprintable() and not name.startswith("-")
    commit = (
        _line(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") if is_name else ""
    )
    if not _OBJECT.fullmatch(commit):
        raise UsageError(f"{shown}: git has no commit of this name. {_remedy(name, folder)}")
    return GitRevision(name, commit, resolved(Path(os.fsdecode(top).removesuffix("\n"))))


def _remedy(name: str, folder: Path) -> str:
    remote, slash, branch = name.partition("/")
    if _line(folder, "rev-parse", "--is-shallow-repository") == "true":
        fetch = f" {remote} {branch}:refs/remotes/{name}" if slash and remote == "origin" else ""
        return (
            f"The clone is shallow. Fetch more: `git fetch {fetch.strip() or '--unshallow'}`; in a "
            "workflow of GitHub Actions, `fetch-depth: 0` for actions/checkout."
        )
    fetch = f"git fetch {remote}" if slash else "git fetch --all --tags"
    return f"`git branch -a` and `git tag` list names; `{fetch}` gets what the clone lacks."


def _line(folder: Path, *arguments: str) -> str:
    return os.fsdecode(run_git(folder, *arguments) or b"").removesuffix("\n")
