"""The origin of this installation of speclock, as a pip requirement."""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from ..version import RELEASED

NAME = "speclock"
_URL = re.compile(r"https://[A-Za-z0-9._~/%:+-]+")
"""The URLs that are written into a workflow: without credentials, quotes and line breaks."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_VERSION = re.compile(r"[A-Za-z0-9.!+]+")


def requirement() -> str:
    """Return the pip requirement that installs this speclock on another machine.

    It is empty if there is none: speclock is run from a clone, or was installed from a folder or
    a file.
    """
    if __name__.partition(".")[0] != NAME:
        return ""
    try:
        return requirement_of(distribution(NAME))
    except PackageNotFoundError:
        return ""


def requirement_of(installed: Distribution, *, released: bool = RELEASED) -> str:
    """Return the requirement of a distribution by its ``direct_url.json``.

    A distribution without that file is from an index (PEP 610, Specification), perhaps a private
    one: before the first release, the name on the public index may be somebody else's. Of the
    others only those from git are available elsewhere: with an https URL and the commit.
    """
    try:
        text = installed.read_text("direct_url.json")
        if text is None:
            version = installed.version
            return f"{NAME}=={version}" if released and _VERSION.fullmatch(version) else ""
        found = json.loads(text)
    except ValueError:
        return ""
    match found:
        case {"url": str(url), "vcs_info": {"vcs": "git", "commit_id": str(commit)}, **more}:
            is_usable = _URL.fullmatch(url) and _COMMIT.fullmatch(commit)
            return f"git+{url}@{commit}" if is_usable and "subdirectory" not in more else ""
        case _:
            return ""
