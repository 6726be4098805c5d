"""The two sides of a comparison: files, a URL, or commits of git."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from ....base.config import Client
from ....base.errors import UsageError
from ....base.portable import is_url, resolved
from ....base.printable import display_path
from ...lockfile import LOCK, parse_lock
from ..project.descriptions import DescriptionBytes, Reach, read_file, setting
from ..project.git_revision import SCHEME, GitRevision, find_revision
from ..project.resolve import with_pins


def is_commit(side: str) -> bool:
    """Return True for ``git:REV`` and ``git:REV:PATH``, False for a file and a URL."""
    return side.startswith(SCHEME) and not is_url(side)


def is_of_client(side: str) -> bool:
    """Return True for ``git:REV``, the client's own description at a commit."""
    return is_commit(side) and ":" not in side.removeprefix(SCHEME)


def read_side(side: str, client: Client, root: Path) -> DescriptionBytes:
    """Return a description of this machine: a file's, a commit's, or by default the client's own.

    A file's path is relative to the current folder. That of ``git:REV:PATH`` is, as in git,
    relative to the top of the repository, or to the current folder if it begins with ``./`` or
    ``../``. Raise :class:`UsageError` for what cannot be read.
    """
    reach = Reach.of_clients([client], root)
    if is_commit(side):
        return _read_commit(side, client, root, reach)
    spec = Path.cwd() / side if side else root / client.spec
    origin = "" if side else setting("spec", client)
    return read_file(spec, display_path(spec, root), origin, client.budget, reach)


def _read_commit(side: str, client: Client, root: Path, reach: Reach) -> DescriptionBytes:
    name, _, inside = side.removeprefix(SCHEME).partition(":")
    revision = find_revision(name, root)
    if not inside:
        file = resolved(root) / client.spec
    elif PurePosixPath(inside).parts[0] == ".." or inside.startswith("./"):
        file = resolved(Path.cwd()) / inside
    else:
        file = revision.tree / inside
    path = revision.path(file)
    shown = revision.shown(path)
    try:
        data = revision.read(path)
    except OSError as error:
        where = (
            "Check the path." if inside else f"Name its file in that commit: {SCHEME}{name}:PATH"
        )
        raise UsageError(f"{shown} cannot be read: {error.strerror}. {where}") from None
    return DescriptionBytes(data, path, shown, budget=client.budget, reach=reach, revision=revision)


def client_at(client: Client, root: Path, revision: GitRevision | None) -> Client:
    """Return a client with the pins of its lock at a commit; as it is if that has none of it."""
    if revision is None or client.lock is None:
        return client
    path = revision.path((resolved(root) / client.spec).with_name(LOCK))
    if not revision.has(path):
        return client
    name = revision.shown(path)
    lock = parse_lock(revision.read(path), name)
    if client.package not in lock.clients:
        return client
    return with_pins(client, lock, name, client.lock.typed)
