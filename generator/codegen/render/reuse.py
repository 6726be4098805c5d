"""Files of an earlier run that needn't be made again, because they'd be made from the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


class Reuse:
    """The files of the last run by what they were made from.

    ``earlier`` has the digest of its sources and the text of each file, as the same tools made
    them; ``runtime`` is the package of a shared runtime, which a file may import.
    """

    def __init__(self, earlier: Mapping[str, tuple[str, str]], runtime: str) -> None:
        self.earlier = earlier
        self.runtime = runtime
        self.sources: dict[str, str] = {}
        """The digest of the sources of each file of this run."""
        self.found: dict[str, str] = {}
        """The text of the files that are taken from the last run."""

    def has(self, name: str, source: str) -> bool:
        """Return whether the last run made a file from the same ``source``; it is found then."""
        if name not in self.sources and name.endswith((".py", ".md")):
            digest = hashlib.sha256(f"{self.runtime}\0{source}".encode()).hexdigest()
            self.sources[name] = digest
            earlier, text = self.earlier.get(name, ("", ""))
            if earlier == digest:
                self.found[name] = text
        return name in self.found
