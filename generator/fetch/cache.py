"""What was fetched before, with the validators to ask whether it is still so (RFC 9110 §8.8).

An entry is one file: a line of JSON, then the document. It is written beside and put in place in
one step, so two processes never see half of one; what can't be read or doesn't fit its own hash is
as if it weren't there.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from .urls import Url
from .wire import Answer

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One document in the cache."""

    data: bytes
    final: str
    """SHA-256 of the key of the URL that it came from after redirects."""
    etag: str
    modified: str

    @property
    def validators(self) -> dict[str, str]:
        """The headers that ask for the document only if it is another by now."""
        found = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in found.items() if value}


def digest_of(url: Url) -> str:
    """What stands for a URL in the cache: its query may hold a secret."""
    return hashlib.sha256(f"{url.key}\n{url.authorization}".encode()).hexdigest()


def read(folder: Path, url: Url) -> Entry | None:
    """The entry of ``url``, if there is a sound one."""
    try:
        head, _, data = (folder / digest_of(url)).read_bytes().partition(b"\n")
        said = cast("object", json.loads(head))
    except (OSError, ValueError):
        return None
    if not isinstance(said, dict):
        return None
    facts = cast("dict[str, object]", said)
    sound = (_FORMAT, hashlib.sha256(data).hexdigest())
    if (facts.get("format"), facts.get("sha256")) != sound:
        return None
    final, etag, modified = (facts.get(key) for key in ("final", "etag", "modified"))
    if isinstance(final, str) and isinstance(etag, str) and isinstance(modified, str):
        return Entry(data, final, etag, modified)
    return None


def write(folder: Path, asked: Url, final: Url, answer: Answer) -> None:
    """Keep ``answer`` if it can be asked about again; a cache that can't be written is none."""
    if not (answer.etag or answer.modified):
        return
    facts = {
        "format": _FORMAT,
        "sha256": hashlib.sha256(answer.data).hexdigest(),
        "final": digest_of(final),
        "etag": answer.etag,
        "modified": answer.modified,
    }
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".new-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(facts).encode() + b"\n" + answer.data)
            Path(name).replace(folder / digest_of(asked))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
