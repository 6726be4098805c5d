"""The HTTP library of a new client: that of the project, by its dependencies."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, MetadataPathFinder
from pathlib import Path
from typing import Any, cast

from ....base.portable import parse_toml

DEFAULT = "httpx"
NEWER = "httpx2"
_NAME = re.compile(r"[\w.-]+")
_EXTRA = re.compile(r";.*\bextra\s*==")
"""A requirement of a distribution's extra, which isn't installed unless that is asked for."""


def http_library(settings: bytes | None, root: Path) -> tuple[str, str]:
    """Return the HTTP library of a project, and the dependency that brings it if that isn't httpx.

    It is httpx2 if ``pyproject.toml`` (``settings``) declares it, if an installed dependency that
    is declared there requires it, or if it is installed in the project's ``.venv``; unless httpx is
    declared. Sources: PEP 621, PEP 735 and Poetry's tables; PEP 345, ``Requires-Dist``.
    """
    names = {*_declared(settings)}
    if DEFAULT in names:
        return DEFAULT, ""
    if NEWER in names:
        return NEWER, NEWER
    own = [str(path) for path in _site_packages(root / ".venv")]
    for name in sorted(names):
        if NEWER in _required(name, own or sys.path):
            return NEWER, name
    if own and _installed(NEWER, own) is not None:
        return NEWER, ".venv"
    return DEFAULT, ""


def _site_packages(environment: Path) -> list[Path]:
    """Return the folders of an environment's packages; none if it isn't there."""
    folders = [*environment.glob("lib/python3*/site-packages"), environment / "Lib/site-packages"]
    return [folder for folder in folders if folder.is_dir()]


def _installed(name: str, path: list[str]) -> Distribution | None:
    context = MetadataPathFinder.Context(name=name, path=path)
    return next(iter(MetadataPathFinder.find_distributions(context)), None)


def _required(name: str, path: list[str]) -> set[str]:
    """Return the packages that an installed one requires, and these in turn; without extras."""
    required: set[str] = set()
    waiting = [name]
    while waiting:
        distribution = _installed(waiting.pop(), path)
        if distribution is None:
            continue
        plain = [line for line in distribution.requires or () if not _EXTRA.search(line)]
        new = {*_names(plain)} - required
        required |= new
        waiting += new
    return required


def _declared(settings: bytes | None) -> Iterator[str]:
    """Yield the names of the packages that a pyproject.toml declares."""
    data: Any = parse_toml((settings or b"").decode(), "pyproject.toml")
    project, poetry = (_table(data, *path) for path in (("project",), ("tool", "poetry")))
    lists: list[Any] = [project.get("dependencies")]
    lists += _table(project, "optional-dependencies").values()
    lists += _table(data, "dependency-groups").values()
    lists += [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    lists += [_table(group, "dependencies") for group in _table(poetry, "group").values()]
    for part in lists:
        if isinstance(part, (list, dict)):
            yield from _names(map(str, cast("Iterable[object]", part)))


def _names(requirements: Iterable[str]) -> Iterator[str]:
    """Yield the normalized names of requirements (PEP 503)."""
    for requirement in requirements:
        name = _NAME.match(requirement.strip())
        if name is not None:
            yield re.sub(r"[-_.]+", "-", name[0]).lower()


def _table(data: Any, *path: str) -> dict[str, Any]:
    """Return a table of TOML; an empty one if there is none."""
    table: Any = data
    for name in path:
        table = cast("dict[str, Any]", table).get(name) if isinstance(table, dict) else None
    return cast("dict[str, Any]", table) if isinstance(table, dict) else {}
