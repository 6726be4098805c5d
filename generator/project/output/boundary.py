"""The boundary of a project: no setting leads a command to write outside of it.

Anybody may have written the settings of a checkout, and committed its links. What the user types is
the user's own wish: there only git's folder and links that lead out of their project are refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ...base.portable import is_device, resolved
from ...base.printable import display_path, shortened
from .write import UnsafePath, is_link

_PROJECT = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
_IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""Characters that macOS ignores in the names of files."""


def repository_of(folder: Path) -> Path | None:
    """Return the root of the git repository around a folder; None if there is none.

    Git isn't run: it is the nearest folder with ``.git``. A repository in the user's home folder,
    such as one of dotfiles, isn't that of the folders below it.
    """
    root = _nearest(folder, (".git",))
    is_home = root and root != folder and Path("~").expanduser().is_relative_to(root)
    return None if is_home else root


def project_of(folder: Path) -> Path | None:
    """Return the nearest folder upwards that looks like a project's root."""
    return _nearest(folder, _PROJECT)


def _nearest(folder: Path, names: tuple[str, ...]) -> Path | None:
    upwards = (folder, *folder.parents)
    return next((one for one in upwards if any((one / name).exists() for name in names)), None)


def boundary_of(root: Path) -> Path:
    """Return the folder that the settings in ``root`` may write to: the repository, or ``root``."""
    real = resolved(root)
    return repository_of(real) or real


def is_inside(root: Path, name: str) -> bool:
    """Tell whether a path in the settings of ``root`` is within their boundary, links apart."""
    return _normal(root, name).is_relative_to(boundary_of(root)) and not _is_drive(name)


def check_inside(root: Path, name: str, remedy: str) -> None:
    """Raise :class:`UnsafePath` unless a command may write to ``name``, a path in the settings.

    It lies within the boundary of ``root``, the settings' folder, also if links are followed, and
    isn't in git's folder.
    """
    shown = shortened(repr(name), 80)
    if _is_drive(name) or any(map(is_device, name.split("/"))):
        fact = "contains a colon or the name of a device, which no file has on Windows"
        raise UnsafePath(shown, fact, remedy)
    boundary, path = boundary_of(root), _normal(root, name)
    for one in (path, resolved(root) / name):  # with ``..`` after a link, two paths
        real = resolved(one)
        if not path.is_relative_to(boundary) and not real.is_relative_to(boundary):
            fact = f"is outside of the project, {boundary}"
            raise UnsafePath(shown, fact, remedy)
        if not real.is_relative_to(boundary):
            inside = (way for way in _ways(path) if way.is_relative_to(boundary))
            out = (w for w in inside if not resolved(w).is_relative_to(boundary))
            raise _leading_out(next(out, one))
        _check_git(shown, one, real)


def check_typed(path: Path) -> None:
    """Raise :class:`UnsafePath` if a link leads ``path``, which the user named, out of the
    project that the link is in, or if it is in git's folder.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    for way in filter(is_link, _ways(path)):
        folder = resolved(way.parent)
        project = repository_of(folder) or project_of(folder)
        if project and not resolved(way).is_relative_to(project):
            raise _leading_out(way)
    _check_git(display_path(path), path, resolved(path))


def _leading_out(way: Path) -> UnsafePath:
    fact = f"leads out of the project, to {display_path(os.path.realpath(way))}"
    return UnsafePath(display_path(way), fact, "Remove the link, or name that folder in its place.")


def _check_git(shown: str, *paths: Path) -> None:
    """Raise :class:`UnsafePath` for a path in git's own folder."""
    if any(map(_is_git, (part for path in paths for part in path.parts))):
        raise UnsafePath(shown, "is in a folder of git's own files", "Name another folder.")


def _is_git(name: str) -> bool:
    """Return True for a name that Windows or macOS take for ``.git``, as git itself does."""
    name = _IGNORED.sub("", name).lower().partition(":")[0].rstrip(". ")
    return name in (".git", "git~1")


def _is_drive(name: str) -> bool:
    """Return True for a path with a drive of another system, or a stream of a file."""
    return ":" in os.path.splitdrive(name)[1]


def _normal(root: Path, name: str) -> Path:
    """Return an absolute path without ``..``; links below ``root`` aren't followed."""
    return Path(os.path.normpath(resolved(root) / name))


def _ways(path: Path) -> Iterator[Path]:
    """Yield an absolute path and the folders above it, the topmost first."""
    yield from (*reversed(path.parents), path)
