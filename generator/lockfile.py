"""``speclock.lock``: the upstream document of each description.

One JSON file beside the descriptions, with an entry for each by file name. It holds no timestamp
and no absolute path, so it changes only when the description does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import UsageError

LOCK = "speclock.lock"


@dataclass(frozen=True, slots=True)
class LockEntry:
    """The upstream document of one description."""

    upstream: str
    """The URL without its secrets, or the file's path as it is configured."""
    etag: str
    """The ETag that the server gave (RFC 9110 §8.8.3), or ``""``."""
    sha256: str
    """Of the whole upstream document, see :func:`.hashing.sha256_of`."""
    slice_sha256: str
    """Of the slice's content, see :func:`content_hash`."""
    version: str
    """The document's ``info.version``."""


def content_hash(root: Mapping[str, object]) -> str:
    """Return the SHA-256 of a description's content, without its comments, layout and order.

    It is computed from the tree as JSON with sorted keys and without white space.
    """
    text = json.dumps(root, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read(folder: Path) -> dict[str, LockEntry]:
    """Return the entries by file name; none if there is no lock file.

    Raises :class:`UsageError` for a lock file that isn't well-formed.
    """
    path = folder / LOCK
    try:
        entries: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
        return {name: _entry(facts) for name, facts in entries.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"{path.name} isn't the lock file that speclock wrote. Restore it from version "
            "control, or remove it and run speclock pull --force."
        ) from None


def format_lock(entries: Mapping[str, LockEntry]) -> str:
    """Return the text of the lock file."""
    data = {
        name: {"info.version" if k == "version" else k: v for k, v in asdict(entry).items()}
        for name, entry in sorted(entries.items())
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _entry(facts: dict[str, object]) -> LockEntry:
    """Return an entry from its JSON object; raises ``TypeError`` for another."""
    texts = {key: value for key, value in facts.items() if isinstance(value, str)}
    if len(texts) < len(facts):
        raise TypeError
    values = {"version" if key == "info.version" else key: texts[key] for key in texts}
    return LockEntry(**values)
