"""``speclock.lock``: which document of upstream each description was taken from.

One JSON file beside the descriptions, an entry for each by file name. It holds no time and nothing
of the machine, so it changes only when the description's source does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from .errors import UsageError

LOCK = "speclock.lock"
_NAMES = {"version": "info.version"}


@dataclass(frozen=True, slots=True)
class Entry:
    """The origin of one description."""

    upstream: str
    """The URL without its secrets, or the file's path as it is configured."""
    etag: str
    """The ETag that the server gave (RFC 9110 §8.8.3), or ``""``."""
    sha256: str
    """Of the whole document of upstream, with its line ends as LF."""
    slice_sha256: str
    """Of what the slice says, see :func:`content_hash`."""
    version: str
    """The document's ``info.version``."""


def content_hash(root: Mapping[str, object]) -> str:
    """Return the SHA-256 of a description's content, not of its comments, layout, quotes or order.

    It is taken of the tree as JSON with sorted keys and without white space.
    """
    text = json.dumps(root, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read(folder: Path) -> dict[str, Entry]:
    """Return the entries by file name; none if there is no lock.

    Raises :class:`UsageError` for a lock that isn't one.
    """
    path = folder / LOCK
    try:
        data = cast("object", json.loads(path.read_text(encoding="utf-8")))
        entries = cast("dict[str, dict[str, str]]", data)
        return {name: Entry(**_python(facts)) for name, facts in entries.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"{path.name} can't be read as speclock wrote it. Restore it, or remove it and pull "
            "with --force."
        ) from None


def text_of(entries: Mapping[str, Entry]) -> str:
    """Return the lock's text."""
    data = {
        name: {_NAMES.get(key, key): value for key, value in asdict(entry).items()}
        for name, entry in sorted(entries.items())
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _python(facts: Mapping[str, str]) -> dict[str, str]:
    back = {shown: name for name, shown in _NAMES.items()}
    if not all(isinstance(value, str) for value in cast("Mapping[str, object]", facts).values()):
        raise ValueError
    return {back.get(key, key): value for key, value in facts.items()}
