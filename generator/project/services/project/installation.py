"""Installations: the origin of this speclock, and the commands that install packages."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ....base.immutable import immutable
from ....base.version import RELEASED, REPOSITORY
from ...output.boundary import boundary_of

NAME = "speclock"
_URL = re.compile(r"https://github\.com/([\w-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII)
"""The URLs of repositories whose action a workflow can use."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_VERSION = re.compile(r"[0-9][a-z0-9.]*")
_FOLDER = ".venv"
_UV = "uv pip install"
_PIP = "pip install"
_IS_WINDOWS = os.name == "nt"


def action() -> str:
    """Return the action that installs this speclock, as ``OWNER/NAME@REF``.

    It is empty if there is none: speclock is run from a clone, or was installed from a folder or
    a file, or by git from another host than GitHub.
    """
    if __name__.partition(".")[0] != NAME:
        return ""
    try:
        return action_of(distribution(NAME))
    except PackageNotFoundError:
        return ""


def action_of(installed: Distribution, *, released: bool = RELEASED) -> str:
    """Return the action of a distribution by its ``direct_url.json``.

    A distribution without that file is from an index (PEP 610, Specification); its version is a tag
    of the repository once there is a release.
    """
    match _direct_url(installed):
        case None:
            version = installed.version
            is_tag = released and _VERSION.fullmatch(version)
            return f"{REPOSITORY}@v{version}" if is_tag else ""
        case {"url": str(url), "vcs_info": {"vcs": "git", "commit_id": str(commit)}, **more}:
            place = _URL.fullmatch(url)
            is_usable = place and _COMMIT.fullmatch(commit) and "subdirectory" not in more
            return f"{place[1]}@{commit}" if place and is_usable else ""
        case _:
            return ""


def source() -> str:
    """Return what an installer is given to install this speclock: a URL, or its name."""
    try:
        data = _direct_url(distribution(NAME))
    except PackageNotFoundError:
        return NAME
    match data:
        case {"url": str(url), "vcs_info": {"vcs": str(vcs), "commit_id": str(commit)}}:
            return f"{vcs}+{url}@{commit}"
        case {"url": str(url)}:
            return url
        case _:
            return NAME


def _direct_url(installed: Distribution) -> Any:
    """Return the data of ``direct_url.json``; None without that file, ``""`` for no JSON."""
    try:
        text = installed.read_text("direct_url.json")
        return None if text is None else json.loads(text)
    except ValueError:
        return ""


@immutable
class ProjectEnvironment:
    """The commands for the environment of a project."""

    steps: tuple[str, ...]
    """Those that make and activate it; none where one is active or uv does both."""
    install: str
    """The command that installs the packages after it."""
    install_for_tests: str
    """The same for packages that only tests need."""
    run: str
    """The words before a program of the environment: ``uv run``, or none."""


def project_environment(root: Path) -> ProjectEnvironment:
    """Return the commands for the project in ``root``.

    A project with ``uv.lock`` is uv's, up to the root of the repository. Else an environment that
    is active is used, or the project's ``.venv``.
    """
    boundary = boundary_of(root)
    for folder in (root, *root.parents):
        if (folder / "uv.lock").exists():
            return ProjectEnvironment((), "uv add", "uv add --dev", "uv run ")
        if folder == boundary:
            break
    active = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
    if active:
        install = _installer(Path(active))
        return ProjectEnvironment((), install, install, "")
    activate = rf"{_FOLDER}\Scripts\activate" if _IS_WINDOWS else f"source {_FOLDER}/bin/activate"
    if (root / _FOLDER).is_dir():
        install = _installer(root / _FOLDER)
        return ProjectEnvironment((activate,), install, install, "")
    if shutil.which("uv"):
        return ProjectEnvironment(("uv venv", activate), _UV, _UV, "")
    make = f"{'python' if _IS_WINDOWS else 'python3'} -m venv {_FOLDER}"
    return ProjectEnvironment((make, activate), _PIP, _PIP, "")


def _installer(environment: Path) -> str:
    """Return the command that installs into an environment: one that uv made has no pip."""
    try:
        settings = (environment / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:  # an environment of conda
        return _PIP
    is_of_uv = any(line.startswith("uv =") for line in settings.splitlines())
    return _UV if is_of_uv else _PIP


def own_command(requirements: Sequence[str]) -> str:
    """Return the command that brings other versions of packages to speclock's own environment.

    uvx and ``uv run --with`` make an environment for a command, so there it generates as well.
    """
    prefix, packages = Path(sys.prefix), " ".join(requirements)
    if (prefix / "pipx_metadata.json").exists():
        return f"pipx inject --force {NAME} {packages}"
    is_tool = (prefix / "uv-receipt.toml").exists()
    if "UV" in os.environ and not is_tool:  # uv sets it for what it runs
        return _uv_command(requirements)
    if find_spec("pip") is None:
        return f"{_UV} --python {shlex.quote(sys.prefix)} {packages}"
    pip = shutil.which("pip")
    if pip is not None and Path(pip).parent == Path(sys.executable).parent:
        return f"{_PIP} {packages}"
    return f"{shlex.quote(sys.executable)} -m {_PIP} {packages}"


def _uv_command(requirements: Sequence[str]) -> str:
    """Return the command that generates with other versions, by uvx or in a project of uv."""
    words = ["uvx"]
    origin = source()
    if os.environ.get("VIRTUAL_ENV") == sys.prefix:
        words = ["uv", "run"]
    elif origin != NAME:
        words += ["--from", shlex.quote(origin)]
    for requirement in requirements:
        words += ["--with", requirement]
    return " ".join([*words, NAME, "generate"])
