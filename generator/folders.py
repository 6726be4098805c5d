"""Folders of this user's: where caches are."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where a user's cache of documents and reports is, on this platform."""
    given = environment.get("XDG_CACHE_HOME", "")
    if Path(given).is_absolute():  # the XDG base directory specification ignores others
        return Path(given) / "speclock"
    local = environment.get("LOCALAPPDATA", "")
    if sys.platform == "win32" and local:
        return Path(local) / "speclock" / "cache"
    return Path.home() / ".cache" / "speclock"
