"""The origin of this installation of speclock, for GitHub's workflows and for other installers."""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from ...version import RELEASED, REPOSITORY

NAME = "speclock"
_URL = re.compile(r"https://github\.com/([\w-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII)
"""The URLs of repositories whose action a workflow can use."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_VERSION = re.compile(r"[0-9][a-z0-9.]*")


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
